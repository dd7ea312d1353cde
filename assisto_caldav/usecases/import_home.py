"""Bringing a home back that was exported: all of it in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field

from assisto_caldav.domain.calendar_object import CalendarObject, parse_calendar_object
from assisto_caldav.domain.collection import Collection, CollectionKind
from assisto_caldav.domain.home_copy import COPIED, CopiedCollection, CopiedObject, HomeCopy
from assisto_caldav.errors import InvalidCalendarObjectError, NotFoundError
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.appointment_puts import Put
from assisto_caldav.usecases.calendars import check_href, put_in
from assisto_caldav.usecases.conditions import NO_CONDITIONS
from assisto_caldav.usecases.homes import (
    PROTECTED,
    add_calendar,
    new_calendar,
    require_home,
    set_properties_in,
)
from assisto_caldav.usecases.import_calendar import REFUSALS, reason
from assisto_caldav.usecases.object_index import limits_of

_KEPT = "Der Termin wird hier geführt und bleibt, wie er hier ist."


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object was to go, and for refused ones why it did not."""

    collection: str
    href: str
    why: str = ""


@dataclass(slots=True)
class HomeReport:
    """What became of a home.

    ``own_events`` were appointments on the server that they come from: here
    nobody knows of one, so they block time like any event, and mean no more.
    """

    collections: int = 0
    taken: int = 0
    own_events: list[Place] = field(default_factory=list)
    refused: list[Place] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Piece:
    """An object on its way; ``item`` is a sentence where it cannot be read."""

    copied: CopiedObject
    item: CalendarObject | str


def import_home(ports: Ports, actor: Actor, *, owner: str, copy: HomeCopy) -> HomeReport:
    """Store what was exported under the same hrefs, byte for byte.

    Exported properties win over those there are; other objects stay. An
    appointment that is kept here is not touched: an old copy is no answer.

    Raises:
        NotFoundError: The home is somebody else's, or a built-in collection is missing.
        NotAllowedError: A calendar of their own has the name of a built-in one.
    """
    institution = require_home(ports, actor, owner)
    read = [(folder, [_read(ports, one) for one in folder.objects]) for folder in copy.collections]
    report = HomeReport()
    with ports.database.writing() as unit:
        unit.people.lock_counsellor(owner)
        for folder, pieces in read:
            target = _open(unit, ports, (institution.id, owner), folder)
            report.collections += 1
            for piece in pieces:
                _take(unit, ports, actor, (target, piece), report)
    return report


def _read(ports: Ports, copied: CopiedObject) -> _Piece:
    try:
        check_href(copied.href)
        return _Piece(copied, parse_calendar_object(copied.raw, limits=limits_of(ports)))
    except REFUSALS as exc:
        return _Piece(copied, reason(exc))


def _open(unit: Unit, ports: Ports, place: tuple[str, str], folder: CopiedCollection) -> Collection:
    institution, owner = place
    if folder.kind not in COPIED:
        raise NotFoundError(f"{folder.name} ist kein eigener Kalender.")
    found = unit.collections.get(owner, folder.name)
    if found is not None and found.kind is folder.kind:
        props = {key: value for key, value in folder.props.items() if key not in PROTECTED}
        set_properties_in(unit, ports, found, props)
        return unit.collections.get(owner, folder.name) or found
    if folder.kind is not CollectionKind.CALENDAR or found is not None:
        raise NotFoundError(f"Den Kalender {folder.name} gibt es hier nicht.")
    made = new_calendar(
        Collection(
            id=ports.tokens.new_id(),
            institution=institution,
            owner=owner,
            name=folder.name,
            kind=folder.kind,
            components=folder.components,
            props=folder.props,
            modified_at=ports.clock.now(),
        )
    )
    add_calendar(unit, made)
    return made


def _take(
    unit: Unit,
    ports: Ports,
    actor: Actor,
    what: tuple[Collection, _Piece],
    report: HomeReport,
) -> None:
    target, piece = what
    href, item = piece.copied.href, piece.item
    try:
        if isinstance(item, str):
            raise InvalidCalendarObjectError(item, precondition="")
        if not _is_kept(unit, target, href, item):
            put_in(unit, ports, actor, Put(target, href, item, NO_CONDITIONS))
            if piece.copied.is_appointment:
                report.own_events.append(Place(target.name, href))
        report.taken += 1
    except REFUSALS as exc:
        report.refused.append(Place(target.name, href, reason(exc)))


def _is_kept(unit: Unit, target: Collection, href: str, item: CalendarObject) -> bool:
    """Tell whether it is an appointment of here, unchanged.

    Raises:
        InvalidCalendarObjectError: It is one, and another by now.
    """
    stored = unit.objects.get(target.id, href)
    if stored is not None and stored.appointment is not None:
        if stored.text == item.text:
            return True
        raise InvalidCalendarObjectError(_KEPT, precondition="")
    if unit.appointments.by_uid(target.owner, item.uid) is not None:
        raise InvalidCalendarObjectError(_KEPT, precondition="")
    return False

"""Taking over a calendar that another program has exported."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from assisto_caldav.domain.calendar_object import CalendarObject, decode, parse_calendar_object
from assisto_caldav.domain.calendar_split import SplitObject, split_calendar
from assisto_caldav.domain.collection import Collection, CollectionKind
from assisto_caldav.domain.institution import Institution
from assisto_caldav.errors import (
    AssistoError,
    ConflictError,
    InvalidCalendarObjectError,
    InvalidInputError,
    NotAllowedError,
    SchedulingObjectChangeError,
    UidConflictError,
)
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.appointment_puts import Put
from assisto_caldav.usecases.calendars import put_in
from assisto_caldav.usecases.conditions import NO_CONDITIONS, Conditions
from assisto_caldav.usecases.homes import COMPONENTS, add_calendar, new_calendar, require_home
from assisto_caldav.usecases.object_index import limits_of

REFUSALS = (InvalidInputError, SchedulingObjectChangeError, UidConflictError)
"""What keeps one object out, and nothing else."""

_REASONS = {
    "max-resource-size": "zu groß",
    "max-instances": "zu viele Wiederholungen oder einzelne Tage",
    "max-attendees-per-instance": "zu viele Teilnehmer:innen",
    "min-date-time": "ein Datum liegt zu weit zurück",
    "max-date-time": "ein Datum liegt zu weit in der Zukunft",
    "supported-calendar-component": "eine Art von Eintrag, die dieser Kalender nicht aufnimmt",
    "valid-calendar-object-resource": "kein einzelner, vollständiger Eintrag",
    "valid-calendar-data": "kein gültiger Eintrag",
}
_SAFE_UID = re.compile(r"[A-Za-z0-9@_{}][A-Za-z0-9@._{}+-]{0,199}")


@dataclass(frozen=True, slots=True)
class Refused:
    """A calendar object that was not taken, and why."""

    uid: str
    summary: str
    why: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file: UIDs that were taken, in their order, and the refused ones."""

    taken: tuple[str, ...]
    refused: tuple[Refused, ...]


def reason(error: AssistoError) -> str:
    """Return why an object was refused, with the detail that the log would have."""
    if isinstance(error, UidConflictError):
        return f"die UID gehört schon zu {error.href}"
    if isinstance(error, InvalidCalendarObjectError) and error.precondition in _REASONS:
        return f"{_REASONS[error.precondition]} ({error.what})"
    return str(error)


def import_file(ports: Ports, actor: Actor, *, owner: str, name: str, raw: bytes) -> ImportReport:
    """Put every calendar object of an exported file into a calendar of their own.

    The calendar is made if there is none of the name. Objects keep their bytes;
    one that was imported before is replaced by its UID. What cannot be taken is
    told, and keeps nothing else from being taken. All of it is one transaction.

    Raises:
        NotFoundError: The home is somebody else's.
        NotAllowedError: The name is one of a built-in collection.
        InvalidCalendarObjectError: The file is no calendar.
    """
    institution = require_home(ports, actor, owner)
    pieces = split_calendar(decode(raw))
    # Read before the transaction: nobody waits for a parser.
    read = [(piece, _read(ports, piece)) for piece in pieces]
    taken: list[str] = []
    refused: list[Refused] = []
    with ports.database.writing() as unit:
        unit.people.lock_counsellor(owner)
        target, _ = _open_or_make(unit, ports, institution, (owner, name))
        for piece, item in read:
            why = item if isinstance(item, str) else _take(unit, ports, actor, target, item)
            if why is None:
                taken.append(piece.uid)
            else:
                refused.append(Refused(piece.uid, piece.summary, why))
    return ImportReport(tuple(taken), tuple(refused))


def put_calendar(
    ports: Ports, actor: Actor, *, place: tuple[str, str], raw: bytes, conditions: Conditions
) -> bool:
    """Fill a calendar that is empty or does not exist; return whether it was made.

    ``place``: its owner and its name.

    All of the objects are stored, or none.

    Raises:
        NotFoundError: The home is somebody else's.
        NotAllowedError: The name is one of a built-in collection.
        ConflictError: The calendar has something in it.
        EtagMismatchError: A condition does not hold.
        InvalidCalendarObjectError: The file is no calendar, or an object of it is refused.
    """
    owner, _ = place
    institution = require_home(ports, actor, owner)
    limits = limits_of(ports)
    pieces = split_calendar(decode(raw))
    items = [parse_calendar_object(piece.text.encode(), limits=limits) for piece in pieces]
    with ports.database.writing() as unit:
        unit.people.lock_counsellor(owner)
        conditions.require_states(unit)
        target, is_new = _open_or_make(unit, ports, institution, place)
        conditions.require_collection(is_there=not is_new)
        if not is_new and unit.objects.etags(target.id):
            raise ConflictError("Nur ein leerer Kalender wird auf einmal gefüllt.")
        for item in items:
            put_in(unit, ports, actor, Put(target, _href_for(item.uid), item, NO_CONDITIONS))
    return is_new


def _read(ports: Ports, piece: SplitObject) -> CalendarObject | str:
    """Return the object, or why it is none."""
    try:
        return parse_calendar_object(piece.text.encode(), limits=limits_of(ports))
    except InvalidCalendarObjectError as exc:
        return reason(exc)


def _open_or_make(
    unit: Unit, ports: Ports, institution: Institution, place: tuple[str, str]
) -> tuple[Collection, bool]:
    """Return the calendar of an owner and name, and whether it is new."""
    owner, name = place
    found = unit.collections.get(owner, name)
    if found is not None:
        if found.kind is not CollectionKind.CALENDAR:
            raise NotAllowedError("Importiert wird in einen eigenen Kalender.")
        return found, False
    wanted = Collection(
        id=ports.tokens.new_id(),
        institution=institution.id,
        owner=owner,
        name=name,
        kind=CollectionKind.CALENDAR,
        components=COMPONENTS,
        props={"D:displayname": name},
        modified_at=ports.clock.now(),
    )
    made = new_calendar(wanted)
    add_calendar(unit, made)
    return made, True


def _take(
    unit: Unit, ports: Ports, actor: Actor, target: Collection, item: CalendarObject
) -> str | None:
    """Store one object; return why not, if not. Nothing was written then."""
    try:
        href = _known_href(unit, target, item.uid) or _free_href(unit, target, item.uid)
        put_in(unit, ports, actor, Put(target, href, item, NO_CONDITIONS))
    except REFUSALS as exc:
        return reason(exc)
    return None


def _known_href(unit: Unit, target: Collection, uid: str) -> str | None:
    there: Sequence[tuple[str, str]] = [
        (found.collection, found.href) for found in unit.objects.by_uid(target.owner, uid)
    ]
    return next((href for collection, href in there if collection == target.id), None)


def _free_href(unit: Unit, target: Collection, uid: str) -> str:
    href = _href_for(uid)
    return href if unit.objects.get(target.id, href) is None else _hashed(uid)


def _href_for(uid: str) -> str:
    return f"{uid}.ics" if _SAFE_UID.fullmatch(uid) else _hashed(uid)


def _hashed(uid: str) -> str:
    return f"{sha256(uid.encode()).hexdigest()[:32]}.ics"

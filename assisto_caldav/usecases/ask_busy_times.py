"""Asking when colleagues are busy (RFC 6638 §5): times and how they count, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assisto_caldav.domain.attendee import canonical_address, organizer
from assisto_caldav.domain.calendar_object import parse_calendar_object
from assisto_caldav.domain.collection import Collection, CollectionKind, StoredObject
from assisto_caldav.domain.freebusy import combine
from assisto_caldav.domain.institution import Institution
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.itip import FreeBusyRequest, render_freebusy_reply
from assisto_caldav.domain.localtime import zone
from assisto_caldav.errors import (
    AssistoError,
    InvalidOrganizerError,
    InvalidSchedulingMessageError,
)
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.availability import unavailable_periods
from assisto_caldav.usecases.homes import require_home
from assisto_caldav.usecases.object_index import Member, occurrences_in
from assisto_caldav.usecases.scheduling_addresses import is_address_of
from assisto_caldav.usecases.shared_collections import collections_of

DAY = 24 * 3600
MOST_RECIPIENTS = 100
LONGEST_WINDOW = 400 * DAY
MOST_PERIODS = 20_000
"""Instances of one calendar user that one answer is made from."""

SUCCESS = "2.0;Success"
UNKNOWN = "3.7;Invalid calendar user"
TOO_MANY = "5.1;Could not complete"
_BLOCKING = frozenset(
    {
        CollectionKind.APPOINTMENTS,
        CollectionKind.ABSENCES,
        CollectionKind.CLOSING_DAYS,
        CollectionKind.PUBLIC_HOLIDAYS,
        CollectionKind.CALENDAR,
    }
)


@dataclass(frozen=True, slots=True)
class BusyAnswer:
    """What is answered for one recipient; ``text`` is a VFREEBUSY reply, or None."""

    recipient: str
    status: str
    text: str | None = None


def ask_busy_times(
    ports: Ports, actor: Actor, *, owner: str, request: FreeBusyRequest
) -> list[BusyAnswer]:
    """Answer for each attendee, in their order.

    Who is no counsellor of the institution is unknown, whether there is such
    an account or not.

    Raises:
        NotFoundError: The outbox is somebody else's.
        InvalidOrganizerError: Somebody else asks than the owner of the outbox.
        InvalidSchedulingMessageError: It asks for too many, or too long a time.
    """
    institution = require_home(ports, actor, owner)
    if not is_address_of(owner, request.organizer):
        raise InvalidOrganizerError
    if len(request.attendees) > MOST_RECIPIENTS:
        raise InvalidSchedulingMessageError(f"More than {MOST_RECIPIENTS} are asked for.")
    if request.window.end - request.window.start > LONGEST_WINDOW:
        raise InvalidSchedulingMessageError("The time asked for is too long.")
    with ports.database.reading() as unit:
        return [
            _answer(unit, ports, institution, owner, (request, one)) for one in request.attendees
        ]


def _answer(
    unit: Unit,
    ports: Ports,
    institution: Institution,
    asker: str,
    asked: tuple[FreeBusyRequest, str],
) -> BusyAnswer:
    request, recipient = asked
    login = _counsellor(institution, recipient)
    if login is None:
        return BusyAnswer(recipient, UNKNOWN)
    taken: list[tuple[str, Interval]] = []
    for period in _taken(unit, ports, institution, login, _Question(asker, request)):
        taken.append(period)
        if len(taken) > MOST_PERIODS:
            return BusyAnswer(recipient, TOO_MANY)
    busy = combine(taken, request.window)
    text = render_freebusy_reply(request, recipient, busy, now=ports.clock.now())
    return BusyAnswer(recipient, SUCCESS, text)


def _counsellor(institution: Institution, recipient: str) -> str | None:
    address = canonical_address(recipient)
    logins = (entry.login for entry in institution.counsellors)
    return next((login for login in logins if is_address_of(login, address)), None)


@dataclass(frozen=True, slots=True)
class _Question:
    asker: str
    request: FreeBusyRequest

    @property
    def window(self) -> Interval:
        return self.request.window


def _taken(
    unit: Unit, ports: Ports, institution: Institution, login: str, question: _Question
) -> Iterator[tuple[str, Interval]]:
    """Yield FBTYPE and time of all that takes a calendar user's time in the window."""
    window = question.window
    home = collections_of(unit, institution.id, owner=login)
    blocking = {one.id: one for one in home if one.kind in _BLOCKING and not one.is_transparent}
    masked = _masked(unit, login, question)
    for object_id, row in unit.objects.occurrences(list(blocking), window):
        if row.fbtype != "FREE" and row.start < row.end and object_id not in masked:
            yield row.fbtype, Interval(row.start, row.end)
    for item in unit.objects.unexpanded(list(blocking), window):
        if item.id not in masked:
            yield from _beyond_the_index(
                ports, institution, blocking[item.collection], item, window
            )
    if _has_booking_times(unit, home):
        yield from unavailable_periods(unit, ports, login, window)


def _masked(unit: Unit, login: str, question: _Question) -> set[str]:
    """Return the ids of objects that do not count: what the asker may move, and nobody else's."""
    return {
        found.id
        for uid in question.request.masked
        for found in unit.objects.by_uid(login, uid)
        if login == question.asker or _is_organized_by(found, question.asker)
    }


def _is_organized_by(found: StoredObject, login: str) -> bool:
    try:
        item = parse_calendar_object(found.text.encode())
    except AssistoError:
        return False
    named = organizer(item.components[0])
    return named is not None and is_address_of(login, named.address)


def _beyond_the_index(
    ports: Ports,
    institution: Institution,
    collection: Collection,
    item: StoredObject,
    window: Interval,
) -> Iterator[tuple[str, Interval]]:
    limit = ports.config.current().limits.max_instances
    try:
        member = Member(
            collection=collection,
            href=item.href,
            item=parse_calendar_object(item.text.encode()),
            appointment=item.appointment,
        )
        rows = occurrences_in(member, window, zone(institution.zone), max_instances=limit)
    except AssistoError:
        # What cannot be read is no reason to call somebody free.
        yield "BUSY", window
        return
    for row in rows:
        if row.fbtype != "FREE" and row.start < row.end:
            yield row.fbtype, Interval(row.start, row.end)


def _has_booking_times(unit: Unit, home: list[Collection]) -> bool:
    """Tell whether availability was ever said: who has no booking times is not always away."""
    rules = next((one for one in home if one.kind is CollectionKind.BOOKING_TIMES), None)
    return rules is not None and any(item.services for item in unit.objects.all(rules.id))

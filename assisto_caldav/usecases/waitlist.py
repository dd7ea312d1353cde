"""Earlier, when something gets free: a freed time is offered to one client after another.

The time offered is of the same counsellor, service and channel, and is kept by
a hold; who accepts asks for it as by any move. See docs/decisions/0012-waiting-list.md.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from assisto_caldav.domain.appointment import Appointment, Hold, as_told
from assisto_caldav.domain.localtime import date_of
from assisto_caldav.domain.waitlist import EarlierOffer, Waiting
from assisto_caldav.errors import (
    InvalidInputError,
    InvalidTransitionError,
    NotFoundError,
    SlotTakenError,
    UnavailableError,
)
from assisto_caldav.failures import frames_of
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.client_acts import find_for_client, lock_for_client
from assisto_caldav.usecases.find_slots import SlotWish, find_slots
from assisto_caldav.usecases.move import HOUR, may_move, move_in, search_to_move
from assisto_caldav.usecases.notify import owe_client
from assisto_caldav.usecases.taking import TAKEN, Wanted, rank

log = logging.getLogger(__name__)

# Less time to decide is none: nobody is offered a time that lapses before they have read of it.
SHORTEST_OFFER = 10 * 60

_Step = Callable[[Ports, Waiting], int]


def may_wait(ports: Ports, told: Appointment) -> bool:
    """Say whether what a client knows of an appointment could still be earlier."""
    if not may_move(ports, told):
        return False
    limits = ports.config.current().institutions[told.institution].limits
    return told.start > ports.clock.now() + limits.notice_hours * HOUR


def look_up_waiting(ports: Ports, appointment_id: str) -> Waiting | None:
    """Return the entry of an appointment; an offer that has lapsed is none any more."""
    with ports.database.reading() as unit:
        entry = unit.waitlist.get(appointment_id)
    if entry is None or _is_live(entry, now=ports.clock.now()):
        return entry
    return Waiting(entry.appointment, entry.joined_at)


def _is_live(entry: Waiting, *, now: int) -> bool:
    return entry.offer is not None and entry.offer.until > now


def join_waitlist(ports: Ports, *, institution: str, code: str) -> None:
    """Wait for an earlier time; whoever waits already keeps their turn.

    Raises:
        NotFoundError: There is no such appointment in this institution.
        InvalidTransitionError: It has ended, or nothing earlier is possible any more.
    """
    with ports.database.writing() as unit:
        found = find_for_client(unit, ports, institution, code=code, appointment_id=None)
        appointment = lock_for_client(unit, found.id)
        told = as_told(appointment, now=ports.clock.now())
        if not may_wait(ports, told):
            raise InvalidTransitionError(told.state.value, "wait")
        unit.waitlist.join(appointment.id, now=ports.clock.now())


def leave_waitlist(ports: Ports, *, institution: str, code: str) -> None:
    """Wait no longer; what is offered is free for the next.

    Raises:
        NotFoundError: There is no such appointment in this institution.
    """
    with ports.database.writing() as unit:
        found = find_for_client(unit, ports, institution, code=code, appointment_id=None)
        _leave(unit, lock_for_client(unit, found.id))


def refuse_earlier(ports: Ports, *, institution: str, code: str, start: int) -> None:
    """Refuse the time that is offered, and wait on; the next in turn is asked.

    Raises:
        NotFoundError: There is no such appointment in this institution.
    """
    with ports.database.writing() as unit:
        found = find_for_client(unit, ports, institution, code=code, appointment_id=None)
        entry = unit.waitlist.get(lock_for_client(unit, found.id).id)
        if entry is not None and entry.offer is not None and entry.offer.start == start:
            _pass_over(unit, entry)


def accept_earlier(
    ports: Ports, *, institution: str, code: str, shown: int, start: int
) -> Appointment:
    """Ask for the time that is offered instead of the present one; the wait is over.

    ``shown`` is the time that the client was shown as the present one. A form
    that is sent twice moves once.

    Raises:
        NotFoundError: There is no such appointment in this institution.
        SlotTakenError: It is offered no more. Nothing was written.
        ConflictError: The appointment has been moved meanwhile.
        InvalidTransitionError: It has ended, or it is too late.
        InvalidInputError: They do not offer this any more.
    """
    now = ports.clock.now()
    with ports.database.reading() as unit:
        found = find_for_client(unit, ports, institution, code=code, appointment_id=None)
    search = search_to_move(ports, found, start)
    with ports.database.writing() as unit:
        told = as_told(lock_for_client(unit, found.id), now=now)
        if told.start == start:
            return told
        entry = unit.waitlist.get(found.id)
        if entry is None or not _is_live(entry, now=now) or entry.offer is None:
            raise SlotTakenError(TAKEN)
        if entry.offer.start != start:
            raise SlotTakenError(TAKEN)
        unit.holds.release(entry.offer.hold)
        unit.waitlist.leave(found.id)
        return move_in(unit, ports, found, search, shown=shown, start=start)


def offer_freed(ports: Ports) -> int:
    """Offer what has got free to whoever waits, in turn; return how many offers were made.

    Whatever is over goes first: entries whose appointment holds its time no more, and
    offers that nobody took. One entry that fails keeps no other.
    """
    with ports.database.reading() as unit:
        entries = unit.waitlist.all()
    for entry in entries:
        _alone(ports, entry, _settle)
    with ports.database.reading() as unit:
        entries = unit.waitlist.all()
    return sum(_alone(ports, entry, _offer_next) for entry in entries if entry.offer is None)


def _alone(ports: Ports, entry: Waiting, step: _Step) -> int:
    try:
        return step(ports, entry)
    except UnavailableError:
        raise
    except Exception as exc:  # noqa: BLE001 - one entry must not stop the others
        log.error("The waiting list failed for one entry: %s", frames_of(exc))  # noqa: TRY400 - a message may name people
        return 0


def _settle(ports: Ports, entry: Waiting) -> int:
    """End what is over."""
    now = ports.clock.now()
    with ports.database.reading() as unit:
        found = unit.appointments.get(entry.appointment)
    told = as_told(found, now=now) if found is not None else None
    is_over = told is None or not may_wait(ports, told)
    is_past = entry.offer is not None and (
        entry.offer.until <= now or told is None or entry.offer.start >= told.start
    )
    if not is_over and not is_past:
        return 0
    with ports.database.writing() as unit:
        if found is None:
            unit.waitlist.leave(entry.appointment)
            return 0
        appointment = lock_for_client(unit, found.id)
        current = unit.waitlist.get(appointment.id)
        if current == entry and as_told(appointment, now=now) == told:
            if is_over:
                _leave(unit, appointment)
            else:
                _pass_over(unit, entry)
    return 0


def _leave(unit: Unit, appointment: Appointment) -> None:
    entry = unit.waitlist.get(appointment.id)
    if entry is not None and entry.offer is not None:
        unit.holds.release(entry.offer.hold)
    unit.waitlist.leave(appointment.id)


def _pass_over(unit: Unit, entry: Waiting) -> None:
    if entry.offer is not None:
        unit.holds.release(entry.offer.hold)
    unit.waitlist.pass_over(entry.appointment)


def _offer_next(ports: Ports, entry: Waiting) -> int:
    """Offer the earliest time that can be given; return 1 when one was offered."""
    with ports.database.reading() as unit:
        found = unit.appointments.get(entry.appointment)
        passed = unit.waitlist.passed(entry.appointment)
    if found is None:
        return 0
    told = as_told(found, now=ports.clock.now())
    for start in _earlier_starts(ports, told):
        if start not in passed and _offer(ports, told, start):
            return 1
    return 0


def _earlier_starts(ports: Ports, told: Appointment) -> Iterator[int]:
    """Yield the free starts before an appointment, of its own kind; none when offered no more."""
    try:
        zone = search_to_move(ports, told, told.start).zone
        first, last = date_of(ports.clock.now(), zone), date_of(told.start, zone)
        wish = SlotWish(told.institution, told.service, told.channel, first, last, told.counsellor)
        found = find_slots(ports, wish)
    except (NotFoundError, InvalidInputError):
        return
    yield from (slot.start for slot in found if slot.start < told.start)


def _offer(ports: Ports, told: Appointment, start: int) -> bool:
    """Keep a time for a client and tell them; what came between look and lock decides."""
    now = ports.clock.now()
    search = search_to_move(ports, told, start)
    limits = search.institution.limits
    until = min(now + limits.waitlist_offer_minutes * 60, start - limits.notice_hours * HOUR)
    if until < now + SHORTEST_OFFER:
        return False
    hold = _new_hold(ports, told, start, follow_up=search.service.follow_up_seconds, until=until)
    try:
        with ports.database.writing() as unit:
            current = as_told(lock_for_client(unit, told.id), now=now)
            entry = unit.waitlist.get(told.id)
            if entry is None or entry.offer is not None or current != told:
                return False
            unit.holds.place(hold, now=now)
            if not rank(unit, Wanted(search, start, hold), [told.counsellor]):
                unit.fail()
                return False
            unit.waitlist.offer(told.id, EarlierOffer(hold.id, start, until))
            extra = {"start": start, "end": hold.end, "answer_by": until}
            owe_client(unit, ports, kind="waitlist_offer", appointment=told, extra=extra)
    except SlotTakenError:
        return False
    return True


def _new_hold(ports: Ports, told: Appointment, start: int, *, follow_up: int, until: int) -> Hold:
    """Return the hold; its visitor is a keyed digest, which no browser's cookie can be by guess."""
    end = start + told.end - told.start
    return Hold(
        id=ports.tokens.new_id(),
        institution=told.institution,
        counsellor=told.counsellor,
        service=told.service,
        channel=told.channel,
        start=start,
        end=end,
        blocked_until=end + follow_up,
        expires_at=until,
        visitor=ports.tokens.digest(f"waitlist|{told.id}"),
        placed_at=ports.clock.now(),
    )

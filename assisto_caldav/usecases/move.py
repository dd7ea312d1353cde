"""A client moves their appointment to another free time of the same counsellor.

It is asked for again: nothing counts until the counsellor has confirmed. See
docs/decisions/0011-moving.md.
"""

from __future__ import annotations

from dataclasses import replace

from assisto_caldav.domain.appointment import Act, Appointment, as_told, next_state, perform_move
from assisto_caldav.domain.deadlines import answer_deadline
from assisto_caldav.domain.institution import Institution
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.errors import (
    ConflictError,
    InvalidInputError,
    InvalidTransitionError,
    NotFoundError,
    SlotTakenError,
)
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.actors import CLIENT, Actor
from assisto_caldav.usecases.appointment_objects import rewrite_object, text_of_object
from assisto_caldav.usecases.client_acts import find_for_client, lock_for_client
from assisto_caldav.usecases.find_slots import FreeSlot, Search, next_slots, search_for
from assisto_caldav.usecases.holds import wish_at
from assisto_caldav.usecases.inbox import deliver
from assisto_caldav.usecases.notify import owe_client, owe_counsellor
from assisto_caldav.usecases.scheduling import note, supersede_mails
from assisto_caldav.usecases.taking import TAKEN, Wanted, can_give

HOUR = 3600
TIMES_ON_A_PAGE = 12


def may_move(ports: Ports, appointment: Appointment) -> bool:
    """Say whether a client may move what they know of an appointment now."""
    institution = ports.config.current().institutions.get(appointment.institution)
    if institution is None:
        return False
    try:
        _insist_on_move(appointment, institution, now=ports.clock.now())
    except InvalidTransitionError:
        return False
    return True


def times_to_move_to(
    ports: Ports, appointment: Appointment, *, after: int | None = None
) -> list[FreeSlot]:
    """Return the next free times of its counsellor, service and channel, a page of them.

    Raises:
        InvalidInputError: They do not offer this any more.
        UnavailableError: Something that bears on free time cannot be read.
    """
    return next_slots(
        ports,
        appointment.institution,
        service=appointment.service,
        channel=appointment.channel,
        counsellor=appointment.counsellor,
        count=TIMES_ON_A_PAGE,
        after=after,
    )


def move_by_client(
    ports: Ports,
    *,
    institution: str,
    code: str | None = None,
    appointment_id: str | None = None,
    shown: int,
    start: int,
) -> Appointment:
    """Ask for another time instead; the old one is free as soon as the new one is taken.

    ``shown`` is the time that the client was shown as the present one. A form
    that is sent twice moves once.

    Raises:
        NotFoundError: There is no such appointment in this institution.
        InvalidTransitionError: It has ended, or it is too late.
        ConflictError: It has been moved meanwhile.
        InvalidInputError: They do not offer this any more, or there is no such time.
        SlotTakenError: The new time is not free. Nothing was written.
    """
    with ports.database.reading() as unit:
        found = find_for_client(unit, ports, institution, code=code, appointment_id=appointment_id)
    search = search_to_move(ports, found, start)
    with ports.database.writing() as unit:
        return move_in(unit, ports, found, search, shown=shown, start=start)


def move_in(
    unit: Unit, ports: Ports, found: Appointment, search: Search, *, shown: int, start: int
) -> Appointment:
    """Move ``found`` as ``move_by_client`` does, in the caller's unit; raises as it does.

    ``search`` is that of ``search_to_move``, made before the unit.
    """
    appointment = lock_for_client(unit, found.id)
    if appointment.counsellor != found.counsellor:
        raise ConflictError("Der Termin ist inzwischen bei jemand anderem.")
    told = as_told(appointment, now=search.now)
    if told.start == start != shown:
        return told
    if told.start != shown:
        raise ConflictError("Der Termin hat inzwischen eine andere Uhrzeit.")
    _insist_on_move(told, search.institution, now=search.now)
    _insist_on_time(unit, search, appointment, start)
    return _move(unit, ports, appointment, search, start=start)


def search_to_move(ports: Ports, appointment: Appointment, start: int) -> Search:
    """Return what config says of the appointment's service on the day of another time.

    Raises:
        NotFoundError: There is no such institution any more.
        InvalidInputError: They do not offer this any more, or there is no such time.
    """
    wish = wish_at(
        ports,
        appointment.institution,
        start=start,
        service=appointment.service,
        channel=appointment.channel,
    )
    return search_for(ports, replace(wish, counsellor=appointment.counsellor))


def _insist_on_move(told: Appointment, institution: Institution, *, now: int) -> None:
    next_state(told.state, Act.MOVE_BY_CLIENT)
    notice = institution.limits.move_until_hours_before * HOUR
    if told.start - notice <= now:
        raise InvalidTransitionError("about to begin", Act.MOVE_BY_CLIENT.value)


def _insist_on_time(unit: Unit, search: Search, appointment: Appointment, start: int) -> None:
    """Look again under the lock; only the appointment's own present time does not count."""
    if start == appointment.start:
        raise InvalidInputError("Das ist die bisherige Zeit.", field="start")
    if not can_give(unit, Wanted(search, start), appointment.counsellor, but=appointment.id):
        raise SlotTakenError(TAKEN)


def _move(
    unit: Unit, ports: Ports, appointment: Appointment, search: Search, *, start: int
) -> Appointment:
    now = search.now
    told = as_told(appointment, now=now)
    to = Interval(start, start + told.end - told.start)
    answer_by = answer_deadline(now, start, search.institution)
    # Half time counts from the first request; where that is past, no reminder comes at once.
    is_half_over = told.requested_at + answer_by <= 2 * now
    moved = replace(
        perform_move(told, Act.MOVE_BY_CLIENT, to, now=now),
        answer_by=answer_by,
        reminded_at=now if is_half_over else None,
    )
    moved = rewrite_object(unit, ports, moved, removed_text=appointment.removed_text)
    moved = unit.appointments.update(moved)
    text = text_of_object(unit, moved)
    if text is None:
        raise NotFoundError("Diesen Termin gibt es nicht.")
    deliver(unit, ports, moved, text)
    supersede_mails(unit, appointment, now=now)
    unit.outbox.cancel(
        moved.id, recipient="counsellor", unsent_kinds=("request", "moved_by_client")
    )
    owe_counsellor(unit, ports, kind="moved_by_client", appointment=moved)
    owe_client(unit, ports, kind="received", appointment=moved)
    note(unit, ports, Actor(CLIENT, "web"), appointment=moved, act=Act.MOVE_BY_CLIENT.value)
    return moved

"""How much one client with an account may ask for at once and in one week."""

from __future__ import annotations

from assisto_caldav.domain.appointment import HOLDS_ITS_TIME, WAITS_FOR_COUNSELLOR
from assisto_caldav.domain.institution import Institution
from assisto_caldav.domain.localtime import date_of, zone
from assisto_caldav.errors import LimitReachedError
from assisto_caldav.ports import Unit


def insist_on_client(
    unit: Unit, institution: Institution, client: str, *, start: int, now: int
) -> None:
    """Let the account ask for one more; it is locked, so that two at once are counted.

    Raises:
        LimitReachedError: ``field`` is "open_requests" or "week".
    """
    unit.clients.lock(client)
    limits, place = institution.limits, zone(institution.zone)
    coming = [
        one
        for one in unit.appointments.of_client(client)
        if one.state in HOLDS_ITS_TIME and one.end > now
    ]
    waiting = sum(one.state in WAITS_FOR_COUNSELLOR for one in coming)
    if limits.open_requests_per_client and waiting >= limits.open_requests_per_client:
        raise LimitReachedError("Too many open requests.", field="open_requests")
    week = date_of(start, place).isocalendar()[:2]
    in_week = sum(date_of(one.start, place).isocalendar()[:2] == week for one in coming)
    if limits.appointments_per_week and in_week >= limits.appointments_per_week:
        raise LimitReachedError("Too many appointments in one week.", field="week")

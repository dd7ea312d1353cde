"""Until when a request is to be answered."""

from __future__ import annotations

from datetime import datetime, timedelta

from assisto_caldav.domain.closures import is_working_day
from assisto_caldav.domain.institution import Institution
from assisto_caldav.domain.localtime import to_instant, to_local, zone

_HOUR = 3600
# However late a request comes, somebody has this long to see it, or until its start.
SHORTEST_TIME_TO_ANSWER_SECONDS = _HOUR


def answer_deadline(requested_at: int, starts_at: int, institution: Institution) -> int:
    """Return the instant at which an unanswered request expires.

    It is the same time of day, the configured number of working days later,
    and at latest the configured hours before the start. A request that comes
    so late that this is past, or nearly, stays open for
    `SHORTEST_TIME_TO_ANSWER_SECONDS`, but never beyond its start.
    """
    limits = institution.limits
    latest = starts_at - limits.answer_latest_hours_before * _HOUR
    soonest = min(starts_at, requested_at + SHORTEST_TIME_TO_ANSWER_SECONDS)
    by_working_days = add_working_days(
        requested_at, limits.answer_within_working_days, institution, until=latest
    )
    return max(min(by_working_days, latest), soonest)


def add_working_days(instant: int, days: int, institution: Institution, *, until: int) -> int:
    """Return the same time of day some working days later.

    The day of ``instant`` does not count, whether it is a working day or not.
    The search ends at ``until``, which is returned when the day is not found
    before: nobody counts through years of closing days.
    """
    in_zone = zone(institution.zone)
    local = to_local(instant, in_zone)
    day, counted = local.date(), 0
    while counted < days:
        day += timedelta(days=1)
        if to_instant(datetime.combine(day, local.time()), in_zone) >= until:
            return until
        counted += is_working_day(institution, day)
    return to_instant(datetime.combine(day, local.time()), in_zone)

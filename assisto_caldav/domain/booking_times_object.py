"""Booking times to and from VEVENTs.

Any event in ``booking-times/`` opens time; the forms on the web show and edit
those that are a plain weekly rule, or a single day, in the institution's zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from assisto_caldav.domain.booking_times import WeeklyRule
from assisto_caldav.domain.calendar_object import CalendarObject
from assisto_caldav.domain.component import Component
from assisto_caldav.domain.content_lines import escape_text, replace_properties
from assisto_caldav.domain.event_lines import calendar_text, dated, stamps
from assisto_caldav.domain.localtime import to_instant, to_local
from assisto_caldav.domain.moments import Moment, moments
from assisto_caldav.domain.recurrence_rule import RecurrenceRule, parse_rule
from assisto_caldav.domain.timespan import timespan
from assisto_caldav.errors import InvalidInputError

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MIDNIGHT = time()
_ONLY_IN_ITS_APP = (
    "Diese Buchungszeit wurde in einer Kalender-App angelegt und lässt sich nur dort ändern."
)


def render_rule(rule: WeeklyRule, *, uid: str, summary: str, zone: ZoneInfo, now: int) -> str:
    """Return the calendar object of a new rule."""
    lines = _properties(rule, summary=summary, zone=zone, now=now, sequence=0)
    return calendar_text(uid, lines, zone)


def change_rule(
    stored: CalendarObject, rule: WeeklyRule, *, summary: str, zone: ZoneInfo, now: int
) -> str:
    """Return the stored object with another rule; what else is in it stays.

    Raises:
        InvalidInputError: It is no plain weekly rule; its app must change it.
    """
    master = stored.master
    if master is None or read_rule(stored, zone) is None:
        raise InvalidInputError(_ONLY_IN_ITS_APP)
    if zone.key not in stored.tzids:  # floating: there is no VTIMEZONE to refer to
        return render_rule(rule, uid=stored.uid, summary=summary, zone=zone, now=now)
    properties = _properties(
        rule, summary=summary, zone=zone, now=now, sequence=stored.sequence + 1
    )
    return replace_properties(stored.text, master.number, {**properties, "DURATION": None})


def skip_day(stored: CalendarObject, day: date, *, zone: ZoneInfo, now: int) -> str:
    """Return the stored object with an EXDATE for one day.

    Raises:
        InvalidInputError: It does not recur.
    """
    master = stored.master
    span = timespan(master, stored.zones, zone) if master else None
    if master is None or span is None or "RRULE" not in master:
        raise InvalidInputError(
            "Diese Buchungszeit gibt es nur einmal. Sie können sie löschen.", field="day"
        )
    line = master.lines["DTSTART"][0]
    # EXDATE takes the form of DTSTART: the same parameters, another day.
    parameters, value = line[len("DTSTART") : line.rindex(":")], line[line.rindex(":") + 1 :]
    exdate = f"EXDATE{parameters}:{day:%Y%m%d}{value.strip()[8:]}"
    lines = [*master.lines.get("EXDATE", ()), exdate]
    changes = {"EXDATE": lines, **stamps(now, stored.sequence + 1)}
    return replace_properties(stored.text, master.number, changes)


def change_summary(stored: CalendarObject, summary: str, *, now: int) -> str:
    """Return the stored object with another SUMMARY in each component that had the old one."""
    text = stored.text
    old = stored.components[0].text("SUMMARY")
    for component in stored.components:
        if component.text("SUMMARY") == old:
            line = f"SUMMARY:{escape_text(summary)}"
            changes = {"SUMMARY": line, **stamps(now, stored.sequence + 1)}
            text = replace_properties(text, component.number, changes)
    return text


def _properties(
    rule: WeeklyRule, *, summary: str, zone: ZoneInfo, now: int, sequence: int
) -> dict[str, str | Sequence[str] | None]:
    day = rule.first_day
    last = day if rule.end != _MIDNIGHT else day + timedelta(days=1)
    skipped = sorted({day for day in rule.exceptions if rule.falls_on(day)})
    return {
        **stamps(now, sequence),
        "DTSTART": dated("DTSTART", day, rule.start, zone),
        "DTEND": dated("DTEND", last, rule.end, zone),
        "RRULE": _rrule(rule, zone) if rule.weekdays else None,
        "EXDATE": [dated("EXDATE", day, rule.start, zone) for day in skipped] or None,
        "SUMMARY": f"SUMMARY:{escape_text(summary)}",
        # Apps show it as free: it is time to give away, not time that is taken.
        "TRANSP": "TRANSP:TRANSPARENT",
    }


def _rrule(rule: WeeklyRule, zone: ZoneInfo) -> str:
    days = ",".join(_WEEKDAYS[weekday] for weekday in sorted(set(rule.weekdays)))
    if rule.until is None:
        return f"RRULE:FREQ=WEEKLY;BYDAY={days}"
    # With a zoned DTSTART, UNTIL is UTC (RFC 5545 §3.3.10); the last day counts in full.
    last = to_instant(datetime.combine(rule.until, time(23, 59, 59)), zone)
    return (
        f"RRULE:FREQ=WEEKLY;UNTIL={datetime.fromtimestamp(last, UTC):%Y%m%dT%H%M%SZ};BYDAY={days}"
    )


def read_rule(stored: CalendarObject, zone: ZoneInfo) -> WeeklyRule | None:
    """Return the rule that an object is, None when it is no plain weekly one.

    ``services`` stays None: the stored match decides them, not the text.
    """
    master = stored.master
    if master is None or stored.overrides or "RDATE" in master:
        return None
    span = timespan(master, stored.zones, zone)
    if span is None or not _is_wall_time(span.start, zone):
        return None
    begin, end = span.start.local, span.start.local + span.length
    weekly = _weekly(master, begin, zone)
    if weekly is None or not begin < end <= _midnight_after(begin):
        return None
    weekdays, until = weekly
    if until is not None and until < begin.date():
        return None
    skipped = {moment.local.date() for moment in moments(master, "EXDATE", stored.zones)}
    return WeeklyRule(
        weekdays=weekdays,
        start=begin.time(),
        end=end.time(),
        first=begin.date(),
        until=until,
        exceptions=tuple(sorted(skipped)),
    )


def _is_wall_time(moment: Moment, zone: ZoneInfo) -> bool:
    is_ours = moment.zone is None or getattr(moment.zone, "key", None) == zone.key
    return is_ours and not moment.is_date


def _midnight_after(local: datetime) -> datetime:
    return datetime.combine(local.date() + timedelta(days=1), _MIDNIGHT)


def _weekly(
    master: Component, begin: datetime, zone: ZoneInfo
) -> tuple[tuple[int, ...], date | None] | None:
    """Return weekdays and last day of a plain weekly RRULE, or of no RRULE at all."""
    rules = list(master.properties("RRULE"))
    if not rules:
        return (), None
    rule = parse_rule(rules[0].value)
    is_plain = rule.frequency == "WEEKLY" and rule.interval == 1 and rule.count is None
    has_more = bool(rule.by) or any(ordinal for ordinal, _ in rule.by_day)
    weekdays = tuple(sorted({weekday for _, weekday in rule.by_day})) or (begin.weekday(),)
    if len(rules) > 1 or not is_plain or has_more or begin.weekday() not in weekdays:
        return None
    return weekdays, _last_day(rule, begin, zone)


def _last_day(rule: RecurrenceRule, begin: datetime, zone: ZoneInfo) -> date | None:
    until = rule.until
    if not isinstance(until, datetime):
        return until
    if rule.until_is_utc:
        instant = int(until.replace(tzinfo=UTC).timestamp())
        until = to_local(instant, zone).replace(tzinfo=None)
    too_early = until.time() < begin.time()
    return until.date() - timedelta(days=1) if too_early else until.date()

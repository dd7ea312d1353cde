"""Absences as a form shows them, to and from VEVENTs in ``absences/``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from assisto_caldav.domain.calendar_object import CalendarObject
from assisto_caldav.domain.content_lines import escape_text, replace_properties
from assisto_caldav.domain.event_lines import Lines, calendar_text, dated, stamps
from assisto_caldav.domain.timespan import timespan
from assisto_caldav.errors import InvalidInputError

DEFAULT_TITLE = "Abwesend"
LONGEST_TITLE = 200
_MIDNIGHT = time()
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Absence:
    """Days off, both included, or with ``start_time`` the time from then on.

    It lasts to ``end_time`` of the last day, None: to its midnight. Times are
    wall times of the institution's zone.
    """

    first: date
    last: date
    start_time: time | None = None
    end_time: time | None = None
    title: str = DEFAULT_TITLE

    def __post_init__(self) -> None:
        """Refuse an absence that ends before it begins; the field says which entry is wrong."""
        if self.last < self.first:
            raise InvalidInputError("Der letzte Tag liegt vor dem ersten.", field="last")
        if self.is_all_day:
            return
        if self.ends <= datetime.combine(self.first, self.start_time or _MIDNIGHT):
            raise InvalidInputError("Das Ende liegt nicht nach dem Beginn.", field="end_time")

    @property
    def is_all_day(self) -> bool:
        """Say whether it is whole days."""
        return self.start_time is None and self.end_time is None

    @property
    def ends(self) -> datetime:
        """Return the wall time at which it ends, not included."""
        if self.end_time is None:
            return datetime.combine(self.last + _DAY, _MIDNIGHT)
        return datetime.combine(self.last, self.end_time)


def render_absence(absence: Absence, *, uid: str, zone: ZoneInfo, now: int) -> str:
    """Return the calendar object of a new absence."""
    lines = _lines(absence, zone=zone, now=now, sequence=0)
    return calendar_text(uid, lines, None if absence.is_all_day else zone)


def change_absence(stored: CalendarObject, absence: Absence, *, zone: ZoneInfo, now: int) -> str:
    """Return the stored object with other days; what else is in it stays.

    Raises:
        InvalidInputError: It recurs; its app must change it.
    """
    master = stored.master
    if master is None or read_absence(stored, zone) is None:
        raise InvalidInputError(
            "Diese Abwesenheit wurde in einer Kalender-App angelegt und lässt sich nur dort ändern."
        )
    if not absence.is_all_day and zone.key not in stored.tzids:  # it has no such VTIMEZONE
        return render_absence(absence, uid=stored.uid, zone=zone, now=now)
    lines = _lines(absence, zone=zone, now=now, sequence=stored.sequence + 1)
    return replace_properties(stored.text, master.number, {**lines, "DURATION": None})


def read_absence(stored: CalendarObject, zone: ZoneInfo) -> Absence | None:
    """Return the absence that an object is, as days in a zone; None when it recurs."""
    master = stored.master
    if master is None or stored.overrides or {"RRULE", "RDATE"} & set(master.lines):
        return None
    span = timespan(master, stored.zones, zone)
    if span is None:
        return None
    title = master.text("SUMMARY") or DEFAULT_TITLE
    if span.start.is_date:
        first = span.start.local.date()
        return Absence(first, max(first, first + span.length - _DAY), title=title)
    begin, end = (_local(instant, zone) for instant in span.instants(zone))
    if end <= begin:
        return None
    if end.time() == _MIDNIGHT:
        return Absence(begin.date(), end.date() - _DAY, begin.time(), None, title)
    return Absence(begin.date(), end.date(), begin.time(), end.time(), title)


def _local(instant: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(instant, zone).replace(tzinfo=None)


def _lines(absence: Absence, *, zone: ZoneInfo, now: int, sequence: int) -> Lines:
    if absence.is_all_day:
        start = dated("DTSTART", absence.first, None, zone)
        end = dated("DTEND", absence.last + _DAY, None, zone)
    else:
        ends = absence.ends
        start = dated("DTSTART", absence.first, absence.start_time or _MIDNIGHT, zone)
        end = dated("DTEND", ends.date(), ends.time(), zone)
    return {
        **stamps(now, sequence),
        "DTSTART": start,
        "DTEND": end,
        "SUMMARY": f"SUMMARY:{escape_text(absence.title)}",
        "TRANSP": "TRANSP:OPAQUE",
    }

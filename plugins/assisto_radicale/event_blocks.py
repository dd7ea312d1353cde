"""The VEVENTs of a stored object as blocks of text, to be written anew at other times.

Most objects are one VEVENT, or a master with a few overrides: no parser is
needed to tell them apart. What is not so simple is left to it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from assisto_caldav.domain.content_lines import parse_line
from assisto_caldav.domain.moments import parse_moment
from assisto_caldav.domain.timezones import Zones
from assisto_caldav.errors import InvalidCalendarObjectError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assisto_caldav.domain.moments import Moment

REWRITTEN = frozenset(
    ("DTSTART", "DTEND", "DUE", "RECURRENCE-ID", "RRULE", "RDATE", "EXDATE", "EXRULE")
)
"""What each instance has of its own."""

# Each pattern begins with a line end: so it is looked for as fast as plain text.
_EVENT = re.compile(r"\nBEGIN:VEVENT[ \t]*\r?(?=\n)")
_EVENT_END = re.compile(r"\nEND:VEVENT[ \t]*\r?\n")
_OTHER_CASE = re.compile(r"\n(?!BEGIN:)(?i:BEGIN:)")
_ONLY_ALARMS = re.compile(r"(?:BEGIN:VALARM\r?\n(?:(?!END:).*\n)*+END:VALARM\r?\n)*+")
_REST_OF_LINE = r"[;:].*(?:\n[ \t].*)*+"
_DROPPED = re.compile(
    r"\n(?:D(?:TSTART|TEND|UE)|R(?:ECURRENCE-ID|RULE|DATE)|EX(?:DATE|RULE))" + _REST_OF_LINE,
    re.IGNORECASE,
)
_HAS_END = re.compile(r"\nDTEND[;:]", re.IGNORECASE)
_START = re.compile(rf"\nDTSTART{_REST_OF_LINE}", re.IGNORECASE)
_RECURRENCE_ID = re.compile(rf"\nRECURRENCE-ID{_REST_OF_LINE}", re.IGNORECASE)
_FOLDING = re.compile(r"\r?\n[ \t]")
_UTC = ZoneInfo("UTC")


class Block(NamedTuple):
    """One VEVENT without its times: ``rest`` follows them, its END included."""

    has_end: bool
    rest: str


class _Event(NamedTuple):
    """The text of a VEVENT: its own lines, each with the line end before it, and its alarms."""

    own: str
    alarms: str

    def block(self) -> Block:
        lines = _DROPPED.sub("", self.own)[1:]
        rest = f"{lines}\n{self.alarms}END:VEVENT\r\n" if lines else f"{self.alarms}END:VEVENT\r\n"
        return Block(_HAS_END.search(self.own) is not None, rest)


def blocks_of(text: str) -> Mapping[str | None, Block] | None:
    """Return the VEVENTs by canonical RECURRENCE-ID, the master under None.

    An event alone is under None, whatever it is.

    Returns:
        None if a parser must look: other components inside, a change of all
        later instances, a zone of the object's own, and the like.
    """
    events = _events(text)
    if not events:
        return None
    if len(events) == 1:
        return {None: events[0].block()}
    try:
        keys = _keys(events)
    except InvalidCalendarObjectError:
        return None
    if None in keys[1:] or len(set(keys)) < len(keys):
        return None
    return {key: event.block() for key, event in zip(keys, events, strict=True)}


def _events(text: str) -> list[_Event]:
    """Return the VEVENTs, the master first; none if one is not simple."""
    if _OTHER_CASE.search(text) is not None:
        return []
    found: list[_Event] = []
    begin = _EVENT.search(text)
    while begin is not None:
        end = _EVENT_END.search(text, begin.end())
        if end is None:
            return []
        inner = text.find("\nBEGIN:", begin.end(), end.start())
        own_end = inner if inner >= 0 else end.start()
        if inner >= 0 and not _ONLY_ALARMS.fullmatch(text, inner + 1, end.start() + 1):
            return []
        found.append(_Event(text[begin.end() : own_end], text[own_end + 1 : end.start() + 1]))
        begin = _EVENT.search(text, end.end() - 1)
    if len(found) > 1:
        found.sort(key=lambda event: _RECURRENCE_ID.search(event.own) is not None)
    return found


def _keys(events: list[_Event]) -> list[str | None]:
    """Return the canonical RECURRENCE-ID of each event as the index has it.

    Raises:
        InvalidCalendarObjectError: One is not of the kind of the master's DTSTART.
    """
    start = _moment(_START, events[0])
    keys: list[str | None] = [None if _RECURRENCE_ID.search(events[0].own) is None else ""]
    for event in events[1:]:
        replaced = _moment(_RECURRENCE_ID, event)
        if (replaced.is_date, replaced.zone is None) != (start.is_date, start.zone is None):
            raise InvalidCalendarObjectError("A RECURRENCE-ID is not as DTSTART is.")
        keys.append(replaced.value(_UTC))
    return keys


def _moment(pattern: re.Pattern[str], event: _Event) -> Moment:
    match = pattern.search(event.own)
    if match is None:
        raise InvalidCalendarObjectError("A time is missing.")
    found = parse_line(_FOLDING.sub("", match.group().strip("\r\n")))
    if "RANGE" in found.params:
        raise InvalidCalendarObjectError("It changes more than one instance.")
    as_date = found.param("VALUE").upper() == "DATE"
    return parse_moment(found.value, found.param("TZID"), Zones(), as_date=as_date)

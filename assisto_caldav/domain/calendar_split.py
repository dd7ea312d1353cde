"""A whole exported calendar, split into calendar object resources (RFC 4791 §4.1).

Every content line of an event is kept byte for byte; of the calendar's own
lines, METHOD goes, and each object gets the VTIMEZONEs that it names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from assisto_caldav.domain.content_lines import (
    ContentLine,
    Property,
    iter_lines,
    line_end_of,
    parse_line,
    unescape_text,
)
from assisto_caldav.errors import InvalidCalendarObjectError

_KEPT_HEADER = frozenset({"VERSION", "PRODID", "CALSCALE"})
_NOTED = ("UID", "SUMMAR", "TZID")
_TYPES = frozenset({"VEVENT", "VTODO", "VJOURNAL"})


@dataclass(frozen=True, slots=True)
class SplitObject:
    """One UID's components as a calendar of their own; ``uid`` may be empty."""

    uid: str
    summary: str
    text: str


@dataclass(slots=True)
class _Part:
    """A top-level component: its place in the text, and what it says about itself."""

    name: str
    number: int
    start: int
    end: int = 0
    uid: str = ""
    summary: str = ""
    tzid: str = ""
    named_zones: set[str] = field(default_factory=set)


def split_calendar(text: str) -> list[SplitObject]:
    """Return the calendar objects of an export, in the order of their first component.

    Several VCALENDARs in one file, as some exporters write them, are read one
    after the other. Components without a UID come alone, with "" for it.

    Raises:
        InvalidCalendarObjectError: The file is no calendar at all.
    """
    found: list[SplitObject] = []
    header: list[str] = []
    parts: list[_Part] = []
    line_end = line_end_of(text)
    calendars = 0
    for line in iter_lines(text):
        depth = len(line.path)
        if depth == 0 or line.path[0] != "VCALENDAR":
            raise InvalidCalendarObjectError("Die Datei ist kein Kalender (VCALENDAR).")
        if depth > 1:
            _read_part_line(parts, line, depth)
        elif line.name == "END":
            found += _objects(text, header, parts, line_end)
            header, parts, calendars = [], [], calendars + 1
        elif line.name in _KEPT_HEADER:
            header.append(_whole(text, line, line_end))
    if not calendars:
        raise InvalidCalendarObjectError("Die Datei ist kein Kalender (VCALENDAR).")
    return found


def _read_part_line(parts: list[_Part], line: ContentLine, depth: int) -> None:
    if depth == 2:
        start = line.text[:6].upper()
        if start == "BEGIN:":
            parts.append(_Part(line.path[1], line.component, line.start))
        parts[-1].end = line.end
        if start.startswith(_NOTED):
            _note_own_line(parts[-1], line)
    if ";" in line.text and "TZID" in line.text.upper():
        found = _property(line)
        tzid = found.param("TZID").strip() if found else ""
        if tzid:
            parts[-1].named_zones.add(tzid)


def _note_own_line(part: _Part, line: ContentLine) -> None:
    found = _property(line)
    if found is None:
        return
    if found.name == "UID":
        part.uid = unescape_text(found.value.strip())
    elif found.name == "SUMMARY":
        part.summary = part.summary or unescape_text(found.value.strip())
    elif found.name == "TZID":
        part.tzid = found.value.strip()


def _property(line: ContentLine) -> Property | None:
    """Return what a line says, None for nonsense: it spoils its own object and no other."""
    try:
        return parse_line(line.text)
    except InvalidCalendarObjectError:
        return None


def _objects(
    text: str, header: list[str], parts: list[_Part], line_end: str
) -> Iterator[SplitObject]:
    zones = {part.tzid: text[part.start : part.end] for part in parts if part.name == "VTIMEZONE"}
    for members in _by_uid(parts):
        named = sorted({name for part in members for name in part.named_zones} & set(zones))
        body = [_ended(text[part.start : part.end], line_end) for part in members]
        lines = (
            f"BEGIN:VCALENDAR{line_end}",
            *header,
            *(_ended(zones[name], line_end) for name in named),
            *body,
            f"END:VCALENDAR{line_end}",
        )
        summary = next((part.summary for part in members if part.summary), "")
        yield SplitObject(members[0].uid, summary, "".join(lines))


def _by_uid(parts: list[_Part]) -> list[list[_Part]]:
    grouped: dict[tuple[str, int], list[_Part]] = {}
    for part in parts:
        if part.name in _TYPES:
            alone = 0 if part.uid else part.number
            grouped.setdefault((part.uid, alone), []).append(part)
    return list(grouped.values())


def _whole(text: str, line: ContentLine, line_end: str) -> str:
    return _ended(text[line.start : line.end], line_end)


def _ended(text: str, line_end: str) -> str:
    return text if text.endswith(("\n", "\r")) else text + line_end

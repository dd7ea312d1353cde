"""Many calendar objects as one calendar, with each time zone once (RFC 5545 §3.4, §3.6.5).

A TZID that tzdata knows means one zone, whatever the objects say of it. Of any
other, two objects may mean two zones: then one gets another TZID, in its
VTIMEZONE and wherever it is named. All other lines stay as they were.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assisto_caldav.domain.content_lines import (
    escape_text,
    fold,
    iter_lines,
    unfolded_lines,
)
from assisto_caldav.domain.timezones import iana_zone, vtimezone_text
from assisto_caldav.errors import InvalidCalendarObjectError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Assisto CalDAV//DE\r\n"
_LINE_END = re.compile(r"\r*\n|\r")
_TZID = re.compile(r";TZID=(\"[^\"]*\"|[^;:,\"]*)(?=[;:])", re.IGNORECASE)
_SAYS_NOTHING = ("LAST-MODIFIED", "TZURL", "TZID", "X-")


@dataclass(frozen=True, slots=True)
class Joined:
    """A calendar, and how many objects could not be read and are not in it."""

    text: str
    left_out: int


@dataclass(slots=True)
class _Part:
    """A component below the VCALENDAR; ``named`` are the TZIDs in its lines."""

    kind: str
    start: int
    raw: str = ""
    tzid: str = ""
    named: set[str] = field(default_factory=set)


def join_calendars(name: str, texts: Iterable[str]) -> Joined:
    """Return one VCALENDAR named ``name`` with all components, in their order."""
    zones = _Zones()
    components: list[str] = []
    left_out = 0
    for text in texts:
        try:
            parts = list(_parts(text))
        except InvalidCalendarObjectError:
            left_out += 1
            continue
        given = {part.tzid: part.raw for part in parts if part.kind == "VTIMEZONE"}
        components += [
            _renamed(part, zones.note(part.named, given))
            for part in parts
            if part.kind != "VTIMEZONE"
        ]
    label = fold(f"X-WR-CALNAME:{escape_text(name)}")
    body = "".join([_HEAD, label, *zones.texts(), *components, "END:VCALENDAR\r\n"])
    return Joined(body, left_out)


def _parts(text: str) -> Iterator[_Part]:
    part = _Part("", 0)
    for line in iter_lines(text):
        depth = len(line.path)
        if depth < 2:
            continue
        if depth == 2 and line.text[:6].upper() == "BEGIN:":
            part = _Part(line.path[1], line.start)
        if ";" in line.text:
            found = _TZID.search(line.text)
            if found:
                part.named.add(found[1].strip('"'))
        elif depth == 2 and line.name == "TZID":
            part.tzid = line.text.partition(":")[2].strip()
        if depth == 2 and line.text[:4].upper() == "END:":
            part.raw = _with_crlf(text[part.start : line.end])
            yield part


def _with_crlf(raw: str) -> str:
    if raw.count("\n") != raw.count("\r\n") or raw.count("\r") != raw.count("\r\n"):
        raw = _LINE_END.sub("\r\n", raw)
    return raw if raw.endswith("\n") else f"{raw}\r\n"


class _Zones:
    """The time zones of a calendar that is being put together."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, str]] = {}
        self._own: dict[tuple[str, str], tuple[str, str]] = {}
        self._taken: set[str] = set()

    def note(self, named: Iterable[str], given: dict[str, str]) -> dict[str, str]:
        """Take what an object says of the zones it names; return the new names of some."""
        changed: dict[str, str] = {}
        for tzid in sorted(named):
            raw = given.get(tzid.strip(), "")
            if iana_zone(tzid) is not None:
                definitions = self._known.setdefault(tzid, {})
                definitions.setdefault(_meaning(raw), raw)
            elif raw:
                name = self._name_for(tzid, raw)
                if name != tzid:
                    changed[tzid] = name
        return changed

    def _name_for(self, tzid: str, raw: str) -> str:
        key = (tzid, _meaning(raw))
        if key not in self._own:
            name, number = tzid, 1
            while name in self._taken or (number > 1 and iana_zone(name)):
                number += 1
                name = f"{tzid} {number}"
            self._taken.add(name)
            self._own[key] = (name, raw)
        return self._own[key][0]

    def texts(self) -> Iterator[str]:
        """Yield each VTIMEZONE."""
        for tzid, definitions in self._known.items():
            zone = iana_zone(tzid)
            [first, *others] = definitions.values()
            if first and not others:
                yield first
            elif zone is not None:
                yield _with_tzid(vtimezone_text(zone), tzid)
        for (tzid, _), (name, raw) in self._own.items():
            yield raw if name == tzid else _with_tzid(raw, name)


def _meaning(raw: str) -> str:
    """Return what two VTIMEZONEs of one meaning have in common."""
    lines = (line.upper() for line in unfolded_lines(raw))
    return "\n".join(line for line in lines if not line.startswith(_SAYS_NOTHING))


def _with_tzid(raw: str, tzid: str) -> str:
    return "".join(
        fold(f"TZID:{tzid}") if line.name == "TZID" else raw[line.start : line.end]
        for line in iter_lines(raw)
    )


def _renamed(part: _Part, names: dict[str, str]) -> str:
    if not names:
        return part.raw

    def rename(match: re.Match[str]) -> str:
        tzid = match[1].strip('"')
        return f';TZID="{names[tzid]}"' if tzid in names else match[0]

    pieces = []
    for line in iter_lines(part.raw):
        found = _TZID.search(line.text)
        changed = _TZID.sub(rename, line.text, count=1) if found else line.text
        pieces.append(part.raw[line.start : line.end] if changed == line.text else fold(changed))
    return "".join(pieces)

"""Many calendar objects as one iCalendar text."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from assisto_caldav.domain.content_lines import escape_text, fold, iter_lines
from assisto_caldav.errors import AssistoError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

logger = logging.getLogger("assisto.dav")


def join(name: str, texts: Iterable[str]) -> str:
    """Return one VCALENDAR with all components, each VTIMEZONE once, lines as they were.

    Zones are told apart by their TZID; the first of a TZID is taken. An object
    that cannot be read is left out.
    """
    zones: dict[str, str] = {}
    components: list[str] = []
    for text in texts:
        try:
            found = list(_components(text))
        except AssistoError:
            logger.warning("A stored object cannot be read and is left out of a download.")
            continue
        for kind, tzid, raw in found:
            if kind == "VTIMEZONE":
                zones.setdefault(tzid, raw)
            else:
                components.append(raw)
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Assisto CalDAV//DE\r\n"
    label = fold(f"X-WR-CALNAME:{escape_text(name)}")
    return "".join([head, label, *zones.values(), *components, "END:VCALENDAR\r\n"])


def _components(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield name, TZID and raw text of each component of a VCALENDAR."""
    start, tzid = 0, ""
    for line in iter_lines(text):
        if len(line.path) != 2:
            continue
        if line.name == "BEGIN":
            start, tzid = line.start, ""
        elif line.name == "TZID":
            tzid = line.text.partition(":")[2].strip()
        elif line.name == "END":
            raw = text[start : line.end]
            yield line.path[1], tzid, raw if raw.endswith("\n") else f"{raw}\r\n"

"""Public holidays and closing days of config as all-day events for calendar apps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from assisto_caldav.domain.closures import closing_spans, holidays_between
from assisto_caldav.domain.collection import CollectionKind
from assisto_caldav.domain.content_lines import escape_text
from assisto_caldav.domain.event_lines import calendar_text, dated, stamps
from assisto_caldav.domain.institution import Institution

_PREFIX = "config-"
_STAMPS = re.compile(r"^(?:DTSTAMP|LAST-MODIFIED):.*$", re.MULTILINE)
_UTC = ZoneInfo("UTC")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ClosureEvent:
    """One event; both days are included. ``number`` tells those of one first day apart."""

    institution: str
    kind: CollectionKind
    first: date
    last: date
    name: str
    number: int

    @property
    def href(self) -> str:
        """Return the href, the same as long as the days are."""
        suffix = f"-{self.number}" if self.number > 1 else ""
        return f"{_PREFIX}{self.first:%Y%m%d}{suffix}.ics"

    @property
    def uid(self) -> str:
        """Return the UID, the same on every start."""
        return str(uuid5(NAMESPACE_URL, f"assisto:{self.institution}/{self.kind}/{self.href}"))


def is_of_config(href: str) -> bool:
    """Tell whether an href belongs to what config says; no app may store anything there."""
    return href.startswith(_PREFIX)


def closure_events(
    institution: Institution, kind: CollectionKind, *, first: date, last: date
) -> list[ClosureEvent]:
    """Return what touches the days from first to last, both included, in order."""
    if kind is CollectionKind.PUBLIC_HOLIDAYS:
        spans = [(day, day, name) for day, name in holidays_between(institution, first, last)]
    else:
        spans = sorted(closing_spans(institution, first, last))
    return list(_numbered(institution, kind, spans))


def _numbered(
    institution: Institution, kind: CollectionKind, spans: Iterable[tuple[date, date, str]]
) -> Iterator[ClosureEvent]:
    before, number = None, 0
    for first, last, name in spans:
        number = number + 1 if first == before else 1
        before = first
        yield ClosureEvent(institution.id, kind, first, last, name, number)


def render_closure(event: ClosureEvent, *, now: int) -> str:
    """Return the calendar object."""
    lines = {
        **stamps(now, 0),
        "DTSTART": dated("DTSTART", event.first, None, _UTC),
        "DTEND": dated("DTEND", event.last + _DAY, None, _UTC),
        "SUMMARY": f"SUMMARY:{escape_text(event.name)}",
        "TRANSP": "TRANSP:OPAQUE",
    }
    return calendar_text(event.uid, lines, None)


def says_the_same(one: str, other: str) -> bool:
    """Tell whether two texts differ in nothing but when they were written."""
    return _STAMPS.sub("", one) == _STAMPS.sub("", other)

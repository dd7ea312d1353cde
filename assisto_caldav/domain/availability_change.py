"""A stored rule with the times of another; what else is in it stays."""

from __future__ import annotations

from collections.abc import Sequence

from assisto_caldav.domain.calendar_object import CalendarObject, parse_calendar_object
from assisto_caldav.domain.component import Component
from assisto_caldav.domain.content_lines import escape_text, replace_properties
from assisto_caldav.domain.event_lines import stamps

_TIMES = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE")


def changed_text(old: CalendarObject, new: CalendarObject, *, summary: str, now: int) -> str:
    """Return the old object with the times of the new one, and this SUMMARY.

    A rule with overrides, or in another zone than before, is written anew
    under its old UID: single lines would not say it.
    """
    stamped = {**stamps(now, old.sequence + 1), "SUMMARY": f"SUMMARY:{escape_text(summary)}"}
    before, after = _alone(old), _alone(new)
    if before is not None and after is not None and set(new.tzids) <= set(old.tzids):
        times: dict[str, str | Sequence[str] | None] = {
            name: after.lines.get(name) for name in _TIMES
        }
        return replace_properties(old.text, before.number, {**times, **stamped})
    text = new.text
    uid_line = old.components[0].lines["UID"][0]
    for part in parse_calendar_object(text.encode()).components:
        text = replace_properties(text, part.number, {**stamped, "UID": uid_line})
    return text


def _alone(item: CalendarObject) -> Component | None:
    return item.master if len(item.components) == 1 else None

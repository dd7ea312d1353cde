"""Booking times that a device sent and that were refused: many apps do not say so."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass

from assisto_caldav.domain.calendar_object import decode
from assisto_caldav.domain.collection import CollectionKind
from assisto_caldav.domain.content_lines import unescape_text
from assisto_caldav.errors import InvalidCalendarObjectError
from assisto_caldav.ports import Ports, Unit

_SETTING = "refused booking times of {}"
_SHOWN_SECONDS = 14 * 86_400
_MOST = 5
_LONGEST = 200
_SUMMARY = re.compile(r"^SUMMARY(?:;[^:\r\n]*)?:([^\r\n]*)", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RefusedRule:
    """What was refused when: an event by its href, or with "" the whole availability.

    ``sentence`` says why in German, for the availability alone.
    """

    at: int
    href: str
    summary: str
    precondition: str
    sentence: str = ""


def note_refused_put(
    ports: Ports, owner: str, href: str, raw: bytes, error: InvalidCalendarObjectError
) -> None:
    """Remember that an event of ``booking-times/`` was refused."""
    found = _SUMMARY.search(decode(raw[:100_000]))
    summary = unescape_text(found[1]).strip()[:_LONGEST] if found else ""
    reason = error.precondition or ""
    _note(ports, owner, RefusedRule(ports.clock.now(), href, summary, reason))


def note_refused_availability(ports: Ports, owner: str, sentence: str) -> None:
    """Remember that an availability was refused; panes show at most that something failed."""
    _note(ports, owner, RefusedRule(ports.clock.now(), "", "", "", sentence[:1000]))


def _note(ports: Ports, owner: str, new: RefusedRule) -> None:
    with ports.database.reading() as unit:
        before = _read(unit, owner)
    # An app that tries again and again costs no write each time.
    if before and _what(before[0]) == _what(new):
        return
    with ports.database.writing() as unit:
        kept = [one for one in _read(unit, owner) if one.href != new.href]
        text = json.dumps([asdict(one) for one in [new, *kept][:_MOST]], ensure_ascii=False)
        unit.settings.set(_SETTING.format(owner), text)


def _what(refused: RefusedRule) -> tuple[str, ...]:
    return (refused.href, refused.summary, refused.precondition, refused.sentence)


def _read(unit: Unit, owner: str) -> list[RefusedRule]:
    found = unit.settings.get(_SETTING.format(owner))
    return [RefusedRule(**one) for one in json.loads(found)] if found else []


def refused_rules(ports: Ports, owner: str) -> list[RefusedRule]:
    """Return what was refused lately and has not been stored since, newest first."""
    since = ports.clock.now() - _SHOWN_SECONDS
    with ports.database.reading() as unit:
        collection = unit.collections.get(owner, CollectionKind.BOOKING_TIMES.value)
        lately = [one for one in _read(unit, owner) if one.at >= since]
        hrefs = [one.href for one in lately if one.href]
        stored = unit.objects.get_many(collection.id, hrefs) if collection and hrefs else {}
    return [
        one for one in lately if one.href not in stored or stored[one.href].modified_at < one.at
    ]

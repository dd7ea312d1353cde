"""Closing days and public holidays in calendar apps: config's, kept up to date.

What config says opens and closes slots by itself; these rows show it. What
administrators add in their calendar app blocks every counsellor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assisto_caldav.domain.calendar_object import parse_calendar_object
from assisto_caldav.domain.closure_events import (
    ClosureEvent,
    closure_events,
    is_of_config,
    render_closure,
    says_the_same,
)
from assisto_caldav.domain.collection import SHARED, Collection, CollectionKind, StoredObject
from assisto_caldav.domain.institution import Institution
from assisto_caldav.domain.localtime import date_of, zone
from assisto_caldav.errors import KeptInConfigError
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.object_index import Member, store_member
from assisto_caldav.usecases.shared_collections import lock_owners

_YEARS_BACK, _YEARS_AHEAD = 1, 2
_KEYS = {
    CollectionKind.CLOSING_DAYS: "closing_days",
    CollectionKind.PUBLIC_HOLIDAYS: "public_holidays",
}


@dataclass(frozen=True, slots=True)
class _Difference:
    """What has to be written so that a collection shows what config says."""

    collection: Collection
    outdated: tuple[str, ...]
    wanted: tuple[ClosureEvent, ...]


def refuse_config_row(collection: Collection, href: str) -> None:
    """Refuse to touch what config says.

    Raises:
        KeptInConfigError: The href is that of such a row.
    """
    key = _KEYS.get(collection.kind)
    if key is not None and is_of_config(href):
        raise KeptInConfigError(f"institutions/{collection.institution}.toml", key)


def show_closures(ports: Ports) -> None:
    """Write what has changed in config or come into view; nothing is written for nothing."""
    for institution in ports.config.current().institutions.values():
        with ports.database.reading() as unit:
            is_due = any(_differences(unit, ports, institution))
        if is_due:
            with ports.database.writing() as unit:
                # Two workers must not write the same twice.
                lock_owners(unit, {entry.login for entry in institution.counsellors})
                for difference in _differences(unit, ports, institution):
                    _write(unit, ports, difference)


def _differences(unit: Unit, ports: Ports, institution: Institution) -> list[_Difference]:
    # Whole years, and one more than can be booked: the calendar changes once a year.
    year = date_of(ports.clock.now(), zone(institution.zone)).year
    first, last = date(year - _YEARS_BACK, 1, 1), date(year + _YEARS_AHEAD, 12, 31)
    found = []
    for kind in SHARED:
        collection = unit.collections.get(institution.id, kind.value)
        if collection is not None:
            wanted = closure_events(institution, kind, first=first, last=last)
            stored = [one for one in unit.objects.all(collection.id) if is_of_config(one.href)]
            found.append(_difference(collection, wanted, stored))
    return [one for one in found if one.outdated or one.wanted]


def _difference(
    collection: Collection, wanted: list[ClosureEvent], stored: list[StoredObject]
) -> _Difference:
    texts = {one.href: one.text for one in stored}
    hrefs = {event.href for event in wanted}
    return _Difference(
        collection,
        outdated=tuple(href for href in texts if href not in hrefs),
        wanted=tuple(
            event
            for event in wanted
            if not says_the_same(texts.get(event.href, ""), render_closure(event, now=0))
        ),
    )


def _write(unit: Unit, ports: Ports, difference: _Difference) -> None:
    now = ports.clock.now()
    for href in difference.outdated:
        unit.objects.remove(difference.collection.id, href, now=now)
    for event in difference.wanted:
        item = parse_calendar_object(render_closure(event, now=now).encode())
        store_member(unit, ports, Member(difference.collection, event.href, item))

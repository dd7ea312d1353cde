"""Which members a calendar-query selects, without reading all of them (RFC 4791 §7.8)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from assisto_caldav.domain.localtime import zone
from assisto_caldav.errors import AssistoError, InvalidCalendarObjectError
from assisto_radicale.filters import END, CompFilter
from assisto_radicale.instances import has_instance_in
from assisto_radicale.matching import matches
from assisto_radicale.translate import RefusedError
from assisto_radicale.xmltext import caldav

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from assisto_caldav.domain.collection import Collection, StoredObject
    from assisto_caldav.domain.intervals import Interval
    from assisto_caldav.ports import Ports, Unit

logger = logging.getLogger("assisto.dav")


@dataclass(frozen=True, slots=True)
class Selection:
    """How to answer a filter: from the occurrence index, from the objects, or both."""

    wanted: CompFilter
    windowed: tuple[CompFilter, ...]
    component: str | None
    needs_text: bool

    @property
    def is_everything(self) -> bool:
        """Tell whether all members of the component are selected."""
        return not self.windowed and not self.needs_text


def plan(wanted: CompFilter) -> Selection:
    """Plan the selection for a filter on VCALENDAR.

    Raises:
        RefusedError: A time range stands where none can be answered.
    """
    if wanted.window is not None or any(inner.window for c in wanted.comps for inner in c.comps):
        raise RefusedError(caldav("supported-filter"))
    windowed = tuple(comp for comp in wanted.comps if comp.window is not None)
    first = wanted.comps[0] if len(wanted.comps) == 1 else None
    needs_text = (
        wanted.not_defined
        or bool(wanted.props)
        or len(wanted.comps) > 1
        or any(comp.props or comp.comps or comp.not_defined for comp in wanted.comps)
    )
    component = first.name if first is not None and not first.not_defined else None
    return Selection(wanted, windowed, component, needs_text)


class Place(NamedTuple):
    """Where a query looks, and in which zone all-day and floating times are read there."""

    unit: Unit
    collection: Collection
    floating_zone: ZoneInfo


def floating_zone(ports: Ports, collection: Collection) -> ZoneInfo:
    """Return the zone in which all-day and floating times of a collection are read."""
    institution = ports.config.current().institutions.get(collection.institution)
    return zone(institution.zone if institution else "UTC")


def select(place: Place, selection: Selection) -> list[StoredObject]:
    """Return the selected objects, by href."""
    if selection.windowed:
        found = _in_windows(place, selection.windowed)
    else:
        found = list(place.unit.objects.all(place.collection.id))
    if selection.component is not None:
        found = [item for item in found if item.component == selection.component]
    if selection.needs_text:
        found = [item for item in found if matches(item, selection.wanted)]
    return found


def _in_windows(place: Place, windowed: Iterable[CompFilter]) -> list[StoredObject]:
    """Return the objects that have an instance in every window."""
    hits: dict[str, StoredObject] | None = None
    for comp in windowed:
        if comp.window is None:
            continue
        here = _in_window(place, comp.window, comp.name)
        hits = here if hits is None else {k: item for k, item in hits.items() if k in here}
    return [item for _, item in sorted((hits or {}).items())]


def _in_window(place: Place, window: Interval, component: str) -> dict[str, StoredObject]:
    objects, collection = place.unit.objects, place.collection
    indexed = objects.in_window(collection.id, window, component=component)
    hits = {item.href: item for item in indexed}
    for item in objects.unexpanded([collection.id], window):
        known = item.component != component or item.href in hits
        if not known and _goes_on(item, window, place.floating_zone):
            hits[item.href] = item
    return hits


def _goes_on(item: StoredObject, window: Interval, floating_zone: ZoneInfo) -> bool:
    """Tell whether a series has an instance in the window outside the index."""
    if window.end >= END:
        return item.last is None or item.last > window.start
    try:
        return has_instance_in(item, window, floating_zone)
    except InvalidCalendarObjectError as exc:
        # More than can be looked through is not none.
        return exc.precondition == "max-instances"
    except AssistoError:
        logger.warning("A stored object cannot be expanded: %s", item.id)
        return False

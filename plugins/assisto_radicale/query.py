"""Which members a calendar-query selects, without reading all of them (RFC 4791 §7.8)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assisto_caldav.errors import AssistoError, InvalidCalendarObjectError
from assisto_radicale.collation import needle_of
from assisto_radicale.filters import END, RECURRING, CompFilter
from assisto_radicale.floating import Place, around, occurrences_at, open_place, read_zone
from assisto_radicale.instances import has_instance_in
from assisto_radicale.matching import Matcher

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assisto_caldav.domain.collection import StoredObject
    from assisto_caldav.domain.intervals import Interval

__all__ = ["Place", "Selection", "etags", "open_place", "plan", "read_zone", "select", "select_one"]
logger = logging.getLogger("assisto.dav")
_TYPES = frozenset((*RECURRING, "VFREEBUSY"))


@dataclass(frozen=True, slots=True)
class Selection:
    """How to answer a filter: from the occurrence index, from the objects, or both.

    ``windowed`` are the conditions on the index, ``component`` the type that
    all selected objects have, and ``needs_text`` tells that there is more.
    ``uid_part`` is what their UIDs have in them, in upper case, "" if unknown.
    """

    wanted: CompFilter
    windowed: tuple[CompFilter, ...]
    component: str | None
    needs_text: bool
    uid_part: str = ""

    @property
    def is_everything(self) -> bool:
        """Tell whether all members of the component are selected."""
        return not self.windowed and not self.needs_text


def plan(wanted: CompFilter) -> Selection:
    """Plan the selection for a filter on VCALENDAR."""
    present = [comp for comp in wanted.comps if not comp.not_defined]
    windowed = tuple(comp for comp in present if comp.window is not None and comp.name in RECURRING)
    names = {comp.name for comp in present}
    needs_text = (
        wanted.not_defined
        or bool(wanted.props)
        or len(wanted.comps) > 1
        or any(
            comp.props or comp.comps or comp.not_defined or comp.name not in RECURRING
            for comp in wanted.comps
        )
    )
    # VTIMEZONE and X-components stand beside any other.
    component = names.pop() if len(names) == 1 and names <= _TYPES else None
    return Selection(wanted, windowed, component, needs_text, _uid_part(present))


def _uid_part(present: Iterable[CompFilter]) -> str:
    """Return what a filter wants in the UID: apps look for objects that way."""
    for comp in present:
        for prop in comp.props:
            text = prop.text
            if comp.name in RECURRING and prop.name == "UID" and text and not text.negated:
                return needle_of(text.written, text.collation)
    return ""


def etags(place: Place, selection: Selection) -> list[tuple[str, str]] | None:
    """Return (href, etag) of the selected objects if indexes alone decide, else None."""
    collection, objects = place.collection, place.unit.objects
    if selection.needs_text or not place.reads_as_indexed:
        return None
    component = selection.component
    if not selection.windowed:
        is_any = component is None or collection.components == (component,)
        return objects.etags(collection.id) if is_any else None
    [comp] = selection.windowed
    if comp.window is None or comp.name not in collection.components:
        return []
    found = objects.etags_in(collection.id, comp.window, component=comp.name)
    beyond = objects.unexpanded([collection.id], comp.window)
    if not beyond:
        return found
    known = dict(found)
    unknown = [item for item in beyond if item.href not in known]
    for item in _going_on(place, unknown, comp.name, comp.window):
        known[item.href] = item.etag
    return sorted(known.items())


def select(place: Place, selection: Selection) -> list[StoredObject]:
    """Return the selected objects, by href."""
    component = selection.component
    if component is not None and component not in place.collection.components:
        return []
    if selection.windowed:
        found: Iterable[StoredObject] = _in_windows(place, selection.windowed)
    elif selection.uid_part:
        found = place.unit.objects.with_uid_like(place.collection.id, selection.uid_part)
    else:
        found = place.unit.objects.all(place.collection.id)
    if selection.needs_text:
        preselected = bool(selection.windowed)
        matcher = Matcher(selection.wanted, place.floating_zone, preselected=preselected)
        return [item for item in found if matcher.matches(item)]
    return [item for item in found if component is None or item.component == component]


def select_one(place: Place, selection: Selection, href: str) -> StoredObject | None:
    """Return a member if it is selected."""
    item = place.unit.objects.get(place.collection.id, href)
    matcher = Matcher(selection.wanted, place.floating_zone, preselected=False)
    return item if item is not None and matcher.matches(item) else None


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
    wide = around(place, window)
    indexed: Iterable[StoredObject] = objects.in_window(collection.id, wide, component=component)
    if not place.reads_as_indexed:
        inside = {object_id for object_id, _ in occurrences_at(place, window)}
        indexed = (item for item in indexed if item.id in inside)
    hits = {item.href: item for item in indexed}
    beyond = objects.unexpanded([collection.id], wide)
    unknown = [item for item in beyond if item.href not in hits]
    for item in _going_on(place, unknown, component, window):
        hits[item.href] = item
    return hits


def _going_on(
    place: Place, items: Iterable[StoredObject], component: str, window: Interval
) -> Iterator[StoredObject]:
    for item in items:
        if item.component == component and _goes_on(place, item, window):
            yield item


def _goes_on(place: Place, item: StoredObject, window: Interval) -> bool:
    """Tell whether a series has an instance in the window outside the index."""
    if window.end >= END and (item.last is None or item.last > window.start):
        return True
    try:
        return has_instance_in(item, window, place.floating_zone)
    except InvalidCalendarObjectError as exc:
        # More than can be looked through is not none.
        return exc.precondition == "max-instances"
    except AssistoError:
        logger.warning("A stored object cannot be expanded: %s", item.id)
        return False

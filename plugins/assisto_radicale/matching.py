"""Tell whether a calendar object matches a filter, by its own text (RFC 4791 §9.7).

A time range and the conditions beside it must hold of one and the same
component: an override has instances of its own, and the master all others.
"""

from __future__ import annotations

import logging
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from assisto_caldav.domain.calendar_object import parse_calendar_object
from assisto_caldav.domain.component import parse_components
from assisto_caldav.domain.content_lines import unescape_text
from assisto_caldav.domain.moments import parse_moment
from assisto_caldav.domain.recurrence import expand
from assisto_caldav.domain.timespan import timespan
from assisto_caldav.domain.timezones import Zones
from assisto_caldav.errors import AssistoError, InvalidCalendarObjectError
from assisto_radicale.alarms import goes_off_in
from assisto_radicale.collation import fold_case, haystack_of, needle_of
from assisto_radicale.freebusy_components import is_busy_in
from assisto_radicale.limits import MAX_INSTANCES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assisto_caldav.domain.calendar_object import CalendarObject
    from assisto_caldav.domain.collection import StoredObject
    from assisto_caldav.domain.component import Component
    from assisto_caldav.domain.content_lines import Property
    from assisto_caldav.domain.intervals import Interval
    from assisto_caldav.domain.timezones import Zone
    from assisto_radicale.filters import CompFilter, ParamFilter, PropFilter, TextMatch

logger = logging.getLogger("assisto.dav")


class Matcher:
    """A filter on VCALENDAR, made ready for many objects."""

    def __init__(self, wanted: CompFilter, floating_zone: Zone, *, preselected: bool) -> None:
        """Know the filter.

        Args:
            wanted: What is looked for.
            floating_zone: Where all-day and floating times are read.
            preselected: The objects are known to have an instance in each
                window of a VEVENT, VTODO or VJOURNAL.
        """
        self._wanted = wanted
        self._zone = floating_zone
        self._preselected = preselected
        self._needles = tuple(dict.fromkeys(_needles(wanted)))

    def matches(self, item: StoredObject) -> bool:
        """Tell whether an object matches.

        One that cannot be read matches nothing, and disturbs no other.
        """
        if self._needles:
            haystack = haystack_of(item.text)
            if not all(needle in haystack for needle in self._needles):
                return False
        try:
            reading = _Reading(item, self._zone, preselected=self._preselected)
            return any(
                reading.has_all(root, self._wanted)
                for root in reading.roots
                if root.name == self._wanted.name and not self._wanted.not_defined
            )
        except (AssistoError, ValueError, OverflowError):
            logger.warning("A stored object cannot be read: %s", item.id)
            return False


def _needles(wanted: CompFilter) -> Iterator[str]:
    """Yield what stands in the text of every object that matches."""
    if wanted.not_defined:
        return
    yield wanted.name
    for prop in wanted.props:
        if prop.not_defined or prop.window is not None:
            continue
        yield prop.name
        yield from _needles_of(prop.text)
        for param in prop.params:
            if not param.not_defined:
                yield param.name
                yield from _needles_of(param.text)
    for inner in wanted.comps:
        yield from _needles(inner)


def _needles_of(wanted: TextMatch | None) -> Iterator[str]:
    if wanted is not None and not wanted.negated:
        needle = needle_of(wanted.written, wanted.collation)
        if needle:
            yield needle


class _Scope(NamedTuple):
    """Where a component stands: in which other, and in which zones its times are."""

    zone: Zone
    zones: Zones


class _Reading:
    """One stored object, read as far as a filter needs it."""

    def __init__(self, item: StoredObject, zone: Zone, *, preselected: bool) -> None:
        self._item = item
        self._zone = zone
        self._preselected = preselected
        self.roots = parse_components(item.text)

    @cached_property
    def _object(self) -> CalendarObject:
        return parse_calendar_object(self._item.text.encode())

    @cached_property
    def _scope(self) -> _Scope:
        inner = [one for root in self.roots for one in root.components if one.name == "VTIMEZONE"]
        return _Scope(self._zone, Zones(inner))

    def has_all(self, component: Component, wanted: CompFilter) -> bool:
        """Tell whether a component has all the properties and components wanted."""
        return all(self._has_property(component, prop) for prop in wanted.props) and all(
            self._has_component(component, comp) for comp in wanted.comps
        )

    def _has_component(self, around: Component, wanted: CompFilter) -> bool:
        named = [inner for inner in around.components if inner.name == wanted.name]
        if wanted.not_defined:
            return not named
        if wanted.window is not None:
            named = self._in_window(around, named, wanted.window)
        return any(self.has_all(component, wanted) for component in named)

    def _in_window(
        self, around: Component, named: list[Component], window: Interval
    ) -> list[Component]:
        if not named:
            return []
        kind = named[0].name
        if kind == "VFREEBUSY":
            zones = self._scope.zones
            return [one for one in named if is_busy_in(one, window, zones, self._zone)]
        if kind == "VALARM":
            return [one for one in named if self._goes_off(around, one, window)]
        if self._preselected and len(named) == 1:
            return named
        numbers = self._numbers_in(window)
        return named if numbers is None else [one for one in named if one.number in numbers]

    def _goes_off(self, around: Component, alarm: Component, window: Interval) -> bool:
        try:
            return goes_off_in(self._object, around, alarm, window, self._zone)
        except InvalidCalendarObjectError as exc:
            # More than can be looked through is not none.
            if exc.precondition == "max-instances":
                return True
            raise

    def _numbers_in(self, window: Interval) -> set[int] | None:
        """Return the numbers of the components with an instance in a window; None is all."""
        try:
            obj = self._object
            found = expand(obj, window, floating_zone=self._zone, max_instances=MAX_INSTANCES)
        except InvalidCalendarObjectError as exc:
            if exc.precondition == "max-instances" or self._preselected:
                return None
            raise
        return {obj.components[one.component_index].number for one in found}

    def _has_property(self, component: Component, wanted: PropFilter) -> bool:
        if wanted.not_defined:
            return wanted.name not in component
        if wanted.window is not None and wanted.name not in component:
            return self._effective_end_lies_in(component, wanted)
        return any(
            _property_holds(found, wanted, self._scope)
            for found in component.properties(wanted.name)
        )

    def _effective_end_lies_in(self, component: Component, wanted: PropFilter) -> bool:
        """Tell the same of DTEND or DUE where DTSTART and DURATION stand for it (§9.9)."""
        end_name = {"VEVENT": "DTEND", "VTODO": "DUE"}.get(component.name)
        if wanted.name != end_name or wanted.text or wanted.params or wanted.window is None:
            return False
        if "DURATION" not in component:
            return False
        span = timespan(component, self._scope.zones, self._zone)
        if span is None:
            return False
        return wanted.window.start <= span.instants(self._zone)[1] < wanted.window.end


def _property_holds(found: Property, wanted: PropFilter, scope: _Scope) -> bool:
    if wanted.window is not None and not _lies_in(found, wanted.window, scope):
        return False
    if wanted.text is not None and not _contains(unescape_text(found.value), wanted.text):
        return False
    return all(_param_holds(found, param) for param in wanted.params)


def _param_holds(found: Property, wanted: ParamFilter) -> bool:
    values = found.params.get(wanted.name)
    if wanted.not_defined or values is None:
        return wanted.not_defined and values is None
    return wanted.text is None or _contains(",".join(values), wanted.text)


def _contains(text: str, wanted: TextMatch) -> bool:
    return (wanted.text in fold_case(text, wanted.collation)) is not wanted.negated


def _lies_in(found: Property, window: Interval, scope: _Scope) -> bool:
    moment = parse_moment(found.value, found.param("TZID"), scope.zones)
    return window.start <= moment.instant(scope.zone) < window.end

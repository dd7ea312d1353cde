"""Tell whether a calendar object matches a filter (RFC 4791 §9.7).

Time ranges of VEVENT, VTODO and VJOURNAL are decided elsewhere, from the
occurrence index; here is what only the object itself can tell.
"""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from assisto_caldav.domain.component import parse_components
from assisto_caldav.domain.content_lines import unescape_text
from assisto_caldav.domain.localtime import to_instant, zone
from assisto_caldav.errors import AssistoError, InvalidInputError
from assisto_radicale.filters import fold_case

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assisto_caldav.domain.collection import StoredObject
    from assisto_caldav.domain.component import Component
    from assisto_caldav.domain.content_lines import Property
    from assisto_caldav.domain.intervals import Interval
    from assisto_radicale.filters import CompFilter, ParamFilter, PropFilter, TextMatch

logger = logging.getLogger("assisto.dav")


def matches(item: StoredObject, wanted: CompFilter) -> bool:
    """Tell whether an object matches a filter on VCALENDAR, its time ranges left out.

    An object that cannot be read matches nothing, and disturbs no other.
    """
    try:
        return any(
            _holds(root, wanted) for root in parse_components(item.text) if root.name == wanted.name
        )
    except (AssistoError, ValueError):
        logger.warning("A stored object cannot be read: %s", item.id)
        return False


def _holds(component: Component, wanted: CompFilter) -> bool:
    return all(_has_property(component, prop) for prop in wanted.props) and all(
        _has_component(component.components, comp) for comp in wanted.comps
    )


def _has_component(components: Iterable[Component], wanted: CompFilter) -> bool:
    named = [component for component in components if component.name == wanted.name]
    if wanted.not_defined:
        return not named
    return any(_holds(component, wanted) for component in named)


def _has_property(component: Component, wanted: PropFilter) -> bool:
    if wanted.not_defined:
        return wanted.name not in component
    return any(_property_holds(found, wanted) for found in component.properties(wanted.name))


def _property_holds(found: Property, wanted: PropFilter) -> bool:
    if wanted.window is not None and not _lies_in(found, wanted.window):
        return False
    if wanted.text is not None and not _contains(unescape_text(found.value), wanted.text):
        return False
    return all(_param_holds(found, param) for param in wanted.params)


def _param_holds(found: Property, wanted: ParamFilter) -> bool:
    values = found.params.get(wanted.name)
    if wanted.not_defined or values is None:
        return wanted.not_defined and values is None
    text = wanted.text
    return text is None or any(_contains(value, text) for value in values)


def _contains(text: str, wanted: TextMatch) -> bool:
    return (wanted.text in fold_case(text, wanted.collation)) is not wanted.negated


def _lies_in(found: Property, window: Interval) -> bool:
    return any(
        window.start <= _instant(value, found.param("TZID")) < window.end
        for value in found.value.split(",")
    )


def _instant(value: str, tzid: str) -> int:
    moment = datetime.fromisoformat(value.strip().removesuffix("Z"))
    if "T" not in value:
        moment = datetime.combine(date(moment.year, moment.month, moment.day), time.min)
    if tzid and not value.strip().endswith("Z"):
        try:
            return to_instant(moment, zone(tzid))
        except InvalidInputError:
            pass
    return int(moment.replace(tzinfo=UTC).timestamp())

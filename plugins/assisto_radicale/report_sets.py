"""``D:supported-report-set`` (RFC 3253 §3.1.5): which resource answers which report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assisto_caldav.domain.collection import CALENDARS, CollectionKind

if TYPE_CHECKING:
    from assisto_caldav.domain.collection import Collection

_CALENDAR = ("D:sync-collection", "C:calendar-query", "C:calendar-multiget", "C:free-busy-query")
_MEMBER = ("C:calendar-query", "C:calendar-multiget", "D:expand-property")
_PRINCIPAL = (
    "D:expand-property",
    "D:principal-match",
    "D:principal-property-search",
    "D:principal-search-property-set",
    "CS:calendarserver-principal-search",
)


def _written(reports: tuple[str, ...]) -> str:
    return "".join(
        f"<D:supported-report><D:report><{name}/></D:report></D:supported-report>"
        for name in reports
    )


ROOT_REPORTS = _written(_PRINCIPAL)
PRINCIPAL_REPORTS = _written((*_PRINCIPAL, "C:calendar-query", "C:calendar-multiget"))
"""Of principals, and so of homes, which are ordinary collections (RFC 4791 §7.2)."""

MEMBER_REPORTS = _written(_MEMBER)
_CALENDAR_REPORTS = _written((*_CALENDAR, "D:expand-property"))
_INBOX_REPORTS = _written(("D:sync-collection", "C:calendar-multiget", "D:expand-property"))
_OTHER_REPORTS = _written(("D:expand-property",))


def collection_reports(item: Collection) -> str:
    """Return the property of a collection."""
    if item.kind in CALENDARS:
        return _CALENDAR_REPORTS
    return _INBOX_REPORTS if item.kind is CollectionKind.INBOX else _OTHER_REPORTS

"""Property updates: PROPPATCH, and the bodies of MKCALENDAR and MKCOL.

RFC 4918 §9.2, RFC 4791 §5.3.1, RFC 5689.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from assisto_caldav.errors import InvalidInputError
from assisto_radicale.properties import PROTECTED
from assisto_radicale.translate import RefusedError
from assisto_radicale.xmltext import caldav, dav, element, escape, short_name

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Iterator, Mapping, Sequence

_COMPONENTS = caldav("supported-calendar-component-set")
_RESOURCETYPE = dav("resourcetype")
_KNOWN_COMPONENTS = ("VEVENT", "VTODO", "VJOURNAL")


class Change(NamedTuple):
    """One property to set (``value``) or, with None, to remove, in the document's order."""

    name: str
    value: str | None
    is_storable: bool = True


class NewCalendar(NamedTuple):
    """What a calendar to be made shall have."""

    components: tuple[str, ...]
    props: dict[str, str]


def read_update(root: ET.Element | None) -> list[Change]:
    """Return what a ``propertyupdate`` wants.

    Raises:
        InvalidInputError: It is none, or wants nothing.
    """
    if root is None or root.tag != dav("propertyupdate"):
        raise InvalidInputError("The body is no propertyupdate.")
    changes = list(_changes(root))
    if not changes:
        raise InvalidInputError("The body wants no change.")
    return changes


def _changes(root: ET.Element) -> Iterator[Change]:
    for action in root:
        for prop in action.iterfind(f"{dav('prop')}/*"):
            if action.tag == dav("remove"):
                yield Change(prop.tag, None)
            elif action.tag == dav("set"):
                yield _setting(prop)


def _setting(prop: ET.Element) -> Change:
    """Return the setting of a property; values that have elements cannot be stored."""
    return Change(prop.tag, prop.text or "", is_storable=len(prop) == 0)


def refused(changes: Sequence[Change]) -> set[str]:
    """Return the names that must not or cannot be changed."""
    return {change.name for change in changes if change.name in PROTECTED or not change.is_storable}


def by_short_name(changes: Sequence[Change]) -> dict[str, str | None]:
    """Return the outcome of the changes under the names that are stored."""
    return {short_name(change.name): change.value for change in changes}


def describe(changes: Sequence[Change], not_allowed: set[str]) -> str:
    """Return the ``D:propstat`` elements: all is done, or nothing (RFC 4918 §9.2)."""
    names = dict.fromkeys(change.name for change in changes)
    if not not_allowed:
        return _propstat(names, "200 OK")
    others = [name for name in names if name not in not_allowed]
    told = _propstat(
        [name for name in names if name in not_allowed],
        "403 Forbidden",
        "<D:error><D:cannot-modify-protected-property/></D:error>",
    )
    return told + (_propstat(others, "424 Failed Dependency") if others else "")


def _propstat(names: Sequence[str] | Mapping[str, None], status: str, error: str = "") -> str:
    inner = "".join(element(name, "") for name in names)
    return (
        f"<D:propstat><D:prop>{inner}</D:prop><D:status>HTTP/1.1 {escape(status)}</D:status>"
        f"{error}</D:propstat>"
    )


def read_new_calendar(root: ET.Element | None, *, extended: bool) -> NewCalendar:
    """Return what an MKCALENDAR (or an extended MKCOL) wants.

    Live properties and values that we cannot store are passed over: no app
    could make a calendar here if its colour scheme were a condition.

    Raises:
        RefusedError: The components are none of ours, or it is no calendar.
        InvalidInputError: The body is none.
    """
    if root is None:
        if extended:
            raise RefusedError(dav("valid-resourcetype"))
        return NewCalendar(_KNOWN_COMPONENTS, {})
    if root.tag != (dav("mkcol") if extended else caldav("mkcalendar")):
        raise InvalidInputError("The body does not fit the method.")
    props = {prop.tag: prop for prop in root.iterfind(f"{dav('set')}/{dav('prop')}/*")}
    if extended:
        _require_calendar(props.get(_RESOURCETYPE))
    kept = {
        short_name(name): prop.text or ""
        for name, prop in props.items()
        if name not in PROTECTED and _setting(prop).is_storable
    }
    return NewCalendar(_components(props.get(_COMPONENTS)), kept)


def _require_calendar(node: ET.Element | None) -> None:
    kinds = {kind.tag for kind in node} if node is not None else set()
    if kinds != {dav("collection"), caldav("calendar")}:
        raise RefusedError(dav("valid-resourcetype"))


def _components(node: ET.Element | None) -> tuple[str, ...]:
    if node is None:
        return _KNOWN_COMPONENTS
    names = dict.fromkeys(comp.get("name", "").upper() for comp in node)
    if not names or any(name not in _KNOWN_COMPONENTS for name in names):
        raise RefusedError(caldav("supported-calendar-component"))
    return tuple(names)

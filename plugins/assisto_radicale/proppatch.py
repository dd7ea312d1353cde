"""Property updates: PROPPATCH, and the bodies of MKCALENDAR and MKCOL.

RFC 4918 §9.2, RFC 4791 §5.3.1, RFC 5689. All is done, or nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from assisto_caldav.domain.collection import CALENDARS, TRANSP, CollectionKind
from assisto_caldav.errors import InvalidInputError
from assisto_radicale import zone_properties
from assisto_radicale.dead_properties import LANG, key_of, stored_value
from assisto_radicale.properties import PROTECTED
from assisto_radicale.translate import RefusedError
from assisto_radicale.xmltext import CALENDARSERVER, caldav, dav, element
from assisto_radicale.zone_properties import TIMEZONE, TIMEZONE_ID

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_COMPONENTS = caldav("supported-calendar-component-set")
_RESOURCETYPE = dav("resourcetype")
_CALENDAR_TYPE = {dav("collection"), caldav("calendar")}
_KNOWN_COMPONENTS = ("VEVENT", "VTODO", "VJOURNAL")
_TRANSP = caldav("schedule-calendar-transp")
_TRANSPS = {caldav("transparent"): "transparent", caldav("opaque"): "opaque"}
_ZONES = (TIMEZONE, TIMEZONE_ID)
_TEXTS = frozenset(
    {
        dav("displayname"),
        *_ZONES,
        caldav("calendar-availability"),
        f"{{{CALENDARSERVER}}}calendar-availability",
    }
)
"""Properties that are text for us too, so that attributes are passed over."""


class Change(NamedTuple):
    """One property to set (``value``) or, with None, to remove, in the document's order."""

    name: str
    value: str | None
    is_storable: bool = True


class Refusal(NamedTuple):
    """Why a property is not changed: status line and, as XML, the precondition."""

    status: str
    error: str = ""


class NewCalendar(NamedTuple):
    """What a calendar to be made shall have."""

    components: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    refusals: Mapping[str, Refusal] = {}

    @property
    def props(self) -> dict[str, str]:
        """Return the properties under the names that are stored."""
        changes = [change for change in self.changes if change.name not in _NOT_STORED]
        found = by_short_name(changes)
        return {key: value for key, value in found.items() if value is not None}


_NOT_STORED = (_COMPONENTS, _RESOURCETYPE)
_PROTECTED = Refusal("403 Forbidden", element(dav("cannot-modify-protected-property"), ""))
_CONFLICT = Refusal("409 Conflict")


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
        for prop, lang in _with_lang(root, action):
            if action.tag == dav("remove"):
                yield Change(prop.tag, None)
            elif action.tag == dav("set"):
                yield _setting(prop, lang)


def _with_lang(root: ET.Element, action: ET.Element) -> Iterator[tuple[ET.Element, str]]:
    """Yield the properties of a set or remove, with the language that they inherit."""
    for group in action.iterfind(dav("prop")):
        lang = group.get(LANG) or action.get(LANG) or root.get(LANG) or ""
        for prop in group:
            yield prop, lang


def _setting(prop: ET.Element, lang: str = "") -> Change:
    if prop.tag == _TRANSP:
        value = _TRANSPS.get(prop[0].tag) if len(prop) == 1 else None
        return Change(prop.tag, value or "", is_storable=value is not None)
    if prop.tag in _TEXTS:
        return Change(prop.tag, prop.text or "", is_storable=len(prop) == 0)
    return Change(prop.tag, stored_value(prop, lang=lang))


def refused(changes: Iterable[Change], kind: CollectionKind | None = None) -> dict[str, Refusal]:
    """Return what must not or cannot be changed in a collection of this kind, and why."""
    found = {change.name: _refusal(change, kind) for change in changes}
    return {name: refusal for name, refusal in found.items() if refusal is not None}


def _refusal(change: Change, kind: CollectionKind | None) -> Refusal | None:
    if change.name in PROTECTED or not _is_settable(change.name, kind):
        return _PROTECTED
    if not change.is_storable:
        return _CONFLICT
    if change.name in _ZONES:
        failed = zone_properties.failed_precondition(change.name, change.value)
        return Refusal("403 Forbidden", element(failed, "")) if failed else None
    return None


def _is_settable(name: str, kind: CollectionKind | None) -> bool:
    if name == _TRANSP:
        # What the built-in ones block is what they are for.
        return kind is CollectionKind.CALENDAR
    return name not in _ZONES or kind in CALENDARS


def by_short_name(changes: Iterable[Change]) -> dict[str, str | None]:
    """Return the outcome of changes that are right, under the names that are stored."""
    found: dict[str, str | None] = {}
    for name, value, _ in changes:
        if name in _ZONES:
            found.update(zone_properties.both(name, value))
        else:
            found[TRANSP if name == _TRANSP else key_of(name)] = value
    return found


def describe(changes: Iterable[Change], refusals: Mapping[str, Refusal]) -> str:
    """Return the ``D:propstat`` elements: all is done, or nothing (RFC 4918 §9.2)."""
    names = dict.fromkeys(change.name for change in changes)
    if not refusals:
        return _propstat(names, Refusal("200 OK"))
    groups: dict[Refusal, list[str]] = {}
    for name, refusal in refusals.items():
        groups.setdefault(refusal, []).append(name)
    told = "".join(_propstat(group, refusal) for refusal, group in groups.items())
    others = [name for name in names if name not in refusals]
    return told + (_propstat(others, Refusal("424 Failed Dependency")) if others else "")


def _propstat(names: Iterable[str], outcome: Refusal) -> str:
    inner = "".join(element(name, "") for name in names)
    error = f"<D:error>{outcome.error}</D:error>" if outcome.error else ""
    return (
        f"<D:propstat><D:prop>{inner}</D:prop><D:status>HTTP/1.1 {outcome.status}</D:status>"
        f"{error}</D:propstat>"
    )


def read_new_calendar(root: ET.Element | None, *, extended: bool) -> NewCalendar:
    """Return what an MKCALENDAR (or an extended MKCOL) wants.

    Raises:
        RefusedError: It is no calendar.
        InvalidInputError: The body is none.
    """
    if root is None:
        if extended:
            raise RefusedError(dav("valid-resourcetype"))
        return NewCalendar(_KNOWN_COMPONENTS)
    if root.tag != (dav("mkcol") if extended else caldav("mkcalendar")):
        raise InvalidInputError("The body does not fit the method.")
    found = [pair for action in root.iterfind(dav("set")) for pair in _with_lang(root, action)]
    props = {prop.tag: prop for prop, _ in found}
    kind = props.get(_RESOURCETYPE)
    if (extended or kind is not None) and not _is_calendar(kind):
        raise RefusedError(dav("valid-resourcetype"))
    changes = tuple(_setting(prop, lang) for prop, lang in found)
    rest = [change for change in changes if change.name not in _NOT_STORED]
    refusals = refused(rest, CollectionKind.CALENDAR)
    components = _components(props.get(_COMPONENTS))
    if not components:
        error = element(caldav("supported-calendar-component"), "")
        refusals[_COMPONENTS] = Refusal("403 Forbidden", error)
    return NewCalendar(components, changes, refusals)


def _is_calendar(node: ET.Element | None) -> bool:
    return node is not None and {kind.tag for kind in node} == _CALENDAR_TYPE


def _components(node: ET.Element | None) -> tuple[str, ...]:
    """Return the component types to be stored, () when they are none of ours."""
    if node is None:
        return _KNOWN_COMPONENTS
    names: Sequence[str] = list(dict.fromkeys(comp.get("name", "").upper() for comp in node))
    return tuple(names) if all(name in _KNOWN_COMPONENTS for name in names) else ()

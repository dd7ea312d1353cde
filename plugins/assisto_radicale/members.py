"""What answers say about calendar objects: one ``D:response`` for each, as text.

A template is compiled once for a request; each member then costs a few joins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from assisto_caldav.usecases.shared_collections import owner_of
from assisto_radicale.access_control import SHARED
from assisto_radicale.hrefs import Target, all_plain, href_of, segment_of
from assisto_radicale.properties import Scene, http_date
from assisto_radicale.report_sets import MEMBER_REPORTS
from assisto_radicale.rights import privileges
from assisto_radicale.xmltext import caldav, dav, element, escape, tags_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from assisto_caldav.domain.collection import Collection, StoredObject

Maker: TypeAlias = "Callable[[StoredObject], str | None]"

OK = "<D:status>HTTP/1.1 200 OK</D:status>"
MISSING = "<D:status>HTTP/1.1 404 Not Found</D:status>"
_ETAG = dav("getetag")
_DATA = caldav("calendar-data")

_MAKERS: dict[str, Maker] = {
    _ETAG: lambda item: f'"{item.etag}"',
    dav("getlastmodified"): lambda item: http_date(item.modified_at),
    dav("getcontentlength"): lambda item: str(len(item.text.encode())),
    caldav("schedule-tag"): lambda item: item.schedule_tag and f'"{item.schedule_tag}"',
}
NAMES = (*_MAKERS, dav("resourcetype"), dav("getcontenttype"))


def content_type_of(component: str | None) -> str:
    """Return the media type of an object, with its component where that is known."""
    suffix = f"; component={component}" if component else ""
    return f"text/calendar; charset=utf-8{suffix}"


def propstats(found: str, missing: str) -> str:
    """Return the ``D:propstat`` elements of a response; one at least."""
    parts = ""
    if found or not missing:
        parts = f"<D:propstat><D:prop>{found}</D:prop>{OK}</D:propstat>"
    if missing:
        parts += f"<D:propstat><D:prop>{missing}</D:prop>{MISSING}</D:propstat>"
    return parts


def gone(href: str) -> str:
    """Return the response for a member that is not there, by its encoded href."""
    return f"<D:response><D:href>{escape(href)}</D:href>{MISSING}</D:response>"


def _shared(scene: Scene, collection: Collection, name: str) -> str | None:
    """Return a property that every resource has, the same for all members."""
    if name == dav("supported-report-set"):
        return MEMBER_REPORTS
    maker = SHARED.get(name)
    return maker(scene, Target(collection.owner, collection.name)) if maker else None


def member_value(scene: Scene, collection: Collection, item: StoredObject, name: str) -> str | None:
    """Return one property of a member as XML, None when it has none."""
    maker = _MAKERS.get(name)
    if maker is not None:
        return maker(item)
    template = MemberTemplate(scene, collection, ())
    return template.constant(name) or _shared(scene, collection, name)


class MemberTemplate:
    """What the answers to one request say about each member of a collection."""

    def __init__(
        self,
        scene: Scene,
        collection: Collection,
        names: Sequence[str],
        *,
        data: Maker | None = None,
        minimal: bool = False,
        names_only: bool = False,
    ) -> None:
        """Compile the wanted properties.

        Args:
            scene: Who asks.
            collection: Whose members these are.
            names: Clark names, in the order wanted.
            data: Makes ``C:calendar-data``, as XML; None where it is no property.
            minimal: Leave out what there is not (RFC 8144 §2).
            names_only: Name the properties and leave out their values.
        """
        self._folder = href_of(scene.prefix, Target(collection.owner, collection.name))
        self._minimal = minimal
        self._makers: list[tuple[str, str, Maker]] = []
        self._needs_objects = False
        constants, missing = [], []
        known = self._known = self._constants(scene, collection)
        for name in names:
            if names_only:
                constants.append(element(name, ""))
                continue
            maker = data if name == _DATA and data is not None else _MAKERS.get(name)
            if maker is not None:
                self._makers.append((*tags_of(name), maker))
                self._needs_objects |= name != _ETAG
            elif name in known:
                constants.append(element(name, known[name]))
            elif (value := _shared(scene, collection, name)) is not None:
                constants.append(element(name, value))
            else:
                missing.append(element(name, ""))
        self._constant = "".join(constants)
        self._missing = "" if minimal else "".join(missing)
        tail = f"{self._constant}</D:prop>{OK}</D:propstat>"
        if self._missing:
            tail += f"<D:propstat><D:prop>{self._missing}</D:prop>{MISSING}</D:propstat>"
        self._head = f"<D:response><D:href>{self._folder}"
        self._middle = "</D:href><D:propstat><D:prop>"
        self._tail = f"{tail}</D:response>"

    @property
    def needs_objects(self) -> bool:
        """Tell whether href and etag alone do not suffice."""
        return self._needs_objects

    def constant(self, name: str) -> str | None:
        """Return a property that all members share, as XML."""
        return self._known.get(name)

    @staticmethod
    def _constants(scene: Scene, collection: Collection) -> dict[str, str]:
        only = collection.components[0] if len(collection.components) == 1 else None
        granted = privileges(scene.facts, Target(collection.owner, collection.name))
        return {
            dav("resourcetype"): "",
            dav("getcontenttype"): content_type_of(only),
            dav("owner"): scene.href(Target(owner_of(collection))),
            dav("current-user-principal"): scene.href(Target(scene.user)),
            dav("current-user-privilege-set"): "".join(
                f"<D:privilege><{name}/></D:privilege>" for name in granted
            ),
        }

    def from_etags(self, rows: Iterable[tuple[str, str]]) -> str:
        """Return the responses for pairs of href and etag; ``needs_objects`` must be false."""
        head, tail = self._head, self._tail
        pairs = rows if isinstance(rows, list) else list(rows)
        if not all_plain(href for href, _ in pairs):
            pairs = [(segment_of(href), etag) for href, etag in pairs]
        if not self._makers:
            middle = self._middle
            return "".join([f"{head}{href}{middle}{tail}" for href, _ in pairs])
        middle = f'{self._middle}<D:getetag>"'
        tail = f'"</D:getetag>{tail}'
        return "".join([f"{head}{href}{middle}{etag}{tail}" for href, etag in pairs])

    def from_object(self, item: StoredObject) -> str:
        """Return the response for one object."""
        found, missing = [], []
        for start, end, maker in self._makers:
            value = maker(item)
            if value is None:
                missing.append(f"{start[:-1]}/>")
            else:
                found.append(f"{start}{value}{end}")
        head = f"{self._head}{segment_of(item.href)}"
        if not missing or self._minimal:
            return f"{head}{self._middle}{''.join(found)}{self._tail}"
        stats = propstats("".join(found) + self._constant, "".join(missing) + self._missing)
        return f"{head}</D:href>{stats}</D:response>"

    def gone(self, href: str) -> str:
        """Return the response for a member that was removed."""
        return gone(f"{self._folder}{segment_of(href)}")

"""What answers say about calendar objects: one ``D:response`` for each, as text.

A template is compiled once for a request; each member then costs a few joins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from assisto_radicale.hrefs import Target, href_of, segment_of
from assisto_radicale.properties import Scene, http_date
from assisto_radicale.rights import privileges
from assisto_radicale.xmltext import caldav, dav, element, escape

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
    ) -> None:
        """Compile the wanted properties.

        Args:
            scene: Who asks.
            collection: Whose members these are.
            names: Clark names, in the order wanted.
            data: Makes ``C:calendar-data``, as XML; None where it is no property.
            minimal: Leave out what there is not (RFC 8144 §2).
        """
        self._folder = href_of(scene.prefix, Target(collection.owner, collection.name))
        self._minimal = minimal
        self._makers: list[tuple[str, Maker]] = []
        constants, missing = [], []
        known = self._constants(scene, collection)
        for name in names:
            maker = data if name == _DATA and data is not None else _MAKERS.get(name)
            if maker is not None:
                self._makers.append((name, maker))
            elif name in known:
                constants.append(element(name, known[name]))
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
        return any(name != _ETAG for name, _ in self._makers)

    @staticmethod
    def _constants(scene: Scene, collection: Collection) -> dict[str, str]:
        only = collection.components[0] if len(collection.components) == 1 else None
        granted = privileges(scene.facts, Target(collection.owner, collection.name))
        return {
            dav("resourcetype"): "",
            dav("getcontenttype"): content_type_of(only),
            dav("owner"): scene.href(Target(collection.owner)),
            dav("current-user-principal"): scene.href(Target(scene.user)),
            dav("current-user-privilege-set"): "".join(
                f"<D:privilege><{name}/></D:privilege>" for name in granted
            ),
        }

    def from_etags(self, rows: Iterable[tuple[str, str]]) -> str:
        """Return the responses for pairs of href and etag; ``needs_objects`` must be false."""
        head, tail = self._head, self._tail
        if not self._makers:
            middle = self._middle
            return "".join([f"{head}{segment_of(href)}{middle}{tail}" for href, _ in rows])
        middle = f'{self._middle}<D:getetag>"'
        tail = f'"</D:getetag>{tail}'
        return "".join([f"{head}{segment_of(href)}{middle}{etag}{tail}" for href, etag in rows])

    def from_object(self, item: StoredObject) -> str:
        """Return the response for one object."""
        found, missing = [], []
        for name, maker in self._makers:
            value = maker(item)
            if value is None:
                missing.append(element(name, ""))
            else:
                found.append(element(name, value))
        head = f"{self._head}{segment_of(item.href)}"
        if not missing or self._minimal:
            return f"{head}{self._middle}{''.join(found)}{self._tail}"
        stats = propstats("".join(found) + self._constant, "".join(missing) + self._missing)
        return f"{head}</D:href>{stats}</D:response>"

    def gone(self, href: str) -> str:
        """Return the response for a member that was removed."""
        return gone(f"{self._folder}{segment_of(href)}")

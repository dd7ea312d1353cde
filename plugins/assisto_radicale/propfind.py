"""PROPFIND (RFC 4918 §9.1)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from assisto_caldav.domain.collection import CollectionKind
from assisto_caldav.errors import InvalidInputError, NotAllowedError, NotFoundError
from assisto_radicale import availability, properties
from assisto_radicale.dead_properties import as_element, name_of
from assisto_radicale.hrefs import Target, href_of
from assisto_radicale.lookup import list_home, look_up
from assisto_radicale.members import NAMES as MEMBER_NAMES
from assisto_radicale.members import MemberTemplate, propstats
from assisto_radicale.properties import Scene
from assisto_radicale.rights import privileges
from assisto_radicale.synctoken import SYNCED
from assisto_radicale.translate import Answer, RefusedError
from assisto_radicale.xmltext import CONTENT_TYPE, MULTISTATUS, Bounds, dav, element, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from assisto_caldav.domain.collection import Collection
    from assisto_caldav.ports import Unit
    from assisto_radicale.request import Request

_CACHED_BODY = 4096
_INCLUDED = f"{dav('include')}/*"


class Wanted(NamedTuple):
    """The properties asked for; ``kind`` is "prop", "allprop" or "propname"."""

    kind: str
    names: tuple[str, ...] = ()


class _Look(NamedTuple):
    """Who asks for what."""

    scene: Scene
    wanted: Wanted
    minimal: bool


@lru_cache(maxsize=256)
def _cached(body: bytes, bounds: Bounds | None) -> Wanted:
    return _read(body, bounds)


def _read(body: bytes, bounds: Bounds | None) -> Wanted:
    if not body.strip():
        return Wanted("allprop")
    root = parse(body, bounds)
    if root.tag != dav("propfind"):
        raise InvalidInputError("The body is no propfind.")
    for child in root:
        if child.tag == dav("prop"):
            return Wanted("prop", tuple(dict.fromkeys(found.tag for found in child)))
        if child.tag == dav("propname"):
            return Wanted("propname")
        if child.tag == dav("allprop"):
            return Wanted("allprop", tuple(found.tag for found in root.iterfind(_INCLUDED)))
    raise InvalidInputError("The body asks for nothing.")


def read_wanted(body: bytes, bounds: Bounds | None = None) -> Wanted:
    """Read a request body; apps send the same few again and again.

    Raises:
        InvalidInputError: It is no propfind.
        LimitReachedError: It is too large or too deep.
    """
    return _cached(body, bounds) if len(body) <= _CACHED_BODY else _read(body, bounds)


def propfind(request: Request) -> Answer:
    """Answer a PROPFIND of depth 0 or 1.

    Raises:
        NotAllowedError: The user may not read this.
        NotFoundError: There is no such resource.
        RefusedError: The depth is infinite.
    """
    wanted = read_wanted(request.body(request.limits.max_xml_bytes), request.xml_bounds)
    # RFC 4918 takes a missing Depth for infinity; apps that leave it out mean 0.
    depth = request.header("DEPTH") or "0"
    if depth not in ("0", "1"):
        raise RefusedError(dav("propfind-finite-depth"))
    if not privileges(request.facts, request.target):
        raise NotAllowedError
    look = _Look(request.scene, wanted, request.wants_minimal)
    with request.ports.database.reading() as unit:
        responses = _responses(look, unit, request.target, with_children=depth == "1")
        body = f"{MULTISTATUS}{''.join(responses)}</D:multistatus>"
    return Answer(207, [("Content-Type", CONTENT_TYPE), *request.preference_applied], body)


def _responses(look: _Look, unit: Unit, target: Target, *, with_children: bool) -> Iterator[str]:
    if target.collection:
        yield from _below_home(look, unit, target, with_children=with_children)
    elif target.owner:
        yield _home(look, target)
        if with_children:
            scene = look.scene
            for item in list_home(scene.ports, scene.facts, unit, target.owner):
                yield _collection(look, unit, item)
    else:
        yield _root(look)
        if with_children:
            yield _home(look, Target(look.scene.user))


def _below_home(look: _Look, unit: Unit, target: Target, *, with_children: bool) -> Iterator[str]:
    item, unit = look_up(look.scene.ports, look.scene.facts, unit, target)
    if target.member:
        yield _member(look, unit, item, target.member)
        return
    yield _collection(look, unit, item)
    if with_children and item.kind is not CollectionKind.OUTBOX:
        yield _members(look, unit, item)


def _describe(
    look: _Look, target: Target, names: Iterable[str], value_of: Callable[[str], str | None]
) -> str:
    """Return the response for one resource that has these live and dead properties."""
    wanted = look.wanted
    if wanted.kind == "propname":
        found = "".join(element(name, "") for name in names)
        missing = ""
    else:
        asked = wanted.names
        if wanted.kind == "allprop":
            asked = (*(name for name in names if properties.in_allprop(name)), *wanted.names)
        found, missing = split(asked, value_of)
    stats = propstats(found, "" if look.minimal else missing)
    href = href_of(look.scene.prefix, target)
    return f"<D:response><D:href>{href}</D:href>{stats}</D:response>"


def split(names: Iterable[str], value_of: Callable[[str], str | None]) -> tuple[str, str]:
    """Return the elements of the properties that there are, and of those that are missing."""
    found, missing = [], []
    for name in names:
        value = value_of(name)
        if value is None:
            missing.append(element(name, ""))
        else:
            found.append(as_element(name, value))
    return "".join(found), "".join(missing)


def _root(look: _Look) -> str:
    return _describe(
        look, Target(), properties.ROOT, lambda name: properties.root_value(look.scene, name)
    )


def _home(look: _Look, target: Target) -> str:
    return _describe(
        look,
        target,
        properties.HOME,
        lambda name: properties.home_value(look.scene, target, name),
    )


def _collection(look: _Look, unit: Unit, item: Collection) -> str:
    names: Iterable[str] = ()
    if look.wanted.kind != "prop":
        dead = map(name_of, properties.stored_properties(item))
        live = (
            name
            for name in properties.COLLECTION
            if properties.collection_value(look.scene, item, name) is not None
        )
        names = dict.fromkeys((*live, *dead))
    return _describe(
        look,
        Target(item.owner, item.name),
        names,
        lambda name: collection_value(look.scene, unit, item, name),
    )


def collection_value(scene: Scene, unit: Unit, item: Collection, name: str) -> str | None:
    """Return a property of a collection for ``as_element``, also those kept elsewhere."""
    if name in availability.NAMES and item.kind is CollectionKind.INBOX:
        return availability.value(unit, scene, item)
    return properties.collection_value(scene, item, name)


def _template(look: _Look, item: Collection) -> MemberTemplate:
    wanted = look.wanted
    names = wanted.names if wanted.kind == "prop" else (*MEMBER_NAMES, *wanted.names)
    minimal = look.minimal or wanted.kind != "prop"
    return MemberTemplate(look.scene, item, names, minimal=minimal)


def _members(look: _Look, unit: Unit, item: Collection) -> str:
    template = _template(look, item)
    if not template.needs_objects and look.wanted.kind == "prop":
        return template.from_etags(unit.objects.etags(item.id))
    return "".join([template.from_object(found) for found in unit.objects.all(item.id)])


def _member(look: _Look, unit: Unit, item: Collection, href: str) -> str:
    found = unit.objects.get(item.id, href) if item.kind in SYNCED else None
    if found is None:
        raise NotFoundError("There is no such calendar object.")
    return _template(look, item).from_object(found)

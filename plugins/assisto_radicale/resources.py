"""Any resource by its address, with its properties, for whoever may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from assisto_caldav.domain.identity import same_address
from assisto_caldav.domain.privileges import may_enter
from assisto_caldav.errors import NotFoundError
from assisto_radicale import properties
from assisto_radicale.hrefs import Target, href_of
from assisto_radicale.lookup import look_up
from assisto_radicale.members import member_value, propstats
from assisto_radicale.propfind import collection_value, split
from assisto_radicale.rights import privileges
from assisto_radicale.translate import Answer
from assisto_radicale.xmltext import CONTENT_TYPE, MULTISTATUS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from assisto_caldav.ports import Unit
    from assisto_radicale.properties import Scene
    from assisto_radicale.request import Request

Values: TypeAlias = "Callable[[str], str | None]"


def principals_of(scene: Scene) -> list[Target]:
    """Return the principals that somebody may find: their institution and its staff."""
    institution = scene.ports.config.current().institutions.get(scene.facts.institution)
    if institution is None:
        return []
    return [Target(institution.id), *(Target(entry.login) for entry in institution.staff)]


def find_values(scene: Scene, unit: Unit, target: Target) -> Values | None:
    """Return the properties of a resource; None when there is none for them to see.

    Of a colleague that is the principal, as the search reports show it, and not the home.
    """
    if not target.owner:
        return lambda name: properties.root_value(scene, name)
    if not target.collection:
        if may_enter(scene.facts, target.owner) or _is_colleague(scene, target):
            return lambda name: properties.home_value(scene, target, name)
        return None
    if not privileges(scene.facts, target):
        return None
    return _below_home(scene, unit, target)


def _is_colleague(scene: Scene, target: Target) -> bool:
    return any(same_address(found.owner, target.owner) for found in principals_of(scene))


def _below_home(scene: Scene, unit: Unit, target: Target) -> Values | None:
    try:
        collection, view = look_up(scene.ports, scene.facts, unit, target)
    except NotFoundError:
        return None
    if not target.member:
        return lambda name: collection_value(scene, view, collection, name)
    item = view.objects.get(collection.id, target.member)
    if item is None:
        return None
    return lambda name: member_value(scene, collection, item, name)


def describe(request: Request, target: Target, names: Iterable[str], values: Values) -> str:
    """Return the ``D:response`` for a resource."""
    found, missing = split(names, values)
    stats = propstats(found, "" if request.wants_minimal else missing)
    href = href_of(request.prefix, target)
    return f"<D:response><D:href>{href}</D:href>{stats}</D:response>"


def multistatus(request: Request, parts: Iterable[str]) -> Answer:
    """Return a 207 of these responses."""
    body = f"{MULTISTATUS}{''.join(parts)}</D:multistatus>"
    return Answer(207, [("Content-Type", CONTENT_TYPE), *request.preference_applied], body)

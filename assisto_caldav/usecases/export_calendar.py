"""Taking a home, or one calendar, out of the server.

Calendar objects never hold what is sealed, so nothing sealed is in an export.
"""

from __future__ import annotations

from assisto_caldav.domain.calendar_join import Joined, join_calendars
from assisto_caldav.domain.collection import Collection
from assisto_caldav.domain.home_copy import COPIED, CopiedCollection, CopiedObject, HomeCopy
from assisto_caldav.errors import NotFoundError
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.homes import require_home


def copy_home(ports: Ports, actor: Actor, *, owner: str) -> HomeCopy:
    """Return all that is a counsellor's own, as it is at one moment.

    Raises:
        NotFoundError: The home is somebody else's, or there is none.
    """
    require_home(ports, actor, owner)
    with ports.database.reading() as unit:
        collections = tuple(
            _copy(unit, found) for found in unit.collections.of_owner(owner) if found.kind in COPIED
        )
    return HomeCopy(owner, ports.clock.now(), collections)


def _copy(unit: Unit, found: Collection) -> CopiedCollection:
    objects = tuple(
        CopiedObject(item.href, item.text.encode(), item.appointment is not None)
        for item in unit.objects.all(found.id)
    )
    return CopiedCollection(found.name, found.kind, found.components, dict(found.props), objects)


def join_calendar(ports: Ports, actor: Actor, *, owner: str, name: str) -> Joined:
    """Return one of their calendars as one iCalendar text.

    Raises:
        NotFoundError: There is no such calendar, or it is somebody else's.
    """
    require_home(ports, actor, owner)
    with ports.database.reading() as unit:
        found = unit.collections.get(owner, name)
        if found is None or found.kind not in COPIED:
            raise NotFoundError("Diesen Kalender gibt es nicht.")
        label = found.props.get("D:displayname", name)
        return join_calendars(label, (item.text for item in unit.objects.all(found.id)))

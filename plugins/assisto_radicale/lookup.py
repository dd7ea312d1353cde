"""What lies at an address: the one place where a path becomes a collection to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assisto_caldav.domain.collection import Collection, CollectionKind
from assisto_caldav.domain.privileges import Deed, may
from assisto_caldav.errors import NotFoundError
from assisto_caldav.usecases.shared_collections import collections_of, find_collection
from assisto_caldav.usecases.team import open_team

if TYPE_CHECKING:
    from assisto_caldav.domain.privileges import RoleFacts
    from assisto_caldav.ports import Ports, Unit
    from assisto_radicale.hrefs import Target


def look_up(ports: Ports, facts: RoleFacts, unit: Unit, target: Target) -> tuple[Collection, Unit]:
    """Return the collection at an address, and the unit through which its members are read.

    For a stored collection that is the unit given; for a computed one its
    ``objects`` are computed.

    Raises:
        NotFoundError: There is no such collection.
    """
    found = find_collection(unit, facts.institution, owner=target.owner, name=target.collection)
    if found is None:
        raise NotFoundError("There is no such collection.")
    return open_shelf(ports, unit, found)


def open_shelf(ports: Ports, unit: Unit, row: Collection) -> tuple[Collection, Unit]:
    """Return a stored collection as it is read, and the unit that reads it."""
    if row.kind is CollectionKind.TEAM:
        return open_team(unit, ports, row)
    return row, unit


def list_home(ports: Ports, facts: RoleFacts, unit: Unit, owner: str) -> list[Collection]:
    """Return the collections of a home, or of the institution, that somebody may read."""
    return [
        open_shelf(ports, unit, found)[0]
        for found in collections_of(unit, facts.institution, owner=owner)
        if may(facts, Deed.READ, kind=found.kind, owner=owner)
    ]

"""The institution's collections as they are shown in every home.

They are rows of the institution's own principal. A home shows each under the
home's address, so that one calendar-home-set leads to everything.
"""

from __future__ import annotations

from dataclasses import replace

from assisto_caldav.domain.collection import BUILT_IN, SHARED, Collection, CollectionKind
from assisto_caldav.domain.institution import Institution
from assisto_caldav.ports import Unit

_NAMES = frozenset(kind.value for kind in SHARED)


def stored_owner(institution: str, *, owner: str, name: str) -> str:
    """Return whose row it is that a home shows under this name."""
    return institution if name in _NAMES else owner


def owner_of(collection: Collection) -> str:
    """Return whose collection it is, wherever it is shown: a login or an institution."""
    return stored_owner(collection.institution, owner=collection.owner, name=collection.name)


def find_collection(unit: Unit, institution: str, *, owner: str, name: str) -> Collection | None:
    """Return the collection at an address, its owner as in the address, or None.

    Args:
        unit: Where to look.
        institution: That of the owner.
        owner: A login, or the institution itself.
        name: The last segment of the address.
    """
    found = unit.collections.get(stored_owner(institution, owner=owner, name=name), name)
    return found if found is None or found.owner == owner else replace(found, owner=owner)


def collections_of(unit: Unit, institution: str, *, owner: str) -> list[Collection]:
    """Return what a home shows, built-in collections first, then by name."""
    own = unit.collections.of_owner(owner)
    if owner == institution or not own:
        return own
    shared = [replace(found, owner=owner) for found in unit.collections.of_owner(institution)]
    return sorted([*own, *shared], key=_home_order)


def _home_order(collection: Collection) -> tuple[int, str]:
    is_own = collection.kind is CollectionKind.CALENDAR
    return (len(BUILT_IN) if is_own else BUILT_IN.index(collection.kind), collection.name)


def logins_to_lock(institution: Institution, *, owner: str, name: str) -> set[str]:
    """Return whose time a write at this address concerns: closing days are everybody's."""
    if name == CollectionKind.CLOSING_DAYS.value:
        return {entry.login for entry in institution.counsellors}
    return {owner}


def lock_owners(unit: Unit, logins: set[str]) -> None:
    """Lock all of them, in the order that every writer keeps to."""
    for login in sorted(logins):
        unit.people.lock_counsellor(login)

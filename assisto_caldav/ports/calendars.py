"""Stores of calendars: collections, and the calendar objects in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from assisto_caldav.domain.collection import (
    Change,
    Collection,
    IndexedOccurrence,
    StoredObject,
)
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.team import AppointmentTime


class CollectionStore(Protocol):
    """Collections, by owner and name."""

    def of_owner(self, owner: str) -> list[Collection]:
        """Return the home's collections, built-in ones first, then by name."""
        ...

    def get(self, owner: str, name: str) -> Collection | None:
        """Return one collection or None."""
        ...

    def named(self, owners: Sequence[str], name: str) -> list[Collection]:
        """Return the collections of this name of several owners, by owner."""
        ...

    def by_id(self, collection: str) -> Collection | None:
        """Return one collection or None."""
        ...

    def create(self, collection: Collection) -> None:
        """Add a collection.

        Raises:
            ConflictError: The owner has one of this name.
        """
        ...

    def set_props(self, collection: str, props: Mapping[str, str], *, now: int) -> int:
        """Replace the dead properties; return the new revision."""
        ...

    def delete(self, collection: str) -> None:
        """Remove a collection with its objects, changes and occurrences."""
        ...


class ObjectStore(Protocol):
    """Calendar objects, their change log and their occurrences."""

    def get(self, collection: str, href: str) -> StoredObject | None:
        """Return one object or None."""
        ...

    def get_many(self, collection: str, hrefs: Sequence[str]) -> dict[str, StoredObject]:
        """Return the objects there are, by href."""
        ...

    def by_uid(self, owner: str, uid: str) -> list[StoredObject]:
        """Return the objects of this UID in all collections of the owner."""
        ...

    def with_uid_like(self, collection: str, part: str) -> list[StoredObject]:
        """Return the objects whose UID has ``part`` in it, and maybe some more.

        ``part`` is in upper case, and without ``%``.
        """
        ...

    def by_appointment(self, appointment: str) -> StoredObject | None:
        """Return the scheduling object of an appointment, or None when it is gone."""
        ...

    def all(self, collection: str) -> Iterator[StoredObject]:
        """Yield all objects, by href."""
        ...

    def etags(self, collection: str) -> list[tuple[str, str]]:
        """Return (href, etag) of all objects, by href, from the index alone."""
        ...

    def put(self, item: StoredObject, occurrences: Sequence[IndexedOccurrence]) -> int:
        """Store an object and its occurrences; return the collection's new revision.

        Replaces what has the same collection and href. Writes the change log.

        Raises:
            UidConflictError: Another href of the collection has the UID.
        """
        ...

    def remove(self, collection: str, href: str, *, now: int) -> int:
        """Remove an object; leave a tombstone; return the new revision.

        Raises:
            NotFoundError: There is no such object.
        """
        ...

    def changes(self, collection: str, *, since: int, limit: int | None = None) -> list[Change]:
        """Return each member's newest change after revision ``since``, oldest first."""
        ...

    def hrefs_in(self, collection: str, window: Interval, *, component: str) -> list[str]:
        """Return hrefs of objects with an indexed occurrence that overlaps the window.

        Overlap as RFC 4791 §9.9; an occurrence without length overlaps when it
        starts inside. Sorted, each once.
        """
        ...

    def etags_in(
        self, collection: str, window: Interval, *, component: str
    ) -> list[tuple[str, str]]:
        """Return (href, etag) of the objects that ``hrefs_in`` names, in its order."""
        ...

    def in_window(self, collection: str, window: Interval, *, component: str) -> list[StoredObject]:
        """Return the objects that ``hrefs_in`` names."""
        ...

    def occurrences(
        self, collections: Sequence[str], window: Interval
    ) -> list[tuple[str, IndexedOccurrence]]:
        """Return (object id, occurrence) pairs that overlap the window, by start."""
        ...

    def unexpanded(self, collections: Sequence[str], window: Interval) -> list[StoredObject]:
        """Return the objects with instances that may lie in the window, outside the index."""
        ...

    def unexpanded_of(self, owners: Sequence[str], window: Interval) -> list[StoredObject]:
        """Return what ``unexpanded`` would of all that the owners have."""
        ...

    def expansion_due(self, *, before: int, limit: int) -> list[StoredObject]:
        """Return objects whose index ends before the instant and who go on after it."""
        ...

    def reindex(
        self,
        item: str,
        occurrences: Sequence[IndexedOccurrence],
        *,
        expanded_until: int | None,
        expanded_from: int | None = None,
    ) -> None:
        """Replace an object's occurrences without a change of the object."""
        ...

    def set_blocking(self, collection: str, *, blocks: bool) -> None:
        """Let the busy occurrences of a calendar block bookable time, or none of them."""
        ...

    def forget_tombstones(self, *, before: int) -> int:
        """Drop tombstones older than the instant, raising ``oldest_revision``; count them."""
        ...


class TeamStore(Protocol):
    """The times of appointments, cancelled ones too; own events are never among them."""

    def times(self, collections: Sequence[str]) -> list[AppointmentTime]:
        """Return all times in some collections, by collection and href."""
        ...

    def times_of(self, collection: str, hrefs: Sequence[str]) -> list[AppointmentTime]:
        """Return the times of some objects of a collection, by href."""
        ...

    def times_in(self, collections: Sequence[str], window: Interval) -> list[AppointmentTime]:
        """Return the times that overlap a window, by collection and href."""
        ...

"""The storage plugin: Radicale's view of our database.

Every write is one use case, and so one transaction of its own. There is
nothing for Radicale's lock to hold together, and no half act to commit when
Radicale catches an error inside of it.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

from radicale import types
from radicale.item import Item
from radicale.storage import BaseCollection, BaseStorage

from assisto_caldav.errors import InvalidInputError, NotFoundError
from assisto_caldav.usecases import calendars
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.shared_collections import collections_of, find_collection
from assisto_radicale.collection import Home, StoredCollection
from assisto_radicale.hrefs import Target, target_of
from assisto_radicale.lookup import open_shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from radicale.config import Configuration

    from assisto_caldav.domain.collection import Collection
    from assisto_caldav.ports import Ports, Unit

_acting: ContextVar[str] = ContextVar("acting", default="")


class Storage(BaseStorage):
    """The storage plugin; it is made with the ports, so it is passed as a callable."""

    _supports_unicode = True
    _supports_problematic_chars = True
    _supports_trailing_whitespace = True
    _is_collision_free = True

    def __init__(self, configuration: Configuration, ports: Ports) -> None:
        """Keep the ports."""
        super().__init__(configuration)
        self._ports = ports

    @types.contextmanager
    def acquire_lock(
        self, mode: str, user: str = "", *args: object, **kwargs: object
    ) -> Iterator[None]:
        """Remember who acts; the database does the locking."""
        token = _acting.set(user)
        try:
            yield
        finally:
            _acting.reset(token)

    def discover(
        self,
        path: str,
        depth: str = "0",
        child_context_manager: Callable[[str, str | None], AbstractContextManager[None]]
        | None = None,
        user_groups: set[str] = set(),  # noqa: B006 - Radicale's signature
    ) -> list[types.CollectionOrItem]:
        """Return what lies at a path, and with a depth its children; all is loaded."""
        try:
            target = target_of(path)
        except InvalidInputError:
            return []
        with self._ports.database.reading() as unit:
            return self._found(unit, target, with_children=depth != "0")

    def _found(
        self, unit: Unit, target: Target, *, with_children: bool
    ) -> list[types.CollectionOrItem]:
        if not target.collection:
            home = Home(target.owner)
            institution = self._institution_of(unit, target.owner)
            if target.owner and institution is None:
                return []
            inside = collections_of(unit, institution or "", owner=target.owner)
            return [home, *(self._load(unit, found) for found in inside if with_children)]
        return self._below_home(unit, target, with_children=with_children)

    def _below_home(
        self, unit: Unit, target: Target, *, with_children: bool
    ) -> list[types.CollectionOrItem]:
        institution = self._institution_of(unit, target.owner) or ""
        row = find_collection(unit, institution, owner=target.owner, name=target.collection)
        if row is None:
            return []
        collection = self._load(unit, row)
        shown, view = open_shelf(self._ports, unit, row)
        if target.member:
            item = view.objects.get(shown.id, target.member)
            return [collection.item(item)] if item is not None else []
        members = view.objects.all(shown.id) if with_children else ()
        return [collection, *(collection.item(found) for found in members)]

    def _institution_of(self, unit: Unit, owner: str) -> str | None:
        """Return the institution of a principal, None when there is no such one."""
        if owner in self._ports.config.current().institutions:
            return owner
        member = unit.people.staff(owner)
        return member.institution if member else None

    def _load(self, unit: Unit, row: Collection) -> StoredCollection:
        shown, _ = open_shelf(self._ports, unit, row)
        return StoredCollection(self._ports, shown, Actor(_acting.get(), "caldav"), row=row)

    def move(self, item: Item, to_collection: BaseCollection, to_href: str) -> None:
        """Move an object by the one write path."""
        if item.collection is None or item.href is None:
            raise NotFoundError("There is no such calendar object.")
        source, target = target_of(item.collection.path), target_of(to_collection.path)
        calendars.move_object(
            self._ports,
            Actor(_acting.get(), "caldav"),
            source=(source.owner, source.collection, item.href),
            target=(target.owner, target.collection, to_href),
            overwrite=True,
        )

    def create_collection(
        self,
        href: str,
        items: Iterable[Item] | None = None,
        props: Mapping[str, str] | None = None,
    ) -> tuple[BaseCollection, dict[str, Item], list[str]]:
        """Make an empty calendar; what is there is never replaced.

        Raises:
            ValueError: It would hold objects at once, or be no calendar.
        """
        target = target_of(href)
        wanted = dict(props or {})
        if items or wanted.pop("tag", "") != "VCALENDAR" or target.member:
            raise ValueError("Only empty calendars are made.")
        components = wanted.pop("C:supported-calendar-component-set", "VEVENT,VTODO,VJOURNAL")
        made = calendars.make_calendar(
            self._ports,
            Actor(_acting.get(), "caldav"),
            owner=target.owner,
            name=target.collection,
            components=tuple(components.split(",")),
            props=wanted,
        )
        return StoredCollection(self._ports, made, Actor(_acting.get(), "caldav"), row=made), {}, []

    def verify(self) -> bool:
        """Leave it to ``assisto doctor``."""
        return True

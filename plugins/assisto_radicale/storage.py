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
from assisto_radicale.collection import Home, StoredCollection
from assisto_radicale.hrefs import Target, target_of

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
            if target.owner and unit.people.staff(target.owner) is None:
                return []
            inside = unit.collections.of_owner(target.owner) if with_children else []
            return [home, *(self._load(found) for found in inside)]
        stored = unit.collections.get(target.owner, target.collection)
        if stored is None:
            return []
        collection = self._load(stored)
        if target.member:
            item = unit.objects.get(stored.id, target.member)
            return [collection.item(item)] if item is not None else []
        members = unit.objects.all(stored.id) if with_children else ()
        return [collection, *(collection.item(found) for found in members)]

    def _load(self, stored: Collection) -> StoredCollection:
        return StoredCollection(self._ports, stored, Actor(_acting.get(), "caldav"))

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
        return self._load(made), {}, []

    def verify(self) -> bool:
        """Leave it to ``assisto doctor``."""
        return True

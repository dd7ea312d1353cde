"""A collection in the shape of Radicale's plugin interface; reading never parses."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from contextlib import contextmanager
from typing import TYPE_CHECKING, overload

from radicale.item import Item
from radicale.storage import BaseCollection

from assisto_caldav.domain.calendar_join import join_calendars
from assisto_caldav.domain.collection import CALENDARS
from assisto_caldav.usecases import calendars
from assisto_radicale import query, synctoken
from assisto_radicale.filters import BEGINNING, END, read_filter
from assisto_radicale.lookup import open_shelf
from assisto_radicale.properties import http_date, stored_properties
from assisto_radicale.translate import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from assisto_caldav.domain.collection import Collection, StoredObject
    from assisto_caldav.ports import Ports, Unit
    from assisto_caldav.usecases.actors import Actor


class StoredCollection(BaseCollection):
    """A collection as it was when it was loaded; its members are read when asked for."""

    def __init__(self, ports: Ports, stored: Collection, actor: Actor, *, row: Collection) -> None:
        """Know the collection as it is read, who acts on it, and its row."""
        self._ports = ports
        self._stored = stored
        self._actor = actor
        self._row = row

    @contextmanager
    def _reading(self) -> Iterator[Unit]:
        with self._ports.database.reading() as unit:
            yield open_shelf(self._ports, unit, self._row)[1]

    @property
    def path(self) -> str:
        """Return owner and name."""
        return f"{self._stored.owner}/{self._stored.name}"

    @property
    def etag(self) -> str:
        """Return the revision, quoted."""
        return f'"{synctoken.token_of(self._stored)}"'

    @property
    def last_modified(self) -> str:
        """Return when it changed last."""
        return http_date(self._stored.modified_at)

    def sync(self, old_token: str = "") -> tuple[str, Iterable[str]]:
        """Return the present token and what changed since the old one.

        Raises:
            ValueError: The token is not good any more.
        """
        with self._reading() as unit:
            if not old_token:
                members = [href for href, _ in unit.objects.etags(self._stored.id)]
                return synctoken.token_of(self._stored), members
            try:
                position = synctoken.read_token(self._stored, old_token)
            except RefusedError as exc:
                raise ValueError("The sync-token is not valid.") from exc
            changes = unit.objects.changes(self._stored.id, since=position.revision)
        return synctoken.token_of(self._stored), [change.href for change in changes]

    def get_multi(self, hrefs: Iterable[str]) -> Iterable[tuple[str, Item | None]]:
        """Return the wanted members, None for those that are not there."""
        wanted = list(hrefs)
        with self._reading() as unit:
            found = unit.objects.get_many(self._stored.id, wanted)
        return [(href, self.item(found[href]) if href in found else None) for href in wanted]

    def get_all(self) -> Iterable[Item]:
        """Return all members."""
        with self._reading() as unit:
            return [self.item(found) for found in unit.objects.all(self._stored.id)]

    def get_filtered(self, filters: Iterable[ET.Element]) -> Iterable[tuple[Item, bool]]:
        """Return what matches; true with it, as nothing is left for Radicale to decide."""
        wanted = list(filters)
        if len(wanted) != 1:
            return [(item, False) for item in self.get_all()]
        try:
            selection = query.plan(read_filter(wanted[0]))
        except RefusedError:
            return [(item, False) for item in self.get_all()]
        with self._reading() as unit:
            found = query.select(query.open_place(self._ports, unit, self._stored), selection)
        return [(self.item(one), True) for one in found]

    def has_uid(self, uid: str) -> bool:
        """Look into the index."""
        with self._reading() as unit:
            found = unit.objects.by_uid(self._stored.owner, uid)
        return any(one.collection == self._stored.id for one in found)

    @overload
    def get_meta(self, key: None = None) -> Mapping[str, str]: ...

    @overload
    def get_meta(self, key: str) -> str | None: ...

    def get_meta(self, key: str | None = None) -> Mapping[str, str] | str | None:
        """Return the dead properties and what Radicale keeps beside them."""
        meta = stored_properties(self._stored)
        if self._stored.kind in CALENDARS:
            meta["tag"] = "VCALENDAR"
            meta["C:supported-calendar-component-set"] = ",".join(self._stored.components)
        return meta if key is None else meta.get(key)

    def upload(self, href: str, item: Item) -> tuple[Item, Item | None]:
        """Store an object by the one write path."""
        before = dict(self.get_multi([href]))[href]
        calendars.put_object(
            self._ports,
            self._actor,
            owner=self._stored.owner,
            collection=self._stored.name,
            href=href,
            raw=item.serialize().encode(),
        )
        after = dict(self.get_multi([href]))[href]
        return after or item, before

    def delete(self, href: str | None = None) -> None:
        """Remove a member or the collection by the one write path."""
        owner, name = self._stored.owner, self._stored.name
        if href is None:
            calendars.delete_calendar(self._ports, self._actor, owner=owner, collection=name)
            return
        calendars.delete_object(
            self._ports,
            self._actor,
            owner=owner,
            collection=name,
            href=href,
            conditions=calendars.Conditions(),
        )

    def set_meta(self, props: Mapping[str, str]) -> None:
        """Replace the dead properties; what Radicale keeps beside them never changes."""
        gone = {key: None for key in self._stored.props if key not in props}
        kept = {key: props[key] for key in props if key not in self._fixed}
        calendars.set_properties(
            self._ports,
            self._actor,
            owner=self._stored.owner,
            collection=self._stored.name,
            props={**gone, **kept},
        )

    _fixed = ("tag", "C:supported-calendar-component-set")

    def serialize(self, vcf_to_ics: bool = False, ShareActions: dict[str, str] = {}) -> str:  # noqa: B006, FBT001, FBT002, N803 - Radicale's signature
        """Return all members as one calendar."""
        with self._reading() as unit:
            texts = [found.text for found in unit.objects.all(self._stored.id)]
        return join_calendars(self.get_meta()["D:displayname"], texts).text

    def item(self, found: StoredObject) -> Item:
        """Return a member with everything that Radicale would else parse it for."""
        last = END if found.last is None else found.last
        return Item(
            collection=self,
            href=found.href,
            last_modified=http_date(found.modified_at),
            text=found.text,
            etag=f'"{found.etag}"',
            uid=found.uid,
            name="VCALENDAR",
            component_name=found.component,
            time_range=(BEGINNING, last),
        )


class Home(BaseCollection):
    """The root or a home: a collection of collections, without properties of its own."""

    def __init__(self, path: str) -> None:
        """Know the path, "" for the root."""
        self._path = path

    @property
    def path(self) -> str:
        """Return the login, or "" for the root."""
        return self._path

    @property
    def etag(self) -> str:
        """Return the same always: a home has no content."""
        return '"home"'

    @property
    def last_modified(self) -> str:
        """Return the beginning of time."""
        return http_date(0)

    def get_multi(self, hrefs: Iterable[str]) -> Iterator[tuple[str, Item | None]]:
        """Return nothing: no calendar object lies in a home."""
        return ((href, None) for href in hrefs)

    def get_all(self) -> Iterable[Item]:
        """Return nothing."""
        return ()

    @overload
    def get_meta(self, key: None = None) -> Mapping[str, str]: ...

    @overload
    def get_meta(self, key: str) -> str | None: ...

    def get_meta(self, key: str | None = None) -> Mapping[str, str] | str | None:
        """Return no properties."""
        return {} if key is None else None

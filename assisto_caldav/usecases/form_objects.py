"""Objects of one's own built-in collections, as forms read and write them."""

from __future__ import annotations

from dataclasses import dataclass

from assisto_caldav.domain.calendar_object import CalendarObject, parse_calendar_object
from assisto_caldav.domain.collection import CollectionKind, StoredObject
from assisto_caldav.domain.component import Component
from assisto_caldav.domain.institution import Institution
from assisto_caldav.errors import ConflictError, EtagMismatchError, InvalidInputError, NotFoundError
from assisto_caldav.ports import Ports
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.calendars import Conditions, delete_object, put_object
from assisto_caldav.usecases.homes import find_home

_GONE = "Diesen Eintrag gibt es nicht mehr."
_CHANGED = "Dieser Eintrag wurde gerade anderswo geändert. Bitte sehen Sie ihn noch einmal an."
_CONTROL = dict.fromkeys((*range(32), 127), " ")


@dataclass(frozen=True, slots=True)
class Entry:
    """An object of a collection, stored and parsed."""

    stored: StoredObject
    item: CalendarObject

    @property
    def main(self) -> Component:
        """Return the master, or what there is in its place."""
        return self.item.master or self.item.components[0]


def institution_of_login(ports: Ports, login: str) -> Institution:
    """Return the institution that names this login.

    Raises:
        NotFoundError: There is none.
    """
    institution, _ = find_home(ports, login)
    return institution


def entries(ports: Ports, login: str, kind: CollectionKind) -> list[Entry]:
    """Return everything in a collection of somebody's home, by href; without a home nothing."""
    with ports.database.reading() as unit:
        collection = unit.collections.get(login, kind.value)
        stored = list(unit.objects.all(collection.id)) if collection else []
    return [Entry(one, parse_calendar_object(one.text.encode())) for one in stored]


def entry(ports: Ports, login: str, kind: CollectionKind, href: str) -> Entry:
    """Return one object.

    Raises:
        NotFoundError: There is no such object.
    """
    with ports.database.reading() as unit:
        collection = unit.collections.get(login, kind.value)
        stored = unit.objects.get(collection.id, href) if collection else None
    if stored is None:
        raise NotFoundError(_GONE)
    return Entry(stored, parse_calendar_object(stored.text.encode()))


def add(ports: Ports, actor: Actor, kind: CollectionKind, *, uid: str, text: str) -> str:
    """Store a new object in the actor's own collection; return its href."""
    href = f"{uid}.ics"
    put_object(
        ports,
        actor,
        owner=actor.login,
        collection=kind.value,
        href=href,
        raw=text.encode(),
        conditions=Conditions(if_none_match=True),
    )
    return href


def replace(ports: Ports, actor: Actor, kind: CollectionKind, old: Entry, text: str) -> str:
    """Store an object anew, unless it has changed since it was read; return its href.

    Raises:
        ConflictError: It has.
    """
    try:
        put_object(
            ports,
            actor,
            owner=actor.login,
            collection=kind.value,
            href=old.stored.href,
            raw=text.encode(),
            conditions=Conditions(if_match=(old.stored.etag,)),
        )
    except EtagMismatchError as exc:
        raise ConflictError(_CHANGED) from exc
    return old.stored.href


def remove(ports: Ports, actor: Actor, kind: CollectionKind, href: str) -> None:
    """Delete an object of the actor's own.

    Raises:
        NotFoundError: There is no such object.
    """
    delete_object(
        ports,
        actor,
        owner=actor.login,
        collection=kind.value,
        href=href,
        conditions=Conditions(),
    )


def clean_line(text: str, *, longest: int, field: str) -> str:
    """Return a line that somebody typed, without control characters and stray spaces.

    Raises:
        InvalidInputError: It is too long.
    """
    line = " ".join(text.translate(_CONTROL).split())
    if len(line) > longest:
        raise InvalidInputError("Das ist zu lang. Bitte kürzen Sie es.", field=field)
    return line

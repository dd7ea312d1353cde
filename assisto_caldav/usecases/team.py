"""``team/``: colleagues' appointments, computed for whoever looks; never written.

It is read through the same interface as stored collections. Its revision is
made of those of its members' ``appointments/``, packed into one number: a
single counter for the institution would lose commits on PostgreSQL. Who is a
member is part of its id, so that another team makes old sync-tokens void.
"""

# ruff: noqa: ARG002 - the signatures are those of the port
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from hashlib import sha256

from assisto_caldav.domain.collection import (
    Change,
    Collection,
    CollectionKind,
    IndexedOccurrence,
    Role,
    StoredObject,
)
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.team import (
    AppointmentTime,
    initials_of,
    pack_revisions,
    render_team_event,
    unpack_revisions,
)
from assisto_caldav.errors import NotAllowedError
from assisto_caldav.ports import Ports, Unit

_READ_ONLY = "Dieser Kalender entsteht aus den Terminen der anderen und lässt sich nicht ändern."
_COMPONENT = "VEVENT"


@dataclass(frozen=True, slots=True)
class _Colleague:
    """A member of the team: their ``appointments/``, and how they are shown."""

    appointments: Collection
    initials: str


def open_team(unit: Unit, ports: Ports, row: Collection) -> tuple[Collection, Unit]:
    """Return ``team/`` with its present revision, and a unit that reads its members.

    Args:
        unit: What everything is read from.
        ports: Config says who belongs to the team.
        row: The collection as stored: whose it is, and its dead properties.
    """
    team = _team_of(unit, ports, row)
    rows = [row, *(colleague.appointments for colleague in team)]
    members = "|".join(f"{one.appointments.id}={one.initials}" for one in team)
    shown = replace(
        row,
        id=f"{row.id}.{sha256(members.encode()).hexdigest()[:16]}",
        revision=pack_revisions([found.revision for found in rows]),
        oldest_revision=pack_revisions([found.oldest_revision for found in rows]),
        modified_at=max(found.modified_at for found in rows),
    )
    view = copy(unit)
    view.objects = TeamShelf(unit, ports, row, team)
    return shown, view


def _team_of(unit: Unit, ports: Ports, row: Collection) -> list[_Colleague]:
    institution = ports.config.current().institutions.get(row.institution)
    entries = institution.counsellors if institution else ()
    initials: dict[str, str] = {
        one.login: initials_of(one.name) for one in entries if one.login != row.owner
    }
    found = unit.collections.named(sorted(initials), CollectionKind.APPOINTMENTS.value)
    colleagues = [_Colleague(one, initials[one.owner]) for one in found]
    return sorted(colleagues, key=lambda one: one.appointments.id)


class TeamShelf:
    """The members of ``team/``, in the shape of the object store of ports.py.

    The ``collection`` that reports hand in is always this one.
    """

    def __init__(
        self, unit: Unit, ports: Ports, row: Collection, team: Sequence[_Colleague]
    ) -> None:
        """Know whose view it is, and of whom."""
        self._unit = unit
        self._tokens = ports.tokens
        self._row = row
        self._team = {colleague.appointments.id: colleague for colleague in team}

    def get(self, collection: str, href: str) -> StoredObject | None:
        """Return one member."""
        return self.get_many(collection, [href]).get(href)

    def get_many(self, collection: str, hrefs: Sequence[str]) -> dict[str, StoredObject]:
        """Return the members there are; the digests lead nowhere but forward."""
        wanted = set(hrefs)
        return {item.href: item for item in self.all(collection) if item.href in wanted}

    def by_uid(self, owner: str, uid: str) -> list[StoredObject]:
        """Return nothing: a UID is looked for where something is to be stored."""
        return []

    def with_uid_like(self, collection: str, part: str) -> list[StoredObject]:
        """Return the members with such a UID."""
        return [item for item in self.all(collection) if part in item.uid.upper()]

    def by_appointment(self, appointment: str) -> StoredObject | None:
        """Return nothing: nobody shall learn which appointment it is."""
        return None

    def all(self, collection: str) -> Iterator[StoredObject]:
        """Yield all members, by href."""
        yield from self._shown(self._unit.team.times(list(self._team)))

    def etags(self, collection: str) -> list[tuple[str, str]]:
        """Return (href, etag) of all members."""
        return [(item.href, item.etag) for item in self.all(collection)]

    def changes(self, collection: str, *, since: int, limit: int | None = None) -> list[Change]:
        """Return each member's newest change, colleague by colleague.

        The revision of a change says how far a client is that knows all up to it.
        """
        reached = list(unpack_revisions(since, 1 + len(self._team)))
        found: list[Change] = []
        for place, colleague in enumerate(self._team.values(), start=1):
            for change in self._changes_of(colleague, reached[place]):
                reached[place] = change.revision
                found.append(replace(change, revision=pack_revisions(reached)))
                if limit is not None and len(found) == limit:
                    return found
            reached[place] = colleague.appointments.revision
        return found

    def _changes_of(self, colleague: _Colleague, since: int) -> Iterator[Change]:
        origin = colleague.appointments.id
        changes = self._unit.objects.changes(origin, since=since)
        living = [change.href for change in changes if change.etag is not None]
        times = {time.href: time for time in self._unit.team.times_of(origin, living)}
        for change in changes:
            time = times.get(change.href)
            if change.etag is None or (time is not None and not time.is_shown):
                yield Change(self._href(origin, change.href), None, change.revision)
            elif time is not None:
                item = self._item(time)
                yield Change(item.href, item.etag, change.revision)

    def hrefs_in(self, collection: str, window: Interval, *, component: str) -> list[str]:
        """Return hrefs of members that overlap the window."""
        return [item.href for item in self.in_window(collection, window, component=component)]

    def etags_in(
        self, collection: str, window: Interval, *, component: str
    ) -> list[tuple[str, str]]:
        """Return (href, etag) of the members that overlap the window."""
        found = self.in_window(collection, window, component=component)
        return [(item.href, item.etag) for item in found]

    def in_window(self, collection: str, window: Interval, *, component: str) -> list[StoredObject]:
        """Return the members that overlap the window."""
        if component != _COMPONENT:
            return []
        return self._shown(self._unit.team.times_in(list(self._team), window))

    def occurrences(
        self, collections: Sequence[str], window: Interval
    ) -> list[tuple[str, IndexedOccurrence]]:
        """Return when the members are; nobody's time is taken by them."""
        times = self._unit.team.times_in(list(self._team), window)
        found = [
            (
                self._digest(time.collection, time.href),
                IndexedOccurrence(time.start, time.end, "FREE", Role.NONE),
            )
            for time in times
            if time.is_shown
        ]
        return sorted(found, key=lambda one: one[1].start)

    def unexpanded(self, collections: Sequence[str], window: Interval) -> list[StoredObject]:
        """Return nothing: an appointment does not recur."""
        return []

    def unexpanded_of(self, owners: Sequence[str], window: Interval) -> list[StoredObject]:
        """Return nothing: an appointment does not recur."""
        return []

    def expansion_due(self, *, before: int, limit: int) -> list[StoredObject]:
        """Return nothing: an appointment does not recur."""
        return []

    def put(self, item: StoredObject, occurrences: Sequence[IndexedOccurrence]) -> int:
        """Refuse."""
        raise NotAllowedError(_READ_ONLY)

    def remove(self, collection: str, href: str, *, now: int) -> int:
        """Refuse."""
        raise NotAllowedError(_READ_ONLY)

    def reindex(
        self,
        item: str,
        occurrences: Sequence[IndexedOccurrence],
        *,
        expanded_until: int | None,
        expanded_from: int | None = None,
    ) -> None:
        """Refuse."""
        raise NotAllowedError(_READ_ONLY)

    def set_blocking(self, collection: str, *, blocks: bool) -> None:
        """Refuse."""
        raise NotAllowedError(_READ_ONLY)

    def forget_tombstones(self, *, before: int) -> int:
        """Forget nothing: the tombstones are the colleagues'."""
        return 0

    def _shown(self, times: Iterable[AppointmentTime]) -> list[StoredObject]:
        items = [self._item(time) for time in times if time.is_shown]
        return sorted(items, key=lambda item: item.href)

    def _href(self, collection: str, href: str) -> str:
        return f"{self._digest(collection, href)}.ics"

    def _digest(self, collection: str, href: str) -> str:
        # Of the href, since a tombstone has no UID; keyed, so that it cannot be worked out.
        return self._tokens.digest(f"team|{self._row.id}|{collection}|{href}")[:32]

    def _item(self, time: AppointmentTime) -> StoredObject:
        name = self._digest(time.collection, time.href)
        initials = self._team[time.collection].initials
        text = render_team_event(time, uid=name, initials=initials)
        return StoredObject(
            id=name,
            institution=self._row.institution,
            collection=self._row.id,
            href=f"{name}.ics",
            uid=name,
            component=_COMPONENT,
            text=text,
            etag=sha256(text.encode()).hexdigest()[:32],
            modified_at=time.modified_at,
            last=time.end,
        )

"""Collections of calendar objects, and what a home consists of (RFC 4791 §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class CollectionKind(StrEnum):
    """What a collection is for; all but CALENDAR are built in."""

    APPOINTMENTS = "appointments"
    BOOKING_TIMES = "booking-times"
    ABSENCES = "absences"
    CLOSING_DAYS = "closing-days"
    PUBLIC_HOLIDAYS = "public-holidays"
    TEAM = "team"
    INBOX = "inbox"
    OUTBOX = "outbox"
    CALENDAR = "calendar"


BUILT_IN = (
    CollectionKind.APPOINTMENTS,
    CollectionKind.BOOKING_TIMES,
    CollectionKind.ABSENCES,
    CollectionKind.CLOSING_DAYS,
    CollectionKind.PUBLIC_HOLIDAYS,
    CollectionKind.TEAM,
    CollectionKind.INBOX,
    CollectionKind.OUTBOX,
)
SHARED = (CollectionKind.CLOSING_DAYS, CollectionKind.PUBLIC_HOLIDAYS)
"""Kinds of which an institution has one each, shown in every home."""

OWN = tuple(kind for kind in BUILT_IN if kind not in SHARED)
"""Kinds of which every counsellor has one each."""

RESERVED_NAMES = frozenset(kind.value for kind in BUILT_IN)
"""Names that MKCALENDAR may not take."""

CALENDARS = frozenset(CollectionKind) - {CollectionKind.INBOX, CollectionKind.OUTBOX}


class Role(StrEnum):
    """What an occurrence does to bookable time."""

    WINDOW = "W"
    BUSY = "B"
    ABSENCE = "A"
    NONE = "-"


TRANSP = "C:schedule-calendar-transp"


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection. ``owner`` is a login or an institution, ``name`` the path segment.

    ``props`` are dead properties by Radicale's short names ("D:displayname").
    ``revision`` grows by one with each change of a member or property;
    ``oldest_revision`` is the oldest that a sync-token may name.
    """

    id: str
    institution: str
    owner: str
    name: str
    kind: CollectionKind
    components: tuple[str, ...] = ("VEVENT",)
    props: Mapping[str, str] = field(default_factory=dict)
    revision: int = 0
    oldest_revision: int = 0
    modified_at: int = 0

    @property
    def is_transparent(self) -> bool:
        """Tell whether nothing in it blocks: of calendars of one's own as set (RFC 6638 §9.1)."""
        if self.kind is CollectionKind.CALENDAR:
            return self.props.get(TRANSP) == "transparent"
        return self.kind in (CollectionKind.BOOKING_TIMES, CollectionKind.TEAM)


class StoredObject(NamedTuple):
    """One calendar object resource as stored; a tuple, as reports make thousands.

    ``text`` is exactly what GET returns; ``etag`` is strong and unquoted.
    ``last`` is the end of the last instance, None for an endless series;
    instances from ``expanded_from`` up to ``expanded_until`` are in the index
    (None: from the first, to the last).
    ``appointment`` is set on our own scheduling objects, ``services`` on
    understood booking-times rules: service ids, or ("*",) for all.
    """

    id: str
    institution: str
    collection: str
    href: str
    uid: str
    component: str
    text: str
    etag: str
    modified_at: int
    sequence: int = 0
    schedule_tag: str | None = None
    appointment: str | None = None
    services: tuple[str, ...] | None = None
    last: int | None = None
    expanded_until: int | None = None
    expanded_from: int | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class IndexedOccurrence:
    """One row of the occurrence index; instants in UTC epoch seconds.

    All-day and floating ones are resolved in the institution's zone and
    marked, so that another zone can be asked for.
    """

    start: int
    end: int
    fbtype: str
    role: Role
    recurrence_id: str | None = None
    is_all_day: bool = False
    is_floating: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A member that changed since a revision; ``etag`` is None when it is gone."""

    href: str
    etag: str | None
    revision: int


class SlotFact(NamedTuple):
    """One period that bears on a counsellor's free time, from one range query.

    ``kind`` is "window", "busy", "absence", "appointment" or "hold"; ``ref``
    the id of the object, appointment or hold; ``services`` only for windows.
    """

    counsellor: str
    start: int
    end: int
    kind: str
    ref: str
    services: tuple[str, ...] = ()

"""A whole home outside of the database: what is exported, and imported again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assisto_caldav.domain.collection import CollectionKind

COPIED = (
    CollectionKind.APPOINTMENTS,
    CollectionKind.BOOKING_TIMES,
    CollectionKind.ABSENCES,
    CollectionKind.CALENDAR,
)
"""What is a counsellor's own; all else is the institution's or computed."""


@dataclass(frozen=True, slots=True)
class CopiedObject:
    """A calendar object with its octets; ``is_appointment`` where the server kept one."""

    href: str
    raw: bytes
    is_appointment: bool = False


@dataclass(frozen=True, slots=True)
class CopiedCollection:
    """A collection with its dead properties, by Radicale's short names, and its objects."""

    name: str
    kind: CollectionKind
    components: tuple[str, ...]
    props: Mapping[str, str]
    objects: tuple[CopiedObject, ...]


@dataclass(frozen=True, slots=True)
class HomeCopy:
    """A counsellor's home; ``made_at`` in epoch seconds."""

    login: str
    made_at: int
    collections: tuple[CopiedCollection, ...]

"""Taking over a calendar that another program has exported."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from assisto_caldav.domain.calendar_object import decode, parse_calendar_object
from assisto_caldav.domain.calendar_split import SplitObject, split_calendar
from assisto_caldav.domain.collection import Collection, CollectionKind
from assisto_caldav.domain.privileges import Deed
from assisto_caldav.errors import (
    InvalidCalendarObjectError,
    NotAllowedError,
    SchedulingObjectChangeError,
    UidConflictError,
)
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.appointment_puts import Put
from assisto_caldav.usecases.calendars import put_in
from assisto_caldav.usecases.conditions import NO_CONDITIONS
from assisto_caldav.usecases.homes import COMPONENTS, make_calendar, open_collection, require_home
from assisto_caldav.usecases.object_index import limits_of

# So many objects share a transaction: nobody else writes for longer than they take.
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Refused:
    """A calendar object that was not taken, and why."""

    uid: str
    summary: str
    why: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file: UIDs that were taken, in their order, and the refused ones."""

    taken: tuple[str, ...]
    refused: tuple[Refused, ...]


def import_file(ports: Ports, actor: Actor, *, owner: str, name: str, raw: bytes) -> ImportReport:
    """Put every calendar object of an exported file into a calendar of their own.

    The calendar is made if there is none of the name. Objects keep their bytes;
    one that was imported before is replaced by its UID. What cannot be taken is
    told, and keeps nothing else from being taken.

    Raises:
        NotFoundError: The home is somebody else's.
        NotAllowedError: The name is one of a built-in collection.
        InvalidCalendarObjectError: The file is no calendar.
    """
    require_home(ports, actor, owner)
    pieces = split_calendar(decode(raw))
    _ensure_calendar(ports, actor, owner, name)
    taken: list[str] = []
    refused: list[Refused] = []
    for first in range(0, len(pieces), AT_ONCE):
        with ports.database.writing() as unit:
            unit.people.lock_counsellor(owner)
            target = open_collection(unit, ports, actor, Deed.WRITE, owner=owner, name=name)
            for piece in pieces[first : first + AT_ONCE]:
                why = _take(unit, ports, actor, target, piece)
                if why is None:
                    taken.append(piece.uid)
                else:
                    refused.append(Refused(piece.uid, piece.summary, why))
    return ImportReport(tuple(taken), tuple(refused))


def _ensure_calendar(ports: Ports, actor: Actor, owner: str, name: str) -> None:
    with ports.database.reading() as unit:
        found = unit.collections.get(owner, name)
    if found is None:
        make_calendar(
            ports, actor, owner=owner, name=name, components=COMPONENTS,
            props={"D:displayname": name},
        )  # fmt: skip
    elif found.kind is not CollectionKind.CALENDAR:
        raise NotAllowedError("Importiert wird in einen eigenen Kalender.")


def _take(
    unit: Unit, ports: Ports, actor: Actor, target: Collection, piece: SplitObject
) -> str | None:
    """Store one object; return why not, if not. Nothing was written then."""
    try:
        item = parse_calendar_object(piece.text.encode(), limits=limits_of(ports))
        href = _href_of(unit, target, item.uid)
        put_in(unit, ports, actor, Put(target, href, item, NO_CONDITIONS))
    except (InvalidCalendarObjectError, SchedulingObjectChangeError) as exc:
        return exc.what
    except UidConflictError as exc:
        return str(exc)
    return None


def _href_of(unit: Unit, target: Collection, uid: str) -> str:
    there = (found for found in unit.objects.by_uid(target.owner, uid))
    known = next((found.href for found in there if found.collection == target.id), None)
    return known or f"{sha256(uid.encode()).hexdigest()[:32]}.ics"

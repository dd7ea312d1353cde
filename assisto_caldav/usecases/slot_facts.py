"""The facts that decide over free time: the index, and live what it does not reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from zoneinfo import ZoneInfo

from assisto_caldav.domain.calendar_object import parse_calendar_object
from assisto_caldav.domain.collection import CALENDARS, Collection, Role, SlotFact, StoredObject
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.errors import InvalidCalendarObjectError, UnavailableError
from assisto_caldav.ports import Unit
from assisto_caldav.usecases.object_index import Member, occurrences_in

_CLOSING = "closing day"
_KINDS = {Role.WINDOW: "window", Role.BUSY: "busy", Role.ABSENCE: "absence"}


@dataclass(frozen=True, slots=True)
class FactSource:
    """How facts are read: floating times in ``zone``, holds as they live at ``now``.

    What the institution itself has in its calendars holds for every counsellor.
    """

    institution: str
    zone: ZoneInfo
    now: int
    max_instances: int


def read_facts(
    unit: Unit, source: FactSource, counsellors: Sequence[str], window: Interval
) -> dict[str, list[SlotFact]]:
    """Return each counsellor's facts; who has none is missing.

    Raises:
        UnavailableError: Something cannot be read.
    """
    owners = [*counsellors, source.institution]
    read = unit.slot_facts.read(owners, window, now=source.now)
    found: dict[str, list[SlotFact]] = {}
    for fact in chain(read, _late_facts(unit, source, owners, window)):
        found.setdefault(fact.counsellor, []).append(fact)
    for closing in found.pop(source.institution, ()):
        for login in counsellors:
            found.setdefault(login, []).append(closing._replace(counsellor=login, kind=_CLOSING))
    return found


def _late_facts(
    unit: Unit, source: FactSource, owners: Sequence[str], window: Interval
) -> Iterator[SlotFact]:
    """Expand what the worker has not got to, so that its delay never opens a slot.

    A part of it may be in the index as well; twice the same fact does no harm.
    """
    for stored in unit.objects.unexpanded_of(owners, window):
        collection = unit.collections.by_id(stored.collection)
        if collection is not None and collection.kind in CALENDARS:
            yield from _expand(stored, collection, source, window)


def _expand(
    stored: StoredObject, collection: Collection, source: FactSource, window: Interval
) -> Iterator[SlotFact]:
    try:
        member = Member(
            collection=collection,
            href=stored.href,
            item=parse_calendar_object(stored.text.encode()),
            appointment=stored.appointment,
            services=stored.services,
        )
        rows = occurrences_in(member, window, source.zone, max_instances=source.max_instances)
    except InvalidCalendarObjectError as exc:
        raise UnavailableError("Ein Kalendereintrag lässt sich gerade nicht lesen.") from exc
    services = stored.services or ()
    for row in rows:
        if row.role in _KINDS and row.end > row.start:
            opens = services if row.role is Role.WINDOW else ()
            yield SlotFact(collection.owner, row.start, row.end, _KINDS[row.role], stored.id, opens)

"""Weekly booking times, and the services that a SUMMARY names (design §5.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from assisto_caldav.domain.service import Service
from assisto_caldav.errors import InvalidInputError

ALL = ("*",)
ALL_WORD = "alle"
_ALL_WORDS = frozenset({"alle", "all", "*"})


@dataclass(frozen=True, slots=True)
class WeeklyRule:
    """Bookable time on some weekdays, in wall times of the institution's zone.

    ``weekdays`` count from Monday, 0; none: on ``first`` alone. ``end`` 00:00
    is midnight. ``until`` is included, None: for good. ``services`` are ids,
    None: all. On the days of ``exceptions`` nothing opens.
    """

    weekdays: tuple[int, ...]
    start: time
    end: time
    first: date
    until: date | None = None
    services: tuple[str, ...] | None = None
    exceptions: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a rule that could open nothing; the field says which entry is wrong."""
        if self.end != time() and self.end <= self.start:
            raise InvalidInputError("Das Ende liegt nicht nach dem Beginn.", field="end")
        if self.until is not None and self.until < self.first:
            raise InvalidInputError("Der letzte Tag liegt vor dem ersten.", field="until")
        if not set(self.weekdays) <= set(range(7)):
            raise InvalidInputError("Diesen Wochentag gibt es nicht.", field="weekdays")
        if self.services is not None and not self.services:
            raise InvalidInputError("Bitte wählen Sie eine Leistung oder alle.", field="services")
        if self.until is not None and self.weekdays and self.first_day > self.until:
            raise InvalidInputError(
                "In dieser Zeit gibt es keinen der Wochentage.", field="weekdays"
            )

    @property
    def first_day(self) -> date:
        """Return the first day on which it opens, exceptions apart."""
        if not self.weekdays:
            return self.first
        ahead = min((weekday - self.first.weekday()) % 7 for weekday in self.weekdays)
        return self.first + timedelta(days=ahead)

    def falls_on(self, day: date) -> bool:
        """Say whether it opens on a day, exceptions apart."""
        if not self.weekdays:
            return day == self.first
        inside = self.first <= day and (self.until is None or day <= self.until)
        return inside and day.weekday() in self.weekdays


def match_services(
    summary: str, services: Sequence[Service], former: Mapping[str, str] | None = None
) -> tuple[str, ...] | None:
    """Return the ids of the services that a SUMMARY names, or ``ALL``.

    Names are separated by commas; case and spaces do not count. A service is
    known by its id, its name, or a public name that no other service has.

    Args:
        summary: What the counsellor, or a device of hers, has written.
        services: Those of today.
        former: Ids by names of other days, as ``remembered_names`` gives them:
            a device may not have heard of a new name yet.

    Returns:
        None when it names none, or when one name is unknown: half understood
        would open time for the wrong things.
    """
    known = _former_names(services, former or {}) | _names(services)
    parts = [_plain(part) for part in summary.split(",")]
    if not any(parts):
        return None
    found: list[str] = []
    while parts:
        # The longest first: a service's own name may have commas in it.
        for size in range(len(parts), 0, -1):
            named = known.get(", ".join(parts[:size]))
            if named is not None:
                found.append(named)
                break
        else:
            if parts[0]:
                return None
            size = 1
        del parts[:size]
    return ALL if ALL[0] in found else tuple(dict.fromkeys(found))


def rename_in_summary(
    summary: str, matched: tuple[str, ...] | None, services: Sequence[Service]
) -> str:
    """Return the SUMMARY that names what it was matched with, by today's names.

    It stays as it is while it still means the same, was never understood, or
    names a service that is gone.
    """
    if matched is None or match_services(summary, services) == matched:
        return summary
    ids = {service.id for service in services}
    if matched != ALL and not ids.issuperset(matched):
        return summary
    return summary_of(None if matched == ALL else matched, services)


def summary_of(service_ids: Iterable[str] | None, services: Sequence[Service]) -> str:
    """Return the SUMMARY that names these services; None: all of them."""
    if service_ids is None:
        return ALL_WORD
    names = {service.id: service.name for service in services}
    return ", ".join(names.get(service_id, service_id) for service_id in service_ids)


def _names(services: Sequence[Service]) -> dict[str, str]:
    """Return ids by plain name; what two services share names neither."""
    public: dict[str, str | None] = {}
    for service in services:
        name = _plain_list(service.public_name)
        public[name] = None if name in public else service.id
    known = {name: found for name, found in public.items() if found is not None}
    known |= {_plain_list(service.name): service.id for service in services}
    known |= {_plain(service.id): service.id for service in services}
    return known | dict.fromkeys(_ALL_WORDS, ALL[0])


def remembered_names(before: Mapping[str, str], services: Sequence[Service]) -> dict[str, str]:
    """Return the ids by all names that were seen so far, with those of today.

    A name that two services have had at different times belongs to neither: "".
    """
    found = dict(before)
    for name, service_id in _names(services).items():
        if service_id != ALL[0]:
            found[name] = service_id if found.get(name, service_id) == service_id else ""
    return found


def _former_names(services: Sequence[Service], former: Mapping[str, str]) -> dict[str, str]:
    """Return the names of other days that can only mean one of today's services."""
    ids = {service.id for service in services}
    taken = {
        _plain_list(name) for service in services for name in (service.name, service.public_name)
    }
    return {name: found for name, found in former.items() if found in ids and name not in taken}


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _plain_list(name: str) -> str:
    return ", ".join(_plain(part) for part in name.split(","))

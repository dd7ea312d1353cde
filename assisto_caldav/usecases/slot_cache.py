"""Free slots kept between readers, for as long as nothing that decides over them has changed.

Each counsellor's slots are kept apart: who gets an appointment is computed again, their
colleagues are not. For reading only: who takes a time has it rechecked under the lock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Generic, TypeVar

from assisto_caldav.config import Config
from assisto_caldav.ports import Ports
from assisto_caldav.usecases.find_slots import FreeSlot, Search, SlotWish, find_slots, search_for

T = TypeVar("T")
R = TypeVar("R")
ENTRIES = 32
# Slots begin at full minutes; within one, notice and horizon leave the same of them.
_MINUTE = 60
_by_start = itemgetter(0)


@dataclass(frozen=True, slots=True)
class _Terms:
    """Under what everything was made: configuration, and the minute before and after."""

    config: Config
    minutes: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Part(Generic[T]):
    """What was made of one counsellor's slots, by start; ``until``: when a hold lapses."""

    made: tuple[tuple[int, T], ...]
    revision: int
    until: int | None

    def is_current(self, revision: int, now: int) -> bool:
        """Say whether this counsellor's facts are as they were."""
        lapsed = self.until is not None and self.until <= now
        return self.revision == revision and not lapsed


@dataclass(frozen=True, slots=True)
class _Entry(Generic[T, R]):
    """The answer to a wish, and the parts that it was joined of, by login."""

    value: R
    terms: _Terms
    parts: Mapping[str, _Part[T]]


class SlotCache(Generic[T, R]):
    """What ``join`` made of what ``make`` made of each counsellor's slots; threads may share it.

    Each step on the dictionary is one of the interpreter's, so that none needs a lock.
    """

    def __init__(
        self,
        make: Callable[[Config, SlotWish, Sequence[FreeSlot]], Sequence[T]],
        join: Callable[[list[T]], R],
    ) -> None:
        """Begin empty; ``make`` gives one thing for each slot, from nothing but what it gets."""
        self._make = make
        self._join = join
        self._entries: dict[SlotWish, _Entry[T, R]] = {}

    def read(self, ports: Ports, wish: SlotWish) -> R:
        """Return what was made of the free slots as they are now; raises as ``find_slots``."""
        search = search_for(ports, wish)
        terms = _Terms(ports.config.current(), (search.now // _MINUTE, -(-search.now // _MINUTE)))
        with ports.database.reading() as unit:
            counts = unit.slot_facts.revision(search.logins)
            revisions = dict(zip(search.logins, counts, strict=True))
            entry = self._entries.get(wish)
            kept = _still_good(entry, terms, revisions, search.now)
            if entry is not None and len(kept) == len(search.logins):
                return entry.value
            lapses = unit.slot_facts.next_lapses(search.logins, now=search.now)
        # What changes from here on makes the revision an old one, so that it is never believed.
        found = self._find(ports, terms.config, wish, search, kept)
        parts = {
            login: kept.get(login) or _Part(found[login], revisions[login], lapses.get(login))
            for login in search.logins
        }
        pairs = [pair for login in search.logins for pair in parts[login].made]
        pairs.sort(key=_by_start)
        value = self._join([made for _, made in pairs])
        if wish not in self._entries and len(self._entries) >= ENTRIES:
            self._entries = {}
        self._entries[wish] = _Entry(value, terms, parts)
        return value

    def _find(
        self,
        ports: Ports,
        config: Config,
        wish: SlotWish,
        search: Search,
        kept: Mapping[str, _Part[T]],
    ) -> dict[str, tuple[tuple[int, T], ...]]:
        """Return what is made anew: all from one search, or the few that changed from their own."""
        missing = [login for login in search.logins if login not in kept]
        wishes = [replace(wish, counsellor=login) for login in missing]
        slots: dict[str, list[FreeSlot]] = {login: [] for login in missing}
        for each in wishes if len(missing) * 2 < len(search.logins) else [wish]:
            for slot in find_slots(ports, each):
                if slot.counsellor in slots:
                    slots[slot.counsellor].append(slot)
        return {
            login: tuple(
                (slot.start, made)
                for slot, made in zip(own, self._make(config, wish, own), strict=True)
            )
            for login, own in slots.items()
        }


def _still_good(
    entry: _Entry[T, R] | None, terms: _Terms, revisions: Mapping[str, int], now: int
) -> dict[str, _Part[T]]:
    if entry is None or entry.terms.config is not terms.config:
        return {}
    if entry.terms.minutes != terms.minutes:
        return {}
    return {
        login: part
        for login, part in entry.parts.items()
        if login in revisions and part.is_current(revisions[login], now)
    }

"""Free slots kept between readers, for as long as nothing that decides over them has changed.

For reading only: who takes a time has it rechecked under the counsellor's lock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from assisto_caldav.config import Config
from assisto_caldav.ports import Ports
from assisto_caldav.usecases.find_slots import FreeSlot, SlotWish, find_slots, search_for

T = TypeVar("T")
ENTRIES = 32
# Slots begin at full minutes; within one, notice and horizon leave the same of them.
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class _Entry(Generic[T]):
    """What was made, and of what: ``until`` is the instant at which a hold lapses."""

    value: T
    config: Config
    stamp: tuple[int, ...]
    until: int | None

    def is_current(self, config: Config, stamp: tuple[int, ...], now: int) -> bool:
        """Say whether everything is as it was."""
        lapsed = self.until is not None and self.until <= now
        return self.config is config and self.stamp == stamp and not lapsed


class SlotCache(Generic[T]):
    """What ``make`` made of the slots of a wish; threads may share it.

    Each step on the dictionary is one of the interpreter's, so that none needs a lock.
    """

    def __init__(self, make: Callable[[Config, SlotWish, list[FreeSlot]], T]) -> None:
        """Begin empty; ``make`` may use nothing but what it is given."""
        self._make = make
        self._entries: dict[SlotWish, _Entry[T]] = {}

    def read(self, ports: Ports, wish: SlotWish) -> T:
        """Return what was made of the free slots as they are now; raises as ``find_slots``."""
        config = ports.config.current()
        search = search_for(ports, wish)
        now = search.now
        with ports.database.reading() as unit:
            revisions = unit.slot_facts.revision(search.logins)
            stamp = (*revisions, now // _MINUTE, -(-now // _MINUTE))
            entry = self._entries.get(wish)
            if entry is not None and entry.is_current(config, stamp, now):
                return entry.value
            until = unit.slot_facts.next_lapse(search.logins, now=now)
        # What changes from here on makes the stamp an old one, so that it is never believed.
        value = self._make(config, wish, find_slots(ports, wish))
        if wish not in self._entries and len(self._entries) >= ENTRIES:
            self._entries = {}
        self._entries[wish] = _Entry(value, config, stamp, until)
        return value

"""Free slots kept between readers, for as long as nothing that decides over them has changed.

What one counsellor has free depends on nobody else, so that each one's slots are
kept for themselves: after a change only theirs are made anew.

For reading only: who takes a time has it rechecked under the counsellor's lock.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Generic, TypeVar

from assisto_caldav.config import Config
from assisto_caldav.ports import Ports
from assisto_caldav.usecases.find_slots import (
    FreeSlot,
    SlotWish,
    free_slots,
    search_for,
    terms_between,
)

P = TypeVar("P")
T = TypeVar("T")
ENTRIES = 32
# Slots begin at full minutes; within one, notice and horizon leave the same of them.
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class _Piece(Generic[P]):
    """What was made of one counsellor's slots: ``until`` is the instant at which a hold lapses."""

    made: P
    revision: int
    until: int | None

    def is_current(self, revision: int, now: int) -> bool:
        """Say whether everything is as it was."""
        return self.revision == revision and (self.until is None or now < self.until)


@dataclass(frozen=True, slots=True)
class _State(Generic[P, T]):
    """What was made of a wish, with this config and in this minute."""

    config: Config
    minute: tuple[int, int]
    pieces: dict[str, _Piece[P]]
    value: T


@dataclass(slots=True)
class _Shelf(Generic[P, T]):
    """The place of one wish; ``turn`` guards the rest, ``looked`` is the last look's number."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    looked: int = -1
    state: _State[P, T] | None = None


class SlotCache(Generic[P, T]):
    """What was made of the slots of a wish; threads may share it."""

    def __init__(
        self,
        make: Callable[[Config, SlotWish, list[FreeSlot]], P],
        join: Callable[[Sequence[P]], T],
    ) -> None:
        """Begin empty.

        ``make`` is given one counsellor's slots, ``join`` what it made of each, in the order
        of config; they may use nothing else.
        """
        self._make = make
        self._join = join
        self._shelves: dict[SlotWish, _Shelf[P, T]] = {}
        self._numbers = count()

    def read(self, ports: Ports, wish: SlotWish) -> T:
        """Return what was made of the free slots as they are now; raises as ``find_slots``.

        Readers of one wish look in turn. Who waited while another began to look and
        finished takes what that one saw: it is no older than the question.
        """
        came = next(self._numbers)
        shelf = self._shelf(wish)
        with shelf.turn:
            if shelf.state is None or shelf.looked < came:
                looked = next(self._numbers)
                shelf.state = self._look(ports, wish, shelf.state)
                shelf.looked = looked
            return shelf.state.value

    def _shelf(self, wish: SlotWish) -> _Shelf[P, T]:
        """Return the wish's place. Each step is one of the interpreter's, so it needs no lock."""
        shelf = self._shelves.get(wish)
        if shelf is None:
            if len(self._shelves) >= ENTRIES:
                self._shelves = {}
            shelf = self._shelves.setdefault(wish, _Shelf())
        return shelf

    def _look(self, ports: Ports, wish: SlotWish, before: _State[P, T] | None) -> _State[P, T]:
        """Return the present state; what is current of the one before stays."""
        config = ports.config.current()
        search = search_for(ports, wish)
        minute = (search.now // _MINUTE, -(-search.now // _MINUTE))
        if before is not None and (before.config is not config or before.minute != minute):
            before = None
        pieces = dict(before.pieces) if before else {}
        with ports.database.reading() as unit:
            revisions = dict(
                zip(search.logins, unit.slot_facts.revision(search.logins), strict=True)
            )
            stale = [
                login
                for login, revision in revisions.items()
                if login not in pieces or not pieces[login].is_current(revision, search.now)
            ]
            if before is not None and not stale:
                return before
            terms = terms_between(search, wish.first, wish.last)
            found = free_slots(unit, search, terms, stale) if terms else {}
            lapses = unit.slot_facts.next_lapses(stale, now=search.now)
        for login in stale:
            made = self._make(config, wish, found.get(login, []))
            pieces[login] = _Piece(made, revisions[login], lapses.get(login))
        value = self._join([pieces[login].made for login in search.logins])
        return _State(config, minute, pieces, value)

"""The store of the waiting list."""

from __future__ import annotations

from typing import Protocol

from assisto_caldav.domain.waitlist import EarlierOffer, Waiting


class WaitlistStore(Protocol):
    """Who waits for an earlier time, and what they were offered.

    Rows go with their appointment. Holds are not touched here.
    """

    def join(self, appointment: str, *, now: int) -> None:
        """Begin to wait; whoever waits already keeps their turn."""
        ...

    def get(self, appointment: str) -> Waiting | None:
        """Return the entry of an appointment."""
        ...

    def all(self) -> list[Waiting]:
        """Return every entry, in turn."""
        ...

    def offer(self, appointment: str, offer: EarlierOffer) -> None:
        """Note what is offered now."""
        ...

    def pass_over(self, appointment: str) -> None:
        """Note that the present offer was not taken; nothing happens without one."""
        ...

    def passed(self, appointment: str) -> frozenset[int]:
        """Return the starts that were offered and not taken."""
        ...

    def leave(self, appointment: str) -> None:
        """Wait no longer; nothing happens when there is no entry."""
        ...

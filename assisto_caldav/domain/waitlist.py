"""The waiting list for an earlier time (docs/decisions/0012-waiting-list.md)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EarlierOffer:
    """A freed time that is kept for one client: the hold's id, its start, and until when."""

    hold: str
    start: int
    until: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """An appointment whose client wants an earlier time; in turn by ``joined_at``."""

    appointment: str
    joined_at: int
    offer: EarlierOffer | None = None

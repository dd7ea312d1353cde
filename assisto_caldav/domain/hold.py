"""A slot that is reserved while a form is filled in."""

from __future__ import annotations

from dataclasses import dataclass

from assisto_caldav.domain.channel import Channel


@dataclass(frozen=True, slots=True)
class Hold:
    """A slot kept for one visitor while a form is filled in."""

    id: str
    institution: str
    counsellor: str
    service: str
    channel: Channel
    start: int
    end: int
    blocked_until: int
    expires_at: int
    visitor: str
    placed_at: int | None = None

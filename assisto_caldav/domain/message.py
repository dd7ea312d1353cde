"""What client and counsellor write to each other about an appointment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """One message. ``at`` and ``seen_at`` are UTC epoch seconds, None: not seen yet."""

    id: str
    institution: str
    appointment: str
    is_from_client: bool
    text: str
    at: int
    seen_at: int | None = None

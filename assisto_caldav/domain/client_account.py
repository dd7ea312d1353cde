"""A client's account: a name of their own choosing and a password, at one institution."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClientAccount:
    """An account. ``pseudonym`` is sealed in the store; ``created_at`` is an instant."""

    id: str
    institution: str
    pseudonym: str
    created_at: int
    locale: str = "de"

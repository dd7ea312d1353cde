"""What is random, secret or passing: the clock, tokens, passwords, sealed fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Clock(Protocol):
    """The present instant."""

    def now(self) -> int:
        """Return UTC epoch seconds."""
        ...


class Tokens(Protocol):
    """Everything random or signed."""

    def new_id(self) -> str:
        """Return a time-ordered UUID (version 7) as text."""
        ...

    def access_code(self, seed: str = "") -> str:
        """Return a new access code: 12 Crockford characters (60 bits) as XXXX-XXXX-XXXX.

        The same seed gives the same code; nobody without our key can work it out.
        """
        ...

    def sign(self) -> str:
        """Return a short random sign for staff (4 characters, no look-alikes)."""
        ...

    def secret(self) -> str:
        """Return 128 random bits, URL-safe."""
        ...

    def digest(self, secret: str) -> str:
        """Return the keyed digest under which a code, cookie or link is stored.

        Access codes are compared without case, hyphens and look-alikes
        (Crockford: O is 0, I and L are 1).
        """
        ...

    def sign_link(self, facts: Mapping[str, str | int], *, expires_at: int) -> str:
        """Return a signed URL-safe token that carries the facts."""
        ...

    def read_link(self, token: str, *, now: int) -> Mapping[str, str | int]:
        """Return the facts of a token of ours.

        Raises:
            NotFoundError: Not ours, altered, or past its time.
        """
        ...


class Passwords(Protocol):
    """Slow hashes for passwords that people choose."""

    def hash(self, password: str) -> str:
        """Return a salted hash to store.

        Raises:
            UnavailableError: Too many at once.
        """
        ...

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether the password fits; takes as long when there is no hash.

        Raises:
            UnavailableError: Too many at once.
        """
        ...


class Vault(Protocol):
    """Seals fields with AES-256-GCM; table, column and row id are associated data."""

    def seal(self, text: str, *, table: str, column: str, row: str) -> str:
        """Return the sealed text; the empty string stays empty."""
        ...

    def open(self, sealed: str, *, table: str, column: str, row: str) -> str:
        """Return the text.

        Raises:
            SealedValueError: The key does not fit, or the value was altered or moved.
        """
        ...

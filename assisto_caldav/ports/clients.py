"""Clients' accounts and their sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from assisto_caldav.domain.client_account import ClientAccount


@dataclass(frozen=True, slots=True)
class Credentials:
    """How an account is opened: digests and a hash, nothing in plain words."""

    pseudonym_digest: str
    password_hash: str
    recovery_digest: str


class ClientStore(Protocol):
    """Accounts of clients."""

    def add(self, account: ClientAccount, credentials: Credentials) -> None:
        """Store a new account.

        Raises:
            ConflictError: Somebody has this pseudonym already.
        """
        ...

    def lock(self, account: str) -> None:
        """Keep other writers off until the unit ends: limits are counted by one at a time."""
        ...

    def get(self, account: str) -> ClientAccount | None:
        """Return an account or None."""
        ...

    def by_pseudonym(self, digest: str) -> tuple[ClientAccount, str] | None:
        """Return the account of a pseudonym's digest, with its password's hash."""
        ...

    def by_recovery(self, digest: str) -> ClientAccount | None:
        """Return the account of a recovery code's digest."""
        ...

    def set_password(self, account: str, password_hash: str) -> None:
        """Replace the password's hash."""
        ...

    def set_recovery(self, account: str, digest: str) -> None:
        """Let another recovery code open the account; the former one is dead."""
        ...

    def add_session(self, digest: str, account: str, *, now: int) -> None:
        """Store a log-in, known by the digest of its cookie."""
        ...

    def session(self, digest: str) -> tuple[str, int] | None:
        """Return a log-in's account and when it was last used."""
        ...

    def touch_session(self, digest: str, *, now: int) -> None:
        """Note that a log-in was used."""
        ...

    def end_session(self, digest: str) -> None:
        """End one log-in; nothing happens when there is none."""
        ...

    def end_sessions(self, account: str) -> None:
        """End every log-in of an account."""
        ...

    def purge_sessions(self, *, before: int) -> None:
        """Drop log-ins that were last used before the instant."""
        ...

    def remove(self, account: str) -> None:
        """Remove an account with its log-ins."""
        ...

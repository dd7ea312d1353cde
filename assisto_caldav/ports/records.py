"""Stores of mails owed, of the audit log, and of facts about the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from assisto_caldav.domain.people import AuditEntry, OutboxMail


class OutboxStore(Protocol):
    """Mails owed."""

    def add(self, mail: OutboxMail) -> None:
        """Owe a mail; address and payload are sealed."""
        ...

    def claim_due(self, *, now: int, lease_seconds: int, limit: int) -> list[OutboxMail]:
        """Return mails to send now and keep other workers off them for the lease."""
        ...

    def get(self, mail: str) -> OutboxMail | None:
        """Return one mail or None."""
        ...

    def mark_sent(self, mail: str, *, now: int) -> None:
        """Note the delivery and erase payload and address."""
        ...

    def mark_failed(self, mail: str, *, error: str, next_try_at: int | None, now: int) -> None:
        """Note a failure, the first one as such; None gives up for good."""
        ...

    def cancel(
        self,
        appointment: str,
        *,
        recipient: str,
        unsent_kinds: Sequence[str] = (),
        held_at: int | None = None,
    ) -> int:
        """Drop unsent mails about an appointment (of these kinds, or all); count them.

        With ``held_at`` only those whose ``not_before`` is later than that instant.
        """
        ...

    def unsent(self, institution: str) -> list[OutboxMail]:
        """Return what waits or was given up, oldest first."""
        ...


class AuditStore(Protocol):
    """The audit log."""

    def add(self, entry: AuditEntry) -> None:
        """Append a line."""
        ...

    def of_appointment(self, appointment: str) -> list[AuditEntry]:
        """Return the lines about an appointment, oldest first."""
        ...

    def purge(self, *, before: int, institution: str = "") -> int:
        """Erase the lines from before the instant, of one institution or of all; count them."""
        ...


class SettingStore(Protocol):
    """Facts about the database itself, such as the key's fingerprint."""

    def get(self, name: str) -> str | None:
        """Return a setting or None."""
        ...

    def set(self, name: str, value: str) -> None:
        """Store a setting."""
        ...

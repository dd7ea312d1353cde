"""The store of what clients and counsellors write to each other."""

from __future__ import annotations

from typing import Protocol

from assisto_caldav.domain.message import Message


class MessageStore(Protocol):
    """Messages about appointments; their texts are sealed, and go with the appointment."""

    def add(self, message: Message) -> None:
        """Store a message."""
        ...

    def of_appointment(self, appointment: str) -> list[Message]:
        """Return the messages about an appointment, opened, oldest first."""
        ...

    def mark_seen(self, appointment: str, *, from_client: bool, now: int) -> int:
        """Note that what one side wrote has been seen by the other; count what was new."""
        ...

    def unseen_from_clients(self, counsellor: str) -> dict[str, int]:
        """Return how many messages wait for a counsellor, by appointment."""
        ...

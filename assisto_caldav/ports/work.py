"""The unit of work, and all ports together."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from assisto_caldav.ports.appointments import AppointmentStore, HoldStore, SlotFactStore
from assisto_caldav.ports.calendars import CollectionStore, ObjectStore, TeamStore
from assisto_caldav.ports.clients import ClientStore
from assisto_caldav.ports.messages import MessageStore
from assisto_caldav.ports.people import PeopleStore
from assisto_caldav.ports.records import AuditStore, OutboxStore, SettingStore
from assisto_caldav.ports.waitlist import WaitlistStore
from assisto_caldav.ports.world import Clock, Passwords, Tokens, Vault

if TYPE_CHECKING:
    from assisto_caldav.config import Config


class Unit(Protocol):
    """A unit of work: stores that share one transaction."""

    collections: CollectionStore
    objects: ObjectStore
    appointments: AppointmentStore
    holds: HoldStore
    slot_facts: SlotFactStore
    people: PeopleStore
    clients: ClientStore
    messages: MessageStore
    outbox: OutboxStore
    audit: AuditStore
    settings: SettingStore
    team: TeamStore
    waitlist: WaitlistStore

    def fail(self) -> None:
        """Make the unit roll back at its end, whatever happens after."""
        ...


class Database(Protocol):
    """Where units of work come from."""

    def writing(self) -> AbstractContextManager[Unit]:
        """Open a writing transaction: committed at the end, rolled back on any error.

        Raises:
            UnavailableError: The database is busy or away.
        """
        ...

    def reading(self) -> AbstractContextManager[Unit]:
        """Open one consistent view; nothing is written."""
        ...

    def scrub(self) -> None:
        """Let nothing of what was deleted stay readable, as far as that is in our hands."""
        ...


class ConfigHolder(Protocol):
    """The configuration in force."""

    def current(self) -> Config:
        """Return the last good configuration."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """What every use case takes first: the world outside the rules."""

    database: Database
    clock: Clock
    tokens: Tokens
    vault: Vault
    passwords: Passwords
    config: ConfigHolder

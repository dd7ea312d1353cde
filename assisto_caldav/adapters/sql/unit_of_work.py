"""A transaction and the stores in it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from assisto_caldav.adapters.sql.appointment_store import SqlAppointments
from assisto_caldav.adapters.sql.audit_store import SqlAudit
from assisto_caldav.adapters.sql.client_store import SqlClients
from assisto_caldav.adapters.sql.collection_store import SqlCollections
from assisto_caldav.adapters.sql.connect import Connection, Source
from assisto_caldav.adapters.sql.hold_store import SqlHolds
from assisto_caldav.adapters.sql.message_store import SqlMessages
from assisto_caldav.adapters.sql.object_store import SqlObjects
from assisto_caldav.adapters.sql.outbox_store import SqlOutbox
from assisto_caldav.adapters.sql.people_store import SqlPeople
from assisto_caldav.adapters.sql.postgres import POOL_SIZE, open_postgres
from assisto_caldav.adapters.sql.setting_store import SqlSettings
from assisto_caldav.adapters.sql.slot_fact_store import SqlSlotFacts
from assisto_caldav.adapters.sql.sqlite import open_sqlite
from assisto_caldav.adapters.sql.team_store import SqlTeam
from assisto_caldav.adapters.sql.waitlist_store import SqlWaitlist
from assisto_caldav.clock import SystemClock
from assisto_caldav.errors import ConfigError
from assisto_caldav.ports import (
    AppointmentStore,
    AuditStore,
    Clock,
    CollectionStore,
    HoldStore,
    ObjectStore,
    OutboxStore,
    PeopleStore,
    SettingStore,
    SlotFactStore,
    TeamStore,
    Vault,
)
from assisto_caldav.ports.clients import ClientStore
from assisto_caldav.ports.messages import MessageStore
from assisto_caldav.ports.waitlist import WaitlistStore

_POSTGRES = ("postgresql://", "postgres://")
_SQLITE = "sqlite:"


class SqlUnit:
    """The unit of ports.py: stores that share one connection."""

    def __init__(self, connection: Connection, *, vault: Vault, clock: Clock) -> None:
        """Make the stores; the transaction is the caller's."""
        self._connection = connection
        self.collections: CollectionStore = SqlCollections(connection)
        objects = SqlObjects(connection)
        self.objects: ObjectStore = objects
        self.appointments: AppointmentStore = SqlAppointments(
            connection, objects, vault=vault, clock=clock
        )
        self.holds: HoldStore = SqlHolds(connection)
        self.slot_facts: SlotFactStore = SqlSlotFacts(connection)
        self.people: PeopleStore = SqlPeople(connection, vault)
        self.clients: ClientStore = SqlClients(connection, vault)
        self.messages: MessageStore = SqlMessages(connection, vault)
        self.outbox: OutboxStore = SqlOutbox(connection, vault)
        self.audit: AuditStore = SqlAudit(connection)
        self.settings: SettingStore = SqlSettings(connection)
        self.team: TeamStore = SqlTeam(connection)
        self.waitlist: WaitlistStore = SqlWaitlist(connection)

    def fail(self) -> None:
        """Make the unit roll back at its end."""
        self._connection.must_roll_back = True


class SqlDatabase:
    """The database of ports.py."""

    def __init__(self, source: Source, *, vault: Vault, clock: Clock) -> None:
        """Lend connections of the source."""
        self.source = source
        self._vault = vault
        self._clock = clock
        self._busy = threading.local()

    @contextmanager
    def writing(self) -> Iterator[SqlUnit]:
        """Open a writing transaction; units do not nest."""
        with self._unit(writing=True) as unit:
            yield unit

    @contextmanager
    def reading(self) -> Iterator[SqlUnit]:
        """Open one consistent view; units do not nest."""
        with self._unit(writing=False) as unit:
            yield unit

    def scrub(self) -> None:
        """Let nothing of what was deleted stay readable."""
        self.source.scrub()

    def close(self) -> None:
        """Close every connection."""
        self.source.close()

    @contextmanager
    def _unit(self, *, writing: bool) -> Iterator[SqlUnit]:
        if getattr(self._busy, "inside", False):
            raise RuntimeError("A unit of work is open in this thread; pass it on, do not nest.")
        self._busy.inside = True
        try:
            with self.source.transaction(writing=writing) as connection:
                yield SqlUnit(connection, vault=self._vault, clock=self._clock)
        finally:
            self._busy.inside = False


def open_database(url: str, *, vault: Vault, clock: Clock | None = None) -> SqlDatabase:
    """Open ``sqlite:<path>``, ``sqlite::memory:`` or ``postgresql://...``.

    ``sqlite:///srv/assisto.db`` is the same as ``sqlite:/srv/assisto.db``. The
    schema is ``migrate``'s matter.

    Raises:
        ConfigError: The address is of neither kind.
        UnavailableError: The database cannot be opened.
    """
    return SqlDatabase(open_source(url), vault=vault, clock=clock or SystemClock())


def open_source(url: str, *, connections: int = POOL_SIZE) -> Source:
    """Open the connections alone, before there is a key; raises as ``open_database``.

    ``connections``: at most so many at once, with PostgreSQL.
    """
    if url.startswith(_POSTGRES):
        return open_postgres(url, connections=connections)
    path = url.removeprefix(_SQLITE).removeprefix("//")
    if not url.startswith(_SQLITE) or not path:
        problem = (
            "Die Adresse der Datenbank beginnt mit „sqlite:“ oder „postgresql://“,"
            " zum Beispiel „sqlite:data/assisto.db“."
        )
        raise ConfigError((problem,))
    return open_sqlite(path)

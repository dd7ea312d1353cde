"""What the use cases need from outside: stores, a unit of work, clock, tokens, vault.

Contracts stand here; the same tests run against every adapter. Every store
belongs to a unit of work and sees what the unit has written. A store method is
one atomic step. Writing methods need a writing unit.
"""

from assisto_caldav.ports.appointments import AppointmentStore, HoldStore, SlotFactStore
from assisto_caldav.ports.calendars import CollectionStore, ObjectStore, TeamStore
from assisto_caldav.ports.people import PeopleStore
from assisto_caldav.ports.records import AuditStore, OutboxStore, SettingStore
from assisto_caldav.ports.work import ConfigHolder, Database, Ports, Unit
from assisto_caldav.ports.world import Clock, Passwords, Tokens, Vault

__all__ = [
    "AppointmentStore",
    "AuditStore",
    "Clock",
    "CollectionStore",
    "ConfigHolder",
    "Database",
    "HoldStore",
    "ObjectStore",
    "OutboxStore",
    "Passwords",
    "PeopleStore",
    "Ports",
    "SettingStore",
    "SlotFactStore",
    "TeamStore",
    "Tokens",
    "Unit",
    "Vault",
]

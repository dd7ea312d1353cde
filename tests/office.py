"""Two centres on SQLite in memory, with the fixed cast at work: what use case tests start from.

``make_office()`` gives the ports and short ways to do what a test is not about.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher

from assisto_caldav.adapters.passwords import Argon2Passwords
from assisto_caldav.adapters.sql.migrate import migrate
from assisto_caldav.adapters.sql.unit_of_work import SqlDatabase, open_database
from assisto_caldav.adapters.tokens import SystemTokens
from assisto_caldav.adapters.vault import AesVault
from assisto_caldav.clock import FrozenClock
from assisto_caldav.config.model import Config, Secrets, Server
from assisto_caldav.domain.appointment import Appointment
from assisto_caldav.domain.booking_times import WeeklyRule
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.client_details import ClientDetails
from assisto_caldav.domain.collection import OWN, SHARED, Collection, CollectionKind
from assisto_caldav.domain.identity import InstitutionId, Login
from assisto_caldav.domain.institution import Institution, Limits, StaffEntry, StaffRole, Texts
from assisto_caldav.domain.localtime import to_instant
from assisto_caldav.domain.people import OutboxMail, StaffMember
from assisto_caldav.domain.service import Service
from assisto_caldav.ports import Ports
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.booking_times import save_rule
from assisto_caldav.usecases.calendars import put_object
from assisto_caldav.usecases.request import RequestForm, request_appointment

ALICE = "alice@mitte.example"
BOB = "bob@mitte.example"
CAROL = "carol@nord.example"
FRANK = "frank@mitte.example"
BERLIN = ZoneInfo("Europe/Berlin")
NOW = 1_796_036_400
"""Monday, 30 November 2026, 12:00 in Berlin."""
MONDAY = date(2026, 12, 7)
"""A working day well inside notice and horizon; so are the four that follow."""

KEY = b"k" * 32
COUNSELLOR = frozenset({StaffRole.COUNSELLOR})
ADMINISTRATOR = frozenset({StaffRole.ADMINISTRATOR})
TEXTS = Texts(
    crisis="In Not: 112.",
    imprint="Impressum",
    data_protection="Datenschutz",
    accessibility="Barrierefreiheit",
)
TALK = Service(
    id="s1",
    name="Suchtberatung",
    duration_minutes=50,
    follow_up_minutes=10,
    channels=(Channel.ON_SITE, Channel.PHONE, Channel.VIDEO),
)
COUPLE = Service(
    id="s2",
    name="Paarberatung",
    public_name="Gespräch zu zweit",
    duration_minutes=80,
    follow_up_minutes=10,
    channels=(Channel.ON_SITE,),
)


def make_entry(login: str, **changes: Any) -> StaffEntry:
    name = login.partition("@")[0]
    made = StaffEntry(login=Login(login), name=name.title(), public_id=name, roles=COUNSELLOR)
    return replace(made, **changes)


def make_institution(name: str = "mitte", **changes: Any) -> Institution:
    staff = {
        "mitte": (
            make_entry(ALICE, roles=COUNSELLOR | ADMINISTRATOR),
            make_entry(BOB),
            make_entry(FRANK, roles=ADMINISTRATOR),
        ),
        "nord": (make_entry(CAROL),),
    }[name]
    made = Institution(
        id=InstitutionId(name),
        name=f"Beratungsstelle {name.title()}",
        zone="Europe/Berlin",
        appointment_address=f"termine@{name}.example",
        sender_address=f"termine@{name}.example",
        address="Hauptstraße 1, 10115 Berlin",
        phone="030 12345",
        texts=TEXTS,
        services=(TALK, COUPLE),
        staff=staff,
        channels=(Channel.ON_SITE, Channel.PHONE, Channel.VIDEO),
        land="BE",
        limits=Limits(),
    )
    return replace(made, **changes)


@dataclass(slots=True)
class FixedConfig:
    """A configuration holder that tests change by hand."""

    config: Config

    def current(self) -> Config:
        return self.config


@dataclass(frozen=True, slots=True)
class Office:
    """The ports, and what tests turn by hand."""

    ports: Ports
    clock: FrozenClock
    config: FixedConfig
    database: SqlDatabase

    def configure(self, institution: Institution) -> None:
        """Put an institution in the place of the one with its id."""
        config = self.config.config
        institutions = {**config.institutions, institution.id: institution}
        self.config.config = replace(config, institutions=institutions)

    def institution(self, name: str = "mitte") -> Institution:
        return self.config.config.institutions[name]

    def mails(self, institution: str = "mitte") -> list[OutboxMail]:
        with self.ports.database.reading() as unit:
            return unit.outbox.unsent(institution)

    def objects(self, owner: str, name: str) -> dict[str, str]:
        """Return the texts of a collection, by href."""
        with self.ports.database.reading() as unit:
            found = unit.collections.get(owner, name)
            assert found is not None
            return {item.href: item.text for item in unit.objects.all(found.id)}

    def close(self) -> None:
        self.database.close()


def make_config(**changes: Any) -> Config:
    folder = Path("/nowhere")
    made = Config(
        file=folder / "assisto.toml",
        data_folder=folder,
        institutions_folder=folder / "institutions",
        secrets=Secrets(key_file=folder / "key"),
        institutions={name: make_institution(name) for name in ("mitte", "nord")},
        server=Server(public_url="https://termine.example"),
    )
    return replace(made, **changes)


def make_office(url: str = "sqlite::memory:", *, now: int = NOW, **config: Any) -> Office:
    """Return a new office; everybody has an account, each counsellor an empty home."""
    clock = FrozenClock(now)
    vault = AesVault(KEY)
    database = open_database(url, vault=vault, clock=clock)
    migrate(database)
    holder = FixedConfig(make_config(**config))
    passwords = Argon2Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    ports = Ports(
        database=database,
        clock=clock,
        tokens=SystemTokens(KEY),
        vault=vault,
        passwords=passwords,
        config=holder,
    )
    with database.writing() as unit:
        for institution in holder.config.institutions.values():
            for kind in SHARED:
                unit.collections.create(make_collection(institution.id, institution.id, kind))
            for entry in institution.staff:
                unit.people.save_staff(StaffMember(entry.login, institution.id, entry.public_id))
                for kind in OWN if entry.is_counsellor else ():
                    unit.collections.create(make_collection(entry.login, institution.id, kind))
    return Office(ports, clock, holder, database)


@contextmanager
def open_office(**changes: Any) -> Iterator[Office]:
    """Lend an office and close it: the body of a fixture."""
    office = make_office(**changes)
    try:
        yield office
    finally:
        office.close()


def make_collection(owner: str, institution: str, kind: CollectionKind) -> Collection:
    return Collection(f"{owner}/{kind.value}", institution, owner, kind.value, kind)


def at(day: date, clock: str, zone: ZoneInfo = BERLIN) -> int:
    """Return the instant of a local time, written as "09:30"."""
    return to_instant(datetime.combine(day, time.fromisoformat(clock)), zone)


def make_details(**changes: Any) -> ClientDetails:
    return replace(ClientDetails(text="Ich möchte reden."), **changes)


def open_times(office: Office, login: str = ALICE, **changes: Any) -> str:
    """Let a counsellor be bookable from 9 to 12 on every weekday; return the rule's href."""
    rule = WeeklyRule(
        weekdays=(0, 1, 2, 3, 4), start=time(9), end=time(12), first=date(2026, 11, 2)
    )
    return save_rule(office.ports, Actor(login, "web"), replace(rule, **changes))


def make_form(start: int | None = None, **changes: Any) -> RequestForm:
    """Return Olaf's form for the suchtberatung on Monday at nine with whoever is free."""
    made = RequestForm(
        institution="mitte",
        service=TALK.id,
        channel=Channel.VIDEO,
        start=at(MONDAY, "09:00") if start is None else start,
        counsellor=None,
        details=make_details(),
    )
    return replace(made, **changes)


def send_request(
    office: Office, start: int | None = None, **changes: Any
) -> tuple[Appointment, str]:
    """Request an appointment; return it and its access code."""
    return request_appointment(office.ports, make_form(start, **changes))


def put_event(
    office: Office,
    start: int,
    end: int,
    *,
    owner: str = ALICE,
    collection: str = "appointments",
    summary: str = "Zahnarzt",
    extra: str = "",
) -> None:
    """Let a calendar app put an own event, with instants and further lines."""
    uid = office.ports.tokens.new_id()
    text = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VEVENT\r\n"
        f"UID:{uid}\r\nDTSTAMP:20261101T000000Z\r\nDTSTART:{utc(start)}\r\nDTEND:{utc(end)}\r\n"
        f"SUMMARY:{summary}\r\n{extra}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    put_object(
        office.ports,
        Actor(owner, "caldav"),
        owner=owner,
        collection=collection,
        href=f"{uid}.ics",
        raw=text.encode(),
    )


def utc(instant: int) -> str:
    """Return an instant as a DATE-TIME in UTC."""
    return f"{datetime.fromtimestamp(instant, UTC):%Y%m%dT%H%M%SZ}"

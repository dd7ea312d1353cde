"""Values for contract tests, by keyword defaults; ids are given so that tests can name them."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

from assisto_caldav.domain.appointment import Appointment, Hold, State
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.client_details import ClientDetails
from assisto_caldav.domain.collection import (
    Collection,
    CollectionKind,
    IndexedOccurrence,
    Role,
    StoredObject,
)
from assisto_caldav.domain.people import OutboxMail, StaffMember

ALICE = "alice@mitte.example"
BOB = "bob@mitte.example"
CAROL = "carol@nord.example"
NOW = 1_790_000_000
HOUR = 3600
DAY = 24 * HOUR
TEN = NOW + DAY
"""The start of most appointments here."""


def institution_of(login: str) -> str:
    return login.partition("@")[2].partition(".")[0]


def make_member(login: str, **changes: Any) -> StaffMember:
    return replace(StaffMember(login, institution_of(login), login.partition("@")[0]), **changes)


def collection_id(login: str, name: str) -> str:
    return f"{login}/{name}"


def make_collection(login: str, name: str, **changes: Any) -> Collection:
    built_in = name in ("appointments", "booking-times", "absences", "inbox", "outbox")
    kind = CollectionKind(name) if built_in else CollectionKind.CALENDAR
    made = Collection(
        collection_id(login, name), institution_of(login), login, name, kind, modified_at=NOW
    )
    return replace(made, **changes)


def make_object(href: str = "one.ics", **changes: Any) -> StoredObject:
    collection = changes.pop("collection", collection_id(ALICE, "appointments"))
    text = changes.pop("text", f"BEGIN:VCALENDAR {href}")
    made = StoredObject(
        id=f"{collection}/{href}",
        institution="mitte",
        collection=collection,
        href=href,
        uid=f"uid-{href}",
        component="VEVENT",
        text=text,
        etag=sha256(text.encode()).hexdigest()[:16],
        modified_at=NOW,
    )
    return made._replace(**changes)


def make_occurrence(start: int = TEN, length: int = HOUR, **changes: Any) -> IndexedOccurrence:
    return replace(IndexedOccurrence(start, start + length, "BUSY", Role.BUSY), **changes)


def make_appointment(name: str = "a1", **changes: Any) -> Appointment:
    start = changes.pop("start", TEN)
    end = changes.pop("end", start + HOUR)
    made = Appointment(
        id=name,
        institution="mitte",
        counsellor=ALICE,
        service="s1",
        channel=Channel.VIDEO,
        state=State.REQUESTED,
        start=start,
        end=end,
        blocked_until=changes.pop("blocked_until", end),
        uid=f"uid-{name}",
        sign="7F3K",
        requested_at=NOW,
    )
    return replace(made, **changes)


def make_hold(name: str = "h1", **changes: Any) -> Hold:
    start = changes.pop("start", TEN)
    made = Hold(
        id=name,
        institution="mitte",
        counsellor=ALICE,
        service="s1",
        channel=Channel.VIDEO,
        start=start,
        end=start + HOUR,
        blocked_until=start + HOUR,
        expires_at=NOW + 900,
        visitor=f"visitor-{name}",
    )
    return replace(made, **changes)


def make_details(**changes: Any) -> ClientDetails:
    return replace(
        ClientDetails("Grace", "grace@post.example", "+49 30 123", "Bitte um Rat", ""), **changes
    )


def make_mail(name: str = "m1", **changes: Any) -> OutboxMail:
    made = OutboxMail(
        id=name,
        institution="mitte",
        kind="requested",
        recipient="client",
        address="grace@post.example",
        payload='{"name": "Grace"}',
        message_id=f"<{name}@centre.example>",
        created_at=NOW,
        not_before=NOW,
    )
    return replace(made, **changes)


def add_appointment(unit: Any, name: str = "a1", **changes: Any) -> Appointment:
    """Store an appointment whose code digest is made of its name."""
    appointment = make_appointment(name, **changes)
    unit.appointments.add(appointment, make_details(), code_digest=f"digest-{name}")
    return appointment

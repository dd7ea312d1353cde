"""Short ways to appointments and to what a calendar app does with their objects."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from assisto_caldav.domain.appointment import Appointment, State
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.client_details import ClientDetails
from assisto_caldav.domain.collection import StoredObject
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.appointment_objects import add_object
from assisto_caldav.usecases.calendars import Conditions, PutOutcome, delete_object, put_object
from tests.office import ALICE, MONDAY, Office, at

APP = Actor(ALICE, "caldav")
PAGE = Actor(ALICE, "web")
HOUR = 3600
MINUTE = 60
TEN = at(MONDAY, "10:00")
DETAILS = ClientDetails("Grace Hopper", "grace@post.example", "+49 30 123", "Bitte um Rat")


def make_request(office: Office, name: str = "a1", **changes: Any) -> Appointment:
    start = changes.pop("start", TEN)
    end = changes.pop("end", start + 50 * MINUTE)
    has_email = changes.get("has_email", True)
    made = Appointment(
        id=name,
        institution="mitte",
        counsellor=ALICE,
        service="s1",
        channel=Channel.VIDEO,
        state=State.REQUESTED,
        start=start,
        end=end,
        blocked_until=end + 10 * MINUTE,
        uid=f"uid-{name}@termine.example",
        sign="7F3K",
        requested_at=office.clock.now(),
        answer_by=office.clock.now() + 48 * HOUR,
        has_email=has_email,
    )
    made = replace(made, **changes)
    details = DETAILS if has_email else replace(DETAILS, email="")
    with office.database.writing() as unit:
        made = add_object(unit, office.ports, made)
        unit.appointments.add(made, details, code_digest=f"digest-{name}")
    return made


def appointment(office: Office, name: str = "a1") -> Appointment:
    with office.database.reading() as unit:
        found = unit.appointments.get(name)
    assert found is not None
    return found


def stored(office: Office, name: str = "a1") -> StoredObject | None:
    with office.database.reading() as unit:
        return unit.objects.by_appointment(name)


def there(office: Office, name: str = "a1") -> StoredObject:
    found = stored(office, name)
    assert found is not None
    return found


def text_of(office: Office, name: str = "a1") -> str:
    return there(office, name).text


def put(
    office: Office,
    text: str | bytes,
    *,
    href: str = "a1.ics",
    collection: str = "appointments",
    actor: Actor = APP,
    owner: str = ALICE,
    **conditions: Any,
) -> PutOutcome:
    raw = text if isinstance(text, bytes) else text.encode()
    return put_object(
        office.ports,
        actor,
        owner=owner,
        collection=collection,
        href=href,
        raw=raw,
        conditions=Conditions(**conditions),
    )


def answer(office: Office, partstat: str, name: str = "a1", **conditions: Any) -> PutOutcome:
    """Answer by PARTSTAT alone, from what is stored."""
    text = with_partstat(text_of(office, name), partstat)
    return put(office, text, href=f"{name}.ics", **conditions)


def delete(office: Office, href: str = "a1.ics", collection: str = "appointments") -> None:
    delete_object(office.ports, APP, owner=ALICE, collection=collection, href=href)


def unfold(text: str) -> str:
    return text.replace("\r\n ", "")


def lines(text: str) -> list[str]:
    return unfold(text).split("\r\n")


def line(text: str, name: str) -> str:
    """Return the one line of the VEVENT with this name, or ""."""
    event = unfold(text).partition("BEGIN:VEVENT")[2]
    found = [row for row in event.split("\r\n") if row.split(":")[0].split(";")[0] == name]
    assert len(found) < 2, found
    return found[0] if found else ""


def change(text: str, name: str, new: str | None) -> str:
    """Replace the line of a name by another one, or take it away; insert it if there is none."""
    head, begin, event = unfold(text).partition("BEGIN:VEVENT\r\n")
    rows = event.split("\r\n")
    places = [i for i, row in enumerate(rows) if row.split(":")[0].split(";")[0] == name]
    added = [] if new is None else [new]
    place = places[0] if places else 0
    rows[place : place + len(places)] = added
    return head + begin + "\r\n".join(rows)


def with_partstat(text: str, partstat: str) -> str:
    old = line(text, "ATTENDEE")
    head, _, rest = old.partition("PARTSTAT=")
    tail = rest[len(rest.split(";")[0].split(":")[0]) :]
    return change(text, "ATTENDEE", f"{head}PARTSTAT={partstat}{tail}")


def moved(text: str, clock: str, day: str = "20261207") -> str:
    """Let an event of 50 minutes begin at another time, written as "1400"."""
    hour, minute = int(clock[:2]), int(clock[2:])
    end = hour * 60 + minute + 50
    text = change(text, "DTSTART", f"DTSTART;TZID=Europe/Berlin:{day}T{clock}00")
    finish = f"{end // 60:02}{end % 60:02}00"
    return change(text, "DTEND", f"DTEND;TZID=Europe/Berlin:{day}T{finish}")


def mails(office: Office, name: str = "a1") -> list[tuple[str, str]]:
    """Return (recipient, kind) of the unsent mails about an appointment."""
    return [(m.recipient, m.kind) for m in office.mails() if m.appointment == name]


def is_taken(office: Office, start: int, length: int = 50 * MINUTE) -> bool:
    with office.database.reading() as unit:
        window = Interval(start, start + length)
        return unit.appointments.overlaps(ALICE, window, now=office.clock.now())

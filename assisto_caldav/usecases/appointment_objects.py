"""The calendar objects of appointments, as the server writes them.

Whatever is written here gets a new Schedule-Tag (RFC 6638 §3.2.10): the server
edits more than a PARTSTAT.
"""

from __future__ import annotations

from dataclasses import replace

from assisto_caldav.domain.appointment import (
    HOLDS_ITS_TIME,
    WAITS_FOR_COUNSELLOR,
    Appointment,
    State,
)
from assisto_caldav.domain.appointment_object import (
    Surroundings,
    follow_state,
    read_object,
    rename,
    render_object,
)
from assisto_caldav.domain.calendar_object import CalendarObject
from assisto_caldav.domain.collection import Collection, CollectionKind
from assisto_caldav.errors import NotFoundError
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.inbox import deliver, take_away
from assisto_caldav.usecases.object_index import Member, store_member

_HELD = frozenset({State.TOOK_PLACE, State.NO_SHOW})


def surroundings(unit: Unit, ports: Ports, appointment: Appointment) -> Surroundings:
    """Return what an appointment's object tells besides the appointment.

    Raises:
        NotFoundError: The institution is not in config any more.
    """
    config = ports.config.current()
    institution = config.institutions.get(appointment.institution)
    if institution is None:
        raise NotFoundError("Diese Einrichtung gibt es hier nicht.")
    entry = institution.find_staff(appointment.counsellor)
    member = unit.people.staff(appointment.counsellor)
    return Surroundings(
        institution=institution,
        counsellor_name=entry.name if entry else appointment.counsellor,
        public_url=config.server.public_url,
        place=member.place if member else "",
        video_room=member.video_room if member else "",
    )


def appointments_of(unit: Unit, counsellor: str) -> Collection:
    """Return a counsellor's ``appointments/``.

    Raises:
        NotFoundError: The counsellor has no home.
    """
    found = unit.collections.get(counsellor, CollectionKind.APPOINTMENTS.value)
    if found is None:
        raise NotFoundError("Dieser Kalender ist nicht da.")
    return found


def add_object(unit: Unit, ports: Ports, appointment: Appointment) -> Appointment:
    """Write the object of a new appointment; return the appointment with its href.

    What waits for her answer is told in her inbox too. The appointment itself
    is the caller's to store.
    """
    text = render_object(appointment, surroundings(unit, ports, appointment), now=ports.clock.now())
    written = store_server_object(unit, ports, appointment, text)
    if appointment.state in WAITS_FOR_COUNSELLOR:
        deliver(unit, ports, written, text)
    return written


def store_server_object(
    unit: Unit, ports: Ports, appointment: Appointment, text: str
) -> Appointment:
    """Store a text of ours as the appointment's object; return it with its href."""
    href = appointment.href or f"{appointment.id}.ics"
    member = Member(
        collection=appointments_of(unit, appointment.counsellor),
        href=href,
        item=read_object(text),
        schedule_tag=ports.tokens.new_id(),
        appointment=appointment.id,
    )
    store_member(unit, ports, member)
    return replace(appointment, href=href)


def rewrite_object(
    unit: Unit,
    ports: Ports,
    appointment: Appointment,
    *,
    removed_text: str | None = None,
    put: str | None = None,
) -> Appointment:
    """Let the object follow the appointment's state and time; return it with its href.

    Based on what a calendar app has just put, else on what is stored, else on
    what was removed; an object that never was is written anew. SEQUENCE grows.
    """
    bases = (put, text_of_object(unit, appointment), removed_text)
    known = [text for text in bases if text is not None]
    if not known:
        return add_object(unit, ports, appointment)
    text = follow_state(
        known[0],
        appointment,
        surroundings(unit, ports, appointment),
        sequence=1 + max(_sequence(text) for text in known),
        now=ports.clock.now(),
    )
    written = store_server_object(unit, ports, appointment, text)
    if appointment.state not in HOLDS_ITS_TIME | _HELD:
        deliver(unit, ports, written, text)
    elif appointment.state not in WAITS_FOR_COUNSELLOR:
        take_away(unit, ports, appointment)
    return written


def rename_object(unit: Unit, ports: Ports, appointment: Appointment) -> None:
    """Let SUMMARY follow; nothing happens when it does already or the object is gone."""
    stored = unit.objects.by_appointment(appointment.id)
    if stored is None:
        return
    institution = surroundings(unit, ports, appointment).institution
    text = rename(stored.text, appointment, institution, now=ports.clock.now())
    if text != stored.text:
        store_server_object(unit, ports, appointment, text)


def drop_object(unit: Unit, ports: Ports, appointment: Appointment) -> None:
    """Remove the appointment's object and message, if any; the appointment is not changed."""
    take_away(unit, ports, appointment)
    stored = unit.objects.by_appointment(appointment.id)
    if stored is not None:
        unit.objects.remove(stored.collection, stored.href, now=ports.clock.now())


def text_of_object(unit: Unit, appointment: Appointment) -> str | None:
    """Return the text of the object, or None when it is gone."""
    stored = unit.objects.by_appointment(appointment.id)
    return stored.text if stored else None


def _sequence(text: str) -> int:
    item: CalendarObject = read_object(text)
    return item.sequence

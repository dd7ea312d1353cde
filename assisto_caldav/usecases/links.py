"""Signed links in mails: opened by GET, acted on by POST (design §4, §8).

A link carries what it is for and the appointment; whether it still says
anything is decided by the appointment's state, so that staff links die once
answered, wherever the answer was given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from assisto_caldav.domain.appointment import HOLDS_ITS_TIME, Appointment, Known, State
from assisto_caldav.domain.people import AuditEntry
from assisto_caldav.errors import NotFoundError
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.appointment_objects import rename_object


class LinkKind(StrEnum):
    """What a link in a mail is for."""

    STAFF_ANSWER = "staff-answer"
    UNDO = "undo"
    CLIENT = "client"
    NOT_ME = "not-me"


DAY = 24 * 3600
GOOD_AFTER_END = {
    LinkKind.STAFF_ANSWER: 0,
    LinkKind.UNDO: 0,
    LinkKind.CLIENT: 7 * DAY,
    LinkKind.NOT_ME: 7 * DAY,
}


@dataclass(frozen=True, slots=True)
class LinkView:
    """An opened link: its kind, the appointment as it stands, and whose link it is.

    ``is_open`` says whether there is still something to do through it.
    """

    kind: LinkKind
    appointment: Appointment
    login: str
    is_open: bool


def make_link(ports: Ports, kind: LinkKind, facts: Mapping[str, str | int]) -> str:
    """Return the address of a link for a mail.

    ``facts`` is the payload of the mail: "id", "end", "counsellor".
    """
    login = str(facts["counsellor"]) if kind in (LinkKind.STAFF_ANSWER, LinkKind.UNDO) else ""
    token = ports.tokens.sign_link(
        {"p": kind.value, "a": facts["id"], "l": login},
        expires_at=int(facts["end"]) + GOOD_AFTER_END[kind],
    )
    base = ports.config.current().server.public_url.rstrip("/")
    return f"{base}/l/{token}"


def open_link(ports: Ports, token: str) -> LinkView:
    """Return what a link shows.

    Raises:
        NotFoundError: Not ours, altered, past its time, or the appointment is gone.
    """
    facts = ports.tokens.read_link(token, now=ports.clock.now())
    with ports.database.reading() as unit:
        appointment = unit.appointments.get(str(facts.get("a", "")))
    if appointment is None:
        raise NotFoundError("Dieser Link gilt nicht mehr.")
    try:
        kind = LinkKind(str(facts.get("p", "")))
    except ValueError as exc:
        raise NotFoundError("Dieser Link gilt nicht mehr.") from exc
    return LinkView(
        kind=kind,
        appointment=appointment,
        login=str(facts.get("l", "")),
        is_open=_is_open(kind, appointment, ports.clock.now()),
    )


def _is_open(kind: LinkKind, appointment: Appointment, now: int) -> bool:
    if kind is LinkKind.STAFF_ANSWER:
        return appointment.state is State.REQUESTED
    if kind is LinkKind.UNDO:
        undo = appointment.undo
        return (undo is not None and undo.until > now) or appointment.deletion.value != "none"
    if kind is LinkKind.NOT_ME:
        return appointment.has_email
    return appointment.state in HOLDS_ITS_TIME


def forget_address(ports: Ports, token: str) -> Appointment:
    """Take the mail address off an appointment: "Das bin ich nicht".

    Mails that wait for it are dropped; the appointment stays.

    Raises:
        NotFoundError: The link is no such link, or not good any more.
    """
    view = open_link(ports, token)
    if view.kind is not LinkKind.NOT_ME:
        raise NotFoundError("Dieser Link gilt nicht mehr.")
    with ports.database.writing() as unit:
        return _forget_address(unit, ports, view.appointment.id)


def _forget_address(unit: Unit, ports: Ports, appointment_id: str) -> Appointment:
    appointment = _lock(unit, appointment_id)
    details = unit.appointments.details(appointment_id)
    unit.appointments.set_details(appointment_id, replace(details, email=""))
    unit.outbox.cancel(appointment_id, recipient="client")
    unit.audit.add(
        AuditEntry(
            id=ports.tokens.new_id(),
            institution=appointment.institution,
            at=ports.clock.now(),
            actor="client",
            via="link",
            act="forget address",
            appointment=appointment_id,
        )
    )
    # What was mailed has reached somebody else.
    known = Known.NOT_YET if appointment.known is Known.MAILED else appointment.known
    changed = replace(appointment, has_email=False, known=known)
    changed = unit.appointments.update(changed)
    rename_object(unit, ports, changed)
    return changed


def _lock(unit: Unit, appointment_id: str) -> Appointment:
    found = unit.appointments.get(appointment_id)
    if found is not None:
        unit.people.lock_counsellor(found.counsellor)
        found = unit.appointments.get(appointment_id)
    if found is None:
        raise NotFoundError("Dieser Link gilt nicht mehr.")
    return found

"""Appointments as rows, and back."""

from __future__ import annotations

from assisto_caldav.adapters.sql.connect import Row
from assisto_caldav.domain.appointment import (
    HOLDS_ITS_TIME,
    Appointment,
    Deletion,
    Known,
    State,
    Undo,
)
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.client_details import ClientDetails, ContactWishes
from assisto_caldav.ports import Vault

FIELDS = (
    "id", "institution", "counsellor", "service", "channel", "state", "start_at", "end_at",
    "blocked_until", "uid", "sign", "requested_at", "href", "answer_by", "reminded_at", "ended_at",
    "undo_state", "undo_start", "undo_end", "undo_until", "deletion", "deletion_due",
    "removed_text", "known", "locale", "wants_ics", "has_email", "legal_hold", "client",
    "no_mail", "no_call", "no_voicemail", "revision",
)  # fmt: skip
COLUMNS = ", ".join(FIELDS)
DETAILS = ("name", "email", "phone", "text", "answer_text", "call_times")
SEALED = tuple(f"sealed_{name}" for name in DETAILS)


def takes_time(appointment: Appointment) -> bool:
    """Tell whether nobody else may have its time."""
    return (
        appointment.state in HOLDS_ITS_TIME
        or appointment.deletion is not Deletion.NONE
        or appointment.undo is not None
    )


def to_row(appointment: Appointment) -> dict[str, object]:
    """Return the columns of an appointment by name."""
    undo = appointment.undo
    return {
        "id": appointment.id,
        "institution": appointment.institution,
        "counsellor": appointment.counsellor,
        "service": appointment.service,
        "channel": appointment.channel.value,
        "state": appointment.state.value,
        "start_at": appointment.start,
        "end_at": appointment.end,
        "blocked_until": appointment.blocked_until,
        "uid": appointment.uid,
        "sign": appointment.sign,
        "requested_at": appointment.requested_at,
        "href": appointment.href,
        "answer_by": appointment.answer_by,
        "reminded_at": appointment.reminded_at,
        "ended_at": appointment.ended_at,
        "undo_state": undo.state.value if undo else None,
        "undo_start": undo.start if undo else None,
        "undo_end": undo.end if undo else None,
        "undo_until": undo.until if undo else None,
        "deletion": appointment.deletion.value,
        "deletion_due": appointment.deletion_due,
        "removed_text": appointment.removed_text,
        "known": appointment.known.value,
        "locale": appointment.locale,
        "wants_ics": int(appointment.wants_ics),
        "has_email": int(appointment.has_email),
        "legal_hold": int(appointment.legal_hold),
        "client": appointment.client,
        "no_mail": int(appointment.contact.no_mail),
        "no_call": int(appointment.contact.no_call),
        "no_voicemail": int(appointment.contact.no_voicemail),
        "revision": appointment.revision,
    }


def from_row(row: Row) -> Appointment:
    """Return the appointment of a row of ``COLUMNS``."""
    facts = dict(zip(FIELDS, row, strict=True))
    undo = [facts.pop(name) for name in ("undo_state", "undo_start", "undo_end", "undo_until")]
    wishes = (bool(facts.pop(name)) for name in ("no_mail", "no_call", "no_voicemail"))
    return Appointment(
        contact=ContactWishes(*wishes),
        start=facts.pop("start_at"),
        end=facts.pop("end_at"),
        channel=Channel(facts.pop("channel")),
        state=State(facts.pop("state")),
        undo=None if undo[0] is None else Undo(State(undo[0]), *undo[1:]),
        deletion=Deletion(facts.pop("deletion")),
        known=Known(facts.pop("known")),
        wants_ics=bool(facts.pop("wants_ics")),
        has_email=bool(facts.pop("has_email")),
        legal_hold=bool(facts.pop("legal_hold")),
        **facts,
    )


def seal_details(vault: Vault, appointment: str, details: ClientDetails) -> dict[str, object]:
    """Return the sealed columns by name."""
    return {
        f"sealed_{name}": vault.seal(
            getattr(details, name), table="appointment", column=name, row=appointment
        )
        for name in DETAILS
    }


def open_details(vault: Vault, appointment: str, row: Row) -> ClientDetails:
    """Return the details of a row of ``SEALED``."""
    opened = (
        vault.open(sealed, table="appointment", column=name, row=appointment)
        for name, sealed in zip(DETAILS, row, strict=True)
    )
    return ClientDetails(*opened)

"""Appointments as staff read them.

Whose they are sees everything. An administrator of the institution sees times
and states; what a client told us, and what somebody wrote into the calendar
object, is not for them. Another institution does not learn that there is one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from assisto_caldav.domain.appointment import (
    AGREED,
    HOLDS_ITS_TIME,
    WAITS_FOR_CLIENT,
    WAITS_FOR_COUNSELLOR,
    Appointment,
    Deletion,
    Known,
    State,
)
from assisto_caldav.domain.client_details import ClientDetails
from assisto_caldav.domain.collection import SlotFact
from assisto_caldav.domain.identity import same_address
from assisto_caldav.domain.institution import ClientsVisible, Institution, StaffEntry
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.people import AuditEntry
from assisto_caldav.domain.service import Service
from assisto_caldav.errors import NotAllowedError, NotFoundError
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.actors import Actor

NOBODY = ClientDetails()
_CAN_BE_UNDONE = frozenset({State.DECLINED, State.CANCELLED_BY_COUNSELLOR})


@dataclass(frozen=True, slots=True)
class StaffInbox:
    """What a counsellor has to look at; each list by start.

    ``requests`` wait for the counsellor, ``waiting`` for the client;
    ``confirmed`` are to come. ``parked`` are deletions to be settled,
    ``undoable`` what can still be taken back. ``unknown``: to come, or
    cancelled, and the client does not know of the newest change yet.
    """

    requests: list[Appointment]
    waiting: list[Appointment]
    confirmed: list[Appointment]
    parked: list[Appointment]
    undoable: list[Appointment]
    unknown: list[Appointment]


@dataclass(frozen=True, slots=True)
class AppointmentView:
    """One appointment for a page. ``service`` and ``staff`` are None when config dropped them.

    ``is_own`` false: an administrator looks, and ``details`` is empty.
    ``conflicts`` are own events, absences and closing days that lie across it.
    """

    appointment: Appointment
    details: ClientDetails
    service: Service | None
    staff: StaffEntry | None
    audit: tuple[AuditEntry, ...]
    is_own: bool = True
    conflicts: tuple[SlotFact, ...] = ()


def inbox(ports: Ports, login: str) -> StaffInbox:
    """Return what a counsellor has to look at now."""
    now = ports.clock.now()
    with ports.database.reading() as unit:
        found = unit.appointments.of_counsellors(
            [login], HOLDS_ITS_TIME | _CAN_BE_UNDONE, since=now
        )
    standing = [one for one in found if one.deletion is Deletion.NONE]
    return StaffInbox(
        requests=_in(standing, WAITS_FOR_COUNSELLOR),
        waiting=_in(standing, WAITS_FOR_CLIENT),
        confirmed=_in(standing, AGREED),
        parked=[one for one in found if one.deletion is Deletion.PARKED],
        undoable=[one for one in found if _is_undoable(one, now=now)],
        unknown=[one for one in standing if _is_unknown(one, now=now)],
    )


def _in(found: Iterable[Appointment], states: frozenset[State]) -> list[Appointment]:
    return [one for one in found if one.state in states]


def _is_undoable(appointment: Appointment, *, now: int) -> bool:
    if appointment.deletion is Deletion.PENDING:
        return appointment.deletion_due is None or appointment.deletion_due > now
    undo = appointment.undo
    return appointment.deletion is Deletion.NONE and undo is not None and undo.until > now


def _is_unknown(appointment: Appointment, *, now: int) -> bool:
    is_told_later = _is_undoable(appointment, now=now) or appointment.has_email
    return appointment.known is Known.NOT_YET and not is_told_later


def open_appointment(ports: Ports, actor: Actor, appointment_id: str) -> AppointmentView:
    """Return everything about one appointment that the actor may see.

    Raises:
        NotFoundError: There is none, or it is another institution's.
        NotAllowedError: It is a colleague's.
    """
    with ports.database.reading() as unit:
        appointment = unit.appointments.get(appointment_id)
        institution = _institution_of(ports, appointment)
        entry = institution.find_staff(actor.login) if institution else None
        if appointment is None or institution is None or entry is None:
            raise NotFoundError("Diesen Termin gibt es nicht.")
        if _may_open(institution, entry, appointment):
            return _whole(unit, institution, appointment)
        if not entry.is_administrator:
            raise NotAllowedError("Diesen Termin hat jemand anderes.")
        return _outside(unit, institution, appointment)


def _institution_of(ports: Ports, appointment: Appointment | None) -> Institution | None:
    if appointment is None:
        return None
    return ports.config.current().institutions.get(appointment.institution)


def _may_open(institution: Institution, entry: StaffEntry, appointment: Appointment) -> bool:
    if not entry.is_counsellor:
        return False
    is_own = same_address(entry.login, appointment.counsellor)
    return is_own or institution.clients_visible is ClientsVisible.ALL


def _whole(unit: Unit, institution: Institution, appointment: Appointment) -> AppointmentView:
    facts = unit.slot_facts.read(
        [appointment.counsellor, institution.id],
        Interval(appointment.start, appointment.end),
        now=appointment.start,
    )
    return AppointmentView(
        appointment=appointment,
        details=unit.appointments.details(appointment.id),
        service=institution.find_service(appointment.service),
        staff=institution.find_staff(appointment.counsellor),
        audit=tuple(unit.audit.of_appointment(appointment.id)),
        conflicts=tuple(fact for fact in facts if fact.kind in ("busy", "absence")),
    )


def _outside(unit: Unit, institution: Institution, appointment: Appointment) -> AppointmentView:
    return AppointmentView(
        appointment=replace(appointment, removed_text=None),
        details=NOBODY,
        service=institution.find_service(appointment.service),
        staff=institution.find_staff(appointment.counsellor),
        audit=tuple(unit.audit.of_appointment(appointment.id)),
        is_own=False,
    )

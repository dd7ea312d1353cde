"""What is kept no longer is erased (design §10); legal hold stops it."""

from __future__ import annotations

from collections.abc import Mapping

from assisto_caldav.domain.appointment import Appointment, State
from assisto_caldav.domain.institution import Institution, Retention
from assisto_caldav.domain.people import AuditEntry
from assisto_caldav.ports import Ports

DAY = 24 * 3600
TOMBSTONE_DAYS = 90
HOLDS_KEPT = DAY
CAME_TO_NOTHING = frozenset({State.DECLINED, State.EXPIRED, State.WITHDRAWN})


def erase_due(ports: Ports) -> int:
    """Erase appointments past their time, with texts, mails and objects; count them.

    Declined, withdrawn and expired ones go after ``declined_days``, all others
    ``other_days`` after their end, by each institution's own numbers; those of
    an institution that config names no more by the usual ones.
    """
    now = ports.clock.now()
    kept = [Retention(), *(found.retention for found in _institutions(ports).values())]
    with ports.database.reading() as unit:
        due = unit.appointments.retention_due(
            ended_before=now - min(keep.declined_days for keep in kept) * DAY,
            held_before=now - min(keep.other_days for keep in kept) * DAY,
        )
    return sum(_erase(ports, appointment) for appointment in due)


def _institutions(ports: Ports) -> Mapping[str, Institution]:
    return ports.config.current().institutions


def _is_due(ports: Ports, appointment: Appointment) -> bool:
    institution = _institutions(ports).get(appointment.institution)
    keep = institution.retention if institution else Retention()
    if appointment.state in CAME_TO_NOTHING and appointment.ended_at is not None:
        since, days = appointment.ended_at, keep.declined_days
    else:
        since, days = appointment.end, keep.other_days
    return not appointment.legal_hold and since < ports.clock.now() - days * DAY


def _erase(ports: Ports, found: Appointment) -> bool:
    """Erase one; whoever puts it under legal hold at the same moment is first or too late."""
    with ports.database.writing() as unit:
        unit.people.lock_counsellor(found.counsellor)
        appointment = unit.appointments.get(found.id)
        if appointment is None or not _is_due(ports, appointment):
            return False
        unit.appointments.erase(appointment.id)
        unit.audit.add(
            AuditEntry(
                id=ports.tokens.new_id(),
                institution=appointment.institution,
                at=ports.clock.now(),
                actor="system",
                via="worker",
                act="erase",
                appointment=appointment.id,
            )
        )
    return True


def tidy(ports: Ports) -> None:
    """Drop lapsed holds, idle sessions, past links and old tombstones, and all traces."""
    now = ports.clock.now()
    idle = ports.config.current().sessions.idle_minutes * 60
    with ports.database.writing() as unit:
        unit.holds.purge(before=now - HOLDS_KEPT)
        unit.people.purge(sessions_before=now - idle, links_before=now)
        unit.objects.forget_tombstones(before=now - TOMBSTONE_DAYS * DAY)
    ports.database.scrub()

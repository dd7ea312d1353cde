"""What is kept no longer is erased (design §10); legal hold stops it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from assisto_caldav.domain.appointment import Appointment, State
from assisto_caldav.domain.institution import Institution, Retention
from assisto_caldav.domain.people import AuditEntry
from assisto_caldav.errors import UnavailableError
from assisto_caldav.failures import frames_of
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.inbox import take_away

log = logging.getLogger(__name__)

DAY = 24 * 3600
TOMBSTONE_DAYS = 90
HOLDS_KEPT = DAY
ATTEMPTS_KEPT = DAY
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
    return sum(_erase_alone(ports, appointment) for appointment in due)


def _erase_alone(ports: Ports, found: Appointment) -> bool:
    """Erase one; when that fails, the others go all the same."""
    try:
        return _erase(ports, found)
    except UnavailableError:
        raise
    except Exception as exc:  # noqa: BLE001 - one appointment must not stop the others
        log.error("An appointment could not be erased: %s", frames_of(exc))  # noqa: TRY400 - a message may name people
        return False


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
        take_away(unit, ports, appointment)
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
    """Drop what has lapsed, each kind alone, and all traces: holds, sessions, counts, old lines."""
    now = ports.clock.now()
    idle = ports.config.current().sessions.idle_minutes * 60
    kinds: tuple[Callable[[Unit], object], ...] = (
        lambda unit: unit.holds.purge(before=now - HOLDS_KEPT),
        lambda unit: unit.people.purge(sessions_before=now - idle, links_before=now),
        lambda unit: unit.clients.purge_sessions(before=now - idle),
        lambda unit: unit.people.purge_attempts(before=now - ATTEMPTS_KEPT),
        lambda unit: unit.objects.forget_tombstones(before=now - TOMBSTONE_DAYS * DAY),
        lambda unit: _purge_audit(unit, _institutions(ports), now=now),
    )
    for drop in kinds:
        try:
            with ports.database.writing() as unit:
                drop(unit)
        except UnavailableError:
            raise
        except Exception as exc:  # noqa: BLE001 - one kind must not stop the others
            log.error("Old rows could not be dropped: %s", frames_of(exc))  # noqa: TRY400 - a message may hold values
    ports.database.scrub()


def _purge_audit(unit: Unit, institutions: Mapping[str, Institution], *, now: int) -> None:
    """Erase old lines by each institution's own number; those of none by the longest."""
    kept = {name: found.retention.audit_days for name, found in institutions.items()}
    for name, days in kept.items():
        unit.audit.purge(before=now - days * DAY, institution=name)
    longest = max([Retention().audit_days, *kept.values()])
    unit.audit.purge(before=now - longest * DAY)

"""What happened to an appointment, as far as its client has been told."""

from __future__ import annotations

from assisto_caldav.domain.appointment import BY_COUNSELLOR, Appointment
from assisto_caldav.domain.people import AuditEntry
from assisto_caldav.ports import Ports

_ANSWERS = frozenset(act.value for act in BY_COUNSELLOR)
_UNDONE = _ANSWERS | {"delete"}


def history_for_client(ports: Ports, appointment: Appointment) -> list[AuditEntry]:
    """Return the lines that the client may read, oldest first.

    An answer from a calendar app that was undone, or that the client came
    before, has never been told; one that still can be undone is not told yet.
    """
    now = ports.clock.now()
    institution = ports.config.current().institutions[appointment.institution]
    minutes = institution.limits.undo_minutes
    with ports.database.reading() as unit:
        lines = unit.audit.of_appointment(appointment.id)
    told: list[AuditEntry] = []
    for line in lines:
        if line.act == "undo":
            _drop_last(told)
        else:
            if line.actor == "client":
                told = [one for one in told if not _is_untold(one, minutes, at=line.at)]
            told.append(line)
    return [line for line in told if not _is_untold(line, minutes, at=now)]


def _drop_last(told: list[AuditEntry]) -> None:
    for position in range(len(told) - 1, -1, -1):
        if told[position].via == "caldav" and told[position].act in _UNDONE:
            del told[position]
            return


def _is_untold(line: AuditEntry, minutes: int, *, at: int) -> bool:
    is_undoable = line.via == "caldav" and line.act in _ANSWERS and line.act != "confirm"
    return is_undoable and line.at + minutes * 60 > at

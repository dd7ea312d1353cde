"""Appointments, what clients told us, and the time that is taken, in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from assisto_caldav.adapters.sql import appointment_rows as rows
from assisto_caldav.adapters.sql.connect import Connection
from assisto_caldav.adapters.sql.object_store import SqlObjects
from assisto_caldav.adapters.sql.taken_time import APPOINTMENT, Claim, TakenTime
from assisto_caldav.domain.appointment import Appointment
from assisto_caldav.domain.client_details import ClientDetails
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.errors import ConflictError, NotFoundError
from assisto_caldav.ports import Clock, Vault

_SELECT = f"SELECT {rows.COLUMNS} FROM appointment"
_WRITTEN = (*rows.FIELDS, "code_digest", *rows.SEALED)
_ADD = f"""INSERT INTO appointment ({", ".join(_WRITTEN)})
    VALUES ({", ".join(f":{name}" for name in _WRITTEN)})"""
_UPDATE = f"""UPDATE appointment
    SET {", ".join(f"{name} = :{name}" for name in rows.FIELDS if name != "id")}
    WHERE id = :id AND revision = :stored_revision"""
_SET_DETAILS = f"""UPDATE appointment
    SET {", ".join(f"{name} = :{name}" for name in rows.SEALED)} WHERE id = :id"""


class SqlAppointments:
    """The appointment store of ports.py."""

    def __init__(
        self, connection: Connection, objects: SqlObjects, *, vault: Vault, clock: Clock
    ) -> None:
        """Work inside the connection's transaction; the clock tells which holds live."""
        self._sql = connection
        self._objects = objects
        self._vault = vault
        self._clock = clock
        self._taken = TakenTime(connection)

    def add(self, appointment: Appointment, details: ClientDetails, *, code_digest: str) -> None:
        """Store a new appointment and take its blocked time."""
        self._taken.lock(appointment.counsellor)
        self._take(appointment)
        sealed = rows.seal_details(self._vault, appointment.id, details)
        self._sql.run(_ADD, {**rows.to_row(appointment), "code_digest": code_digest, **sealed})

    def update(self, appointment: Appointment) -> Appointment:
        """Store a changed appointment."""
        stored = self._sql.one(
            "SELECT counsellor FROM appointment WHERE id = :id", {"id": appointment.id}
        )
        if stored is None:
            raise NotFoundError("There is no such appointment.")
        self._taken.lock(appointment.counsellor, stored[0])
        changed = replace(appointment, revision=appointment.revision + 1)
        params = {**rows.to_row(changed), "stored_revision": appointment.revision}
        if not self._sql.run(_UPDATE, params):
            raise ConflictError("The appointment has changed meanwhile.")
        self._take(changed)
        return changed

    def get(self, appointment: str) -> Appointment | None:
        """Return one appointment."""
        return self._one("id = :key", appointment)

    def by_code(self, code_digest: str) -> Appointment | None:
        """Return the appointment of an access code."""
        return self._one("code_digest = :key", code_digest)

    def by_uid(self, counsellor: str, uid: str) -> Appointment | None:
        """Return the counsellor's appointment of a UID."""
        found = self._one("uid = :key", uid)
        return found if found and found.counsellor == counsellor else None

    def details(self, appointment: str) -> ClientDetails:
        """Return what the client told us."""
        row = self._sql.one(
            f"SELECT {', '.join(rows.SEALED)} FROM appointment WHERE id = :id", {"id": appointment}
        )
        if row is None:
            raise NotFoundError("There is no such appointment.")
        return rows.open_details(self._vault, appointment, row)

    def set_details(self, appointment: str, details: ClientDetails) -> None:
        """Replace what the client told us."""
        sealed = rows.seal_details(self._vault, appointment, details)
        if not self._sql.run(_SET_DETAILS, {"id": appointment, **sealed}):
            raise NotFoundError("There is no such appointment.")

    def set_code(self, appointment: str, *, code_digest: str) -> None:
        """Replace the access code."""
        changed = self._sql.run(
            "UPDATE appointment SET code_digest = :digest WHERE id = :id",
            {"id": appointment, "digest": code_digest},
        )
        if not changed:
            raise NotFoundError("There is no such appointment.")

    def of_counsellors(
        self, counsellors: Sequence[str], states: Iterable[str], *, since: int = 0
    ) -> list[Appointment]:
        """Return appointments by counsellor and state."""
        return self._all(
            f"{self._sql.any_of('counsellor', 'counsellors')}"
            f" AND {self._sql.any_of('state', 'states')} AND end_at > :since ORDER BY start_at, id",
            counsellors=self._sql.array(counsellors),
            states=self._sql.array([str(state) for state in states]),
            since=since,
        )

    def of_client(self, client: str) -> list[Appointment]:
        """Return an account's appointments."""
        return self._all("client = :client ORDER BY start_at, id", client=client)

    def awaiting_answer(self, *, now: int) -> list[Appointment]:
        """Return what expires now."""
        return [
            *self._all("state = 'requested' AND answer_by <= :now ORDER BY answer_by", now=now),
            *self._all(
                "state IN ('offered', 'other time proposed') AND start_at <= :now"
                " ORDER BY start_at",
                now=now,
            ),
        ]

    def reminders_due(self, *, now: int) -> list[Appointment]:
        """Return requests to remind of."""
        return self._all(
            "state = 'requested' AND reminded_at IS NULL AND answer_by IS NOT NULL"
            " AND requested_at + answer_by <= :twice ORDER BY answer_by",
            twice=2 * now,
        )

    def deletions(self, counsellor: str, *, since: int = 0) -> list[Appointment]:
        """Return what an app deleted and what still stands."""
        return self._all(
            "counsellor = :counsellor AND deletion <> 'none' AND end_at > :since"
            " ORDER BY start_at, id",
            counsellor=counsellor,
            since=since,
        )

    def deletions_due(self, *, now: int) -> list[Appointment]:
        """Return pending deletions whose minutes are over."""
        return self._all(
            "deletion = 'pending' AND deletion_due <= :now ORDER BY deletion_due", now=now
        )

    def undo_over(self, *, now: int) -> list[Appointment]:
        """Return answers that can be undone no more."""
        return self._all("undo_until <= :now ORDER BY undo_until", now=now)

    def objects_to_drop(self, *, ended_before: int) -> list[Appointment]:
        """Return ended appointments that still have an object."""
        return self._all(
            "ended_at < :before AND href IS NOT NULL"
            " AND state NOT IN ('took place', 'no-show') ORDER BY ended_at",
            before=ended_before,
        )

    def retention_due(self, *, ended_before: int, held_before: int) -> list[Appointment]:
        """Return appointments to erase."""
        return [
            *self._all(
                "state IN ('declined', 'expired', 'withdrawn') AND ended_at < :before"
                " AND legal_hold = 0 ORDER BY ended_at",
                before=ended_before,
            ),
            *self._all(
                "state NOT IN ('declined', 'expired', 'withdrawn') AND end_at < :before"
                " AND legal_hold = 0 ORDER BY end_at",
                before=held_before,
            ),
        ]

    def erase(self, appointment: str) -> None:
        """Remove an appointment; the audit lines, which hold nothing private, stay."""
        row = self._sql.one(
            "SELECT counsellor FROM appointment WHERE id = :id", {"id": appointment}
        )
        if row is not None:
            self._taken.lock(row[0])
        item = self._objects.by_appointment(appointment)
        if item is not None:
            self._objects.remove(item.collection, item.href, now=self._clock.now())
        self._taken.free(appointment)
        for table in ("message", "waiting", "waiting_passed"):
            self._sql.run(f"DELETE FROM {table} WHERE appointment = :id", {"id": appointment})
        self._sql.run("DELETE FROM outbox WHERE appointment = :id", {"id": appointment})
        self._sql.run("DELETE FROM appointment WHERE id = :id", {"id": appointment})

    def overlaps(self, counsellor: str, window: Interval, *, now: int, but: str = "") -> bool:
        """Tell whether taken time touches the window."""
        return self._taken.overlaps(counsellor, window, now=now, but=but)

    def _take(self, appointment: Appointment) -> None:
        if not rows.takes_time(appointment):
            self._taken.free(appointment.id)
            return
        claim = Claim(
            ref=appointment.id,
            institution=appointment.institution,
            counsellor=appointment.counsellor,
            time=appointment.blocked,
            kind=APPOINTMENT,
        )
        self._taken.claim(claim, now=self._clock.now())

    def _one(self, condition: str, key: str) -> Appointment | None:
        row = self._sql.one(f"{_SELECT} WHERE {condition}", {"key": key})
        return rows.from_row(row) if row else None

    def _all(self, condition: str, **params: object) -> list[Appointment]:
        return [rows.from_row(row) for row in self._sql.all(f"{_SELECT} WHERE {condition}", params)]

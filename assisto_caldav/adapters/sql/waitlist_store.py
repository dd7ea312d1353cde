"""The waiting list in SQL. Nothing in it says who somebody is, so nothing is sealed."""

from __future__ import annotations

from assisto_caldav.adapters.sql.connect import Connection, Row
from assisto_caldav.domain.waitlist import EarlierOffer, Waiting

_SELECT = "SELECT appointment, joined_at, hold, offered_start, offered_until FROM waiting"


class SqlWaitlist:
    """The waiting list of ports/waitlist.py."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the connection's transaction."""
        self._sql = connection

    def join(self, appointment: str, *, now: int) -> None:
        """Begin to wait."""
        self._sql.run(
            "INSERT INTO waiting (appointment, joined_at) VALUES (:appointment, :now)"
            " ON CONFLICT (appointment) DO NOTHING",
            {"appointment": appointment, "now": now},
        )

    def get(self, appointment: str) -> Waiting | None:
        """Return the entry of an appointment."""
        row = self._sql.one(
            f"{_SELECT} WHERE appointment = :appointment", {"appointment": appointment}
        )
        return _waiting(row) if row else None

    def all(self) -> list[Waiting]:
        """Return every entry, in turn."""
        rows = self._sql.all(f"{_SELECT} ORDER BY joined_at, appointment", {})
        return [_waiting(row) for row in rows]

    def offer(self, appointment: str, offer: EarlierOffer) -> None:
        """Note what is offered now."""
        self._sql.run(
            "UPDATE waiting SET hold = :hold, offered_start = :start, offered_until = :until"
            " WHERE appointment = :appointment",
            {
                "appointment": appointment,
                "hold": offer.hold,
                "start": offer.start,
                "until": offer.until,
            },
        )

    def pass_over(self, appointment: str) -> None:
        """Note that the present offer was not taken."""
        key = {"appointment": appointment}
        self._sql.run(
            "INSERT INTO waiting_passed (appointment, start_at)"
            " SELECT appointment, offered_start FROM waiting"
            " WHERE appointment = :appointment AND offered_start IS NOT NULL"
            " ON CONFLICT (appointment, start_at) DO NOTHING",
            key,
        )
        self._sql.run(
            "UPDATE waiting SET hold = NULL, offered_start = NULL, offered_until = NULL"
            " WHERE appointment = :appointment",
            key,
        )

    def passed(self, appointment: str) -> frozenset[int]:
        """Return the starts that were offered and not taken."""
        rows = self._sql.all(
            "SELECT start_at FROM waiting_passed WHERE appointment = :appointment",
            {"appointment": appointment},
        )
        return frozenset(row[0] for row in rows)

    def leave(self, appointment: str) -> None:
        """Wait no longer."""
        for table in ("waiting", "waiting_passed"):
            self._sql.run(
                f"DELETE FROM {table} WHERE appointment = :appointment",
                {"appointment": appointment},
            )


def _waiting(row: Row) -> Waiting:
    appointment, joined_at, hold, start, until = row
    offer = EarlierOffer(hold, start, until) if hold is not None else None
    return Waiting(appointment, joined_at, offer)

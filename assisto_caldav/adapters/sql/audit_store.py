"""The audit log in SQL."""

from __future__ import annotations

from dataclasses import asdict

from assisto_caldav.adapters.sql.connect import Connection
from assisto_caldav.domain.people import AuditEntry

_COLUMNS = "id, institution, at, actor, via, act, appointment, detail"


class SqlAudit:
    """The audit store of ports.py."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the connection's transaction."""
        self._sql = connection

    def add(self, entry: AuditEntry) -> None:
        """Append a line."""
        self._sql.run(
            f"""INSERT INTO audit ({_COLUMNS})
            VALUES (:id, :institution, :at, :actor, :via, :act, :appointment, :detail)""",
            asdict(entry),
        )

    def of_appointment(self, appointment: str) -> list[AuditEntry]:
        """Return the lines about an appointment."""
        rows = self._sql.all(
            f"SELECT {_COLUMNS} FROM audit WHERE appointment = :appointment ORDER BY at, id",
            {"appointment": appointment},
        )
        return [AuditEntry(*row) for row in rows]

    def purge(self, *, before: int, institution: str = "") -> int:
        """Erase old lines."""
        of_one = "AND institution = :institution" if institution else ""
        return self._sql.run(
            f"DELETE FROM audit WHERE at < :before {of_one}",
            {"before": before, "institution": institution},
        )

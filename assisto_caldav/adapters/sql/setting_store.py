"""Facts about the database itself, in SQL."""

from __future__ import annotations

from assisto_caldav.adapters.sql.connect import Connection


class SqlSettings:
    """The setting store of ports.py."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the connection's transaction."""
        self._sql = connection

    def get(self, name: str) -> str | None:
        """Return a setting."""
        row = self._sql.one("SELECT value FROM setting WHERE name = :name", {"name": name})
        return str(row[0]) if row else None

    def set(self, name: str, value: str) -> None:
        """Store a setting."""
        self._sql.run(
            """INSERT INTO setting (name, value) VALUES (:name, :value)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value""",
            {"name": name, "value": value},
        )

    def keep(self, name: str, value: str) -> str:
        """Store a setting unless there is one; return the one that there is, also in a race."""
        self._sql.run(
            """INSERT INTO setting (name, value) VALUES (:name, :value)
            ON CONFLICT (name) DO NOTHING""",
            {"name": name, "value": value},
        )
        return self.get(name) or value

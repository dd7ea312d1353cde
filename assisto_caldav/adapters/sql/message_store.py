"""Messages about appointments in SQL; texts are sealed."""

from __future__ import annotations

from assisto_caldav.adapters.sql.connect import Connection
from assisto_caldav.domain.message import Message
from assisto_caldav.ports.world import Vault

_COLUMNS = "id, institution, appointment, is_from_client, sealed_text, at, seen_at"


class SqlMessages:
    """The message store of ports.py."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        """Work inside the connection's transaction."""
        self._sql = connection
        self._vault = vault

    def add(self, message: Message) -> None:
        """Store a message."""
        self._sql.run(
            f"""INSERT INTO message ({_COLUMNS}) VALUES
                (:id, :institution, :appointment, :is_from_client, :text, :at, :seen_at)""",
            {
                "id": message.id,
                "institution": message.institution,
                "appointment": message.appointment,
                "is_from_client": int(message.is_from_client),
                "text": self._vault.seal(
                    message.text, table="message", column="text", row=message.id
                ),
                "at": message.at,
                "seen_at": message.seen_at,
            },
        )

    def of_appointment(self, appointment: str) -> list[Message]:
        """Return the messages about an appointment."""
        rows = self._sql.all(
            f"SELECT {_COLUMNS} FROM message WHERE appointment = :appointment ORDER BY at, id",
            {"appointment": appointment},
        )
        return [
            Message(
                id=row[0],
                institution=row[1],
                appointment=row[2],
                is_from_client=bool(row[3]),
                text=self._vault.open(row[4], table="message", column="text", row=row[0]),
                at=row[5],
                seen_at=row[6],
            )
            for row in rows
        ]

    def mark_seen(self, appointment: str, *, from_client: bool, now: int) -> int:
        """Note that one side's messages have been seen."""
        return self._sql.run(
            """UPDATE message SET seen_at = :now WHERE appointment = :appointment
                AND is_from_client = :from_client AND seen_at IS NULL""",
            {"appointment": appointment, "from_client": int(from_client), "now": now},
        )

    def unseen_from_clients(self, counsellor: str) -> dict[str, int]:
        """Return what waits for a counsellor."""
        rows = self._sql.all(
            """SELECT m.appointment, count(*) FROM message m
                JOIN appointment a ON a.id = m.appointment
            WHERE a.counsellor = :counsellor AND m.is_from_client = 1 AND m.seen_at IS NULL
            GROUP BY m.appointment ORDER BY min(m.at)""",
            {"counsellor": counsellor},
        )
        return {row[0]: row[1] for row in rows}

"""Mails owed, in SQL; address, payload and error texts are sealed."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from assisto_caldav.adapters.sql.connect import Connection, Row
from assisto_caldav.domain.people import OutboxMail
from assisto_caldav.errors import SealedValueError
from assisto_caldav.ports import Vault

log = logging.getLogger(__name__)

_FIELDS = (
    "id", "institution", "kind", "recipient", "sealed_address", "sealed_payload", "message_id",
    "created_at", "not_before", "appointment", "attempts", "next_try_at", "sent_at",
    "given_up_at", "sealed_last_error", "first_tried_at",
)  # fmt: skip
_COLUMNS = ", ".join(_FIELDS)
_SEALED = {4: "address", 5: "payload", 14: "last_error"}


class SqlOutbox:
    """The outbox store of ports.py."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        """Work inside the connection's transaction."""
        self._sql = connection
        self._vault = vault

    def add(self, mail: OutboxMail) -> None:
        """Owe a mail."""
        self._sql.run(
            f"INSERT INTO outbox ({_COLUMNS}) VALUES ({', '.join(f':{name}' for name in _FIELDS)})",
            {
                "id": mail.id,
                "institution": mail.institution,
                "kind": mail.kind,
                "recipient": mail.recipient,
                "sealed_address": self._seal(mail.id, "address", mail.address),
                "sealed_payload": self._seal(mail.id, "payload", mail.payload),
                "message_id": mail.message_id,
                "created_at": mail.created_at,
                "not_before": mail.not_before,
                "appointment": mail.appointment,
                "attempts": mail.attempts,
                "next_try_at": max(mail.next_try_at, mail.not_before),
                "sent_at": mail.sent_at,
                "given_up_at": mail.given_up_at,
                "sealed_last_error": self._seal(mail.id, "last_error", mail.last_error),
                "first_tried_at": mail.first_tried_at,
            },
        )

    def claim_due(self, *, now: int, lease_seconds: int, limit: int) -> list[OutboxMail]:
        """Lease the mails that are due, longest due first."""
        # Materialised, or PostgreSQL might run the query twice and lease more than the limit.
        rows = self._sql.run_returning(
            f"""WITH due AS MATERIALIZED (
                SELECT id FROM outbox
                WHERE sent_at IS NULL AND given_up_at IS NULL AND next_try_at <= :now
                ORDER BY next_try_at LIMIT :limit{self._sql.skip_locked}
            )
            UPDATE outbox SET next_try_at = :lease WHERE id IN (SELECT id FROM due)
            RETURNING {_COLUMNS}""",
            {"now": now, "lease": now + lease_seconds, "limit": limit},
        )
        opened = (self._mail_or_given_up(row, now) for row in rows)
        mails = [mail for mail in opened if mail is not None]
        return sorted(mails, key=lambda mail: (mail.not_before, mail.id))

    def _mail_or_given_up(self, row: Row, now: int) -> OutboxMail | None:
        """Open a mail; one that cannot be opened is given up and holds up no other."""
        try:
            return self._mail(row)
        except SealedValueError:
            log.error("A mail that cannot be opened was given up.")  # noqa: TRY400 - no value in the log
            self._sql.run(
                """UPDATE outbox SET given_up_at = :now, sealed_address = '', sealed_payload = '',
                    sealed_last_error = '' WHERE id = :id""",
                {"id": row[0], "now": now},
            )
            return None

    def get(self, mail: str) -> OutboxMail | None:
        """Return one mail."""
        row = self._sql.one(f"SELECT {_COLUMNS} FROM outbox WHERE id = :id", {"id": mail})
        return self._mail(row) if row else None

    def mark_sent(self, mail: str, *, now: int) -> None:
        """Note the delivery and erase what was in it."""
        self._sql.run(
            """UPDATE outbox SET sent_at = :now, given_up_at = NULL, attempts = attempts + 1,
                sealed_address = '', sealed_payload = '', sealed_last_error = ''
            WHERE id = :id""",
            {"id": mail, "now": now},
        )

    def mark_failed(self, mail: str, *, error: str, next_try_at: int | None, now: int) -> None:
        """Note a failure."""
        self._sql.run(
            f"""UPDATE outbox SET attempts = attempts + 1, sealed_last_error = :error,
                first_tried_at = coalesce(first_tried_at, :now),
                {"given_up_at = :at" if next_try_at is None else "next_try_at = :at"}
            WHERE id = :id AND sent_at IS NULL""",
            {
                "id": mail,
                "error": self._seal(mail, "last_error", error),
                "at": now if next_try_at is None else next_try_at,
                "now": now,
            },
        )

    def cancel(
        self,
        appointment: str,
        *,
        recipient: str,
        unsent_kinds: Sequence[str] = (),
        held_at: int | None = None,
    ) -> int:
        """Drop unsent mails about an appointment."""
        of_kind = f"AND {self._sql.any_of('kind', 'kinds')}" if unsent_kinds else ""
        is_held = "" if held_at is None else "AND not_before > :held_at"
        return self._sql.run(
            f"""DELETE FROM outbox WHERE appointment = :appointment AND recipient = :recipient
                AND sent_at IS NULL {of_kind} {is_held}""",
            {
                "appointment": appointment,
                "recipient": recipient,
                "held_at": held_at,
                "kinds": self._sql.array(unsent_kinds),
            },
        )

    def unsent(self, institution: str) -> list[OutboxMail]:
        """Return what waits or was given up."""
        rows = self._sql.all(
            f"""SELECT {_COLUMNS} FROM outbox WHERE institution = :institution
                AND sent_at IS NULL ORDER BY created_at, id""",
            {"institution": institution},
        )
        return [self._mail(row) for row in rows]

    def _seal(self, mail: str, column: str, text: str) -> str:
        return self._vault.seal(text, table="outbox", column=column, row=mail)

    def _mail(self, row: Row) -> OutboxMail:
        values = list(row)
        for position, column in _SEALED.items():
            values[position] = self._vault.open(
                values[position], table="outbox", column=column, row=row[0]
            )
        return OutboxMail(*values)

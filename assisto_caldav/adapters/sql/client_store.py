"""Clients' accounts in SQL; pseudonyms are sealed and found by their digest."""

from __future__ import annotations

from assisto_caldav.adapters.sql.connect import Connection, Row
from assisto_caldav.domain.client_account import ClientAccount
from assisto_caldav.errors import ConflictError
from assisto_caldav.ports.clients import Credentials
from assisto_caldav.ports.world import Vault

_COLUMNS = "id, institution, sealed_pseudonym, created_at, locale"
_TABLE, _SEALED = "client_account", "pseudonym"


class SqlClients:
    """The client store of ports.py."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        """Work inside the connection's transaction."""
        self._sql = connection
        self._vault = vault

    def add(self, account: ClientAccount, credentials: Credentials) -> None:
        """Store a new account."""
        sealed = self._vault.seal(account.pseudonym, table=_TABLE, column=_SEALED, row=account.id)
        added = self._sql.run(
            f"""INSERT INTO client_account
                ({_COLUMNS}, pseudonym_digest, password_hash, recovery_digest)
            VALUES (:id, :institution, :sealed, :created_at, :locale,
                :pseudonym_digest, :password_hash, :recovery_digest)
            ON CONFLICT (pseudonym_digest) DO NOTHING""",
            {
                "id": account.id,
                "institution": account.institution,
                "sealed": sealed,
                "created_at": account.created_at,
                "locale": account.locale,
                "pseudonym_digest": credentials.pseudonym_digest,
                "password_hash": credentials.password_hash,
                "recovery_digest": credentials.recovery_digest,
            },
        )
        if not added:
            raise ConflictError("This pseudonym is somebody's already.")

    def lock(self, account: str) -> None:
        """Lock the account's row; a writer of SQLite is alone anyway."""
        self._sql.all(
            f"SELECT 1 FROM client_account WHERE id = :id{self._sql.row_lock}", {"id": account}
        )

    def get(self, account: str) -> ClientAccount | None:
        """Return an account."""
        row = self._sql.one(
            f"SELECT {_COLUMNS} FROM client_account WHERE id = :id", {"id": account}
        )
        return self._account(row) if row else None

    def by_pseudonym(self, digest: str) -> tuple[ClientAccount, str] | None:
        """Return the account of a pseudonym and its password's hash."""
        row = self._sql.one(
            f"""SELECT {_COLUMNS}, password_hash FROM client_account
            WHERE pseudonym_digest = :digest""",
            {"digest": digest},
        )
        return (self._account(row[:5]), str(row[5])) if row else None

    def by_recovery(self, digest: str) -> ClientAccount | None:
        """Return the account of a recovery code."""
        row = self._sql.one(
            f"SELECT {_COLUMNS} FROM client_account WHERE recovery_digest = :digest",
            {"digest": digest},
        )
        return self._account(row) if row else None

    def set_password(self, account: str, password_hash: str) -> None:
        """Replace the password's hash."""
        self._sql.run(
            "UPDATE client_account SET password_hash = :hash WHERE id = :id",
            {"id": account, "hash": password_hash},
        )

    def set_recovery(self, account: str, digest: str) -> None:
        """Replace the recovery code."""
        self._sql.run(
            "UPDATE client_account SET recovery_digest = :digest WHERE id = :id",
            {"id": account, "digest": digest},
        )

    def add_session(self, digest: str, account: str, *, now: int) -> None:
        """Store a log-in."""
        self._sql.run(
            """INSERT INTO client_session (digest, account, seen_at)
            VALUES (:digest, :account, :now)""",
            {"digest": digest, "account": account, "now": now},
        )

    def session(self, digest: str) -> tuple[str, int] | None:
        """Return a log-in."""
        row = self._sql.one(
            "SELECT account, seen_at FROM client_session WHERE digest = :digest",
            {"digest": digest},
        )
        return (str(row[0]), int(row[1])) if row else None

    def touch_session(self, digest: str, *, now: int) -> None:
        """Note a use."""
        self._sql.run(
            "UPDATE client_session SET seen_at = :now WHERE digest = :digest",
            {"digest": digest, "now": now},
        )

    def end_session(self, digest: str) -> None:
        """End one log-in."""
        self._sql.run("DELETE FROM client_session WHERE digest = :digest", {"digest": digest})

    def end_sessions(self, account: str) -> None:
        """End every log-in of an account."""
        self._sql.run("DELETE FROM client_session WHERE account = :account", {"account": account})

    def purge_sessions(self, *, before: int) -> None:
        """Drop old log-ins."""
        self._sql.run("DELETE FROM client_session WHERE seen_at < :before", {"before": before})

    def remove(self, account: str) -> None:
        """Remove an account."""
        self.end_sessions(account)
        self._sql.run("DELETE FROM client_account WHERE id = :id", {"id": account})

    def _account(self, row: Row) -> ClientAccount:
        return ClientAccount(
            id=row[0],
            institution=row[1],
            pseudonym=self._vault.open(row[2], table=_TABLE, column=_SEALED, row=row[0]),
            created_at=row[3],
            locale=row[4],
        )

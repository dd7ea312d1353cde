"""Staff accounts, sessions, devices, one-time links and throttles, in SQL."""

from __future__ import annotations

from assisto_caldav.adapters.sql.connect import Connection, Row
from assisto_caldav.adapters.tokens import new_id
from assisto_caldav.domain.people import (
    AppPassword,
    LinkPurpose,
    OneTimeLink,
    Session,
    StaffMember,
)
from assisto_caldav.ports import Vault

_SEALED = ("place", "phone", "video_room")
_STAFF = (
    "login, institution, public_id, password_hash, sealed_place, sealed_phone,"
    " sealed_video_room, mail_with_ics, active"
)
_APP_PASSWORD = "id, institution, login, name, created_at, last_used_at"  # noqa: S105 - columns
_SESSION = "digest, institution, login, created_at, seen_at"
_LINK = "digest, institution, login, purpose, expires_at"
_LONGEST_THROTTLE = 24 * 3600


class SqlPeople:
    """The people store of ports.py."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        """Work inside the connection's transaction."""
        self._sql = connection
        self._vault = vault

    def lock_counsellor(self, login: str) -> None:
        """Lock the account's row; a writer of SQLite is alone anyway."""
        self._sql.all(
            f"SELECT 1 FROM staff WHERE login = :login{self._sql.row_lock}", {"login": login}
        )

    def staff(self, login: str) -> StaffMember | None:
        """Return a staff account."""
        row = self._sql.one(f"SELECT {_STAFF} FROM staff WHERE login = :login", {"login": login})
        return self._member(row) if row else None

    def save_staff(self, member: StaffMember) -> None:
        """Add or replace a staff account."""
        sealed = {
            f"sealed_{name}": self._vault.seal(
                getattr(member, name), table="staff", column=name, row=member.login
            )
            for name in _SEALED
        }
        self._sql.run(
            f"""INSERT INTO staff ({_STAFF})
            VALUES (:login, :institution, :public_id, :password_hash, :sealed_place,
                :sealed_phone, :sealed_video_room, :mail_with_ics, :active)
            ON CONFLICT (login) DO UPDATE SET
                institution = excluded.institution, public_id = excluded.public_id,
                password_hash = excluded.password_hash, sealed_place = excluded.sealed_place,
                sealed_phone = excluded.sealed_phone,
                sealed_video_room = excluded.sealed_video_room,
                mail_with_ics = excluded.mail_with_ics, active = excluded.active,
                facts_revision = staff.facts_revision
                    + CASE WHEN staff.active = excluded.active THEN 0 ELSE 1 END""",
            {
                "login": member.login,
                "institution": member.institution,
                "public_id": member.public_id,
                "password_hash": member.password_hash,
                "mail_with_ics": int(member.mail_with_ics),
                "active": int(member.active),
                **sealed,
            },
        )

    def all_staff(self) -> list[StaffMember]:
        """Return every staff account."""
        rows = self._sql.all(f"SELECT {_STAFF} FROM staff", {})
        return sorted((self._member(row) for row in rows), key=lambda member: member.login)

    def add_app_password(self, entry: AppPassword, *, sha256: str) -> None:
        """Store a device's password."""
        self._sql.run(
            f"""INSERT INTO app_password ({_APP_PASSWORD}, sha256)
            VALUES (:id, :institution, :login, :name, :created_at, :last_used_at, :sha256)""",
            {
                "id": entry.id,
                "institution": entry.institution,
                "login": entry.login,
                "name": entry.name,
                "created_at": entry.created_at,
                "last_used_at": entry.last_used_at,
                "sha256": sha256,
            },
        )

    def app_password(self, login: str, sha256: str) -> AppPassword | None:
        """Return a device by its password; one statement, as each CalDAV request asks for it."""
        row = self._sql.one(
            f"""SELECT {_APP_PASSWORD} FROM app_password
            WHERE login = :login AND sha256 = :sha256
            AND EXISTS (SELECT 1 FROM staff WHERE staff.login = :login AND active = 1)""",
            {"login": login, "sha256": sha256},
        )
        return AppPassword(*row) if row else None

    def app_passwords(self, login: str) -> list[AppPassword]:
        """Return the login's devices."""
        rows = self._sql.all(
            f"SELECT {_APP_PASSWORD} FROM app_password WHERE login = :login"
            " ORDER BY created_at, id",
            {"login": login},
        )
        return [AppPassword(*row) for row in rows]

    def touch_app_password(self, entry: str, *, now: int) -> None:
        """Note a use."""
        self._sql.run(
            "UPDATE app_password SET last_used_at = :now WHERE id = :id", {"id": entry, "now": now}
        )

    def remove_app_password(self, login: str, entry: str) -> None:
        """Take a device's access away."""
        self._sql.run(
            "DELETE FROM app_password WHERE id = :id AND login = :login",
            {"id": entry, "login": login},
        )

    def add_session(self, session: Session) -> None:
        """Store a login."""
        self._sql.run(
            f"""INSERT INTO session ({_SESSION})
            VALUES (:digest, :institution, :login, :created_at, :seen_at)""",
            {
                "digest": session.digest,
                "institution": session.institution,
                "login": session.login,
                "created_at": session.created_at,
                "seen_at": session.seen_at,
            },
        )

    def session(self, digest: str) -> Session | None:
        """Return a login."""
        row = self._sql.one(
            f"SELECT {_SESSION} FROM session WHERE digest = :digest", {"digest": digest}
        )
        return Session(*row) if row else None

    def touch_session(self, digest: str, *, now: int) -> None:
        """Note that the session was used."""
        self._sql.run(
            "UPDATE session SET seen_at = :now WHERE digest = :digest",
            {"digest": digest, "now": now},
        )

    def end_sessions(self, login: str, *, but: str = "") -> None:
        """End all sessions of a login except one."""
        self._sql.run(
            "DELETE FROM session WHERE login = :login AND digest <> :but",
            {"login": login, "but": but},
        )

    def end_session(self, digest: str) -> None:
        """End one session."""
        self._sql.run("DELETE FROM session WHERE digest = :digest", {"digest": digest})

    def add_link(self, link: OneTimeLink) -> None:
        """Store a one-time link in place of earlier ones."""
        self._sql.run(
            "DELETE FROM one_time_link WHERE login = :login AND purpose = :purpose",
            {"login": link.login, "purpose": link.purpose.value},
        )
        self._sql.run(
            f"""INSERT INTO one_time_link ({_LINK})
            VALUES (:digest, :institution, :login, :purpose, :expires_at)""",
            {
                "digest": link.digest,
                "institution": link.institution,
                "login": link.login,
                "purpose": link.purpose.value,
                "expires_at": link.expires_at,
            },
        )

    def take_link(self, digest: str, *, now: int) -> OneTimeLink | None:
        """Use a link up; of two at once, one gets it."""
        rows = self._sql.run_returning(
            f"""DELETE FROM one_time_link WHERE digest = :digest AND expires_at > :now
            RETURNING {_LINK}""",
            {"digest": digest, "now": now},
        )
        return _link(rows[0]) if rows else None

    def peek_link(self, digest: str, *, now: int) -> OneTimeLink | None:
        """Return a link that is still good."""
        row = self._sql.one(
            f"SELECT {_LINK} FROM one_time_link WHERE digest = :digest AND expires_at > :now",
            {"digest": digest, "now": now},
        )
        return _link(row) if row else None

    def count_attempt(self, key: str, *, now: int, window_seconds: int) -> int:
        """Count an attempt; forget those that no window reaches any more."""
        self._sql.run(
            "DELETE FROM attempt WHERE throttle = :key AND at <= :past",
            {"key": key, "past": now - window_seconds},
        )
        self.purge_attempts(before=now - _LONGEST_THROTTLE)
        self._sql.run(
            "INSERT INTO attempt (id, throttle, at) VALUES (:id, :key, :now)",
            {"id": new_id(), "key": key, "now": now},
        )
        return self.attempts(key, now=now, window_seconds=window_seconds)

    def attempts(self, key: str, *, now: int, window_seconds: int) -> int:
        """Return how many attempts lie in the window."""
        row = self._sql.one(
            "SELECT count(*) FROM attempt WHERE throttle = :key AND at > :past",
            {"key": key, "past": now - window_seconds},
        )
        return int(row[0]) if row else 0

    def forget_attempts(self, key: str) -> None:
        """Start counting anew."""
        self._sql.run("DELETE FROM attempt WHERE throttle = :key", {"key": key})

    def purge_attempts(self, *, before: int) -> None:
        """Drop old attempts."""
        self._sql.run("DELETE FROM attempt WHERE at <= :before", {"before": before})

    def purge(self, *, sessions_before: int, links_before: int) -> None:
        """Drop idle sessions and past links."""
        self._sql.run("DELETE FROM session WHERE seen_at < :past", {"past": sessions_before})
        self._sql.run("DELETE FROM one_time_link WHERE expires_at < :past", {"past": links_before})

    def _member(self, row: Row) -> StaffMember:
        place, phone, video_room = (
            self._vault.open(sealed, table="staff", column=name, row=row[0])
            for name, sealed in zip(_SEALED, row[4:7], strict=True)
        )
        return StaffMember(
            login=row[0],
            institution=row[1],
            public_id=row[2],
            password_hash=row[3],
            place=place,
            phone=phone,
            video_room=video_room,
            mail_with_ics=bool(row[7]),
            active=bool(row[8]),
        )


def _link(row: Row) -> OneTimeLink:
    digest, institution, login, purpose, expires_at = row
    return OneTimeLink(digest, institution, login, LinkPurpose(purpose), expires_at)

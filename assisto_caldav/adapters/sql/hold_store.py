"""Slots kept while a form is filled in, in SQL."""

from __future__ import annotations

from assisto_caldav.adapters.sql.connect import Connection, Row
from assisto_caldav.adapters.sql.taken_time import HOLD, Claim, TakenTime
from assisto_caldav.domain.appointment import Hold
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.errors import NotFoundError

_FIELDS = (
    "id", "institution", "counsellor", "service", "channel", "start_at", "end_at",
    "blocked_until", "expires_at", "visitor", "placed_at",
)  # fmt: skip
_COLUMNS = ", ".join(_FIELDS)


class SqlHolds:
    """The hold store of ports.py. A hold that lapsed keeps its row until it is purged."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the connection's transaction."""
        self._sql = connection
        self._taken = TakenTime(connection)

    def place(self, hold: Hold, *, now: int) -> None:
        """Keep a slot."""
        visitor = {"institution": hold.institution, "visitor": hold.visitor}
        earlier = self._sql.one(
            "SELECT id, counsellor FROM hold"
            " WHERE institution = :institution AND visitor = :visitor",
            visitor,
        )
        self._taken.lock(hold.counsellor, *(earlier[1:] if earlier else ()))
        if earlier:
            self._drop(earlier[0])
        self._taken.claim(_claim(hold, expires_at=hold.expires_at), now=now)
        self._sql.run(
            f"INSERT INTO hold ({_COLUMNS}) VALUES ({', '.join(f':{name}' for name in _FIELDS)})",
            {
                "id": hold.id,
                "counsellor": hold.counsellor,
                "service": hold.service,
                "channel": hold.channel.value,
                "start_at": hold.start,
                "end_at": hold.end,
                "blocked_until": hold.blocked_until,
                "expires_at": hold.expires_at,
                "placed_at": hold.placed_at,
                **visitor,
            },
        )

    def get(self, hold: str) -> Hold | None:
        """Return a hold."""
        row = self._sql.one(f"SELECT {_COLUMNS} FROM hold WHERE id = :id", {"id": hold})
        return _hold(row) if row else None

    def of_visitor(self, institution: str, visitor: str) -> Hold | None:
        """Return the visitor's hold."""
        row = self._sql.one(
            f"SELECT {_COLUMNS} FROM hold WHERE institution = :institution AND visitor = :visitor",
            {"institution": institution, "visitor": visitor},
        )
        return _hold(row) if row else None

    def extend(self, hold: str, *, expires_at: int, now: int) -> None:
        """Let a hold live longer."""
        stored = self.get(hold)
        if stored is None:
            raise NotFoundError("There is no such hold.")
        self._taken.lock(stored.counsellor)
        self._taken.claim(_claim(stored, expires_at=expires_at), now=now)
        found = self._sql.run(
            "UPDATE hold SET expires_at = :expires_at WHERE id = :id",
            {"id": hold, "expires_at": expires_at},
        )
        if not found:
            raise NotFoundError("There is no such hold.")

    def release(self, hold: str) -> None:
        """Give the time back."""
        row = self._sql.one("SELECT counsellor FROM hold WHERE id = :id", {"id": hold})
        if row is not None:
            self._taken.lock(row[0])
            self._drop(hold)

    def purge(self, *, before: int) -> int:
        """Drop holds that lapsed before the instant."""
        past = {"before": before}
        self._sql.run("DELETE FROM taken_time WHERE expires_at < :before", past)
        return self._sql.run("DELETE FROM hold WHERE expires_at < :before", past)

    def _drop(self, hold: str) -> None:
        self._taken.free(hold)
        self._sql.run("DELETE FROM hold WHERE id = :id", {"id": hold})


def _claim(hold: Hold, *, expires_at: int) -> Claim:
    time = Interval(hold.start, hold.blocked_until)
    return Claim(hold.id, hold.institution, hold.counsellor, time, HOLD, expires_at)


def _hold(row: Row) -> Hold:
    hold_id, institution, counsellor, service, channel, *rest = row
    return Hold(hold_id, institution, counsellor, service, Channel(channel), *rest)

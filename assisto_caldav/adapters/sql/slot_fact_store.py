"""What bears on free time: windows, busy time, absences, taken time, in one statement."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache

from assisto_caldav.adapters.sql import occurrence_index as index
from assisto_caldav.adapters.sql import taken_time
from assisto_caldav.adapters.sql.connect import Connection
from assisto_caldav.domain.collection import Role, SlotFact
from assisto_caldav.domain.intervals import Interval

_KINDS = {
    Role.WINDOW.value: "window",
    Role.BUSY.value: "busy",
    Role.ABSENCE.value: "absence",
    taken_time.APPOINTMENT: "appointment",
    taken_time.HOLD: "hold",
}
_OPENS_OR_BLOCKS = "role <> '-' AND end_at > start_at AND (role <> 'W' OR services IS NOT NULL)"


class SqlSlotFacts:
    """The slot fact store of ports.py."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the connection's transaction."""
        self._sql = connection

    def read(self, counsellors: Sequence[str], window: Interval, *, now: int) -> list[SlotFact]:
        """Return all facts that overlap the window."""
        owned = self._sql.any_of("owner", "counsellors")
        taken = self._sql.any_of("counsellor", "counsellors")
        rows = self._sql.all(
            f"""SELECT owner, start_at, end_at, role, object, services FROM occurrence
            WHERE {owned} AND {index.SHORT} AND {_OPENS_OR_BLOCKS}
            UNION ALL SELECT owner, start_at, end_at, role, object, services FROM occurrence
            WHERE {owned} AND {index.LONG} AND {_OPENS_OR_BLOCKS}
            UNION ALL SELECT counsellor, start_at, end_at, kind, ref, NULL FROM taken_time
            WHERE {taken} AND start_at > :taken_lower AND start_at < :to AND end_at > :from
                AND {taken_time.LIVES}
            ORDER BY 1, 2""",
            {
                "counsellors": self._sql.array(counsellors),
                "taken_lower": window.start - taken_time.LONGEST,
                "now": now,
                **index.bounds(window),
            },
        )
        return [
            SlotFact(owner, start, end, _KINDS[kind], ref, _services(services) if services else ())
            for owner, start, end, kind, ref, services in rows
        ]

    def revision(self, counsellors: Sequence[str]) -> tuple[int, ...]:
        """Return each counsellor's count of changes, in the order asked for."""
        rows = self._sql.all(
            "SELECT login, facts_revision FROM staff"
            f" WHERE {self._sql.any_of('login', 'counsellors')}",
            {"counsellors": self._sql.array(counsellors)},
        )
        found: dict[str, int] = {str(login): int(revision) for login, revision in rows}
        return tuple(found.get(login, 0) for login in counsellors)

    def next_lapses(self, counsellors: Sequence[str], *, now: int) -> dict[str, int]:
        """Return the next instant at which a hold of each lapses; who has none is missing."""
        rows = self._sql.all(
            "SELECT counsellor, MIN(expires_at) FROM taken_time WHERE expires_at > :now"
            f" AND {self._sql.any_of('counsellor', 'counsellors')} GROUP BY counsellor",
            {"counsellors": self._sql.array(counsellors), "now": now},
        )
        return {str(login): int(instant) for login, instant in rows}

    def working(self, counsellors: Sequence[str]) -> list[str]:
        """Return those whose accounts are in use; nothing sealed is opened for it."""
        rows = self._sql.all(
            f"SELECT login FROM staff WHERE {self._sql.any_of('login', 'counsellors')}"
            " AND active = 1",
            {"counsellors": self._sql.array(counsellors)},
        )
        found = {row[0] for row in rows}
        return [login for login in counsellors if login in found]


@lru_cache(maxsize=1024)
def _services(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))

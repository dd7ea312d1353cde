"""The times of several counsellors' appointments, from the index alone."""

from __future__ import annotations

from collections.abc import Sequence

from assisto_caldav.adapters.sql import occurrence_index as index
from assisto_caldav.adapters.sql.connect import Connection
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.team import AppointmentTime

_TIMES = """SELECT o.collection, o.href, c.start_at, c.end_at, c.fbtype, o.modified_at, o.revision
    FROM calendar_object o JOIN occurrence c ON c.object = o.id
    WHERE o.appointment IS NOT NULL"""
# An appointment lasts a day at most, so that the index of short rows has them all.
_TIMES_IN = f"""SELECT o.collection, o.href, c.start_at, c.end_at, c.fbtype, o.modified_at,
        o.revision
    FROM (SELECT object, start_at, end_at, fbtype FROM occurrence
        WHERE {{among}} AND {index.SHORT}) c
    JOIN calendar_object o ON o.id = c.object
    WHERE o.appointment IS NOT NULL ORDER BY 1, 2"""


class SqlTeam:
    """The team store of ports.py."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the connection's transaction."""
        self._sql = connection

    def times(self, collections: Sequence[str]) -> list[AppointmentTime]:
        """Return all times."""
        among = self._sql.any_of("o.collection", "collections")
        rows = self._sql.all(
            f"{_TIMES} AND {among} ORDER BY 1, 2", {"collections": self._sql.array(collections)}
        )
        return [AppointmentTime(*row) for row in rows]

    def times_of(self, collection: str, hrefs: Sequence[str]) -> list[AppointmentTime]:
        """Return the times of some objects."""
        among = self._sql.any_of("o.href", "hrefs")
        rows = self._sql.all(
            f"{_TIMES} AND o.collection = :collection AND {among} ORDER BY 2",
            {"collection": collection, "hrefs": self._sql.array(hrefs)},
        )
        return [AppointmentTime(*row) for row in rows]

    def times_in(self, collections: Sequence[str], window: Interval) -> list[AppointmentTime]:
        """Return the times that overlap a window."""
        rows = self._sql.all(
            _TIMES_IN.format(among=self._sql.any_of("collection", "collections")),
            {"collections": self._sql.array(collections), **index.bounds(window)},
        )
        return [AppointmentTime(*row) for row in rows]

"""The occurrence index: its rows, and the range queries over them.

A row of more than 36 hours is a long one, in an index of its own. Every other
that overlaps a window starts at most 36 hours before it, so that its index is
read between two bounds. A row without length overlaps when it starts inside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assisto_caldav.adapters.sql.connect import Connection, Row
from assisto_caldav.domain.collection import IndexedOccurrence, Role
from assisto_caldav.domain.intervals import Interval

LONGEST_SHORT = 36 * 3600
SHORT = (
    "is_long = 0 AND start_at > :lower AND start_at < :to AND (end_at > :from OR start_at >= :from)"
)
LONG = "is_long = 1 AND end_at > :from AND start_at < :to"
HREFS = f"""SELECT href FROM occurrence
    WHERE collection = :collection AND component = :component AND {SHORT}
    UNION SELECT href FROM occurrence
    WHERE collection = :collection AND component = :component AND {LONG}"""
_COLUMNS = "object, start_at, end_at, fbtype, role, recurrence_id, is_all_day, is_floating"
_ADD = """INSERT INTO occurrence (object, collection, href, owner, component, start_at, end_at,
        is_long, fbtype, role, services, recurrence_id, is_all_day, is_floating)
    VALUES (:object, :collection, :href, :owner, :component, :start_at, :end_at,
        :is_long, :fbtype, :role, :services, :recurrence_id, :is_all_day, :is_floating)"""
_OPENS_NOTHING = (None, "[]")


def params(collection: str, window: Interval, component: str) -> dict[str, object]:
    """Return the parameters of ``HREFS``."""
    return {"collection": collection, "component": component, **bounds(window)}


def bounds(window: Interval) -> dict[str, object]:
    """Return the parameters of ``SHORT`` and ``LONG``."""
    return {"lower": window.start - LONGEST_SHORT, "from": window.start, "to": window.end}


def set_blocking(sql: Connection, collection: str, *, blocks: bool) -> None:
    """Give all that is busy in a collection the role to block, or none."""
    sql.run(
        """UPDATE occurrence SET role = :role
        WHERE collection = :collection AND component = 'VEVENT' AND fbtype <> 'FREE'""",
        {"collection": collection, "role": (Role.BUSY if blocks else Role.NONE).value},
    )


def replace(
    sql: Connection, item: Mapping[str, object], occurrences: Sequence[IndexedOccurrence]
) -> None:
    """Replace an object's rows; ``item`` has the columns of the object and its owner."""
    sql.run("DELETE FROM occurrence WHERE object = :id", {"id": item["id"]})
    services = None if item["services"] in _OPENS_NOTHING else item["services"]
    shared = {
        "object": item["id"],
        "collection": item["collection"],
        "href": item["href"],
        "owner": item["owner"],
        "component": item["component"],
    }
    sql.run_many(
        _ADD,
        [
            {
                **shared,
                "start_at": one.start,
                "end_at": one.end,
                "is_long": int(one.end - one.start > LONGEST_SHORT),
                "fbtype": one.fbtype,
                "role": one.role.value,
                "services": services if one.role is Role.WINDOW else None,
                "recurrence_id": one.recurrence_id,
                "is_all_day": int(one.is_all_day),
                "is_floating": int(one.is_floating),
            }
            for one in occurrences
        ],
    )


def occurrences(
    sql: Connection, collections: Sequence[str], window: Interval
) -> list[tuple[str, IndexedOccurrence]]:
    """Return (object id, occurrence) pairs that overlap the window, by start."""
    among = sql.any_of("collection", "collections")
    rows = sql.all(
        f"""SELECT {_COLUMNS} FROM occurrence WHERE {among} AND {SHORT}
        UNION ALL SELECT {_COLUMNS} FROM occurrence WHERE {among} AND {LONG}
        ORDER BY 2, 3, 1""",
        {"collections": sql.array(collections), **bounds(window)},
    )
    return [(row[0], _occurrence(row)) for row in rows]


def _occurrence(row: Row) -> IndexedOccurrence:
    _, start, end, fbtype, role, recurrence_id, is_all_day, is_floating = row
    return IndexedOccurrence(
        start, end, fbtype, Role(role), recurrence_id, bool(is_all_day), bool(is_floating)
    )

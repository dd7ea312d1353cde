"""The count of changes to what bears on somebody's free time."""

from __future__ import annotations

from assisto_caldav.adapters.sql.connect import Connection

_NOTE = "UPDATE staff SET facts_revision = facts_revision + 1 WHERE login = :owner"


def note_new_facts(sql: Connection, owner: str) -> None:
    """Note a change in what a login or an institution owns, and lock whom it concerns."""
    if sql.run(_NOTE, {"owner": owner}):
        return
    # It is an institution's, so that it concerns everybody there: in the order of all locks.
    rows = sql.all("SELECT login FROM staff WHERE institution = :id", {"id": owner})
    for login in sorted(row[0] for row in rows):
        sql.run(_NOTE, {"owner": login})

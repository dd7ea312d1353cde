"""Calendar objects, their change log and their occurrence index, in SQL."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from assisto_caldav.adapters.sql import occurrence_index as index
from assisto_caldav.adapters.sql.connect import Connection, Row
from assisto_caldav.adapters.sql.facts_revision import note_new_facts
from assisto_caldav.domain.collection import Change, IndexedOccurrence, StoredObject
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.errors import NotFoundError, UidConflictError

_FIELDS = (
    "id", "institution", "collection", "href", "uid", "component", "body", "etag",
    "modified_at", "sequence", "schedule_tag", "appointment", "services", "last_end",
    "expanded_until", "expanded_from", "revision",
)  # fmt: skip
_COLUMNS = ", ".join(_FIELDS)
_ALL = f"SELECT {_COLUMNS} FROM calendar_object"
_SERVICES = _FIELDS.index("services")
_OF_OBJECT = ", ".join(f"o.{field}" for field in _FIELDS)
_KEPT_ON_REPLACE = {"id", "collection", "href"}
_PUT = f"""INSERT INTO calendar_object ({_COLUMNS})
    VALUES ({", ".join(f":{field}" for field in _FIELDS)})
    ON CONFLICT (collection, href) DO UPDATE SET
    {", ".join(f"{f} = excluded.{f}" for f in _FIELDS if f not in _KEPT_ON_REPLACE)}
    RETURNING id"""
_LOG = """INSERT INTO change (collection, href, revision, gone, etag, at)
    VALUES (:collection, :href, :revision, :gone, :etag, :at)
    ON CONFLICT (collection, href) DO UPDATE SET
    revision = excluded.revision, gone = excluded.gone, etag = excluded.etag, at = excluded.at"""
_PAGE = 200


class SqlObjects:
    """The object store of ports.py."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the connection's transaction."""
        self._sql = connection

    def get(self, collection: str, href: str) -> StoredObject | None:
        """Return one object."""
        row = self._sql.one(
            f"{_ALL} WHERE collection = :collection AND href = :href",
            {"collection": collection, "href": href},
        )
        return _stored(row) if row else None

    def get_many(self, collection: str, hrefs: Sequence[str]) -> dict[str, StoredObject]:
        """Return the objects there are."""
        rows = self._sql.all(
            f"{_ALL} WHERE collection = :collection AND {self._sql.any_of('href', 'hrefs')}",
            {"collection": collection, "hrefs": self._sql.array(hrefs)},
        )
        return {item.href: item for item in map(_stored, rows)}

    def by_uid(self, owner: str, uid: str) -> list[StoredObject]:
        """Return the owner's objects of a UID."""
        return self._found(
            f"""SELECT {_OF_OBJECT} FROM calendar_object o JOIN collection c ON c.id = o.collection
            WHERE o.uid = :uid AND c.owner = :owner ORDER BY o.id""",
            {"owner": owner, "uid": uid},
        )

    def with_uid_like(self, collection: str, part: str) -> list[StoredObject]:
        """Look through the UIDs in their index."""
        return self._found(
            f"""{_ALL} WHERE collection = :collection AND upper(uid) LIKE :pattern ORDER BY href""",
            {"collection": collection, "pattern": f"%{part}%"},
        )

    def by_appointment(self, appointment: str) -> StoredObject | None:
        """Return the scheduling object of an appointment."""
        row = self._sql.one(
            f"{_ALL} WHERE appointment = :appointment",
            {"appointment": appointment},
        )
        return _stored(row) if row else None

    def all(self, collection: str) -> Iterator[StoredObject]:
        """Yield all objects, page by page."""
        after = ""
        while True:
            rows = self._sql.all(
                f"{_ALL} WHERE collection = :collection AND href > :after"
                f" ORDER BY href LIMIT {_PAGE}",
                {"collection": collection, "after": after},
            )
            yield from map(_stored, rows)
            if len(rows) < _PAGE:
                return
            after = rows[-1][3]

    def etags(self, collection: str) -> list[tuple[str, str]]:
        """Return (href, etag) of all objects."""
        rows = self._sql.all(
            "SELECT href, etag FROM calendar_object WHERE collection = :collection",
            {"collection": collection},
        )
        return sorted(rows)

    def put(self, item: StoredObject, occurrences: Sequence[IndexedOccurrence]) -> int:
        """Store an object and its occurrences; the object keeps the id it had."""
        owner, revision = self._next_revision(item.collection, now=item.modified_at)
        self._refuse_uid_conflict(item)
        facts = {
            "id": item.id,
            "institution": item.institution,
            "collection": item.collection,
            "href": item.href,
            "uid": item.uid,
            "component": item.component,
            "body": item.text,
            "etag": item.etag,
            "modified_at": item.modified_at,
            "sequence": item.sequence,
            "schedule_tag": item.schedule_tag,
            "appointment": item.appointment,
            "services": None if item.services is None else json.dumps(item.services),
            "last_end": item.last,
            "expanded_until": item.expanded_until,
            "expanded_from": item.expanded_from,
            "revision": revision,
        }
        [(stored_id,)] = self._sql.run_returning(_PUT, facts)
        index.replace(self._sql, {**facts, "id": stored_id, "owner": owner}, occurrences)
        self._sql.run(_LOG, {**facts, "gone": 0, "at": item.modified_at})
        return revision

    def remove(self, collection: str, href: str, *, now: int) -> int:
        """Remove an object; leave a tombstone."""
        _, revision = self._next_revision(collection, now=now)
        gone = self._sql.run(
            "DELETE FROM calendar_object WHERE collection = :collection AND href = :href",
            {"collection": collection, "href": href},
        )
        if not gone:
            raise NotFoundError("There is no such calendar object.")
        tombstone = {"collection": collection, "href": href, "revision": revision, "at": now}
        self._sql.run(_LOG, {**tombstone, "gone": 1, "etag": None})
        return revision

    def changes(self, collection: str, *, since: int, limit: int | None = None) -> list[Change]:
        """Return each member's newest change."""
        rows = self._sql.all(
            f"""SELECT href, etag, revision FROM change
            WHERE collection = :collection AND revision > :since
            ORDER BY revision {"" if limit is None else "LIMIT :limit"}""",
            {"collection": collection, "since": since, "limit": limit},
        )
        return [Change(*row) for row in rows]

    def hrefs_in(self, collection: str, window: Interval, *, component: str) -> list[str]:
        """Return hrefs of objects that overlap the window, from the index alone."""
        rows = self._sql.all(index.HREFS, index.params(collection, window, component))
        return sorted(href for (href,) in rows)

    def etags_in(
        self, collection: str, window: Interval, *, component: str
    ) -> list[tuple[str, str]]:
        """Return (href, etag) of the objects that overlap the window, from indexes alone."""
        rows = self._sql.all(
            f"""SELECT href, etag FROM calendar_object
            WHERE collection = :collection AND href IN ({index.HREFS})""",
            index.params(collection, window, component),
        )
        return sorted((href, etag) for href, etag in rows)

    def in_window(self, collection: str, window: Interval, *, component: str) -> list[StoredObject]:
        """Return the objects that overlap the window."""
        rows = self._sql.all(
            f"""{_ALL} WHERE collection = :collection AND href IN ({index.HREFS})""",
            index.params(collection, window, component),
        )
        return sorted(map(_stored, rows), key=lambda item: item.href)

    def occurrences(
        self, collections: Sequence[str], window: Interval
    ) -> list[tuple[str, IndexedOccurrence]]:
        """Return (object id, occurrence) pairs."""
        return index.occurrences(self._sql, collections, window)

    def unexpanded(self, collections: Sequence[str], window: Interval) -> list[StoredObject]:
        """Return the objects that the index does not know from the window's start to its end."""
        return self._unexpanded(self._sql.any_of("collection", "of"), collections, window)

    def unexpanded_of(self, owners: Sequence[str], window: Interval) -> list[StoredObject]:
        """Return the same of owners, in one statement: it mostly finds nothing."""
        owned = f"SELECT id FROM collection WHERE {self._sql.any_of('owner', 'of')}"
        return self._unexpanded(f"collection IN ({owned})", owners, window)

    def _unexpanded(self, among: str, of: Sequence[str], window: Interval) -> list[StoredObject]:
        return self._found(
            f"{_ALL} WHERE {among} AND expanded_until < :to"
            " AND (last_end IS NULL OR last_end > :from)"
            f" UNION {_ALL} WHERE {among} AND expanded_from > :from",
            {"of": self._sql.array(of), "from": window.start, "to": window.end},
        )

    def expansion_due(self, *, before: int, limit: int) -> list[StoredObject]:
        """Return objects whose index ends too early."""
        return self._found(
            f"""{_ALL} WHERE expanded_until < :before
            AND (last_end IS NULL OR last_end > expanded_until)
            ORDER BY expanded_until LIMIT :limit""",
            {"before": before, "limit": limit},
        )

    def reindex(
        self,
        item: str,
        occurrences: Sequence[IndexedOccurrence],
        *,
        expanded_until: int | None,
        expanded_from: int | None = None,
    ) -> None:
        """Replace an object's occurrences."""
        row = self._sql.one(
            """SELECT o.id, o.collection, o.href, o.component, o.services, c.owner
            FROM calendar_object o JOIN collection c ON c.id = o.collection WHERE o.id = :id""",
            {"id": item},
        )
        if row is None:
            raise NotFoundError("There is no such calendar object.")
        facts = dict(
            zip(("id", "collection", "href", "component", "services", "owner"), row, strict=True)
        )
        note_new_facts(self._sql, facts["owner"])
        self._sql.run(
            """UPDATE calendar_object SET expanded_until = :until, expanded_from = :from
            WHERE id = :id""",
            {"id": item, "until": expanded_until, "from": expanded_from},
        )
        index.replace(self._sql, facts, occurrences)

    def set_blocking(self, collection: str, *, blocks: bool) -> None:
        """Change the roles in the index; nothing is read."""
        row = self._sql.one("SELECT owner FROM collection WHERE id = :id", {"id": collection})
        if row is None:
            raise NotFoundError("There is no such collection.")
        index.set_blocking(self._sql, collection, blocks=blocks)
        note_new_facts(self._sql, row[0])

    def forget_tombstones(self, *, before: int) -> int:
        """Drop old tombstones; tokens from before the newest of them are good no more."""
        rows = self._sql.run_returning(
            "DELETE FROM change WHERE gone = 1 AND at < :before RETURNING collection, revision",
            {"before": before},
        )
        newest: dict[str, int] = {}
        for collection, revision in rows:
            newest[collection] = max(revision, newest.get(collection, 0))
        self._sql.run_many(
            """UPDATE collection SET oldest_revision = :revision
            WHERE id = :id AND oldest_revision < :revision""",
            [{"id": collection, "revision": newest[collection]} for collection in sorted(newest)],
        )
        return len(rows)

    def _next_revision(self, collection: str, *, now: int) -> tuple[str, int]:
        """Return the owner and the new revision.

        The owner's account is locked first, then the collection: every writer
        takes them in this order, so that two never wait for each other.
        """
        row = self._sql.one("SELECT owner FROM collection WHERE id = :id", {"id": collection})
        if row is None:
            raise NotFoundError("There is no such collection.")
        note_new_facts(self._sql, row[0])
        [(revision,)] = self._sql.run_returning(
            """UPDATE collection SET revision = revision + 1, modified_at = :now
            WHERE id = :id RETURNING revision""",
            {"id": collection, "now": now},
        ) or [(0,)]
        if not revision:
            raise NotFoundError("There is no such collection.")
        return row[0], revision

    def _found(self, sql: str, params: dict[str, object]) -> list[StoredObject]:
        return [_stored(row) for row in self._sql.all(sql, params)]

    def _refuse_uid_conflict(self, item: StoredObject) -> None:
        row = self._sql.one(
            """SELECT href FROM calendar_object
            WHERE collection = :collection AND uid = :uid AND href <> :href""",
            {"collection": item.collection, "uid": item.uid, "href": item.href},
        )
        if row is not None:
            raise UidConflictError(row[0])


def _stored(row: Row) -> StoredObject:
    found = StoredObject._make(row)
    if found.services is None:
        return found
    return found._replace(services=tuple(json.loads(row[_SERVICES])))

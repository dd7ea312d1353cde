"""Collections in SQL."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from assisto_caldav.adapters.sql.connect import Connection, Row
from assisto_caldav.adapters.sql.facts_revision import note_new_facts
from assisto_caldav.domain.collection import BUILT_IN, Collection, CollectionKind
from assisto_caldav.errors import ConflictError, NotFoundError

_COLUMNS = (
    "id, institution, owner, name, kind, components, props, revision, oldest_revision, modified_at"
)


class SqlCollections:
    """The collection store of ports.py."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the connection's transaction."""
        self._sql = connection

    def of_owner(self, owner: str) -> list[Collection]:
        """Return the home's collections."""
        rows = self._sql.all(
            f"SELECT {_COLUMNS} FROM collection WHERE owner = :owner", {"owner": owner}
        )
        return sorted((_collection(row) for row in rows), key=_home_order)

    def get(self, owner: str, name: str) -> Collection | None:
        """Return one collection by its path."""
        row = self._sql.one(
            f"SELECT {_COLUMNS} FROM collection WHERE owner = :owner AND name = :name",
            {"owner": owner, "name": name},
        )
        return _collection(row) if row else None

    def named(self, owners: Sequence[str], name: str) -> list[Collection]:
        """Return the collections of this name."""
        rows = self._sql.all(
            f"""SELECT {_COLUMNS} FROM collection
            WHERE {self._sql.any_of("owner", "owners")} AND name = :name ORDER BY owner""",
            {"owners": self._sql.array(owners), "name": name},
        )
        return [_collection(row) for row in rows]

    def by_id(self, collection: str) -> Collection | None:
        """Return one collection by its id."""
        row = self._sql.one(f"SELECT {_COLUMNS} FROM collection WHERE id = :id", {"id": collection})
        return _collection(row) if row else None

    def create(self, collection: Collection) -> None:
        """Add a collection."""
        added = self._sql.run(
            f"""INSERT INTO collection ({_COLUMNS})
            VALUES (:id, :institution, :owner, :name, :kind, :components, :props, :revision,
                :oldest_revision, :modified_at)
            ON CONFLICT (owner, name) DO NOTHING""",
            {
                "id": collection.id,
                "institution": collection.institution,
                "owner": collection.owner,
                "name": collection.name,
                "kind": collection.kind.value,
                "components": ",".join(collection.components),
                "props": json.dumps(dict(collection.props)),
                "revision": collection.revision,
                "oldest_revision": collection.oldest_revision,
                "modified_at": collection.modified_at,
            },
        )
        if not added:
            raise ConflictError(f"{collection.owner} has a collection {collection.name}.")

    def set_props(self, collection: str, props: Mapping[str, str], *, now: int) -> int:
        """Replace the dead properties."""
        rows = self._sql.run_returning(
            """UPDATE collection SET props = :props, revision = revision + 1, modified_at = :now
            WHERE id = :id RETURNING revision""",
            {"id": collection, "props": json.dumps(dict(props)), "now": now},
        )
        if not rows:
            raise NotFoundError("There is no such collection.")
        return int(rows[0][0])

    def delete(self, collection: str) -> None:
        """Remove a collection; foreign keys remove what is in it."""
        for row in self._sql.all("SELECT owner FROM collection WHERE id = :id", {"id": collection}):
            note_new_facts(self._sql, row[0])
        self._sql.run("DELETE FROM collection WHERE id = :id", {"id": collection})


def _collection(row: Row) -> Collection:
    return Collection(
        id=row[0],
        institution=row[1],
        owner=row[2],
        name=row[3],
        kind=CollectionKind(row[4]),
        components=tuple(row[5].split(",")) if row[5] else (),
        props=json.loads(row[6]),
        revision=row[7],
        oldest_revision=row[8],
        modified_at=row[9],
    )


def _home_order(collection: Collection) -> tuple[int, str]:
    """Built-in collections in their fixed order, then the counsellor's own by name."""
    built_in = collection.kind in BUILT_IN
    return (BUILT_IN.index(collection.kind) if built_in else len(BUILT_IN), collection.name)

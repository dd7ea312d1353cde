"""sync-collection (RFC 6578 §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assisto_caldav.domain.collection import CollectionKind
from assisto_caldav.errors import InvalidInputError
from assisto_radicale import synctoken
from assisto_radicale.asked import depth_of, multistatus
from assisto_radicale.hrefs import href_of
from assisto_radicale.synctoken import Position
from assisto_radicale.xmltext import dav, escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assisto_caldav.domain.collection import Change, Collection
    from assisto_radicale.asked import Asked
    from assisto_radicale.translate import Answer

_TOO_MANY = (
    "<D:status>HTTP/1.1 507 Insufficient Storage</D:status>"
    "<D:error><D:number-of-matches-within-limits/></D:error>"
)


def sync_collection(asked: Asked) -> Answer:
    """Tell what changed since a token, or all living members without one.

    Raises:
        InvalidInputError: Depth, level or limit are none.
        RefusedError: The token is none of this collection (``valid-sync-token``).
    """
    _check_depth(asked)
    token = (asked.root.findtext(dav("sync-token")) or "").strip()
    limit = _limit(asked)
    collection, template = asked.collection, asked.template
    if token:
        position = synctoken.read_token(collection, token)
    elif limit is None and not template.needs_objects:
        rows = asked.unit.objects.etags(collection.id)
        return _synced(asked, [template.from_etags(rows)], Position(collection.revision))
    else:
        position = Position(0, collection.revision)
    # The revision was read before these rows, so no change can fall between two answers.
    changes = asked.unit.objects.changes(
        collection.id, since=position.revision, limit=None if limit is None else limit + 1
    )
    more = limit is not None and len(changes) > limit
    page = changes[:limit]
    parts = list(_changed(asked, page, _told_since(collection, position) if token else None))
    if not more:
        return _synced(asked, parts, Position(collection.revision))
    parts.append(_cut(asked))
    return _synced(asked, parts, Position(page[-1].revision, position.begun))


def _told_since(collection: Collection, position: Position) -> int:
    """Return since when deletions are told: what went before a first one began never was.

    The numbers of team/ are made of those of many; one that is too many does no harm.
    """
    return 0 if collection.kind is CollectionKind.TEAM else (position.begun or 0)


def _check_depth(asked: Asked) -> None:
    """Check Depth, which must be 0, and the level, where ``infinite`` is 1: nothing is deeper.

    Drafts of the RFC had Depth say the level (appendix A), and python-caldav
    still sends 1.
    """
    if depth_of(asked.request) not in ("", "0", "1"):
        raise InvalidInputError("The depth must be 0.")
    if (asked.root.findtext(dav("sync-level")) or "1").strip() not in ("1", "infinite"):
        raise InvalidInputError("The level is none.")


def _limit(asked: Asked) -> int | None:
    text = asked.root.findtext(f"{dav('limit')}/{dav('nresults')}")
    if text is None:
        return None
    digits = text.strip()
    if not digits.isascii() or not digits.isdigit() or not 0 < int(digits[:19]) < 2**62:
        raise InvalidInputError("The limit is no number.")
    return int(digits[:19])


def _changed(asked: Asked, page: Sequence[Change], told_since: int | None) -> Iterable[str]:
    template = asked.template
    living = [(change.href, change.etag) for change in page if change.etag is not None]
    if template.needs_objects:
        hrefs = [href for href, _ in living]
        found = asked.unit.objects.get_many(asked.collection.id, hrefs)
        yield from (template.from_object(found[href]) for href in hrefs if href in found)
    else:
        yield template.from_etags(living)
    if told_since is not None:
        gone = (change for change in page if change.etag is None and change.revision > told_since)
        yield from (template.gone(change.href) for change in gone)


def _cut(asked: Asked) -> str:
    href = href_of(asked.request.prefix, asked.request.target.parent)
    return f"<D:response><D:href>{href}</D:href>{_TOO_MANY}</D:response>"


def _synced(asked: Asked, parts: Iterable[str], position: Position) -> Answer:
    token = escape(synctoken.token_of(asked.collection, position))
    return multistatus(asked.request, [*parts, f"<D:sync-token>{token}</D:sync-token>"])

"""Sync-tokens and ctags: a collection's revision as an opaque URI (RFC 6578 §3.2).

The first synchronisation may come in pages. Their tokens also name the
revision at which it began: tombstones older than that concern members which
the client never saw, so they may be forgotten meanwhile.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from assisto_caldav.domain.collection import CALENDARS, CollectionKind
from assisto_caldav.domain.team import none_exceeds
from assisto_radicale.translate import RefusedError
from assisto_radicale.xmltext import dav

if TYPE_CHECKING:
    from assisto_caldav.domain.collection import Collection

SYNCED = CALENDARS | {CollectionKind.INBOX}
_REVISION = r"\d{1,18}|x[0-9a-f]{1,20000}"
_TOKEN = re.compile(rf"data:,(?P<id>[^/\s]+)/(?P<revision>{_REVISION})(?:/(?P<begun>{_REVISION}))?")
_HEXADECIMAL_FROM = 10**18


class Position(NamedTuple):
    """How far a client is; ``begun`` only while its first synchronisation goes on."""

    revision: int
    begun: int | None = None


def token_of(item: Collection, position: Position | None = None) -> str:
    """Return the token of a position, by default of the present state."""
    identity = item.id.replace("/", ":")
    if position is None:
        return f"data:,{identity}/{_written(item.revision)}"
    begun = "" if position.begun is None else f"/{_written(position.begun)}"
    return f"data:,{identity}/{_written(position.revision)}{begun}"


def read_token(item: Collection, token: str) -> Position:
    """Return the position that a client's token names.

    Raises:
        RefusedError: It is of another collection, of the future, or older
            than the tombstones that are kept.
    """
    match = _TOKEN.fullmatch(token.strip())
    if match is None or match["id"] != item.id.replace("/", ":"):
        raise RefusedError(dav("valid-sync-token"))
    revision = _read(match["revision"])
    begun = None if match["begun"] is None else _read(match["begun"])
    needed = revision if begun is None else begun
    is_most = none_exceeds if item.kind is CollectionKind.TEAM else int.__le__
    if not (
        is_most(item.oldest_revision, needed)
        and is_most(needed, item.revision)
        and is_most(revision, item.revision)
    ):
        raise RefusedError(dav("valid-sync-token"))
    return Position(revision, begun)


def _written(revision: int) -> str:
    """Return a revision as text; those of a team are as long as it is large."""
    return str(revision) if revision < _HEXADECIMAL_FROM else f"x{revision:x}"


def _read(text: str) -> int:
    return int(text[1:], 16) if text.startswith("x") else int(text)

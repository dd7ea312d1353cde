"""The ``If`` header (RFC 4918 §10.4) on sync-tokens and entity tags (RFC 6578 §5).

There are no locks here, so a state token is the sync-token of a collection;
any other, such as ``<DAV:no-lock>``, is never in force.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from assisto_caldav.errors import InvalidInputError, NotFoundError
from assisto_radicale.hrefs import Target, read_href, same_host
from assisto_radicale.lookup import look_up
from assisto_radicale.rights import privileges
from assisto_radicale.synctoken import SYNCED, token_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assisto_caldav.ports import Unit
    from assisto_radicale.request import Request

MOST_LISTS = 100
_PART = re.compile(
    r"\s*(?:(?P<open>\()|(?P<close>\))|(?P<no>[Nn][Oo][Tt])(?=[\s<\[])"
    r'|<(?P<uri>[^<>\s]+)>|\[(?:W/)?"(?P<tag>[^"]*)"\])'
)


class StateCondition(NamedTuple):
    """One condition; ``value`` is a state token or, for ``is_tag``, an unquoted entity tag."""

    value: str
    is_tag: bool
    is_negated: bool


class StateList(NamedTuple):
    """Conditions that must all hold; ``resource`` is "" for the request's own."""

    resource: str
    conditions: tuple[StateCondition, ...]


def read_if(header: str) -> tuple[StateList, ...]:
    """Read the header; () when there is none.

    Raises:
        InvalidInputError: It is not in the grammar of RFC 4918 §10.4.2.
    """
    found: list[StateList] = []
    resource, is_used = "", True
    parts = _parts(header)
    for kind, text in parts:
        if kind == "uri" and is_used and (resource or not found):
            resource, is_used = text, False
        elif kind == "open":
            found.append(StateList(resource, tuple(_conditions(parts))))
            is_used = True
        else:
            raise _invalid()
    if len(found) > MOST_LISTS or not is_used or any(not item.conditions for item in found):
        raise _invalid()
    return tuple(found)


def _conditions(parts: Iterator[tuple[str, str]]) -> Iterator[StateCondition]:
    is_negated = False
    for kind, text in parts:
        if kind == "close" and not is_negated:
            return
        if kind == "no" and not is_negated:
            is_negated = True
        elif kind in ("uri", "tag"):
            yield StateCondition(text, kind == "tag", is_negated)
            is_negated = False
        else:
            raise _invalid()
    raise _invalid()


def _parts(header: str) -> Iterator[tuple[str, str]]:
    text, position = header.strip(), 0
    while position < len(text):
        match = _PART.match(text, position)
        if match is None:
            raise _invalid()
        kind = str(match.lastgroup)
        yield kind, match[kind]
        position = match.end()


def _invalid() -> InvalidInputError:
    return InvalidInputError("The If header is none.")


def holds(request: Request, unit: Unit, lists: tuple[StateList, ...]) -> bool:
    """Tell whether one of the lists holds; true when there is none."""
    if not lists:
        return True
    states = {
        resource: _state(request, unit, resource)
        for resource in dict.fromkeys(item.resource for item in lists)
    }
    return any(_list_holds(item, states[item.resource]) for item in lists)


def _list_holds(wanted: StateList, state: tuple[set[str], set[str]]) -> bool:
    tokens, tags = state
    return all(
        (condition.value in (tags if condition.is_tag else tokens)) != condition.is_negated
        for condition in wanted.conditions
    )


def _state(request: Request, unit: Unit, resource: str) -> tuple[set[str], set[str]]:
    """Return the state tokens and entity tags in force; none of what may not be read."""
    target = _target(request, resource)
    if target is None or not target.collection or not privileges(request.facts, target):
        return set(), set()
    try:
        collection, view = look_up(request.ports, request.facts, unit, target)
    except NotFoundError:
        return set(), set()
    if target.member:
        item = view.objects.get(collection.id, target.member)
        return set(), {item.etag} if item else set()
    token = {token_of(collection)} if collection.kind in SYNCED else set()
    return token, token


def _target(request: Request, resource: str) -> Target | None:
    if not resource:
        return request.target
    if not same_host(resource, request.header("HOST")):
        return None
    return read_href(request.prefix, resource)

"""MOVE and COPY of calendar objects (RFC 4918 §9.8, §9.9); collections stay where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from assisto_caldav.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    SchedulingObjectChangeError,
    UidConflictError,
)
from assisto_caldav.usecases import calendars
from assisto_radicale import methods
from assisto_radicale.conditional import read_conditions
from assisto_radicale.hrefs import Target, href_of, read_href, same_host
from assisto_radicale.lookup import look_up
from assisto_radicale.rights import privileges
from assisto_radicale.translate import Answer, failed, plain
from assisto_radicale.xmltext import caldav

if TYPE_CHECKING:
    from collections.abc import Callable

    from assisto_caldav.domain.collection import StoredObject
    from assisto_radicale.request import Request
    from assisto_radicale.translate import Headers


class _Transfer(NamedTuple):
    """Where an object shall go."""

    target: Target
    overwrite: bool


def move(request: Request) -> Answer:
    """Move a calendar object."""
    return _carry_out(request, "D:unbind", _move)


def copy(request: Request) -> Answer:
    """Copy a calendar object; in one calendar there is one object of a UID."""
    return _carry_out(request, "D:read", _copy)


def _carry_out(
    request: Request, privilege: str, act: Callable[[Request, _Transfer], bool]
) -> Answer:
    if not request.target.member:
        return methods.not_allowed(request)
    destination = request.header("DESTINATION")
    if not same_host(destination, request.header("HOST")):
        return plain(502, "The destination is on another server.")
    transfer = _Transfer(_read_destination(request, destination), _read_overwrite(request))
    source, target = request.target, transfer.target
    if privilege not in privileges(request.facts, source):
        raise NotAllowedError
    if "D:write-content" not in privileges(request.facts, target) or not target.member:
        raise NotAllowedError
    if source == target:
        raise NotAllowedError
    href = href_of(request.prefix, target)
    try:
        created = act(request, transfer)
    except UidConflictError as exc:
        other = href_of(request.prefix, target._replace(member=exc.href))
        inner = f"<D:href>{other}</D:href>"
        return failed(caldav("no-uid-conflict"), status=409, inner=inner)
    headers = [("Location", href)] if created else []
    return Answer(201 if created else 204, [*headers, *_schedule_tag(request, target)])


def _schedule_tag(request: Request, target: Target) -> Headers:
    """Return the tag of the destination, if it is a scheduling object (RFC 6638 §3.2.10)."""
    with request.ports.database.reading() as unit:
        collection, view = look_up(request.ports, request.facts, unit, target)
        item = view.objects.get(collection.id, target.member)
    return [("Schedule-Tag", f'"{item.schedule_tag}"')] if item and item.schedule_tag else []


def _read_destination(request: Request, destination: str) -> Target:
    target = read_href(request.prefix, destination) if destination else None
    if target is None:
        raise InvalidInputError("The destination is no address of ours.")
    return target


def _read_overwrite(request: Request) -> bool:
    value = request.header("OVERWRITE").upper() or "T"
    if value not in ("T", "F"):
        raise InvalidInputError("Overwrite is T or F.")
    return value == "T"


def _move(request: Request, transfer: _Transfer) -> bool:
    return calendars.move_object(
        request.ports,
        request.actor,
        source=request.target,
        target=transfer.target,
        overwrite=transfer.overwrite,
        conditions=read_conditions(request),
    )


def _copy(request: Request, transfer: _Transfer) -> bool:
    conditions = read_conditions(request)
    item = _read(request)
    conditions.require(item)
    target = transfer.target
    if item.appointment:
        raise SchedulingObjectChangeError(
            "Termine gibt es nur einmal.",
            precondition="unique-scheduling-object-resource",
            place=request.target[1:],
        )
    try:
        outcome = calendars.put_object(
            request.ports,
            request.actor,
            owner=target.owner,
            collection=target.collection,
            href=target.member,
            raw=item.text.encode(),
            conditions=calendars.Conditions(
                if_none_match=not transfer.overwrite, states=conditions.states
            ),
        )
    except NotFoundError as exc:
        raise ConflictError("There is no such collection.") from exc
    return outcome.created


def _read(request: Request) -> StoredObject:
    source = request.target
    with request.ports.database.reading() as unit:
        collection, view = look_up(request.ports, request.facts, unit, source)
        item = view.objects.get(collection.id, source.member)
    if item is None:
        raise NotFoundError("There is no such calendar object.")
    return item

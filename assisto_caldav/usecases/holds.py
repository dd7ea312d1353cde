"""Slots kept for a visitor while a form is filled in: one for each visitor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assisto_caldav.domain.appointment import Hold
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.institution import Institution
from assisto_caldav.domain.localtime import date_of, zone
from assisto_caldav.errors import (
    InvalidInputError,
    LimitReachedError,
    NotFoundError,
    SlotTakenError,
)
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.find_slots import SlotWish, search_for
from assisto_caldav.usecases.quotas import Quota, count, hold_quotas, insist
from assisto_caldav.usecases.taking import TAKEN, Wanted, rank

LONGEST_VISITOR = 200

# Days before and after must exist as well.
FIRST_YEAR = 1970
LAST_YEAR = 9000


def place_hold(  # noqa: PLR0913 - what a slot consists of
    ports: Ports,
    *,
    institution: str,
    service: str,
    channel: Channel,
    start: int,
    counsellor: str | None = None,
    language: str = "",
    visitor: str,
    network: str = "",
    is_proven: bool = False,
) -> Hold:
    """Keep a slot for a visitor; their earlier hold in this institution goes.

    Raises:
        NotFoundError: There is no such institution.
        InvalidInputError: Service, channel, counsellor or language are none of theirs.
        SlotTakenError: Nobody can give this time; an earlier hold stays.
        LimitReachedError: Too many were held from this network, or this one long enough.
    """
    if not 0 < len(visitor) <= LONGEST_VISITOR:
        raise InvalidInputError("Ohne Cookie lässt sich kein Termin reservieren.", field="visitor")
    wish = wish_at(ports, institution, start=start, service=service, channel=channel)
    search = search_for(ports, replace(wish, counsellor=counsellor, language=language))
    quotas = hold_quotas(ports, network=network, is_proven=is_proven)
    with ports.database.reading() as unit:
        insist(unit, quotas, now=search.now)
        earlier = unit.holds.of_visitor(institution, visitor)
        wanted = Wanted(search, start, earlier)
        ranked = rank(unit, wanted, search.logins)
    for login in ranked:
        hold = _new_hold(ports, wanted, login, channel=channel, visitor=visitor)
        if _place(ports, Wanted(search, start, hold), quotas):
            return hold
    raise SlotTakenError(TAKEN)


def _new_hold(ports: Ports, wanted: Wanted, login: str, *, channel: Channel, visitor: str) -> Hold:
    """Return the hold to place; one that takes up an earlier one ends when that would have to."""
    search, earlier = wanted.search, wanted.own_hold
    end = wanted.start + search.service.duration_seconds
    placed_at = search.now
    if earlier is not None and earlier.start == wanted.start:
        placed_at = _first_placed_at(earlier, search.institution, now=search.now)
    return Hold(
        id=ports.tokens.new_id(),
        institution=search.institution.id,
        counsellor=login,
        service=search.service.id,
        channel=channel,
        start=wanted.start,
        end=end,
        blocked_until=end + search.service.follow_up_seconds,
        expires_at=_expiry(search.institution, placed_at=placed_at, now=search.now),
        visitor=visitor,
        placed_at=placed_at,
    )


def _first_placed_at(hold: Hold, institution: Institution, *, now: int) -> int:
    """Return since when the time is held; after a pause in which others had it, since now."""
    pause_over = hold.expires_at + institution.limits.hold_minutes * 60
    return now if hold.placed_at is None or pause_over <= now else hold.placed_at


def _expiry(institution: Institution, *, placed_at: int, now: int) -> int:
    """Return until when a time is held from now on.

    Raises:
        LimitReachedError: It has been held as long as anybody may.
    """
    limits = institution.limits
    last = placed_at + limits.hold_longest_minutes * 60
    if last <= now:
        raise LimitReachedError("The time was held long enough.")
    return min(now + limits.hold_minutes * 60, last)


def _place(ports: Ports, wanted: Wanted, quotas: Sequence[Quota]) -> bool:
    """Take the time of the hold; what came between first look and lock decides."""
    hold = wanted.own_hold
    if hold is None:
        return False
    try:
        with ports.database.writing() as unit:
            # It locks this counsellor and the earlier hold's, in order; then we look again.
            unit.holds.place(hold, now=wanted.search.now)
            is_free = bool(rank(unit, wanted, [hold.counsellor]))
            if is_free:
                count(unit, quotas, now=wanted.search.now)
            else:
                unit.fail()
    except SlotTakenError:
        return False
    return is_free


def extend_hold(ports: Ports, hold_id: str, *, visitor: str) -> Hold:
    """Let a hold live as long again, from now on, but not for ever.

    Raises:
        NotFoundError: The visitor has no such hold.
        SlotTakenError: It had lapsed, and somebody else has the time now.
        LimitReachedError: It has been held as long as anybody may.
    """
    now = ports.clock.now()
    with ports.database.writing() as unit:
        hold = own_hold(unit, hold_id, visitor=visitor)
        if hold is None:
            raise NotFoundError("Diese Uhrzeit ist nicht mehr für Sie reserviert.")
        institution = ports.config.current().institutions.get(hold.institution)
        if institution is None:
            raise NotFoundError("Diese Einrichtung gibt es hier nicht.")
        placed_at = _first_placed_at(hold, institution, now=now)
        expires_at = _expiry(institution, placed_at=placed_at, now=now)
        if expires_at == hold.expires_at < now + institution.limits.hold_minutes * 60:
            raise LimitReachedError("The time is held as long as anybody may.")
        unit.holds.extend(hold_id, expires_at=expires_at, now=now)
    return replace(hold, expires_at=expires_at)


def find_hold(ports: Ports, hold_id: str, *, visitor: str) -> Hold:
    """Return a visitor's own hold, also a lapsed one that is still there.

    Raises:
        NotFoundError: The visitor has no such hold.
    """
    with ports.database.reading() as unit:
        hold = own_hold(unit, hold_id, visitor=visitor)
    if hold is None:
        raise NotFoundError("Diese Uhrzeit ist nicht mehr für Sie reserviert.")
    return hold


def release_hold(ports: Ports, hold_id: str, *, visitor: str) -> None:
    """Give the time back; nothing happens when the visitor has no such hold."""
    with ports.database.writing() as unit:
        if own_hold(unit, hold_id, visitor=visitor):
            unit.holds.release(hold_id)


def own_hold(unit: Unit, hold_id: str, *, visitor: str) -> Hold | None:
    """Return the hold if it is this visitor's."""
    hold = unit.holds.get(hold_id) if hold_id else None
    return hold if hold and hold.visitor == visitor else None


def wish_at(
    ports: Ports, institution: str, *, start: int, service: str, channel: Channel | None
) -> SlotWish:
    """Return the wish for the local day of an instant.

    Raises:
        NotFoundError: There is no such institution.
        InvalidInputError: The instant is in no year that a calendar has.
    """
    found = ports.config.current().institutions.get(institution)
    if found is None:
        raise NotFoundError("Diese Einrichtung gibt es hier nicht.")
    try:
        day = date_of(start, zone(found.zone))
    except (ValueError, OverflowError, OSError) as exc:
        raise InvalidInputError("Diese Uhrzeit gibt es nicht.", field="start") from exc
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InvalidInputError("Diese Uhrzeit gibt es nicht.", field="start")
    return SlotWish(institution, service, channel, day, day)

"""What can be booked: free slots of an institution, from one query of facts.

Nothing is offered when something cannot be read: every error leaves here as
it comes, and no answer is made of half the facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from operator import itemgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from assisto_caldav.domain import slots
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.closures import closed_periods
from assisto_caldav.domain.identity import Login
from assisto_caldav.domain.institution import Institution
from assisto_caldav.domain.localtime import date_of, zone
from assisto_caldav.domain.service import Service
from assisto_caldav.domain.slots import ClosedPeriod, SlotTerms, Stretches
from assisto_caldav.errors import InvalidInputError, NotFoundError
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.slot_facts import FactSource, read_facts

DAYS_AT_ONCE = 31
_by_start = itemgetter(0)


class FreeSlot(NamedTuple):
    """A time that one counsellor can give; ``end`` is without follow-up time.

    A month of a centre has thousands, so it is a tuple.
    """

    start: int
    end: int
    service: str
    channels: tuple[Channel, ...]
    counsellor: str


@dataclass(frozen=True, slots=True)
class SlotWish:
    """What somebody looks for; both days are included, ``counsellor`` is a login.

    ``language`` is one that is counselled in, empty: any.
    """

    institution: str
    service: str
    channel: Channel | None
    first: date
    last: date
    counsellor: str | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """A wish that config allows: what to compute, and for whom it may be."""

    institution: Institution
    service: Service
    channels: tuple[Channel, ...]
    logins: tuple[str, ...]
    source: FactSource

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone in which days are cut."""
        return self.source.zone

    @property
    def now(self) -> int:
        """Return the instant of the search."""
        return self.source.now


def find_slots(ports: Ports, wish: SlotWish, *, but_hold: str = "") -> list[FreeSlot]:
    """Return the free slots, by start, then in the order of the counsellors.

    Several counsellors who are free at one time give several slots. A hold
    with the id ``but_hold`` does not count.

    Raises:
        NotFoundError: There is no such institution.
        InvalidInputError: Service, channel, counsellor or language are none of theirs.
        UnavailableError: Something that bears on free time cannot be read.
    """
    search = search_for(ports, wish)
    terms = terms_between(search, wish.first, wish.last)
    if terms is None:
        return []
    with ports.database.reading() as unit:
        by_login = free_slots(unit, search, terms, search.logins, but=but_hold)
    found = list(chain.from_iterable(by_login.values()))
    found.sort(key=_by_start)
    return found


def free_slots(
    unit: Unit, search: Search, terms: SlotTerms, logins: Sequence[str], *, but: str = ""
) -> dict[str, list[FreeSlot]]:
    """Return the free slots by counsellor, each one's by start; who does not work is missing.

    What one counsellor has free depends on nobody else.
    """
    by_login = read_stretches(unit, search, terms, logins=logins, but=but)
    duration, service, channels = terms.duration, terms.service, search.channels
    return {
        login: [
            FreeSlot(start, start + duration, service, channels, login)
            for start in slots.starts(stretches, terms)
        ]
        for login, stretches in by_login.items()
    }


def next_slots(  # noqa: PLR0913 - a search form has this many fields
    ports: Ports,
    institution: str,
    *,
    service: str,
    channel: Channel | None,
    counsellor: str | None = None,
    language: str = "",
    count: int = 3,
    after: int | None = None,
) -> list[FreeSlot]:
    """Return the soonest free slots from an instant on, one for each time.

    Raises:
        NotFoundError: There is no such institution.
        InvalidInputError: Service, channel, counsellor or language are none of theirs.
        UnavailableError: Something that bears on free time cannot be read.
    """
    today = date.min
    wish = SlotWish(institution, service, channel, today, today, counsellor, language)
    search = search_for(ports, wish)
    since = max(search.now, after or 0)
    first = date_of(since, search.zone)
    last_of_all = date_of(search.now, search.zone) + timedelta(
        days=search.institution.limits.horizon_days
    )
    found: dict[int, FreeSlot] = {}
    while first <= last_of_all and len(found) < count:
        last = first + timedelta(days=DAYS_AT_ONCE - 1)
        for slot in find_slots(ports, replace(wish, first=first, last=last)):
            if slot.start >= since:
                found.setdefault(slot.start, slot)
        first = last + timedelta(days=1)
    return list(found.values())[:count]


def explain_time(ports: Ports, wish: SlotWish, start: int) -> dict[str, slots.Explanation]:
    """Say for each counsellor why a time is free, or why not, from the facts of its day.

    Raises:
        NotFoundError: There is no such institution.
        InvalidInputError: Service, channel, counsellor or language are none of theirs.
        UnavailableError: Something that bears on free time cannot be read.
    """
    search = search_for(ports, wish)
    terms = terms_on_day_of(search, start)
    closed = closed_in(search, terms)
    with ports.database.reading() as unit:
        facts = read_facts(unit, search.source, search.logins, terms.reads)
    return {
        login: slots.explain(facts.get(login, ()), closed, terms, start) for login in search.logins
    }


def search_for(ports: Ports, wish: SlotWish) -> Search:
    """Check a wish against config.

    Raises:
        NotFoundError: There is no such institution.
        InvalidInputError: Service, channel, counsellor or language are none of theirs.
    """
    institution = ports.config.current().institutions.get(wish.institution)
    if institution is None:
        raise NotFoundError("Diese Einrichtung gibt es hier nicht.")
    service = institution.find_service(wish.service)
    if service is None or service not in institution.active_services:
        raise InvalidInputError(
            "Diese Beratungsleistung gibt es nicht (mehr). Bitte wählen Sie eine andere.",
            field="service",
        )
    channels = institution.channels_of(service)
    if wish.channel is not None and wish.channel not in channels:
        raise InvalidInputError(
            "Diese Beratungsleistung gibt es auf diesem Weg nicht. Bitte wählen Sie einen anderen.",
            field="channel",
        )
    logins = tuple(_speaking(institution, service, wish.language))
    if wish.counsellor is not None:
        logins = tuple(login for login in logins if login == wish.counsellor)
        if not logins:
            raise InvalidInputError(
                "Diese Person bietet diese Beratungsleistung nicht an. Bitte wählen Sie anders.",
                field="counsellor",
            )
    return Search(
        institution=institution,
        service=service,
        channels=channels,
        logins=logins,
        source=FactSource(
            institution=institution.id,
            zone=zone(institution.zone),
            now=ports.clock.now(),
            max_instances=ports.config.current().limits.max_instances,
        ),
    )


def _speaking(institution: Institution, service: Service, language: str) -> list[Login]:
    entries = list(institution.counsellors_of(service.id))
    if not language:
        return [entry.login for entry in entries]
    logins = [one.login for one in entries if language in institution.languages_of(one)]
    if not logins:
        raise InvalidInputError(
            "In dieser Sprache gibt es diese Beratungsleistung nicht. Bitte wählen Sie anders.",
            field="language",
        )
    return logins


def terms_between(search: Search, first: date, last: date) -> SlotTerms | None:
    """Return the terms for the days that notice and horizon leave, None when no day is left."""
    limits = search.institution.limits
    earliest = date_of(search.now + limits.notice_hours * 3600, search.zone)
    latest = date_of(search.now + limits.horizon_days * 86400, search.zone)
    first, last = max(first, earliest), min(last, latest)
    midnights = slots.midnights_of(first, last, search.zone)
    if not midnights:
        return None
    return slots.terms_for(search.service, limits, now=search.now, midnights=midnights)


def terms_on_day_of(search: Search, start: int) -> SlotTerms:
    """Return the terms for the one local day of an instant, wherever it lies."""
    day = date_of(start, search.zone)
    return slots.terms_for(
        search.service,
        search.institution.limits,
        now=search.now,
        midnights=slots.midnights_of(day, day, search.zone),
    )


def read_stretches(
    unit: Unit,
    search: Search,
    terms: SlotTerms,
    *,
    logins: Sequence[str] | None = None,
    but: str = "",
) -> dict[str, Stretches]:
    """Return the free and busy time of each counsellor who works, in the order of config.

    In a writing unit under the counsellors' locks this is the recheck that decides.
    """
    closed = closed_in(search, terms)
    working = unit.slot_facts.working(search.logins if logins is None else logins)
    facts = read_facts(unit, search.source, working, terms.reads)
    return {
        login: slots.stretches_of(facts.get(login, ()), closed, terms, but=but) for login in working
    }


def closed_in(search: Search, terms: SlotTerms) -> tuple[ClosedPeriod, ...]:
    """Return the institution's public holidays and closing days that bear on the terms."""
    return closed_periods(search.institution, terms.reads)

"""Booking times as plain forms: each rule is one event in ``booking-times/``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from assisto_caldav.domain.booking_times import (
    ALL,
    WeeklyRule,
    match_services,
    rename_in_summary,
    summary_of,
)
from assisto_caldav.domain.booking_times_object import (
    change_rule,
    change_summary,
    read_rule,
    render_rule,
    skip_day,
)
from assisto_caldav.domain.collection import CollectionKind
from assisto_caldav.domain.institution import Institution
from assisto_caldav.domain.localtime import to_local, zone
from assisto_caldav.domain.timespan import timespan
from assisto_caldav.errors import ConflictError, InvalidInputError, NotFoundError
from assisto_caldav.ports import Ports
from assisto_caldav.usecases import form_objects
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.form_objects import Entry
from assisto_caldav.usecases.service_names import remember_names

KIND = CollectionKind.BOOKING_TIMES


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule as a page shows it; times are wall times, "24:00" is midnight.

    ``services`` are ids, None: all. Without ``understood`` it opens nothing:
    ``summary`` names no service. Without ``bookable`` it opens nothing either:
    none of its services can be booked with this counsellor now. ``editable``:
    a form can change it; any other recurrence is shown by its first day and
    changed in its app.
    """

    href: str
    weekdays: tuple[int, ...]
    start: str
    end: str
    first: date
    until: date | None
    services: tuple[str, ...] | None
    understood: bool
    summary: str
    exceptions: tuple[date, ...]
    editable: bool = True
    bookable: bool = True


def list_rules(ports: Ports, login: str) -> list[RuleView]:
    """Return a counsellor's booking times, by weekday and time.

    Raises:
        NotFoundError: No institution names this login.
    """
    institution = form_objects.institution_of_login(ports, login)
    own_zone = zone(institution.zone)
    offered = _offered(institution, login)
    views = [_view(entry, own_zone, offered) for entry in form_objects.entries(ports, login, KIND)]
    return sorted(views, key=lambda view: (view.weekdays or (7,), view.start, view.first))


def _offered(institution: Institution, login: str) -> frozenset[str]:
    """Return the ids of what can be booked with a counsellor now."""
    entry = institution.find_staff(login)
    return frozenset(
        service.id
        for service in institution.active_services
        if entry is not None and entry.offers(service.id)
    )


def count_not_understood(ports: Ports, login: str) -> int:
    """Return how many booking times open nothing because they name no service."""
    with ports.database.reading() as unit:
        collection = unit.collections.get(login, KIND.value)
        stored = unit.objects.all(collection.id) if collection else ()
        return sum(1 for one in stored if not one.services)


def save_rule(ports: Ports, actor: Actor, rule: WeeklyRule, *, href: str | None = None) -> str:
    """Add a rule to the actor's own, or change one; return its href.

    Raises:
        InvalidInputError: It names a service that is none, or only its app can change it.
        NotFoundError: There is no such rule.
        ConflictError: It was changed elsewhere at the same time.
    """
    institution = form_objects.institution_of_login(ports, actor.login)
    own_zone, now = zone(institution.zone), ports.clock.now()
    summary = _summary(rule, institution)
    if href is None:
        uid = ports.tokens.new_id()
        text = render_rule(rule, uid=uid, summary=summary, zone=own_zone, now=now)
        return form_objects.add(ports, actor, KIND, uid=uid, text=text)
    old = form_objects.entry(ports, actor.login, KIND, href)
    text = change_rule(old.item, rule, summary=summary, zone=own_zone, now=now)
    return form_objects.replace(ports, actor, KIND, old, text)


def remove_rule(ports: Ports, actor: Actor, href: str) -> None:
    """Delete a rule of the actor's own.

    Raises:
        NotFoundError: There is no such rule.
    """
    form_objects.remove(ports, actor, KIND, href)


def skip_date(ports: Ports, actor: Actor, href: str, day: date) -> None:
    """Let a rule open nothing on one day.

    Raises:
        NotFoundError: There is no such rule.
        InvalidInputError: It does not recur.
        ConflictError: It was changed elsewhere at the same time.
    """
    institution = form_objects.institution_of_login(ports, actor.login)
    own_zone = zone(institution.zone)
    old = form_objects.entry(ports, actor.login, KIND, href)
    text = skip_day(old.item, day, zone=own_zone, now=ports.clock.now())
    form_objects.replace(ports, actor, KIND, old, text)


def name_services(ports: Ports, actor: Actor, href: str, services: tuple[str, ...] | None) -> None:
    """Let a rule open time for other services (ids, None: all), however it recurs.

    Raises:
        InvalidInputError: One of them is none.
        NotFoundError: There is no such rule.
        ConflictError: It was changed elsewhere at the same time.
    """
    institution = form_objects.institution_of_login(ports, actor.login)
    _check_services(services, institution)
    old = form_objects.entry(ports, actor.login, KIND, href)
    summary = summary_of(services, institution.services)
    text = change_summary(old.item, summary, now=ports.clock.now())
    form_objects.replace(ports, actor, KIND, old, text)


def rewrite_renamed(ports: Ports) -> int:
    """Write today's names of services into the rules that opened them; count the rules.

    For the start and for a change of config (design §5.1); a rule that names
    a service only since then opens it from now on. One that its counsellor
    changes at the same moment is left for the next time.
    """
    count = 0
    for institution in ports.config.current().institutions.values():
        former = remember_names(ports, institution)
        for counsellor in institution.counsellors:
            actor = Actor(counsellor.login, "worker")
            for entry in form_objects.entries(ports, counsellor.login, KIND):
                count += _rewrite(ports, actor, (institution, former), entry)
    return count


def _rewrite(
    ports: Ports, actor: Actor, names: tuple[Institution, Mapping[str, str]], entry: Entry
) -> bool:
    institution, former = names
    summary = entry.main.text("SUMMARY")
    matched = entry.stored.services or None
    renamed = rename_in_summary(summary, matched, institution.services)
    is_new = not matched and match_services(summary, institution.services, former) is not None
    if renamed == summary and not is_new:
        return False
    text = entry.stored.text
    if renamed != summary:
        text = change_summary(entry.item, renamed, now=ports.clock.now())
    try:
        form_objects.replace(ports, actor, KIND, entry, text)
    except (ConflictError, NotFoundError):
        return False
    return True


def _check_services(services: tuple[str, ...] | None, institution: Institution) -> None:
    known = {service.id for service in institution.services}
    if services is not None and (not services or not known.issuperset(services)):
        raise InvalidInputError("Diese Beratungsleistung gibt es nicht.", field="services")


def _summary(rule: WeeklyRule, institution: Institution) -> str:
    _check_services(rule.services, institution)
    return summary_of(rule.services, institution.services)


def _view(entry: Entry, own_zone: ZoneInfo, offered: frozenset[str]) -> RuleView:
    rule = read_rule(entry.item, own_zone)
    editable = rule is not None
    rule = rule or _first_instance(entry, own_zone)
    opened = entry.stored.services or ()
    return RuleView(
        href=entry.stored.href,
        weekdays=rule.weekdays,
        start=f"{rule.start:%H:%M}",
        end="24:00" if f"{rule.end:%H:%M}" == "00:00" else f"{rule.end:%H:%M}",
        first=rule.first,
        until=rule.until,
        services=None if opened == ALL else opened,
        understood=bool(opened),
        summary=entry.main.text("SUMMARY"),
        exceptions=rule.exceptions,
        editable=editable,
        bookable=bool(offered) if opened == ALL else not offered.isdisjoint(opened),
    )


def _first_instance(entry: Entry, own_zone: ZoneInfo) -> WeeklyRule:
    """Return the first instance of what no form can show, cut at its midnight."""
    span = timespan(entry.main, entry.item.zones, own_zone)
    start, end = span.instants(own_zone) if span else (0, 0)
    begin, finish = to_local(start, own_zone), to_local(end, own_zone)
    is_one_day = begin.date() == finish.date() and begin < finish
    return WeeklyRule(
        weekdays=(),
        start=begin.time(),
        end=finish.time() if is_one_day else begin.time().replace(hour=0, minute=0, second=0),
        first=begin.date(),
    )

"""Absences as plain forms: each is one event in ``absences/``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time
from zoneinfo import ZoneInfo

from assisto_caldav.domain.absences import (
    DEFAULT_TITLE,
    LONGEST_TITLE,
    Absence,
    change_absence,
    read_absence,
    render_absence,
)
from assisto_caldav.domain.collection import CollectionKind
from assisto_caldav.domain.localtime import to_local, zone
from assisto_caldav.domain.timespan import timespan
from assisto_caldav.ports import Ports
from assisto_caldav.usecases import form_objects
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.form_objects import Entry

__all__ = ["Absence", "AbsenceView", "list_absences", "remove_absence", "save_absence"]

KIND = CollectionKind.ABSENCES


@dataclass(frozen=True, slots=True)
class AbsenceView:
    """An absence as a page shows it: both days included, wall times, None: whole days.

    One that recurs is shown by its first instance; it is not ``editable`` here.
    """

    href: str
    first: date
    last: date
    start_time: time | None
    end_time: time | None
    title: str
    editable: bool = True


def list_absences(ports: Ports, login: str, *, since: date | None = None) -> list[AbsenceView]:
    """Return a counsellor's absences, by first day; with ``since`` none that are over by then.

    Raises:
        NotFoundError: No institution names this login.
    """
    own_zone = zone(form_objects.institution_of_login(ports, login).zone)
    views = [_view(entry, own_zone) for entry in form_objects.entries(ports, login, KIND)]
    wanted = [view for view in views if since is None or not view.editable or view.last >= since]
    return sorted(wanted, key=lambda view: (view.first, view.start_time or time()))


def save_absence(ports: Ports, actor: Actor, absence: Absence, *, href: str | None = None) -> str:
    """Add an absence to the actor's own, or change one; return its href.

    Appointments that lie in it stay; they are shown as conflicts.

    Raises:
        InvalidInputError: The title is too long, or only its app can change it.
        NotFoundError: There is no such absence.
        ConflictError: It was changed elsewhere at the same time.
    """
    own_zone = zone(form_objects.institution_of_login(ports, actor.login).zone)
    now = ports.clock.now()
    title = form_objects.clean_line(absence.title, longest=LONGEST_TITLE, field="title")
    absence = replace(absence, title=title or DEFAULT_TITLE)
    if href is None:
        uid = ports.tokens.new_id()
        text = render_absence(absence, uid=uid, zone=own_zone, now=now)
        return form_objects.add(ports, actor, KIND, uid=uid, text=text)
    old = form_objects.entry(ports, actor.login, KIND, href)
    text = change_absence(old.item, absence, zone=own_zone, now=now)
    return form_objects.replace(ports, actor, KIND, old, text)


def remove_absence(ports: Ports, actor: Actor, href: str) -> None:
    """Delete an absence of the actor's own.

    Raises:
        NotFoundError: There is no such absence.
    """
    form_objects.remove(ports, actor, KIND, href)


def _view(entry: Entry, own_zone: ZoneInfo) -> AbsenceView:
    absence = read_absence(entry.item, own_zone)
    editable = absence is not None
    absence = absence or _first_instance(entry, own_zone)
    return AbsenceView(
        href=entry.stored.href,
        first=absence.first,
        last=absence.last,
        start_time=absence.start_time,
        end_time=absence.end_time,
        title=absence.title,
        editable=editable,
    )


def _first_instance(entry: Entry, own_zone: ZoneInfo) -> Absence:
    """Return the days of the first instance of what no form can show."""
    span = timespan(entry.main, entry.item.zones, own_zone)
    start, end = span.instants(own_zone) if span else (0, 1)
    first, last = to_local(start, own_zone), to_local(max(end - 1, start), own_zone)
    return Absence(first.date(), last.date(), title=entry.main.text("SUMMARY") or DEFAULT_TITLE)

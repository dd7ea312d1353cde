"""The way to a time: a month with its free days, a day with its free times."""

from __future__ import annotations

from datetime import date, timedelta

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from assisto_caldav.domain.institution import StaffEntry
from assisto_caldav.domain.localtime import date_of, zone
from assisto_caldav.usecases.find_slots import FreeSlot, find_slots
from assisto_web.ports_access import ports_here
from assisto_web.public.calendar_page import (
    first_of_month,
    first_of_next_month,
    times_of,
    weeks_of,
)
from assisto_web.public.choice import Choice, find_choice, soonest_of, today_of


def month(institution_id: str, service_id: str, channel: str) -> ResponseReturnValue:
    """Show a month with its free days, as a grid or a list; at first the one with free time."""
    choice = find_choice(institution_id, service_id, channel)
    institution = choice.institution
    today = today_of(institution)
    horizon = today + timedelta(days=institution.limits.horizon_days)
    soonest = soonest_of(choice)
    shown = _wanted_month(request.args.get("month", ""), choice, soonest)
    shown = min(max(shown, first_of_month(today)), first_of_month(horizon))
    following = first_of_next_month(shown)
    slots = find_slots(ports_here(), choice.wish(max(shown, today), following - timedelta(days=1)))
    weeks = weeks_of(shown, slots, institution)
    return render_template(
        "public/month.html",
        institution=institution,
        choice=choice,
        month=shown,
        weeks=[week for week in weeks if week[-1].day >= today],
        free_days=[cell for week in weeks for cell in week if cell.is_in_month and cell.free],
        view="list" if request.args.get("view") == "list" else None,
        soonest=soonest,
        previous=first_of_month(shown - timedelta(days=1)) if shown > today else None,
        following=following if following <= horizon else None,
        counsellors=_choosable(choice),
    )


def _wanted_month(wanted: str, choice: Choice, soonest: list[FreeSlot]) -> date:
    if wanted:
        try:
            return date.fromisoformat(f"{wanted}-01")
        except ValueError:
            abort(404)
    first_free = soonest[0].start if soonest else ports_here().clock.now()
    return first_of_month(date_of(first_free, zone(choice.institution.zone)))


def _choosable(choice: Choice) -> list[StaffEntry]:
    if not choice.institution.choose_counsellor:
        return []
    return [
        entry
        for entry in choice.institution.counsellors_of(choice.service.id)
        if not choice.language or choice.language in choice.institution.languages_of(entry)
    ]


def day(institution_id: str, service_id: str, channel: str, day: str) -> ResponseReturnValue:
    """Show a day's free times; each is a button that holds it."""
    choice = find_choice(institution_id, service_id, channel)
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        abort(404)
    slots = find_slots(ports_here(), choice.wish(wanted, wanted))
    return render_template(
        "public/day.html",
        institution=choice.institution,
        choice=choice,
        day=wanted,
        times=times_of(slots, choice.institution),
        soonest=[] if slots else soonest_of(choice),
    )

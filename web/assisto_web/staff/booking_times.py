"""Booking times as a plain form, for whoever has no app that can draw them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assisto_caldav.domain.booking_times import WeeklyRule
from assisto_caldav.domain.localtime import date_of, zone
from assisto_caldav.errors import InvalidInputError
from assisto_caldav.usecases.booking_times import (
    RuleView,
    list_rules,
    name_services,
    remove_rule,
    save_rule,
    skip_date,
)
from assisto_caldav.usecases.refused_rules import refused_rules
from assisto_web.i18n import gettext as _
from assisto_web.i18n import said
from assisto_web.ports_access import ports_here
from assisto_web.staff.access import for_staff, me, page_facts

DAYS_IN_WEEK = 7
ALL = "*"


@for_staff
def show() -> ResponseReturnValue:
    """Show the rules and the form for one more, or for the one that is to be changed."""
    return _page({})


def _page(errors: dict[str, str]) -> str:
    present = me()
    if not present.entry.is_counsellor:
        abort(404)
    today = date_of(ports_here().clock.now(), zone(present.institution.zone))
    rules = list_rules(ports_here(), present.member.login)
    wanted = request.args.get("rule", "")
    changed = next((rule for rule in rules if rule.editable and rule.href == wanted), None)
    return render_template(
        "staff/booking_times.html",
        **page_facts(),
        rules=rules,
        weekdays=[date(2024, 1, 1 + day) for day in range(DAYS_IN_WEEK)],
        today=today,
        typed=_typed(changed, today),
        errors=errors,
        refused=refused_rules(ports_here(), present.member.login),
        refusal_word=_refusal_word,
    )


def _refusal_word(precondition: str) -> str:
    """Say why an event was not stored."""
    words = {
        "max-instances": _("Der Eintrag kehrt zu oft wieder."),
        "max-resource-size": _("Der Eintrag ist zu groß."),
        "supported-calendar-component": _("Hier werden nur Termine gespeichert, keine Aufgaben."),
    }
    return words.get(precondition, _("Der Eintrag ist nicht lesbar oder unvollständig."))


def _typed(changed: RuleView | None, today: date) -> Mapping[str, object]:
    """Return what stands in the form: what was sent, or the rule to change, or nothing."""
    if request.form:
        sent = request.form.to_dict()
        days = [int(day) for day in request.form.getlist("weekdays") if day.isdecimal()]
        return {**sent, "weekdays": days, "services": request.form.getlist("services")}
    if changed is None:
        return {"first": today.isoformat(), "weekdays": [], "services": [ALL]}
    return {
        "href": changed.href,
        "weekdays": changed.weekdays,
        "start": changed.start,
        "end": changed.end.replace("24:00", "00:00"),
        "first": changed.first.isoformat(),
        "until": changed.until.isoformat() if changed.until else "",
        "services": [ALL] if changed.services is None else changed.services,
    }


@for_staff
def save() -> ResponseReturnValue:
    """Add or change a rule."""
    try:
        rule = _rule()
        save_rule(ports_here(), me().actor, rule, href=request.form.get("href") or None)
    except InvalidInputError as error:
        return _page({error.field or "start": said(error)}), 422
    except ValueError:
        return _page({"start": _("Bitte geben Sie Wochentage, Beginn und Ende an.")}), 422
    return redirect(url_for("staff.booking_times"))


def _rule() -> WeeklyRule:
    form = request.form
    services = tuple(form.getlist("services"))
    until = form.get("until", "")
    return WeeklyRule(
        weekdays=tuple(sorted(int(day) for day in form.getlist("weekdays"))),
        start=time.fromisoformat(form.get("start", "")),
        end=time.fromisoformat(form.get("end", "")),
        first=date.fromisoformat(form.get("first", "")),
        until=date.fromisoformat(until) if until else None,
        services=None if ALL in services else services,
    )


@for_staff
def change() -> ResponseReturnValue:
    """Remove a rule, say what it is for, or leave out one day of it."""
    href = request.form.get("href", "")
    if request.form.get("act") == "remove":
        remove_rule(ports_here(), me().actor, href)
    elif request.form.get("act") == "name":
        named = request.form.get("service", "")
        try:
            name_services(ports_here(), me().actor, href, None if named == ALL else (named,))
        except InvalidInputError as error:
            return _page({"services": said(error)}), 422
    else:
        try:
            skipped = date.fromisoformat(request.form.get("day", ""))
        except ValueError:
            return _page({"day": _("Bitte geben Sie den Tag an, der ausfällt.")}), 422
        try:
            skip_date(ports_here(), me().actor, href, skipped)
        except InvalidInputError as error:
            return _page({"day": said(error)}), 422
    return redirect(url_for("staff.booking_times"))

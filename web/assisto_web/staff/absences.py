"""Absences as a plain form: whole days, or hours of a day."""

from __future__ import annotations

from datetime import date, time

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assisto_caldav.errors import InvalidInputError
from assisto_caldav.usecases.absences import (
    Absence,
    list_absences,
    remove_absence,
    save_absence,
)
from assisto_web.i18n import gettext as _
from assisto_web.i18n import said
from assisto_web.ports_access import ports_here
from assisto_web.staff.access import for_staff, me, page_facts


@for_staff
def show() -> ResponseReturnValue:
    """Show absences and the form for one more."""
    return _page({})


def _page(errors: dict[str, str]) -> str:
    if not me().entry.is_counsellor:
        abort(404)
    return render_template(
        "staff/absences.html",
        **page_facts(),
        absences=list_absences(ports_here(), me().member.login),
        typed=request.form,
        errors=errors,
    )


@for_staff
def save() -> ResponseReturnValue:
    """Add an absence."""
    try:
        save_absence(ports_here(), me().actor, _absence())
    except InvalidInputError as error:
        return _page({error.field or "first": said(error)}), 422
    except ValueError:
        return _page({"first": _("Bitte geben Sie den ersten und den letzten Tag an.")}), 422
    return redirect(url_for("staff.absences"))


def _absence() -> Absence:
    form = request.form
    start, end = form.get("start_time", ""), form.get("end_time", "")
    first = date.fromisoformat(form.get("first", ""))
    return Absence(
        first=first,
        last=date.fromisoformat(form.get("last", "") or first.isoformat()),
        start_time=time.fromisoformat(start) if start else None,
        end_time=time.fromisoformat(end) if end else None,
        title=form.get("title", "").strip(),
    )


@for_staff
def remove() -> ResponseReturnValue:
    """Take an absence back."""
    remove_absence(ports_here(), me().actor, request.form.get("href", ""))
    return redirect(url_for("staff.absences"))

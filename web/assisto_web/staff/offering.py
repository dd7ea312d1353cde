"""A further appointment for a client: its time, and then its access code, this once."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from assisto_caldav.errors import InvalidInputError, SlotTakenError
from assisto_caldav.usecases.appointments import open_appointment
from assisto_caldav.usecases.offer import offer_further
from assisto_web.i18n import gettext as _
from assisto_web.i18n import said
from assisto_web.ports_access import ports_here
from assisto_web.staff.access import for_staff, me, page_facts
from assisto_web.staff.answers import wanted_start


@for_staff
def show(appointment_id: str) -> ResponseReturnValue:
    """Show the form for day and time."""
    return _form(appointment_id, {})


@for_staff
def act(appointment_id: str) -> ResponseReturnValue:
    """Offer it, and show its code; what was typed survives an error."""
    once = request.form.get("once", "")[:64]
    try:
        offer, code = offer_further(
            ports_here(), me().actor, appointment_id, start=wanted_start(), once=once
        )
    except InvalidInputError as error:
        return _form(appointment_id, {"day": said(error)}), 400
    except SlotTakenError:
        return _form(appointment_id, {"time": _taken()}), 409
    return render_template("staff/offered.html", **page_facts(), offer=offer, code=code)


def _taken() -> str:
    return _("Zu dieser Zeit ist schon etwas anderes eingetragen. Bitte wählen Sie eine andere.")


def _form(appointment_id: str, errors: dict[str, str]) -> str:
    view = open_appointment(ports_here(), me().actor, appointment_id)
    return render_template(
        "staff/offer.html",
        **page_facts(),
        appointment=view.appointment,
        once=request.form.get("once", "")[:64] or ports_here().tokens.new_id(),
        typed={"day": request.form.get("day", ""), "time": request.form.get("time", "")},
        errors=errors,
    )

"""What clients wrote and wait for an answer to; writing back on the appointment's page."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assisto_caldav.errors import InvalidInputError
from assisto_caldav.usecases.messages import thread_for_staff, waiting_for_staff, write_as_staff
from assisto_web.i18n import said
from assisto_web.ports_access import ports_here
from assisto_web.staff.access import for_staff, me, page_facts


@for_staff
def show() -> ResponseReturnValue:
    """List the appointments with messages not read yet."""
    return render_template(
        "staff/messages.html", **page_facts(), found=waiting_for_staff(ports_here(), me().actor)
    )


@for_staff
def thread(appointment_id: str) -> ResponseReturnValue:
    """Show the messages about an appointment, with a field to answer."""
    return _thread(appointment_id, {})


@for_staff
def write(appointment_id: str) -> ResponseReturnValue:
    """Send a message; what was typed survives an error."""
    text = request.form.get("message", "")
    try:
        write_as_staff(ports_here(), me().actor, appointment_id, text=text)
    except InvalidInputError as error:
        return _thread(appointment_id, {"message": said(error)}), 400
    return redirect(url_for("staff.thread", appointment_id=appointment_id))


def _thread(appointment_id: str, errors: dict[str, str]) -> str:
    return render_template(
        "staff/thread.html",
        **page_facts(),
        messages=thread_for_staff(ports_here(), me().actor, appointment_id),
        appointment_id=appointment_id,
        typed=request.form.get("message", ""),
        errors=errors,
    )

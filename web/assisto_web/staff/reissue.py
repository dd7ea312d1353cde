"""A new access code for a client who is here in person and has lost theirs."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from assisto_caldav.usecases.reissue_code import reissue_code
from assisto_web.ports_access import ports_here
from assisto_web.staff.access import for_staff, me, page_facts


@for_staff
def act(appointment_id: str) -> ResponseReturnValue:
    """Show the new code, this once."""
    code = reissue_code(ports_here(), me().actor, appointment_id)
    return render_template(
        "staff/reissued.html", **page_facts(), code=code, appointment_id=appointment_id
    )

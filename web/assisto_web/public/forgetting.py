"""The erasure of all that a code leads to: asks once, then nothing is left to be shown."""

from __future__ import annotations

from flask import make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from assisto_caldav.errors import NotAllowedError, NotFoundError
from assisto_caldav.usecases.forget_client import forget_appointment
from assisto_web.access_codes import guess_code, remembered_code
from assisto_web.ports_access import institution_or_404, ports_here
from assisto_web.security import CODE_COOKIE, drop_cookie


def ask(institution_id: str) -> ResponseReturnValue:
    """Say what will be erased, and what a legal hold keeps."""
    institution = institution_or_404(institution_id)
    code = remembered_code(institution)
    try:
        appointment = guess_code(institution.id, code) if code else None
    except NotFoundError:
        appointment = None
    if appointment is None:
        return redirect(url_for("public.enter_code", institution_id=institution.id))
    return render_template("public/forget.html", institution=institution, appointment=appointment)


def act(institution_id: str) -> ResponseReturnValue:
    """Erase, forget the cookie, and say so; whoever presses twice reads the same."""
    institution = institution_or_404(institution_id)
    code = remembered_code(institution)
    if not code:
        return redirect(url_for("public.enter_code", institution_id=institution.id))
    try:
        forget_appointment(ports_here(), institution=institution.id, code=code)
    except NotAllowedError:
        return redirect(url_for("public.forget", institution_id=institution.id))
    except NotFoundError:
        pass  # It is gone already, which is what was wanted.
    page = render_template("public/forget.html", institution=institution, appointment=None)
    response = make_response(page)
    drop_cookie(response, CODE_COOKIE, path=f"/{institution.id}/")
    return response

"""Logging in and out, and setting a password by a one-time link."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assisto_caldav.errors import InvalidInputError, LimitReachedError, NotAuthenticatedError
from assisto_caldav.usecases.staff import log_in, log_out, peek_link, set_password
from assisto_web.errors import minutes_of, retry_headers
from assisto_web.i18n import gettext as _
from assisto_web.i18n import said
from assisto_web.ports_access import ports_here
from assisto_web.proof_of_work import proof_given, slow_down
from assisto_web.security import (
    STAFF_COOKIE,
    drop_cookie,
    network,
    own_path,
    read_cookie,
    set_cookie,
)
from assisto_web.staff.access import NEXT_FIELD

STAFF = "/staff/"
LOG_IN = "staff login"


def show() -> ResponseReturnValue:
    """Show the login form."""
    return _page({}, login="")


def _page(errors: dict[str, str], *, login: str) -> str:
    target = own_path(request.values.get(NEXT_FIELD, ""), under=STAFF)
    return render_template("staff/login.html", errors=errors, login=login, target=target)


def enter() -> ResponseReturnValue:
    """Open a session; a wrong try says only that it was wrong."""
    login = request.form.get("login", "")
    password = request.form.get("password", "")
    try:
        _session, secret = log_in(
            ports_here(),
            login=login,
            password=password,
            network=network(),
            is_proven=proof_given(LOG_IN),
        )
    except NotAuthenticatedError:
        errors = {"login": _("E-Mail-Adresse oder Passwort stimmt nicht.")}
        return _page(errors, login=login), 401
    except LimitReachedError as error:
        if error.field is None:
            return slow_down(LOG_IN, error)
        minutes = minutes_of(error)
        errors = {
            "login": _("Zu viele Versuche. Bitte warten Sie %(count)s Minuten.", count=minutes)
        }
        return _page(errors, login=login), 429, retry_headers(error)
    response = make_response(redirect(own_path(request.form.get(NEXT_FIELD, ""), under=STAFF)))
    set_cookie(response, STAFF_COOKIE, secret)
    return response


def leave() -> ResponseReturnValue:
    """End the session."""
    log_out(ports_here(), read_cookie(STAFF_COOKIE))
    response = make_response(redirect(url_for("staff.login")))
    drop_cookie(response, STAFF_COOKIE)
    return response


def choose_password(secret: str) -> ResponseReturnValue:
    """Show the form for a new password."""
    link = peek_link(ports_here(), secret)
    return render_template("staff/password.html", login=link.login, errors={})


def save_password(secret: str) -> ResponseReturnValue:
    """Set the password; the link is used up."""
    link = peek_link(ports_here(), secret)
    password = request.form.get("password", "")
    errors = {}
    if password != request.form.get("again", ""):
        errors["again"] = _("Beide Passwörter müssen gleich sein.")
    else:
        try:
            set_password(ports_here(), secret, password)
        except InvalidInputError as error:
            errors["password"] = said(error)
    if errors:
        return render_template("staff/password.html", login=link.login, errors=errors), 422
    return redirect(url_for("staff.login"))

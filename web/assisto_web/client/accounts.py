"""A client's account: in, out, its appointments, its recovery code, and its end."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assisto_caldav.domain.appointment import HOLDS_ITS_TIME, Appointment
from assisto_caldav.domain.client_account import ClientAccount
from assisto_caldav.domain.institution import Institution
from assisto_caldav.errors import (
    InvalidInputError,
    LimitReachedError,
    NotAuthenticatedError,
    NotFoundError,
)
from assisto_caldav.usecases.accounts import (
    LoggedIn,
    appointments_of,
    code_for,
    forget_account,
    log_out,
    new_recovery_code,
    recover,
)
from assisto_web.access_codes import remember_code
from assisto_web.client_access import (
    LOG_IN,
    REGISTER,
    FieldError,
    find_client,
    has_accounts,
    open_account,
    opening_of,
    remember_client,
)
from assisto_web.i18n import gettext as _
from assisto_web.i18n import said
from assisto_web.ports_access import institution_or_404, ports_here
from assisto_web.proof_of_work import keep_proof, proof_given, slow_down
from assisto_web.public.state_words import state_facts
from assisto_web.security import CLIENT_COOKIE, CODE_COOKIE, drop_cookie, read_cookie

RECOVER = "recover"
PAGES = {LOG_IN: "client/login.html", REGISTER: "client/register.html"}


def _here(institution_id: str) -> Institution:
    institution = institution_or_404(institution_id)
    if not has_accounts(institution):
        abort(404)
    return institution


def for_client(
    view: Callable[[Institution, ClientAccount], ResponseReturnValue],
) -> Callable[..., ResponseReturnValue]:
    """Let only a logged-in client in; others go to the log-in."""

    @wraps(view)
    def guarded(institution_id: str) -> ResponseReturnValue:
        institution = _here(institution_id)
        account = find_client(institution)
        if account is None:
            return redirect(url_for("client.log_in", institution_id=institution.id))
        return view(institution, account)

    return guarded


def enter(institution_id: str) -> ResponseReturnValue:
    """Show the form to log in."""
    return render_template(PAGES[LOG_IN], institution=_here(institution_id), errors={}, typed="")


def join(institution_id: str) -> ResponseReturnValue:
    """Show the form to register."""
    institution = _here(institution_id)
    return render_template(PAGES[REGISTER], institution=institution, errors={}, typed="")


def enter_act(institution_id: str) -> ResponseReturnValue:
    """Log in."""
    return _open(_here(institution_id), LOG_IN)


def join_act(institution_id: str) -> ResponseReturnValue:
    """Register."""
    return _open(_here(institution_id), REGISTER)


def _open(institution: Institution, way: str) -> ResponseReturnValue:
    try:
        opened = open_account(institution, way, is_proven=proof_given(way))
    except FieldError as error:
        typed = request.form.get("pseudonym", "")
        errors = {error.field: error.text}
        if error.field == "password":
            keep_proof(way)
        page = render_template(PAGES[way], institution=institution, errors=errors, typed=typed)
        return page, error.status
    except LimitReachedError as error:
        return slow_down(way, error)
    return opened_page(institution, opened, _address(institution))


def _address(institution: Institution) -> str:
    return url_for("client.account", institution_id=institution.id)


def opened_page(institution: Institution, opened: LoggedIn, onward: str) -> Response:
    """Go on with the cookie; a new recovery code is shown first, this once."""
    if opened.recovery_code:
        response = make_response(_recovery_page(institution, opened.recovery_code, onward))
    else:
        response = make_response(redirect(onward))
    remember_client(response, institution, opened)
    return response


def _recovery_page(institution: Institution, code: str, onward: str) -> str:
    return render_template(
        "client/recovery.html", institution=institution, recovery_code=code, onward=onward
    )


@for_client
def account(institution: Institution, client: ClientAccount) -> ResponseReturnValue:
    """Show the account's appointments."""
    now = ports_here().clock.now()
    found = appointments_of(ports_here(), client)
    coming = [one for one in found if one.state in HOLDS_ITS_TIME and one.end > now]
    past = [one for one in reversed(found) if one not in coming]
    return render_template(
        "client/account.html",
        institution=institution,
        client=client,
        coming=[_line(one, institution) for one in coming],
        past=[_line(one, institution) for one in past],
    )


def _line(appointment: Appointment, institution: Institution) -> dict[str, object]:
    return {"appointment": appointment, **state_facts(appointment, institution)}


@for_client
def show(institution: Institution, client: ClientAccount) -> ResponseReturnValue:
    """Go to the page of one of the account's appointments."""
    try:
        code = code_for(ports_here(), client, request.form.get("appointment", ""))
    except NotFoundError:
        abort(404)
    address = url_for("public.appointment", institution_id=institution.id)
    response = make_response(redirect(address))
    remember_code(response, institution, code)
    return response


@for_client
def renew(institution: Institution, client: ClientAccount) -> ResponseReturnValue:
    """Show another recovery code."""
    code = new_recovery_code(ports_here(), client)
    return _recovery_page(institution, code, _address(institution))


def leave(institution_id: str) -> ResponseReturnValue:
    """Log out, and forget what this browser was shown."""
    institution = _here(institution_id)
    log_out(ports_here(), read_cookie(CLIENT_COOKIE))
    address = url_for("public.start", institution_id=institution.id)
    return _without_cookies(make_response(redirect(address)), institution)


def _without_cookies(response: Response, institution: Institution) -> Response:
    for name in (CLIENT_COOKIE, CODE_COOKIE):
        drop_cookie(response, name, path=f"/{institution.id}/")
    return response


def ask_recovery(institution_id: str) -> ResponseReturnValue:
    """Show the form for a recovery code and a new password."""
    return render_template("client/recover.html", institution=_here(institution_id), errors={})


def recover_act(institution_id: str) -> ResponseReturnValue:
    """Set a new password with the recovery code."""
    institution = _here(institution_id)
    opening = opening_of(institution, is_proven=proof_given(RECOVER))
    try:
        opened = recover(ports_here(), opening, request.form.get("code", "").strip())
    except InvalidInputError as error:
        keep_proof(RECOVER)
        errors, status = {error.field or "code": said(error)}, 422
    except NotAuthenticatedError:
        text = _("Diesen Wiederherstellungscode gibt es nicht. Bitte prüfen Sie die Zeichen.")
        errors, status = {"code": text}, 401
    except LimitReachedError as error:
        return slow_down(RECOVER, error)
    else:
        return opened_page(institution, opened, _address(institution))
    page = render_template("client/recover.html", institution=institution, errors=errors)
    return page, status


@for_client
def ask_end(institution: Institution, client: ClientAccount) -> ResponseReturnValue:
    """Say what will be erased, and what a legal hold keeps."""
    held = sum(one.legal_hold for one in appointments_of(ports_here(), client))
    return render_template("client/end.html", institution=institution, held=held, is_gone=False)


@for_client
def end(institution: Institution, client: ClientAccount) -> ResponseReturnValue:
    """Erase the account and its appointments, and say so."""
    held = forget_account(ports_here(), client)
    page = render_template("client/end.html", institution=institution, held=held, is_gone=True)
    return _without_cookies(make_response(page), institution)

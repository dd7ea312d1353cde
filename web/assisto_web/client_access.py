"""Which account this browser is logged in to, and opening one from a sent form."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response

from assisto_caldav.domain.client_account import ClientAccount
from assisto_caldav.domain.institution import Identification, Institution
from assisto_caldav.errors import (
    InvalidInputError,
    LimitReachedError,
    NotAuthenticatedError,
    NotFoundError,
)
from assisto_caldav.usecases.accounts import LoggedIn, Opening, current_client, log_in, register
from assisto_web.errors import minutes_of
from assisto_web.i18n import current_locale, said
from assisto_web.i18n import gettext as _
from assisto_web.ports_access import ports_here
from assisto_web.security import CLIENT_COOKIE, network, read_cookie, set_cookie

CODE, LOG_IN, REGISTER = "code", "login", "register"


@dataclass(frozen=True, slots=True)
class FieldError(Exception):
    """An account cannot be opened: which field of the form says why, in the reader's language."""

    field: str
    text: str
    status: int = 422


def has_accounts(institution: Institution) -> bool:
    """Tell whether clients may have accounts here."""
    return Identification.ACCOUNT in institution.identification


def has_codes(institution: Institution) -> bool:
    """Tell whether clients may come with an access code alone."""
    return Identification.ACCESS_CODE in institution.identification


def find_client(institution: Institution) -> ClientAccount | None:
    """Return the account that this browser is logged in to, or None."""
    if not has_accounts(institution):
        return None
    return current_client(
        ports_here(), institution=institution.id, cookie=read_cookie(CLIENT_COOKIE)
    )


def remember_client(response: Response, institution: Institution, opened: LoggedIn) -> None:
    """Keep the browser logged in until it is closed or idle too long."""
    set_cookie(response, CLIENT_COOKIE, opened.secret, path=f"/{institution.id}/")


def opening_of(institution: Institution, *, is_proven: bool) -> Opening:
    """Return what the sent form says of an account; a proof passes the network's limit."""
    return Opening(
        institution=institution.id,
        pseudonym=request.form.get("pseudonym", ""),
        password=request.form.get("password", ""),
        network=network(),
        locale=current_locale(),
        is_proven=is_proven,
    )


def open_account(institution: Institution, way: str, *, is_proven: bool) -> LoggedIn:
    """Log in or register with the fields "pseudonym" and "password" of the sent form.

    Raises:
        FieldError: Something in the form is wrong, or this name was guessed too often.
        LimitReachedError: Too many from this network; a proof helps.
        NotFoundError: There are no accounts here, or no such way.
    """
    ways = {LOG_IN: log_in, REGISTER: register}
    if way not in ways:
        raise NotFoundError("There is no such way.")
    try:
        return ways[way](ports_here(), opening_of(institution, is_proven=is_proven))
    except InvalidInputError as error:
        raise FieldError(error.field or "pseudonym", said(error)) from None
    except NotAuthenticatedError:
        raise FieldError("pseudonym", _("Name oder Passwort stimmt nicht."), 401) from None
    except LimitReachedError as error:
        if error.field is None:
            raise
        text = _("Zu viele Versuche. Bitte warten Sie %(count)s Minuten.", count=minutes_of(error))
        raise FieldError("pseudonym", text, 429) from None

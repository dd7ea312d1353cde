"""Who sends a request: a code alone, the account of this browser, or one opened with the form."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request, url_for

from assisto_caldav.domain.client_account import ClientAccount
from assisto_caldav.domain.institution import Institution
from assisto_caldav.usecases.accounts import LoggedIn
from assisto_web.client.accounts import opened_page
from assisto_web.client_access import (
    CODE,
    LOG_IN,
    REGISTER,
    find_client,
    has_accounts,
    has_codes,
    open_account,
    remember_client,
)

WHO_FIELDS = ("who", "pseudonym")


@dataclass(frozen=True, slots=True)
class Who:
    """The account that asks, if one does; ``opened`` when it was opened with this form."""

    account: ClientAccount | None = None
    opened: LoggedIn | None = None

    @property
    def client(self) -> str | None:
        """Return the account's id for use cases."""
        return self.account.id if self.account else None


def who_sends(institution: Institution, *, is_proven: bool) -> Who:
    """Return who sends the form; logs in or registers when it says so.

    Raises:
        FieldError: Name or password is wrong.
        LimitReachedError: Too many from this network; a proof helps.
        NotFoundError: There are no accounts here.
    """
    present = find_client(institution)
    if present is not None:
        return Who(present)
    way = request.form.get("who", CODE)
    if way not in (LOG_IN, REGISTER):
        return Who()
    opened = open_account(institution, way, is_proven=is_proven)
    return Who(opened.account, opened)


def keep(response: Response, institution: Institution, who: Who) -> Response:
    """Keep whoever has just logged in, whatever became of the request."""
    if who.opened is not None:
        remember_client(response, institution, who.opened)
    return response


def recovery_first(institution: Institution, who: Who) -> Response | None:
    """Return the page with a new recovery code, which leads on to the appointment."""
    if who.opened is None or not who.opened.recovery_code:
        return None
    onward = url_for("public.appointment", institution_id=institution.id, neu=1)
    return opened_page(institution, who.opened, onward)


def who_facts(institution: Institution) -> dict[str, object]:
    """Return what the form shows about it."""
    return {
        "client": find_client(institution),
        "has_accounts": has_accounts(institution),
        "has_codes": has_codes(institution),
    }

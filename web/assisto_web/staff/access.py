"""Who is logged in, and the way to the login for whoever is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import cast

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from assisto_caldav.domain.institution import Institution, StaffEntry
from assisto_caldav.domain.people import StaffMember
from assisto_caldav.errors import NotFoundError
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.appointments import inbox
from assisto_caldav.usecases.staff import current_staff, find_entry
from assisto_web.ports_access import ports_here
from assisto_web.security import STAFF_COOKIE, read_cookie

NEXT_FIELD = "next"


@dataclass(frozen=True, slots=True)
class Me:
    """Who acts in this request: the account, its config entry and its centre."""

    member: StaffMember
    entry: StaffEntry
    institution: Institution

    @property
    def actor(self) -> Actor:
        """Return the actor for use cases."""
        return Actor(self.member.login, "web")


def me() -> Me:
    """Return who is logged in; only inside a view that ``for_staff`` guards."""
    return cast("Me", g.me)


def find_me() -> Me | None:
    """Return who is logged in, or None."""
    member = current_staff(ports_here(), read_cookie(STAFF_COOKIE))
    if member is None:
        return None
    try:
        institution, entry = find_entry(ports_here(), member.login)
    except NotFoundError:
        return None
    return Me(member, entry, institution)


def for_staff(
    view: Callable[..., ResponseReturnValue],
) -> Callable[..., ResponseReturnValue]:
    """Let only staff in; others go to the login and come back afterwards."""

    @wraps(view)
    def guarded(**arguments: str) -> ResponseReturnValue:
        found = find_me()
        if found is None:
            target = request.path if request.method == "GET" else url_for("staff.inbox")
            return redirect(url_for("staff.login", next=target))
        g.me = found
        return view(**arguments)

    return guarded


def page_facts() -> dict[str, object]:
    """Return what every staff page shows around its content."""
    present = me()
    waiting = (
        inbox(ports_here(), present.member.login).requests if present.entry.is_counsellor else []
    )
    return {"me": present, "institution": present.institution, "waiting": len(waiting)}

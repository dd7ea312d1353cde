"""Signed links from mails: the address loses its secret at once; GET shows, POST acts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assisto_caldav.domain.appointment import HOLDS_ITS_TIME, as_told
from assisto_caldav.errors import ConflictError
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.answer import confirm, decline, undo
from assisto_caldav.usecases.links import LinkKind, LinkView, forget_address, open_link
from assisto_caldav.usecases.request import (
    accept_by_client,
    cancel_by_client,
    refuse_by_client,
)
from assisto_web.ports_access import institution_or_404, ports_here
from assisto_web.public.appointment import changed_meanwhile, shown_start
from assisto_web.public.state_words import state_facts
from assisto_web.security import CODE_SECONDS, LINK_COOKIE, read_cookie, set_cookie

PAGES = {
    LinkKind.STAFF_ANSWER: "public/link_answer.html",
    LinkKind.UNDO: "public/link_undo.html",
    LinkKind.CLIENT: "public/link_client.html",
    LinkKind.NOT_ME: "public/link_not_me.html",
}


def enter(token: str) -> ResponseReturnValue:
    """Check the link, move its secret into a cookie and its address away."""
    open_link(ports_here(), token)
    response = make_response(redirect(url_for("public.link_page")))
    set_cookie(response, LINK_COOKIE, token, path="/l/", seconds=CODE_SECONDS)
    return response


def show() -> ResponseReturnValue:
    """Show what the link is about; nothing changes by looking."""
    return _page(_opened())


def _opened() -> LinkView:
    """Open the cookie's link; clients are not shown what the counsellor can still undo."""
    view = open_link(ports_here(), read_cookie(LINK_COOKIE))
    if view.kind is not LinkKind.CLIENT:
        return view
    told = as_told(view.appointment, now=ports_here().clock.now())
    return replace(view, appointment=told, is_open=told.state in HOLDS_ITS_TIME)


def _page(view: LinkView, *, done: str = "", error: str = "") -> str:
    institution = institution_or_404(view.appointment.institution)
    return render_template(
        PAGES[view.kind],
        institution=institution,
        appointment=view.appointment,
        is_open=view.is_open,
        done=done,
        errors={"status": error} if error else {},
        **state_facts(view.appointment, institution),
    )


def act() -> ResponseReturnValue:
    """Do what the button says; a link whose time is over shows what holds instead."""
    view = _opened()
    if not view.is_open:
        return _page(view), 409
    wanted = request.form.get("act", "")
    try:
        _perform(view, wanted)
    except ConflictError:
        return _page(_opened(), error=changed_meanwhile()), 409
    return _page(_opened(), done=wanted)


def _perform(view: LinkView, wanted: str) -> None:
    if view.kind in (LinkKind.STAFF_ANSWER, LinkKind.UNDO):
        _act_as_staff(view, wanted)
    elif view.kind is LinkKind.NOT_ME:
        forget_address(ports_here(), read_cookie(LINK_COOKIE))
    else:
        _act_as_client(view, wanted)


def _act_as_staff(view: LinkView, wanted: str) -> None:
    actor = Actor(view.login, "link")
    acts: dict[str, Callable[..., object]] = {"confirm": confirm, "decline": decline}
    if view.kind is LinkKind.UNDO:
        acts = {"undo": undo}
    if wanted not in acts:
        abort(400)
    acts[wanted](ports_here(), actor, view.appointment.id)


def _act_as_client(view: LinkView, wanted: str) -> None:
    acts: dict[str, Callable[..., object]] = {
        "cancel": cancel_by_client,
        "accept": accept_by_client,
        "refuse": refuse_by_client,
    }
    if wanted not in acts:
        abort(400)
    shown = {} if wanted == "cancel" else shown_start()
    acts[wanted](
        ports_here(),
        institution=view.appointment.institution,
        appointment_id=view.appointment.id,
        via="link",
        **shown,
    )

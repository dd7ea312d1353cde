"""My settings: what confirmed clients are shown, my devices, my password."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assisto_caldav.errors import InvalidInputError
from assisto_caldav.usecases.devices import (
    list_app_passwords,
    make_app_password,
    revoke_app_password,
)
from assisto_caldav.usecases.staff import change_password, save_settings
from assisto_web.i18n import said
from assisto_web.ports_access import ports_here
from assisto_web.security import STAFF_COOKIE, read_cookie
from assisto_web.staff.access import for_staff, me, page_facts

LONGEST = 300
PLACES = ("place", "phone", "video_room")


@for_staff
def show() -> ResponseReturnValue:
    """Show settings and devices."""
    return _page({})


def _page(errors: dict[str, str], *, secret: str = "") -> str:
    member = me().member
    typed = {name: request.form.get(name, getattr(member, name)) for name in PLACES}
    return render_template(
        "staff/me.html",
        **page_facts(),
        devices=list_app_passwords(ports_here(), member.login),
        dav_url=ports_here().config.current().server.public_url.rstrip("/") + "/dav/",
        typed=typed,
        errors=errors,
        secret=secret,
    )


@for_staff
def save() -> ResponseReturnValue:
    """Save what clients are shown."""
    values = {name: request.form.get(name, "").strip()[:LONGEST] for name in PLACES}
    try:
        save_settings(
            ports_here(),
            me().actor,
            place=values["place"],
            phone=values["phone"],
            video_room=values["video_room"],
            mail_with_ics=bool(request.form.get("mail_with_ics")),
        )
    except InvalidInputError as error:
        return _page({error.field or "place": said(error)}), 422
    return redirect(url_for("staff.me"))


@for_staff
def password() -> ResponseReturnValue:
    """Change my password."""
    try:
        change_password(
            ports_here(),
            me().actor,
            old=request.form.get("old_password", ""),
            new=request.form.get("password", ""),
            cookie=read_cookie(STAFF_COOKIE),
        )
    except InvalidInputError as error:
        return _page({error.field or "password": said(error)}), 422
    return redirect(url_for("staff.me"))


@for_staff
def make_device() -> ResponseReturnValue:
    """Make an app password; it is shown on this one page and never again."""
    try:
        _entry, secret = make_app_password(ports_here(), me().actor, request.form.get("name", ""))
    except InvalidInputError as error:
        return _page({"name": said(error)}), 422
    return _page({}, secret=secret)


@for_staff
def revoke_device() -> ResponseReturnValue:
    """Take a device's access away."""
    revoke_app_password(ports_here(), me().actor, request.form.get("id", ""))
    return redirect(url_for("staff.me"))

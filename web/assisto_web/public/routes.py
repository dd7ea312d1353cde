"""The client's addresses, each with its view."""

from __future__ import annotations

from flask import Blueprint

from assisto_web.public import (
    appointment,
    booking,
    forgetting,
    holding,
    links,
    look,
    moving,
    requesting,
    sign_language,
    start,
    waitlist,
)


def make_public() -> Blueprint:
    """Return the virtual centres' pages; registered last, for they begin with a wildcard."""
    room = Blueprint("public", __name__, template_folder="templates")
    get, post = ["GET"], ["POST"]
    rules = (
        ("/", "institutions", start.institutions, get),
        ("/leave", "leave", start.leave, get),
        ("/language", "set_language", start.set_language, post),
        ("/l/<token>", "link", links.enter, get),
        ("/l/", "link_page", links.show, get),
        ("/l/", "link_act", links.act, post),
        ("/<institution_id>/", "start", start.start, get),
        ("/<institution_id>/look.css", "look", look.sheet, get),
        ("/<institution_id>/logo/<digest>", "logo", look.logo, get),
        ("/<institution_id>/text/<name>", "text", start.text, get),
        ("/<institution_id>/video", "sign_language_video", sign_language.video, get),
        ("/<institution_id>/book/<service_id>/<channel>/", "month", booking.month, get),
        ("/<institution_id>/book/<service_id>/<channel>/<day>/", "day", booking.day, get),
        ("/<institution_id>/book/hold", "hold", holding.hold, post),
        ("/<institution_id>/book/form/<hold_id>/", "form", holding.form, get),
        ("/<institution_id>/book/form/<hold_id>/", "send", requesting.send, post),
        ("/<institution_id>/book/form/<hold_id>/extend", "extend", holding.extend, post),
        ("/<institution_id>/book/form/<hold_id>/language", "language", requesting.language, post),
        ("/<institution_id>/code", "enter_code", appointment.enter_code, get),
        ("/<institution_id>/code", "take_code", appointment.take_code, post),
        ("/<institution_id>/a/<code>", "arrive", appointment.arrive, get),
        ("/<institution_id>/a/", "appointment", appointment.show, get),
        ("/<institution_id>/a/", "appointment_act", appointment.act, post),
        ("/<institution_id>/a/forget", "forget", forgetting.ask, get),
        ("/<institution_id>/a/forget", "forget_act", forgetting.act, post),
        ("/<institution_id>/a/message", "write", appointment.write, post),
        ("/<institution_id>/a/move", "move", moving.choose, get),
        ("/<institution_id>/a/move", "move_act", moving.act, post),
        ("/<institution_id>/a/waitlist", "wait_act", waitlist.act, post),
        ("/<institution_id>/a/termin.ics", "ics", appointment.ics, get),
    )
    for address, endpoint, view, methods in rules:
        room.add_url_rule(address, endpoint, view, methods=methods)
    return room

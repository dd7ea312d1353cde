"""A centre's free dates for other web sites: a page in a frame, a link, a QR code.

Only the sites that config names may frame the page (CSP ``frame-ancestors``).
It sets no cookie and asks nobody else; requesting opens our own pages in a new
window, so that nobody types into a frame. See docs/widget.md.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import escape

from assisto_caldav.domain.institution import Institution
from assisto_caldav.usecases.find_slots import next_slots
from assisto_web.assets import FOLDER
from assisto_web.i18n import current_locale, in_language, is_language
from assisto_web.ports_access import institution_or_404, ports_here
from assisto_web.qr import qr_picture
from assisto_web.security import let_frame

NEXT_DATES = 3
_SCRIPT = "widget.js"


def make_widget() -> Blueprint:
    """Return the room of the widget."""
    room = Blueprint("widget", __name__)
    room.add_url_rule(f"/static/{_SCRIPT}", "script", script)
    room.add_url_rule("/<institution_id>/widget/", "frame", frame)
    room.add_url_rule("/<institution_id>/widget/code", "code", code)
    return room


def script() -> ResponseReturnValue:
    """Give the script that other sites load: the one file of ours that they may."""
    response = Response((FOLDER / _SCRIPT).read_bytes(), content_type="text/javascript")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def frame(institution_id: str) -> ResponseReturnValue:
    """Show the next free dates; the frame's address may name the language."""
    institution = institution_or_404(institution_id)
    wanted = request.args.get("lang", "")
    with in_language(wanted if is_language(wanted) else current_locale()):
        page = render_template("widget.html", institution=institution, offers=_offers(institution))
    response = make_response(page)
    let_frame(response, institution.allowed_sites)
    return response


def _offers(institution: Institution) -> list[tuple[object, ...]]:
    """Return each service with its channels and its next free dates."""
    return [
        (
            service,
            institution.channels_of(service),
            next_slots(
                ports_here(), institution.id, service=service.id, channel=None, count=NEXT_DATES
            ),
        )
        for service in institution.active_services
    ]


def code(institution_id: str) -> ResponseReturnValue:
    """Show what to copy into another site: script, link and QR code."""
    institution = institution_or_404(institution_id)
    public_url = ports_here().config.current().server.public_url
    address = public_url + url_for("public.start", institution_id=institution.id)
    return render_template(
        "widget_code.html",
        institution=institution,
        address=address,
        markup=markup_for(institution, public_url),
        picture=qr_picture(address),
    )


def markup_for(institution: Institution, public_url: str) -> str:
    """Return the HTML for another site; without the script, the link in it remains."""
    address = public_url + url_for("public.start", institution_id=institution.id)
    loads = public_url + url_for("widget.script")
    return (
        f'<p><a href="{escape(address)}" target="_blank" rel="noopener">'
        f"{escape(institution.name)}</a></p>\n"
        f'<script src="{escape(loads)}" data-institution="{escape(institution.id)}" async></script>'
    )

"""The first pages: which centre, what it offers, its texts; language and quick exit."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assisto_caldav.usecases.find_slots import next_slots
from assisto_web.i18n import LANGUAGE_COOKIE, LANGUAGE_SECONDS, LANGUAGES, current_locale
from assisto_web.ports_access import institution_or_404, ports_here
from assisto_web.security import STATIC_SECONDS, forget_visit, own_path, set_cookie

# Where the quick exit leads: a page that anybody may have open.
HARMLESS = "https://www.wetter.de/"
NEXT_DATES = 3


def institutions() -> ResponseReturnValue:
    """Show the centres of this server; with one, go straight to it."""
    known = list(ports_here().config.current().institutions.values())
    if len(known) == 1:
        return redirect(url_for("public.start", institution_id=known[0].id))
    return render_template("public/institutions.html", institutions=known)


def start(institution_id: str) -> ResponseReturnValue:
    """Show what a centre offers, and its next free dates."""
    institution = institution_or_404(institution_id)
    offers = []
    for service in institution.active_services:
        soonest = next_slots(
            ports_here(),
            institution.id,
            service=service.id,
            channel=None,
            counsellor=None,
            count=NEXT_DATES,
        )
        offers.append((service, institution.channels_of(service), soonest))
    return render_template("public/start.html", institution=institution, offers=offers)


def text(institution_id: str, name: str) -> ResponseReturnValue:
    """Show imprint, data protection or accessibility."""
    institution = institution_or_404(institution_id)
    texts = institution.texts
    shown = {
        "impressum": texts.imprint,
        "datenschutz": texts.data_protection_in(current_locale()),
        "barrierefreiheit": texts.accessibility,
    }
    if name not in shown:
        abort(404)
    body = shown[name]
    return render_template("public/text.html", institution=institution, name=name, body=body)


def look(institution_id: str) -> ResponseReturnValue:
    """Give a centre's own colours as a stylesheet; the policy allows none within the page."""
    own = institution_or_404(institution_id).look
    if not own.accent:
        abort(404)
    sheet = (
        f":root {{ --accent: {own.accent}; }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ --accent: {own.accent_dark}; }} }}\n"
    )
    response = Response(sheet, content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={STATIC_SECONDS}"
    return response


def leave() -> ResponseReturnValue:
    """Leave at once: forget what this browser may see, and go to a harmless page."""
    response = redirect(HARMLESS)
    forget_visit(response)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def set_language() -> ResponseReturnValue:
    """Remember the language and go back."""
    response = redirect(own_path(request.form.get("back", "/")))
    chosen = request.form.get("lang", "")
    if chosen in LANGUAGES:
        set_cookie(response, LANGUAGE_COOKIE, chosen, seconds=LANGUAGE_SECONDS)
    return response

"""The first pages: which centre, what it offers, its texts; language and quick exit."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assisto_web.i18n import LANGUAGE_COOKIE, LANGUAGE_SECONDS, is_language
from assisto_web.own_texts import own_text
from assisto_web.ports_access import institution_or_404, ports_here
from assisto_web.public.filters import offers_for, read_filters
from assisto_web.security import forget_visit, own_path, set_cookie

# Where the quick exit leads: a page that anybody may have open.
HARMLESS = "https://www.wetter.de/"
TEXT_PAGES = {
    "impressum": "imprint",
    "datenschutz": "data_protection",
    "barrierefreiheit": "accessibility",
}


def institutions() -> ResponseReturnValue:
    """Show the centres of this server; with one, go straight to it."""
    known = list(ports_here().config.current().institutions.values())
    if len(known) == 1:
        return redirect(url_for("public.start", institution_id=known[0].id))
    return render_template("public/institutions.html", institutions=known)


def start(institution_id: str) -> ResponseReturnValue:
    """Show what a centre offers, all or what fits the filters, and its next free dates."""
    institution = institution_or_404(institution_id)
    filters = read_filters(institution)
    return render_template(
        "public/start.html",
        institution=institution,
        filters=filters,
        offers=offers_for(filters),
    )


def text(institution_id: str, name: str) -> ResponseReturnValue:
    """Show imprint, data protection or accessibility."""
    institution = institution_or_404(institution_id)
    if name not in TEXT_PAGES:
        abort(404)
    body = own_text(institution, TEXT_PAGES[name])
    return render_template("public/text.html", institution=institution, name=name, body=body)


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
    if is_language(chosen):
        set_cookie(response, LANGUAGE_COOKIE, chosen, seconds=LANGUAGE_SECONDS)
    return response

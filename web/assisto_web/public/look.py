"""What a centre's pages wear: its colours and its logo."""

from __future__ import annotations

from flask import Response, abort
from flask.typing import ResponseReturnValue

from assisto_web import assets
from assisto_web.ports_access import institution_or_404

# An SVG that is opened on its own is a document: it may draw, and nothing else.
_LOGO_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


def sheet(institution_id: str) -> ResponseReturnValue:
    """Give the whole style with a centre's own colours, in one request.

    The policy allows no style within the page.
    """
    own = institution_or_404(institution_id).look
    if not own.accent:
        abort(404)
    colours = (
        f":root {{ --accent: {own.accent}; }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ --accent: {own.accent_dark}; }} }}\n"
    )
    return assets.send_text(assets.content_of("style.css") + colours, "text/css; charset=utf-8")


def logo(institution_id: str, digest: str) -> ResponseReturnValue:
    """Give a centre's logo under the address of its content."""
    own = institution_or_404(institution_id).look.logo
    if own is None or own.digest != digest:
        abort(404)
    response = Response(own.content, content_type=own.content_type)
    response.headers["Content-Security-Policy"] = _LOGO_POLICY
    response.headers["Cache-Control"] = assets.FOREVER
    return response

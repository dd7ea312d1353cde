"""The centre's film in sign language, when it lies on our own server."""

from __future__ import annotations

from flask import abort, send_file
from flask.typing import ResponseReturnValue

from assisto_web.ports_access import institution_or_404

# Browsers show a film as a page of their own, which may play what it is.
FILM_POLICY = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'"


def video(institution_id: str) -> ResponseReturnValue:
    """Send the film, in parts where the browser asks for parts."""
    place = institution_or_404(institution_id).texts.sign_language_video
    if not place or place.startswith("https://"):
        abort(404)
    response = send_file(place, conditional=True)
    response.headers["Content-Security-Policy"] = FILM_POLICY
    return response

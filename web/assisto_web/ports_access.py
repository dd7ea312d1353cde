"""The ports of the application that answers the present request."""

from __future__ import annotations

from typing import cast

from flask import abort, current_app, g

from assisto_caldav.domain.institution import Institution
from assisto_caldav.errors import NotFoundError
from assisto_caldav.ports import Ports


def ports_here() -> Ports:
    """Return the ports that ``make_app`` was given."""
    return cast("Ports", current_app.extensions["assisto"])


def institution_or_404(institution_id: str) -> Institution:
    """Return a configured institution, or answer 404."""
    institution = ports_here().config.current().institutions.get(institution_id)
    if institution is None:
        abort(404)
    g.centre = institution.id
    return institution


def institution_here(institution_id: str) -> Institution:
    """Return a configured institution for other programs.

    Raises:
        NotFoundError: There is none.
    """
    institution = ports_here().config.current().institutions.get(institution_id)
    if institution is None:
        raise NotFoundError("There is no such institution.")
    return institution

"""For machines: health. Says nothing about people."""

from __future__ import annotations

from flask import Blueprint, Response

from assisto_caldav.errors import UnavailableError
from assisto_web.ports_access import ports_here

machines = Blueprint("machines", __name__)


@machines.get("/healthz")
def healthz() -> Response:
    """Answer 200 when the database answers, else 503."""
    try:
        with ports_here().database.reading() as unit:
            unit.settings.get("schema")
    except UnavailableError:
        return Response("storage unavailable\n", 503, mimetype="text/plain")
    return Response("ok\n", 200, mimetype="text/plain")

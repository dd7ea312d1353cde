"""A WSGI hello under the same server and front: the floor that nothing goes below."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from assisto_caldav.serve import serve_web

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


def hello(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer anything in five letters."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"hello"]


def make() -> WSGIApplication:
    """Return the application."""
    return hello


if __name__ == "__main__":
    serve_web(make, host="127.0.0.1", port=int(sys.argv[1]), workers=2)

"""What goes out: status line, headers, body, and one log line without anything private."""

from __future__ import annotations

import logging
import zlib
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from radicale.types import WSGIEnviron

    from assisto_radicale.hrefs import Target
    from assisto_radicale.translate import Answer

logger = logging.getLogger("assisto.dav")

_TEMPLATES = ("/", "/<login>/", "/<login>/<collection>/", "/<login>/<collection>/<object>")
_WORTH_PACKING = 2048
_FAST = 1
_BODILESS = (204, 304)


def log(method: str, target: Target | None, status: int) -> None:
    """Log method, kind of address and status."""
    if logger.isEnabledFor(logging.INFO):
        template = _TEMPLATES[sum(map(bool, target))] if target is not None else "?"
        logger.info("%s %s %d", method, template, status)


def phrase(status: int) -> str:
    """Return the reason phrase of a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def finish(
    method: str, environ: WSGIEnviron, answer: Answer
) -> tuple[list[tuple[str, str]], bytes]:
    """Return the headers that go out, and the body."""
    headers = list(answer.headers)
    if answer.status in _BODILESS:
        return headers, b""
    raw = answer.body or b""
    body = raw.encode() if isinstance(raw, str) else raw
    accepted = str(environ.get("HTTP_ACCEPT_ENCODING", ""))
    # Text in XML is packed to a tenth; a calendar object keeps the octets that its ETag names.
    if answer.status == 207 and len(body) > _WORTH_PACKING and "gzip" in accepted:
        packer = zlib.compressobj(_FAST, wbits=16 + zlib.MAX_WBITS)
        body = packer.compress(body) + packer.flush()
        headers += [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
    headers.append(("Content-Length", str(len(body))))
    return headers, b"" if method == "HEAD" else body

"""Request bodies: read whole, within limits, before a thread is taken."""

from __future__ import annotations

import asyncio
import tempfile
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from assisto_web.front_rsgi import Headers, HTTPProtocol

_IN_ONE_READ = 64 * 1024

_SENTENCES = {
    400: (
        "Diese Anfrage ist unvollständig oder nicht lesbar.",
        "This request is incomplete or unreadable.",
    ),
    408: ("Die Anfrage kam nicht rechtzeitig an.", "The request did not arrive in time."),
    413: ("Diese Anfrage ist zu groß.", "This request is too large."),
    500: ("Hier ist etwas schiefgegangen.", "Something went wrong here."),
    503: (
        "Gerade ist sehr viel los. Bitte versuchen Sie es gleich noch einmal.",
        "It is very busy right now. Please try again in a moment.",
    ),
}
_RETRY_AFTER = "2"


class RefusedError(Exception):
    """The request is refused before the application sees it."""

    def __init__(self, status: int) -> None:
        """Remember the HTTP status to answer with."""
        super().__init__(status)
        self.status = status


def refuse(proto: HTTPProtocol, status: int) -> None:
    """Answer in German and English; does nothing when an answer was already given."""
    headers = [("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-store")]
    if status == 503:
        headers.append(("retry-after", _RETRY_AFTER))
    elif status != 500:
        headers.append(("connection", "close"))
    proto.response_bytes(status, headers, "\n".join((*_SENTENCES[status], "")).encode())


def announces_body(headers: Headers) -> bool:
    """Tell whether a body follows (RFC 9112 §6.3)."""
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


async def read_body(
    proto: HTTPProtocol, headers: Headers, *, limit: int, spool: int, seconds: float
) -> tuple[BinaryIO, int]:
    """Read the whole body and return it with its length in bytes.

    Args:
        proto: Granian's side of the request.
        headers: The request's headers.
        limit: The largest body that is taken, in bytes.
        spool: Larger bodies wait in a temporary file without a name.
        seconds: What the client has for all of the body.

    Raises:
        RefusedError: 413 over the limit, 408 too slow, 400 cut off.
    """
    announced = _announced_length(headers)
    if announced is not None and announced > limit:
        raise RefusedError(413)
    try:
        async with asyncio.timeout(seconds):
            if announced is not None and announced <= min(_IN_ONE_READ, spool):
                whole = await proto()
                return BytesIO(whole), len(whole)
            return await _read_chunks(proto, announced, limit=limit, spool=spool)
    except TimeoutError:
        raise RefusedError(408) from None
    except RuntimeError:  # granian's word for a connection that ended
        raise RefusedError(400) from None


def _announced_length(headers: Headers) -> int | None:
    if "transfer-encoding" in headers:
        return None
    return int(headers.get("content-length", "0"))  # hyper has refused what is no number


async def _read_chunks(
    proto: HTTPProtocol, announced: int | None, *, limit: int, spool: int
) -> tuple[BinaryIO, int]:
    body = _GrowingBody(limit, spool)
    try:
        async for chunk in proto:
            body.add(chunk)
        return body.whole(announced), body.length
    except BaseException:
        body.sink.close()
        raise


class _GrowingBody:
    """A body that moves from memory to a file when it grows."""

    def __init__(self, limit: int, spool: int) -> None:
        self.sink: BinaryIO = BytesIO()
        self.length = 0
        self._limit = limit
        self._spool = spool
        self._ends = 0

    def add(self, chunk: bytes) -> None:
        if not chunk:
            self._ends += 1
            return
        self.length += len(chunk)
        if self.length > self._limit:
            raise RefusedError(413)
        if self.length > self._spool and isinstance(self.sink, BytesIO):
            file = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115  # closed by its user
            file.write(self.sink.getbuffer())
            self.sink = file
        self.sink.write(chunk)

    def whole(self, announced: int | None) -> BinaryIO:
        # One empty chunk is the end; granian yields one more in place of an error.
        if self._ends > 1 or (announced is not None and self.length != announced):
            raise RefusedError(400)
        self.sink.seek(0)
        return self.sink

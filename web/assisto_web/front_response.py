"""Running a WSGI application to its whole response (PEP 3333)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType
    from wsgiref.types import WSGIApplication, WSGIEnvironment

    _ExcInfo = tuple[type[BaseException], BaseException, TracebackType]

# The connection is not the application's; its length is known better here.
_NOT_THEIRS = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_WITHOUT_BODY = frozenset({204, 304})


class _StartResponse:
    """The ``start_response`` of one request, and what was told to it."""

    __slots__ = ("headers", "status", "written")

    def __init__(self) -> None:
        self.status = ""
        self.headers: list[tuple[str, str]] = []
        self.written: list[bytes] = []

    def __call__(
        self,
        status: str,
        headers: list[tuple[str, str]],
        exc_info: _ExcInfo | tuple[None, None, None] | None = None,
        /,
    ) -> Callable[[bytes], object]:
        """Remember status and headers; nothing is sent yet, so an error may replace them."""
        if self.status and not exc_info:
            raise RuntimeError("start_response was called twice")
        self.status = status
        self.headers = headers
        return self.written.append


def run_application(
    app: WSGIApplication, environ: WSGIEnvironment
) -> tuple[int, list[tuple[str, str]], bytes]:
    """Return status, headers and whole body.

    The body is read to its end here: a thread is free as soon as the
    application is done, however slowly the client reads, and an error in the
    middle of an iterable still becomes an honest 500.
    """
    start = _StartResponse()
    result = app(environ, start)
    try:
        body = _join(result)
    finally:
        close = getattr(result, "close", None)
        if close is not None:
            close()
    if start.written:
        body = b"".join(start.written) + body
    if not start.status:
        raise RuntimeError("start_response was not called")
    status = int(start.status[:3])
    length_is_told = environ["REQUEST_METHOD"] == "HEAD" or status in _WITHOUT_BODY
    return status, _clean(start.headers, length_is_told=length_is_told), body


def _join(result: Iterable[bytes]) -> bytes:
    if isinstance(result, list | tuple) and len(result) == 1:
        return bytes(result[0])
    return b"".join(result)


def _clean(headers: list[tuple[str, str]], *, length_is_told: bool) -> list[tuple[str, str]]:
    cleaned = []
    for name, value in headers:
        lowered = name.lower()
        if lowered in _NOT_THEIRS or (lowered == "content-length" and not length_is_told):
            continue
        cleaned.append((name, value if value.isascii() else _as_bytes_meant(value)))
    return cleaned


def _as_bytes_meant(value: str) -> str:
    """Undo PEP 3333's latin-1: granian sends the UTF-8 of what it is given."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeDecodeError:
        return value

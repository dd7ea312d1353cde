"""What the front asks of an RSGI server (RSGI 1.6, as far as it is used)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable


class Headers(Protocol):
    """Request headers with lower-case names; values that are not ASCII are left out."""

    def __contains__(self, key: str) -> bool: ...

    def get(self, key: str, default: str) -> str:
        """Return the first value of that name."""
        ...

    def items(self) -> list[tuple[str, str]]:
        """Return all fields; a name comes as often as it was sent."""
        ...


class Scope(Protocol):
    """One request without its body; ``path`` is decoded, ``query_string`` is not."""

    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    authority: str | None
    headers: Headers


class HTTPProtocol(Protocol):
    """The connection's side of one request."""

    def __call__(self) -> Awaitable[bytes]:
        """Read the whole body; RuntimeError if the connection ends before."""
        ...

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Read the body in pieces; the end is an empty piece, an error one more."""
        ...

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Answer, from any thread; only the first answer counts."""
        ...

"""A deliberately small HTTP client: it is not what is to be measured."""

from __future__ import annotations

import base64
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path

SPACES = (
    'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" '
    'xmlns:CS="http://calendarserver.org/ns/"'
)
PIECE = 1 << 18
IDLE = 4.0  # seconds after which a server may have hung up
QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)  # Linux


class WrongAnswerError(Exception):
    """An answer came, but is not the right one; a fast wrong answer is worth nothing."""


@dataclass
class Account:
    """A server, the calendar home on it, and who asks."""

    name: str
    port: int
    home: str
    user: str
    password: str
    log: Path
    group: int = 0


@dataclass
class Client:
    """One kept connection."""

    account: Account
    link: socket.socket | None = field(default=None, init=False)
    used: float = field(default=0.0, init=False)

    def request(self, method: str, path: str, body: str = "", **headers: str) -> bytes:
        """Return a request, ready to be sent."""
        raw = body.encode()
        token = base64.b64encode(f"{self.account.user}:{self.account.password}".encode()).decode()
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.account.port}"]
        lines.append(f"Authorization: Basic {token}")
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        if raw or method in ("PUT", "POST", "MKCALENDAR"):
            lines.append(f"Content-Length: {len(raw)}")
        return "".join(f"{line}\r\n" for line in (*lines, "")).encode() + raw

    def xml(self, method: str, path: str, body: str, depth: str = "0") -> bytes:
        """Return a request with an XML body."""
        return self.request(method, path, body, Depth=depth, Content_Type="application/xml")

    def put(self, path: str, text: str) -> bytes:
        """Return a PUT of a calendar object."""
        return self.request("PUT", path, text, Content_Type="text/calendar; charset=utf-8")

    def send(self, payload: bytes) -> tuple[int, bytes, bytes]:
        """Return status, head and body of the answer."""
        if time.monotonic() - self.used > IDLE:
            self.close()
        if self.link is None:
            self.link = socket.create_connection(("127.0.0.1", self.account.port), timeout=600)
            self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.link.sendall(payload)
        answer = self._answer(self.link)
        self.used = time.monotonic()
        return answer

    def call(self, payload: bytes, *expected: int) -> bytes:
        """Send, insist on a status and return the body."""
        status, _, body = self.send(payload)
        if status not in expected:
            start = payload.partition(b"\r\n")[0].decode()
            raise WrongAnswerError(f"{self.account.name}: {start}: {status} {body[:300]!r}")
        return body

    def close(self) -> None:
        """Hang up."""
        if self.link is not None:
            self.link.close()
            self.link = None

    def _answer(self, link: socket.socket) -> tuple[int, bytes, bytes]:
        read = b""
        while b"\r\n\r\n" not in read:
            read += self._more(link)
        head, _, body = read.partition(b"\r\n\r\n")
        status, lowered = int(head[9:12]), head.lower()
        if b"transfer-encoding: chunked" in lowered:
            body = self._unchunked(link, body)
        elif status not in (204, 304):
            _, _, rest = lowered.partition(b"content-length:")
            pieces, size = [body], len(body)
            wanted = int(rest.partition(b"\r\n")[0] or 0)
            while size < wanted:
                pieces.append(self._more(link))
                size += len(pieces[-1])
            body = b"".join(pieces)
        if b"connection: close" in lowered or head.startswith(b"HTTP/1.0"):
            self.close()
        return status, head, body

    def _unchunked(self, link: socket.socket, read: bytes) -> bytes:
        parts = []
        while True:
            while b"\r\n" not in read:
                read += self._more(link)
            length, _, read = read.partition(b"\r\n")
            size = int(length.partition(b";")[0], 16)
            while len(read) < size + 2:
                read += self._more(link)
            parts.append(read[:size])
            read = read[size + 2 :]
            if not size:
                return b"".join(parts)

    @staticmethod
    def _more(link: socket.socket) -> bytes:
        # A server that sends in small pieces is not charged our side's delayed acknowledgement.
        if QUICKACK is not None:
            link.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)
        piece = link.recv(PIECE)
        if not piece:
            raise WrongAnswerError("The connection ended inside an answer.")
        return piece

"""RSGI scopes to WSGI environments (PEP 3333)."""

from __future__ import annotations

import sys
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Any, BinaryIO

from assisto_web.front_body import RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from wsgiref.types import WSGIEnvironment

    from assisto_web.front_rsgi import Headers, Scope

# Hop by hop (RFC 9110 §7.6.1), ours to set, or a lever: "Proxy" would become HTTP_PROXY,
# the variable that many HTTP libraries obey; X-Script-Name moves Radicale's root.
_DROPPED = frozenset(
    {
        "connection", "content-length", "expect", "forwarded", "keep-alive", "proxy",
        "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade", "x-real-ip", "x-script-name",
    }
)  # fmt: skip
_KEPT_NAMES = 512

_CONSTANTS: dict[str, Any] = {  # Any: a WSGI environment holds whatever it likes
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "assisto",
    "wsgi.version": (1, 0),
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
    "wsgi.input_terminated": True,
}


class _Keys(dict[str, str | None]):
    """Header names to environment keys, remembered; ``None`` for what is dropped."""

    def __missing__(self, name: str) -> str | None:
        key = _environ_key(name)
        if len(self) < _KEPT_NAMES:  # names come from anybody: memory must not follow them
            self[name] = key
        return key


def _environ_key(name: str) -> str | None:
    # With "_" in its name, a header could pass for one that we drop or that a proxy sets.
    if name in _DROPPED or "_" in name or name.startswith("x-forwarded-"):
        return None
    key = name.upper().replace("-", "_")
    return key if key == "CONTENT_TYPE" else f"HTTP_{key}"


class EnvironBuilder:
    """Makes the environment of each request."""

    def __init__(self, trusted_proxies: Sequence[str] = ()) -> None:
        """Take addresses or networks; raises ValueError for anything else."""
        self._keys = _Keys()
        self._trusted = tuple(ip_network(network) for network in trusted_proxies)

    def build(self, scope: Scope, headers: Headers, body: BinaryIO, length: int) -> WSGIEnvironment:
        """Return the environment; raises RefusedError (400) for paths that are no text."""
        environ = _CONSTANTS.copy()
        peer = _split_address(scope.client)[0]
        environ["REQUEST_METHOD"] = scope.method
        environ["PATH_INFO"] = _path_info(scope.path)
        environ["QUERY_STRING"] = scope.query_string
        environ["SERVER_PROTOCOL"] = "HTTP/1.1" if scope.http_version == "1.1" else "HTTP/1.0"
        environ["SERVER_NAME"], environ["SERVER_PORT"] = _split_address(scope.server)
        environ["REMOTE_ADDR"] = peer
        environ["CONTENT_LENGTH"] = str(length)
        environ["wsgi.url_scheme"] = scope.scheme
        environ["wsgi.input"] = body
        environ["wsgi.errors"] = sys.stderr
        self._add_headers(environ, headers)
        if scope.authority is not None:  # an absolute address wins over Host (RFC 9112 §3.2.2)
            environ["HTTP_HOST"] = scope.authority
        if self._trusted and _is_within(peer, self._trusted):
            self._believe_proxy(environ, headers, peer)
        return environ

    def _add_headers(self, environ: WSGIEnvironment, headers: Headers) -> None:
        keys = self._keys
        for name, value in headers.items():
            key = keys[name]
            if key is None:
                continue
            if key in environ:
                separator = "; " if key == "HTTP_COOKIE" else ","
                value = f"{environ[key]}{separator}{value}"  # noqa: PLW2901  # the hot loop
            environ[key] = value

    def _believe_proxy(self, environ: WSGIEnvironment, headers: Headers, peer: str) -> None:
        """Take from X-Forwarded-* what the nearest proxy has put there, which comes last."""
        told = {"x-forwarded-for": "", "x-forwarded-proto": "", "x-forwarded-host": ""}
        for name, value in headers.items():
            if name in told:
                told[name] = f"{told[name]},{value}"
        environ["REMOTE_ADDR"] = self._client_behind(peer, told["x-forwarded-for"])
        scheme = _last(told["x-forwarded-proto"]).lower()
        if scheme in {"http", "https"}:
            environ["wsgi.url_scheme"] = scheme
        host = _last(told["x-forwarded-host"])
        if host:
            environ["HTTP_HOST"] = host

    def _client_behind(self, peer: str, forwarded_for: str) -> str:
        client = peer
        for hop in reversed(forwarded_for.split(",")):
            address = hop.strip()
            if not address:
                continue
            if not _is_address(address):
                break
            client = address
            if not _is_within(client, self._trusted):
                break
        return client


def _path_info(path: str) -> str:
    """Give the decoded bytes as latin-1, as PEP 3333 wants them.

    Granian has decoded the path as UTF-8 and put U+FFFD where it could not:
    two addresses would become one, so such a path is refused. No text of ours
    holds NUL, and PostgreSQL takes none.
    """
    if path.isascii():
        if not path.startswith("/"):
            return "/"  # "OPTIONS *" asks about the server as a whole; CONNECT has no path
        if "\x00" not in path:
            return path
        raise RefusedError(400)
    if "\ufffd" in path or "\x00" in path:
        raise RefusedError(400)
    return path.encode().decode("latin-1")


@lru_cache(maxsize=1024)
def _split_address(address: str) -> tuple[str, str]:
    """Split "192.0.2.1:80" or "[2001:db8::1]:80"; a v4 address mapped into v6 becomes v4."""
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    return host.removeprefix("::ffff:") if "." in host else host, port


def _last(values: str) -> str:
    return values.rpartition(",")[2].strip()


@lru_cache(maxsize=1024)
def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1024)
def _is_within(address: str, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    if not _is_address(address):
        return False
    parsed = ip_address(address)
    return any(parsed in network for network in networks)

"""Headers, cookies and the check of where a form came from.

Every page is closed by default: no foreign source, no framing, no referrer,
no caching. A form carries a digest of the visitor's cookie; a foreign page
knows neither.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, abort, g, request
from werkzeug.wrappers import Response as BaseResponse

from assisto_caldav.config.model import Server
from assisto_web.ports_access import ports_here

VISITOR_COOKIE = "visitor"
STAFF_COOKIE = "staff"
CODE_COOKIE = "code"
CLIENT_COOKIE = "client"
LINK_COOKIE = "link"
CODE_SECONDS = 30 * 60
# Sent to a part of the addresses alone, which a __Host- cookie cannot be.
NARROW_COOKIES = frozenset({CODE_COOKIE, CLIENT_COOKIE, LINK_COOKIE})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Robots-Tag": "noindex, nofollow",
}
STATIC_SECONDS = 3600
OWN_PATH = re.compile(r"/(?![/\\])[^\\\s\x00-\x1f\x7f]*")


def install(app: Flask) -> None:
    """Put the checks before and the headers after every request."""
    app.before_request(check_origin)
    app.after_request(add_headers)
    app.jinja_env.globals["csrf"] = csrf_token


def check_origin() -> None:
    """Refuse a write that does not come from one of our own forms.

    The JSON interface takes no cookie as proof and is left out.
    """
    if request.method in SAFE_METHODS or request.path.startswith("/api/"):
        return
    origin = request.headers.get("Origin")
    if origin and origin != "null" and urlsplit(origin).netloc not in own_hosts():
        abort(403)
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        abort(403)
    given = request.form.get("csrf", "").encode()
    if not visitor_cookie() or not hmac.compare_digest(given, csrf_token().encode()):
        abort(400, "csrf")


def own_hosts() -> tuple[str, str]:
    """Return how visitors may name us: a proxy with TLS often puts its own name for us in Host."""
    return request.host, urlsplit(_server().public_url).netloc


def _server() -> Server:
    return ports_here().config.current().server


def add_headers(response: Response) -> Response:
    """Close the page, and set the visitor's cookie when a form needed one."""
    for name, value in HEADERS.items():
        if name != "X-Frame-Options" or "frame_sites" not in g:
            response.headers.setdefault(name, value)
    response.headers.update(_server().transport_headers)
    if "immutable" in response.headers.get("Cache-Control", ""):
        pass  # A digest is part of its address.
    elif request.path.startswith("/static/"):
        response.headers["Cache-Control"] = f"public, max-age={STATIC_SECONDS}"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    location = urlsplit(response.headers.get("Location", ""))
    if location.netloc == request.host:
        # The framework names the host that the request named, which may be anybody's.
        response.headers["Location"] = urlunsplit(("", "", *location[2:]))
    fresh = g.get("new_visitor")
    if fresh:
        set_cookie(response, VISITOR_COOKIE, fresh)
    return response


def let_frame(response: BaseResponse, sites: tuple[str, ...]) -> None:
    """Let pages of these origins, and no others, show this one in a frame.

    X-Frame-Options knows no list of origins, so it is left out then.
    """
    if not sites:
        return
    ancestors = f"frame-ancestors {' '.join(sites)}"
    policy = POLICY.replace("frame-ancestors 'none'", ancestors)
    response.headers["Content-Security-Policy"] = policy
    g.frame_sites = sites


def visitor_cookie() -> str:
    """Return the opaque value that stands for this browser, or nothing."""
    return read_cookie(VISITOR_COOKIE)


def visitor() -> str:
    """Return the browser's opaque value; a new browser is given one with the response."""
    known = visitor_cookie() or g.get("new_visitor")
    if known:
        return str(known)
    g.new_visitor = ports_here().tokens.secret()
    return str(g.new_visitor)


def csrf_token() -> str:
    """Return what a form of this browser must carry."""
    return ports_here().tokens.digest(f"csrf|{visitor()}")


def own_path(address: str, *, under: str = "/") -> str:
    """Return an address of ours that somebody sent along: never one on another host.

    Browsers drop tabs and read a backslash as a slash: both would lead away.
    """
    is_ours = address.startswith(under) and OWN_PATH.fullmatch(address)
    return address if is_ours else under


def cookie_name(name: str) -> str:
    """Return a cookie's name on the wire.

    Over TLS it has the prefix with which a browser takes it from this very
    host alone: neither a neighbouring host nor a page without TLS can plant it.
    """
    if not _server().is_https:
        return name
    return f"__Secure-{name}" if name in NARROW_COOKIES else f"__Host-{name}"


def read_cookie(name: str) -> str:
    """Return the value of one of our cookies, or nothing."""
    return request.cookies.get(cookie_name(name), "")


def set_cookie(
    response: BaseResponse, name: str, value: str, *, path: str = "/", seconds: int | None = None
) -> None:
    """Set one of our cookies: not for scripts, not for other sites.

    Lax, not Strict: whoever follows a link from a mail must arrive with it.
    ``path`` counts for the narrow ones.
    """
    response.set_cookie(
        cookie_name(name),
        value,
        path=path if name in NARROW_COOKIES else "/",
        max_age=seconds,
        httponly=True,
        samesite="Lax",
        secure=_server().is_https,
    )


def drop_cookie(response: BaseResponse, name: str, *, path: str = "/") -> None:
    """Take one of our cookies away; browsers want it to look as it was set."""
    set_cookie(response, name, "", path=path, seconds=0)


def forget_visit(response: BaseResponse) -> None:
    """Take away whatever of a client's visit the browser still knows."""
    for institution in ports_here().config.current().institutions:
        for name in (CODE_COOKIE, CLIENT_COOKIE):
            drop_cookie(response, name, path=f"/{institution}/")
    drop_cookie(response, LINK_COOKIE, path="/l/")
    drop_cookie(response, VISITOR_COOKIE)


def network() -> str:
    """Return the visitor's network for throttling; it is digested before it is kept.

    Of IPv6 the first 64 bits: who has one address has all of them.
    """
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))

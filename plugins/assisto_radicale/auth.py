"""Log-in with app passwords over Basic (RFC 7617), and its own throttle."""

from __future__ import annotations

import base64
import binascii
import ipaddress
from typing import TYPE_CHECKING

from radicale.auth import BaseAuth

from assisto_caldav.errors import LimitReachedError, UnavailableError
from assisto_caldav.usecases.devices import dav_login

if TYPE_CHECKING:
    from radicale.auth import AuthContext
    from radicale.config import Configuration

    from assisto_caldav.ports import Ports

MOST_GUESSES = 30
GUESS_WINDOW = 900
_HOSTS_V4 = 24
_HOSTS_V6 = 56


def read_basic(authorization: str) -> tuple[str, str] | None:
    """Return login and password of an Authorization header; None if it has none."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        raw = base64.b64decode(token.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    login, colon, password = text.partition(":")
    return (login, password) if colon and login else None


def network_of(address: str) -> str:
    """Return the network of a visitor's address, under which guesses are counted."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    bits = _HOSTS_V4 if parsed.version == 4 else _HOSTS_V6
    return str(ipaddress.ip_network((parsed, bits), strict=False))


def authenticate(ports: Ports, *, login: str, password: str, address: str) -> str:
    """Return the user, or "" when login and app password do not fit.

    The password is looked at first: whoever has the right one is let in,
    however many guesses others have made under this login.

    Raises:
        LimitReachedError: It is wrong, and so were too many before it.
    """
    user = dav_login(ports, login.replace("%40", "@"), password)
    if user is not None:
        return user
    _count_guess(ports, login.lower(), network_of(address))
    return ""


def _count_guess(ports: Ports, login: str, network: str) -> None:
    now = ports.clock.now()
    throttle = f"dav:{ports.tokens.digest(f'{login}|{network}')}"
    with ports.database.reading() as unit:
        guesses = unit.people.attempts(throttle, now=now, window_seconds=GUESS_WINDOW)
    if guesses >= MOST_GUESSES:
        raise LimitReachedError("Too many wrong app passwords.", retry_after=GUESS_WINDOW)
    with ports.database.writing() as unit:
        unit.people.count_attempt(throttle, now=now, window_seconds=GUESS_WINDOW)


class Auth(BaseAuth):
    """The auth plugin; it is made with the ports, so it is passed as a callable."""

    def __init__(self, configuration: Configuration, ports: Ports) -> None:
        """Keep the ports."""
        super().__init__(configuration)
        self._ports = ports

    def _login_ext(self, login: str, password: str, context: AuthContext) -> str:
        """Check an app password; Radicale knows only right or wrong."""
        try:
            return authenticate(
                self._ports,
                login=login,
                password=password,
                address=context.remote_addr or "",
            )
        except (LimitReachedError, UnavailableError):
            return ""

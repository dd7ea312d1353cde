"""Names of people and things, and calendar user addresses (RFC 6638 §2.4.1)."""

from __future__ import annotations

import re
from typing import NewType

from assisto_caldav.errors import InvalidInputError

Login = NewType("Login", str)
InstitutionId = NewType("InstitutionId", str)
Uid = NewType("Uid", str)
Href = NewType("Href", str)
ETag = NewType("ETag", str)

_SCHEME = "mailto:"
# Narrower than RFC 5322 on purpose: a login is also a path segment and an ATTENDEE value.
_ADDRESS = re.compile(
    r"[a-z0-9!#$&'*+=?^_`{|}~-]+(\.[a-z0-9!#$&'*+=?^_`{|}~-]+)*"
    r"@[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*"
)
_LONGEST_ADDRESS = 254  # RFC 5321 §4.5.3.1.3, without the angle brackets


def is_mail_address(text: str) -> bool:
    """Say whether this is one bare e-mail address, without a display name."""
    return len(text) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(text.lower()) is not None


def normalise_login(text: str) -> Login:
    """Return the login in the one form that we store and compare: lower case, no ``mailto:``.

    Raises:
        InvalidInputError: It is not an e-mail address.
    """
    address = bare_address(text)
    if not is_mail_address(address):
        raise InvalidInputError("A login is an e-mail address.", field="login")
    return Login(address)


def bare_address(address: str) -> str:
    """Return a calendar user address in lower case and without its ``mailto:``."""
    return address.strip().lower().removeprefix(_SCHEME)


def calendar_user_address(login: str) -> str:
    """Return the ``mailto:`` URI of a login or mail address."""
    return _SCHEME + bare_address(login)


def same_address(one: str, other: str) -> bool:
    """Say whether both are the same calendar user; case and ``mailto:`` do not count."""
    return bare_address(one) == bare_address(other)

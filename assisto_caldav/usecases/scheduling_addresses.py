"""The calendar user addresses of a login (RFC 6638 §2.4.1)."""

from __future__ import annotations

from urllib.parse import unquote

from assisto_caldav.domain.attendee import canonical_address


def is_address_of(login: str, address: str) -> bool:
    """Tell whether an address means this login: its ``mailto:`` or its principal's path.

    Args:
        login: As stored.
        address: In any spelling; of a URI the last segment counts.
    """
    wanted, found = canonical_address(login), canonical_address(address)
    if found == wanted:
        return True
    if "/" not in found:
        return False
    return unquote(found).rstrip("/").rpartition("/")[2] == wanted

"""How a component counts as busy time (RFC 4791 §7.10, RFC 5545 §3.2.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from assisto_caldav.domain.attendee import attendees, canonical_address
from assisto_caldav.domain.intervals import Interval, clip, merge, subtract

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assisto_caldav.domain.component import Component

Fbtype = Literal["BUSY", "BUSY-TENTATIVE", "BUSY-UNAVAILABLE", "FREE"]

_MICROSOFT: dict[str, Fbtype] = {
    "FREE": "FREE",
    "TENTATIVE": "BUSY-TENTATIVE",
    "OOF": "BUSY-UNAVAILABLE",
}


_STRONGEST_FIRST = ("BUSY", "BUSY-UNAVAILABLE", "BUSY-TENTATIVE")


def combine(periods: Iterable[tuple[str, Interval]], window: Interval) -> dict[str, list[Interval]]:
    """Return merged periods by FBTYPE, inside the window and clear of each other.

    Where they overlap the stronger one counts (RFC 7953 §4.1): BUSY, then
    BUSY-UNAVAILABLE, then BUSY-TENTATIVE. FREE ones are left out, and so are
    types without any period.
    """
    found: dict[str, list[Interval]] = {name: [] for name in _STRONGEST_FIRST}
    for name, period in periods:
        if name != "FREE":
            found.setdefault(name, []).append(period)
    stronger: list[Interval] = []
    for name, own in found.items():
        found[name] = subtract(clip(merge(own), window), stronger)
        stronger += found[name]
    return {name: own for name, own in found.items() if own}


def fbtype(component: Component, own_addresses: Iterable[str]) -> Fbtype:
    """Return how the time of a component counts for its owner.

    A missing TRANSP is OPAQUE, for all-day events too: Apple and Thunderbird
    write TRANSPARENT when they mean it.

    Args:
        component: A VEVENT, or one that never blocks.
        own_addresses: The calendar user addresses of the owner, in any spelling.
    """
    if component.name != "VEVENT" or _is_free(component, own_addresses):
        return "FREE"
    # Outlook says here what TRANSP and STATUS cannot, such as "out of office".
    said = _MICROSOFT.get(component.value("X-MICROSOFT-CDO-BUSYSTATUS").upper(), "BUSY")
    if said == "BUSY" and component.value("STATUS").upper() == "TENTATIVE":
        return "BUSY-TENTATIVE"
    return said


def _is_free(component: Component, own_addresses: Iterable[str]) -> bool:
    if component.value("STATUS").upper() == "CANCELLED":
        return True
    if component.value("TRANSP").upper() == "TRANSPARENT":
        return True
    own = {canonical_address(address) for address in own_addresses}
    return any(
        found.address in own and found.partstat == "DECLINED" for found in attendees(component)
    )

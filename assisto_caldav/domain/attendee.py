"""ATTENDEE and ORGANIZER of a component (RFC 5545 §3.8.4.1, §3.8.4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from assisto_caldav.domain.component import Component
    from assisto_caldav.domain.content_lines import Property


class Attendee(NamedTuple):
    """One calendar user as a component names it.

    ``address`` is canonical (see ``canonical_address``); ``partstat`` and
    ``role`` are in upper case, with the defaults of the RFC.
    """

    address: str
    name: str
    partstat: str
    role: str
    rsvp: bool


def canonical_address(address: str) -> str:
    """Return a calendar user address so that equal ones compare equal.

    In lower case; an e-mail address has no ``mailto:``, any other URI stays whole.
    """
    return address.strip().lower().removeprefix("mailto:").strip()


def same_address(one: str, other: str) -> bool:
    """Tell whether two addresses mean the same calendar user."""
    return canonical_address(one) == canonical_address(other)


def attendees(component: Component) -> tuple[Attendee, ...]:
    """Return all attendees in their order; there may be none."""
    return tuple(_attendee(found) for found in component.properties("ATTENDEE"))


def attendee_of(component: Component, address: str) -> Attendee | None:
    """Return the attendee with an address, if there is one."""
    wanted = canonical_address(address)
    return next((found for found in attendees(component) if found.address == wanted), None)


def partstat_of(component: Component, address: str) -> str | None:
    """Return the PARTSTAT of an attendee, or None if the address is not among them."""
    found = attendee_of(component, address)
    return found.partstat if found else None


def organizer(component: Component) -> Attendee | None:
    """Return the organizer; its partstat and role mean nothing."""
    found = component.property("ORGANIZER")
    return _attendee(found) if found else None


def _attendee(found: Property) -> Attendee:
    address = canonical_address(found.value)
    # Exchange writes addresses of its own directory here, and the mail address
    # into EMAIL (RFC 7986 §6.2).
    if "@" not in address and found.param("EMAIL"):
        address = canonical_address(found.param("EMAIL"))
    return Attendee(
        address=address,
        name=found.param("CN"),
        partstat=found.param("PARTSTAT").upper() or "NEEDS-ACTION",
        role=found.param("ROLE").upper() or "REQ-PARTICIPANT",
        rsvp=found.param("RSVP").upper() == "TRUE",
    )

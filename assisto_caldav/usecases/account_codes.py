"""The access codes of accounts' appointments, which belong to the appointment's id."""

from __future__ import annotations

from assisto_caldav.ports import Ports


def account_code(ports: Ports, appointment_id: str) -> str:
    """Return the access code that an account's appointment is made with.

    Only this server's key gives it, so that its owner need not keep one.
    """
    return ports.tokens.access_code(f"account|{appointment_id}")

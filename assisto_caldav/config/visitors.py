"""Read ``[visitors]``: how often the web serves one network."""

from __future__ import annotations

from assisto_caldav.config.model import Visitors
from assisto_caldav.config.table import Table

_MOST = 100_000


def read_visitors(root: Table) -> Visitors:
    """Read ``[visitors]``."""
    table, usual = root.table("visitors"), Visitors()

    def number(key: str, low: int, high: int) -> int:
        return table.integer(key, getattr(usual, key), low=low, high=high)

    visitors = Visitors(
        window_minutes=number("window_minutes", 1, 24 * 60),
        holds_per_network=number("holds_per_network", 10, _MOST),
        requests_per_network=number("requests_per_network", 10, _MOST),
        registrations_per_network=number("registrations_per_network", 3, _MOST),
        requests_per_address=number("requests_per_address", 1, 1000),
        proof_bits=number("proof_bits", 1, 24),
        proof_wait_seconds=number("proof_wait_seconds", 0, 600),
    )
    table.finish()
    return visitors

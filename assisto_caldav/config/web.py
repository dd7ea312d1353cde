"""Read ``[web]``: which other sites may show a centre's free dates."""

from __future__ import annotations

import re

from assisto_caldav.config.table import Table

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# An origin as browsers write it (RFC 6454 §6.2): no path, and no port that goes without saying.
_ORIGIN = re.compile(
    rf"https://(?P<host>{_LABEL}(?:\.{_LABEL})*)(?::(?P<port>[1-9]\d{{0,4}}))?"
    rf"|http://(?:localhost|127\.0\.0\.1)(?::(?P<own_port>[1-9]\d{{0,4}}))?"
)
_RIGHT = "eine Adresse ohne Pfad, in Kleinbuchstaben, wie „https://www.centre.example“"


def read_allowed_sites(root: Table) -> tuple[str, ...]:
    """Read the origins that may show free dates; none by default."""
    table = root.table("web")
    sites = table.texts("allowed_sites")
    table.finish()
    for number, site in enumerate(sites):
        if not is_origin(site):
            problem = f"„{site}“ passt nicht; nötig ist {_RIGHT}."
            table.complain("allowed_sites", problem, number=number)
        elif site in sites[:number]:
            table.complain("allowed_sites", f"„{site}“ steht zweimal da.", number=number)
    return sites


def is_origin(site: str) -> bool:
    """Say whether browsers name a site so: https, or a developer's own machine."""
    found = _ORIGIN.fullmatch(site)
    if found is None:
        return False
    port, own_port = int(found["port"] or 0), int(found["own_port"] or 0)
    return port != 443 and own_port != 80 and max(port, own_port) <= 65535

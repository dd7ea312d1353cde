"""Who acts, and by which way they came in."""

from __future__ import annotations

from dataclasses import dataclass

CLIENT = ""
SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever does something.

    ``login`` is that of staff, "" for a client and "system" for the passing of
    time; ``via`` is "web", "caldav", "link", "api" or "worker".
    """

    login: str
    via: str

    @property
    def audit_name(self) -> str:
        """Return what the audit log calls them."""
        return self.login or "client"

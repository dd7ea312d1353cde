"""Conditions of a write: If-Match, If-None-Match, If-Schedule-Tag-Match."""

from __future__ import annotations

from dataclasses import dataclass

from assisto_caldav.domain.collection import StoredObject
from assisto_caldav.errors import EtagMismatchError

ANY = "*"


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold for a write (RFC 9110 §13.1, RFC 6638 §8.3); tags are unquoted.

    ``if_match`` None: no such header; "*" stands for whatever is there.
    ``if_none_match``: the header was there with "*".
    """

    if_match: tuple[str, ...] | None = None
    if_none_match: bool = False
    if_schedule_tag: str | None = None

    def is_stale(self, stored: StoredObject | None) -> bool:
        """Tell whether If-Match names another state of the object."""
        if self.if_match is None:
            return False
        return stored is None or not {ANY, stored.etag} & set(self.if_match)

    def require(self, stored: StoredObject | None) -> None:
        """Check all of them.

        Raises:
            EtagMismatchError: One does not hold.
        """
        if self.is_stale(stored):
            raise EtagMismatchError("Das Objekt ist inzwischen ein anderes (If-Match).")
        self.require_others(stored)

    def require_others(self, stored: StoredObject | None) -> None:
        """Check all but If-Match.

        Raises:
            EtagMismatchError: One does not hold.
        """
        if self.if_none_match and stored is not None:
            raise EtagMismatchError("Hier liegt schon ein Objekt (If-None-Match).")
        if self.if_schedule_tag is not None and (
            stored is None or stored.schedule_tag != self.if_schedule_tag
        ):
            raise EtagMismatchError("Der Termin ist inzwischen ein anderer (Schedule-Tag).")


NO_CONDITIONS = Conditions()

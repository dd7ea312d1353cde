"""Conditions of a write: If-Match, If-None-Match, If-Unmodified-Since, If, Schedule-Tag."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assisto_caldav.domain.collection import StoredObject
from assisto_caldav.errors import EtagMismatchError
from assisto_caldav.ports import Unit

ANY = "*"


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold for a write (RFC 9110 §13.1, RFC 6638 §8.3); tags are unquoted.

    ``if_match`` None: no such header; "*" stands for whatever is there.
    ``if_none_match``: the header was there with "*"; ``if_none_match_tags``:
    what else it named. ``if_unmodified_since`` counts only without If-Match.
    ``states`` is what an If header says of the state of any resource (RFC 4918
    §10.4), asked in the writing unit.
    """

    if_match: tuple[str, ...] | None = None
    if_none_match: bool = False
    if_schedule_tag: str | None = None
    if_none_match_tags: tuple[str, ...] = ()
    if_unmodified_since: int | None = None
    states: Callable[[Unit], bool] | None = None

    def require_states(self, unit: Unit) -> None:
        """Check the If header.

        Raises:
            EtagMismatchError: It does not hold.
        """
        if self.states is not None and not self.states(unit):
            raise EtagMismatchError("Der Stand ist inzwischen ein anderer (If).")

    def require_collection(self, *, is_there: bool) -> None:
        """Check what is asked of a whole collection: to be there, or not to be.

        Raises:
            EtagMismatchError: It does not hold; a collection has no tag that could match.
        """
        if is_there and self.if_none_match:
            raise EtagMismatchError("Diesen Kalender gibt es schon (If-None-Match).")
        if self.if_match is not None and not (is_there and ANY in self.if_match):
            raise EtagMismatchError("Der Kalender ist ein anderer (If-Match).")

    def is_stale(self, stored: StoredObject | None) -> bool:
        """Tell whether If-Match names another state of the object.

        A Schedule-Tag that matches says that nothing of consequence has changed
        since (RFC 6638 §3.2.10), and goes before it.
        """
        if self.if_match is None:
            return False
        if stored is not None and stored.schedule_tag and self.if_schedule_tag:
            return stored.schedule_tag != self.if_schedule_tag
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
        if stored is not None and (self.if_none_match or stored.etag in self.if_none_match_tags):
            raise EtagMismatchError("Hier liegt schon ein Objekt (If-None-Match).")
        if self._is_modified(stored):
            raise EtagMismatchError("Das Objekt ist neuer (If-Unmodified-Since).")
        if self.if_schedule_tag is not None and (
            stored is None or stored.schedule_tag != self.if_schedule_tag
        ):
            raise EtagMismatchError("Der Termin ist inzwischen ein anderer (Schedule-Tag).")

    def _is_modified(self, stored: StoredObject | None) -> bool:
        if stored is None or self.if_unmodified_since is None or self.if_match is not None:
            return False
        return stored.modified_at > self.if_unmodified_since


NO_CONDITIONS = Conditions()

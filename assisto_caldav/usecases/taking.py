"""Whose time it will be: the choice among counsellors, made under their locks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assisto_caldav.domain import slots
from assisto_caldav.domain.appointment import Hold
from assisto_caldav.errors import SlotTakenError
from assisto_caldav.ports import Unit
from assisto_caldav.usecases.find_slots import Search, read_stretches, terms_on_day_of

TAKEN = "Diese Uhrzeit ist gerade vergeben worden."


@dataclass(frozen=True, slots=True)
class Wanted:
    """A time that somebody wants to have, with the hold that they have on it, if any."""

    search: Search
    start: int
    own_hold: Hold | None = None

    def is_promised_by(self, login: str) -> bool:
        """Say whether the own hold, lapsed or not, is for exactly this."""
        hold = self.own_hold
        return (
            hold is not None
            and hold.counsellor == login
            and hold.start == self.start
            and hold.service == self.search.service.id
        )


def take_time(unit: Unit, wanted: Wanted) -> str:
    """Lock who may come into question, check again, and return who it will be.

    The own hold decides; else who has the fewest appointments that day, and
    then the order of config. All locks are taken in one fixed order. The own
    hold's counsellor is locked too, for the hold is going to be released.

    Raises:
        SlotTakenError: Nobody can give this time.
    """
    candidates = _candidates(unit, wanted)
    hold = wanted.own_hold
    for login in sorted({*candidates, *([hold.counsellor] if hold else ())}):
        unit.people.lock_counsellor(login)
    ranked = rank(unit, wanted, candidates)
    if not ranked:
        raise SlotTakenError(TAKEN)
    return ranked[0]


def rank(unit: Unit, wanted: Wanted, logins: Sequence[str]) -> list[str]:
    """Return who of them can give the time, best first."""
    search, start = wanted.search, wanted.start
    terms = terms_on_day_of(search, start)
    but = wanted.own_hold.id if wanted.own_hold else ""
    by_login = read_stretches(unit, search, terms, logins=logins, but=but)
    free = [
        (not promised, slots.booked_on_day_of(stretches, terms, start), position, login)
        for position, (login, stretches) in enumerate(by_login.items())
        if slots.is_bookable(
            stretches, terms, start, promised=(promised := wanted.is_promised_by(login))
        )
    ]
    return [login for *_, login in sorted(free)]


def can_give(unit: Unit, wanted: Wanted, login: str, *, but: str) -> bool:
    """Say whether somebody can give the time when what they have under ``but`` goes."""
    search, start = wanted.search, wanted.start
    terms = terms_on_day_of(search, start)
    stretches = read_stretches(unit, search, terms, logins=[login], but=but).get(login)
    return stretches is not None and slots.is_bookable(stretches, terms, start, promised=False)


def _candidates(unit: Unit, wanted: Wanted) -> Sequence[str]:
    logins = wanted.search.logins
    if len(logins) == 1:
        return logins
    ranked = rank(unit, wanted, logins)
    if ranked and wanted.is_promised_by(ranked[0]):
        return ranked[:1]
    return ranked

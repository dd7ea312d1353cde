"""What a VAVAILABILITY changes about booking times (RFC 7953 §3, design §5.1).

Clients keep the UIDs of AVAILABLEs or make them all anew, one for each
weekday; they keep SUMMARY or drop it. So rules are known again by UID, else by
what they open, else by where they overlap; what is known again keeps its
services, and its bytes when it opens the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from assisto_caldav.domain.availability_change import changed_text
from assisto_caldav.domain.availability_reading import Wanted
from assisto_caldav.domain.availability_signature import Signature, signature
from assisto_caldav.domain.booking_times import ALL_WORD, WeeklyRule
from assisto_caldav.domain.booking_times_object import change_rule, change_summary, read_rule
from assisto_caldav.domain.calendar_object import CalendarObject, parse_calendar_object
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.localtime import date_of
from assisto_caldav.domain.recurrence import expand

NO_SERVICE = "Verfügbar"
"""SUMMARY of a new time that names no service: it opens nothing until the counsellor says what."""

_FOUR_WEEKS = 28 * 86_400
Match = Callable[[str], tuple[str, ...] | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A stored rule; ``shown``: it is in the VAVAILABILITY that clients read."""

    href: str
    item: CalendarObject
    services: tuple[str, ...]
    shown: bool

    @property
    def summary(self) -> str:
        """Return the names of services as they are written."""
        return (self.item.master or self.item.components[0]).text("SUMMARY")


@dataclass(slots=True)
class Plan:
    """What is to be written: texts by href, new ones with the UID that was sent, hrefs to remove.

    What is not named stays as it is, byte for byte.
    """

    changed: dict[str, str] = field(default_factory=dict)
    added: list[tuple[str, str]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


class _Atom(NamedTuple):
    """The smallest part that clients cut a weekly rule into: one weekday of it."""

    weekday: int
    start: str
    end: str
    since: date | None
    until: date | None
    skipped: frozenset[date]


def plan_changes(
    stored: Sequence[Rule], wanted: Sequence[Wanted], *, zone: ZoneInfo, now: int, match: Match
) -> Plan:
    """Return what makes the stored rules open what is wanted.

    Args:
        stored: All rules; those that are not shown are never removed.
        wanted: As ``read_availability`` returns them.
        zone: The institution's.
        now: Exceptions before it make no difference.
        match: The services that a SUMMARY names, None when it names none.
    """
    matching = _Matching(stored, zone, now, match)
    left = [want for want in wanted if not matching.take_by_uid(want)]
    left = [want for want in left if not matching.take_same(want)]
    left = matching.take_weekdays(left)
    left = [want for want in left if not matching.take_overlapping(want)]
    for want in left:
        matching.add(want)
    matching.plan.removed = [rule.href for rule in matching.rest if rule.shown]
    return matching.plan


class _Matching:
    """Stored rules, known again one after the other; ``rest`` are those not yet."""

    def __init__(self, stored: Sequence[Rule], zone: ZoneInfo, now: int, match: Match) -> None:
        self._all = stored
        self._zone, self._now, self._match = zone, now, match
        self.rest = list(stored)
        self.plan = Plan()
        self._keeps_uids = False
        self._signatures = {rule.href: self._signature(rule.item) for rule in stored}

    def _signature(self, item: CalendarObject) -> Signature:
        return signature(item, self._zone, now=self._now)

    def take_by_uid(self, want: Wanted) -> bool:
        """Know a rule again by its UID; change what it opens, or names, if that differs."""
        rule = next((one for one in self.rest if want.uid and one.item.uid == want.uid), None)
        if rule is None:
            return False
        self._keeps_uids = True
        self.rest.remove(rule)
        if self._signatures[rule.href] != self._signature(want.item):
            self._change(rule, want)
        elif not self._fits(rule, want):
            self.plan.changed[rule.href] = change_summary(rule.item, want.summary, now=self._now)
        return True

    def take_same(self, want: Wanted) -> bool:
        """Know a rule again that opens the same."""
        own = self._signature(want.item)
        for rule in self.rest:
            if self._signatures[rule.href] == own and self._fits(rule, want):
                self.rest.remove(rule)
                return True
        return False

    def _fits(self, rule: Rule, want: Wanted) -> bool:
        """Tell whether what was sent names the rule's services, or none at all."""
        if want.summary in ("", rule.summary):
            return True
        return bool(rule.services) and self._match(want.summary) == rule.services

    def take_weekdays(self, left: Sequence[Wanted]) -> list[Wanted]:
        """Know rules again that came back in pieces; return what is not known yet."""
        pieces = [(want, self._atoms(want.item)) for want in left]
        unused = [set(atoms) for _, atoms in pieces]
        for rule in list(self.rest):
            atoms = self._atoms(rule.item)
            found: set[_Atom] = set()
            for index, (want, own) in enumerate(pieces):
                # Who makes all anew may have joined rules that open the same for other services.
                source = unused[index] if self._keeps_uids else set(own)
                hit = source & set(atoms) - found if self._fits(rule, want) else set()
                unused[index] -= hit
                found |= hit
            if atoms and found == set(atoms):
                self.rest.remove(rule)
            elif found and rule.shown:
                self.rest.remove(rule)
                days = tuple(sorted(atom.weekday for atom in found))
                self.plan.changed[rule.href] = self._on_days(rule.item, days, rule.summary)
        kept = []
        for (want, atoms), rest in zip(pieces, unused, strict=True):
            if not atoms or len(rest) == len(set(atoms)):
                kept.append(want)
            elif rest:
                days = tuple(sorted(atom.weekday for atom in rest))
                text = self._on_days(want.item, days, want.summary)
                kept.append(replace(want, item=parse_calendar_object(text.encode())))
        return kept

    def _atoms(self, item: CalendarObject) -> tuple[_Atom, ...]:
        rule = read_rule(item, self._zone)
        if rule is None or not rule.weekdays:
            return ()
        today = date_of(self._now, self._zone)
        return tuple(self._atom(rule, weekday, today) for weekday in rule.weekdays)

    def _atom(self, rule: WeeklyRule, weekday: int, today: date) -> _Atom:
        first = replace(rule, weekdays=(weekday,), until=None, exceptions=()).first_day
        skipped = (day for day in rule.exceptions if day.weekday() == weekday and day >= today)
        soonest = today + timedelta(days=(weekday - today.weekday()) % 7)
        # On which day it began makes no difference if it opens the next such weekday.
        since = None if first <= soonest else first
        return _Atom(weekday, f"{rule.start}", f"{rule.end}", since, rule.until, frozenset(skipped))

    def _on_days(self, item: CalendarObject, days: tuple[int, ...], summary: str) -> str:
        rule = read_rule(item, self._zone)
        assert rule is not None  # noqa: S101  # only weekly rules have atoms
        return change_rule(
            item, replace(rule, weekdays=days), summary=summary, zone=self._zone, now=self._now
        )

    def take_overlapping(self, want: Wanted) -> bool:
        """Take the rule that overlaps most for the one that was meant, and change it."""
        rule = self._nearest(want, [rule for rule in self.rest if rule.shown])
        if rule is None:
            return False
        self.rest.remove(rule)
        self._change(rule, want)
        return True

    def add(self, want: Wanted) -> None:
        """Add a rule; without a SUMMARY it takes the services of the times around it."""
        summary = want.summary or self._inherited(want)
        text = change_summary(want.item, summary, now=self._now) if not want.summary else None
        self.plan.added.append((want.uid, text or want.item.text))

    def _inherited(self, want: Wanted) -> str:
        shown = [rule for rule in self._all if rule.shown]
        nearest = self._nearest(want, shown)
        if nearest is not None:
            return nearest.summary
        if not shown:
            return ALL_WORD
        alike = {rule.services for rule in shown}
        return shown[0].summary if len(alike) == 1 else NO_SERVICE

    def _change(self, rule: Rule, want: Wanted) -> None:
        summary = rule.summary if self._fits(rule, want) else want.summary
        self.plan.changed[rule.href] = changed_text(
            rule.item, want.item, summary=summary, now=self._now
        )

    def _nearest(self, want: Wanted, rules: Sequence[Rule]) -> Rule | None:
        fitting = [rule for rule in rules if self._fits(rule, want)]
        own = self._sample(want.item)
        shared = [(_shared(own, self._sample(rule.item)), rule) for rule in fitting]
        size, best = max(shared, key=lambda pair: pair[0], default=(0, None))
        return best if size else None

    def _sample(self, item: CalendarObject) -> list[Interval]:
        window = Interval(self._now, self._now + _FOUR_WEEKS)
        return [
            Interval(found.start, found.end)
            for found in expand(item, window, floating_zone=self._zone)
            if found.start < found.end
        ]


def _shared(one: Sequence[Interval], other: Sequence[Interval]) -> int:
    """Return how many seconds both have in common; both are sorted by start."""
    total = position = 0
    for period in one:
        while position < len(other) and other[position].end <= period.start:
            position += 1
        ahead = position
        while ahead < len(other) and other[ahead].start < period.end:
            total += max(
                0, min(period.end, other[ahead].end) - max(period.start, other[ahead].start)
            )
            ahead += 1
    return total

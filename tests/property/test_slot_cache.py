"""The kept slots are those that a fresh look finds, whatever happens in between."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.institution import ClosingDay
from assisto_caldav.errors import AssistoError, SlotTakenError
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.calendars import put_object
from assisto_caldav.usecases.find_slots import SlotWish, find_slots
from assisto_caldav.usecases.request import (
    cancel_by_client,
    extend_hold,
    place_hold,
    release_hold,
)
from assisto_web.api.shapes import slots_json
from assisto_web.api.slot_text import SlotLine, slot_lines, slots_text
from assisto_web.slot_cache import SlotCache
from tests.office import (
    ALICE,
    BOB,
    FRANK,
    MONDAY,
    TALK,
    at,
    make_office,
    open_times,
    put_event,
    send_request,
    utc,
)

WISHES = (
    SlotWish("mitte", "s1", None, MONDAY, MONDAY),
    SlotWish("mitte", "s1", None, MONDAY, MONDAY, BOB),
    SlotWish("mitte", "s2", None, MONDAY, MONDAY),
    SlotWish("nord", "s1", None, MONDAY, MONDAY),
)
NINE = at(MONDAY, "09:00")
QUARTER = 15 * 60
TIMES = st.integers(0, 11).map(lambda number: NINE + number * QUARTER)
PEOPLE = st.sampled_from([ALICE, BOB])
VISITORS = st.sampled_from(["olaf", "petra"])


class Readers(RuleBasedStateMachine):
    """Everything that decides over free time, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.office = make_office()
        self.cache: SlotCache[list[SlotLine], bytes] = SlotCache(slot_lines, slots_text)
        self.holds: dict[str, str] = {}
        self.codes: list[str] = []
        for login in (ALICE, BOB):
            open_times(self.office, login)

    def teardown(self) -> None:
        self.office.close()

    @rule(start=TIMES, login=st.none() | PEOPLE, visitor=VISITORS)
    def hold(self, start: int, login: str | None, visitor: str) -> None:
        wanted: dict[str, Any] = {"institution": "mitte", "service": "s1", "start": start}
        with suppress(AssistoError):
            held = place_hold(
                self.office.ports,
                **wanted,
                channel=Channel.VIDEO,
                counsellor=login,
                visitor=visitor,
            )
            self.holds[visitor] = held.id

    @rule(visitor=VISITORS, extends=st.booleans())
    def go_on_or_give_up(self, visitor: str, extends: bool) -> None:
        act = extend_hold if extends else release_hold
        with suppress(AssistoError):
            act(self.office.ports, self.holds.get(visitor, ""), visitor=visitor)

    @rule(start=TIMES, login=st.none() | PEOPLE, visitor=st.just("") | VISITORS)
    def request(self, start: int, login: str | None, visitor: str) -> None:
        """Whoever holds a time asks for it, though nobody is shown it."""
        with self.office.ports.database.reading() as unit:
            held = unit.holds.get(self.holds.get(visitor, ""))
        if held is not None:
            start, login = held.start, held.counsellor
        with suppress(SlotTakenError):
            hold = held.id if held else ""
            made = send_request(self.office, start, counsellor=login, visitor=visitor, hold=hold)
            self.codes.append(made[1])

    @rule()
    def cancel(self) -> None:
        if self.codes:
            with suppress(AssistoError):
                cancel_by_client(
                    self.office.ports, institution="mitte", code=self.codes.pop(), via="web"
                )

    @rule(start=TIMES, quarters=st.integers(1, 6), login=PEOPLE)
    def be_busy(self, start: int, quarters: int, login: str) -> None:
        put_event(self.office, start, start + quarters * QUARTER, owner=login)

    @rule(start=TIMES)
    def close(self, start: int) -> None:
        text = (
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VEVENT\r\nUID:c\r\n"
            f"DTSTAMP:20261101T000000Z\r\nDTSTART:{utc(start)}\r\nDTEND:{utc(start + 600)}\r\n"
            "SUMMARY:Ausflug\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
        put_object(
            self.office.ports,
            Actor(FRANK, "caldav"),
            owner="mitte",
            collection="closing-days",
            href="c.ics",
            raw=text.encode(),
        )

    @rule(login=PEOPLE)
    def leave_or_return(self, login: str) -> None:
        with self.office.ports.database.writing() as unit:
            member = unit.people.staff(login)
            assert member is not None
            unit.people.save_staff(replace(member, active=not member.active))

    @rule(
        notice=st.sampled_from([0, 165]),
        most=st.none() | st.integers(1, 2),
        chosen=st.booleans(),
        is_closed=st.booleans(),
        minutes=st.sampled_from([30, 50]),
    )
    def configure(
        self, notice: int, most: int | None, chosen: bool, is_closed: bool, minutes: int
    ) -> None:
        institution = self.office.institution()
        limits = replace(institution.limits, notice_hours=notice, max_per_day=most)
        _, *others = institution.services
        closing = (ClosingDay(name="Umzug", first=MONDAY, last=MONDAY),) if is_closed else ()
        self.office.configure(
            replace(
                institution,
                limits=limits,
                choose_counsellor=chosen,
                closing_days=closing,
                services=(replace(TALK, duration_minutes=minutes), *others),
            )
        )

    @rule(seconds=st.sampled_from([1, 30, 60, 3600]))
    def wait(self, seconds: int) -> None:
        self.office.clock.advance(seconds)

    @rule(visitor=VISITORS)
    def let_a_hold_lapse(self, visitor: str) -> None:
        with self.office.ports.database.reading() as unit:
            held = unit.holds.get(self.holds.get(visitor, ""))
        left = held.expires_at - self.office.clock.now() if held else 0
        if left > 0:
            self.office.clock.advance(left - 1)
            self.what_is_kept_is_what_is_so()
            self.office.clock.advance(1)

    @invariant()
    def what_is_kept_is_what_is_so(self) -> None:
        for wish in WISHES:
            found = find_slots(self.office.ports, wish)
            shown = slots_json(self.office.institution(wish.institution), found)
            assert json.loads(self.cache.read(self.office.ports, wish)) == {"slots": shown}


Readers.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestReaders = Readers.TestCase

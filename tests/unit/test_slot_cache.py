from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from assisto_caldav.config import Config
from assisto_caldav.domain.channel import Channel
from assisto_caldav.errors import SlotTakenError
from assisto_caldav.usecases import slot_cache
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.calendars import ensure_homes, put_object
from assisto_caldav.usecases.find_slots import FreeSlot, SlotWish, find_slots
from assisto_caldav.usecases.request import place_hold
from assisto_caldav.usecases.slot_cache import SlotCache
from tests.office import (
    ALICE,
    BOB,
    FRANK,
    MONDAY,
    Office,
    at,
    make_entry,
    make_office,
    open_office,
    open_times,
    put_event,
    send_request,
    utc,
)

WISH = SlotWish("mitte", "s1", None, MONDAY, MONDAY)
NINE = at(MONDAY, "09:00")


class Reader:
    """A cache of starts that counts how often it had to look."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.looked = 0
        self.made: list[str] = []
        self.cache = SlotCache(self._make, self._join)

    def _make(self, _config: Config, _wish: SlotWish, found: Sequence[FreeSlot]) -> list[FreeSlot]:
        self.made += sorted({slot.counsellor for slot in found})
        return list(found)

    def _join(self, slots: list[FreeSlot]) -> list[FreeSlot]:
        self.looked += 1
        return slots

    def starts(self, wish: SlotWish = WISH) -> list[int]:
        return [slot.start for slot in self.cache.read(self.office.ports, wish)]

    def agrees(self, wish: SlotWish = WISH) -> bool:
        """Say whether it reads what a search finds that keeps nothing."""
        return self.cache.read(self.office.ports, wish) == find_slots(self.office.ports, wish)


@pytest.fixture
def reader() -> Iterator[Reader]:
    with open_office() as office:
        open_times(office)
        made = Reader(office)
        assert len(made.starts()) == 3
        yield made


def test_the_second_reader_of_the_same_gets_what_the_first_had(reader: Reader) -> None:
    assert len(reader.starts()) == 3
    assert reader.looked == 1


def test_an_appointment_an_event_and_booking_times_are_seen_at_once(reader: Reader) -> None:
    send_request(reader.office)
    assert NINE not in reader.starts()

    put_event(reader.office, at(MONDAY, "10:00"), at(MONDAY, "11:00"))
    assert reader.starts() == [at(MONDAY, "11:00")]

    open_times(reader.office, BOB, start=time(9))
    assert NINE in reader.starts()


def test_the_centres_closing_is_seen_at_once(reader: Reader) -> None:
    text = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VEVENT\r\nUID:c\r\n"
        f"DTSTAMP:20261101T000000Z\r\nDTSTART:{utc(NINE)}\r\nDTEND:{utc(NINE + 3600)}\r\n"
        "SUMMARY:Ausflug\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    put_object(
        reader.office.ports,
        Actor(FRANK, "caldav"),
        owner="mitte",
        collection="closing-days",
        href="c.ics",
        raw=text.encode(),
    )

    assert NINE not in reader.starts()


def test_a_hold_is_seen_at_once_and_so_is_its_lapse(reader: Reader) -> None:
    held = place_hold(
        reader.office.ports,
        institution="mitte",
        service="s1",
        channel=Channel.VIDEO,
        start=NINE,
        counsellor=None,
        visitor="v",
        network="n",
    )
    assert NINE not in reader.starts()

    reader.office.clock.advance(held.expires_at - reader.office.clock.now())
    assert NINE in reader.starts()


def test_another_configuration_is_seen_at_once(reader: Reader) -> None:
    institution = reader.office.institution()
    limits = replace(institution.limits, horizon_days=2)
    reader.office.configure(replace(institution, limits=limits))

    assert reader.starts() == []


def test_who_left_is_seen_at_once(reader: Reader) -> None:
    with reader.office.ports.database.writing() as unit:
        member = unit.people.staff(ALICE)
        assert member is not None
        unit.people.save_staff(replace(member, active=False))

    assert reader.starts() == []


def test_notice_moves_on(reader: Reader) -> None:
    notice = reader.office.institution().limits.notice_hours * 3600
    clock = reader.office.clock
    clock.advance(NINE - notice - clock.now())
    assert NINE in reader.starts()

    clock.advance(1)
    assert NINE not in reader.starts()


def test_it_keeps_no_more_than_its_bound(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slot_cache, "ENTRIES", 1)
    reader.starts(replace(WISH, counsellor=ALICE))

    reader.starts()

    assert reader.looked == 3


def test_only_who_has_changed_is_computed_again(reader: Reader) -> None:
    open_times(reader.office, BOB)
    with_more_colleagues(reader.office, 4)
    assert reader.agrees()
    reader.made.clear()

    send_request(reader.office, counsellor=BOB)

    assert reader.agrees()
    assert reader.made == [BOB]


def with_more_colleagues(office: Office, count: int) -> None:
    mitte = office.institution()
    more = tuple(make_entry(f"person{number}@mitte.example") for number in range(count))
    office.configure(replace(mitte, staff=(*mitte.staff, *more)))
    ensure_homes(office.ports)
    for entry in more:
        open_times(office, entry.login)


def hold_some(office: Office, source: random.Random) -> None:
    start = at(MONDAY, f"{source.randrange(9, 12):02}:00")
    try:
        place_hold(
            office.ports, institution="mitte", service="s1", channel=Channel.VIDEO, start=start,
            counsellor=source.choice([ALICE, BOB, None]), visitor=f"v{source.randrange(4)}",
        )  # fmt: skip
    except SlotTakenError:
        return


def request_some(office: Office, source: random.Random) -> None:
    start = at(MONDAY, f"{source.randrange(9, 12):02}:00")
    try:
        send_request(office, start, counsellor=source.choice([ALICE, BOB]))
    except SlotTakenError:
        return


def busy_some(office: Office, source: random.Random) -> None:
    start = at(MONDAY, f"{source.randrange(9, 12):02}:{source.randrange(60):02}")
    put_event(office, start, start + 1800, owner=source.choice([ALICE, BOB]))


def pass_some_time(office: Office, source: random.Random) -> None:
    office.clock.advance(source.choice([1, 59, 60, 901, 4000]))


def leave_or_come_back(office: Office, source: random.Random) -> None:
    with office.ports.database.writing() as unit:
        member = unit.people.staff(source.choice([ALICE, BOB]))
        assert member is not None
        unit.people.save_staff(replace(member, active=not member.active))


def configure_anew(office: Office, source: random.Random) -> None:
    mitte = office.institution()
    limits = replace(mitte.limits, notice_hours=source.choice([1, 24, 150]))
    office.configure(replace(mitte, limits=limits))


ACTS: tuple[Callable[[Office, random.Random], None], ...] = (
    *(hold_some, hold_some, hold_some, request_some, busy_some),
    *(pass_some_time, leave_or_come_back, configure_anew),
)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_it_reads_as_a_search_that_keeps_nothing(
    reader: Reader, seed: int
) -> None:
    source = random.Random(seed)
    open_times(reader.office, BOB)
    with_more_colleagues(reader.office, 3)
    wishes = (WISH, replace(WISH, counsellor=ALICE), replace(WISH, channel=Channel.PHONE))

    for step in range(30):
        source.choice(ACTS)(reader.office, source)
        for wish in wishes:
            assert reader.agrees(wish), (seed, step)


def test_threads_that_share_it_see_what_they_have_done_themselves(tmp_path: Path) -> None:
    office = make_office(f"sqlite:{tmp_path / 'shared.db'}")
    open_times(office)
    open_times(office, BOB)
    reader, failed = Reader(office), []

    def hold_and_read(number: int) -> None:
        for day in range(5):
            start = at(MONDAY + timedelta(days=day), f"{9 + number % 3:02}:00")
            login = (ALICE, BOB)[number // 3]
            place_hold(
                office.ports, institution="mitte", service="s1", channel=Channel.VIDEO,
                start=start, counsellor=login, visitor=f"v{number}",
            )  # fmt: skip
            wish = replace(WISH, last=MONDAY + timedelta(days=4))
            seen = reader.cache.read(office.ports, wish)
            if any(slot.counsellor == login and slot.start == start for slot in seen):
                failed.append((number, day))

    threads = [threading.Thread(target=hold_and_read, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert reader.agrees(replace(WISH, last=MONDAY + timedelta(days=4)))
    office.close()

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import time, timedelta
from itertools import chain
from pathlib import Path

import pytest

from assisto_caldav.config import Config
from assisto_caldav.domain.channel import Channel
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.calendars import put_object
from assisto_caldav.usecases.find_slots import FreeSlot, SlotWish, find_slots
from assisto_caldav.usecases.request import place_hold
from assisto_web import slot_cache
from assisto_web.slot_cache import SlotCache
from tests.office import (
    ALICE,
    BOB,
    FRANK,
    MONDAY,
    Office,
    at,
    open_office,
    open_times,
    put_event,
    send_request,
    utc,
)

WISH = SlotWish("mitte", "s1", None, MONDAY, MONDAY)
NINE = at(MONDAY, "09:00")


class Reader:
    """A cache of starts that counts how often it had to look, and at how many counsellors."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.looked = 0
        self.made = 0
        self.cache = SlotCache(self._make, self._join)

    def _make(self, _config: Config, _wish: SlotWish, found: list[FreeSlot]) -> list[int]:
        self.made += 1
        return [slot.start for slot in found]

    def _join(self, found: Sequence[list[int]]) -> list[int]:
        self.looked += 1
        return sorted(chain.from_iterable(found))

    def starts(self, wish: SlotWish = WISH) -> list[int]:
        return self.cache.read(self.office.ports, wish)


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


def test_only_the_slots_of_whom_a_change_concerns_are_made_anew(reader: Reader) -> None:
    open_times(reader.office, BOB)
    assert len(reader.starts()) == 6
    made = reader.made

    send_request(reader.office, counsellor=ALICE)

    assert len(reader.starts()) == 5
    assert reader.made == made + 1


def test_who_met_an_error_leaves_nothing_half_made(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_request(reader.office)
    join = reader._join

    def fail(_found: Sequence[list[int]]) -> list[int]:
        raise RuntimeError

    monkeypatch.setattr(reader.cache, "_join", fail)
    with pytest.raises(RuntimeError):
        reader.starts()
    monkeypatch.setattr(reader.cache, "_join", join)

    assert NINE not in reader.starts()


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
    clock = reader.office.clock
    clock.advance(30)  # it lapses within a minute, not with one
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

    clock.advance(held.expires_at - 1 - clock.now())
    assert NINE not in reader.starts()

    clock.advance(1)
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


def test_who_reads_while_others_hold_sees_what_was_held_before_and_nothing_later(
    tmp_path: Path,
) -> None:
    with open_office(url=f"sqlite:{tmp_path}/assisto.db") as office:
        open_times(office)
        open_times(office, BOB)
        wish = replace(WISH, last=MONDAY + timedelta(days=4))
        history = History(office, Reader(office), wish)
        threads = [threading.Thread(target=history.read_on) for _ in range(4)]

        for thread in threads:
            thread.start()
        history.hold_all()
        for thread in threads:
            thread.join()

        assert history.first_wrong == ""
        assert history.reader.starts(wish) == []


class History:
    """One holds time after time, others read; counts what is begun and what is done."""

    def __init__(self, office: Office, reader: Reader, wish: SlotWish) -> None:
        self.office, self.reader, self.wish = office, reader, wish
        self.wanted = find_slots(office.ports, wish)
        self.begun = self.done = 0
        self.first_wrong = ""

    def hold_all(self) -> None:
        for number, slot in enumerate(self.wanted):
            self.begun = number + 1
            place_hold(
                self.office.ports,
                institution="mitte",
                service="s1",
                channel=Channel.VIDEO,
                start=slot.start,
                counsellor=slot.counsellor,
                visitor=f"v{number}",
            )
            self.done = number + 1

    def read_on(self) -> None:
        """Read until everything is held, or something was wrong."""
        while self.done < len(self.wanted) and not self.first_wrong:
            before = self.done
            seen = len(self.wanted) - len(self.reader.starts(self.wish))
            if not before <= seen <= self.begun:
                self.first_wrong = f"{before} were held, {self.begun} are, {seen} were seen"

"""How often a network holds and requests, and for how long a time may be held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from assisto_caldav.config.model import Visitors
from assisto_caldav.domain.appointment import Hold
from assisto_caldav.domain.channel import Channel
from assisto_caldav.errors import LimitReachedError, SlotTakenError
from assisto_caldav.usecases.request import extend_hold, place_hold
from tests.office import (
    MONDAY,
    TALK,
    Office,
    at,
    make_details,
    open_office,
    open_times,
    send_request,
)

SHELTER, HOME = "192.0.2.1", "198.51.100.7"
MINUTE = 60
HOUR = 3600
NINE = at(MONDAY, "09:00")


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as made:
        open_times(made)
        made.config.config = replace(
            made.config.config,
            visitors=Visitors(holds_per_network=3, requests_per_network=2, requests_per_address=1),
        )
        yield made


def hold(
    office: Office, start: int = NINE, *, visitor: str = "olaf", network: str = SHELTER
) -> Hold:
    return place_hold(
        office.ports,
        institution="mitte",
        service=TALK.id,
        channel=Channel.VIDEO,
        start=start,
        visitor=visitor,
        network=network,
    )


def test_a_network_holds_only_so_many_times(office: Office) -> None:
    for number in range(3):
        hold(office, visitor="olaf", start=NINE + number * HOUR)

    with pytest.raises(LimitReachedError) as caught:
        hold(office)

    assert 0 < (caught.value.retry_after or 0) <= HOUR


def test_another_network_is_not_slowed_down(office: Office) -> None:
    for number in range(3):
        hold(office, start=NINE + number * HOUR)

    assert hold(office, visitor="grace", network=HOME).start == NINE


def test_holding_goes_on_when_the_time_told_is_over(office: Office) -> None:
    for number in range(3):
        hold(office, start=NINE + number * HOUR)
    with pytest.raises(LimitReachedError) as caught:
        hold(office)
    office.clock.advance(caught.value.retry_after or 0)

    assert hold(office).start == NINE


def test_what_did_not_succeed_does_not_count(office: Office) -> None:
    hold(office, visitor="grace", network=HOME)
    for _ in range(5):
        with pytest.raises(SlotTakenError):
            hold(office)

    assert hold(office, start=NINE + HOUR).start == NINE + HOUR


def test_by_default_a_shelter_of_sixty_four_is_served(office: Office) -> None:
    office.config.config = replace(office.config.config, visitors=Visitors())

    for number in range(64):
        hold(office, start=NINE + number % 3 * HOUR)


def test_a_network_requests_only_so_often(office: Office) -> None:
    send_request(office, NINE, network=SHELTER)
    send_request(office, NINE + HOUR, network=SHELTER)

    with pytest.raises(LimitReachedError) as caught:
        send_request(office, NINE + 2 * HOUR, network=SHELTER)

    assert caught.value.field is None
    assert send_request(office, NINE + 2 * HOUR, network=HOME)[0].start == NINE + 2 * HOUR


def test_nobody_is_flooded_with_mails_from_many_networks(office: Office) -> None:
    details = make_details(email="grace@post.example")
    send_request(office, NINE, network=SHELTER, details=details)

    with pytest.raises(LimitReachedError) as caught:
        send_request(
            office, NINE + HOUR, network=HOME, details=replace(details, email="Grace@post.example")
        )

    assert caught.value.field == "email"
    assert send_request(office, NINE + HOUR, network=HOME)[0].start == NINE + HOUR


def test_a_request_that_failed_does_not_count(office: Office) -> None:
    send_request(office, NINE, network=HOME)
    for _ in range(3):
        with pytest.raises(SlotTakenError):
            send_request(office, NINE, network=SHELTER)

    assert send_request(office, NINE + HOUR, network=SHELTER)[0].start == NINE + HOUR


def test_the_database_holds_neither_network_nor_address(office: Office) -> None:
    details = make_details(email="grace@post.example")
    send_request(office, NINE, network=SHELTER, details=details)

    with office.database.source.transaction(writing=False) as connection:
        rows = str(connection.all("SELECT throttle FROM attempt", {}))

    assert "quota:" in rows
    assert SHELTER not in rows
    assert "grace" not in rows


def test_a_hold_is_extended_up_to_an_hour_and_no_longer(office: Office) -> None:
    placed = hold(office)
    ends = []
    for _ in range(5):
        office.clock.advance(10 * MINUTE)
        ends.append(extend_hold(office.ports, placed.id, visitor="olaf").expires_at)
    office.clock.advance(5 * MINUTE)

    with pytest.raises(LimitReachedError):
        extend_hold(office.ports, placed.id, visitor="olaf")

    start = placed.placed_at or 0
    assert ends[:3] == [start + minutes * MINUTE for minutes in (25, 35, 45)]
    assert ends[-1] == start + 60 * MINUTE


def test_to_choose_the_same_time_again_gives_no_second_hour(office: Office) -> None:
    placed = hold(office)
    for _ in range(5):
        office.clock.advance(11 * MINUTE)
        again = hold(office, network="")
    office.clock.advance(6 * MINUTE)

    with pytest.raises(LimitReachedError):
        hold(office, network="")

    assert again.expires_at == (placed.placed_at or 0) + 60 * MINUTE


def test_after_a_pause_for_others_a_time_can_be_held_anew(office: Office) -> None:
    hold(office)
    office.clock.advance(2 * HOUR)

    again = hold(office)

    assert again.expires_at == office.clock.now() + 15 * MINUTE


def test_another_time_begins_its_own_hour(office: Office) -> None:
    hold(office)
    office.clock.advance(14 * MINUTE)

    other = hold(office, start=NINE + HOUR)

    assert other.placed_at == office.clock.now()


def test_proven_requests_pass_and_are_counted(office: Office) -> None:
    send_request(office, NINE, network=SHELTER, is_proven=True)
    send_request(office, NINE + HOUR, network=SHELTER, is_proven=True)

    with pytest.raises(LimitReachedError):
        send_request(office, NINE + 2 * HOUR, network=SHELTER)

    assert send_request(office, NINE + 2 * HOUR, network=SHELTER, is_proven=True)

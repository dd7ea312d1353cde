"""A proof is good once, for its act and its visitor, after work or after waiting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest

from assisto_caldav.config.model import Visitors
from assisto_caldav.usecases.proof import (
    LIFETIME,
    Challenge,
    find_challenge,
    give_back,
    is_solved,
    make_challenge,
    spend,
)
from tests.office import Office, open_office


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as made:
        made.config.config = replace(made.config.config, visitors=Visitors(proof_bits=6))
        yield made


def solve(challenge: Challenge, *, right: bool = True) -> str:
    return next(str(n) for n in count() if is_solved(challenge, str(n)) is right)


def test_work_is_good_once(office: Office) -> None:
    made = make_challenge(office.ports, act="request", visitor="olaf")
    answer = solve(made)
    assert spend(office.ports, made.token, answer, act="request", visitor="olaf")
    assert not spend(office.ports, made.token, answer, act="request", visitor="olaf")
    assert find_challenge(office.ports, made.token, act="request", visitor="olaf") is None


@pytest.mark.parametrize(("act", "visitor"), [("code", "olaf"), ("request", "mallory")])
def test_it_is_for_its_act_and_its_visitor(office: Office, act: str, visitor: str) -> None:
    made = make_challenge(office.ports, act="request", visitor="olaf")
    assert not spend(office.ports, made.token, solve(made), act=act, visitor=visitor)
    assert spend(office.ports, made.token, solve(made), act="request", visitor="olaf")


def test_it_cannot_be_forged(office: Office) -> None:
    made = make_challenge(office.ports, act="request", visitor="olaf")
    wrong = solve(made, right=False)
    assert not spend(office.ports, made.token, wrong, act="request", visitor="olaf")
    assert not spend(office.ports, "x" + made.token, solve(made), act="request", visitor="olaf")


def test_waiting_is_as_good_but_not_too_early_nor_too_late(office: Office) -> None:
    made = make_challenge(office.ports, act="request", visitor="olaf")
    late = make_challenge(office.ports, act="request", visitor="olaf")
    office.clock.instant += 59
    assert not spend(office.ports, made.token, "", act="request", visitor="olaf")
    again = find_challenge(office.ports, made.token, act="request", visitor="olaf")
    assert again is not None
    assert again.seconds_left == 1
    office.clock.instant += 1
    assert spend(office.ports, made.token, "", act="request", visitor="olaf")
    office.clock.instant += LIFETIME
    assert not spend(office.ports, late.token, "", act="request", visitor="olaf")


def test_waits_of_one_network_queue_up_and_end(office: Office) -> None:
    made = [
        make_challenge(office.ports, act="request", visitor=f"v{n}", network="shelter")
        for n in range(40)
    ]
    other = make_challenge(office.ports, act="request", visitor="grace", network="home")

    assert [each.seconds_left for each in made[:3]] == [60, 65, 70]
    assert made[-1].seconds_left == 180
    assert [made[0].bits, made[-1].bits, other.bits] == [6, 9, 6]
    assert other.seconds_left == 60
    office.clock.instant += 180
    later = make_challenge(office.ports, act="request", visitor="olaf", network="shelter")
    assert later.seconds_left == 60
    last = made[-1].token
    assert spend(office.ports, last, "", act="request", visitor="v39", network="shelter")


def test_it_is_for_its_network(office: Office) -> None:
    made = make_challenge(office.ports, act="request", visitor="olaf", network="shelter")
    answer = solve(made)
    who = {"act": "request", "visitor": "olaf"}
    assert not spend(office.ports, made.token, answer, network="home", **who)
    assert spend(office.ports, made.token, answer, network="shelter", **who)


def test_one_that_is_given_back_is_good_once_more(office: Office) -> None:
    made = make_challenge(office.ports, act="request", visitor="olaf")
    answer = solve(made)
    assert spend(office.ports, made.token, answer, act="request", visitor="olaf")

    give_back(office.ports, made.token)

    assert spend(office.ports, made.token, answer, act="request", visitor="olaf")
    assert not spend(office.ports, made.token, answer, act="request", visitor="olaf")

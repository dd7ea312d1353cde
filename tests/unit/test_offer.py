"""A counsellor offers a further appointment; it is accepted, refused, taken back, or lapses."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from assisto_caldav.domain.appointment import Appointment, State
from assisto_caldav.domain.client_details import ContactWishes
from assisto_caldav.domain.institution import ClosingDay
from assisto_caldav.errors import (
    InvalidInputError,
    InvalidTransitionError,
    NotAllowedError,
    NotFoundError,
    SlotTakenError,
)
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.answer import confirm, decline
from assisto_caldav.usecases.expire import expire_and_settle
from assisto_caldav.usecases.offer import FARTHEST_SECONDS, offer_further
from assisto_caldav.usecases.request import accept_by_client, look_up, refuse_by_client
from tests.appointments import appointment, delete, is_taken, line, mails, text_of
from tests.office import (
    ALICE,
    BOB,
    CAROL,
    MONDAY,
    Office,
    at,
    make_details,
    make_office,
    open_office,
    open_times,
    send_request,
)

PAGE = Actor(ALICE, "web")
TUESDAY = MONDAY + timedelta(days=1)
LATER = at(TUESDAY, "17:00")


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as opened:
        open_times(opened)
        yield opened


def first(office: Office, **changes: object) -> Appointment:
    details = make_details(name="Olaf", email="olaf@post.example")
    changes = {"details": details, "counsellor": ALICE, **changes}
    return send_request(office, at(MONDAY, "09:00"), **changes)[0]


def offer(office: Office, made: Appointment, start: int = LATER) -> tuple[Appointment, str]:
    return offer_further(office.ports, PAGE, made.id, start=start, once="1")


def test_an_offer_is_an_appointment_of_its_own_for_the_same_client(office: Office) -> None:
    made = first(office, contact=ContactWishes(no_call=True))

    offered, code = offer(office, made)

    with office.database.reading() as unit:
        details = unit.appointments.details(offered.id)
    assert look_up(office.ports, institution="mitte", code=code).state is State.OFFERED
    assert (offered.start, offered.end - offered.start) == (LATER, made.end - made.start)
    assert (details.name, details.email, details.text) == ("Olaf", "olaf@post.example", "")
    assert offered.contact == made.contact
    assert {offered.id, offered.uid, offered.sign}.isdisjoint({made.id, made.uid, made.sign})
    assert is_taken(office, LATER)
    assert line(text_of(office, offered.id), "STATUS") == "STATUS:TENTATIVE"
    assert mails(office, offered.id) == [("client", "offered")]
    assert appointment(office, made.id) == made


def test_a_form_that_is_sent_twice_is_one_offer(office: Office) -> None:
    made = first(office)

    assert offer(office, made) == offer(office, made)


def test_who_was_declined_can_be_offered_another_time_and_that_one_again(office: Office) -> None:
    made = first(office)
    decline(office.ports, PAGE, made.id)
    offered, code = offer(office, made)
    refuse_by_client(office.ports, institution="mitte", code=code, via="web")

    again, other = offer_further(office.ports, PAGE, made.id, start=LATER, once="2")

    assert again.id != offered.id
    assert other != code


def test_after_the_first_is_over_a_further_one_can_be_offered(office: Office) -> None:
    made = first(office)
    confirm(office.ports, PAGE, made.id)
    office.clock.advance(made.end - office.clock.now())

    assert offer(office, made)[0].state is State.OFFERED


def test_an_accepted_offer_stands_and_both_are_told(office: Office) -> None:
    offered, code = offer(office, first(office))

    accept_by_client(office.ports, institution="mitte", code=code, via="web", start=LATER)

    assert appointment(office, offered.id).state is State.CONFIRMED
    assert line(text_of(office, offered.id), "STATUS") == "STATUS:CONFIRMED"
    assert mails(office, offered.id)[1:] == [("client", "confirmed"), ("counsellor", "accepted")]


def test_a_refused_offer_frees_its_time_and_the_counsellor_is_told(office: Office) -> None:
    offered, code = offer(office, first(office))

    refuse_by_client(office.ports, institution="mitte", code=code, via="web", start=LATER)

    assert appointment(office, offered.id).state is State.DECLINED
    assert not is_taken(office, LATER)
    assert mails(office, offered.id)[1:] == [("counsellor", "refused")]


def test_an_offer_lapses_at_its_start_and_cannot_be_accepted_then(office: Office) -> None:
    offered, code = offer(office, first(office))
    office.clock.advance(LATER - office.clock.now())
    with pytest.raises(InvalidTransitionError):
        accept_by_client(office.ports, institution="mitte", code=code, via="web")

    expire_and_settle(office.ports)

    assert appointment(office, offered.id).state is State.EXPIRED
    assert mails(office, offered.id) == [("client", "offered")]


def test_an_offer_is_taken_back_on_the_web_and_the_client_is_told(office: Office) -> None:
    offered, code = offer(office, first(office))

    decline(office.ports, PAGE, offered.id)

    assert not is_taken(office, LATER)
    assert mails(office, offered.id)[1:] == [("client", "cancelled")]
    with pytest.raises(InvalidTransitionError):
        accept_by_client(office.ports, institution="mitte", code=code, via="web")


def test_an_offer_that_is_deleted_in_the_calendar_app_is_taken_back(office: Office) -> None:
    offered, _ = offer(office, first(office))
    delete(office, f"{offered.id}.ics")
    office.clock.advance(3600)

    expire_and_settle(office.ports)

    assert appointment(office, offered.id).state is State.DECLINED
    assert not is_taken(office, LATER)


@pytest.mark.parametrize("email", ["", "olaf@post.example"])
def test_who_wants_no_mails_is_told_by_the_counsellor_alone(office: Office, email: str) -> None:
    made = first(
        office, details=make_details(email=email), contact=ContactWishes(no_mail=bool(email))
    )

    offered, _ = offer(office, made)

    assert mails(office, offered.id) == []


@pytest.mark.parametrize("seconds", [-60, 0, FARTHEST_SECONDS + 60])
def test_a_time_that_is_past_or_far_away_is_refused(office: Office, seconds: int) -> None:
    made = first(office)

    with pytest.raises(InvalidInputError) as caught:
        offer(office, made, office.clock.now() + seconds)

    assert caught.value.field == "start"


def test_a_taken_time_is_refused(office: Office) -> None:
    made = first(office)

    with pytest.raises(SlotTakenError):
        offer(office, made, made.start + 600)


def test_a_closing_day_is_refused(office: Office) -> None:
    made = first(office)
    office.configure(
        replace(
            office.institution(),
            closing_days=(ClosingDay(name="Klausur", first=TUESDAY, last=TUESDAY),),
        )
    )

    with pytest.raises(InvalidInputError) as caught:
        offer(office, made)

    assert caught.value.field == "start"


@pytest.mark.parametrize("login", [BOB, CAROL])
def test_only_the_counsellor_of_the_first_offers(office: Office, login: str) -> None:
    made = first(office)

    with pytest.raises((NotAllowedError, NotFoundError)):
        offer_further(office.ports, Actor(login, "web"), made.id, start=LATER, once="1")


def test_accepting_and_taking_back_at_once_has_one_winner(tmp_path: Path) -> None:
    office = make_office(f"sqlite:{tmp_path / 'race.db'}")
    try:
        open_times(office)
        offered, code = offer(office, first(office))

        def accept() -> State:
            return accept_by_client(office.ports, institution="mitte", code=code, via="web").state

        def take_back() -> State:
            return decline(office.ports, PAGE, offered.id).state

        with ThreadPoolExecutor(2) as pool:
            running = [pool.submit(accept), pool.submit(take_back)]
        failed = [one.exception() for one in running if one.exception()]
        won = [one.result() for one in running if not one.exception()]
        assert [type(one) for one in failed] == [InvalidTransitionError]
        assert won == [appointment(office, offered.id).state]
    finally:
        office.close()

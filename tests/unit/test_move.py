"""A client moves an appointment to another free time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from assisto_caldav.domain.appointment import Appointment, State
from assisto_caldav.errors import (
    ConflictError,
    InvalidInputError,
    InvalidTransitionError,
    NotFoundError,
    SlotTakenError,
)
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.answer import confirm, decline
from assisto_caldav.usecases.holds import place_hold
from assisto_caldav.usecases.move import (
    TIMES_ON_A_PAGE,
    may_move,
    move_by_client,
    move_in,
    search_to_move,
    times_to_move_to,
)
from tests.appointments import appointment, is_taken, line, mails, text_of
from tests.office import (
    ALICE,
    MONDAY,
    Office,
    at,
    make_details,
    open_office,
    open_times,
    send_request,
)

NINE, TEN = at(MONDAY, "09:00"), at(MONDAY, "10:00")
PAGE = Actor(ALICE, "web")


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as opened:
        open_times(opened)
        yield opened


def requested(office: Office) -> tuple[Appointment, str]:
    return send_request(office, NINE, details=make_details(email="olaf@post.example"))


def move(office: Office, code: str, to: int = TEN, shown: int = NINE) -> Appointment:
    return move_by_client(office.ports, institution="mitte", code=code, shown=shown, start=to)


def test_a_moved_appointment_is_asked_for_again_and_its_old_time_is_free(office: Office) -> None:
    made, code = requested(office)
    confirm(office.ports, PAGE, made.id)
    before = text_of(office, made.id)

    moved = move(office, code)

    assert appointment(office, made.id) == moved
    assert (moved.state, moved.start, moved.end) == (State.REQUESTED, TEN, TEN + 50 * 60)
    assert moved.answer_by is not None
    assert not is_taken(office, NINE)
    assert is_taken(office, TEN)
    text = text_of(office, made.id)
    assert line(text, "STATUS") == "STATUS:TENTATIVE"
    assert "PARTSTAT=NEEDS-ACTION" in line(text, "ATTENDEE")
    assert line(text, "SEQUENCE") > line(before, "SEQUENCE")
    assert ("counsellor", "moved_by_client") in mails(office, made.id)
    assert mails(office, made.id)[-1] == ("client", "received")


def test_a_held_time_is_released_and_taken_in_one_unit(office: Office) -> None:
    made, _ = requested(office)
    hold = place_hold(
        office.ports, institution="mitte", service=made.service, channel=made.channel,
        start=TEN, counsellor=ALICE, visitor="somebody",
    )  # fmt: skip
    search = search_to_move(office.ports, made, TEN)
    with pytest.raises(SlotTakenError), office.database.writing() as unit:
        move_in(unit, office.ports, made, search, shown=NINE, start=TEN)

    with office.database.writing() as unit:
        unit.people.lock_counsellor(ALICE)
        unit.holds.release(hold.id)
        moved = move_in(unit, office.ports, made, search, shown=NINE, start=TEN)

    assert appointment(office, made.id) == moved
    assert moved.start == TEN


def test_the_counsellor_can_confirm_the_new_time(office: Office) -> None:
    made, code = requested(office)
    confirm(office.ports, PAGE, made.id)
    move(office, code)

    again = confirm(office.ports, PAGE, made.id)

    assert (again.state, again.start) == (State.CONFIRMED, TEN)


def test_the_old_time_stays_when_the_new_one_is_taken(office: Office) -> None:
    made, code = requested(office)
    send_request(office, TEN)

    with pytest.raises(SlotTakenError):
        move(office, code)

    assert appointment(office, made.id) == made
    assert is_taken(office, NINE)


def test_it_may_move_into_time_that_only_itself_blocks(office: Office) -> None:
    office.configure(
        replace(office.institution(), limits=replace(office.institution().limits, max_per_day=1))
    )
    made, code = requested(office)

    assert move(office, code).id == made.id


def test_a_form_that_is_sent_twice_moves_once(office: Office) -> None:
    made, code = requested(office)
    move(office, code)

    move(office, code)

    assert [kind for _, kind in mails(office, made.id)].count("moved_by_client") == 1


@pytest.mark.parametrize("to", [at(MONDAY, "10:07"), at(MONDAY, "18:00"), 10**17])
def test_a_time_that_is_none_is_refused(office: Office, to: int) -> None:
    _, code = requested(office)

    with pytest.raises((SlotTakenError, InvalidInputError)):
        move(office, code, to)


def test_whoever_has_not_seen_the_present_time_moves_nothing(office: Office) -> None:
    made, code = requested(office)

    with pytest.raises(ConflictError):
        move(office, code, at(MONDAY, "11:00"), shown=TEN)

    assert appointment(office, made.id) == made


def test_moving_ends_before_the_start(office: Office) -> None:
    made, code = requested(office)
    hours = office.institution().limits.move_until_hours_before
    office.clock.instant = NINE - hours * 3600

    with pytest.raises(InvalidTransitionError):
        move(office, code)

    assert not may_move(office.ports, made)


def test_what_has_ended_does_not_move(office: Office) -> None:
    made, code = requested(office)
    decline(office.ports, PAGE, made.id)

    with pytest.raises(InvalidTransitionError):
        move(office, code)


def test_another_centre_does_not_know_the_code(office: Office) -> None:
    _, code = requested(office)

    with pytest.raises(NotFoundError):
        move_by_client(office.ports, institution="nord", code=code, shown=NINE, start=TEN)


def test_the_times_to_move_to_are_the_same_counsellors(office: Office) -> None:
    made, _ = requested(office)

    times = times_to_move_to(office.ports, made, after=NINE)

    assert NINE not in {one.start for one in times}
    assert [one.start for one in times] == sorted(one.start for one in times)
    assert len(times) == TIMES_ON_A_PAGE
    assert {one.counsellor for one in times} == {ALICE}

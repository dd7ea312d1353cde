"""Answers from the web and from links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from assisto_caldav.domain.appointment import Deletion, State
from assisto_caldav.errors import (
    AssistoError,
    InvalidInputError,
    InvalidTransitionError,
    NotAllowedError,
    NotFoundError,
    SlotTakenError,
)
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.answer import (
    cancel,
    confirm,
    decline,
    record_attendance,
    reschedule,
    set_legal_hold,
    settle_parked,
    undo,
)
from assisto_caldav.usecases.calendars import delete_object
from tests.appointments import (
    APP,
    HOUR,
    PAGE,
    TEN,
    answer,
    appointment,
    delete,
    is_taken,
    line,
    mails,
    make_request,
    stored,
    text_of,
)
from tests.office import ALICE, BOB, CAROL, FRANK, Office, open_office


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as opened:
        yield opened


def test_a_confirmation_writes_state_object_mail_and_audit_line(office: Office) -> None:
    make_request(office)

    confirm(office.ports, PAGE, "a1", text="Bis bald!")

    with office.database.reading() as unit:
        details = unit.appointments.details("a1")
        [entry] = unit.audit.of_appointment("a1")
    assert appointment(office).state is State.CONFIRMED
    assert details.answer_text == "Bis bald!"
    assert "PARTSTAT=ACCEPTED" in line(text_of(office), "ATTENDEE")
    assert (entry.actor, entry.via, entry.act) == (ALICE, "web", "confirm")
    assert mails(office) == [("client", "confirmed")]
    assert "Bis bald" not in text_of(office)


def test_a_decline_on_the_web_is_told_at_once(office: Office) -> None:
    make_request(office)

    decline(office.ports, PAGE, "a1")

    assert (appointment(office).state, appointment(office).undo) == (State.DECLINED, None)
    assert stored(office) is None
    assert not is_taken(office, TEN)
    assert [mail.not_before for mail in office.mails()] == [office.clock.now()]


def test_the_first_answer_wins(office: Office) -> None:
    make_request(office)
    confirm(office.ports, PAGE, "a1")

    with pytest.raises(InvalidTransitionError):
        decline(office.ports, PAGE, "a1")


@pytest.mark.parametrize(
    ("login", "error"),
    [
        (BOB, NotAllowedError),
        (FRANK, NotAllowedError),
        (CAROL, NotFoundError),
        ("", NotFoundError),
        ("mallory@example.org", NotFoundError),
    ],
)
def test_only_the_own_counsellor_answers(
    office: Office, login: str, error: type[AssistoError]
) -> None:
    make_request(office)

    with pytest.raises(error):
        confirm(office.ports, Actor(login, "web"), "a1")

    assert appointment(office).state is State.REQUESTED


def test_a_client_without_mail_has_not_read_it_yet(office: Office) -> None:
    make_request(office, has_email=False)

    confirm(office.ports, PAGE, "a1")

    assert line(text_of(office), "SUMMARY") == "SUMMARY:Noch nicht gelesen · Termin · Video · 7F3K"
    assert mails(office) == []


def test_moving_keeps_the_length_and_frees_the_old_time(office: Office) -> None:
    make_request(office)
    confirm(office.ports, PAGE, "a1")

    reschedule(office.ports, PAGE, "a1", start=TEN + 4 * HOUR)

    after = appointment(office)
    assert (after.state, after.end) == (State.RESCHEDULED, TEN + 4 * HOUR + 50 * 60)
    assert not is_taken(office, TEN)
    assert line(text_of(office), "DTSTART").endswith("20261207T140000")


def test_another_time_for_a_request_is_a_proposal(office: Office) -> None:
    make_request(office)

    reschedule(office.ports, PAGE, "a1", start=TEN + 4 * HOUR)

    assert appointment(office).state is State.PROPOSED
    assert mails(office) == [("client", "proposed")]


@pytest.mark.parametrize(
    ("start", "error"),
    [(TEN + 5 * HOUR, SlotTakenError), (0, InvalidInputError), (TEN, InvalidInputError)],
)
def test_some_times_are_not_to_be_had(
    office: Office, start: int, error: type[AssistoError]
) -> None:
    make_request(office)
    make_request(office, "a2", start=TEN + 5 * HOUR)

    with pytest.raises(error):
        reschedule(office.ports, PAGE, "a1", start=start)

    assert appointment(office).start == TEN


def test_a_move_that_is_told_cannot_be_undone(office: Office) -> None:
    make_request(office)
    confirm(office.ports, PAGE, "a1")
    reschedule(office.ports, PAGE, "a1", start=TEN + 4 * HOUR)

    with pytest.raises(InvalidTransitionError):
        undo(office.ports, PAGE, "a1")


def test_undo_fails_when_the_minutes_are_over(office: Office) -> None:
    make_request(office)
    answer(office, "DECLINED")
    office.clock.advance(600)

    with pytest.raises(InvalidTransitionError):
        undo(office.ports, PAGE, "a1")


def test_a_confirmation_on_the_web_brings_a_deleted_object_back(office: Office) -> None:
    make_request(office)
    delete(office)

    confirm(office.ports, PAGE, "a1")

    assert appointment(office).deletion is Deletion.NONE
    assert line(text_of(office), "STATUS") == "STATUS:CONFIRMED"
    assert mails(office) == [("client", "confirmed")]


@pytest.mark.parametrize("restore", [True, False])
def test_parked_deletions_are_settled_on_the_web(office: Office, restore: bool) -> None:
    for day in range(4):
        make_request(office, f"a{day}", start=TEN + day * 24 * HOUR)
        delete_object(office.ports, APP, owner=ALICE, collection="appointments", href=f"a{day}.ics")

    settled = settle_parked(office.ports, PAGE, restore=restore)

    assert len(settled) == 4
    assert {one.deletion for one in settled} == {Deletion.NONE}
    assert {one.state for one in settled} == {State.REQUESTED if restore else State.DECLINED}
    assert (stored(office, "a0") is not None) is restore
    assert is_taken(office, TEN) is restore


def test_no_undo_minutes_means_at_once(office: Office) -> None:
    centre = office.institution()
    office.configure(replace(centre, limits=replace(centre.limits, undo_minutes=0)))
    make_request(office)

    answer(office, "DECLINED")

    assert appointment(office).state is State.DECLINED
    assert mails(office) == [("client", "declined")]


def test_what_is_over_is_not_cancelled_but_recorded(office: Office) -> None:
    make_request(office)
    confirm(office.ports, PAGE, "a1")
    office.clock.instant = TEN + HOUR

    with pytest.raises(InvalidTransitionError):
        cancel(office.ports, PAGE, "a1")
    record_attendance(office.ports, PAGE, "a1", took_place=False)

    assert appointment(office).state is State.NO_SHOW


@pytest.mark.parametrize("login", [ALICE, FRANK])
def test_counsellor_and_administrator_may_hold_an_appointment(office: Office, login: str) -> None:
    make_request(office)

    set_legal_hold(office.ports, Actor(login, "web"), "a1", on=True)

    assert appointment(office).legal_hold

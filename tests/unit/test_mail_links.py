"""Signed links from mails: what they open, and when they are good no more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assisto_caldav.domain.appointment import Appointment, Known, State
from assisto_caldav.errors import NotFoundError
from assisto_caldav.usecases.answer import confirm
from assisto_caldav.usecases.links import LinkKind, forget_address, make_link, open_link
from assisto_caldav.usecases.notify import owe_client
from tests.appointments import APP, HOUR, PAGE, answer, mails, make_request, text_of
from tests.office import ALICE, Office, open_office

DAY = 24 * HOUR


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as made:
        yield made


def token_of(office: Office, made: Appointment, kind: LinkKind) -> str:
    facts = {"id": made.id, "end": made.end, "counsellor": made.counsellor}
    address = make_link(office.ports, kind, facts)
    assert address.startswith("https://termine.example/l/")
    return address.removeprefix("https://termine.example/l/")


@pytest.mark.parametrize("kind", [LinkKind.STAFF_ANSWER, LinkKind.UNDO])
def test_a_link_to_the_counsellor_says_whose_it_is(office: Office, kind: LinkKind) -> None:
    view = open_link(office.ports, token_of(office, make_request(office), kind))

    assert (view.kind, view.login, view.appointment.id) == (kind, ALICE, "a1")


@pytest.mark.parametrize("kind", [LinkKind.CLIENT, LinkKind.NOT_ME])
def test_a_link_to_the_client_is_nobodys_login(office: Office, kind: LinkKind) -> None:
    view = open_link(office.ports, token_of(office, make_request(office), kind))

    assert (view.kind, view.login) == (kind, "")


def test_the_answer_link_dies_once_answered_wherever_the_answer_was_given(office: Office) -> None:
    token = token_of(office, make_request(office), LinkKind.STAFF_ANSWER)
    assert open_link(office.ports, token).is_open

    confirm(office.ports, PAGE, "a1")

    assert not open_link(office.ports, token).is_open


def test_the_undo_link_dies_with_its_minutes(office: Office) -> None:
    token = token_of(office, make_request(office), LinkKind.UNDO)
    answer(office, "DECLINED")
    assert open_link(office.ports, token).is_open

    office.clock.advance(10 * 60)

    assert not open_link(office.ports, token).is_open


def test_a_link_to_an_answer_is_over_with_the_appointment(office: Office) -> None:
    made = make_request(office)
    token = token_of(office, made, LinkKind.STAFF_ANSWER)
    office.clock.advance(made.end - office.clock.now())

    with pytest.raises(NotFoundError):
        open_link(office.ports, token)


def test_a_clients_link_is_good_for_a_week_longer(office: Office) -> None:
    made = make_request(office)
    token = token_of(office, made, LinkKind.CLIENT)
    office.clock.advance(made.end + 7 * DAY - 1 - office.clock.now())
    assert open_link(office.ports, token).appointment.id == "a1"
    office.clock.advance(1)

    with pytest.raises(NotFoundError):
        open_link(office.ports, token)


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: f"x{t}", lambda t: "", str.upper])
def test_an_altered_link_opens_nothing(office: Office, change) -> None:
    token = token_of(office, make_request(office), LinkKind.CLIENT)

    with pytest.raises(NotFoundError):
        open_link(office.ports, change(token))


def test_a_signed_token_of_another_kind_opens_nothing(office: Office) -> None:
    make_request(office)
    later = office.clock.now() + HOUR
    token = office.ports.tokens.sign_link({"p": "something", "a": "a1"}, expires_at=later)

    with pytest.raises(NotFoundError):
        open_link(office.ports, token)


def test_das_bin_ich_nicht_takes_the_address_and_the_mails_that_wait(office: Office) -> None:
    made = make_request(office)
    token = token_of(office, made, LinkKind.NOT_ME)
    with office.database.writing() as unit:
        owe_client(unit, office.ports, kind="confirmed", appointment=made)

    left = forget_address(office.ports, token)

    assert not left.has_email
    assert left.state is State.REQUESTED
    assert mails(office) == []
    with office.database.reading() as unit:
        assert unit.appointments.details("a1").email == ""
    assert not open_link(office.ports, token).is_open


def test_whoever_was_not_meant_has_read_it_not(office: Office) -> None:
    made = make_request(office, state=State.CONFIRMED, known=Known.MAILED)

    left = forget_address(office.ports, token_of(office, made, LinkKind.NOT_ME))

    assert left.known is Known.NOT_YET
    assert "SUMMARY:Noch nicht gelesen · " in text_of(office)


@pytest.mark.parametrize("kind", [LinkKind.CLIENT, LinkKind.STAFF_ANSWER, LinkKind.UNDO])
def test_another_link_takes_no_address(office: Office, kind: LinkKind) -> None:
    made = make_request(office)

    with pytest.raises(NotFoundError):
        forget_address(office.ports, token_of(office, made, kind))

    with office.database.reading() as unit:
        assert unit.appointments.details("a1").email


def test_a_link_to_what_was_erased_opens_nothing(office: Office) -> None:
    token = token_of(office, make_request(office), LinkKind.CLIENT)
    with office.database.writing() as unit:
        unit.people.lock_counsellor(APP.login)
        unit.appointments.erase("a1")

    with pytest.raises(NotFoundError):
        open_link(office.ports, token)

"""A client's data is erased at their word; a lost access code is given anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assisto_caldav.errors import NotAllowedError, NotFoundError
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.answer import confirm, set_legal_hold
from assisto_caldav.usecases.forget_client import forget_appointment
from assisto_caldav.usecases.reissue_code import reissue_code
from assisto_caldav.usecases.request import look_up
from tests.appointments import appointment, is_taken, mails, stored
from tests.office import ALICE, BOB, MONDAY, Office, at, open_office, open_times, send_request

PAGE = Actor(ALICE, "web")


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as opened:
        open_times(opened)
        yield opened


def test_what_is_forgotten_is_gone_and_the_counsellor_is_told(office: Office) -> None:
    made, code = send_request(office)
    confirm(office.ports, PAGE, made.id)

    forget_appointment(office.ports, institution="mitte", code=code)

    with office.database.reading() as unit:
        assert unit.appointments.get(made.id) is None
        assert [one.act for one in unit.audit.of_appointment(made.id)][-1] == "forget"
    assert stored(office, made.id) is None
    assert not is_taken(office, at(MONDAY, "09:00"))
    assert mails(office, made.id) == [("counsellor", "cancelled_by_client")]


def test_a_legal_hold_keeps_it(office: Office) -> None:
    made, code = send_request(office)
    held = set_legal_hold(office.ports, PAGE, made.id, on=True)

    with pytest.raises(NotAllowedError):
        forget_appointment(office.ports, institution="mitte", code=code)

    assert appointment(office, made.id) == held


def test_a_new_code_leads_there_and_the_old_one_is_dead(office: Office) -> None:
    made, code = send_request(office)

    new = reissue_code(office.ports, PAGE, made.id)

    assert look_up(office.ports, institution="mitte", code=new).id == made.id
    with pytest.raises(NotFoundError):
        look_up(office.ports, institution="mitte", code=code)
    with office.database.reading() as unit:
        assert [one.act for one in unit.audit.of_appointment(made.id)][-1] == "reissue code"


def test_a_colleague_gives_out_no_code(office: Office) -> None:
    made, code = send_request(office)

    with pytest.raises(NotAllowedError):
        reissue_code(office.ports, Actor(BOB, "web"), made.id)

    assert look_up(office.ports, institution="mitte", code=code).id == made.id

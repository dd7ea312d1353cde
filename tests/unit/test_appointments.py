from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from assisto_caldav.domain.appointment import Appointment
from assisto_caldav.domain.client_details import ClientDetails
from assisto_caldav.domain.institution import ClientsVisible
from assisto_caldav.errors import NotAllowedError, NotFoundError
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.answer import confirm, reschedule
from assisto_caldav.usecases.appointments import inbox, open_appointment
from assisto_caldav.usecases.calendars import Conditions, delete_object
from tests.office import (
    ALICE,
    BOB,
    CAROL,
    FRANK,
    MONDAY,
    Office,
    at,
    make_details,
    open_office,
    open_times,
    put_event,
    send_request,
)

NINE, TEN, ELEVEN = at(MONDAY, "09:00"), at(MONDAY, "10:00"), at(MONDAY, "11:00")
DETAILS = ClientDetails(name="Olaf Olsen", email="olaf@example.org", text="Es geht um Karten.")


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as made:
        open_times(made, BOB)
        yield made


@pytest.fixture
def appointment(office: Office) -> Appointment:
    return send_request(office, details=DETAILS)[0]


def delete_by_app(office: Office, appointment: Appointment) -> None:
    delete_object(
        office.ports,
        Actor(BOB, "caldav"),
        owner=BOB,
        collection="appointments",
        href=appointment.href or "",
        conditions=Conditions(),
    )


def test_the_counsellor_sees_everything(office: Office, appointment: Appointment) -> None:
    view = open_appointment(office.ports, Actor(BOB, "web"), appointment.id)

    assert (view.appointment, view.details, view.is_own) == (appointment, DETAILS, True)
    assert view.service is not None
    assert view.staff is not None
    assert (view.service.name, view.staff.login) == ("Suchtberatung", BOB)
    assert [line.act for line in view.audit] == ["request"]


@pytest.mark.parametrize("login", [ALICE, FRANK])
def test_an_administrator_sees_times_and_states_alone(
    office: Office, appointment: Appointment, login: str
) -> None:
    view = open_appointment(office.ports, Actor(login, "web"), appointment.id)

    assert (view.appointment.start, view.appointment.state) == (NINE, appointment.state)
    assert (view.details, view.is_own, view.conflicts) == (ClientDetails(), False, ())
    assert "Olsen" not in repr(view)


def test_what_the_counsellor_wrote_into_the_event_is_not_for_administrators(
    office: Office, appointment: Appointment
) -> None:
    delete_by_app(office, appointment)

    view = open_appointment(office.ports, Actor(FRANK, "web"), appointment.id)

    assert view.appointment.removed_text is None


def test_a_colleague_is_refused(office: Office) -> None:
    open_times(office, ALICE)
    mine, _ = send_request(office, counsellor=ALICE)

    with pytest.raises(NotAllowedError):
        open_appointment(office.ports, Actor(BOB, "web"), mine.id)


def test_a_colleague_sees_everything_where_the_centre_wants_it(office: Office) -> None:
    open_times(office, ALICE)
    office.configure(replace(office.institution(), clients_visible=ClientsVisible.ALL))
    mine, _ = send_request(office, counsellor=ALICE, details=DETAILS)

    assert open_appointment(office.ports, Actor(BOB, "web"), mine.id).details == DETAILS
    outside = open_appointment(office.ports, Actor(FRANK, "web"), mine.id)
    assert outside.details == ClientDetails()


@pytest.mark.parametrize("login", [CAROL, "grace", "mallory@mitte.example", ""])
def test_whoever_does_not_work_here_learns_nothing(
    office: Office, appointment: Appointment, login: str
) -> None:
    with pytest.raises(NotFoundError):
        open_appointment(office.ports, Actor(login, "web"), appointment.id)


def test_an_unknown_appointment_is_not_found(office: Office) -> None:
    with pytest.raises(NotFoundError):
        open_appointment(office.ports, Actor(BOB, "web"), "nothing")


def test_own_events_across_an_appointment_are_shown_as_conflicts(
    office: Office, appointment: Appointment
) -> None:
    put_event(office, NINE + 600, TEN, owner=BOB)

    view = open_appointment(office.ports, Actor(BOB, "web"), appointment.id)

    assert [(fact.kind, fact.start) for fact in view.conflicts] == [("busy", NINE + 600)]


def test_the_inbox_sorts_by_what_waits_for_whom(office: Office) -> None:
    requested, proposed, confirmed = (
        send_request(office, start, details=make_details())[0] for start in (ELEVEN, TEN, NINE)
    )
    bob = Actor(BOB, "web")
    confirm(office.ports, bob, confirmed.id)
    reschedule(office.ports, bob, proposed.id, start=at(MONDAY, "14:00"))

    box = inbox(office.ports, BOB)

    assert [one.id for one in box.requests] == [requested.id]
    assert [one.id for one in box.waiting] == [proposed.id]
    assert [one.id for one in box.confirmed] == [confirmed.id]
    assert confirmed.id in [one.id for one in box.unknown]


def test_the_inbox_is_the_counsellors_own(office: Office, appointment: Appointment) -> None:
    assert inbox(office.ports, BOB).requests == [appointment]
    assert inbox(office.ports, ALICE).requests == []
    assert inbox(office.ports, FRANK).requests == []


def test_a_deletion_by_an_app_can_be_undone_from_the_inbox(
    office: Office, appointment: Appointment
) -> None:
    delete_by_app(office, appointment)

    box = inbox(office.ports, BOB)

    assert box.requests == []
    assert [one.id for one in box.undoable] == [appointment.id]
    office.clock.advance(10 * 60)
    assert inbox(office.ports, BOB).undoable == []


def test_what_is_over_is_not_in_the_inbox(office: Office, appointment: Appointment) -> None:
    confirm(office.ports, Actor(BOB, "web"), appointment.id)

    office.clock.instant = appointment.end

    assert inbox(office.ports, BOB).confirmed == []


def test_many_deletions_are_parked(office: Office) -> None:
    days = [at(MONDAY, "09:00"), TEN, ELEVEN, at(MONDAY.replace(day=8), "09:00")]
    made = [send_request(office, start)[0] for start in days]
    for one in made:
        delete_by_app(office, one)

    box = inbox(office.ports, BOB)

    assert [one.id for one in box.parked] == [one.id for one in made]

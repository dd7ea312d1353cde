"""App passwords: one for each device, checked by one indexed read, taken away at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from assisto_caldav.errors import InvalidInputError, NotFoundError
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.devices import (
    dav_login,
    list_app_passwords,
    make_app_password,
    revoke_app_password,
)
from tests.office import ALICE, BOB, Office, open_office

OWN = Actor(ALICE, "web")


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as made:
        yield made


def test_a_device_logs_in_with_its_password(office: Office) -> None:
    _, secret = make_app_password(office.ports, OWN, "Telefon")

    assert dav_login(office.ports, "Alice@Mitte.example", secret) == ALICE


def test_the_password_of_one_person_is_nobody_elses(office: Office) -> None:
    _, secret = make_app_password(office.ports, OWN, "Telefon")

    assert dav_login(office.ports, BOB, secret) is None


@pytest.mark.parametrize("login", ["", "nobody", "mallory@post.example", "a\x00b@x.example"])
def test_whoever_is_not_on_the_staff_has_no_calendar(office: Office, login: str) -> None:
    assert dav_login(office.ports, login, "anything") is None


def test_a_password_of_strange_characters_fits_nothing(office: Office) -> None:
    assert dav_login(office.ports, ALICE, "\udc80é") is None


def test_a_revoked_device_is_out_at_once(office: Office) -> None:
    entry, secret = make_app_password(office.ports, OWN, "Telefon")

    revoke_app_password(office.ports, OWN, entry.id)

    assert dav_login(office.ports, ALICE, secret) is None


def test_nobody_revokes_a_colleagues_device(office: Office) -> None:
    entry, secret = make_app_password(office.ports, OWN, "Telefon")

    with pytest.raises(NotFoundError):
        revoke_app_password(office.ports, Actor(BOB, "web"), entry.id)

    assert dav_login(office.ports, ALICE, secret) == ALICE


def test_somebody_who_left_has_no_calendar_any_more(office: Office) -> None:
    _, secret = make_app_password(office.ports, OWN, "Telefon")
    with office.database.writing() as unit:
        member = unit.people.staff(ALICE)
        assert member is not None
        unit.people.save_staff(replace(member, active=False))

    assert dav_login(office.ports, ALICE, secret) is None


def test_a_use_is_noted_once_an_hour(office: Office) -> None:
    _, secret = make_app_password(office.ports, OWN, "Telefon")
    dav_login(office.ports, ALICE, secret)
    first = office.clock.now()
    office.clock.advance(3599)
    dav_login(office.ports, ALICE, secret)

    (entry,) = list_app_passwords(office.ports, ALICE)
    assert entry.last_used_at == first


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_device_needs_a_name(office: Office, name: str) -> None:
    with pytest.raises(InvalidInputError):
        make_app_password(office.ports, OWN, name)

"""Staff log in, stay logged in for a while, and get and change their passwords."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NoReturn

import pytest

from assisto_caldav.domain.people import LinkPurpose
from assisto_caldav.errors import (
    InvalidInputError,
    LimitReachedError,
    NotAllowedError,
    NotAuthenticatedError,
    NotFoundError,
    UnavailableError,
)
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.calendars import ensure_homes
from assisto_caldav.usecases.devices import dav_login, make_app_password
from assisto_caldav.usecases.retain import tidy
from assisto_caldav.usecases.staff import (
    ATTEMPT_WINDOW,
    ATTEMPTS_PER_LOGIN,
    ATTEMPTS_PER_NETWORK,
    LINK_LIFETIME,
    change_password,
    current_staff,
    invite,
    log_in,
    log_out,
    peek_link,
    reset,
    save_settings,
    set_password,
)
from tests.office import ALICE, BOB, CAROL, FRANK, Office, open_office

PASSWORD = "correct horse battery"
NEW = "another long password"
HOME, AWAY = "192.0.2.0/24", "198.51.100.0/24"
MALLORY = "mallory@post.example"
STAFF = (ALICE, BOB, CAROL, FRANK)


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as made:
        for login in STAFF:
            set_password(made.ports, invite(made.ports, login), PASSWORD)
        yield made


def enter(office: Office, login: str = ALICE, password: str = PASSWORD, network: str = HOME) -> str:
    return log_in(office.ports, login=login, password=password, network=network)[1]


def guess(office: Office, times: int, login: str = ALICE, network: str = HOME) -> None:
    for _ in range(times):
        with pytest.raises(NotAuthenticatedError):
            enter(office, login, "wrong", network)


@pytest.mark.parametrize("login", STAFF)
def test_everybody_on_the_staff_logs_in(office: Office, login: str) -> None:
    member = current_staff(office.ports, enter(office, login.upper()))

    assert member is not None
    assert member.login == login


@pytest.mark.parametrize("login", [MALLORY, "grace@post.example", "grace", "", "olaf\r\n@x"])
def test_whoever_is_not_on_the_staff_does_not(office: Office, login: str) -> None:
    with pytest.raises(NotAuthenticatedError):
        enter(office, login)


def test_somebody_without_a_password_yet_cannot_log_in_with_none() -> None:
    with open_office() as office, pytest.raises(NotAuthenticatedError):
        enter(office, ALICE, "")


def test_too_many_guesses_close_the_door_even_to_the_right_password(office: Office) -> None:
    guess(office, ATTEMPTS_PER_LOGIN)

    with pytest.raises(LimitReachedError) as caught:
        enter(office)

    assert caught.value.retry_after is not None


def test_guesses_from_elsewhere_lock_nobody_out(office: Office) -> None:
    guess(office, ATTEMPTS_PER_LOGIN, network=AWAY)

    assert enter(office, network=HOME)


def test_guesses_at_one_login_leave_the_others_alone(office: Office) -> None:
    guess(office, ATTEMPTS_PER_LOGIN)

    assert enter(office, BOB)


def test_the_door_opens_again_after_a_while(office: Office) -> None:
    guess(office, ATTEMPTS_PER_LOGIN)
    office.clock.advance(ATTEMPT_WINDOW + 1)

    assert enter(office)


def test_a_right_password_forgives_the_guesses_before(office: Office) -> None:
    guess(office, ATTEMPTS_PER_LOGIN - 1)
    enter(office)

    guess(office, ATTEMPTS_PER_LOGIN - 1)

    assert enter(office)


def test_a_session_ends_after_thirty_idle_minutes(office: Office) -> None:
    cookie = enter(office)
    office.clock.advance(30 * 60)

    assert current_staff(office.ports, cookie) is None


def test_a_session_in_use_goes_on(office: Office) -> None:
    cookie = enter(office)
    for _ in range(4):
        office.clock.advance(20 * 60)
        assert current_staff(office.ports, cookie) is not None


def test_an_idle_session_is_forgotten(office: Office) -> None:
    cookie = enter(office)
    office.clock.advance(31 * 60)
    tidy(office.ports)

    with office.database.reading() as unit:
        assert unit.people.session(office.ports.tokens.digest(cookie)) is None


def test_whoever_logs_out_is_out(office: Office) -> None:
    cookie = enter(office)

    log_out(office.ports, cookie)

    assert current_staff(office.ports, cookie) is None


@pytest.mark.parametrize("cookie", ["", "made up", "x" * 5000])
def test_a_cookie_of_nobody_lets_nobody_in(office: Office, cookie: str) -> None:
    assert current_staff(office.ports, cookie) is None


def test_somebody_who_left_is_out_at_once(office: Office) -> None:
    cookie = enter(office, BOB)
    mitte = office.institution()
    office.configure(replace(mitte, staff=tuple(e for e in mitte.staff if e.login != BOB)))
    ensure_homes(office.ports)

    assert current_staff(office.ports, cookie) is None
    with pytest.raises(NotAuthenticatedError):
        enter(office, BOB)


def test_an_invitation_is_good_once(office: Office) -> None:
    secret = invite(office.ports, ALICE)
    set_password(office.ports, secret, NEW)

    with pytest.raises(NotFoundError):
        set_password(office.ports, secret, NEW)


def test_an_invitation_is_good_for_three_days(office: Office) -> None:
    secret = invite(office.ports, ALICE)
    office.clock.advance(LINK_LIFETIME)

    with pytest.raises(NotFoundError):
        peek_link(office.ports, secret)


def test_a_newer_invitation_replaces_the_older(office: Office) -> None:
    older, newer = invite(office.ports, ALICE), invite(office.ports, ALICE)

    with pytest.raises(NotFoundError):
        peek_link(office.ports, older)
    assert peek_link(office.ports, newer).purpose is LinkPurpose.INVITE


def test_nobody_unknown_is_invited(office: Office) -> None:
    with pytest.raises(NotFoundError):
        invite(office.ports, MALLORY)


@pytest.mark.parametrize("password", ["", "short", "x" * 1025])
def test_a_bad_password_leaves_the_link_good(office: Office, password: str) -> None:
    secret = invite(office.ports, ALICE)

    with pytest.raises(InvalidInputError):
        set_password(office.ports, secret, password)

    assert set_password(office.ports, secret, NEW) == ALICE


def test_a_new_password_by_link_ends_every_session(office: Office) -> None:
    cookie = enter(office)

    set_password(office.ports, invite(office.ports, ALICE), NEW)

    assert current_staff(office.ports, cookie) is None


def test_a_changed_password_ends_every_other_session(office: Office) -> None:
    here, elsewhere = enter(office), enter(office)

    change_password(office.ports, Actor(ALICE, "web"), old=PASSWORD, new=NEW, cookie=here)

    assert current_staff(office.ports, here) is not None
    assert current_staff(office.ports, elsewhere) is None


def test_nobody_changes_a_password_without_the_old_one(office: Office) -> None:
    with pytest.raises(InvalidInputError):
        change_password(office.ports, Actor(ALICE, "web"), old="wrong", new=NEW, cookie="")


@pytest.mark.parametrize("login", [ALICE, FRANK])
def test_an_administrator_resets_a_colleagues_password(office: Office, login: str) -> None:
    reset(office.ports, Actor(login, "web"), BOB)

    (mail,) = office.mails()
    assert (mail.kind, mail.address) == ("reset", BOB)


@pytest.mark.parametrize("login", [BOB, CAROL])
def test_nobody_else_resets_passwords(office: Office, login: str) -> None:
    with pytest.raises(NotAllowedError):
        reset(office.ports, Actor(login, "web"), ALICE)


def test_mallory_resets_nothing(office: Office) -> None:
    with pytest.raises(NotFoundError):
        reset(office.ports, Actor(MALLORY, "web"), ALICE)


def test_an_administrator_has_no_say_in_another_institution(office: Office) -> None:
    with pytest.raises(NotFoundError):
        reset(office.ports, Actor(ALICE, "web"), CAROL)


def test_a_reset_leaves_the_old_password_until_it_is_used(office: Office) -> None:
    reset(office.ports, Actor(FRANK, "web"), BOB)

    assert enter(office, BOB)


def test_settings_are_kept(office: Office) -> None:
    save_settings(
        office.ports,
        Actor(ALICE, "web"),
        place="Raum 3",
        phone="030 1",
        video_room="https://video.example/a",
        mail_with_ics=False,
    )

    with office.database.reading() as unit:
        member = unit.people.staff(ALICE)
    assert member is not None
    assert (member.place, member.mail_with_ics) == ("Raum 3", False)


def test_a_video_room_is_an_https_address(office: Office) -> None:
    with pytest.raises(InvalidInputError) as caught:
        save_settings(
            office.ports,
            Actor(ALICE, "web"),
            place="",
            phone="",
            video_room="javascript:alert(1)",
            mail_with_ics=True,
        )

    assert caught.value.field == "video_room"


def test_made_up_logins_from_one_network_are_stopped_before_they_cost_a_hash(
    office: Office,
) -> None:
    for number in range(ATTEMPTS_PER_NETWORK):
        guess(office, 1, f"nobody{number}@post.example")

    with pytest.raises(LimitReachedError):
        enter(office, "nobody@post.example", "wrong")

    assert enter(office, network=AWAY)


def device(office: Office, login: str = BOB) -> str:
    return make_app_password(office.ports, Actor(login, "web"), "Telefon")[1]


def test_a_reset_shuts_everybody_out_at_once(office: Office) -> None:
    cookie, app = enter(office, BOB), device(office)

    reset(office.ports, Actor(ALICE, "web"), BOB)

    assert current_staff(office.ports, cookie) is None
    assert dav_login(office.ports, BOB, app) is None


def test_a_reset_shuts_nobody_else_out(office: Office) -> None:
    cookie, app = enter(office), device(office, ALICE)

    reset(office.ports, Actor(ALICE, "web"), BOB)

    assert current_staff(office.ports, cookie) is not None
    assert dav_login(office.ports, ALICE, app) == ALICE


def test_a_password_set_by_link_takes_devices_away_that_came_between(office: Office) -> None:
    secret = invite(office.ports, BOB)
    cookie, app = enter(office, BOB), device(office)

    set_password(office.ports, secret, NEW)

    assert current_staff(office.ports, cookie) is None
    assert dav_login(office.ports, BOB, app) is None


def test_whoever_changes_the_own_password_keeps_the_devices(office: Office) -> None:
    cookie, app = enter(office, BOB), device(office)

    change_password(office.ports, Actor(BOB, "web"), old=PASSWORD, new=NEW, cookie=cookie)

    assert dav_login(office.ports, BOB, app) == BOB


def test_a_storm_of_log_ins_is_sent_away_and_counts_as_no_guess(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> NoReturn:
        raise UnavailableError("Too many log-ins at once.")

    with monkeypatch.context() as patch:
        patch.setattr(office.ports.passwords, "verify", busy)
        for _ in range(ATTEMPTS_PER_LOGIN + 1):
            with pytest.raises(UnavailableError):
                enter(office)

    assert enter(office)

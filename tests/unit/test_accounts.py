"""Clients' accounts: opened by name and password alone, limited, and erased at a word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.client_details import ClientDetails
from assisto_caldav.domain.institution import Identification
from assisto_caldav.errors import (
    InvalidInputError,
    LimitReachedError,
    NotAuthenticatedError,
    NotFoundError,
)
from assisto_caldav.usecases.accounts import (
    Opening,
    appointments_of,
    code_for,
    current_client,
    forget_account,
    log_in,
    log_out,
    new_recovery_code,
    recover,
    register,
)
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.answer import set_legal_hold
from assisto_caldav.usecases.reissue_code import reissue_code
from assisto_caldav.usecases.request import RequestForm, look_up, request_appointment
from tests.office import ALICE, MONDAY, Office, at, open_office, open_times

GRACE = Opening("mitte", "Grace", "ein ganzer langer Satz", network="192.0.2.1")


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as opened:
        open_times(opened)
        yield opened


def wish(hour: str, client: str | None, **changes: object) -> RequestForm:
    made = RequestForm(
        institution="mitte",
        service="s1",
        channel=Channel.PHONE,
        start=at(MONDAY, hour),
        counsellor=ALICE,
        details=ClientDetails(),
        client=client,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # a test's own changes


def whose(office: Office, secret: str, institution: str = "mitte") -> str:
    found = current_client(office.ports, institution=institution, cookie=secret)
    return found.pseudonym if found else ""


def test_a_new_account_is_open_at_once_and_again_by_its_password(office: Office) -> None:
    made = register(office.ports, GRACE)
    again = log_in(office.ports, replace(GRACE, pseudonym="  grace "))

    assert whose(office, made.secret) == whose(office, again.secret) == "Grace"
    assert made.recovery_code
    assert not again.recovery_code
    assert whose(office, made.secret, institution="nord") == ""


def test_a_wrong_password_or_name_is_told_alike(office: Office) -> None:
    register(office.ports, GRACE)

    for wrong in (replace(GRACE, password="x" * 12), replace(GRACE, pseudonym="Mallory")):
        with pytest.raises(NotAuthenticatedError, match="Name oder Passwort stimmt nicht"):
            log_in(office.ports, wrong)


def test_a_name_is_one_persons_and_a_form_sent_twice_is_one_account(office: Office) -> None:
    first = register(office.ports, GRACE)
    second = register(office.ports, GRACE)

    assert second.account == first.account
    with pytest.raises(InvalidInputError) as refused:
        register(office.ports, replace(GRACE, password="ein anderer langer Satz"))
    assert refused.value.field == "pseudonym"
    assert "hat schon jemand" in str(refused.value)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"pseudonym": " G "}, "pseudonym"),
        ({"pseudonym": "G" * 41}, "pseudonym"),
        ({"password": "kurz"}, "password"),
    ],
)
def test_what_is_too_short_or_too_long_is_told(
    office: Office, change: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        register(office.ports, replace(GRACE, **change))
    assert refused.value.field == field


def test_there_are_no_accounts_where_the_centre_wants_none(office: Office) -> None:
    only_codes = frozenset({Identification.ACCESS_CODE})
    office.configure(replace(office.institution(), identification=only_codes))

    for act in (register, log_in):
        with pytest.raises(NotFoundError):
            act(office.ports, GRACE)


def test_no_request_without_an_account_where_the_centre_wants_one(office: Office) -> None:
    only_accounts = frozenset({Identification.ACCOUNT})
    office.configure(replace(office.institution(), identification=only_accounts))
    account = register(office.ports, GRACE).account

    with pytest.raises(InvalidInputError) as refused:
        request_appointment(office.ports, wish("09:00", None))
    assert refused.value.field == "who"
    assert request_appointment(office.ports, wish("09:00", account.id))[0].client == account.id


def test_the_recovery_code_sets_a_new_password_once_and_ends_log_ins(office: Office) -> None:
    made = register(office.ports, GRACE)
    new = replace(GRACE, password="ein neuer langer Satz")

    opened = recover(office.ports, new, made.recovery_code.lower())

    assert whose(office, made.secret) == ""
    assert whose(office, opened.secret) == "Grace"
    assert log_in(office.ports, new).account == made.account
    with pytest.raises(NotAuthenticatedError):
        recover(office.ports, new, made.recovery_code)
    assert recover(office.ports, new, opened.recovery_code).account == made.account


def test_another_recovery_code_kills_the_former_and_is_no_other_centres(office: Office) -> None:
    made = register(office.ports, GRACE)
    code = new_recovery_code(office.ports, made.account)

    for opening, wrong in ((GRACE, made.recovery_code), (replace(GRACE, institution="nord"), code)):
        with pytest.raises(NotAuthenticatedError):
            recover(office.ports, opening, wrong)


def test_a_log_in_ends_by_itself_and_at_a_word(office: Office) -> None:
    made, other = register(office.ports, GRACE), log_in(office.ports, GRACE)

    log_out(office.ports, other.secret)
    assert whose(office, other.secret) == ""
    assert whose(office, made.secret) == "Grace"
    office.clock.advance(office.ports.config.current().sessions.idle_minutes * 60)
    assert whose(office, made.secret) == ""


def test_guessing_one_name_locks_out_nobody_elsewhere(office: Office) -> None:
    register(office.ports, GRACE)
    wrong = replace(GRACE, password="x" * 12)
    for _ in range(10):
        with pytest.raises(NotAuthenticatedError):
            log_in(office.ports, wrong)

    with pytest.raises(LimitReachedError) as refused:
        log_in(office.ports, GRACE)
    assert (refused.value.field, refused.value.retry_after) == ("pseudonym", 900)
    assert log_in(office.ports, replace(GRACE, network="198.51.100.7")).account.pseudonym == "Grace"


def test_registrations_of_one_network_are_counted(office: Office) -> None:
    most = office.ports.config.current().visitors.registrations_per_network
    for number in range(most):
        register(office.ports, replace(GRACE, pseudonym=f"Grace {number}"))

    with pytest.raises(LimitReachedError) as refused:
        register(office.ports, replace(GRACE, pseudonym="Heidi"))
    assert refused.value.field is None
    assert refused.value.retry_after
    for network in ("", "198.51.100.7"):
        name = f"Heidi {network}"
        assert register(office.ports, replace(GRACE, pseudonym=name, network=network)).secret


def test_an_accounts_request_is_found_in_it_and_sent_twice_is_one(office: Office) -> None:
    account = register(office.ports, GRACE).account

    made, code = request_appointment(office.ports, wish("09:00", account.id))
    again, same = request_appointment(office.ports, wish("09:00", account.id))

    assert (again.id, same) == (made.id, code)
    assert [one.id for one in appointments_of(office.ports, account)] == [made.id]
    assert code_for(office.ports, account, made.id) == code
    assert look_up(office.ports, institution="mitte", code=code).id == made.id


def test_the_account_opens_also_what_got_a_new_code(office: Office) -> None:
    account = register(office.ports, GRACE).account
    made, _ = request_appointment(office.ports, wish("09:00", account.id))
    issued = reissue_code(office.ports, Actor(ALICE, "web"), made.id)

    code = code_for(office.ports, account, made.id)

    assert look_up(office.ports, institution="mitte", code=code).id == made.id
    with pytest.raises(NotFoundError):
        look_up(office.ports, institution="mitte", code=issued)


def test_nobody_opens_anothers_appointment(office: Office) -> None:
    grace = register(office.ports, GRACE).account
    mallory = register(office.ports, replace(GRACE, pseudonym="Mallory")).account
    made, _ = request_appointment(office.ports, wish("09:00", grace.id))

    for wanted in (made.id, "nothing"):
        with pytest.raises(NotFoundError):
            code_for(office.ports, mallory, wanted)


def limited(office: Office, **limits: int) -> str:
    institution = office.institution()
    office.configure(replace(institution, limits=replace(institution.limits, **limits)))
    return register(office.ports, GRACE).account.id


def test_an_account_has_so_many_open_requests(office: Office) -> None:
    client = limited(office, open_requests_per_client=2, appointments_per_week=0)
    for hour in ("09:00", "10:00"):
        request_appointment(office.ports, wish(hour, client))

    with pytest.raises(LimitReachedError) as refused:
        request_appointment(office.ports, wish("11:00", client))
    assert refused.value.field == "open_requests"
    assert request_appointment(office.ports, wish("11:00", None))[0].client is None


def test_an_account_has_so_many_appointments_in_a_week(office: Office) -> None:
    client = limited(office, open_requests_per_client=0, appointments_per_week=1)
    request_appointment(office.ports, wish("09:00", client))

    with pytest.raises(LimitReachedError) as refused:
        request_appointment(office.ports, wish("11:00", client))
    assert refused.value.field == "week"
    next_week = at(MONDAY.replace(day=14), "11:00")
    assert request_appointment(office.ports, wish("11:00", client, start=next_week))


def test_no_number_is_no_limit(office: Office) -> None:
    client = limited(office, open_requests_per_client=0, appointments_per_week=0)

    for hour in ("09:00", "10:00", "11:00"):
        assert request_appointment(office.ports, wish(hour, client))


def test_an_account_is_erased_with_all_but_what_must_be_kept(office: Office) -> None:
    made = register(office.ports, GRACE)
    kept, _ = request_appointment(office.ports, wish("09:00", made.account.id))
    gone, _ = request_appointment(office.ports, wish("10:00", made.account.id))
    set_legal_hold(office.ports, Actor(ALICE, "web"), kept.id, on=True)

    assert forget_account(office.ports, made.account) == 1

    with office.database.reading() as unit:
        assert unit.appointments.get(kept.id) is not None
        assert unit.appointments.get(gone.id) is None
        assert unit.clients.get(made.account.id) is None
    assert whose(office, made.secret) == ""
    with pytest.raises(NotAuthenticatedError):
        log_in(office.ports, GRACE)

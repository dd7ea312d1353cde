"""Client and counsellor write to each other about an appointment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assisto_caldav.domain.client_details import ContactWishes
from assisto_caldav.errors import (
    InvalidInputError,
    LimitReachedError,
    NotAllowedError,
    NotFoundError,
)
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.messages import (
    thread_for_client,
    thread_for_staff,
    waiting_for_staff,
    write_as_client,
    write_as_staff,
)
from assisto_caldav.usecases.quotas import MESSAGES_AN_HOUR
from tests.appointments import mails
from tests.office import (
    ALICE,
    BOB,
    FRANK,
    Office,
    make_details,
    open_office,
    open_times,
    send_request,
)

PAGE = Actor(ALICE, "web")


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as opened:
        open_times(opened)
        yield opened


def write(office: Office, code: str, text: str = "Kann ich jemanden mitbringen?") -> None:
    write_as_client(office.ports, institution="mitte", code=code, text=text)


def test_both_sides_read_what_was_written_and_it_counts_as_seen(office: Office) -> None:
    made, code = send_request(office)
    write(office, code)
    assert [number for _, number in waiting_for_staff(office.ports, PAGE)] == [1]

    [read] = thread_for_staff(office.ports, PAGE, made.id)
    write_as_staff(office.ports, PAGE, made.id, text="Gern.")

    assert read.text == "Kann ich jemanden mitbringen?"
    assert waiting_for_staff(office.ports, PAGE) == []
    assert [one.text for one in thread_for_client(office.ports, made.id)][-1] == "Gern."
    assert all(one.seen_at for one in thread_for_client(office.ports, made.id))


def test_the_counsellor_gets_one_mail_until_they_have_looked(office: Office) -> None:
    made, code = send_request(office)
    write(office, code)
    write(office, code)
    assert mails(office, made.id).count(("counsellor", "message")) == 1
    assert "mitbringen" not in "".join(mail.payload for mail in office.mails())

    thread_for_staff(office.ports, PAGE, made.id)
    write(office, code)

    assert mails(office, made.id).count(("counsellor", "message")) == 2


def test_the_client_gets_one_mail_until_they_have_looked(office: Office) -> None:
    made, _ = send_request(office, details=make_details(email="olaf@post.example"))
    for text in ("Bringen Sie Geheimes mit.", "Gern."):
        write_as_staff(office.ports, PAGE, made.id, text=text)
    assert mails(office, made.id).count(("client", "message")) == 1
    assert "Geheimes" not in "".join(mail.payload for mail in office.mails())

    thread_for_client(office.ports, made.id)
    write_as_staff(office.ports, PAGE, made.id, text="Bis dann.")

    assert mails(office, made.id).count(("client", "message")) == 2


@pytest.mark.parametrize(
    ("email", "no_mail"), [("", False), ("olaf@post.example", True)], ids=["none", "unwanted"]
)
def test_who_wants_no_mails_gets_none_about_messages(
    office: Office, email: str, no_mail: bool
) -> None:
    made, _ = send_request(
        office, details=make_details(email=email), contact=ContactWishes(no_mail=no_mail)
    )

    write_as_staff(office.ports, PAGE, made.id, text="Gern.")

    assert ("client", "message") not in mails(office, made.id)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 5001])
def test_an_empty_or_endless_message_is_told(office: Office, text: str) -> None:
    _, code = send_request(office)

    with pytest.raises(InvalidInputError) as caught:
        write(office, code, text)

    assert caught.value.field == "message"


def test_too_many_messages_wait(office: Office) -> None:
    _, code = send_request(office)
    for _ in range(MESSAGES_AN_HOUR):
        write(office, code)

    with pytest.raises(LimitReachedError):
        write(office, code)


@pytest.mark.parametrize("login", [BOB, FRANK])
def test_nobody_else_reads_or_writes(office: Office, login: str) -> None:
    made, code = send_request(office)
    write(office, code)

    with pytest.raises(NotAllowedError):
        thread_for_staff(office.ports, Actor(login, "web"), made.id)
    with pytest.raises(NotAllowedError):
        write_as_staff(office.ports, Actor(login, "web"), made.id, text="Hallo")


def test_a_wrong_code_writes_nothing(office: Office) -> None:
    with pytest.raises(NotFoundError):
        write(office, "AAAA-BBBB-CCCC")


def test_messages_go_with_the_appointment(office: Office) -> None:
    made, code = send_request(office)
    write(office, code)

    with office.database.writing() as unit:
        unit.appointments.erase(made.id)

    assert thread_for_client(office.ports, made.id) == []

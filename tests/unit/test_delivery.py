"""The outbox and whoever empties it: nothing is lost, nothing is sent twice."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from assisto_caldav.adapters.mail.compose import MailComposer
from assisto_caldav.adapters.mail.folder import FolderMailer
from assisto_caldav.adapters.mail.smtp import SmtpMailer
from assisto_caldav.domain.appointment import Known, State
from assisto_caldav.domain.people import OutboxMail
from assisto_caldav.errors import InvalidInputError, UnavailableError
from assisto_caldav.usecases.notify import GIVE_UP_AFTER, deliver_due, owe_client, owe_counsellor
from tests.appointments import DETAILS, HOUR, MINUTE, appointment, make_request
from tests.office import Office, open_office
from tests.unit.test_smtp import Postbox, open_server


@dataclass
class FakeServer:
    """A far end that can be away, or refuse for good."""

    away: bool = False
    refuses: bool = False
    got: list[str] = field(default_factory=list)

    def send(self, message: EmailMessage) -> None:
        if self.away:
            raise UnavailableError("SMTP: ConnectionRefusedError")
        if self.refuses:
            raise InvalidInputError("SMTP 550")
        self.got.append(str(message["Message-ID"]))


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as made:
        yield made


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


def owe(office: Office, kind: str = "confirmed", *, not_before: int | None = None) -> OutboxMail:
    with office.database.writing() as unit:
        made = unit.appointments.get("a1")
        assert made is not None
        owe_client(unit, office.ports, kind=kind, appointment=made, not_before=not_before)
    return office.mails()[-1]


def work(office: Office, server: FakeServer | SmtpMailer | FolderMailer) -> int:
    return deliver_due(office.ports, MailComposer(office.ports), server)


def test_a_server_that_is_down_for_an_hour_loses_nothing_and_gets_nothing_twice(
    office: Office, server: FakeServer
) -> None:
    make_request(office)
    owed = [owe(office, kind).message_id for kind in ("received", "confirmed", "rescheduled")]
    server.away = True
    for _ in range(60):
        work(office, server)
        office.clock.advance(MINUTE)
    server.away = False

    for _ in range(60):
        work(office, server)
        office.clock.advance(MINUTE)

    assert sorted(server.got) == sorted(owed)
    assert office.mails() == []


def test_a_mail_server_that_comes_back_gets_each_mail_once(
    office: Office, postbox: Postbox
) -> None:
    make_request(office)
    owed = [owe(office, kind).message_id.encode() for kind in ("received", "confirmed")]
    with open_server(postbox) as controller:
        mailer = SmtpMailer("127.0.0.1", controller.port, security="none")
        postbox.answer_to_data = "451 not now"
        for _ in range(3):
            work(office, mailer)
        postbox.answer_to_data = "250 OK"
        office.clock.advance(HOUR)

        for _ in range(3):
            work(office, mailer)

    assert len(postbox.received) == 2
    assert all(any(identity in mail for mail in postbox.received) for identity in owed)


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


def test_one_mail_that_is_refused_for_now_does_not_keep_the_others(
    office: Office, postbox: Postbox
) -> None:
    make_request(office)
    owe(office, "received")
    owe(office, "confirmed")
    postbox.answers_to_recipient = ["450 greylisted"]
    with open_server(postbox) as controller:
        mailer = SmtpMailer("127.0.0.1", controller.port, security="none")
        work(office, mailer)
        work(office, mailer)

    assert len(postbox.received) == 1
    assert len(office.mails()) == 1


def test_two_workers_at_once_deliver_once(tmp_path: Path) -> None:
    with open_office(url=f"sqlite:{tmp_path / 'assisto.db'}") as office:
        make_request(office)
        owed = {owe(office, "confirmed").message_id for _ in range(12)}
        server = FakeServer()
        start = threading.Barrier(2)

        def run() -> None:
            start.wait()
            while work(office, server):
                pass

        workers = [threading.Thread(target=run) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(timeout=30)

    assert sorted(server.got) == sorted(owed)


def test_a_worker_that_dies_in_the_middle_keeps_a_mail_for_its_lease_only(
    office: Office, server: FakeServer
) -> None:
    make_request(office)
    owe(office)
    with office.database.writing() as unit:
        unit.outbox.claim_due(now=office.clock.now(), lease_seconds=120, limit=1)

    during = work(office, server)
    office.clock.advance(121)
    after = work(office, server)

    assert (during, after) == (0, 1)


def test_a_mail_that_may_not_go_yet_waits(office: Office, server: FakeServer) -> None:
    make_request(office)
    owe(office, "declined", not_before=office.clock.now() + 10 * MINUTE)

    early = work(office, server)
    office.clock.advance(10 * MINUTE)
    late = work(office, server)

    assert (early, late) == (0, 1)


def test_a_cancelled_mail_is_not_sent(office: Office, server: FakeServer) -> None:
    make_request(office)
    owe(office, "declined", not_before=office.clock.now() + 10 * MINUTE)
    with office.database.writing() as unit:
        unit.outbox.cancel("a1", recipient="client", unsent_kinds=("declined",))
    office.clock.advance(HOUR)

    work(office, server)

    assert server.got == []


def test_a_refusal_for_good_is_given_up_loudly_and_stays_visible(
    office: Office, server: FakeServer, caplog: pytest.LogCaptureFixture
) -> None:
    make_request(office)
    owe(office)
    server.refuses = True

    with caplog.at_level(logging.ERROR):
        work(office, server)
    office.clock.advance(GIVE_UP_AFTER)
    work(office, server)

    (mail,) = office.mails()
    assert mail.given_up_at is not None
    assert mail.attempts == 1
    assert "given up" in caplog.text
    assert DETAILS.email not in caplog.text


def test_after_three_days_a_mail_is_given_up(office: Office, server: FakeServer) -> None:
    make_request(office)
    owe(office)
    server.away = True
    work(office, server)
    office.clock.advance(GIVE_UP_AFTER)

    work(office, server)

    (mail,) = office.mails()
    assert mail.given_up_at is not None


def test_a_mail_that_cannot_be_written_does_not_keep_the_others(
    office: Office, server: FakeServer
) -> None:
    make_request(office)
    broken = replace(owe(office), id="broken", payload=json.dumps({"id": "a1"}), created_at=0)
    with office.database.writing() as unit:
        unit.outbox.add(replace(broken, not_before=0, next_try_at=0))

    sent = work(office, server)

    assert sent == 1
    assert [mail.id for mail in office.mails()] == ["broken"]


def test_what_was_in_a_mail_is_gone_once_it_is_sent(office: Office, server: FakeServer) -> None:
    make_request(office)
    mail = owe(office)

    work(office, server)

    with office.database.reading() as unit:
        sent = unit.outbox.get(mail.id)
    assert sent is not None
    assert (sent.address, sent.payload, sent.sent_at) == ("", "", office.clock.now())


def test_a_delivered_change_is_known_by_mail(office: Office, server: FakeServer) -> None:
    make_request(office, state=State.CONFIRMED, known=Known.NOT_YET)
    owe(office)

    work(office, server)

    assert appointment(office).known is Known.MAILED


def test_a_mail_to_the_counsellor_tells_the_client_nothing(
    office: Office, server: FakeServer
) -> None:
    made = make_request(office, state=State.CONFIRMED, known=Known.NOT_YET)
    with office.database.writing() as unit:
        owe_counsellor(unit, office.ports, kind="accepted", appointment=made)

    work(office, server)

    assert appointment(office).known is Known.NOT_YET


def test_a_client_without_an_address_is_owed_nothing(office: Office) -> None:
    made = make_request(office, has_email=False)

    with office.database.writing() as unit:
        owe_client(unit, office.ports, kind="confirmed", appointment=made)

    assert office.mails() == []


def test_a_mail_written_to_the_folder_twice_is_there_once(office: Office, tmp_path: Path) -> None:
    make_request(office)
    message = MailComposer(office.ports).compose(owe(office))
    mailer = FolderMailer(tmp_path / "mails")

    mailer.send(message)
    mailer.send(message)

    (file,) = (tmp_path / "mails").iterdir()
    assert file.suffix == ".eml"
    assert b"Nachricht zu Ihrem Termin" in file.read_bytes()


def test_a_folder_that_cannot_be_written_is_worth_another_try(
    office: Office, tmp_path: Path
) -> None:
    make_request(office)
    message = MailComposer(office.ports).compose(owe(office))
    (tmp_path / "mails").write_text("a file, no folder")

    with pytest.raises(UnavailableError):
        FolderMailer(tmp_path / "mails").send(message)


def test_a_mail_that_cannot_be_opened_holds_up_no_other(
    office: Office, server: FakeServer, caplog: pytest.LogCaptureFixture
) -> None:
    make_request(office)
    broken = owe(office)
    owe(office, "declined")
    with office.database.source.transaction(writing=True) as connection:
        connection.run(
            "UPDATE outbox SET sealed_payload = 'v1:AAAA' WHERE id = :id", {"id": broken.id}
        )

    sent = work(office, server) + work(office, server)

    assert sent == 1
    assert "cannot be opened" in caplog.text
    with office.database.reading() as unit:
        given_up = unit.outbox.get(broken.id)
    assert given_up is not None
    assert given_up.given_up_at is not None


def test_a_mail_that_waited_for_a_mail_server_is_given_its_three_days(
    office: Office, server: FakeServer
) -> None:
    make_request(office)
    owed = owe(office)
    office.clock.advance(GIVE_UP_AFTER + HOUR)
    server.away = True
    work(office, server)
    office.clock.advance(GIVE_UP_AFTER - HOUR)
    work(office, server)
    server.away = False
    office.clock.advance(HOUR // 2)

    work(office, server)

    assert server.got == [owed.message_id]


def test_a_mail_is_given_up_three_days_after_the_first_try(
    office: Office, server: FakeServer
) -> None:
    make_request(office)
    owe(office)
    server.away = True
    work(office, server)
    office.clock.advance(GIVE_UP_AFTER)

    work(office, server)

    assert office.mails()[-1].given_up_at == office.clock.now()


def test_a_mail_that_fails_unexpectedly_holds_up_no_other_and_says_nothing(
    office: Office, server: FakeServer, caplog: pytest.LogCaptureFixture
) -> None:
    make_request(office)
    first = owe(office)
    office.clock.advance(1)
    second = owe(office, "declined")

    def fail_for_one(message: EmailMessage) -> None:
        if str(message["Message-ID"]) == first.message_id:
            raise RuntimeError(str(message["To"]))
        server.got.append(str(message["Message-ID"]))

    server.send = fail_for_one  # type: ignore[method-assign]  # a far end that breaks

    work(office, server)

    assert server.got == [second.message_id]
    assert "RuntimeError" in caplog.text
    assert "grace@post.example" not in caplog.text
    [waiting] = office.mails()
    assert (waiting.attempts, waiting.last_error) == (1, "RuntimeError")

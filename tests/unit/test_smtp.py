"""Mail over real SMTP: delivered, refused for now, refused for good."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from assisto_caldav.adapters.mail.smtp import SmtpMailer
from assisto_caldav.errors import InvalidInputError, UnavailableError


class Postbox:
    """A mail server's end: keeps what comes, or answers as told, a queue of answers first."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        self.answer_to_recipient = "250 OK"
        self.answers_to_recipient: list[str] = []
        self.answer_to_data = "250 OK"
        self.answer_to_quit = "221 Bye"

    async def handle_RCPT(  # noqa: N802 -- the library's name and signature
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        queued = self.answers_to_recipient
        answer = queued.pop(0) if queued else self.answer_to_recipient
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- the library's name
        del server, session
        if self.answer_to_data.startswith("250"):
            self.received.append(bytes(envelope.content or b""))
        return self.answer_to_data


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@contextmanager
def open_server(postbox: Postbox) -> Iterator[Controller]:
    """Lend a running mail server; whoever has stopped it early has done no harm."""
    controller = Controller(postbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller
    finally:
        if controller.loop.is_running():
            controller.stop()


@pytest.fixture
def server(postbox: Postbox) -> Iterator[Controller]:
    with open_server(postbox) as controller:
        yield controller

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        del server, session, envelope
        return self.answer_to_quit


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_message() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "termine@mitte.example"
    message["To"] = "olaf@post.example"
    message["Subject"] = "Nachricht zu Ihrem Termin"
    message["Message-ID"] = "<1@mitte.example>"
    message.set_content("Ihr Termin ist bestätigt.")
    return message


def make_mailer(server: Controller) -> SmtpMailer:
    return SmtpMailer(host="127.0.0.1", port=server.port, security="none")


def test_a_mail_reaches_the_server(server: Controller, postbox: Postbox) -> None:
    make_mailer(server).send(make_message())

    assert b"Message-ID: <1@mitte.example>" in postbox.received[0]


def test_a_server_that_is_busy_is_worth_another_try(server: Controller, postbox: Postbox) -> None:
    postbox.answer_to_data = "451 try again later"

    with pytest.raises(UnavailableError):
        make_mailer(server).send(make_message())


def test_a_greylisted_recipient_is_worth_another_try(server: Controller, postbox: Postbox) -> None:
    postbox.answer_to_recipient = "450 greylisted"

    with pytest.raises(UnavailableError):
        make_mailer(server).send(make_message())


def test_an_unknown_recipient_is_given_up(server: Controller, postbox: Postbox) -> None:
    postbox.answer_to_recipient = "550 no such user"

    with pytest.raises(InvalidInputError):
        make_mailer(server).send(make_message())


def test_a_server_that_is_away_is_worth_another_try(server: Controller) -> None:
    mailer = make_mailer(server)
    server.stop()

    with pytest.raises(UnavailableError):
        mailer.send(make_message())


def test_a_mail_that_was_accepted_is_sent_whatever_follows(
    server: Controller, postbox: Postbox
) -> None:
    postbox.answer_to_quit = "421 closing"

    make_mailer(server).send(make_message())

    assert len(postbox.received) == 1

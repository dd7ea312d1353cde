"""Mail over SMTP (RFC 5321), with STARTTLS, TLS from the start, or neither."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage

from assisto_caldav.errors import InvalidInputError, UnavailableError

PERMANENT = range(500, 600)


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """One connection for each mail: slow is fine, half-open connections are not.

    ``security`` is "starttls", "tls" or "none".
    """

    host: str
    port: int
    security: str = "starttls"
    user: str = ""
    password: str = ""
    timeout_seconds: int = 30

    def send(self, message: EmailMessage) -> None:
        """Deliver one mail; see ``usecases.notify.Mailer``.

        Raises:
            UnavailableError: The server is away, refuses for now, or refuses us.
            InvalidInputError: The server refuses the recipient or the mail for good.
        """
        try:
            server = self._connect()
            try:
                self._log_in(server)
                server.send_message(message)
                _take_leave(server)
            finally:
                server.close()
        except smtplib.SMTPRecipientsRefused as exc:
            codes = [code for code, _ in exc.recipients.values()]
            _raise(min(codes, default=0), exc)
        except smtplib.SMTPDataError as exc:
            _raise(exc.smtp_code, exc)
        except (smtplib.SMTPException, OSError) as exc:
            raise UnavailableError(f"SMTP: {type(exc).__name__}") from exc

    def _connect(self) -> smtplib.SMTP:
        if self.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout_seconds, context=context
            )
        return smtplib.SMTP(self.host, self.port, timeout=self.timeout_seconds)

    def _log_in(self, server: smtplib.SMTP) -> None:
        if self.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if self.user:
            server.login(self.user, self.password)


def _take_leave(server: smtplib.SMTP) -> None:
    """Say QUIT; the mail is accepted, whatever the server answers to that."""
    with suppress(smtplib.SMTPException, OSError):
        server.quit()


def _raise(code: int, cause: smtplib.SMTPException) -> None:
    if code in PERMANENT:
        raise InvalidInputError(f"SMTP {code}") from cause
    raise UnavailableError(f"SMTP {code}") from cause

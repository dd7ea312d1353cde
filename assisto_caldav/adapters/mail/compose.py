"""An owed mail to a MIME message: neutral subject, plain text, HTML, calendar file."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from typing import Any

from assisto_caldav.adapters.mail import catalogue
from assisto_caldav.adapters.mail.ics import PublishedEvent, client_uid, published
from assisto_caldav.adapters.wording import spoken_instant, spoken_interval
from assisto_caldav.domain.institution import Institution, Language
from assisto_caldav.domain.languages import tongue_of
from assisto_caldav.domain.people import OutboxMail
from assisto_caldav.errors import InvalidInputError
from assisto_caldav.ports import Ports
from assisto_caldav.usecases.links import LinkKind, make_link

_LINK = re.compile(r"(.*\. |)([^:]+): (https?://[^\s<>\"]+)")
_PAGE = (
    '<!doctype html><html lang="{lang}" dir="{direction}"><head><meta charset="utf-8">'
    "<title>{subject}</title></head>"
    '<body style="font-family:sans-serif;line-height:1.5;max-width:38em">{paragraphs}</body></html>'
)
STATUS_IN_CLIENT_FILE = {
    "received": "TENTATIVE",
    "proposed": "TENTATIVE",
    "offered": "TENTATIVE",
    "confirmed": "CONFIRMED",
    "rescheduled": "CONFIRMED",
    "declined": "CANCELLED",
    "expired": "CANCELLED",
    "cancelled": "CANCELLED",
}
STAFF_FILES = frozenset({"request"})


@dataclass(frozen=True, slots=True)
class MailComposer:
    """Composes with the institution's words and addresses as configured at delivery."""

    ports: Ports

    def compose(self, mail: OutboxMail) -> EmailMessage:
        """Return the whole message; see ``usecases.notify.Composer``."""
        try:
            return self._compose(mail)
        except (KeyError, TypeError, ValueError, MessageError) as exc:
            # One mail that cannot be written must not keep the others from being sent.
            raise InvalidInputError(f"A mail {mail.kind!r} cannot be written.") from exc

    def _compose(self, mail: OutboxMail) -> EmailMessage:
        institution = self.ports.config.current().institutions.get(mail.institution)
        if institution is None:
            raise InvalidInputError(f"The institution {mail.institution} is not configured.")
        payload: dict[str, Any] = json.loads(mail.payload)
        audience = "client" if mail.recipient == "client" else "staff"
        locale = _language_of(mail, payload, institution, audience)
        facts = self._facts(mail, payload, institution, locale)
        gender = institution.gender_form
        wording = catalogue.write(locale, audience, mail.kind, facts, gender=gender)
        text = f"{wording.body}\n\n-- \n{catalogue.footer(locale, audience, facts)}\n"
        message = _envelope(mail, institution, audience, wording.subject)
        message.set_content(text)
        message.add_alternative(_html(wording.subject, text, locale), subtype="html")
        file = self._calendar_file(mail, payload, institution, audience)
        if file:
            _attach(message, file, audience)
        return message

    def _facts(
        self, mail: OutboxMail, payload: dict[str, Any], institution: Institution, locale: str
    ) -> dict[str, object]:
        base = self.ports.config.current().server.public_url.rstrip("/")
        facts: dict[str, object] = {
            **payload,
            "alternatives": [
                spoken_interval(start, end, zone_name=institution.zone, locale=locale)
                for start, end in json.loads(payload.get("alternatives", "[]"))
            ],
            "centre_link": f"{base}/{institution.id}/",
            "staff_link": f"{base}/staff/",
            "settings_link": f"{base}/staff/me",
        }
        if "secret" in payload:
            facts["password_link"] = f"{base}/staff/password/{payload['secret']}"
        if mail.appointment:
            facts |= self._appointment_facts(payload, institution, locale)
        return facts

    def _appointment_facts(
        self, payload: dict[str, Any], institution: Institution, locale: str
    ) -> dict[str, object]:
        def moment(key: str) -> str:
            instant = int(payload.get(key) or payload["start"])
            return spoken_instant(instant, zone_name=institution.zone, locale=locale)

        change = payload.get("change")
        return {
            "when": spoken_interval(
                payload["start"], payload["end"], zone_name=institution.zone, locale=locale
            ),
            "channel": catalogue.word(locale, "channels", payload["channel"]),
            "answer_by": moment("answer_by"),
            "undo_until": moment("undo_until"),
            "change": catalogue.word(locale, "changes", change) if change else "",
            "answer_link": make_link(self.ports, LinkKind.STAFF_ANSWER, payload),
            "undo_link": make_link(self.ports, LinkKind.UNDO, payload),
            "client_link": make_link(self.ports, LinkKind.CLIENT, payload),
            "not_me_link": make_link(self.ports, LinkKind.NOT_ME, payload),
        }

    def _calendar_file(
        self, mail: OutboxMail, payload: dict[str, Any], institution: Institution, audience: str
    ) -> str:
        if audience == "client":
            wanted = payload.get("wants_ics") and mail.kind in STATUS_IN_CLIENT_FILE
            return published(self._client_event(mail, payload, institution)) if wanted else ""
        if mail.kind not in STAFF_FILES or not self._staff_wants_file(mail.address):
            return ""
        base = self.ports.config.current().server.public_url.rstrip("/")
        locale = _language_of(mail, payload, institution, audience)
        return published(_staff_event(mail, payload, institution, base=base, locale=locale))

    def _client_event(
        self, mail: OutboxMail, payload: dict[str, Any], institution: Institution
    ) -> PublishedEvent:
        return PublishedEvent(
            uid=client_uid(self.ports.tokens, payload["id"]),
            summary="Termin",
            start=payload["start"],
            end=payload["end"],
            stamp=mail.created_at,
            zone_name=institution.zone,
            status=STATUS_IN_CLIENT_FILE[mail.kind],
            # It only has to grow from mail to mail.
            sequence=mail.created_at - payload["requested_at"],
        )

    def _staff_wants_file(self, login: str) -> bool:
        with self.ports.database.reading() as unit:
            member = unit.people.staff(login)
        return member is not None and member.mail_with_ics


def _language_of(
    mail: OutboxMail, payload: dict[str, Any], institution: Institution, audience: str
) -> str:
    """Return the client's language as it was, or the colleague's as config names it."""
    if audience == "client":
        return institution.language_for(str(payload.get("locale", Language.GERMAN)))
    entry = institution.find_staff(mail.address)
    return str(entry.language if entry else Language.GERMAN)


def _staff_event(
    mail: OutboxMail,
    payload: dict[str, Any],
    institution: Institution,
    *,
    base: str,
    locale: str,
) -> PublishedEvent:
    channel = catalogue.word(locale, "channels", payload["channel"])
    request = catalogue.word(locale, "files", "request")
    return PublishedEvent(
        uid=payload["uid"],
        summary=f"{request} · {channel} · {payload['sign']}",
        start=payload["start"],
        end=payload["end"],
        stamp=mail.created_at,
        zone_name=institution.zone,
        status="TENTATIVE",
        organizer=institution.appointment_address,
        organizer_name=institution.name,
        url=f"{base}/staff/appointments/{payload['id']}",
    )


def _envelope(
    mail: OutboxMail, institution: Institution, audience: str, subject: str
) -> EmailMessage:
    message = EmailMessage()
    sender = institution.sender_address or institution.appointment_address
    name = institution.sender_name if audience == "client" else institution.name
    # An Address is one address, whatever stands in it, and a name is one line.
    message["From"] = Address(display_name=" ".join(name.split()), addr_spec=sender)
    message["To"] = Address(addr_spec=mail.address)
    message["Subject"] = subject
    message["Date"] = format_datetime(datetime.fromtimestamp(mail.created_at, UTC))
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    return message


def _html(subject: str, text: str, locale: str) -> str:
    blocks = [block for block in text.split("\n\n") if block.strip()]
    paragraphs = "".join(f"<p>{_paragraph(block)}</p>" for block in blocks)
    language = catalogue.language_of(locale)
    return _PAGE.format(
        lang=language,
        direction=tongue_of(language).direction,
        subject=escape(subject),
        paragraphs=paragraphs,
    )


def _paragraph(block: str) -> str:
    lines = block.removeprefix("-- ").strip().split("\n")
    return "<br>".join(_linked(line) for line in lines)


def _linked(line: str) -> str:
    """Return a line as HTML; "Words: address" becomes words that are a link."""
    found = _LINK.fullmatch(line)
    if found is None:
        return escape(line)
    before, words, address = found.groups()
    return f'{escape(before)}<a href="{escape(address)}">{escape(words)}</a>'


def _attach(message: EmailMessage, file: str, audience: str) -> None:
    """Add the file as the last alternative and, for whoever shows none, as an attachment.

    A client's file is an attachment alone: nothing puts it into a calendar unasked.
    """
    raw, params = file.encode(), {"charset": "utf-8", "method": "PUBLISH"}
    if audience == "staff":
        message.add_alternative(raw, maintype="text", subtype="calendar", params=params)
    message.add_attachment(
        raw, maintype="text", subtype="calendar", params=params, filename="termin.ics"
    )

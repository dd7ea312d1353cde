"""Mails: owed in the transaction that causes them, delivered by the worker.

What a mail says is fixed when it is owed: its payload is a snapshot, so that
a late delivery still tells what happened. Address and payload are sealed by
the store and erased on delivery.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.message import EmailMessage
from typing import Protocol

from assisto_caldav.domain.appointment import Appointment, Known
from assisto_caldav.domain.people import OutboxMail
from assisto_caldav.errors import AssistoError, InvalidInputError, NotFoundError, UnavailableError
from assisto_caldav.failures import frames_of
from assisto_caldav.ports import Ports, Unit

log = logging.getLogger(__name__)

LEASE_SECONDS = 120
FIRST_RETRY = 60
LONGEST_RETRY = 900
GIVE_UP_AFTER = 3 * 24 * 3600
LATER_KNOWN = frozenset(
    {"confirmed", "declined", "expired", "cancelled", "rescheduled", "proposed", "offered"}
)

Payload = Mapping[str, str | int]
COUNSELLOR, CLIENT, STAFF = "counsellor", "client", "staff"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who gets a mail: of which institution, as what, and where."""

    institution: str
    recipient: str
    address: str


class Mailer(Protocol):
    """A way to hand a mail to a server."""

    def send(self, message: EmailMessage) -> None:
        """Deliver one mail.

        Raises:
            UnavailableError: Try again later.
            InvalidInputError: The server refuses this mail for good.
        """
        ...


class Composer(Protocol):
    """Turns an owed mail into a message."""

    def compose(self, mail: OutboxMail) -> EmailMessage:
        """Return the whole message.

        Raises:
            InvalidInputError: The mail can never be sent (its institution is gone, say).
        """
        ...


def owe_counsellor(
    unit: Unit, ports: Ports, *, kind: str, appointment: Appointment, extra: Payload | None = None
) -> None:
    """Owe the counsellor a mail about an appointment, in the caller's transaction."""
    payload = {**_snapshot(appointment), **(extra or {})}
    addressee = Addressee(appointment.institution, COUNSELLOR, appointment.counsellor)
    unit.outbox.add(_new_mail(ports, kind, addressee, payload=payload, appointment=appointment.id))


def owe_client(
    unit: Unit,
    ports: Ports,
    *,
    kind: str,
    appointment: Appointment,
    not_before: int | None = None,
    extra: Payload | None = None,
) -> None:
    """Owe the client a mail about an appointment, in the caller's transaction.

    One who left no address, or wants no mails, is owed nothing. ``not_before``: not sent earlier.
    """
    address = unit.appointments.details(appointment.id).email
    if not address or appointment.contact.no_mail:
        return
    payload = {**_snapshot(appointment), **(extra or {})}
    addressee = Addressee(appointment.institution, CLIENT, address)
    mail = _new_mail(ports, kind, addressee, payload=payload, appointment=appointment.id)
    due = max(mail.created_at, not_before or 0)
    unit.outbox.add(replace(mail, not_before=due, next_try_at=due))


def _snapshot(appointment: Appointment) -> Payload:
    return {
        "id": appointment.id,
        "state": appointment.state.value,
        "counsellor": appointment.counsellor,
        "service": appointment.service,
        "channel": appointment.channel.value,
        "start": appointment.start,
        "end": appointment.end,
        "uid": appointment.uid,
        "sign": appointment.sign,
        "locale": appointment.locale,
        "wants_ics": int(appointment.wants_ics),
        "answer_by": appointment.answer_by or 0,
        "requested_at": appointment.requested_at,
    }


def owe_staff(unit: Unit, ports: Ports, *, kind: str, login: str, extra: Payload) -> None:
    """Owe a member of staff a mail that is about no appointment.

    Raises:
        NotFoundError: There is no such account.
    """
    member = unit.people.staff(login)
    if member is None:
        raise NotFoundError("Dieses Konto gibt es nicht.")
    addressee = Addressee(member.institution, STAFF, member.login)
    unit.outbox.add(_new_mail(ports, kind, addressee, payload=extra))


def _new_mail(
    ports: Ports,
    kind: str,
    addressee: Addressee,
    *,
    payload: Payload,
    appointment: str | None = None,
) -> OutboxMail:
    now = ports.clock.now()
    host = _mail_host(ports, addressee.institution)
    return OutboxMail(
        id=ports.tokens.new_id(),
        institution=addressee.institution,
        kind=kind,
        recipient=addressee.recipient,
        address=addressee.address,
        payload=json.dumps(dict(payload), ensure_ascii=False),
        message_id=f"<{ports.tokens.secret()}@{host}>",
        created_at=now,
        not_before=now,
        next_try_at=now,
        appointment=appointment,
    )


def _mail_host(ports: Ports, institution: str) -> str:
    centre = ports.config.current().institutions.get(institution)
    address = centre.sender_address or centre.appointment_address if centre else ""
    return address.rpartition("@")[2] or "localhost"


def deliver_due(
    ports: Ports,
    composer: Composer,
    mailer: Mailer,
    *,
    limit: int = 20,
    lease_seconds: int = LEASE_SECONDS,
) -> int:
    """Send what is due, one by one; return how many were delivered.

    A claimed mail is kept from other workers for the lease, which is longer
    than any delivery. A worker that dies between the server's acceptance and
    our note of it would send again after the lease, under the same Message-ID:
    the one case that SMTP cannot close (RFC 1047). When the server is away the
    others wait for the next call, so that a slow refusal keeps no other duty.
    """
    delivered = 0
    for _ in range(limit):
        with ports.database.writing() as unit:
            due = unit.outbox.claim_due(now=ports.clock.now(), lease_seconds=lease_seconds, limit=1)
        if not due:
            break
        try:
            mailer.send(composer.compose(due[0]))
        except UnavailableError as exc:
            _note_failure(ports, due[0], exc)
            break
        except InvalidInputError as exc:
            _give_up(ports, due[0], exc)
            continue
        except Exception as exc:  # noqa: BLE001 - one mail must not stop the others
            log.error("A mail (%s) failed: %s", due[0].kind, frames_of(exc))  # noqa: TRY400 - a message may name people
            _note_failure(ports, due[0], UnavailableError(type(exc).__name__))
            continue
        _note_delivery(ports, due[0])
        delivered += 1
    return delivered


def _note_delivery(ports: Ports, mail: OutboxMail) -> None:
    """Note the delivery in a unit of its own: whatever fails after it, nothing is sent twice."""
    with ports.database.writing() as unit:
        unit.outbox.mark_sent(mail.id, now=ports.clock.now())
    if mail.appointment and mail.recipient == CLIENT and mail.kind in LATER_KNOWN:
        with ports.database.writing() as unit:
            _note_known(unit, mail.appointment)


def _note_known(unit: Unit, appointment_id: str) -> None:
    found = unit.appointments.get(appointment_id)
    if found is None:
        return
    unit.people.lock_counsellor(found.counsellor)
    current = unit.appointments.get(appointment_id)
    if current is not None and current.known is Known.NOT_YET:
        unit.appointments.update(replace(current, known=Known.MAILED))


def _note_failure(ports: Ports, mail: OutboxMail, error: AssistoError) -> None:
    now = ports.clock.now()
    first = now if mail.first_tried_at is None else mail.first_tried_at
    if now - first >= GIVE_UP_AFTER:
        _give_up(ports, mail, error)
        return
    wait = min(FIRST_RETRY * 2 ** min(mail.attempts, 10), LONGEST_RETRY)
    log.warning("A mail (%s) could not be sent; next try in %s s.", mail.kind, wait)
    with ports.database.writing() as unit:
        unit.outbox.mark_failed(mail.id, error=str(error), next_try_at=now + wait, now=now)


def _give_up(ports: Ports, mail: OutboxMail, error: AssistoError) -> None:
    log.error("A mail (%s) was given up: %s", mail.kind, error)
    with ports.database.writing() as unit:
        unit.outbox.mark_failed(mail.id, error=str(error), next_try_at=None, now=ports.clock.now())

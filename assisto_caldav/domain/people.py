"""People with a login, their sessions and their devices."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A staff account. Name and roles come from config; the rest is data of the person.

    ``place``, ``phone`` and ``video_room`` are what a confirmed client is shown.
    ``mail_with_ics`` false: a notice alone, without the calendar file.
    """

    login: str
    institution: str
    public_id: str
    password_hash: str | None = None
    place: str = ""
    phone: str = ""
    video_room: str = ""
    mail_with_ics: bool = True
    active: bool = True


@dataclass(frozen=True, slots=True)
class AppPassword:
    """A device's password for CalDAV; only its SHA-256 is kept."""

    id: str
    institution: str
    login: str
    name: str
    created_at: int
    last_used_at: int | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A login on the web, known by the digest of its cookie."""

    digest: str
    institution: str
    login: str
    created_at: int
    seen_at: int


class LinkPurpose(StrEnum):
    """What a one-time link to set a password is for."""

    INVITE = "invite"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class OneTimeLink:
    """A link to set a password, good once."""

    digest: str
    institution: str
    login: str
    purpose: LinkPurpose
    expires_at: int


@dataclass(frozen=True, slots=True)
class OutboxMail:
    """A mail that is owed. ``payload`` is what the composer needs, sealed in the store.

    ``kind`` names the text; ``recipient`` is "counsellor" or "client" (or
    "staff"), ``address`` the mail address, sealed too. ``not_before`` and
    ``next_try_at`` are instants. ``message_id`` is fixed when owed, so that a
    repeated delivery is recognised. ``first_tried_at``: when it first failed.
    """

    id: str
    institution: str
    kind: str
    recipient: str
    address: str
    payload: str
    message_id: str
    created_at: int
    not_before: int
    appointment: str | None = None
    attempts: int = 0
    next_try_at: int = 0
    sent_at: int | None = None
    given_up_at: int | None = None
    last_error: str = ""
    first_tried_at: int | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what, when and how; never what a client told us.

    ``actor`` is a login, "client" or "system"; ``via`` is "web", "caldav",
    "link", "api" or "worker".
    """

    id: str
    institution: str
    at: int
    actor: str
    via: str
    act: str
    appointment: str | None = None
    detail: str = ""

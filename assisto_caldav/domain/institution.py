"""A centre as configured: who works there, what it offers, its limits and texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.gender import GenderForm
from assisto_caldav.domain.identity import InstitutionId, Login, same_address
from assisto_caldav.domain.languages import GERMAN, INFORMAL_GERMAN
from assisto_caldav.domain.logo import Logo
from assisto_caldav.domain.routing import RoutingQuestion
from assisto_caldav.domain.service import Service
from assisto_caldav.domain.texts import Texts

# Series are expanded this far into the occurrence index; a booking horizon must end before.
OCCURRENCE_INDEX_DAYS = 2 * 365
_LEAP_DAY = (2, 29)


class StaffRole(StrEnum):
    """What a member of staff may be; one person may be both."""

    COUNSELLOR = "counsellor"
    ADMINISTRATOR = "administrator"


class CalendarShows(StrEnum):
    """What SUMMARY of an appointment tells whoever looks at the counsellor's phone."""

    NEUTRAL = "neutral"
    SERVICE = "service"


class ClientsVisible(StrEnum):
    """Which clients a counsellor opens without giving a reason."""

    OWN = "own"
    ALL = "all"


class Identification(StrEnum):
    """How a client may come back to an appointment."""

    ACCOUNT = "account"
    ACCESS_CODE = "access_code"


class PhoneCalls(StrEnum):
    """Who calls whom when an appointment is by phone."""

    CENTRE = "centre"
    CLIENT = "client"


class Language(StrEnum):
    """What pages and mails are written in."""

    GERMAN = "de"
    ENGLISH = "en"


class FormOfAddress(StrEnum):
    """Whether German pages and mails say "Sie" or "du" to clients."""

    FORMAL = "formal"
    INFORMAL = "informal"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffEntry:
    """A member of staff. ``services`` None means all; ``public_id`` is what clients may see.

    ``language`` is that of the mails to them. ``languages`` are those they counsel in, as
    tags (BCP 47); empty: all of the institution's.
    """

    login: Login
    name: str
    public_id: str
    roles: frozenset[StaffRole]
    services: frozenset[str] | None = None
    language: Language = Language.GERMAN
    languages: tuple[str, ...] = ()

    @property
    def is_counsellor(self) -> bool:
        """Say whether appointments can be with them."""
        return StaffRole.COUNSELLOR in self.roles

    @property
    def is_administrator(self) -> bool:
        """Say whether they may use the administrator's pages."""
        return StaffRole.ADMINISTRATOR in self.roles

    def offers(self, service_id: str) -> bool:
        """Say whether this counsellor does this service."""
        return self.is_counsellor and (self.services is None or service_id in self.services)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingDay:
    """Days on which nobody works: ``first`` to ``last``, both included; yearly by month and day."""

    name: str
    first: date
    last: date
    yearly: bool = False

    def __post_init__(self) -> None:
        """Refuse days that run backwards, or cannot come back every year."""
        if self.last < self.first:
            raise ValueError(f"{self.name} ends before it begins.")
        if self.yearly and _LEAP_DAY in ((d.month, d.day) for d in (self.first, self.last)):
            raise ValueError(f"{self.name} is on 29 February.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Numbers that steer booking; units are in the names. ``max_per_day`` None: no limit.

    ``open_requests_per_client`` and ``appointments_per_week`` 0: no limit.
    """

    notice_hours: int = 24
    horizon_days: int = 60
    max_per_day: int | None = None
    hold_minutes: int = 15
    hold_longest_minutes: int = 60
    answer_within_working_days: int = 2
    answer_latest_hours_before: int = 4
    move_until_hours_before: int = 24
    cancel_until_hours_before: int = 0
    open_requests_per_client: int = 3
    appointments_per_week: int = 2
    waitlist_offer_minutes: int = 120
    undo_minutes: int = 10
    mass_delete_limit: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Days until erasure, counted from the end of what is erased; audit lines from their making."""

    declined_days: int = 30
    other_days: int = 90
    audit_days: int = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The centre's own accent colour for both themes, as "#rrggbb" (both empty: ours), and logo.

    With ``neutral`` the title of each client page is ``neutral_title`` and its icon a plain one.
    """

    accent: str = ""
    accent_dark: str = ""
    logo: Logo | None = None
    neutral: bool = False
    neutral_title: str = "Termine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """A counselling centre. All times of day are wall times of ``zone`` (a TZID).

    ``appointment_address`` is the ORGANIZER of every appointment;
    ``sender_address`` and ``sender_name`` are the From of mails to clients and
    must not betray what the mail is about. ``country`` and ``land`` choose the
    public holidays, as ISO 3166 codes ("DE", "BE"); ``land`` may be empty.
    ``allowed_sites`` are origins that may show free dates. ``languages`` are those of
    the counselling, as tags (BCP 47).
    """

    id: InstitutionId
    name: str
    zone: str
    appointment_address: str
    texts: Texts
    services: tuple[Service, ...] = ()
    staff: tuple[StaffEntry, ...] = ()
    channels: tuple[Channel, ...] = (Channel.ON_SITE, Channel.PHONE)
    address: str = ""
    phone: str = ""
    website: str = ""
    country: str = "DE"
    land: str = ""
    closing_days: tuple[ClosingDay, ...] = ()
    limits: Limits = field(default_factory=Limits)
    retention: Retention = field(default_factory=Retention)
    sender_address: str = ""
    sender_name: str = "Terminservice"
    calendar_shows: CalendarShows = CalendarShows.NEUTRAL
    clients_visible: ClientsVisible = ClientsVisible.OWN
    choose_counsellor: bool = False
    identification: frozenset[Identification] = frozenset(Identification)
    phone_calls: PhoneCalls = PhoneCalls.CENTRE
    gender_form: GenderForm = GenderForm.COLON
    form_of_address: FormOfAddress = FormOfAddress.FORMAL
    look: Look = field(default_factory=Look)
    allowed_sites: tuple[str, ...] = ()
    languages: tuple[str, ...] = (GERMAN,)
    routing: tuple[RoutingQuestion, ...] = ()

    def language_for(self, chosen: str) -> str:
        """Return what a client reads who has chosen a language: German with our address."""
        is_informal = self.form_of_address is FormOfAddress.INFORMAL
        return INFORMAL_GERMAN if chosen == GERMAN and is_informal else chosen

    def asks_phone(self, channel: Channel) -> bool:
        """Say whether the form has a place for the client's number."""
        return channel.needs_client_phone and self.phone_calls is PhoneCalls.CENTRE

    @property
    def active_services(self) -> tuple[Service, ...]:
        """Return what can be booked now, in the order of the file."""
        return tuple(
            service for service in self.services if service.active and self.channels_of(service)
        )

    @property
    def counsellors(self) -> tuple[StaffEntry, ...]:
        """Return everybody with whom an appointment can be, in the order of the file."""
        return tuple(entry for entry in self.staff if entry.is_counsellor)

    @property
    def administrators(self) -> tuple[StaffEntry, ...]:
        """Return everybody who may use the administrator's pages."""
        return tuple(entry for entry in self.staff if entry.is_administrator)

    def channels_of(self, service: Service) -> tuple[Channel, ...]:
        """Return the channels that both the service and the institution offer."""
        return tuple(channel for channel in service.channels if channel in self.channels)

    def find_service(self, service_id: str) -> Service | None:
        """Return the service of this id, active or not."""
        return next((service for service in self.services if service.id == service_id), None)

    def find_staff(self, login: str) -> StaffEntry | None:
        """Return the member of staff who logs in with this address."""
        return next((entry for entry in self.staff if same_address(entry.login, login)), None)

    def find_counsellor(self, public_id: str) -> StaffEntry | None:
        """Return the counsellor whom clients know by this id."""
        return next((entry for entry in self.counsellors if entry.public_id == public_id), None)

    def counsellors_of(self, service_id: str) -> Iterator[StaffEntry]:
        """Yield the counsellors who do this service, in the order of the file."""
        return (entry for entry in self.counsellors if entry.offers(service_id))

    def languages_of(self, entry: StaffEntry) -> tuple[str, ...]:
        """Return the languages that somebody counsels in."""
        return entry.languages or self.languages

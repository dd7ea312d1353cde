"""Read one file of ``config/institutions/``; its name without ``.toml`` is the institution's id."""

from __future__ import annotations

from dataclasses import replace

import holidays

from assisto_caldav.config.booking import is_segment, read_limits, read_services
from assisto_caldav.config.finding import read_routing, read_spoken
from assisto_caldav.config.look import read_look
from assisto_caldav.config.staff import read_staff
from assisto_caldav.config.table import Table
from assisto_caldav.config.texts import read_texts
from assisto_caldav.config.web import read_allowed_sites
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.gender import GenderForm
from assisto_caldav.domain.identity import InstitutionId, is_mail_address
from assisto_caldav.domain.institution import (
    CalendarShows,
    ClientsVisible,
    ClosingDay,
    FormOfAddress,
    Identification,
    Institution,
    PhoneCalls,
    Retention,
)
from assisto_caldav.domain.localtime import zone_names
from assisto_caldav.domain.texts import Texts

# First segments of our own addresses; no institution may shadow them.
RESERVED_IDS = frozenset(
    ["a", "account", "admin", "api", "book", "dav", "demo", "feeds", "groups", "healthz", "l"]
) | {"institutions", "language", "leave", "metrics", "problems", "staff", "static", ".well-known"}
_LONGEST_CLOSURE_DAYS = 366
_LEAP_DAY = (2, 29)


def read_institution(root: Table, name: str, *, sender: str) -> Institution | None:
    """Read a file named ``name``; None when something in it is wrong.

    ``sender`` is the server's own sender address, for a centre without one; it may be empty.
    """
    channels = root.choices("channels", (Channel.ON_SITE, Channel.PHONE))
    services, service_ids = read_services(root, channels)
    spoken = read_spoken(root)
    mail, clients = root.table("mail"), root.table("clients")
    country, land = _read_land(root.table("public_holidays"))
    appointment_address = read_mail_address(root, "appointment_address", required=True)
    sender_address = read_mail_address(mail, "sender_address")
    institution = Institution(
        id=InstitutionId(name),
        name=root.required_text("name"),
        zone=_read_zone(root),
        appointment_address=appointment_address,
        address=root.lines("address"),
        phone=root.text("phone"),
        website=_read_website(root),
        channels=channels,
        services=services,
        staff=read_staff(root, service_ids, spoken),
        country=country,
        land=land,
        closing_days=_read_closing_days(root),
        limits=read_limits(root),
        retention=_read_retention(root),
        sender_address=sender_address or sender or appointment_address,
        sender_name=mail.text("sender_name", "Terminservice"),
        calendar_shows=root.choice("calendar_shows", CalendarShows.NEUTRAL),
        clients_visible=root.choice("clients_visible", ClientsVisible.OWN),
        choose_counsellor=clients.flag("choose_counsellor", default=False),
        identification=frozenset(clients.choices("identification", tuple(Identification))),
        phone_calls=clients.choice("phone_calls", PhoneCalls.CENTRE),
        gender_form=root.choice("gender_form", GenderForm.COLON),
        form_of_address=root.choice("form_of_address", FormOfAddress.FORMAL),
        look=read_look(root),
        allowed_sites=read_allowed_sites(root),
        languages=spoken,
        routing=read_routing(root, services),
        texts=Texts(crisis="", imprint="", data_protection="", accessibility=""),
    )
    institution = replace(institution, texts=read_texts(root, institution))
    for table in (mail, clients, root):
        table.finish()
    return institution if root.is_sound else None


def check_id(root: Table, name: str) -> None:
    """Complain of a file name that cannot be part of an address."""
    if name in RESERVED_IDS:
        root.complain("", f"„{name}“ ist schon vergeben; bitte die Datei anders nennen.")
    elif not is_segment(name):
        problem = "Der Dateiname wird Teil der Adresse: nur a-z, 0-9 und -, höchstens 40 Zeichen."
        root.complain("", problem)


def read_mail_address(table: Table, key: str, *, required: bool = False) -> str:
    """Read a bare e-mail address."""
    value = table.required_text(key) if required else table.text(key)
    if value and not is_mail_address(value):
        table.complain(key, f"„{value}“ ist keine E-Mail-Adresse wie termine@centre.example.")
    return value


def _read_website(root: Table) -> str:
    website = root.text("website")
    if website and not website.startswith(("https://", "http://")):
        root.complain("website", f"„{website}“ ist keine Adresse wie https://centre.example.")
    return website


def _read_zone(root: Table) -> str:
    name = root.text("zone", "Europe/Berlin")
    if name not in zone_names():
        problem = f"„{name}“ ist keine Zeitzone; richtig ist etwa „Europe/Berlin“."
        root.complain("zone", problem)
    return name


def _read_land(table: Table) -> tuple[str, str]:
    country, land = table.text("country", "DE"), table.text("land")
    table.finish()
    lands = holidays.list_supported_countries().get(country)
    if lands is None:
        problem = f"„{country}“ ist kein Land, dessen Feiertage wir kennen, etwa „DE“."
        table.complain("country", problem)
    elif land and land not in lands:
        table.complain(
            "land", f"„{land}“ gibt es in {country} nicht; möglich ist {', '.join(lands)}."
        )
    return country, land


def _read_closing_days(root: Table) -> tuple[ClosingDay, ...]:
    return tuple(day for table in root.tables("closing_days") if (day := _read_closing_day(table)))


def _read_closing_day(table: Table) -> ClosingDay | None:
    name = table.required_text("name")
    first = table.day("date")
    last = table.day("last_date", first)
    yearly = table.flag("yearly", default=False)
    table.finish()
    if last < first:
        table.complain("last_date", f"Der letzte Tag liegt vor dem ersten, dem {first}.")
    elif (last - first).days > _LONGEST_CLOSURE_DAYS:
        table.complain("last_date", f"Mehr als {_LONGEST_CLOSURE_DAYS} Tage; ist das Jahr richtig?")
    if yearly and _LEAP_DAY in ((first.month, first.day), (last.month, last.day)):
        table.complain("yearly", "Den 29. Februar gibt es nicht jedes Jahr.")
    if not table.is_sound:
        return None
    return ClosingDay(name=name, first=first, last=last, yearly=yearly)


def _read_retention(root: Table) -> Retention:
    table, usual = root.table("retention"), Retention()
    retention = Retention(
        declined_days=table.integer("declined_days", usual.declined_days, low=1, high=3650),
        other_days=table.integer("other_days", usual.other_days, low=1, high=3650),
        audit_days=table.integer("audit_days", usual.audit_days, low=1, high=3650),
    )
    table.finish()
    return retention

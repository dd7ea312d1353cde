"""Read what can be booked, and within which limits."""

from __future__ import annotations

import re

from assisto_caldav.config.table import Table
from assisto_caldav.config.translations import read_translations
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.institution import OCCURRENCE_INDEX_DAYS, Limits
from assisto_caldav.domain.service import (
    DEFAULT_PUBLIC_NAME,
    LONGEST_MINUTES,
    SHORTEST_MINUTES,
    Service,
)

SERVICE_TEXTS = ("public_name", "description")
_SEGMENT = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
# The name by which a booking-times rule means every service (SUMMARY:alle).
_ALL_SERVICES = "alle"


def is_segment(text: str) -> bool:
    """Say whether this may stand in an address as it is: small letters, digits, hyphens."""
    return _SEGMENT.fullmatch(text) is not None


def read_segment(table: Table, key: str) -> str:
    """Read an id that stands in addresses."""
    value = table.required_text(key)
    if value and not is_segment(value):
        problem = f"„{value}“ geht nicht; nur a-z, 0-9 und -, höchstens 40 Zeichen."
        table.complain(key, problem)
    return value


def read_services(
    root: Table, channels: tuple[Channel, ...]
) -> tuple[tuple[Service, ...], frozenset[str]]:
    """Read ``[[services]]``: the sound ones, and the ids of all, so that no fault counts twice."""
    services: list[Service] = []
    seen: set[str] = set()
    names: set[str] = set()
    for table in root.tables("services"):
        service_id, name = read_segment(table, "id"), table.required_text("name")
        check_unique(table, "id", service_id, seen)
        check_unique(table, "name", name.casefold(), names)
        service = _read_service(table, service_id, name)
        if service is not None:
            _check_channels(table, service, channels)
            services.append(service)
    return tuple(services), frozenset(seen)


def _read_service(table: Table, service_id: str, name: str) -> Service | None:
    if "," in name or name.casefold() == _ALL_SERVICES:
        problem = "Kein Komma und nicht „alle“: so unterscheiden Buchungszeiten die Leistungen."
        table.complain("name", problem)
    public_name = table.text("public_name", DEFAULT_PUBLIC_NAME)
    if not public_name:
        table.complain("public_name", "Hier muss etwas stehen, oder der Schlüssel fällt weg.")
    service = Service(
        id=service_id,
        name=name,
        public_name=public_name,
        duration_minutes=_read_duration(table),
        follow_up_minutes=table.integer("follow_up_minutes", 0, low=0, high=LONGEST_MINUTES),
        channels=table.required_choices("channels", Channel) or tuple(Channel),
        active=table.flag("active", default=True),
        description=table.lines("description"),
        translations=read_translations(table, SERVICE_TEXTS),
    )
    table.finish()
    return service if table.is_sound else None


def _read_duration(table: Table) -> int:
    """Read a duration; it has no default, and its own words for a common mistake."""
    minutes = table.required_integer("duration_minutes")
    if minutes is None:
        return SHORTEST_MINUTES
    if minutes < SHORTEST_MINUTES:
        table.complain(
            "duration_minutes", f"{minutes} ist keine Dauer; mindestens {SHORTEST_MINUTES}."
        )
        return SHORTEST_MINUTES
    if minutes > LONGEST_MINUTES:
        problem = f"{minutes} Minuten sind zu lang; höchstens {LONGEST_MINUTES}."
        table.complain("duration_minutes", problem)
        return LONGEST_MINUTES
    return minutes


def check_unique(table: Table, key: str, value: str, seen: set[str]) -> None:
    """Complain of a value that another table of the same kind has, and remember it."""
    if value and value in seen:
        table.complain(key, f"„{value}“ gibt es schon.")
    seen.add(value)


def _check_channels(table: Table, service: Service, channels: tuple[Channel, ...]) -> None:
    if service.active and not set(service.channels) & set(channels):
        problem = "Keinen dieser Kanäle bietet die Einrichtung an; siehe „channels“ ganz oben."
        table.complain("channels", problem)


def read_limits(root: Table) -> Limits:
    """Read ``[limits]`` of an institution."""
    table, usual = root.table("limits"), Limits()

    def number(key: str, low: int, high: int) -> int:
        return table.integer(key, getattr(usual, key) or 0, low=low, high=high)

    horizon_days = number("horizon_days", 1, OCCURRENCE_INDEX_DAYS - 1)
    hold_minutes = number("hold_minutes", 5, 120)
    hold_longest_minutes = number("hold_longest_minutes", 5, 24 * 60)
    if hold_longest_minutes < hold_minutes:
        if table.has("hold_longest_minutes"):
            problem = "Das ist kürzer als „hold_minutes“: So lange gilt schon das erste Freihalten."
            table.complain("hold_longest_minutes", problem)
        hold_longest_minutes = hold_minutes
    limits = Limits(
        notice_hours=number("notice_hours", 0, 24 * 365),
        horizon_days=horizon_days,
        max_per_day=number("max_per_day", 0, 100) or None,
        hold_minutes=hold_minutes,
        hold_longest_minutes=hold_longest_minutes,
        answer_within_working_days=number("answer_within_working_days", 1, 30),
        answer_latest_hours_before=number("answer_latest_hours_before", 0, 240),
        open_requests_per_client=number("open_requests_per_client", 0, 100),
        appointments_per_week=number("appointments_per_week", 0, 100),
        waitlist_offer_minutes=number("waitlist_offer_minutes", 10, 24 * 60),
        move_until_hours_before=number("move_until_hours_before", 0, 24 * 60),
        cancel_until_hours_before=number("cancel_until_hours_before", 0, 24 * 60),
        undo_minutes=number("undo_minutes", 0, 120),
        mass_delete_limit=number("mass_delete_limit", 1, 1000),
    )
    table.finish()
    if limits.notice_hours >= limits.horizon_days * 24:
        problem = "So ist nie etwas frei: der Vorlauf reicht über „horizon_days“ hinaus."
        table.complain("notice_hours", problem)
    return limits

"""``calendar-timezone`` (RFC 4791 §5.2.2) and ``calendar-timezone-id`` (RFC 7809 §5.2).

They are one fact: setting either sets the other, where it is a zone of tzdata;
removing either leaves the zone of the institution.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assisto_caldav.domain.calendar_timezone import calendar_timezone, read_calendar_timezone
from assisto_caldav.domain.localtime import zone
from assisto_caldav.errors import InvalidCalendarObjectError, InvalidInputError
from assisto_radicale.dead_properties import plain_text
from assisto_radicale.xmltext import caldav, escape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assisto_caldav.domain.collection import Collection
    from assisto_radicale.properties import Scene

TIMEZONE = caldav("calendar-timezone")
TIMEZONE_ID = caldav("calendar-timezone-id")
_TEXT, _ID = "C:calendar-timezone", "C:calendar-timezone-id"


def timezone_value(scene: Scene, item: Collection) -> str | None:
    """Return the ``calendar-timezone`` of a calendar as XML."""
    stored = item.props.get(_TEXT)
    if stored is not None:
        return escape(plain_text(stored))
    name = _institution_zone(scene, item)
    return escape(calendar_timezone(zone(name))) if name else None


def timezone_id_value(scene: Scene, item: Collection) -> str | None:
    """Return the ``calendar-timezone-id`` of a calendar; None for a zone without IANA name."""
    if _TEXT in item.props:
        stored = item.props.get(_ID)
        return escape(plain_text(stored)) if stored is not None else None
    name = _institution_zone(scene, item)
    return escape(name) if name else None


def _institution_zone(scene: Scene, item: Collection) -> str | None:
    institution = scene.ports.config.current().institutions.get(item.institution)
    return institution.zone if institution else None


def failed_precondition(name: str, value: str | None) -> str | None:
    """Return the precondition that a new value breaks, as a Clark name; None removes it."""
    if value is None:
        return None
    try:
        if name == TIMEZONE:
            read_calendar_timezone(value)
        elif name == TIMEZONE_ID:
            zone(value.strip())
    except InvalidCalendarObjectError:
        return caldav("valid-calendar-data")
    except InvalidInputError:
        return caldav("valid-timezone")
    return None


def both(name: str, value: str | None) -> Mapping[str, str | None]:
    """Return what is stored of both when one is set, or removed, to a value that is right."""
    if value is None:
        return {_TEXT: None, _ID: None}
    if name == TIMEZONE_ID:
        named = value.strip()
        return {_TEXT: calendar_timezone(zone(named)), _ID: named}
    found = read_calendar_timezone(value)
    # Windows names are resolved too; what is told is the IANA name.
    return {_TEXT: value, _ID: found.key if found else None}

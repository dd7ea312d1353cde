"""A scheduling object of a counsellor's own, on its way in by PUT, COPY or MOVE (RFC 6638 §3.2)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from assisto_caldav.domain.calendar_object import CalendarObject, parse_calendar_object
from assisto_caldav.domain.collection import Collection, StoredObject
from assisto_caldav.domain.scheduling_object import (
    answers_of,
    has_failed_reply,
    has_force_send,
    mark_as_attendee,
    mark_as_organizer,
    organizer_of,
    strip_force_send,
)
from assisto_caldav.errors import InvalidCalendarObjectError, SchedulingObjectChangeError
from assisto_caldav.ports import Ports
from assisto_caldav.usecases.scheduling_addresses import is_address_of

_UNANSWERED = frozenset({"", "NEEDS-ACTION"})


def with_delivery_status(
    ports: Ports, target: Collection, item: CalendarObject, stored: StoredObject | None
) -> CalendarObject:
    """Return the object as it is stored: nobody was told of it, and it says so.

    One that says so already, or concerns nobody else, is returned as it is.

    Raises:
        SchedulingObjectChangeError: Its components have different organizers,
            or an invitation of hers would become somebody else's.
    """
    named = organizer_of(item)
    before = _read(stored)
    if before is not None:
        _refuse_another_organizer(target.owner, before, named)
    if named is None:
        return item
    text = _marked(ports, target, (item, named), before)
    return item if text == item.text else replace(item, text=text, transcoded=True)


def _read(stored: StoredObject | None) -> CalendarObject | None:
    """Return the stored object if it is a scheduling object; one that cannot be read is none."""
    if stored is None or stored.schedule_tag is None:
        return None
    try:
        return parse_calendar_object(stored.text.encode())
    except InvalidCalendarObjectError:
        return None


def _refuse_another_organizer(owner: str, before: CalendarObject, named: str | None) -> None:
    was = organizer_of(before)
    if was is None or named is None:
        return
    if is_address_of(owner, was) and not is_address_of(owner, named):
        raise SchedulingObjectChangeError(
            "Wer einlädt, ändert sich nicht (ORGANIZER).",
            precondition="allowed-organizer-scheduling-object-change",
        )


def _marked(
    ports: Ports,
    target: Collection,
    sent: tuple[CalendarObject, str],
    before: CalendarObject | None,
) -> str:
    item, named = sent
    is_own = partial(is_address_of, target.owner)
    if is_own(named):
        institution = ports.config.current().institutions.get(target.institution)
        logins = {str(entry.login) for entry in institution.staff} if institution else set()
        return mark_as_organizer(item.text, is_own=is_own, is_colleague=logins.__contains__)
    answers = answers_of(item, is_own)
    known = answers_of(before, is_own) if before else {}
    is_answer = answers != known and not (before is None and set(answers.values()) <= _UNANSWERED)
    is_noted = before is not None and has_failed_reply(before)
    if answers and (is_answer or is_noted or has_force_send(item)):
        return mark_as_attendee(item.text)
    return strip_force_send(item.text) if has_force_send(item) else item.text

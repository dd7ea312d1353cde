"""What lies in the scheduling inbox: news about appointments, until they were seen (RFC 6638 §4).

The calendar object is there already; a message only points at it. So there is
at most one for each appointment, the newest, with what its object says.
See docs/decisions/0010-inbox.md.
"""

from __future__ import annotations

from dataclasses import replace

from assisto_caldav.domain.appointment import HOLDS_ITS_TIME, Appointment
from assisto_caldav.domain.appointment_object import read_object
from assisto_caldav.domain.collection import Collection, CollectionKind
from assisto_caldav.domain.itip import with_method
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.object_index import Member, store_member


def deliver(unit: Unit, ports: Ports, appointment: Appointment, text: str) -> None:
    """Put a message about an appointment into its counsellor's inbox: REQUEST, or CANCEL.

    It takes the place of an older one. Who has no inbox gets none.
    """
    inbox = unit.collections.get(appointment.counsellor, CollectionKind.INBOX.value)
    if inbox is None:
        return
    _take_away(unit, ports, inbox, appointment)
    method = "REQUEST" if appointment.state in HOLDS_ITS_TIME else "CANCEL"
    item = read_object(text)
    member = Member(
        collection=inbox,
        # Another name for each message: apps remember those that they have seen.
        href=f"{ports.tokens.new_id()}.ics",
        item=replace(item, text=with_method(text, method)),
    )
    store_member(unit, ports, member)


def take_away(unit: Unit, ports: Ports, appointment: Appointment) -> None:
    """Remove the message about an appointment, if it is there still."""
    inbox = unit.collections.get(appointment.counsellor, CollectionKind.INBOX.value)
    if inbox is not None:
        _take_away(unit, ports, inbox, appointment)


def _take_away(unit: Unit, ports: Ports, inbox: Collection, appointment: Appointment) -> None:
    for found in unit.objects.by_uid(appointment.counsellor, appointment.uid):
        if found.collection == inbox.id:
            unit.objects.remove(inbox.id, found.href, now=ports.clock.now())

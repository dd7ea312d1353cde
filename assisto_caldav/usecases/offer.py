"""A counsellor offers their client a further appointment; the client accepts or refuses.

It is an appointment of its own: another access code leads to it, and nothing
but whoever it is for joins it to the first.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from assisto_caldav.domain.appointment import Appointment, Deletion, Known, State
from assisto_caldav.domain.closures import closed_periods
from assisto_caldav.domain.institution import Institution
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.localtime import zone
from assisto_caldav.errors import InvalidInputError, NotFoundError, SlotTakenError
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.answer import own_appointment
from assisto_caldav.usecases.appointment_objects import add_object
from assisto_caldav.usecases.notify import owe_client
from assisto_caldav.usecases.scheduling import note
from assisto_caldav.usecases.slot_facts import FactSource, read_facts

OFFER = "offer"
FARTHEST_SECONDS = 366 * 24 * 3600


def offer_further(
    ports: Ports, actor: Actor, appointment_id: str, *, start: int, once: str
) -> tuple[Appointment, str]:
    """Offer the client of an appointment another one, as long; return it and its access code.

    The code is told here once; we keep its digest. ``once`` is the form's own
    word: a form that is sent twice is one offer. It takes its time until the
    client refuses, or until it begins.

    Raises:
        NotFoundError: There is no such appointment, or it is another institution's.
        NotAllowedError: It is a colleague's.
        InvalidInputError: The time is past, too far away, or the centre is closed.
        SlotTakenError: An appointment or a live hold of theirs is in the way.
    """
    code = ports.tokens.access_code(f"offer|{actor.login}|{appointment_id}|{once}|{start}")
    digest = ports.tokens.digest(code)
    with ports.database.writing() as unit:
        first = own_appointment(unit, ports, actor, appointment_id)
        made = unit.appointments.by_code(digest)
        if made is not None:
            return made, code
        _insist_on_time(start, now=ports.clock.now())
        offer = _make(ports, first, start=start)
        _insist_on_opening(unit, ports, offer)
        if unit.appointments.overlaps(offer.counsellor, offer.blocked, now=ports.clock.now()):
            raise SlotTakenError("Zu dieser Zeit ist schon etwas anderes eingetragen.")
        offer = add_object(unit, ports, offer)
        # What was asked and answered belongs to the first one.
        details = replace(unit.appointments.details(first.id), text="", answer_text="")
        unit.appointments.add(offer, details, code_digest=digest)
        owe_client(unit, ports, kind="offered", appointment=offer)
        note(unit, ports, actor, appointment=offer, act=OFFER)
    return offer, code


def _insist_on_time(start: int, *, now: int) -> None:
    if start <= now:
        raise InvalidInputError("Diese Zeit ist schon vorbei.", field="start")
    if start > now + FARTHEST_SECONDS:
        raise InvalidInputError("Bitte höchstens ein Jahr im Voraus.", field="start")


def _insist_on_opening(unit: Unit, ports: Ports, offer: Appointment) -> None:
    """Refuse a time in which the centre is closed, by config or by its own calendar."""
    institution = _institution(ports, offer)
    window = Interval(offer.start, offer.end)
    source = FactSource(
        institution=institution.id,
        zone=zone(institution.zone),
        now=ports.clock.now(),
        max_instances=ports.config.current().limits.max_instances,
    )
    facts = read_facts(unit, source, [offer.counsellor], window).get(offer.counsellor, [])
    if closed_periods(institution, window) or any(one.kind == "closing day" for one in facts):
        raise InvalidInputError("An diesem Tag ist geschlossen.", field="start")


def _institution(ports: Ports, appointment: Appointment) -> Institution:
    found = ports.config.current().institutions.get(appointment.institution)
    if found is None:
        raise NotFoundError("Diese Einrichtung gibt es hier nicht.")
    return found


def _make(ports: Ports, first: Appointment, *, start: int) -> Appointment:
    host = urlsplit(ports.config.current().server.public_url).hostname or "localhost"
    end = start + first.end - first.start
    return replace(
        first,
        id=ports.tokens.new_id(),
        state=State.OFFERED,
        start=start,
        end=end,
        blocked_until=end + first.follow_up,
        uid=f"{ports.tokens.new_id()}@{host}",
        sign=ports.tokens.sign(),
        requested_at=ports.clock.now(),
        href=None,
        answer_by=None,
        reminded_at=None,
        ended_at=None,
        undo=None,
        deletion=Deletion.NONE,
        deletion_due=None,
        removed_text=None,
        known=Known.NOT_YET,
        legal_hold=False,
        revision=0,
    )

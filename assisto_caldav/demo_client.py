"""The demo's client with an account: an appointment, messages, an offer, the waiting list."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from assisto_caldav.clock import FrozenClock
from assisto_caldav.domain.client_details import ClientDetails
from assisto_caldav.domain.institution import Identification, Institution
from assisto_caldav.domain.localtime import date_of, zone
from assisto_caldav.errors import InvalidInputError, SlotTakenError
from assisto_caldav.ports import Ports
from assisto_caldav.usecases.accounts import Opening, register
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.answer import confirm
from assisto_caldav.usecases.find_slots import FreeSlot, SlotWish, find_slots
from assisto_caldav.usecases.messages import write_as_client, write_as_staff
from assisto_caldav.usecases.offer import offer_further
from assisto_caldav.usecases.request import RequestForm, request_appointment
from assisto_caldav.usecases.waitlist import join_waitlist

PSEUDONYM = "Grace"
PASSWORD = "demo-grace-2026"  # noqa: S105 -- of the demo, which tells it to everybody
HOUR = 3600
DAY = 24 * HOUR
FIRST_ASKED = 3 * DAY
DAYS_AHEAD = 21
SOONEST = 8 * DAY


def meet_grace(ports: Ports, institution: Institution) -> None:
    """Let her come once; nothing happens where there are no accounts, or nothing is free."""
    if Identification.ACCOUNT not in institution.identification:
        return
    account = register(ports, Opening(institution.id, PSEUDONYM, PASSWORD)).account
    with ports.database.reading() as unit:
        if unit.appointments.of_client(account.id):
            return
    then = ports.clock.now() - FIRST_ASKED
    slot = _slot(replace(ports, clock=FrozenClock(then)), institution)
    if slot is None:
        return
    form = RequestForm(
        institution=institution.id,
        service=slot.service,
        channel=slot.channels[-1],
        start=slot.start,
        counsellor=slot.counsellor,
        details=ClientDetails(text="Ich möchte gern weiter darüber sprechen."),
        client=account.id,
    )
    made, code = request_appointment(replace(ports, clock=FrozenClock(then)), form)
    counsellor = Actor(made.counsellor, "web")
    confirm(replace(ports, clock=FrozenClock(then + HOUR)), counsellor, made.id)
    answered = replace(ports, clock=FrozenClock(then + 2 * HOUR))
    write_as_staff(
        answered, counsellor, made.id, text="Bringen Sie gern mit, was Ihnen wichtig ist."
    )
    asked = replace(ports, clock=FrozenClock(then + DAY))
    write_as_client(asked, institution=institution.id, code=code, text="Darf meine Schwester mit?")
    join_waitlist(ports, institution=institution.id, code=code)
    try:
        offer_further(ports, counsellor, made.id, start=made.start + 7 * DAY, once="demo")
    except (InvalidInputError, SlotTakenError):
        return


def _slot(ports: Ports, institution: Institution) -> FreeSlot | None:
    """Return the first free time that is some days away."""
    service = institution.active_services[0]
    today = date_of(ports.clock.now(), zone(institution.zone))
    last = today + timedelta(days=DAYS_AHEAD)
    found = find_slots(ports, SlotWish(institution.id, service.id, None, today, last))
    soonest = ports.clock.now() + FIRST_ASKED + SOONEST
    return next((slot for slot in found if slot.start >= soonest), None)

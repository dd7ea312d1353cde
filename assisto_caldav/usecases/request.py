"""A client's request for an appointment: all of it in one unit of work, or nothing.

Everything else that a client does is here by name, too: holds, and what they
do with an appointment that they know the access code of.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from assisto_caldav.domain.appointment import HOLDS_ITS_TIME, Appointment, Hold, State
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.client_details import NO_WISHES, ClientDetails, ContactWishes
from assisto_caldav.domain.client_words import clean_details
from assisto_caldav.domain.deadlines import answer_deadline
from assisto_caldav.domain.institution import Identification
from assisto_caldav.errors import InvalidInputError, SlotTakenError
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.account_codes import account_code
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.appointment_objects import add_object
from assisto_caldav.usecases.client_acts import (
    accept_by_client,
    cancel_by_client,
    look_up,
    look_up_details,
    refuse_by_client,
)
from assisto_caldav.usecases.client_limits import insist_on_client
from assisto_caldav.usecases.find_slots import Search, search_for
from assisto_caldav.usecases.holds import (
    extend_hold,
    find_hold,
    own_hold,
    place_hold,
    release_hold,
    wish_at,
)
from assisto_caldav.usecases.notify import owe_client, owe_counsellor
from assisto_caldav.usecases.quotas import count, insist, request_quotas
from assisto_caldav.usecases.scheduling import note
from assisto_caldav.usecases.taking import Wanted, take_time

__all__ = [
    "RequestForm",
    "accept_by_client",
    "cancel_by_client",
    "extend_hold",
    "find_hold",
    "look_up",
    "look_up_details",
    "place_hold",
    "refuse_by_client",
    "release_hold",
    "request_appointment",
]

REQUEST = "request"


@dataclass(frozen=True, slots=True)
class RequestForm:
    """What a client sends. ``counsellor`` is a login, None: whoever is free.

    ``hold`` counts only together with the ``visitor`` whose hold it is;
    ``network`` is where they come from, empty where nobody counts; ``is_proven``
    counts them without refusing. ``client``
    is the account that asks, None: an access code alone leads to what is asked for.
    ``language`` is one that whoever is free must counsel in, empty: any.
    """

    institution: str
    service: str
    channel: Channel
    start: int
    counsellor: str | None
    details: ClientDetails
    wants_ics: bool = False
    locale: str = "de"
    hold: str = ""
    visitor: str = ""
    network: str = ""
    is_proven: bool = False
    contact: ContactWishes = NO_WISHES
    client: str | None = None
    language: str = ""


def request_appointment(
    ports: Ports, form: RequestForm, *, via: str = "web"
) -> tuple[Appointment, str]:
    """Store a request with its calendar object and its mails; return it and its access code.

    The code is told here once; we keep its digest. A hold that has lapsed
    does no harm as long as the time is still free. A form that is sent twice
    (a second press, a page loaded again) is one request: the second sending
    returns what the first has made.

    Raises:
        NotFoundError: There is no such institution.
        InvalidInputError: A field is wrong; ``field`` says which, "who" that it takes an account.
        SlotTakenError: Nobody can give this time. Nothing was written.
        LimitReachedError: Too many came from this network, name this mail address, or are this
            account's; ``field`` is then None, "email", "open_requests" or "week".
    """
    details = clean_details(form.details)
    wish = wish_at(
        ports, form.institution, start=form.start, service=form.service, channel=form.channel
    )
    search = search_for(ports, replace(wish, counsellor=form.counsellor, language=form.language))
    if form.client is None and Identification.ACCESS_CODE not in search.institution.identification:
        raise InvalidInputError("Hier braucht es ein Konto.", field="who")
    code = ports.tokens.access_code(_seed(form))
    made = _already_made(ports, form, code)
    if made is not None:
        return made
    try:
        return _request(ports, replace(form, details=details), search, code, via=via)
    except SlotTakenError:
        made = _already_made(ports, form, code)
        if made is None:
            raise
        return made


def _seed(form: RequestForm) -> str:
    """Return what makes a form sent twice the same; nothing where there was no hold."""
    return f"{form.hold}|{form.visitor}|{form.start}" if form.hold and form.visitor else ""


def _already_made(ports: Ports, form: RequestForm, code: str) -> tuple[Appointment, str] | None:
    with ports.database.reading() as unit:
        if form.client is None:
            found = unit.appointments.by_code(ports.tokens.digest(code))
            return (found, code) if found else None
        for one in unit.appointments.of_client(form.client):
            is_same = (one.start, one.service, one.channel) == (
                form.start,
                form.service,
                form.channel,
            )
            if is_same and one.state in HOLDS_ITS_TIME:
                return one, account_code(ports, one.id)
    return None


def _request(
    ports: Ports, form: RequestForm, search: Search, code: str, *, via: str
) -> tuple[Appointment, str]:
    details = form.details
    quotas = request_quotas(
        ports, network=form.network, address=details.email, is_proven=form.is_proven
    )
    with ports.database.writing() as unit:
        insist(unit, quotas, now=search.now)
        if form.client is not None:
            insist_on_client(
                unit, search.institution, form.client, start=form.start, now=search.now
            )
        hold = _hold_of(unit, form)
        counsellor = take_time(unit, Wanted(search, form.start, hold))
        if hold is not None:
            unit.holds.release(hold.id)
        appointment = _make(ports, form, search, counsellor, has_email=_has_mail(form))
        if form.client is not None:
            code = account_code(ports, appointment.id)
        appointment = add_object(unit, ports, appointment)
        unit.appointments.add(appointment, details, code_digest=ports.tokens.digest(code))
        owe_counsellor(unit, ports, kind="request", appointment=appointment)
        owe_client(unit, ports, kind="received", appointment=appointment)
        note(unit, ports, Actor("", via), appointment=appointment, act=REQUEST)
        count(unit, quotas, now=search.now)
    return appointment, code


def _has_mail(form: RequestForm) -> bool:
    return bool(form.details.email) and not form.contact.no_mail


def _hold_of(unit: Unit, form: RequestForm) -> Hold | None:
    """Return the visitor's hold; without its id, for the page may have lost it, their only one."""
    if not form.visitor:
        return None
    named = own_hold(unit, form.hold, visitor=form.visitor)
    hold = named or unit.holds.of_visitor(form.institution, form.visitor)
    return hold if hold and hold.institution == form.institution else None


def _make(
    ports: Ports, form: RequestForm, search: Search, counsellor: str, *, has_email: bool
) -> Appointment:
    now = search.now
    identity = ports.tokens.new_id()
    end = form.start + search.service.duration_seconds
    # Another UUID than the id: whoever has the ICS must not learn addresses of ours.
    host = urlsplit(ports.config.current().server.public_url).hostname or "localhost"
    return Appointment(
        id=identity,
        institution=form.institution,
        counsellor=counsellor,
        service=search.service.id,
        channel=form.channel,
        state=State.REQUESTED,
        start=form.start,
        end=end,
        blocked_until=end + search.service.follow_up_seconds,
        uid=f"{ports.tokens.new_id()}@{host}",
        sign=ports.tokens.sign(),
        requested_at=now,
        answer_by=answer_deadline(now, form.start, search.institution),
        locale=form.locale,
        wants_ics=form.wants_ics,
        has_email=has_email,
        contact=form.contact,
        client=form.client,
    )

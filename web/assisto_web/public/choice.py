"""What a visitor has chosen so far, read from the address or the form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import abort, request

from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.institution import Institution, StaffEntry
from assisto_caldav.domain.localtime import date_of, zone
from assisto_caldav.domain.service import Service
from assisto_caldav.usecases.find_slots import FreeSlot, SlotWish, next_slots
from assisto_web.ports_access import institution_or_404, ports_here

ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """Centre, service, channel and, where clients may choose, counsellor and language."""

    institution: Institution
    service: Service
    channel: Channel
    counsellor: StaffEntry | None
    language: str = ""

    @property
    def login(self) -> str | None:
        """Return the chosen counsellor's login; None: whoever is free."""
        return self.counsellor.login if self.counsellor else None

    @property
    def public_id(self) -> str | None:
        """Return the chosen counsellor as addresses and forms name them."""
        return self.counsellor.public_id if self.counsellor else None

    def wish(self, first: date, last: date) -> SlotWish:
        """Return the question for free slots from the first day to the last, both included."""
        return SlotWish(
            institution=self.institution.id,
            service=self.service.id,
            channel=self.channel,
            first=first,
            last=last,
            counsellor=self.login,
            language=self.language,
        )


def find_choice(institution_id: str, service_id: str, channel: str) -> Choice:
    """Return what was chosen, or answer 404."""
    institution = institution_or_404(institution_id)
    service = institution.find_service(service_id)
    if service is None or service not in institution.active_services:
        abort(404)
    if channel not in institution.channels_of(service):
        abort(404)
    counsellor, language = _counsellor(institution, service), wanted_language(institution)
    people = [counsellor] if counsellor else institution.counsellors_of(service.id)
    if language and not any(language in institution.languages_of(entry) for entry in people):
        abort(404)
    return Choice(institution, service, Channel(channel), counsellor, language)


def wanted_language(institution: Institution) -> str:
    """Return the language of counselling that the address or the form asks for, or answer 404."""
    wanted = request.values.get("language", "")
    if wanted and wanted not in institution.languages:
        abort(404)
    return wanted


def _counsellor(institution: Institution, service: Service) -> StaffEntry | None:
    wanted = request.values.get("counsellor", "")
    if not wanted or not institution.choose_counsellor:
        return None
    entry = institution.find_counsellor(wanted)
    if entry is None or not entry.offers(service.id):
        abort(404)
    return entry


def today_of(institution: Institution) -> date:
    """Return the present day where the centre is."""
    return date_of(ports_here().clock.now(), zone(institution.zone))


def soonest_of(choice: Choice) -> list[FreeSlot]:
    """Return the next free times of a choice."""
    return next_slots(
        ports_here(),
        choice.institution.id,
        service=choice.service.id,
        channel=choice.channel,
        counsellor=choice.login,
        language=choice.language,
        count=ALTERNATIVES,
    )

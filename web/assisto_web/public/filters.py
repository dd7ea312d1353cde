"""What a visitor narrows the first page down to; a value that we do not know is no wish."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.institution import Institution, StaffEntry
from assisto_caldav.domain.service import Service
from assisto_caldav.usecases.find_slots import FreeSlot, next_slots
from assisto_web.ports_access import ports_here

NEXT_DATES = 3


@dataclass(frozen=True, slots=True)
class Filters:
    """Each of them narrows down, or is empty."""

    institution: Institution
    service: Service | None
    channel: Channel | None
    counsellor: StaffEntry | None
    language: str

    @property
    def are_set(self) -> bool:
        """Say whether anything is left out."""
        return any((self.service, self.channel, self.counsellor, self.language))

    @property
    def counsellors(self) -> tuple[StaffEntry, ...]:
        """Return whom a visitor may choose; nobody where the centre does not want it."""
        return self.institution.counsellors if self.institution.choose_counsellor else ()

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Return the channels on which anything is offered."""
        offered = {
            channel
            for service in self.institution.active_services
            for channel in self.institution.channels_of(service)
        }
        return tuple(channel for channel in Channel if channel in offered)

    @property
    def have_a_choice(self) -> bool:
        """Say whether there is anything to choose between."""
        lists = (
            self.channels,
            self.institution.active_services,
            self.counsellors,
            self.institution.languages,
        )
        return any(len(each) > 1 for each in lists)


@dataclass(frozen=True, slots=True)
class Offer:
    """A service on the first page: how to get it, and when soonest."""

    service: Service
    channels: tuple[Channel, ...]
    soonest: list[FreeSlot]


def read_filters(institution: Institution) -> Filters:
    """Read them from the address."""
    wanted = request.args
    service = institution.find_service(wanted.get("service", ""))
    channel = wanted.get("channel", "")
    person = wanted.get("counsellor", "") if institution.choose_counsellor else ""
    language = wanted.get("language", "")
    return Filters(
        institution=institution,
        service=service if service in institution.active_services else None,
        channel=Channel(channel) if channel in institution.channels else None,
        counsellor=institution.find_counsellor(person),
        language=language if language in institution.languages else "",
    )


def offers_for(filters: Filters) -> list[Offer]:
    """Return what is left, in the order of config, each with its soonest dates."""
    institution = filters.institution
    found = []
    for service in institution.active_services:
        channels = tuple(
            channel
            for channel in institution.channels_of(service)
            if filters.channel in (None, channel)
        )
        if channels and filters.service in (None, service) and _is_done(filters, service):
            found.append(Offer(service, channels, _soonest(filters, service)))
    return found


def _is_done(filters: Filters, service: Service) -> bool:
    """Say whether somebody offers this service as wished; without a wish, it is shown anyway."""
    if filters.counsellor is None and not filters.language:
        return True
    institution = filters.institution
    return any(
        filters.counsellor in (None, entry)
        and (not filters.language or filters.language in institution.languages_of(entry))
        for entry in institution.counsellors_of(service.id)
    )


def _soonest(filters: Filters, service: Service) -> list[FreeSlot]:
    return next_slots(
        ports_here(),
        filters.institution.id,
        service=service.id,
        channel=filters.channel,
        counsellor=filters.counsellor.login if filters.counsellor else None,
        language=filters.language,
        count=NEXT_DATES,
    )

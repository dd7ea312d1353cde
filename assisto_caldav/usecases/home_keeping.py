"""Accounts, homes and shared collections, as config wants them to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from assisto_caldav.domain.collection import OWN, SHARED, Collection, CollectionKind
from assisto_caldav.domain.institution import Institution, StaffEntry
from assisto_caldav.domain.people import StaffMember
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.closures import show_closures

_NAME, _COLOUR = "D:displayname", "ICAL:calendar-color"
BUILT_IN_PROPS: Mapping[CollectionKind, Mapping[str, str]] = {
    CollectionKind.APPOINTMENTS: {_NAME: "Termine", _COLOUR: "#1F6FB2FF"},
    CollectionKind.BOOKING_TIMES: {_NAME: "Buchungszeiten", _COLOUR: "#2E8540FF"},
    CollectionKind.ABSENCES: {_NAME: "Abwesenheiten", _COLOUR: "#8A6D3BFF"},
    CollectionKind.CLOSING_DAYS: {_NAME: "Schließtage", _COLOUR: "#B3261EFF"},
    CollectionKind.PUBLIC_HOLIDAYS: {_NAME: "Feiertage", _COLOUR: "#7B4FA3FF"},
    CollectionKind.TEAM: {_NAME: "Team", _COLOUR: "#5F6B76FF"},
    CollectionKind.INBOX: {_NAME: "Eingang"},
    CollectionKind.OUTBOX: {_NAME: "Ausgang"},
}


def ensure_homes(ports: Ports) -> None:
    """Give everybody in config an account, every counsellor a home, and show closures in it.

    Accounts that config names no more become inactive; what they have stays.
    """
    config = ports.config.current()
    named: set[str] = set()
    with ports.database.writing() as unit:
        for institution in config.institutions.values():
            _ensure_collections(unit, ports, institution, (institution.id, SHARED))
            for entry in sorted(institution.staff, key=lambda found: found.login):
                named.add(entry.login)
                _ensure_account(unit, institution, entry)
                if entry.is_counsellor:
                    _ensure_collections(unit, ports, institution, (entry.login, OWN))
        for member in unit.people.all_staff():
            if member.login not in named and member.active:
                unit.people.save_staff(replace(member, active=False))
                unit.people.end_sessions(member.login)
    show_closures(ports)


def _ensure_account(unit: Unit, institution: Institution, entry: StaffEntry) -> None:
    there = unit.people.staff(entry.login)
    if there is None:
        member = StaffMember(entry.login, institution.id, entry.public_id)
    else:
        member = replace(there, institution=institution.id, public_id=entry.public_id, active=True)
    if member != there:
        unit.people.save_staff(member)


def _ensure_collections(
    unit: Unit, ports: Ports, institution: Institution, wanted: tuple[str, Iterable[CollectionKind]]
) -> None:
    owner, kinds = wanted
    for kind in kinds:
        if unit.collections.get(owner, kind.value) is None:
            unit.collections.create(
                Collection(
                    id=ports.tokens.new_id(),
                    institution=institution.id,
                    owner=owner,
                    name=kind.value,
                    kind=kind,
                    props=BUILT_IN_PROPS[kind],
                    modified_at=ports.clock.now(),
                )
            )

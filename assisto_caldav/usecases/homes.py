"""Homes and the collections in them; who may reach which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from assisto_caldav.domain.collection import BUILT_IN, RESERVED_NAMES, Collection, CollectionKind
from assisto_caldav.domain.institution import Institution, StaffEntry
from assisto_caldav.domain.people import StaffMember
from assisto_caldav.domain.privileges import Deed, has_home, is_protected, may, role_facts
from assisto_caldav.errors import (
    ConflictError,
    InvalidCalendarObjectError,
    InvalidInputError,
    LimitReachedError,
    NotAllowedError,
    NotFoundError,
)
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.actors import Actor

COMPONENTS = ("VEVENT", "VTODO", "VJOURNAL")
MOST_CALENDARS = 50
MOST_PROPERTIES = 100
LONGEST_PROPERTY = 20_000
LONGEST_NAME = 200
PROTECTED = frozenset({"tag", "D:resourcetype", "C:supported-calendar-component-set"})
_NAME, _COLOUR = "D:displayname", "ICAL:calendar-color"
BUILT_IN_PROPS: Mapping[CollectionKind, Mapping[str, str]] = {
    CollectionKind.APPOINTMENTS: {_NAME: "Termine", _COLOUR: "#1F6FB2FF"},
    CollectionKind.BOOKING_TIMES: {_NAME: "Buchungszeiten", _COLOUR: "#2E8540FF"},
    CollectionKind.ABSENCES: {_NAME: "Abwesenheiten", _COLOUR: "#8A6D3BFF"},
    CollectionKind.INBOX: {_NAME: "Eingang"},
    CollectionKind.OUTBOX: {_NAME: "Ausgang"},
}


def find_home(ports: Ports, login: str) -> tuple[Institution, StaffEntry]:
    """Return the institution and entry of whoever has this login.

    Raises:
        NotFoundError: No institution names them.
    """
    for institution in ports.config.current().institutions.values():
        entry = institution.find_staff(login)
        if entry is not None:
            return institution, entry
    raise NotFoundError("Diesen Kalender gibt es nicht.")


def require_home(ports: Ports, actor: Actor, owner: str) -> Institution:
    """Return the institution of a home that is the actor's own.

    Raises:
        NotFoundError: It is somebody else's, or there is none.
    """
    institution, _ = find_home(ports, owner)
    if not has_home(role_facts(institution, actor.login), owner):
        raise NotFoundError("Diesen Kalender gibt es nicht.")
    return institution


def open_collection(
    unit: Unit, ports: Ports, actor: Actor, deed: Deed, *, owner: str, name: str
) -> Collection:
    """Return a collection with which the actor may do this.

    Raises:
        NotFoundError: There is none, or it is somebody else's.
        NotAllowedError: It is theirs, but not for this.
    """
    institution = require_home(ports, actor, owner)
    found = unit.collections.get(owner, name)
    if found is None:
        raise NotFoundError("Diesen Kalender gibt es nicht.")
    if not may(role_facts(institution, actor.login), deed, kind=found.kind, owner=owner):
        raise NotAllowedError("Das ist in diesem Kalender nicht möglich.")
    return found


def make_calendar(
    ports: Ports,
    actor: Actor,
    *,
    owner: str,
    name: str,
    components: tuple[str, ...] = ("VEVENT",),
    props: Mapping[str, str] | None = None,
) -> Collection:
    """Add a calendar of their own to a home.

    Raises:
        NotFoundError: The home is somebody else's.
        NotAllowedError: The name is reserved.
        ConflictError: There is a collection of this name.
        InvalidCalendarObjectError: A component type that we do not store.
        LimitReachedError: The home has too many calendars, or properties are too large.
    """
    institution = require_home(ports, actor, owner)
    _check_name(name)
    if not components or not set(components) <= set(COMPONENTS):
        raise InvalidCalendarObjectError(
            "Gespeichert werden VEVENT, VTODO und VJOURNAL.",
            precondition="supported-calendar-component",
        )
    own_props = {key: value for key, value in (props or {}).items() if key not in PROTECTED}
    _check_props(own_props)
    made = Collection(
        id=ports.tokens.new_id(),
        institution=institution.id,
        owner=owner,
        name=name,
        kind=CollectionKind.CALENDAR,
        components=tuple(found for found in COMPONENTS if found in components),
        props=own_props,
        modified_at=ports.clock.now(),
    )
    with ports.database.writing() as unit:
        unit.people.lock_counsellor(owner)
        there = unit.collections.of_owner(owner)
        if any(found.name == name for found in there):
            raise ConflictError("Einen Kalender dieses Namens gibt es schon.")
        if len(there) >= MOST_CALENDARS:
            raise LimitReachedError("Mehr Kalender kann es hier nicht geben.")
        unit.collections.create(made)
    return made


def _check_name(name: str) -> None:
    if name in RESERVED_NAMES:
        raise NotAllowedError("Dieser Name ist vergeben.")
    if not name or len(name) > LONGEST_NAME or "/" in name or name in (".", ".."):
        raise InvalidInputError("Das ist kein Name für einen Kalender.", field="name")


def _check_props(props: Mapping[str, str]) -> None:
    if len(props) > MOST_PROPERTIES:
        raise LimitReachedError("So viele Eigenschaften kann ein Kalender nicht haben.")
    if any(len(key) + len(value) > LONGEST_PROPERTY for key, value in props.items()):
        raise LimitReachedError("Diese Eigenschaft ist zu groß.")


def set_properties(
    ports: Ports, actor: Actor, *, owner: str, collection: str, props: Mapping[str, str | None]
) -> None:
    """Set dead properties; None removes one.

    Raises:
        NotFoundError: There is no such collection, or it is somebody else's.
        NotAllowedError: One of them says what the collection is.
        LimitReachedError: There would be too many, or one is too large.
    """
    require_home(ports, actor, owner)
    with ports.database.writing() as unit:
        unit.people.lock_counsellor(owner)
        found = open_collection(
            unit, ports, actor, Deed.SET_PROPERTIES, owner=owner, name=collection
        )
        kept = {key: value for key, value in found.props.items() if key not in props}
        changed = {key: value for key, value in props.items() if found.props.get(key) != value}
        if PROTECTED & set(changed):
            raise NotAllowedError("Was für ein Kalender es ist, bleibt.")
        wanted = kept | {key: value for key, value in props.items() if value is not None}
        _check_props(wanted)
        if changed:
            unit.collections.set_props(found.id, wanted, now=ports.clock.now())


def delete_calendar(ports: Ports, actor: Actor, *, owner: str, collection: str) -> None:
    """Remove a calendar of their own with all that is in it.

    Raises:
        NotFoundError: There is no such collection, or it is somebody else's.
        NotAllowedError: It is built in.
    """
    require_home(ports, actor, owner)
    with ports.database.writing() as unit:
        unit.people.lock_counsellor(owner)
        found = open_collection(unit, ports, actor, Deed.READ, owner=owner, name=collection)
        if is_protected(found.kind):
            raise NotAllowedError("Dieser Kalender gehört dazu und bleibt.")
        unit.collections.delete(found.id)


def ensure_homes(ports: Ports) -> None:
    """Give everybody in config an account, and every counsellor a home.

    Accounts that config names no more become inactive; what they have stays.
    """
    config = ports.config.current()
    named: set[str] = set()
    with ports.database.writing() as unit:
        for institution in config.institutions.values():
            for entry in sorted(institution.staff, key=lambda found: found.login):
                named.add(entry.login)
                _ensure_account(unit, institution, entry)
                if entry.is_counsellor:
                    _ensure_collections(unit, ports, institution, entry.login)
        for member in unit.people.all_staff():
            if member.login not in named and member.active:
                unit.people.save_staff(replace(member, active=False))
                unit.people.end_sessions(member.login)


def _ensure_account(unit: Unit, institution: Institution, entry: StaffEntry) -> None:
    there = unit.people.staff(entry.login)
    if there is None:
        member = StaffMember(entry.login, institution.id, entry.public_id)
    else:
        member = replace(there, institution=institution.id, public_id=entry.public_id, active=True)
    if member != there:
        unit.people.save_staff(member)


def _ensure_collections(unit: Unit, ports: Ports, institution: Institution, owner: str) -> None:
    for kind in BUILT_IN:
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

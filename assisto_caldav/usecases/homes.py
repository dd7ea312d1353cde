"""Homes and the collections in them; who may reach which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from assisto_caldav.domain.collection import RESERVED_NAMES, Collection, CollectionKind
from assisto_caldav.domain.institution import Institution, StaffEntry
from assisto_caldav.domain.privileges import (
    Deed,
    deeds,
    has_home,
    is_protected,
    may_enter,
    role_facts,
)
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
from assisto_caldav.usecases.conditions import NO_CONDITIONS, Conditions
from assisto_caldav.usecases.shared_collections import stored_owner

COMPONENTS = ("VEVENT", "VTODO", "VJOURNAL")
MOST_CALENDARS = 50
MOST_PROPERTIES = 100
LONGEST_PROPERTY = 20_000
LONGEST_NAME = 200
PROTECTED = frozenset({"tag", "D:resourcetype", "C:supported-calendar-component-set"})


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


def require_entry(ports: Ports, actor: Actor, owner: str) -> Institution:
    """Return the institution of a principal of whose home something may be the actor's.

    Raises:
        NotFoundError: It is no such principal.
    """
    for institution in ports.config.current().institutions.values():
        if may_enter(role_facts(institution, actor.login), owner):
            return institution
    raise NotFoundError("Diesen Kalender gibt es nicht.")


def open_collection(
    unit: Unit, ports: Ports, actor: Actor, deed: Deed, *, owner: str, name: str
) -> Collection:
    """Return a collection with which the actor may do this, as it is stored.

    Of what is shown in every home that is the institution's row.

    Raises:
        NotFoundError: There is none, or it is not for them.
        NotAllowedError: It is for them, but not for this.
    """
    institution = require_entry(ports, actor, owner)
    found = unit.collections.get(stored_owner(institution.id, owner=owner, name=name), name)
    if found is None:
        raise NotFoundError("Diesen Kalender gibt es nicht.")
    allowed = deeds(role_facts(institution, actor.login), kind=found.kind, owner=owner)
    if not allowed:
        raise NotFoundError("Diesen Kalender gibt es nicht.")
    if deed not in allowed:
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
    made = new_calendar(
        Collection(
            id=ports.tokens.new_id(),
            institution=institution.id,
            owner=owner,
            name=name,
            kind=CollectionKind.CALENDAR,
            components=components,
            props=props or {},
            modified_at=ports.clock.now(),
        )
    )
    with ports.database.writing() as unit:
        unit.people.lock_counsellor(owner)
        add_calendar(unit, made)
    return made


def new_calendar(wanted: Collection) -> Collection:
    """Return a calendar that may be made as it is wanted, without what it may not say of itself.

    Raises:
        NotAllowedError: The name is reserved.
        InvalidInputError: It is no name.
        InvalidCalendarObjectError: A component type that we do not store.
        LimitReachedError: Its properties are too many or too large.
    """
    _check_name(wanted.name)
    if not wanted.components or not set(wanted.components) <= set(COMPONENTS):
        raise InvalidCalendarObjectError(
            "Gespeichert werden VEVENT, VTODO und VJOURNAL.",
            precondition="supported-calendar-component",
        )
    props = {key: value for key, value in wanted.props.items() if key not in PROTECTED}
    _check_props(props)
    kept = tuple(found for found in COMPONENTS if found in wanted.components)
    return replace(wanted, components=kept, props=props)


def add_calendar(unit: Unit, made: Collection) -> None:
    """Store a new calendar in the caller's unit, with the owner locked.

    Raises:
        ConflictError: There is a collection of this name.
        LimitReachedError: The home has too many calendars.
    """
    there = unit.collections.of_owner(made.owner)
    if any(found.name == made.name for found in there):
        raise ConflictError("Einen Kalender dieses Namens gibt es schon.")
    if len(there) >= MOST_CALENDARS:
        raise LimitReachedError("Mehr Kalender kann es hier nicht geben.")
    unit.collections.create(made)


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
    ports: Ports,
    actor: Actor,
    *,
    owner: str,
    collection: str,
    props: Mapping[str, str | None],
    conditions: Conditions = NO_CONDITIONS,
) -> None:
    """Set dead properties; None removes one.

    Raises:
        EtagMismatchError: A condition does not hold.
        NotFoundError: There is no such collection, or it is somebody else's.
        NotAllowedError: One of them says what the collection is.
        LimitReachedError: There would be too many, or one is too large.
    """
    require_entry(ports, actor, owner)
    with ports.database.writing() as unit:
        unit.people.lock_counsellor(owner)
        found = open_collection(
            unit, ports, actor, Deed.SET_PROPERTIES, owner=owner, name=collection
        )
        conditions.require_states(unit)
        set_properties_in(unit, ports, found, props)


def set_properties_in(
    unit: Unit, ports: Ports, found: Collection, props: Mapping[str, str | None]
) -> None:
    """Do the same in the caller's unit, with the owner locked and rights checked."""
    kept = {key: value for key, value in found.props.items() if key not in props}
    changed = {key: value for key, value in props.items() if found.props.get(key) != value}
    if PROTECTED & set(changed):
        raise NotAllowedError("Was für ein Kalender es ist, bleibt.")
    wanted = kept | {key: value for key, value in props.items() if value is not None}
    _check_props(wanted)
    if changed:
        unit.collections.set_props(found.id, wanted, now=ports.clock.now())
        blocks = not replace(found, props=wanted).is_transparent
        if blocks == found.is_transparent:
            unit.objects.set_blocking(found.id, blocks=blocks)


def delete_calendar(
    ports: Ports,
    actor: Actor,
    *,
    owner: str,
    collection: str,
    conditions: Conditions = NO_CONDITIONS,
) -> None:
    """Remove a calendar of their own with all that is in it.

    Raises:
        EtagMismatchError: A condition does not hold.
        NotFoundError: There is no such collection, or it is somebody else's.
        NotAllowedError: It is built in.
    """
    require_entry(ports, actor, owner)
    with ports.database.writing() as unit:
        unit.people.lock_counsellor(owner)
        found = open_collection(unit, ports, actor, Deed.READ, owner=owner, name=collection)
        if is_protected(found.kind):
            raise NotAllowedError("Dieser Kalender gehört dazu und bleibt.")
        conditions.require_states(unit)
        unit.collections.delete(found.id)

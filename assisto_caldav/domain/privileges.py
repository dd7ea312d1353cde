"""Who may do what in a home, as one pure function.

For now a home belongs to a counsellor and nobody else looks in: administrators
keep absences of others on the web once they can. Frank, an administrator who
counsels nobody, has no home; his principal lists none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from assisto_caldav.domain.collection import BUILT_IN, CollectionKind
from assisto_caldav.domain.identity import same_address
from assisto_caldav.domain.institution import Institution, StaffRole


class Deed(StrEnum):
    """What somebody wants with a collection or what is in it."""

    READ = "read"
    WRITE = "write"
    SET_PROPERTIES = "set properties"
    MAKE = "make"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """Who asks: a login as stored, and what config says it is."""

    login: str
    institution: str
    roles: frozenset[StaffRole]

    @property
    def is_administrator(self) -> bool:
        """Tell whether config makes them an administrator."""
        return StaffRole.ADMINISTRATOR in self.roles


_OWN: Mapping[CollectionKind, frozenset[Deed]] = {
    CollectionKind.APPOINTMENTS: frozenset({Deed.READ, Deed.WRITE, Deed.SET_PROPERTIES}),
    CollectionKind.BOOKING_TIMES: frozenset({Deed.READ, Deed.WRITE, Deed.SET_PROPERTIES}),
    CollectionKind.ABSENCES: frozenset({Deed.READ, Deed.WRITE, Deed.SET_PROPERTIES}),
    CollectionKind.INBOX: frozenset({Deed.READ, Deed.SET_PROPERTIES}),
    CollectionKind.OUTBOX: frozenset({Deed.READ, Deed.SET_PROPERTIES}),
    CollectionKind.CALENDAR: frozenset(Deed),
}


def role_facts(institution: Institution, login: str) -> RoleFacts | None:
    """Return the facts of a member of staff, or None for everybody else."""
    entry = institution.find_staff(login)
    return RoleFacts(entry.login, institution.id, entry.roles) if entry else None


def may(facts: RoleFacts | None, deed: Deed, *, kind: CollectionKind, owner: str) -> bool:
    """Tell whether somebody may do something with a collection of this kind and owner."""
    return has_home(facts, owner) and deed in _OWN[kind]


def may_answer(facts: RoleFacts | None, *, counsellor: str) -> bool:
    """Tell whether somebody may answer for an appointment: its own counsellor alone."""
    return has_home(facts, counsellor)


def has_home(facts: RoleFacts | None, owner: str) -> bool:
    """Tell whether the home of this owner exists and is theirs."""
    return (
        facts is not None
        and StaffRole.COUNSELLOR in facts.roles
        and same_address(facts.login, owner)
    )


def is_protected(kind: CollectionKind) -> bool:
    """Tell whether a collection is built in and cannot be deleted."""
    return kind in BUILT_IN

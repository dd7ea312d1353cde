"""Who may do what with a collection, as one pure function of roles.

A home is its counsellor's own. Two collections are the institution's and are
shown in every home: all of its staff read them, administrators write closing
days. Administrators also write the absences of their colleagues, by full
address. Frank, an administrator who counsels nobody, has no home; he reaches
closing days at the institution's own principal, and no calendar of his own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from assisto_caldav.domain.collection import BUILT_IN, SHARED, CollectionKind
from assisto_caldav.domain.identity import same_address
from assisto_caldav.domain.institution import Institution, StaffRole

Deeds = frozenset["Deed"]


class Deed(StrEnum):
    """What somebody wants with a collection or what is in it."""

    READ = "read"
    WRITE = "write"
    SET_PROPERTIES = "set properties"
    MAKE = "make"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """Who asks: a login as stored, and what config says it is.

    ``colleagues`` are the logins of all counsellors of the institution.
    """

    login: str
    institution: str
    roles: frozenset[StaffRole]
    colleagues: frozenset[str] = frozenset()

    @property
    def is_administrator(self) -> bool:
        """Tell whether config makes them an administrator."""
        return StaffRole.ADMINISTRATOR in self.roles

    @property
    def is_counsellor(self) -> bool:
        """Tell whether appointments can be with them."""
        return StaffRole.COUNSELLOR in self.roles


_NONE: Deeds = frozenset()
_READ: Deeds = frozenset({Deed.READ})
_SHOW: Deeds = frozenset({Deed.READ, Deed.SET_PROPERTIES})
_EDIT: Deeds = frozenset({Deed.READ, Deed.WRITE, Deed.SET_PROPERTIES})
_FILL: Deeds = frozenset({Deed.READ, Deed.WRITE})

_OF_COUNSELLOR: Mapping[CollectionKind, Deeds] = {
    CollectionKind.APPOINTMENTS: _EDIT,
    CollectionKind.BOOKING_TIMES: _EDIT,
    CollectionKind.ABSENCES: _EDIT,
    CollectionKind.TEAM: _SHOW,
    CollectionKind.INBOX: _SHOW,
    CollectionKind.OUTBOX: _SHOW,
    CollectionKind.CALENDAR: frozenset(Deed),
}


def role_facts(institution: Institution, login: str) -> RoleFacts | None:
    """Return the facts of a member of staff, or None for everybody else."""
    entry = institution.find_staff(login)
    if entry is None:
        return None
    colleagues = frozenset(found.login for found in institution.counsellors)
    return RoleFacts(entry.login, institution.id, entry.roles, colleagues)


def deeds(facts: RoleFacts | None, *, kind: CollectionKind, owner: str) -> Deeds:
    """Return all that somebody may do with a collection of this kind and owner."""
    if facts is None:
        return _NONE
    is_own = has_home(facts, owner)
    if kind in SHARED:
        return _on_shared(facts, kind) if is_own or owner == facts.institution else _NONE
    if is_own:
        return _OF_COUNSELLOR[kind]
    if kind is CollectionKind.ABSENCES and oversees(facts, owner):
        return _FILL
    return _NONE


def may(facts: RoleFacts | None, deed: Deed, *, kind: CollectionKind, owner: str) -> bool:
    """Tell whether somebody may do something with a collection of this kind and owner."""
    return deed in deeds(facts, kind=kind, owner=owner)


def _on_shared(facts: RoleFacts, kind: CollectionKind) -> Deeds:
    """Nobody sets properties: they would be the same in every colleague's app."""
    writes = kind is CollectionKind.CLOSING_DAYS and facts.is_administrator
    return _FILL if writes else _READ


def may_enter(facts: RoleFacts | None, owner: str) -> bool:
    """Tell whether somebody may look at a principal, and at what of its home is for them."""
    if facts is None:
        return False
    return same_address(facts.login, owner) or owner == facts.institution or oversees(facts, owner)


def may_answer(facts: RoleFacts | None, *, counsellor: str) -> bool:
    """Tell whether somebody may answer for an appointment: its own counsellor alone."""
    return has_home(facts, counsellor)


def has_home(facts: RoleFacts | None, owner: str) -> bool:
    """Tell whether the home of this owner exists and is theirs."""
    return facts is not None and facts.is_counsellor and same_address(facts.login, owner)


def oversees(facts: RoleFacts | None, owner: str) -> bool:
    """Tell whether this is an administrator, and the owner a counsellor of their institution."""
    return facts is not None and facts.is_administrator and owner in facts.colleagues


def is_protected(kind: CollectionKind) -> bool:
    """Tell whether a collection is built in and cannot be deleted."""
    return kind in BUILT_IN

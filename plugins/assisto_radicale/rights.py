"""The privileges of RFC 3744 that somebody has, and Radicale's letters for them.

Who may do what is decided in ``domain/privileges.py``; this is its language here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from radicale.rights import BaseRights

from assisto_caldav.domain.collection import CALENDARS, CollectionKind
from assisto_caldav.domain.privileges import (
    Deed,
    RoleFacts,
    deeds,
    has_home,
    may_enter,
    role_facts,
)
from assisto_radicale.hrefs import Target, target_of

if TYPE_CHECKING:
    from radicale.config import Configuration

    from assisto_caldav.config import Config
    from assisto_caldav.ports import Ports

_READ = ("D:read", "D:read-current-user-privilege-set")
_CHANGE_MEMBERS = ("D:write-content", "D:bind", "D:unbind")
_NONE: tuple[str, ...] = ()
_BUILT_IN = {kind.value: kind for kind in CollectionKind}


def kind_named(name: str) -> CollectionKind:
    """Return the kind of a collection by its name: the built-in ones have theirs."""
    return _BUILT_IN.get(name, CollectionKind.CALENDAR)


def privileges(facts: RoleFacts | None, target: Target) -> tuple[str, ...]:
    """Return somebody's privileges on what a path names, "D:read" among them or none at all.

    A calendar object has those of its collection; the rights to a collection
    that is not there are those to make it.
    """
    if facts is None:
        return _NONE
    if not target.owner:
        return _READ
    if not target.collection:
        return _on_principal(facts, target.owner)
    return _on_collection(facts, target.owner, kind_named(target.collection))


def _on_principal(facts: RoleFacts, owner: str) -> tuple[str, ...]:
    if not may_enter(facts, owner):
        return _NONE
    return (*_READ, "D:bind", "D:unbind") if has_home(facts, owner) else _READ


def _on_collection(facts: RoleFacts, owner: str, kind: CollectionKind) -> tuple[str, ...]:
    allowed = deeds(facts, kind=kind, owner=owner)
    if Deed.READ not in allowed:
        return _NONE
    granted: tuple[str, ...] = _READ
    if kind in CALENDARS:
        granted += ("C:read-free-busy",)
    if kind is CollectionKind.OUTBOX:
        # Answering by PUT is sending a reply (RFC 6638 §6.2.2).
        granted += ("C:schedule-send-reply", "C:schedule-send-freebusy")
    if kind is CollectionKind.INBOX:
        # Messages are taken away once they were seen (RFC 6638 §4).
        granted += ("D:unbind",)
    writes, sets = Deed.WRITE in allowed, Deed.SET_PROPERTIES in allowed
    if writes:
        granted += _CHANGE_MEMBERS
    if sets:
        granted += ("D:write-properties",)
    return (*granted, "D:write") if writes and sets else granted


class Roles:
    """What config says of each login, looked up once for each version of it."""

    def __init__(self, ports: Ports) -> None:
        """Keep the ports."""
        self._ports = ports
        self._known: tuple[Config | None, dict[str, RoleFacts]] = (None, {})

    def facts(self, login: str) -> RoleFacts | None:
        """Return the facts of a login as stored, or None when config does not name it."""
        config = self._ports.config.current()
        known_for, known = self._known
        if known_for is not config:
            known = {}
            for institution in config.institutions.values():
                for entry in institution.staff:
                    facts = role_facts(institution, entry.login)
                    if facts is not None:
                        known[facts.login] = facts
            self._known = (config, known)
        return known.get(login)


class Rights(BaseRights):
    """The rights plugin; it is made with the ports, so it is passed as a callable."""

    def __init__(self, configuration: Configuration, ports: Ports) -> None:
        """Know the roles."""
        super().__init__(configuration)
        self._roles = Roles(ports)

    def authorization(self, user: str, user_groups: set[str], path: str) -> str:
        """Return Radicale's letters: upper case for homes, lower case for calendars."""
        target = target_of(path)
        granted = privileges(self._roles.facts(user.lower()), target)
        if not granted:
            return ""
        if not target.collection:
            return "R"
        return "rw" if "D:write-content" in granted else "r"

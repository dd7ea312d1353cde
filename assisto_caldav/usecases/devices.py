"""App passwords: a device's own way into CalDAV.

They are 128 random bits and kept as SHA-256: a slow hash on each request of
each calendar app would cost more than the request itself.
"""

from __future__ import annotations

import hashlib

from assisto_caldav.domain.identity import normalise_login
from assisto_caldav.domain.people import AppPassword, AuditEntry
from assisto_caldav.errors import InvalidInputError, NotFoundError
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.actors import Actor

LONGEST_NAME = 80
TOUCH_AFTER = 3600


def sha256_of(secret: str) -> str:
    """Return the form in which an app password is stored."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def make_app_password(ports: Ports, actor: Actor, name: str) -> tuple[AppPassword, str]:
    """Make a password for a device; return its entry and the secret, told once.

    Raises:
        InvalidInputError: The device has no name, or one too long.
        NotFoundError: The actor has no account.
    """
    label = " ".join(name.split())
    if not label or len(label) > LONGEST_NAME:
        raise InvalidInputError(
            "Geben Sie dem Gerät einen kurzen Namen, zum Beispiel „Telefon“.",
            field="name",
        )
    secret = ports.tokens.secret()
    with ports.database.writing() as unit:
        entry = add_app_password(unit, ports, actor, label=label, secret=secret)
    return entry, secret


def add_app_password(
    unit: Unit, ports: Ports, actor: Actor, *, label: str, secret: str
) -> AppPassword:
    """Store a device's password in the caller's unit.

    Raises:
        NotFoundError: The actor has no account.
    """
    member = unit.people.staff(actor.login)
    if member is None:
        raise NotFoundError("Dieses Konto gibt es nicht.")
    entry = AppPassword(
        id=ports.tokens.new_id(),
        institution=member.institution,
        login=member.login,
        name=label,
        created_at=ports.clock.now(),
    )
    unit.people.add_app_password(entry, sha256=sha256_of(secret))
    _note(unit, ports, entry, actor, "make app password")
    return entry


def _note(unit: Unit, ports: Ports, entry: AppPassword, actor: Actor, act: str) -> None:
    unit.audit.add(
        AuditEntry(
            id=ports.tokens.new_id(),
            institution=entry.institution,
            at=ports.clock.now(),
            actor=actor.login,
            via=actor.via,
            act=act,
            detail=entry.name,
        )
    )


def list_app_passwords(ports: Ports, login: str) -> list[AppPassword]:
    """Return a person's devices, oldest first."""
    with ports.database.reading() as unit:
        return unit.people.app_passwords(login)


def revoke_app_password(ports: Ports, actor: Actor, entry_id: str) -> None:
    """Take a device's access away, at once.

    Raises:
        NotFoundError: The actor has no such device.
    """
    with ports.database.writing() as unit:
        entries = {entry.id: entry for entry in unit.people.app_passwords(actor.login)}
        if entry_id not in entries:
            raise NotFoundError("Dieses Gerät gibt es nicht mehr.")
        unit.people.remove_app_password(actor.login, entry_id)
        _note(unit, ports, entries[entry_id], actor, "revoke app password")


def dav_login(ports: Ports, login: str, password: str) -> str | None:
    """Return the stored login when the app password is one of its devices', else None.

    One indexed read; a use is noted at most once an hour.
    """
    try:
        name = normalise_login(login)
    except InvalidInputError:
        return None
    now = ports.clock.now()
    with ports.database.reading() as unit:
        entry = unit.people.app_password(name, sha256_of(password))
    if entry is None:
        return None
    if entry.last_used_at is None or now - entry.last_used_at >= TOUCH_AFTER:
        with ports.database.writing() as unit:
            unit.people.touch_app_password(entry.id, now=now)
    return entry.login

"""Staff on the web: logging in, sessions, one-time links, devices and settings."""

from __future__ import annotations

from dataclasses import replace

from assisto_caldav.domain.identity import normalise_login
from assisto_caldav.domain.institution import Institution, StaffEntry
from assisto_caldav.domain.people import (
    AuditEntry,
    LinkPurpose,
    OneTimeLink,
    Session,
    StaffMember,
)
from assisto_caldav.errors import (
    InvalidInputError,
    LimitReachedError,
    NotAllowedError,
    NotAuthenticatedError,
    NotFoundError,
)
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.notify import owe_staff
from assisto_caldav.usecases.password_rules import check_password

ATTEMPT_WINDOW = 15 * 60
ATTEMPTS_PER_LOGIN = 10
ATTEMPTS_PER_NETWORK = 30
TOUCH_AFTER = 60
LINK_LIFETIME = 3 * 24 * 3600


def find_entry(ports: Ports, login: str) -> tuple[Institution, StaffEntry]:
    """Return the institution and the entry of a staff login.

    Raises:
        NotFoundError: No institution names this login.
    """
    for institution in ports.config.current().institutions.values():
        entry = institution.find_staff(login)
        if entry is not None:
            return institution, entry
    raise NotFoundError("Dieses Konto gibt es nicht.")


def log_in(
    ports: Ports, *, login: str, password: str, network: str, is_proven: bool = False
) -> tuple[Session, str]:
    """Open a session; return it and the secret for the cookie.

    Wrong guesses are counted for the login *from one network*, so that nobody
    locks a colleague out from elsewhere, and for the network, so that made-up
    logins do not cost a slow hash each; a proof lets one more pass there.

    Raises:
        NotAuthenticatedError: Login or password is wrong; it is not said which.
        LimitReachedError: Too many wrong guesses; ``retry_after`` in seconds, ``field`` "login"
            when for this login, None when for the network.
    """
    now = ports.clock.now()
    name = _login_or_nobody(login)
    throttle = f"login:{ports.tokens.digest(f'{name}|{network}')}"
    of_network = f"logins:{ports.tokens.digest(f'logins|{network}')}"
    with ports.database.reading() as unit:
        guesses = unit.people.attempts(throttle, now=now, window_seconds=ATTEMPT_WINDOW)
        others = unit.people.attempts(of_network, now=now, window_seconds=ATTEMPT_WINDOW)
        member = unit.people.staff(name)
    if guesses >= ATTEMPTS_PER_LOGIN:
        raise LimitReachedError("Zu viele Versuche.", retry_after=ATTEMPT_WINDOW, field="login")
    if others >= ATTEMPTS_PER_NETWORK and not is_proven:
        raise LimitReachedError("Zu viele Versuche.", retry_after=ATTEMPT_WINDOW)
    usable = member if member is not None and member.active else None
    fits = ports.passwords.verify(usable.password_hash if usable else None, password)
    secret = ports.tokens.secret()
    with ports.database.writing() as unit:
        if usable is None or not fits:
            for key in (throttle, of_network):
                unit.people.count_attempt(key, now=now, window_seconds=ATTEMPT_WINDOW)
            session = None
        else:
            unit.people.forget_attempts(throttle)
            session = _open_session(unit, ports, usable, secret)
    if session is None:
        raise NotAuthenticatedError("E-Mail-Adresse oder Passwort stimmt nicht.")
    return session, secret


def _login_or_nobody(login: str) -> str:
    try:
        return normalise_login(login)
    except InvalidInputError:
        return ""


def _open_session(unit: Unit, ports: Ports, member: StaffMember, secret: str) -> Session:
    now = ports.clock.now()
    session = Session(
        digest=ports.tokens.digest(secret),
        institution=member.institution,
        login=member.login,
        created_at=now,
        seen_at=now,
    )
    unit.people.add_session(session)
    _note(unit, ports, member, Actor(member.login, "web"), "log in")
    return session


def _note(unit: Unit, ports: Ports, member: StaffMember, actor: Actor, act: str) -> None:
    unit.audit.add(
        AuditEntry(
            id=ports.tokens.new_id(),
            institution=member.institution,
            at=ports.clock.now(),
            actor=actor.login,
            via=actor.via,
            act=act,
            detail="" if actor.login == member.login else member.login,
        )
    )


def current_staff(ports: Ports, cookie: str) -> StaffMember | None:
    """Return who is logged in by this cookie, or None when nobody or idle too long."""
    if not cookie:
        return None
    now = ports.clock.now()
    digest = ports.tokens.digest(cookie)
    idle = ports.config.current().sessions.idle_minutes * 60
    with ports.database.reading() as unit:
        session = unit.people.session(digest)
        if session is None or session.seen_at + idle <= now:
            return None
        member = unit.people.staff(session.login)
    if member is None or not member.active:
        return None
    if now - session.seen_at >= TOUCH_AFTER:
        with ports.database.writing() as unit:
            unit.people.touch_session(digest, now=now)
    return member


def log_out(ports: Ports, cookie: str) -> None:
    """End the session of this cookie; nothing happens when there is none."""
    with ports.database.writing() as unit:
        unit.people.end_session(ports.tokens.digest(cookie))


def invite(ports: Ports, login: str) -> str:
    """Return the secret of a link with which a person sets the first password.

    Raises:
        NotFoundError: No institution's file names the login.
    """
    _, entry = find_entry(ports, login)
    with ports.database.writing() as unit:
        return _add_link(unit, ports, entry.login, LinkPurpose.INVITE)


def _add_link(unit: Unit, ports: Ports, login: str, purpose: LinkPurpose) -> str:
    member = unit.people.staff(login)
    if member is None:
        raise NotFoundError("Dieses Konto gibt es nicht.")
    secret = ports.tokens.secret()
    unit.people.add_link(
        OneTimeLink(
            digest=ports.tokens.digest(secret),
            institution=member.institution,
            login=member.login,
            purpose=purpose,
            expires_at=ports.clock.now() + LINK_LIFETIME,
        )
    )
    return secret


def reset(ports: Ports, actor: Actor, login: str) -> None:
    """Send a colleague a one-time link for a new password; only administrators do.

    It may be because somebody else has got in: all sessions end and all app
    passwords go at once, and again when the new password is set.

    Raises:
        NotAllowedError: The actor is no administrator.
        NotFoundError: No such colleague in the actor's institution.
    """
    institution, entry = find_entry(ports, actor.login)
    if not entry.is_administrator:
        raise NotAllowedError("Das können nur Administrator:innen.")
    colleague = institution.find_staff(login)
    if colleague is None:
        raise NotFoundError("Dieses Konto gibt es in Ihrer Einrichtung nicht.")
    with ports.database.writing() as unit:
        secret = _add_link(unit, ports, colleague.login, LinkPurpose.RESET)
        owe_staff(unit, ports, kind="reset", login=colleague.login, extra={"secret": secret})
        _shut_out(unit, colleague.login)
        member = unit.people.staff(colleague.login)
        if member is not None:
            _note(unit, ports, member, actor, "reset password")


def _shut_out(unit: Unit, login: str) -> None:
    """End every session of a person and take away every device's password."""
    unit.people.end_sessions(login)
    for entry in unit.people.app_passwords(login):
        unit.people.remove_app_password(login, entry.id)


def peek_link(ports: Ports, secret: str) -> OneTimeLink:
    """Return a one-time link that is still good, without using it up.

    Raises:
        NotFoundError: Unknown, used, or past its time.
    """
    with ports.database.reading() as unit:
        link = unit.people.peek_link(ports.tokens.digest(secret), now=ports.clock.now())
    if link is None:
        raise NotFoundError("Dieser Link gilt nicht mehr.")
    return link


def set_password(ports: Ports, secret: str, password: str) -> str:
    """Use up a one-time link and set the password; return the login.

    All sessions end, and devices need new app passwords.

    Raises:
        NotFoundError: The link is unknown, used, or past its time.
        InvalidInputError: The password is too short or too long; the link stays good.
    """
    check_password(password)
    password_hash = ports.passwords.hash(password)
    with ports.database.writing() as unit:
        link = unit.people.take_link(ports.tokens.digest(secret), now=ports.clock.now())
        member = unit.people.staff(link.login) if link is not None else None
        if link is None or member is None:
            raise NotFoundError("Dieser Link gilt nicht mehr.")
        unit.people.save_staff(replace(member, password_hash=password_hash))
        _shut_out(unit, member.login)
        _note(unit, ports, member, Actor(member.login, "link"), "set password")
    return member.login


def change_password(ports: Ports, actor: Actor, *, old: str, new: str, cookie: str) -> None:
    """Change one's own password; every other session ends.

    Raises:
        InvalidInputError: The old one is wrong, or the new one too short or too long.
    """
    check_password(new)
    with ports.database.reading() as unit:
        member = unit.people.staff(actor.login)
    if member is None or not ports.passwords.verify(member.password_hash, old):
        raise InvalidInputError("Das bisherige Passwort stimmt nicht.", field="old_password")
    password_hash = ports.passwords.hash(new)
    with ports.database.writing() as unit:
        unit.people.save_staff(replace(member, password_hash=password_hash))
        unit.people.end_sessions(member.login, but=ports.tokens.digest(cookie))
        _note(unit, ports, member, actor, "change password")


def save_settings(
    ports: Ports, actor: Actor, *, place: str, phone: str, video_room: str, mail_with_ics: bool
) -> StaffMember:
    """Store what a confirmed client is shown, and how the person is notified.

    Raises:
        InvalidInputError: The room is no https address.
        NotFoundError: The actor has no account.
    """
    if video_room and not video_room.startswith("https://"):
        raise InvalidInputError(
            "Die Adresse des Videoraums beginnt mit https://", field="video_room"
        )
    with ports.database.writing() as unit:
        member = unit.people.staff(actor.login)
        if member is None:
            raise NotFoundError("Dieses Konto gibt es nicht.")
        changed = replace(
            member, place=place, phone=phone, video_room=video_room, mail_with_ics=mail_with_ics
        )
        unit.people.save_staff(changed)
        _note(unit, ports, member, actor, "save settings")
    return changed

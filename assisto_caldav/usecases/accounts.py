"""Clients' accounts: registering, logging in, recovering, and deleting all of it.

Nothing but a pseudonym and a password is asked for. Whoever forgets the
password has the recovery code; nobody else can open the account.
"""

from __future__ import annotations

from dataclasses import dataclass

from assisto_caldav.domain.appointment import Appointment, as_told
from assisto_caldav.domain.client_account import ClientAccount
from assisto_caldav.domain.client_words import clean_pseudonym
from assisto_caldav.domain.institution import Identification
from assisto_caldav.errors import (
    ConflictError,
    InvalidInputError,
    LimitReachedError,
    NotAllowedError,
    NotAuthenticatedError,
    NotFoundError,
)
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.ports.clients import Credentials
from assisto_caldav.usecases.account_codes import account_code
from assisto_caldav.usecases.forget_client import forget_appointment
from assisto_caldav.usecases.password_rules import check_password
from assisto_caldav.usecases.quotas import count, insist, registration_quotas
from assisto_caldav.usecases.staff import (
    ATTEMPT_WINDOW,
    ATTEMPTS_PER_LOGIN,
    ATTEMPTS_PER_NETWORK,
    TOUCH_AFTER,
)

_TAKEN = "Diesen Namen hat schon jemand. Bitte denken Sie sich einen anderen aus."


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """An open account: the secret for the cookie, and the recovery code when it is new."""

    account: ClientAccount
    secret: str
    recovery_code: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """What somebody sends to open an account. ``network`` empty: nobody counts.

    ``is_proven``: the network's limit is counted, and does not refuse.
    """

    institution: str
    pseudonym: str
    password: str
    network: str = ""
    locale: str = "de"
    is_proven: bool = False


def register(ports: Ports, opening: Opening) -> LoggedIn:
    """Make an account and log in; the recovery code is told here once.

    Who sends the form twice with the same password is logged in.

    Raises:
        NotFoundError: The institution has no accounts.
        InvalidInputError: ``field`` "pseudonym": taken, too short or too long; or "password".
        LimitReachedError: Too many from this network.
    """
    _insist_on_accounts(ports, opening.institution)
    pseudonym = clean_pseudonym(opening.pseudonym)
    check_password(opening.password)
    now, recovery = ports.clock.now(), ports.tokens.access_code()
    account = ClientAccount(
        ports.tokens.new_id(), opening.institution, pseudonym, now, opening.locale
    )
    credentials = Credentials(
        pseudonym_digest=_name_digest(ports, opening.institution, pseudonym),
        password_hash=ports.passwords.hash(opening.password),
        recovery_digest=_recovery_digest(ports, opening.institution, recovery),
    )
    quotas = registration_quotas(ports, network=opening.network, is_proven=opening.is_proven)
    secret = ports.tokens.secret()
    try:
        with ports.database.writing() as unit:
            insist(unit, quotas, now=now)
            unit.clients.add(account, credentials)
            unit.clients.add_session(ports.tokens.digest(secret), account.id, now=now)
            count(unit, quotas, now=now)
    except ConflictError:
        try:
            return log_in(ports, opening)
        except NotAuthenticatedError:
            raise InvalidInputError(_TAKEN, field="pseudonym") from None
    return LoggedIn(account, secret, recovery)


def log_in(ports: Ports, opening: Opening) -> LoggedIn:
    """Open an account.

    Wrong guesses are counted for the name from one network, so that nobody is
    locked out from elsewhere, and for the network.

    Raises:
        NotFoundError: The institution has no accounts.
        NotAuthenticatedError: Name or password is wrong; it is not said which.
        LimitReachedError: Too many wrong guesses; ``field`` is "pseudonym" when for one name.
    """
    _insist_on_accounts(ports, opening.institution)
    now = ports.clock.now()
    name = _name_digest(ports, opening.institution, " ".join(opening.pseudonym.split()))
    of_name, of_network = _throttles(ports, name, opening.network)
    with ports.database.reading() as unit:
        _insist_on_guess(unit, of_name, ATTEMPTS_PER_LOGIN, now=now, field="pseudonym")
        if opening.network and not opening.is_proven:
            _insist_on_guess(unit, of_network, ATTEMPTS_PER_NETWORK, now=now)
        found = unit.clients.by_pseudonym(name)
    fits = ports.passwords.verify(found[1] if found else None, opening.password)
    secret = ports.tokens.secret()
    with ports.database.writing() as unit:
        if found is None or not fits:
            for key in (of_name, of_network):
                unit.people.count_attempt(key, now=now, window_seconds=ATTEMPT_WINDOW)
        else:
            unit.people.forget_attempts(of_name)
            unit.clients.add_session(ports.tokens.digest(secret), found[0].id, now=now)
    if found is None or not fits:
        raise NotAuthenticatedError("Name oder Passwort stimmt nicht.")
    return LoggedIn(found[0], secret)


def recover(ports: Ports, opening: Opening, code: str) -> LoggedIn:
    """Set a new password with the recovery code, which is replaced; every log-in ends.

    Raises:
        NotFoundError: The institution has no accounts.
        InvalidInputError: The password is too short or too long; the code stays good.
        NotAuthenticatedError: No account has this recovery code.
        LimitReachedError: Too many wrong codes from this network.
    """
    _insist_on_accounts(ports, opening.institution)
    check_password(opening.password)
    now = ports.clock.now()
    _, of_network = _throttles(ports, "", opening.network)
    digest = _recovery_digest(ports, opening.institution, code)
    hashed = ports.passwords.hash(opening.password)
    recovery, secret = ports.tokens.access_code(), ports.tokens.secret()
    with ports.database.writing() as unit:
        account = unit.clients.by_recovery(digest)
        if account is not None:
            unit.clients.set_password(account.id, hashed)
            unit.clients.set_recovery(
                account.id, _recovery_digest(ports, opening.institution, recovery)
            )
            unit.clients.end_sessions(account.id)
            unit.clients.add_session(ports.tokens.digest(secret), account.id, now=now)
        else:
            guesses = unit.people.count_attempt(of_network, now=now, window_seconds=ATTEMPT_WINDOW)
    if account is None:
        if opening.network and not opening.is_proven and guesses > ATTEMPTS_PER_NETWORK:
            raise LimitReachedError("Too many wrong codes.", retry_after=ATTEMPT_WINDOW)
        raise NotAuthenticatedError("Diesen Wiederherstellungscode gibt es nicht.")
    return LoggedIn(account, secret, recovery)


def new_recovery_code(ports: Ports, account: ClientAccount) -> str:
    """Return another recovery code, told here once; the former one is dead."""
    code = ports.tokens.access_code()
    with ports.database.writing() as unit:
        unit.clients.set_recovery(account.id, _recovery_digest(ports, account.institution, code))
    return code


def current_client(ports: Ports, *, institution: str, cookie: str) -> ClientAccount | None:
    """Return whose cookie this is, or None when nobody's or idle too long."""
    if not cookie:
        return None
    now, digest = ports.clock.now(), ports.tokens.digest(cookie)
    idle = ports.config.current().sessions.idle_minutes * 60
    with ports.database.reading() as unit:
        found = unit.clients.session(digest)
        if found is None or found[1] + idle <= now:
            return None
        account = unit.clients.get(found[0])
    if account is None or account.institution != institution:
        return None
    if now - found[1] >= TOUCH_AFTER:
        with ports.database.writing() as unit:
            unit.clients.touch_session(digest, now=now)
    return account


def log_out(ports: Ports, cookie: str) -> None:
    """End the log-in of this cookie; nothing happens when there is none."""
    with ports.database.writing() as unit:
        unit.clients.end_session(ports.tokens.digest(cookie))


def appointments_of(ports: Ports, account: ClientAccount) -> list[Appointment]:
    """Return the account's appointments as the client knows them, by start."""
    now = ports.clock.now()
    with ports.database.reading() as unit:
        found = unit.appointments.of_client(account.id)
    return [as_told(one, now=now) for one in found]


def code_for(ports: Ports, account: ClientAccount, appointment_id: str) -> str:
    """Return the access code with which the account's owner sees an appointment.

    One that was issued at the counsellor's is dead by this.

    Raises:
        NotFoundError: It is not theirs.
    """
    code = account_code(ports, appointment_id)
    with ports.database.reading() as unit:
        found = unit.appointments.get(appointment_id)
        known = unit.appointments.by_code(ports.tokens.digest(code))
    if found is None or found.client != account.id:
        raise NotFoundError("Diesen Termin gibt es in Ihrem Konto nicht.")
    if known is None:
        with ports.database.writing() as unit:
            unit.appointments.set_code(appointment_id, code_digest=ports.tokens.digest(code))
    return code


def forget_account(ports: Ports, account: ClientAccount) -> int:
    """Erase an account with all its appointments; return how many a legal hold keeps.

    What is to come is cancelled. Each appointment goes in a unit of its own,
    the account last: what is interrupted can be done again.
    """
    kept = 0
    for one in appointments_of(ports, account):
        try:
            forget_appointment(ports, institution=account.institution, appointment_id=one.id)
        except NotAllowedError:
            kept += 1
    with ports.database.writing() as unit:
        unit.clients.remove(account.id)
    return kept


def _insist_on_accounts(ports: Ports, institution: str) -> None:
    found = ports.config.current().institutions.get(institution)
    if found is None or Identification.ACCOUNT not in found.identification:
        raise NotFoundError("Hier gibt es keine Konten.")


def _insist_on_guess(
    unit: Unit, key: str, most: int, *, now: int, field: str | None = None
) -> None:
    if unit.people.attempts(key, now=now, window_seconds=ATTEMPT_WINDOW) >= most:
        raise LimitReachedError("Too many guesses.", retry_after=ATTEMPT_WINDOW, field=field)


def _throttles(ports: Ports, name: str, network: str) -> tuple[str, str]:
    digest = ports.tokens.digest
    return f"client:{digest(f'{name}|{network}')}", f"clients:{digest(f'clients|{network}')}"


def _name_digest(ports: Ports, institution: str, pseudonym: str) -> str:
    return ports.tokens.digest(f"pseudonym|{institution}|{pseudonym.casefold()}")


def _recovery_digest(ports: Ports, institution: str, code: str) -> str:
    return ports.tokens.digest(f"recovery|{institution}|{ports.tokens.digest(code)}")

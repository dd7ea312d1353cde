"""Access codes on the web: guessing is slowed down, a known code travels in a signed cookie."""

from __future__ import annotations

from werkzeug.wrappers import Response

from assisto_caldav.domain.appointment import Appointment
from assisto_caldav.domain.institution import Institution
from assisto_caldav.errors import NotFoundError
from assisto_caldav.usecases.request import look_up
from assisto_web.ports_access import ports_here
from assisto_web.proof_of_work import ProofWantedError, proof_given
from assisto_web.security import CODE_COOKIE, CODE_SECONDS, network, read_cookie, set_cookie

GUESS_WINDOW = 15 * 60
GUESSES = 20
PURPOSE = "code"


def guess_code(institution_id: str, code: str, *, seen: bool = False) -> Appointment:
    """Look a code up; wrong ones from one network are counted, and slowed down past a limit.

    A right code always passes: a shelter has one address, and codes have 60 bits.

    Raises:
        ProofWantedError: Too many wrong codes; every further try wants a proof.
        NotFoundError: There is no such appointment.
    """
    ports = ports_here()
    now = ports.clock.now()
    throttle = f"code:{ports.tokens.digest(f'code|{network()}')}"
    try:
        return look_up(ports, institution=institution_id, code=code, seen=seen)
    except NotFoundError:
        with ports.database.writing() as unit:
            guesses = unit.people.count_attempt(throttle, now=now, window_seconds=GUESS_WINDOW)
        if guesses > GUESSES and not proof_given(PURPOSE):
            raise ProofWantedError(PURPOSE, retry_after=GUESS_WINDOW) from None
        raise


def remember_code(response: Response, institution: Institution, code: str) -> None:
    """Let the browser keep a code that was right, for half an hour, out of every address.

    The signature says that we have checked it, so that a cookie is no way around the count.
    """
    ports = ports_here()
    proof = ports.tokens.sign_link(
        {"p": PURPOSE, "i": institution.id, "c": code},
        expires_at=ports.clock.now() + CODE_SECONDS,
    )
    set_cookie(response, CODE_COOKIE, proof, path=f"/{institution.id}/", seconds=CODE_SECONDS)


def remembered_code(institution: Institution) -> str:
    """Return the code of this browser's cookie, or nothing when there is none any more."""
    ports = ports_here()
    try:
        facts = ports.tokens.read_link(read_cookie(CODE_COOKIE), now=ports.clock.now())
    except NotFoundError:
        return ""
    is_ours = facts.get("p") == PURPOSE and facts.get("i") == institution.id
    return str(facts.get("c", "")) if is_ours else ""

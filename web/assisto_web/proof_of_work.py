"""The page between: whoever passes a network limit proves work, or waits a minute."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from assisto_caldav.errors import LimitReachedError
from assisto_caldav.usecases.proof import find_challenge, make_challenge, spend
from assisto_web.ports_access import ports_here
from assisto_web.security import visitor

CHALLENGE, ANSWER = "proof_challenge", "proof_answer"
PASSWORD = "password"  # noqa: S105 - a field's name
# A password is typed again: it stands in no page that we write.
NOT_CARRIED = (CHALLENGE, ANSWER, PASSWORD, "csrf")


class ProofWantedError(LimitReachedError):
    """A network limit is passed; the act goes on after a proof."""

    def __init__(self, act: str, *, retry_after: int) -> None:
        """Remember for which act the proof is wanted."""
        super().__init__("A proof is wanted.", retry_after=retry_after)
        self.act = act


def proof_given(act: str) -> bool:
    """Tell whether the sent form carries a good proof for the act; it is used up by this."""
    token = request.form.get(CHALLENGE, "")
    answer = request.form.get(ANSWER, "")
    return bool(token) and spend(ports_here(), token, answer, act=act, visitor=visitor())


def slow_down(act: str, error: LimitReachedError) -> ResponseReturnValue:
    """Answer with the page that asks for a proof and carries the whole sent form forward.

    A limit that is no network's has a field, and is for the caller to answer.
    """
    ports, sent = ports_here(), request.form.get(CHALLENGE, "")
    challenge = find_challenge(ports, sent, act=act, visitor=visitor()) if sent else None
    challenge = challenge or make_challenge(ports, act=act, visitor=visitor())
    first = request.path.split("/")[1]
    page = render_template(
        "proof.html",
        institution=ports.config.current().institutions.get(first),
        challenge=challenge,
        address=request.path,
        has_password=bool(request.form.get(PASSWORD)),
        carried=[pair for pair in request.form.items(multi=True) if pair[0] not in NOT_CARRIED],
    )
    wait = challenge.seconds_left or error.retry_after or 1
    return page, 429, {"Retry-After": str(wait)}

"""The page between: whoever passes a network limit proves work, or waits a minute."""

from __future__ import annotations

from collections.abc import Sequence

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from assisto_caldav.errors import LimitReachedError
from assisto_caldav.usecases.proof import (
    Challenge,
    find_challenge,
    give_back,
    make_challenge,
    spend,
)
from assisto_web.ports_access import ports_here
from assisto_web.security import network, visitor

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
    if not token:
        return False
    answer = request.form.get(ANSWER, "")
    is_good = spend(ports_here(), token, answer, act=act, visitor=visitor(), network=network())
    if is_good:
        g.spent_proof_for = act
    return is_good


def keep_proof(act: str) -> None:
    """Let the page's forms carry the act's proof on: what it was for has not happened."""
    if g.get("spent_proof_for") == act:
        give_back(ports_here(), request.form.get(CHALLENGE, ""))
        g.spent_proof_for = ""
    if _sent_challenge(act) is not None:
        g.kept_proof = [(name, request.form.get(name, "")) for name in (CHALLENGE, ANSWER)]


def kept_proof() -> list[tuple[str, str]]:
    """Return the fields of a proof that is kept, for the forms of a page."""
    return list(g.get("kept_proof", ()))


def slow_down(
    act: str,
    error: LimitReachedError,
    *,
    address: str = "",
    carried: Sequence[tuple[str, str]] | None = None,
    asks_password: bool = True,
) -> ResponseReturnValue:
    """Answer with the page that asks for a proof and carries the whole sent form forward.

    A limit that is no network's has a field, and is for the caller to answer.
    """
    ports = ports_here()
    # One proof on a page: a kept one of another act would stand before this one.
    g.kept_proof = []
    challenge = _sent_challenge(act) or make_challenge(
        ports, act=act, visitor=visitor(), network=network()
    )
    if carried is None:
        carried = [pair for pair in request.form.items(multi=True) if pair[0] not in NOT_CARRIED]
    page = render_template(
        "proof.html",
        institution=ports.config.current().institutions.get(request.path.split("/")[1]),
        challenge=challenge,
        address=address or request.path,
        has_password=asks_password and bool(request.form.get(PASSWORD)),
        carried=carried,
    )
    wait = challenge.seconds_left or error.retry_after or 1
    return page, 429, {"Retry-After": str(wait)}


def _sent_challenge(act: str) -> Challenge | None:
    sent = request.form.get(CHALLENGE, "")
    if not sent:
        return None
    return find_challenge(ports_here(), sent, act=act, visitor=visitor(), network=network())

"""Proof of work, or of patience: past a network limit one is slowed down, never refused.

A challenge is signed for one act of one visitor. It is met by a number whose
SHA-256 begins with enough zero bits, or by waiting, and is good once.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from assisto_caldav.errors import NotFoundError
from assisto_caldav.ports import Ports

PURPOSE = "proof"
LIFETIME = 3600
LONGEST_ANSWER = 16
_SEED_LENGTH = 32
_DIGEST_BITS = 256


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a visitor is asked: find a number for the seed, or wait so many seconds."""

    token: str
    seed: str
    bits: int
    seconds_left: int


def make_challenge(ports: Ports, *, act: str, visitor: str) -> Challenge:
    """Return a new challenge for one act of one visitor."""
    now = ports.clock.now()
    facts: dict[str, str | int] = {
        "p": PURPOSE,
        "b": _bound(ports, act, visitor),
        "t": now,
    }
    return _challenge(ports, ports.tokens.sign_link(facts, expires_at=now + LIFETIME), now)


def find_challenge(ports: Ports, token: str, *, act: str, visitor: str) -> Challenge | None:
    """Return a challenge that is still good, so that who came too early keeps their waiting."""
    issued_at = _issued_at(ports, token, act=act, visitor=visitor)
    if issued_at is None:
        return None
    key = _spent(ports, token)
    with ports.database.reading() as unit:
        spent = unit.people.attempts(key, now=ports.clock.now(), window_seconds=LIFETIME)
    return None if spent else _challenge(ports, token, issued_at)


def spend(ports: Ports, token: str, answer: str, *, act: str, visitor: str) -> bool:
    """Tell whether a challenge was met by work or by waiting; from now on it is no good."""
    issued_at = _issued_at(ports, token, act=act, visitor=visitor)
    if issued_at is None:
        return False
    challenge = _challenge(ports, token, issued_at)
    if challenge.seconds_left and not is_solved(challenge, answer):
        return False
    key, now = _spent(ports, token), ports.clock.now()
    with ports.database.writing() as unit:
        return unit.people.count_attempt(key, now=now, window_seconds=LIFETIME) == 1


def is_solved(challenge: Challenge, answer: str) -> bool:
    """Tell whether the digest of seed and answer begins with enough zero bits."""
    if not 0 < len(answer) <= LONGEST_ANSWER:
        return False
    digest = hashlib.sha256(f"{challenge.seed}:{answer}".encode()).digest()
    return int.from_bytes(digest) >> (_DIGEST_BITS - challenge.bits) == 0


def _challenge(ports: Ports, token: str, issued_at: int) -> Challenge:
    visitors = ports.config.current().visitors
    good_at = issued_at + visitors.proof_wait_seconds
    return Challenge(
        token=token,
        seed=hashlib.sha256(token.encode()).hexdigest()[:_SEED_LENGTH],
        bits=visitors.proof_bits,
        seconds_left=max(0, good_at - ports.clock.now()),
    )


def _issued_at(ports: Ports, token: str, *, act: str, visitor: str) -> int | None:
    try:
        facts = ports.tokens.read_link(token, now=ports.clock.now())
    except NotFoundError:
        return None
    is_ours = facts.get("p") == PURPOSE and facts.get("b") == _bound(ports, act, visitor)
    return int(facts["t"]) if is_ours else None


def _bound(ports: Ports, act: str, visitor: str) -> str:
    return ports.tokens.digest(f"{PURPOSE}|{act}|{visitor}")


def _spent(ports: Ports, token: str) -> str:
    return f"proof:{ports.tokens.digest(token)}"

"""Proof of work, or of patience: past a network limit one is slowed down, never refused.

A challenge is signed for one act of one visitor in one network. It is met by a
number whose SHA-256 begins with enough zero bits, or by waiting, and is good
once. The waits of one network queue up, and the work grows with the queue.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from assisto_caldav.errors import NotFoundError
from assisto_caldav.ports import Ports

PURPOSE = "proof"
LIFETIME = 3600
SPENT_KEPT = 24 * 3600
# Each who waits already adds a twelfth of the wait; nobody waits more than three times as long.
STEPS_IN_WAIT = 12
LONGEST_IN_WAITS = 3
MOST_BITS = 24
MOST_EXTRA_BITS = 4
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


def make_challenge(ports: Ports, *, act: str, visitor: str, network: str = "") -> Challenge:
    """Return a new challenge for one act of one visitor; it takes a place in the network's queue.

    Where the network is not known, nobody stands before.
    """
    visitors, now = ports.config.current().visitors, ports.clock.now()
    wait, ahead = visitors.proof_wait_seconds, 0
    queue = f"proofs:{ports.tokens.digest(f'proofs|{network}')}"
    with ports.database.writing() as unit:
        if network:
            # The queue's rows lie in the future, at the instants when each wait is over.
            ahead = unit.people.attempts(queue, now=now, window_seconds=0)
        step = wait // STEPS_IN_WAIT
        due = now + min(wait + step * ahead, wait * LONGEST_IN_WAITS)
        if network:
            unit.people.count_attempt(queue, now=due, window_seconds=SPENT_KEPT)
    extra = min(ahead.bit_length() // 2, MOST_EXTRA_BITS)
    facts: dict[str, str | int] = {
        "p": PURPOSE,
        "b": _bound(ports, act, visitor, network),
        "d": due,
        "z": min(visitors.proof_bits + extra, MOST_BITS),
    }
    token = ports.tokens.sign_link(facts, expires_at=due + LIFETIME)
    return _challenge(ports, token, facts)


def find_challenge(
    ports: Ports, token: str, *, act: str, visitor: str, network: str = ""
) -> Challenge | None:
    """Return a challenge that is still good, so that who came too early keeps their waiting."""
    facts = _facts(ports, token, _bound(ports, act, visitor, network))
    if facts is None:
        return None
    key = _spent(ports, token)
    with ports.database.reading() as unit:
        spent = unit.people.attempts(key, now=ports.clock.now(), window_seconds=SPENT_KEPT)
    return None if spent else _challenge(ports, token, facts)


def spend(
    ports: Ports, token: str, answer: str, *, act: str, visitor: str, network: str = ""
) -> bool:
    """Tell whether a challenge was met by work or by waiting; from now on it is no good."""
    facts = _facts(ports, token, _bound(ports, act, visitor, network))
    if facts is None:
        return False
    challenge = _challenge(ports, token, facts)
    if challenge.seconds_left and not is_solved(challenge, answer):
        return False
    key, now = _spent(ports, token), ports.clock.now()
    with ports.database.writing() as unit:
        return unit.people.count_attempt(key, now=now, window_seconds=SPENT_KEPT) == 1


def give_back(ports: Ports, token: str) -> None:
    """Make a spent challenge good again: what it was for has not happened."""
    with ports.database.writing() as unit:
        unit.people.forget_attempts(_spent(ports, token))


def is_solved(challenge: Challenge, answer: str) -> bool:
    """Tell whether the digest of seed and answer begins with enough zero bits."""
    if not 0 < len(answer) <= LONGEST_ANSWER:
        return False
    digest = hashlib.sha256(f"{challenge.seed}:{answer}".encode()).digest()
    return int.from_bytes(digest) >> (_DIGEST_BITS - challenge.bits) == 0


def _challenge(ports: Ports, token: str, facts: Mapping[str, str | int]) -> Challenge:
    return Challenge(
        token=token,
        seed=hashlib.sha256(token.encode()).hexdigest()[:_SEED_LENGTH],
        bits=int(facts["z"]),
        seconds_left=max(0, int(facts["d"]) - ports.clock.now()),
    )


def _facts(ports: Ports, token: str, bound: str) -> Mapping[str, str | int] | None:
    try:
        facts = ports.tokens.read_link(token, now=ports.clock.now())
    except NotFoundError:
        return None
    return facts if facts.get("p") == PURPOSE and facts.get("b") == bound else None


def _bound(ports: Ports, act: str, visitor: str, network: str) -> str:
    return ports.tokens.digest(f"{PURPOSE}|{act}|{visitor}|{network}")


def _spent(ports: Ports, token: str) -> str:
    return f"proof:{ports.tokens.digest(token)}"

from __future__ import annotations

import base64
import re
from uuid import UUID

import pytest

from assisto_caldav.adapters.tokens import SystemTokens
from assisto_caldav.errors import NotFoundError

NOW = 1_790_000_000
FACTS = {"appointment": "a1", "act": "confirm", "revision": 3}


@pytest.fixture
def tokens() -> SystemTokens:
    return SystemTokens(bytes(range(32)))


def test_ids_are_version_7_and_in_order_of_time(tokens: SystemTokens) -> None:
    ids = [tokens.new_id() for _ in range(1000)]

    assert {(UUID(one).version, UUID(one).variant) for one in ids} == {(7, "specified in RFC 4122")}
    assert len(set(ids)) == 1000
    assert [one[:18] for one in ids] == sorted(one[:18] for one in ids)


def test_an_access_code_has_twelve_crockford_letters(tokens: SystemTokens) -> None:
    letters = "[0-9A-HJKMNP-TV-Z]{4}"

    for _ in range(100):
        assert re.fullmatch(f"{letters}-{letters}-{letters}", tokens.access_code())


def test_a_sign_has_no_look_alikes(tokens: SystemTokens) -> None:
    signs = "".join(tokens.sign() for _ in range(1000))

    assert len(signs) == 4000
    assert not set(signs) & set("0O1ILS5B8")


def test_a_secret_is_url_safe_and_new_each_time(tokens: SystemTokens) -> None:
    secrets = {tokens.secret() for _ in range(100)}

    assert len(secrets) == 100
    assert all(re.fullmatch(r"[\w-]{22}", secret) for secret in secrets)


@pytest.mark.parametrize(
    "spelling",
    ["7f3k-01ab-cdef", "7F3KO1ABCDEF", " 7F3K OIAB CDEF ", "7F3K–0lAB–CDEF", "7F3K-0LAB-CDEF"],
)
def test_every_spelling_of_an_access_code_has_one_digest(
    tokens: SystemTokens, spelling: str
) -> None:
    assert tokens.digest(spelling) == tokens.digest("7F3K-01AB-CDEF")


def test_other_secrets_are_compared_exactly(tokens: SystemTokens) -> None:
    assert tokens.digest("abcdefghijklmnopqrstuv") != tokens.digest("ABCDEFGHIJKLMNOPQRSTUV")
    assert tokens.digest("a-b") != tokens.digest("ab")
    assert tokens.digest("7F3K-01AB-CDEG") != tokens.digest("7F3K-01AB-CDEF")


def test_a_digest_depends_on_the_key_and_hides_the_secret(tokens: SystemTokens) -> None:
    digest = tokens.digest("secret")

    assert digest != SystemTokens(b"k" * 32).digest("secret")
    assert re.fullmatch("[0-9a-f]{64}", digest)


def test_a_signed_link_carries_its_facts_until_it_expires(tokens: SystemTokens) -> None:
    token = tokens.sign_link(FACTS, expires_at=NOW + 60)

    assert re.fullmatch(r"[\w.-]+", token)
    assert tokens.read_link(token, now=NOW + 59) == FACTS
    with pytest.raises(NotFoundError):
        tokens.read_link(token, now=NOW + 60)


def test_an_altered_link_is_refused_at_every_letter(tokens: SystemTokens) -> None:
    token = tokens.sign_link(FACTS, expires_at=NOW + 60)

    for position, letter in enumerate(token):
        other = "A" if letter != "A" else "B"
        with pytest.raises(NotFoundError):
            tokens.read_link(token[:position] + other + token[position + 1 :], now=NOW)


@pytest.mark.parametrize("token", ["", ".", "a.b", "a.b.c", "é.é", "x" * 10_000, "AAAA", "=.="])
def test_what_is_no_link_is_refused(tokens: SystemTokens, token: str) -> None:
    with pytest.raises(NotFoundError):
        tokens.read_link(token, now=NOW)


def test_a_link_of_another_key_is_refused(tokens: SystemTokens) -> None:
    token = SystemTokens(b"k" * 32).sign_link(FACTS, expires_at=NOW + 60)

    with pytest.raises(NotFoundError):
        tokens.read_link(token, now=NOW)


def test_whoever_carries_a_link_cannot_read_it(tokens: SystemTokens) -> None:
    token = tokens.sign_link({"a": "01a20ad9-412c"}, expires_at=2_000_000_000)

    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))

    assert b"01a20ad9" not in raw
    assert b"2000000000" not in raw

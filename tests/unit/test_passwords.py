from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from assisto_caldav.adapters.passwords import Argon2Passwords


@pytest.fixture
def passwords() -> Argon2Passwords:
    return Argon2Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


def test_a_password_fits_its_hash_and_no_other(passwords: Argon2Passwords) -> None:
    stored = passwords.hash("demo-alice")

    assert stored.startswith("$argon2id$")
    assert "demo-alice" not in stored
    assert passwords.verify(stored, "demo-alice")
    assert not passwords.verify(stored, "demo-bob")


@pytest.mark.parametrize("stored", [None, "", "no hash", "$argon2id$v=19$m=64"])
def test_nothing_fits_where_there_is_no_hash(
    passwords: Argon2Passwords, stored: str | None
) -> None:
    assert not passwords.verify(stored, "")
    assert not passwords.verify(stored, "demo-mallory")


def test_a_hash_of_other_costs_wants_to_be_made_anew(passwords: Argon2Passwords) -> None:
    today = passwords.hash("demo-alice")
    dearer = Argon2Passwords(PasswordHasher(time_cost=2, memory_cost=64, parallelism=1))

    assert not passwords.needs_rehash(today)
    assert dearer.needs_rehash(today)
    assert passwords.needs_rehash("no hash")

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher

from assisto_caldav.adapters.passwords import AT_ONCE, WAITING, Argon2Passwords
from assisto_caldav.errors import UnavailableError


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


class SlowHasher(PasswordHasher):
    """A hasher that waits until it is let go, and knows how many are at work."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=64, parallelism=1)
        self.go = threading.Event()
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        self.go.wait(10)
        with self._lock:
            self._now -= 1
        return super().hash(password, salt=salt)


def test_a_flood_of_log_ins_takes_few_threads_and_little_memory() -> None:
    hasher = SlowHasher()
    passwords = Argon2Passwords(hasher, wait_seconds=10)
    refused = threading.Semaphore(0)

    def try_one() -> str:
        try:
            return passwords.hash("demo-mallory")
        except UnavailableError:
            refused.release()
            return ""

    with ThreadPoolExecutor(12) as pool:
        tries = [pool.submit(try_one) for _ in range(12)]
        for _ in range(12 - AT_ONCE - WAITING):
            assert refused.acquire(timeout=10)
        hasher.go.set()
        served = [found.result() for found in tries]

    assert hasher.most == AT_ONCE
    assert sum(bool(found) for found in served) == AT_ONCE + WAITING


def test_whoever_waits_too_long_is_sent_away_and_leaves_the_place() -> None:
    hasher = SlowHasher()
    passwords = Argon2Passwords(hasher, wait_seconds=0.01)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        busy = [pool.submit(passwords.hash, "demo-alice") for _ in range(AT_ONCE)]
        while hasher.most < AT_ONCE:
            threading.Event().wait(0.001)
        for _ in range(WAITING + 1):
            with pytest.raises(UnavailableError):
                passwords.verify(None, "demo-mallory")
        hasher.go.set()
        assert all(found.result() for found in busy)

    assert passwords.hash("demo-bob")

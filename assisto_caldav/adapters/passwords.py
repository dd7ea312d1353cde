"""Passwords of people, hashed with Argon2id (RFC 9106)."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from assisto_caldav.errors import UnavailableError

AT_ONCE = 2
WAITING = 2
WAIT_SECONDS = 2.0


class Argon2Passwords:
    """Hashes and verifies; the costs are the library's present defaults.

    Each takes tens of megabytes and a thread: a few at once, a few more that
    wait a moment, and whoever comes then is sent away, so that a flood of
    log-ins leaves memory and threads to the clients.
    """

    def __init__(
        self, hasher: PasswordHasher | None = None, *, wait_seconds: float = WAIT_SECONDS
    ) -> None:
        """Take a hasher of other costs, or another patience, for tests."""
        self._hasher = hasher or PasswordHasher()
        self._wait_seconds = wait_seconds
        self._places = threading.BoundedSemaphore(AT_ONCE + WAITING)
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._nobody: str | None = None

    def hash(self, password: str) -> str:
        """Return the hash to store."""
        with self._turn():
            return self._hasher.hash(_bytes(password))

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether the password fits; None takes as long and never fits."""
        with self._turn():
            if password_hash is None:
                self._verify(self._hash_of_nobody(), password)
                return False
            return self._verify(password_hash, password)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait for a turn, not for long and not in a crowd."""
        if not self._places.acquire(blocking=False):
            raise UnavailableError("Too many log-ins at once.")
        try:
            if not self._turns.acquire(timeout=self._wait_seconds):
                raise UnavailableError("Too many log-ins at once.")
            try:
                yield
            finally:
                self._turns.release()
        finally:
            self._places.release()

    def needs_rehash(self, password_hash: str) -> bool:
        """Tell whether the hash was made with other costs than today's."""
        try:
            return self._hasher.check_needs_rehash(password_hash)
        except InvalidHashError:
            return True

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False

    def _hash_of_nobody(self) -> str:
        if self._nobody is None:
            self._nobody = self._hasher.hash(secrets.token_urlsafe())
        return self._nobody


def _bytes(password: str) -> bytes:
    """Return whatever came as a password in bytes, lone surrogates of a bad decoding too."""
    return password.encode("utf-8", "surrogatepass")

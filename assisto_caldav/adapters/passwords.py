"""Passwords of people, hashed with Argon2id (RFC 9106)."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Passwords:
    """Hashes and verifies; the costs are the library's present defaults."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """Take a hasher of other costs, for tests."""
        self._hasher = hasher or PasswordHasher()
        self._nobody: str | None = None

    def hash(self, password: str) -> str:
        """Return the hash to store."""
        return self._hasher.hash(_bytes(password))

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether the password fits; None takes as long and never fits."""
        if password_hash is None:
            self._verify(self._hash_of_nobody(), password)
            return False
        return self._verify(password_hash, password)

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

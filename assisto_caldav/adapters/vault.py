"""Sealed fields, and the master key from which every other key is derived."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from assisto_caldav.errors import ConfigError, SealedValueError

KEY_VARIABLE = "ASSISTO_KEY"
KEY_BYTES = 32
_NONCE_BYTES = 12
_VERSION = "v1:"


def derive_key(master: bytes, purpose: str, *, length: int = KEY_BYTES) -> bytes:
    """Return the key for one purpose (HKDF with SHA-256, RFC 5869)."""
    hkdf = HKDF(algorithm=SHA256(), length=length, salt=None, info=f"assisto {purpose}".encode())
    return hkdf.derive(master)


def fingerprint(master: bytes) -> str:
    """Return what tells one key from another and nothing about it."""
    return derive_key(master, "fingerprint v1", length=12).hex()


class AesVault:
    """The vault of ports.py, over one master key."""

    def __init__(self, master: bytes) -> None:
        """Take the 32 bytes of ``load_or_create_key``."""
        self._cipher = AESGCM(derive_key(master, "vault v1"))
        self.fingerprint = fingerprint(master)

    def seal(self, text: str, *, table: str, column: str, row: str) -> str:
        """Seal a field."""
        if not text:
            return ""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, text.encode(), _place(table, column, row))
        return _VERSION + base64.urlsafe_b64encode(nonce + sealed).decode("ascii")

    def open(self, sealed: str, *, table: str, column: str, row: str) -> str:
        """Open a field."""
        if not sealed:
            return ""
        try:
            raw = base64.urlsafe_b64decode(sealed.removeprefix(_VERSION))
            place = _place(table, column, row)
            return self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], place).decode()
        except (InvalidTag, ValueError) as exc:
            raise SealedValueError(
                f"Das Feld {column} in {table} lässt sich nicht öffnen: "
                "Der Schlüssel passt nicht, oder der Wert wurde verändert."
            ) from exc


def load_key(path: Path, *, environ: Mapping[str, str] | None = None) -> bytes | None:
    """Return the master key, or None when there is none.

    ``ASSISTO_KEY`` in the environment wins over the file and is never written.

    Raises:
        ConfigError: There is a key, but it is not 32 bytes in base64.
    """
    from_environment = (os.environ if environ is None else environ).get(KEY_VARIABLE)
    if from_environment:
        return _decode(from_environment, source=KEY_VARIABLE)
    try:
        return _decode(path.read_text("ascii", errors="replace"), source=str(path))
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise ConfigError((f"{path} lässt sich nicht lesen: {exc.strerror}",)) from exc


def load_or_create_key(path: Path, *, environ: Mapping[str, str] | None = None) -> bytes:
    """Return the master key; make the key file when there is none.

    Raises:
        ConfigError: As ``load_key``; or the file cannot be written.
    """
    key = load_key(path, environ=environ)
    if key is not None:
        return key
    try:
        return _create(path)
    except FileExistsError:
        # Another process was first.
        return _decode(path.read_text("ascii", errors="replace"), source=str(path))
    except OSError as exc:
        raise ConfigError((f"{path} lässt sich nicht anlegen: {exc.strerror}",)) from exc


def _place(table: str, column: str, row: str) -> bytes:
    return f"{table}|{column}|{row}".encode()


def _create(path: Path) -> bytes:
    """Write a new key under a name of its own first: a reader never meets half a key."""
    if path.exists():
        raise FileExistsError(path)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = secrets.token_bytes(KEY_BYTES)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, base64.urlsafe_b64encode(key) + b"\n")
        os.fsync(file)
        os.close(file)
        os.link(draft, path)
    finally:
        draft.unlink()
    _sync_folder(path.parent)
    return key


def _sync_folder(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _decode(text: str, *, source: str) -> bytes:
    """Accept both base64 alphabets, with or without padding."""
    plain = text.strip().rstrip("=").replace("+", "-").replace("/", "_")
    try:
        key = base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        problem = f"{source}: Der Schlüssel muss aus 32 Bytes in Base64 bestehen."
        raise ConfigError((problem,))
    return key

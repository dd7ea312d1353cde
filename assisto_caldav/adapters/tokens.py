"""Ids, access codes, signs, secrets, digests and signed links."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
import secrets
import time
from collections.abc import Mapping
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assisto_caldav.adapters.vault import derive_key
from assisto_caldav.errors import NotFoundError

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SIGN_LETTERS = "234679ACDEFGHJKMNPQRTVWXYZ"
_CODE_LENGTH = 12
_NONCE_BYTES = 12
_CODE = re.compile(f"[{_CROCKFORD}OIL]{{{_CODE_LENGTH}}}")
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = str.maketrans("", "", "- \t\r\n\u2010\u2011\u2012\u2013\u2212")
_LONGEST_LINK = 4096


def new_id() -> str:
    """Return a UUID of version 7 (RFC 9562 §5.7), ordered within a millisecond as well."""
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)  # noqa: TID251 - orders ids, decides nothing
    fraction = nanoseconds * 4096 // 1_000_000
    value = (milliseconds & 0xFFFFFFFFFFFF) << 80 | 0x7 << 76 | fraction << 64
    return str(UUID(int=value | 0b10 << 62 | secrets.randbits(62)))


class SystemTokens:
    """The tokens of ports.py, from the system's randomness and one master key."""

    def __init__(self, master: bytes) -> None:
        """Take the 32 bytes of ``load_or_create_key``."""
        self._digest_key = derive_key(master, "digest v1")
        self._links = AESGCM(derive_key(master, "link v2"))

    def new_id(self) -> str:
        """Return a new id."""
        return new_id()

    def access_code(self, seed: str = "") -> str:
        """Return a new access code, or the one that belongs to a seed."""
        if seed:
            drawn = hmac.digest(self._digest_key, f"access code|{seed}".encode(), "sha256")
            letters = "".join(_CROCKFORD[byte % len(_CROCKFORD)] for byte in drawn[:_CODE_LENGTH])
        else:
            letters = "".join(secrets.choice(_CROCKFORD) for _ in range(_CODE_LENGTH))
        return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"

    def sign(self) -> str:
        """Return a new sign."""
        return "".join(secrets.choice(_SIGN_LETTERS) for _ in range(4))

    def secret(self) -> str:
        """Return a new secret."""
        return secrets.token_urlsafe(16)

    def digest(self, secret: str) -> str:
        """Return the keyed digest; what looks like an access code is levelled first."""
        levelled = secret.translate(_SEPARATORS).upper()
        plain = levelled.translate(_LOOK_ALIKES) if _CODE.fullmatch(levelled) else secret
        return hmac.digest(self._digest_key, plain.encode("utf-8", "surrogatepass"), "sha256").hex()

    def sign_link(self, facts: Mapping[str, str | int], *, expires_at: int) -> str:
        """Return a sealed token: whoever carries it cannot read it."""
        content = json.dumps([expires_at, dict(facts)], separators=(",", ":"), sort_keys=True)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _encode(nonce + self._links.encrypt(nonce, content.encode(), None))

    def read_link(self, token: str, *, now: int) -> Mapping[str, str | int]:
        """Return the facts of a token."""
        body = self._opened(token)
        if body is None:
            raise NotFoundError("This link is not one of ours.")
        expires_at, facts = json.loads(body)
        if expires_at <= now:
            raise NotFoundError("This link is past its time.")
        return dict(facts)

    def _opened(self, token: str) -> bytes | None:
        if len(token) > _LONGEST_LINK:
            return None
        try:
            raw = _decode(token)
            body = self._links.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None)
        except (binascii.Error, ValueError, InvalidTag):
            return None
        # A second spelling of the same bytes is none of ours either: throttles count tokens.
        return body if token == _encode(raw) else None


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)

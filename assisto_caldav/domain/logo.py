"""A centre's logo, as it stands beside the name on clients' pages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

SHOWN_HEIGHT = 40
"""Pixels of height in the header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """A picture that was checked; ``ratio`` is width by height."""

    content: bytes = field(repr=False)
    content_type: str
    ratio: float
    alt: str = ""

    @property
    def digest(self) -> str:
        """Return what names this very picture in its address."""
        return hashlib.sha256(self.content).hexdigest()[:16]

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height in the header, in pixels."""
        return max(1, round(SHOWN_HEIGHT * self.ratio)), SHOWN_HEIGHT

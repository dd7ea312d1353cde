"""The only reader of "now"."""

from __future__ import annotations

import time
from dataclasses import dataclass


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        """Return the present instant in UTC epoch seconds."""
        return int(time.time())


@dataclass(slots=True)
class FrozenClock:
    """A clock that tests move by hand."""

    instant: int

    def now(self) -> int:
        """Return the instant it was set to."""
        return self.instant

    def advance(self, seconds: int) -> None:
        """Move forward."""
        self.instant += seconds

"""What is wrong with the configuration, said so that an administrator finds the place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault. ``line`` 0: the file as a whole; ``key`` empty: no single key."""

    file: str
    line: int
    key: str
    text: str

    def __str__(self) -> str:
        """Return it as one line, in the form that editors make clickable."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key}: {self.text}" if self.key else f"{place}: {self.text}"

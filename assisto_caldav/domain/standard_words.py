"""The shape of our standard texts: the same parts in each language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardWords:
    """One language's texts, with placeholders, and the parts that not every centre needs."""

    crisis: str
    phone: str
    mail: str
    data_protection: str
    officer: str
    video: str
    service_shown: str
    accessibility: str
    call: str
    arbitration: str

"""What one calendar object may cost (RFC 4791 §5.2.5 to §5.2.9)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a calendar object may be at most.

    ``max_lines`` are as they stand, ``max_properties`` of one component,
    ``max_rdates`` for RDATE and for EXDATE. ``max_instances`` is for what
    COUNT and RDATE promise; a series may be endless. Years are inclusive.
    """

    max_bytes: int = 1024 * 1024
    max_line_octets: int = 1024 * 1024
    max_lines: int = 50_000
    max_components: int = 2_000
    max_properties: int = 10_000
    max_overrides: int = 1_000
    max_attendees: int = 1_000
    max_rdates: int = 5_000
    max_instances: int = 10_000
    min_year: int = 1600
    max_year: int = 2999


_ANY = 2**40
STORED = Limits(
    max_bytes=_ANY,
    max_line_octets=_ANY,
    max_lines=_ANY,
    max_components=_ANY,
    max_properties=_ANY,
    max_overrides=_ANY,
    max_attendees=_ANY,
    max_rdates=_ANY,
    max_instances=_ANY,
    min_year=2,
    max_year=9998,
)
"""For what was judged when it came: lower limits in config make nothing unreadable."""

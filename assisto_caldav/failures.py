"""Unexpected errors, for the log: what they are and where they happened, never what they say.

A message may hold whatever a person wrote, an address or a path; types and
frames hold none of it.
"""

from __future__ import annotations

import traceback


def frames_of(error: BaseException) -> str:
    """Return types and frames of an error and of what led to it, the cause first."""
    told: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        frames = "".join(traceback.format_tb(current.__traceback__)).rstrip("\n")
        told.append(f"{type(current).__name__}\n{frames}".rstrip("\n"))
        current = _led_to(current)
    return "\nthen:\n".join(reversed(told))


def _led_to(error: BaseException) -> BaseException | None:
    if error.__cause__ is not None or error.__suppress_context__:
        return error.__cause__
    return error.__context__

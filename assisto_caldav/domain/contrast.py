"""Colours and how well they can be told apart: the contrast ratio of WCAG 2.2."""

from __future__ import annotations

import re

READABLE = 4.5
"""The least ratio for text (success criterion 1.4.3)."""

_COLOUR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
_KNEE = 0.04045


def is_colour(text: str) -> bool:
    """Say whether this is a colour such as "#0f5e63"."""
    return _COLOUR.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """Return the ratio of two colours written "#rrggbb", from 1 to 21 (WCAG 2.2, "contrast ratio").

    Raises:
        ValueError: One is no such colour.
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    if not is_colour(colour):
        raise ValueError(f"{colour} is no colour.")
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= _KNEE else ((part + 0.055) / 1.055) ** 2.4)

"""Read ``[look]``: colour, logo and how little the tabs of browsers tell."""

from __future__ import annotations

from typing import NamedTuple

from assisto_caldav.config.logo import MAX_BYTES, UnfitLogoError, check_logo
from assisto_caldav.config.table import Table
from assisto_caldav.domain.contrast import READABLE, contrast, is_colour
from assisto_caldav.domain.institution import Look
from assisto_caldav.domain.logo import Logo


class _Theme(NamedTuple):
    """What the accent stands on, and what stands on it; the tokens of style.css."""

    name: str
    grounds: tuple[str, ...]
    ink: str


_LIGHT = _Theme("hellen", ("#fbfaf7", "#ffffff"), "#ffffff")
_DARK = _Theme("dunklen", ("#14191b", "#1d2427"), "#0a2a2c")


def read_look(root: Table) -> Look:
    """Read the table; what cannot be read by everybody is refused with its ratio."""
    table = root.table("look")
    accent = _read_accent(table, "accent", _LIGHT)
    accent_dark = _read_accent(table, "accent_dark", _DARK)
    if bool(accent) != bool(accent_dark) and table.is_sound:
        missing = "accent_dark" if accent else "accent"
        table.complain(missing, "Zu einer eigenen Farbe gehören zwei: eine helle, eine dunkle.")
    look = Look(
        accent=accent,
        accent_dark=accent_dark,
        logo=_read_logo(table),
        neutral=table.flag("neutral", default=False),
        neutral_title=table.text("neutral_title", "Termine") or "Termine",
    )
    table.finish()
    return look


def _read_logo(table: Table) -> Logo | None:
    name, alt = table.text("logo"), table.text("logo_alt")
    if not name:
        return None
    # A name, not a path: the file lies beside the institution's own, and nowhere else.
    if "/" in name or "\\" in name or name.startswith("."):
        table.complain("logo", f"„{name}“ ist kein Dateiname wie „logo.svg“.")
        return None
    try:
        with (table.folder / name).open("rb") as file:
            return check_logo(file.read(MAX_BYTES + 1), alt)
    except OSError:
        table.complain(
            "logo", f"Die Datei „{name}“ lässt sich nicht lesen; sie liegt neben dieser."
        )
    except UnfitLogoError as unfit:
        table.complain("logo", str(unfit))
    return None


def _read_accent(table: Table, key: str, theme: _Theme) -> str:
    colour = table.text(key).lower()
    if not colour:
        return ""
    if not is_colour(colour):
        table.complain(key, f"„{colour}“ ist keine Farbe wie „#0f5e63“.")
        return ""
    weakest = min(contrast(colour, other) for other in (*theme.grounds, theme.ink))
    if weakest < READABLE:
        # Rounded down: a ratio that is too low must not read as if it were enough.
        told = f"{int(weakest * 10) / 10:.1f}".replace(".", ",")
        table.complain(
            key,
            f"„{colour}“ lässt sich im {theme.name} Aussehen nicht gut lesen:"
            f" Kontrast {told}:1, nötig sind 4,5:1.",
        )
    return colour

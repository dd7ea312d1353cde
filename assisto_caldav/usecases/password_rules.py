"""How long a password must be, for staff and clients alike."""

from __future__ import annotations

from assisto_caldav.errors import InvalidInputError

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1024


def check_password(password: str) -> None:
    """Refuse passwords that are too short or too long.

    Raises:
        InvalidInputError: For the field ``password``.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidInputError(
            "Das Passwort ist zu kurz. Nehmen Sie ein längeres, zum Beispiel einen ganzen Satz.",
            field="password",
        )
    if len(password) > LONGEST_PASSWORD:
        raise InvalidInputError(
            "Das Passwort ist zu lang. Nehmen Sie ein kürzeres.", field="password"
        )

from __future__ import annotations

import pytest

from assisto_caldav.domain.team import (
    AppointmentTime,
    initials_of,
    none_exceeds,
    pack_revisions,
    render_team_event,
    unpack_revisions,
)


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Anna Berg", "AB"),
        ("Anna Maria von Berg", "AB"),
        ("anna", "AN"),
        ("Ö", "Ö"),
        ("  Anna   Berg ", "AB"),
    ],
)
def test_initials_are_first_and_last(name: str, initials: str) -> None:
    assert initials_of(name) == initials


def test_a_cancelled_appointment_is_not_shown() -> None:
    time = AppointmentTime("c", "h", 0, 3600, "FREE", 0, 1)

    assert not time.is_shown


def test_initials_cannot_break_out_of_their_line() -> None:
    time = AppointmentTime("c", "h", 0, 3600, "BUSY", 0, 1)

    text = render_team_event(time, uid="u", initials=initials_of("; ,"))

    assert "SUMMARY:\\;\\, belegt\r\n" in text


def test_packed_revisions_come_back() -> None:
    revisions = (0, 7, 2**40 - 1, 0, 3)

    assert unpack_revisions(pack_revisions(revisions), 5) == revisions


@pytest.mark.parametrize(
    ("one", "bound", "holds"),
    [
        ((1, 2), (1, 2), True),
        ((0, 2), (1, 2), True),
        ((2, 1), (1, 2), False),
        ((0, 3), (9, 2), False),
        ((), (1, 1), True),
        ((0, 0, 1), (1, 1), False),
    ],
)
def test_revisions_are_compared_one_by_one(
    one: tuple[int, ...], bound: tuple[int, ...], holds: bool
) -> None:
    assert none_exceeds(pack_revisions(one), pack_revisions(bound)) is holds

"""Public holidays, closing days, and until when a request is to be answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assisto_caldav.domain.closures import (
    closed_periods,
    closing_days,
    is_working_day,
    public_holidays,
)
from assisto_caldav.domain.deadlines import answer_deadline
from assisto_caldav.domain.identity import InstitutionId
from assisto_caldav.domain.institution import ClosingDay, Institution, Limits, Texts
from assisto_caldav.domain.intervals import Interval

BERLIN = "Europe/Berlin"


def make_institution(**changes: Any) -> Institution:
    values: dict[str, Any] = {
        "id": InstitutionId("mitte"),
        "name": "Beratungsstelle Mitte",
        "zone": BERLIN,
        "land": "BE",
        "appointment_address": "termine@mitte.example",
        "texts": Texts(crisis="", imprint="", data_protection="", accessibility=""),
    }
    return Institution(**(values | changes))


def at(text: str, zone: str = BERLIN) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def make_closing(first: str, last: str | None = None, *, yearly: bool = False) -> ClosingDay:
    start = date.fromisoformat(first)
    end = date.fromisoformat(last) if last else start
    return ClosingDay(name="Zu", first=start, last=end, yearly=yearly)


def closed_dates(institution: Institution, first: str, last: str) -> list[str]:
    found = closing_days(institution, date.fromisoformat(first), date.fromisoformat(last))
    zone = ZoneInfo(institution.zone)
    return [datetime.fromtimestamp(period.start, zone).date().isoformat() for period in found]


def test_a_public_holiday_closes_its_whole_day() -> None:
    (found,) = public_holidays(make_institution(), date(2026, 5, 1), date(2026, 5, 1))

    assert (found.start, found.end) == (at("2026-05-01T00:00"), at("2026-05-02T00:00"))
    assert (found.name, found.kind) == ("Erster Mai", "public holiday")


@pytest.mark.parametrize(("land", "closed"), [("BE", True), ("HH", False), ("", False)])
def test_the_land_decides_about_its_own_holidays(land: str, *, closed: bool) -> None:
    institution = make_institution(land=land)

    found = public_holidays(institution, date(2026, 3, 8), date(2026, 3, 8))

    assert bool(found) is closed


def test_holidays_are_found_across_the_turn_of_the_year() -> None:
    found = public_holidays(make_institution(), date(2026, 12, 26), date(2027, 1, 1))

    assert [period.name for period in found] == ["Zweiter Weihnachtstag", "Neujahr"]


def test_another_country_has_its_own_holidays() -> None:
    institution = make_institution(country="FR", land="")

    assert public_holidays(institution, date(2026, 7, 14), date(2026, 7, 14))


def test_the_day_on_which_the_clocks_change_is_closed_for_its_real_length() -> None:
    institution = make_institution(closing_days=(make_closing("2026-03-29"),))

    (found,) = closing_days(institution, date(2026, 3, 29), date(2026, 3, 29))

    assert found.end - found.start == 23 * 3600


def test_days_are_cut_in_the_zone_of_the_institution() -> None:
    institution = make_institution(
        zone="America/New_York", closing_days=(make_closing("2026-11-23"),)
    )

    (found,) = closing_days(institution, date(2026, 11, 23), date(2026, 11, 23))

    assert found.start == at("2026-11-23T00:00", "America/New_York")


def test_both_ends_of_a_closure_are_closed() -> None:
    institution = make_institution(closing_days=(make_closing("2026-12-30", "2027-01-02"),))

    found = closed_dates(institution, "2026-12-31", "2027-01-10")

    assert found == ["2026-12-31", "2027-01-01", "2027-01-02"]


def test_a_yearly_closure_comes_back_across_the_turn_of_the_year() -> None:
    institution = make_institution(
        closing_days=(make_closing("2026-12-30", "2027-01-02", yearly=True),)
    )

    found = closed_dates(institution, "2030-01-01", "2030-12-30")

    assert found == ["2030-01-01", "2030-01-02", "2030-12-30"]


def test_a_yearly_closure_does_not_reach_back() -> None:
    institution = make_institution(closing_days=(make_closing("2026-12-24", yearly=True),))

    assert closed_dates(institution, "2025-01-01", "2026-12-31") == ["2026-12-24"]


def test_a_yearly_closure_of_29_february_is_refused() -> None:
    with pytest.raises(ValueError, match="29 February"):
        make_closing("2028-02-29", yearly=True)


def test_all_closures_that_touch_a_window_are_found_by_time() -> None:
    institution = make_institution(closing_days=(make_closing("2026-12-24"),))
    window = Interval(at("2026-12-24T23:00"), at("2026-12-26T00:00"))

    found = closed_periods(institution, window)

    assert [period.name for period in found] == ["Zu", "Erster Weihnachtstag"]


@pytest.mark.parametrize(
    ("day", "works"),
    [("2026-11-20", True), ("2026-11-21", False), ("2026-11-22", False), ("2026-12-25", False)],
)
def test_working_days_are_monday_to_friday_without_holidays(day: str, *, works: bool) -> None:
    assert is_working_day(make_institution(), date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("requested", "expires"),
    [
        ("2026-11-23T10:00", "2026-11-25T10:00"),  # Monday to Wednesday
        ("2026-11-20T10:00", "2026-11-24T10:00"),  # Friday to Tuesday
        ("2026-11-21T10:00", "2026-11-24T10:00"),  # Saturday to Tuesday
        ("2026-12-23T10:00", "2026-12-28T10:00"),  # over Christmas
        ("2026-03-26T02:30", "2026-03-30T02:30"),  # over the change of clocks
    ],
)
def test_a_request_expires_after_working_days(requested: str, expires: str) -> None:
    far = at("2027-06-01T10:00")

    assert answer_deadline(at(requested), far, make_institution()) == at(expires)


def test_closing_days_are_no_working_days() -> None:
    institution = make_institution(closing_days=(make_closing("2026-11-24", "2026-11-25"),))

    deadline = answer_deadline(at("2026-11-23T10:00"), at("2027-01-11T10:00"), institution)

    assert deadline == at("2026-11-27T10:00")


def test_a_request_expires_at_latest_some_hours_before_its_start() -> None:
    deadline = answer_deadline(at("2026-11-23T10:00"), at("2026-11-24T15:00"), make_institution())

    assert deadline == at("2026-11-24T11:00")


def test_a_late_request_leaves_an_hour_to_answer() -> None:
    requested, starts = at("2026-11-23T10:00"), at("2026-11-23T12:00")

    assert answer_deadline(requested, starts, make_institution()) == at("2026-11-23T11:00")


def test_a_very_late_request_is_open_until_its_start() -> None:
    requested, starts = at("2026-11-23T10:00"), at("2026-11-23T10:20")

    assert answer_deadline(requested, starts, make_institution()) == starts


def test_a_centre_that_is_always_closed_still_has_a_deadline() -> None:
    institution = make_institution(
        closing_days=(make_closing("2026-01-01", "2026-12-31", yearly=True),),
        limits=Limits(answer_latest_hours_before=0),
    )

    starts = at("2027-01-11T10:00")

    assert answer_deadline(at("2026-11-23T10:00"), starts, institution) == starts

"""The instances of calendar objects, example by example."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assisto_caldav.domain.calendar_object import CalendarObject, parse_calendar_object
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.recurrence import Occurrence, expand, is_endless, last_instant
from assisto_caldav.domain.timespan import MAX_INSTANT, MIN_INSTANT
from assisto_caldav.errors import InvalidCalendarObjectError

SAMPLES = Path(__file__).parents[1] / "ics"
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
START = "DTSTART;TZID=Europe/Berlin:20270308T100000"
END = "DTEND;TZID=Europe/Berlin:20270308T110000"


def at(text: str, zone: ZoneInfo = BERLIN) -> int:
    """Return the instant of a wall time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


YEAR = Interval(at("2027-01-01"), at("2028-01-01"))


def find(
    *components: tuple[str, ...],
    window: Interval = YEAR,
    zone: ZoneInfo = BERLIN,
    name: str = "VEVENT",
    max_instances: int = 5000,
) -> list[Occurrence]:
    """Expand an object of these components."""
    return expand(
        make_object(*components, name=name),
        window,
        floating_zone=zone,
        max_instances=max_instances,
    )


def make_object(*components: tuple[str, ...], name: str = "VEVENT") -> CalendarObject:
    bodies = (f"BEGIN:{name}\nUID:a\n" + "\n".join(lines) + f"\nEND:{name}" for lines in components)
    text = "\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", *bodies, "END:VCALENDAR", ""))
    return parse_calendar_object(text.encode())


def sample(name: str) -> CalendarObject:
    return parse_calendar_object((SAMPLES / name).read_bytes())


def starts(found: list[Occurrence], zone: ZoneInfo = BERLIN) -> list[str]:
    """Return the starts as wall time."""
    return [f"{datetime.fromtimestamp(one.start, zone):%m-%d %H:%M}" for one in found]


def test_an_event_that_does_not_recur_has_one_instance_without_recurrence_id() -> None:
    assert find((START, END)) == [
        Occurrence(at("2027-03-08T10:00"), at("2027-03-08T11:00"), None, False, False, 0)
    ]


@pytest.mark.parametrize(
    ("window", "found"),
    [
        (Interval(at("2027-03-08T11:00"), at("2027-03-08T12:00")), 0),
        (Interval(at("2027-03-08T09:00"), at("2027-03-08T10:00")), 0),
        (Interval(at("2027-03-08T10:59"), at("2027-03-08T12:00")), 1),
        (Interval(at("2027-03-08T10:10"), at("2027-03-08T10:20")), 1),
    ],
)
def test_touching_the_window_is_not_matching_it(window: Interval, found: int) -> None:
    assert len(find((START, END), window=window)) == found


def test_an_event_without_length_matches_the_window_that_holds_its_start() -> None:
    instant = at("2027-03-08T10:00")

    assert find((START,), window=Interval(instant, instant + 1))[0].end == instant
    assert find((START,), window=Interval(instant - 1, instant)) == []


def test_a_series_keeps_its_wall_time_when_the_clocks_change() -> None:
    found = find((START, END, "RRULE:FREQ=WEEKLY;COUNT=4"))

    assert starts(found) == ["03-08 10:00", "03-15 10:00", "03-22 10:00", "03-29 10:00"]
    assert [one.recurrence_id for one in found][2:] == ["20270322T090000Z", "20270329T080000Z"]


def test_a_start_that_the_clocks_skip_keeps_its_length() -> None:
    found = find(
        (
            "DTSTART;TZID=Europe/Berlin:20270327T023000",
            "DTEND;TZID=Europe/Berlin:20270327T030000",
            "RRULE:FREQ=DAILY;COUNT=3",
        )
    )

    assert starts(found) == ["03-27 02:30", "03-28 03:30", "03-29 02:30"]
    assert {one.end - one.start for one in found} == {1800}


def test_an_all_day_event_is_the_day_of_who_asks() -> None:
    lines = ("DTSTART;VALUE=DATE:20270328", "DTEND;VALUE=DATE:20270329")

    (in_berlin,) = find(lines)
    (in_new_york,) = find(lines, zone=NEW_YORK)

    assert (in_berlin.start, in_berlin.end) == (at("2027-03-28"), at("2027-03-29"))
    assert in_berlin.end - in_berlin.start == 23 * 3600
    assert in_new_york.start == at("2027-03-28", NEW_YORK)
    assert (in_berlin.all_day, in_berlin.floating) == (True, False)


def test_an_all_day_event_without_an_end_or_with_its_own_date_as_end_lasts_a_day() -> None:
    day = "DTSTART;VALUE=DATE:20280229"
    window = Interval(at("2028-01-01"), at("2029-01-01"))

    for lines in ((day,), (day, "DTEND;VALUE=DATE:20280229"), (day, "DURATION:P1D")):
        (found,) = find(lines, window=window)
        assert (found.start, found.end) == (at("2028-02-29"), at("2028-03-01"))


def test_a_leap_day_returns_every_four_years() -> None:
    found = find(
        ("DTSTART;VALUE=DATE:20240229", "RRULE:FREQ=YEARLY"),
        window=Interval(at("2024-01-01"), at("2033-01-01")),
    )

    assert [one.recurrence_id for one in found] == ["20240229", "20280229", "20320229"]


def test_a_floating_event_is_read_in_the_zone_of_who_asks() -> None:
    (found,) = find(("DTSTART:20270308T100000", "DURATION:PT1H"), zone=NEW_YORK)

    assert found.start == at("2027-03-08T10:00", NEW_YORK)
    assert (found.all_day, found.floating) == (False, True)


def test_exdate_takes_an_instance_away_in_whatever_form_it_is_written() -> None:
    found = find(
        (
            START,
            END,
            "RRULE:FREQ=DAILY;COUNT=6",
            "EXDATE:20270309T090000Z",
            "EXDATE;TZID=Europe/Berlin:20270310T100000,20270311T100000",
            "EXDATE;VALUE=DATE:20270312",
        )
    )

    assert starts(found) == ["03-08 10:00", "03-13 10:00"]


def test_rdate_adds_instances_and_a_period_has_its_own_end() -> None:
    found = find(
        (
            START,
            END,
            "RDATE:20270401T080000Z",
            "RDATE;VALUE=PERIOD:20270402T080000Z/PT3H,20270403T080000Z/20270403T100000Z",
        )
    )

    assert starts(found) == ["03-08 10:00", "04-01 10:00", "04-02 10:00", "04-03 10:00"]
    assert [(one.end - one.start) // 3600 for one in found] == [1, 1, 3, 2]


def test_an_override_replaces_its_instance_wherever_it_went() -> None:
    found = find(
        (START, END, "RRULE:FREQ=WEEKLY;COUNT=3"),
        (
            "RECURRENCE-ID:20270315T090000Z",
            "DTSTART;TZID=Europe/Berlin:20270420T120000",
            "DURATION:PT30M",
        ),
    )

    assert starts(found) == ["03-08 10:00", "03-22 10:00", "04-20 12:00"]
    assert (found[2].recurrence_id, found[2].component_index) == ("20270315T090000Z", 1)


def test_an_override_moved_into_the_window_is_found_and_one_moved_out_is_not() -> None:
    series = (START, END, "RRULE:FREQ=WEEKLY;COUNT=3")
    override = ("RECURRENCE-ID:20270315T090000Z", "DTSTART:20270420T120000Z", "DURATION:PT1H")
    march = Interval(at("2027-03-14"), at("2027-03-16"))
    april = Interval(at("2027-04-20"), at("2027-04-21"))

    assert find(series, override, window=march) == []
    assert len(find(series, override, window=april)) == 1


def test_this_and_future_moves_and_lengthens_all_that_follows() -> None:
    found = expand(sample("this-and-future.ics"), YEAR, floating_zone=BERLIN)

    assert starts(found) == [
        "03-08 10:00",
        "03-15 10:00",
        "03-22 15:00",
        "03-29 15:00",
        "04-05 15:00",
    ]
    assert [(one.end - one.start) // 60 for one in found] == [60, 60, 90, 90, 90]
    assert found[3].recurrence_id == "20270329T080000Z"
    assert [one.component_index for one in found] == [0, 0, 1, 1, 1]


def test_orphan_overrides_are_instances_of_their_own() -> None:
    found = expand(sample("orphan-override.ics"), YEAR, floating_zone=BERLIN)

    assert starts(found) == ["03-02 10:00", "03-08 12:00"]
    assert [one.recurrence_id for one in found] == ["20270301T090000Z", "20270308T090000Z"]


def test_the_same_custom_zone_of_two_objects_is_read_from_each() -> None:
    (east,) = expand(sample("custom-zone-east.ics"), YEAR, floating_zone=BERLIN)
    (west,) = expand(sample("custom-zone-west.ics"), YEAR, floating_zone=BERLIN)

    assert datetime.fromtimestamp(east.start, UTC).hour == 0
    assert datetime.fromtimestamp(west.start, UTC).hour == 13


def test_a_vtimezone_that_lies_about_berlin_moves_nothing() -> None:
    (found,) = expand(sample("lying-berlin.ics"), YEAR, floating_zone=NEW_YORK)

    assert found.start == at("2027-02-01T10:00")


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20270310T090000Z", "03-10 10:00"),
        ("20270310T085959Z", "03-09 10:00"),
        ("20270310T100000", "03-10 10:00"),
        ("20270310", "03-10 10:00"),
    ],
)
def test_until_is_the_last_instance_that_may_be(until: str, last: str) -> None:
    assert starts(find((START, END, f"RRULE:FREQ=DAILY;UNTIL={until}")))[-1] == last


@pytest.mark.parametrize(
    ("lines", "window", "matches"),
    [
        ((), (0, 1), True),
        (("DUE:20270308T090000Z",), ("2027-03-08T09:59:59", "2027-03-08T10:00"), True),
        (("DUE:20270308T090000Z",), ("2027-03-08T10:00", "2027-03-08T11:00"), False),
        ((START, "DURATION:PT1H"), ("2027-03-08T11:00", "2027-03-08T12:00"), True),
        ((START, "DUE:20270308T100000Z"), ("2027-03-08T11:00", "2027-03-08T12:00"), False),
        (("COMPLETED:20270308T090000Z",), ("2027-03-08T10:00", "2027-03-08T11:00"), True),
        (("COMPLETED:20270308T090000Z",), ("2027-03-08T08:00", "2027-03-08T10:00"), True),
        (("COMPLETED:20270308T090000Z",), ("2027-03-08T08:00", "2027-03-08T09:59"), False),
        (("CREATED:20270308T090000Z",), ("2030-03-08T10:00", "2030-03-08T11:00"), True),
        (("CREATED:20270308T090000Z",), ("2027-03-08T09:00", "2027-03-08T10:00"), False),
    ],
)
def test_a_task_matches_as_the_table_of_the_rfc_says(
    lines: tuple[str, ...], window: tuple[str, str], matches: bool
) -> None:
    period = Interval(*(bound if isinstance(bound, int) else at(bound) for bound in window))

    assert bool(find(lines, window=period, name="VTODO")) == matches


def test_a_task_without_any_date_is_there_for_ever() -> None:
    (found,) = find(("SUMMARY:some day",), name="VTODO")

    assert (found.start, found.end) == (MIN_INSTANT, MAX_INSTANT)


def test_a_journal_without_a_date_never_matches_and_one_with_a_date_lasts_a_day() -> None:
    (found,) = find(("DTSTART;VALUE=DATE:20270308",), name="VJOURNAL")

    assert find(("SUMMARY:some day",), name="VJOURNAL") == []
    assert found.end - found.start == 86_400


def test_an_open_ended_series_has_only_the_instances_of_the_window() -> None:
    found = find(
        ("DTSTART;TZID=Europe/Berlin:19700105T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY"),
        window=Interval(at("2027-03-01"), at("2027-04-01")),
    )

    assert len(found) == 5


@pytest.mark.timeout(60)  # a hang is what it finds, on any machine
@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;COUNT=1000000",
        "FREQ=DAILY",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
        "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11;BYMINUTE=0,5,10,15,20,25,30,35,40,45",
    ],
)
def test_a_rule_without_measure_is_refused_after_bounded_work(rule: str) -> None:
    ages = Interval(MIN_INSTANT, MAX_INSTANT)

    with pytest.raises(InvalidCalendarObjectError) as refused:
        find((START, END, f"RRULE:{rule}"), window=ages)

    assert refused.value.precondition == "max-instances"


def test_as_many_instances_as_allowed_are_allowed() -> None:
    series = (START, END, "RRULE:FREQ=DAILY;COUNT=10")

    assert len(find(series, max_instances=10)) == 10
    with pytest.raises(InvalidCalendarObjectError):
        find(series, max_instances=9)


@pytest.mark.parametrize(
    ("lines", "last"),
    [
        ((START, END), "2027-03-08T11:00"),
        ((START, END, "RRULE:FREQ=WEEKLY;COUNT=4"), "2027-03-29T11:00"),
        ((START, END, "RDATE:20270401T080000Z"), "2027-04-01T11:00"),
    ],
)
def test_the_last_instant_is_the_end_of_the_last_instance(
    lines: tuple[str, ...], last: str
) -> None:
    assert last_instant(make_object(lines)) == at(last)


def test_an_endless_series_has_no_last_instant() -> None:
    endless = make_object((START, END, "RRULE:FREQ=WEEKLY"))

    assert is_endless(endless)
    assert last_instant(endless) is None


@pytest.mark.parametrize("rule", ["FREQ=DAILY;COUNT=1000000", "FREQ=WEEKLY;UNTIL=20270401"])
def test_a_series_with_an_end_is_not_endless_however_far_it_is(rule: str) -> None:
    assert not is_endless(make_object((START, END, f"RRULE:{rule}")))


def test_the_last_instant_of_an_all_day_event_holds_in_every_zone() -> None:
    obj = make_object(("DTSTART;VALUE=DATE:20270308",))
    last = last_instant(obj)

    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        (found,) = expand(obj, YEAR, floating_zone=ZoneInfo(zone))
        assert last is not None
        assert found.end <= last

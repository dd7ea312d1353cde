"""Which zone a TZID means, and the VTIMEZONEs that we write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from assisto_caldav.domain.component import Component, parse_components
from assisto_caldav.domain.localtime import to_instant
from assisto_caldav.domain.object_zone import ObjectZone
from assisto_caldav.domain.timezones import Zones, iana_zone, instant_in, vtimezone_text
from assisto_caldav.errors import InvalidCalendarObjectError

NOON = datetime.fromisoformat("2026-06-01T12:00")
# As Outlook writes it: rules that begin in 1601, and a name of Windows.
OUTLOOK = """BEGIN:VTIMEZONE
TZID:{tzid}
BEGIN:STANDARD
DTSTART:16011028T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010325T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
"""


def make_vtimezone(tzid: str = "Custom/Zone", offset: str = "+1000") -> Component:
    """Build a zone that has one offset for ever."""
    text = (
        f"BEGIN:VTIMEZONE\nTZID:{tzid}\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
        f"TZOFFSETFROM:{offset}\nTZOFFSETTO:{offset}\nEND:STANDARD\nEND:VTIMEZONE\n"
    )
    return parse_components(text)[0]


def hours_utc(instant: int) -> int:
    return datetime.fromtimestamp(instant, UTC).hour


@pytest.mark.parametrize(
    "tzid",
    [
        "Europe/Berlin",
        "europe/berlin",
        "/Europe/Berlin",
        "W. Europe Standard Time",
        "/freeassociation.sourceforge.net/Europe/Berlin",
        "/freeassociation.sourceforge.net/Tzfile/Europe/Berlin",
        "/mozilla.org/20070129_1/Europe/Berlin",
    ],
)
def test_names_of_berlin_mean_berlin(tzid: str) -> None:
    zone = iana_zone(tzid)

    assert zone is not None
    assert zone.key == "Europe/Berlin"


def test_a_zone_of_three_parts_is_found_behind_a_prefix() -> None:
    zone = iana_zone("/citadel.org/20070227_1/America/Argentina/Buenos_Aires")

    assert zone == ZoneInfo("America/Argentina/Buenos_Aires")


@pytest.mark.parametrize("tzid", ["", "/", "Custom/Zone", "/example.org/EST", "My/Europe/Berlin"])
def test_other_names_are_not_guessed(tzid: str) -> None:
    assert iana_zone(tzid) is None


def test_two_objects_with_the_same_tzid_are_each_read_with_their_own() -> None:
    one = Zones([make_vtimezone(offset="+1000")])
    other = Zones([make_vtimezone(offset="-0300")])

    assert hours_utc(instant_in(one.resolve("Custom/Zone"), NOON)) == 2
    assert hours_utc(instant_in(other.resolve("Custom/Zone"), NOON)) == 15


def test_a_vtimezone_that_lies_about_berlin_is_not_believed() -> None:
    zones = Zones([make_vtimezone("Europe/Berlin", "+1000")])

    assert hours_utc(instant_in(zones.resolve("Europe/Berlin"), NOON)) == 10


def test_a_tzid_that_nobody_explains_is_refused() -> None:
    with pytest.raises(InvalidCalendarObjectError, match="Custom/Zone"):
        Zones().resolve("Custom/Zone")


@pytest.mark.parametrize(
    "text",
    [
        "BEGIN:VTIMEZONE\nTZID:X\nEND:VTIMEZONE\n",
        "BEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nTZOFFSETTO:east\nEND:STANDARD\nEND:VTIMEZONE\n",
    ],
)
def test_a_broken_vtimezone_is_refused_when_it_is_needed(text: str) -> None:
    zones = Zones(parse_components(text))

    with pytest.raises(InvalidCalendarObjectError):
        zones.resolve("X")


def test_a_vtimezone_of_outlook_is_read_like_berlin_around_each_change_of_clocks() -> None:
    zone = ObjectZone(parse_components(OUTLOOK.format(tzid="Unsere Zeit"))[0])
    berlin = ZoneInfo("Europe/Berlin")

    assert_equal(zone, berlin, range(2020, 2040))


def test_a_zone_whose_summer_time_was_abolished_stays_at_its_last_offset() -> None:
    text = OUTLOOK.format(tzid="Abolished").replace(
        "BYMONTH=10", "BYMONTH=10;UNTIL=20161030T010000Z"
    )
    text = text.replace("BYMONTH=3", "BYMONTH=3;UNTIL=20160327T010000Z")
    zone = ObjectZone(parse_components(text)[0])

    assert hours_utc(zone.to_instant(datetime.fromisoformat("2016-07-01T12:00"))) == 10
    assert hours_utc(zone.to_instant(datetime.fromisoformat("2026-07-01T12:00"))) == 11


@pytest.mark.parametrize(
    "name",
    [
        "Europe/Berlin",
        "Europe/Dublin",
        "America/New_York",
        "America/Santiago",
        "Australia/Lord_Howe",
        "Asia/Jerusalem",
        "Asia/Kolkata",
        "Europe/Istanbul",
        "America/Nuuk",
        "Africa/Casablanca",
        "Pacific/Apia",
        "UTC",
    ],
)
def test_the_vtimezone_that_we_write_says_what_tzdata_says(name: str) -> None:
    zone = ZoneInfo(name)
    written = parse_components(vtimezone_text(zone))[0]

    assert_equal(ObjectZone(written), zone, range(2015, 2060, 4))


def test_the_vtimezone_of_berlin_is_the_customary_one() -> None:
    assert vtimezone_text(ZoneInfo("Europe/Berlin")).split("\r\n") == [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Berlin",
        "BEGIN:DAYLIGHT",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "TZNAME:CEST",
        "DTSTART:19700329T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "TZNAME:CET",
        "DTSTART:19701025T030000",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "END:STANDARD",
        "END:VTIMEZONE",
        "",
    ]


def assert_equal(written: ObjectZone, zone: ZoneInfo, years: range) -> None:
    """Compare both at every half hour of some days, and all days of clock changes."""
    for year in years:
        for half_hours in range(0, 365 * 48, 5):
            local = datetime.fromisoformat(f"{year}-01-01") + timedelta(minutes=30 * half_hours)
            assert written.to_instant(local) == to_instant(local, zone), local

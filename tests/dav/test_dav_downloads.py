"""A whole calendar as one file, out by GET and in by PUT."""

from __future__ import annotations

import pytest

from assisto_caldav.domain.calendar_object import parse_calendar_object
from assisto_caldav.domain.calendar_split import split_calendar
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.localtime import zone
from assisto_caldav.domain.recurrence import expand
from assisto_caldav.ports import Ports
from tests.dav.samples import CALENDAR, HOME, MOVED, SINGLE, WEEKLY, put
from tests.dav.world import BOB, MONDAY_NOON, DavClient, as_calendar, limit, make_event

OWN = f"{HOME}own/"


def custom(uid: str, offset: str, *, tzid: str = "Own/Zone", line_end: str = "\r\n") -> str:
    """An object in a zone of its own that is so far from UTC, with a folded TZID in an override."""
    lines = (
        "BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VTIMEZONE", f"TZID:{tzid}", "BEGIN:STANDARD",
        "DTSTART:19700101T000000", f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}",
        "END:STANDARD", "END:VTIMEZONE", "BEGIN:VEVENT", f"UID:{uid}",
        f"DTSTART;TZID={tzid}:20261201T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2",
        "END:VEVENT", "BEGIN:VEVENT", f"UID:{uid}",
        f'RECURRENCE-ID;VALUE=DATE-TIME;TZ\r\n ID="{tzid}":20261202T090000',
        f"DTSTART;TZID={tzid}:20261202T120000", "DURATION:PT1H", "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    return line_end.join(lines)


def instants(text: str) -> dict[str, list[int]]:
    """The starts of all instances in a calendar, by UID, as its own VTIMEZONEs have them."""
    found = {}
    for piece in split_calendar(text):
        item = parse_calendar_object(piece.text.encode())
        window = Interval(MONDAY_NOON, MONDAY_NOON + 60 * 24 * 3600)
        found[piece.uid] = [
            one.start for one in expand(item, window, floating_zone=zone("UTC"), max_instances=100)
        ]
    return found


def test_two_zones_of_one_name_stay_two(alice: DavClient) -> None:
    texts = (
        custom("east", "+0900"),
        custom("west", "-0500", line_end="\n"),
        custom("east2", "+0900"),
    )
    put(alice, *texts[:1], texts[2])
    alice.put(f"{CALENDAR}west.ics", texts[1])

    whole = alice.request("GET", CALENDAR).text

    expected = {uid: starts for text in texts for uid, starts in instants(text).items()}
    assert instants(whole) == expected
    assert whole.count("BEGIN:VTIMEZONE") == 2
    assert whole.count("TZID:Own/Zone\r\n") == 1
    assert whole.count("\n") == whole.count("\r\n")


def test_a_zone_of_tzdata_is_one_whatever_objects_say(alice: DavClient) -> None:
    put(
        alice,
        custom("one", "+0100", tzid="Europe/Berlin"),
        custom("two", "-1100", tzid="Europe/Berlin"),
        make_event("three", start="DTSTART;TZID=W. Europe Standard Time:20261201T090000", end=""),
    )

    whole = alice.request("GET", CALENDAR).text

    assert whole.count("TZID:Europe/Berlin\r\n") == 1
    assert whole.count("TZID:W. Europe Standard Time\r\n") == 1
    assert "TZOFFSETTO:-1100" not in whole
    assert whole.count("BEGIN:VTIMEZONE") == 2


def test_a_window_holds_what_has_an_instance_in_it(alice: DavClient) -> None:
    put(alice, WEEKLY, SINGLE, MOVED, make_event("old", start="DTSTART:20200101T000000Z", end=""))

    whole = alice.request("GET", f"{CALENDAR}?start=2026-12-20&end=20261221T000000Z").text

    assert set(instants(whole)) == {"moved"}


def test_an_expanded_window_has_instances_and_no_rule(alice: DavClient) -> None:
    put(alice, WEEKLY)

    got = alice.request("GET", f"{CALENDAR}?start=2026-12-01&end=2026-12-23&expand=1")

    assert got.status == 200
    assert "RRULE" not in got.text
    starts = [line for line in got.text.split("\r\n") if line.startswith("DTSTART")]
    assert starts == [
        "DTSTART:20261201T090000Z",
        "DTSTART:20261215T090000Z",
        "DTSTART:20261222T090000Z",
    ]


def test_dates_of_a_window_are_days_of_the_calendars_zone(alice: DavClient) -> None:
    put(alice, make_event("late", start="DTSTART:20261130T230000Z", end="DURATION:PT5M"))

    here = alice.request("GET", f"{CALENDAR}?start=2026-12-01&end=2026-12-02").text
    there = alice.request("GET", f"{CALENDAR}?start=20261201T000000Z&end=20261202T000000Z").text

    assert "UID:late" in here
    assert "UID:late" not in there


@pytest.mark.parametrize(
    "query",
    [
        "start=soon",
        "start=2026-13-01",
        "start=2026-12-02&end=2026-12-01",
        "end=",
        "expand=1",
        "expand=yes&start=2026-12-01&end=2026-12-02",
        "expand=1&start=2026-12-01",
        "&".join(f"a{number}=1" for number in range(100)),
        "start=%00",
    ],
)
def test_an_unclear_window_is_answered_with_a_sentence(alice: DavClient, query: str) -> None:
    refused = alice.request("GET", f"{CALENDAR}?{query}")

    assert refused.status == 400
    assert refused.text.strip().endswith((".", "angegeben sein."))
    assert "„" in refused.text


def test_each_window_has_a_tag_of_its_own_that_a_change_changes(alice: DavClient) -> None:
    put(alice, WEEKLY)
    paths = [CALENDAR, f"{CALENDAR}?start=2026-12-01", f"{CALENDAR}?start=2026-12-02"]
    tags = [alice.request("GET", path).headers["etag"] for path in paths]

    same = [
        alice.request("GET", path, if_none_match=tag).status
        for path, tag in zip(paths, tags, strict=True)
    ]
    crossed = alice.request("GET", paths[0], if_none_match=tags[1]).status
    put(alice, SINGLE)
    after = alice.request("GET", paths[1], if_none_match=tags[1]).status

    assert len(set(tags)) == 3
    assert (same, crossed, after) == ([304, 304, 304], 200, 200)


def test_too_much_in_a_window_is_refused(ports: Ports, alice: DavClient) -> None:
    put(alice, WEEKLY, SINGLE)
    limit(ports, max_matches=1)

    many = alice.request("GET", f"{CALENDAR}?start=2026-01-01")
    ever = alice.request("GET", f"{CALENDAR}?start=2026-01-01&end=9000-01-01&expand=1")

    assert many.conditions == ["D:number-of-matches-within-limits"]
    assert ever.conditions == ["D:number-of-matches-within-limits"]


def test_a_calendar_is_made_from_one_file_and_read_back(alice: DavClient) -> None:
    pieces = [custom("east", "+0900"), WEEKLY, MOVED]
    put(alice, *pieces)
    whole = alice.request("GET", CALENDAR).text

    made = alice.put(OWN, whole)

    assert made.status == 201
    assert instants(alice.request("GET", OWN).text) == instants(whole)
    listed = alice.propfind(OWN, "<D:getetag/>", "1").responses()
    assert {href.rpartition("/")[2] for href in listed} == {
        "",
        "east.ics",
        "moved.ics",
        "weekly.ics",
    }


def test_an_empty_calendar_is_filled_and_a_full_one_is_not(alice: DavClient) -> None:
    alice.request("MKCALENDAR", OWN)

    filled = alice.put(OWN, WEEKLY)
    again = alice.put(OWN, SINGLE)

    assert (filled.status, again.status) == (204, 409)
    assert set(instants(alice.request("GET", OWN).text)) == {"weekly"}


def test_one_bad_object_leaves_no_calendar_behind(alice: DavClient) -> None:
    bad = as_calendar("BEGIN:VEVENT", "UID:a", "DTSTART:20261201T090000Z", "END:VEVENT",
                      "BEGIN:VEVENT", "UID:b", "DTSTART:soon", "END:VEVENT")  # fmt: skip

    refused = alice.put(OWN, bad)

    assert refused.conditions == ["C:valid-calendar-data"]
    assert alice.propfind(OWN, "<D:getetag/>").status == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (CALENDAR, 405),
        (f"{HOME}team/", 405),
        (f"{HOME}closing-days/", 405),
        (HOME, 405),
        ("/", 405),
        (f"/{BOB}/own/", 403),
    ],
)
def test_no_other_collection_is_filled_at_once(alice: DavClient, path: str, status: int) -> None:
    assert alice.put(path, WEEKLY).status == status


def test_a_file_beyond_the_limit_is_refused(ports: Ports, alice: DavClient) -> None:
    limit(ports, max_import_bytes=200)

    assert alice.put(OWN, WEEKLY + " " * 200).conditions == ["C:max-resource-size"]

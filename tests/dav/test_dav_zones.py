"""In which zone all-day and floating times are read (RFC 4791 §7.3, §9.8, RFC 7809)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assisto_caldav.domain.collection import Collection
from assisto_caldav.ports import Ports
from tests.dav.samples import CALENDAR, put
from tests.dav.world import ALICE, DavClient, Reply, as_calendar, make_event

DAY = make_event("day", start="DTSTART;VALUE=DATE:20261201", end="DTEND;VALUE=DATE:20261202")
FLOATING = make_event("floating", start="DTSTART:20261201T120000", end="DTEND:20261201T130000")
FIXED = make_event("fixed", start="DTSTART:20261201T120000Z", end="DTEND:20261201T130000Z")
SERIES = make_event(
    "series", "RRULE:FREQ=DAILY",
    start="DTSTART;VALUE=DATE:20301201", end="DTEND;VALUE=DATE:20301202",
)  # fmt: skip
# Fourteen hours ahead: no zone of tzdata has this name.
AHEAD = as_calendar(
    "BEGIN:VTIMEZONE", "TZID:Insel", "BEGIN:STANDARD", "DTSTART:19700101T000000",
    "TZOFFSETFROM:+1400", "TZOFFSETTO:+1400", "END:STANDARD", "END:VTIMEZONE",
)  # fmt: skip
NEW_YORK = "<C:timezone-id>America/New_York</C:timezone-id>"
ISLAND = f"<C:timezone>{AHEAD}</C:timezone>"


def ask(client: DavClient, start: str, end: str, zone: str = "", data: str = "") -> Reply:
    inner = (
        f"<D:prop>{data or '<D:getetag/>'}</D:prop><C:filter><C:comp-filter name='VCALENDAR'>"
        f"<C:comp-filter name='VEVENT'><C:time-range start='{start}' end='{end}'/>"
        f"</C:comp-filter></C:comp-filter></C:filter>{zone}"
    )
    return client.report(CALENDAR, "C:calendar-query", inner, depth="1")


def found(client: DavClient, start: str, end: str, zone: str = "") -> list[str]:
    hrefs = ask(client, start, end, zone).responses()
    return sorted(href.rpartition("/")[2].removesuffix(".ics") for href in hrefs)


@pytest.mark.parametrize(
    ("zone", "start", "end", "expected"),
    [
        # Berlin: the day from 23:00 UTC of the evening before to 23:00
        ("", "20261130T230000Z", "20261130T230001Z", ["day"]),
        ("", "20261201T230000Z", "20261202T000000Z", []),
        ("", "20261201T110000Z", "20261201T120000Z", ["day", "floating"]),
        # New York: from 5:00 to 5:00
        (NEW_YORK, "20261130T230000Z", "20261201T050000Z", []),
        (NEW_YORK, "20261202T045959Z", "20261202T050000Z", ["day"]),
        (NEW_YORK, "20261201T110000Z", "20261201T120000Z", ["day"]),
        (NEW_YORK, "20261201T170000Z", "20261201T180000Z", ["day", "floating"]),
        (NEW_YORK, "20261201T120000Z", "20261201T130000Z", ["day", "fixed"]),
        # The island: from 10:00 of the day before
        (ISLAND, "20261130T100000Z", "20261130T100001Z", ["day"]),
        (ISLAND, "20261201T100000Z", "20261201T110000Z", []),
        (ISLAND, "20261130T220000Z", "20261130T230000Z", ["day", "floating"]),
    ],
)
def test_a_query_reads_them_in_its_own_zone(
    alice: DavClient, zone: str, start: str, end: str, expected: list[str]
) -> None:
    put(alice, DAY, FLOATING, FIXED)

    assert found(alice, start, end, zone) == expected


@pytest.mark.parametrize("zone", [NEW_YORK, ISLAND])
def test_series_beyond_the_index_are_read_so_too(alice: DavClient, zone: str) -> None:
    put(alice, SERIES)
    first = "20301201T045959Z" if zone == NEW_YORK else "20301130T095959Z"
    second = first.replace("4595", "5000").replace("0959", "1000").replace("59Z", "00Z")

    assert found(alice, "20301130T000000Z", first, zone) == []
    assert found(alice, second, "20301202T000000Z", zone) == ["series"]


@pytest.mark.parametrize("zone", ["", NEW_YORK, ISLAND])
def test_expansion_keeps_the_day_whatever_the_zone(alice: DavClient, zone: str) -> None:
    put(alice, DAY, FLOATING, MOVED)
    expand = (
        "<C:calendar-data><C:expand start='20261128T000000Z' end='20261204T000000Z'/>"
        "</C:calendar-data>"
    )

    told = ask(alice, "20261128T000000Z", "20261204T000000Z", zone, expand).text

    assert "DTSTART;VALUE=DATE:20261201&#13;" in told
    assert "DTEND;VALUE=DATE:20261202&#13;" in told
    assert "DTSTART:20261201T120000&#13;" in told
    assert "DTSTART;VALUE=DATE:20261130&#13;" in told


MOVED = as_calendar(
    "BEGIN:VEVENT", "UID:moved", "DTSTART;VALUE=DATE:20250101", "RRULE:FREQ=YEARLY;COUNT=2",
    "END:VEVENT", "BEGIN:VEVENT", "UID:moved", "RECURRENCE-ID;VALUE=DATE:20260101",
    "DTSTART;VALUE=DATE:20261130", "END:VEVENT",
)  # fmt: skip


def test_expansion_writes_the_instances_of_the_window_in_the_zone_asked_for(
    alice: DavClient,
) -> None:
    put(alice, make_event(
        "days", "RRULE:FREQ=DAILY;COUNT=9",
        start="DTSTART;VALUE=DATE:20261201", end="DTEND;VALUE=DATE:20261202",
    ))  # fmt: skip
    expand = (
        "<C:calendar-data><C:expand start='20261203T050000Z' end='20261204T050000Z'/>"
        "</C:calendar-data>"
    )

    there = ask(alice, "20261203T050000Z", "20261204T050000Z", NEW_YORK, expand).text
    here = ask(alice, "20261203T050000Z", "20261204T050000Z", "", expand).text

    assert there.count("BEGIN:VEVENT") == 1
    assert "DTSTART;VALUE=DATE:20261203" in there
    assert here.count("BEGIN:VEVENT") == 2


def set_zone(ports: Ports, **props: str) -> None:
    with ports.database.writing() as unit:
        item = unit.collections.get(ALICE, "appointments")
        assert item is not None
        changed: Collection = replace(
            item, props={f"C:{name.replace('_', '-')}": value for name, value in props.items()}
        )
        unit.collections.set_props(changed.id, changed.props, now=0)


@pytest.mark.parametrize(
    "props",
    [
        {"calendar_timezone_id": "America/New_York"},
        {"calendar_timezone": AHEAD.replace("Insel", "America/New_York")},
    ],
)
def test_a_calendar_reads_them_in_its_zone_unless_the_query_names_one(
    alice: DavClient, ports: Ports, props: dict[str, str]
) -> None:
    put(alice, DAY)
    set_zone(ports, **props)

    assert found(alice, "20261202T040000Z", "20261202T050000Z") == ["day"]
    assert found(alice, "20261202T040000Z", "20261202T050000Z", ISLAND) == []


def test_a_zone_that_cannot_be_read_leaves_that_of_the_institution(
    alice: DavClient, ports: Ports
) -> None:
    put(alice, DAY)
    set_zone(ports, calendar_timezone="BEGIN:NONSENSE")

    assert found(alice, "20261130T230000Z", "20261130T230001Z") == ["day"]


@pytest.mark.parametrize(
    ("zone", "status", "condition"),
    [
        ("<C:timezone-id>Europe/Atlantis</C:timezone-id>", 403, "C:valid-timezone"),
        ("<C:timezone-id/>", 403, "C:valid-timezone"),
        ("<C:timezone>nonsense</C:timezone>", 403, "C:valid-calendar-data"),
        (f"<C:timezone>{make_event()}</C:timezone>", 403, "C:valid-calendar-data"),
    ],
)
def test_a_zone_that_is_none_is_refused(
    alice: DavClient, zone: str, status: int, condition: str
) -> None:
    told = ask(alice, "20261130T230000Z", "20261130T230001Z", zone)

    assert (told.status, told.conditions) == (status, [condition])


def test_two_zones_are_refused(alice: DavClient) -> None:
    assert ask(alice, "20261130T230000Z", "20261201T000000Z", NEW_YORK + ISLAND).status == 400


def test_freebusy_is_told_in_the_zone_asked_for(alice: DavClient) -> None:
    put(alice, FLOATING)
    window = "<C:time-range start='20261201T000000Z' end='20261203T000000Z'/>"

    here = alice.report(CALENDAR, "C:free-busy-query", window, depth="1").text
    there = alice.report(CALENDAR, "C:free-busy-query", window + NEW_YORK, depth="1").text

    assert "20261201T110000Z/20261201T120000Z" in here
    assert "20261201T170000Z/20261201T180000Z" in there

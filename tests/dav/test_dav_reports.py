"""calendar-query and calendar-multiget."""

from __future__ import annotations

import re

import pytest

from tests.dav.samples import (
    CALENDAR,
    DAY,
    HOME,
    MOVED,
    SINGLE,
    WEEKLY,
    events,
    prop,
    put,
    text_match,
)
from tests.dav.world import DavClient, as_calendar, make_event, window


@pytest.mark.parametrize(
    ("first", "after", "expected"),
    [
        ("20261201", "20261202", ["moved", "single", "weekly"]),
        ("20261202", "20261203", []),
        ("20261208", "20261209", []),
        ("20261215", "20261216", ["weekly"]),
        ("20261220", "20261221", ["moved"]),
        ("20400103", "20400104", ["weekly"]),
        ("20200101", "20210101", []),
    ],
)
def test_a_time_range_finds_exactly_what_has_an_instance_in_it(
    alice: DavClient, first: str, after: str, expected: list[str]
) -> None:
    put(alice, WEEKLY, SINGLE, MOVED)

    found = alice.found(CALENDAR, window(first, after))

    assert found == [f"{uid}.ics" for uid in expected]


def test_an_open_end_finds_endless_series(alice: DavClient) -> None:
    put(alice, WEEKLY, SINGLE)

    found = alice.found(CALENDAR, events("<C:time-range start='20500101T000000Z'/>"))

    assert found == ["weekly.ics"]


def test_an_open_start_finds_what_was(alice: DavClient) -> None:
    put(alice, WEEKLY, make_event("old", start="DTSTART:20010101T000000Z", end=""))

    assert alice.found(CALENDAR, events("<C:time-range end='20200101T000000Z'/>")) == ["old.ics"]


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (prop("SUMMARY"), ["single", "weekly"]),
        (prop("SUMMARY", "<C:is-not-defined/>"), ["moved"]),
        (prop("SUMMARY", text_match("smith, j")), ["single"]),
        (prop("summary", text_match("SMITH", "collation='i;octet'")), []),
        (prop("SUMMARY", text_match("smith", "negate-condition='yes'")), ["weekly"]),
        (prop("TRANSP", text_match("TRANSPARENT")) + DAY, ["single"]),
        (prop("SUMMARY", text_match("fixe")) + DAY.replace("1201", "1207").replace("1202", "1209"),
         []),
        (prop("UID", text_match("SINGLE", "collation='i;unicode-casemap'")), ["single"]),
        ("<C:comp-filter name='VALARM'/>", []),
        ("<C:comp-filter name='VALARM'><C:is-not-defined/></C:comp-filter>",
         ["moved", "single", "weekly"]),
    ],
)  # fmt: skip
def test_properties_and_inner_components_are_filtered(
    alice: DavClient, inner: str, expected: list[str]
) -> None:
    put(alice, WEEKLY, SINGLE, MOVED)

    assert alice.found(CALENDAR, events(inner)) == [f"{uid}.ics" for uid in expected]


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<C:param-filter name='PARTSTAT'/>", ["asked"]),
        ("<C:param-filter name='PARTSTAT'><C:is-not-defined/></C:param-filter>", ["plain"]),
        (f"<C:param-filter name='CN'>{text_match('mül')}</C:param-filter>", ["asked"]),
        (f"<C:param-filter name='CN'>{text_match('meier')}</C:param-filter>", []),
    ],
)
def test_parameters_are_filtered(alice: DavClient, inner: str, expected: list[str]) -> None:
    put(
        alice,
        make_event("asked", 'ATTENDEE;CN="Müller, A";PARTSTAT=ACCEPTED:mailto:a@x.example'),
        make_event("plain", "ATTENDEE:mailto:a@x.example"),
    )

    found = alice.found(CALENDAR, events(prop("ATTENDEE", inner)))

    assert found == [f"{uid}.ics" for uid in expected]


def test_components_are_told_apart(alice: DavClient) -> None:
    alice.request("MKCALENDAR", f"{HOME}mine/")
    todo = as_calendar("BEGIN:VTODO", "UID:todo", "SUMMARY:x", "END:VTODO")
    put(alice, make_event("event"), todo, calendar=f"{HOME}mine/")

    assert alice.found(f"{HOME}mine/", "<C:comp-filter name='VTODO'/>") == ["todo.ics"]
    assert alice.found(f"{HOME}mine/", "<C:comp-filter name='VEVENT'/>") == ["event.ics"]
    assert alice.found(f"{HOME}mine/", "") == ["event.ics", "todo.ics"]
    assert alice.found(
        f"{HOME}mine/", "<C:comp-filter name='VEVENT'><C:is-not-defined/></C:comp-filter>"
    ) == ["todo.ics"]


@pytest.mark.parametrize(
    ("filters", "condition"),
    [
        (events("<C:time-range/>"), "C:valid-filter"),
        (events("<C:time-range start='20261201'/>"), "C:valid-filter"),
        (events("<C:time-range start='20261202T000000Z' end='20261201T000000Z'/>"),
         "C:valid-filter"),
        (events(prop("SUMMARY", text_match("x", "collation='i;other'"))), "C:supported-collation"),
        (DAY, "C:supported-filter"),
        (f"<C:comp-filter name='VTIMEZONE'>{DAY}</C:comp-filter>", "C:supported-filter"),
        (f"<C:comp-filter name='VALARM'>{DAY}</C:comp-filter>", "C:supported-filter"),
        (events(prop("RECURRENCE-ID", DAY)), "C:supported-filter"),
        (events(prop("SUMMARY", f"<C:is-not-defined/>{text_match('x')}")), "C:valid-filter"),
        (events(prop("SUMMARY", text_match("x", "negate-condition='maybe'"))), "C:valid-filter"),
        (events("<C:time-range start='20260230T000000Z'/>"), "C:valid-filter"),
        (events("<C:time-range end='00000101T000000Z'/>"), "C:min-date-time"),
        (events("<C:time-range start='99991231T000000Z'/>"), "C:max-date-time"),
    ],
)  # fmt: skip
def test_a_filter_that_is_none_is_refused_with_its_precondition(
    alice: DavClient, filters: str, condition: str
) -> None:
    found = alice.query(CALENDAR, filters)

    assert (found.status, found.conditions) == (403, [condition])


def test_calendar_data_is_what_was_put(alice: DavClient) -> None:
    put(alice, SINGLE)

    found = alice.query(CALENDAR, window("20261201", "20261202"), "<C:calendar-data/>")

    assert found.value("C:calendar-data") == SINGLE


def test_calendar_data_in_part(alice: DavClient) -> None:
    put(alice, SINGLE)
    wanted = (
        "<C:calendar-data><C:comp name='VCALENDAR'><C:prop name='VERSION'/>"
        "<C:comp name='VEVENT'><C:prop name='UID'/><C:prop name='SUMMARY' novalue='yes'/>"
        "</C:comp></C:comp></C:calendar-data>"
    )

    found = alice.query(CALENDAR, window("20261201", "20261202"), wanted)

    assert found.value("C:calendar-data").splitlines() == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "UID:single", "SUMMARY:", "END:VEVENT",
        "END:VCALENDAR",
    ]  # fmt: skip


def expanded(client: DavClient, first: str, after: str) -> dict[str, list[str]]:
    """DTSTART and RECURRENCE-ID lines of each object, expanded in a window of days."""
    wanted = (
        f"<C:calendar-data><C:expand start='{first}T000000Z' end='{after}T000000Z'/>"
        "</C:calendar-data>"
    )
    found = client.query(CALENDAR, window(first, after), wanted)
    return {
        href.rpartition("/")[2]: re.findall(
            r"^(?:DTSTART|RECURRENCE-ID)[^\r]*", found.value("C:calendar-data", href), re.MULTILINE
        )
        for href in found.responses()
    }


def test_expansion_writes_each_instance_in_utc(alice: DavClient) -> None:
    berlin = make_event(
        "berlin",
        "RRULE:FREQ=DAILY;COUNT=5",
        start="DTSTART;TZID=Europe/Berlin:20261201T090000",
        end="DTEND;TZID=Europe/Berlin:20261201T100000",
    )
    put(alice, berlin, MOVED)

    found = expanded(alice, "20261202", "20261204")

    assert found == {
        "berlin.ics": [
            "DTSTART:20261202T080000Z",
            "RECURRENCE-ID:20261202T080000Z",
            "DTSTART:20261203T080000Z",
            "RECURRENCE-ID:20261203T080000Z",
        ]
    }
    assert expanded(alice, "20261220", "20261221") == {
        "moved.ics": ["DTSTART:20261220T090000Z", "RECURRENCE-ID:20261202T090000Z"]
    }


def test_expansion_keeps_days_and_floating_times(alice: DavClient) -> None:
    put(
        alice,
        make_event(
            "days",
            "RRULE:FREQ=DAILY;COUNT=2",
            start="DTSTART;VALUE=DATE:20261201",
            end="DTEND;VALUE=DATE:20261202",
        ),
        make_event("floating", start="DTSTART:20261201T120000", end="DTEND:20261201T130000"),
    )

    found = expanded(alice, "20261201", "20261203")

    assert found == {
        "days.ics": [
            "DTSTART;VALUE=DATE:20261201",
            "RECURRENCE-ID;VALUE=DATE:20261201",
            "DTSTART;VALUE=DATE:20261202",
            "RECURRENCE-ID;VALUE=DATE:20261202",
        ],
        "floating.ics": ["DTSTART:20261201T120000"],
    }


def test_expansion_beyond_the_index(alice: DavClient) -> None:
    put(alice, WEEKLY)

    assert expanded(alice, "20400103", "20400104") == {
        "weekly.ics": ["DTSTART:20400103T090000Z", "RECURRENCE-ID:20400103T090000Z"]
    }


def test_multiget_returns_what_there_is_and_404_for_the_rest(alice: DavClient) -> None:
    put(alice, SINGLE, WEEKLY)
    hrefs = "".join(
        f"<D:href>{href}</D:href>"
        for href in (
            f"/dav{CALENDAR}single.ics",
            f"https://centre.example/dav{CALENDAR.replace('@', '%40')}weekly.ics",
            f"/dav{CALENDAR}none.ics",
            "/dav/bob@mitte.example/appointments/one.ics",
            "/elsewhere/%zz",
        )
    )

    found = alice.report(
        CALENDAR, "C:calendar-multiget", f"<D:prop><C:calendar-data/></D:prop>{hrefs}"
    )

    told = found.responses()
    assert found.status == 207
    assert found.value("C:calendar-data", f"/dav{CALENDAR}single.ics") == SINGLE
    assert found.value("C:calendar-data", f"/dav{CALENDAR}weekly.ics") == WEEKLY
    assert told[f"/dav{CALENDAR}none.ics"] == 404
    assert told["/dav/bob@mitte.example/appointments/one.ics"] == 404
    assert len(told) == 5


def test_a_series_too_long_for_the_index_is_found_before_it_begins_there(alice: DavClient) -> None:
    text = make_event(
        "old",
        "RRULE:FREQ=DAILY;UNTIL=20301231T000000Z",
        start="DTSTART:20000101T090000Z",
        end="DTEND:20000101T100000Z",
    )
    assert alice.put(f"{CALENDAR}old.ics", text).status == 201

    for first, after in [
        ("20100301", "20100303"),
        ("20100301", "20240101"),
        ("20261201", "20261202"),
    ]:
        assert alice.found(CALENDAR, window(first, after)) == ["old.ics"]
    assert alice.found(CALENDAR, window("19990101", "20000101")) == []
    expand = (
        "<C:calendar-data><C:expand start='20100301T000000Z' end='20100303T000000Z'/>"
        "</C:calendar-data>"
    )
    written = alice.query(CALENDAR, window("20100301", "20100303"), expand).text
    assert written.count("BEGIN:VEVENT") == 2

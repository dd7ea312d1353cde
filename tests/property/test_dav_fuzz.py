"""Samples of calendar apps, broken at random: never a 500, never other bytes than were put."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from assisto_caldav.domain.calendar_join import join_calendars
from assisto_caldav.domain.calendar_object import parse_calendar_object
from assisto_caldav.domain.calendar_split import split_calendar
from assisto_caldav.errors import InvalidCalendarObjectError
from assisto_radicale.mount import make_dav_app
from tests.dav.every_report import every_report
from tests.dav.samples import CALENDAR
from tests.dav.world import DavClient, make_event, open_ports

SAMPLES = [path.read_bytes() for path in sorted(Path(__file__).parents[1].glob("ics/*.ics"))]
PIECES = [
    b"\r\n ", b"\n", b"\r", b"\x00", b"\xff", b"\xef\xbb\xbf", b":", b";", b",", b'"', b"\\", b"^n",
    b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n", b"BEGIN;A=B:VCALENDAR\r\n", b"BEGIN:VTIMEZONE\r\n",
    b"RRULE:FREQ=DAILY\r\n",
    b"RRULE:\r\n",
    b"RRULE:FREQ=YEARLY;BYWEEKNO=53;BYSETPOS=-366\r\n",
    b"EXDATE;VALUE=DATE:20261201,\r\n", b"RDATE;VALUE=PERIOD:20261201T000000Z/P9999D\r\n",
    b"RECURRENCE-ID;RANGE=THISANDFUTURE:20261201T090000Z\r\n", b"DTSTART:99981231T235959Z\r\n",
    b"DTSTART;VALUE=DATE:20240229\r\n", b"DURATION:-PT1S\r\n", b"DURATION:P1W\r\n",
    b"SEQUENCE:-1\r\n",
    b"TZOFFSETTO:+2359\r\n", b"TZOFFSETFROM:-2359\r\n", b"UID:\r\n", b"STATUS:CANCELLED\r\n",
    b"ATTENDEE;PARTSTAT=DECLINED:mailto:alice@mitte.example\r\n", b";TZID=X",
    b";TZID=Europe/Berlin",
    b";VALUE=DATE", b"T246060Z", b"00000000", b"UNTIL=99991231", b"COUNT=0", b"INTERVAL=0",
]  # fmt: skip
Edit = tuple[int, int, bytes]
edits = st.lists(
    st.tuples(
        st.integers(0, 5_000), st.integers(0, 40), st.sampled_from(PIECES) | st.binary(max_size=4)
    ),
    min_size=1,
    max_size=6,
)


def broken(raw: bytes, changes: list[Edit]) -> bytes:
    """Put something in the place of some octets, or of whole lines."""
    for place, length, piece in changes:
        start = place % (len(raw) + 1)
        if piece.endswith(b"\n"):
            start = raw.find(b"\n", start) + 1
        raw = raw[:start] + piece + raw[start + length % 20 :]
    return raw


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SAMPLES), edits)
def test_no_broken_sample_breaks_an_answer(sample: bytes, changes: list[Edit]) -> None:
    raw = broken(sample, changes)
    path = f"{CALENDAR}x.ics"
    with open_ports() as ports:
        alice = DavClient(make_dav_app(ports))
        alice.put(f"{CALENDAR}good.ics", make_event("good"))

        stored = alice.put(path, raw)
        answers = list(every_report(alice, CALENDAR))
        got = alice.request("GET", path)

    assert stored.status in (201, 400, 403)
    assert {status for _, status, _ in answers} <= {200, 207, 403}, answers
    assert "good.ics" in {name: found for name, _, found in answers}["all"]
    if stored.status == 201 and "etag" in stored.headers:
        assert got.body == raw
        assert got.headers["etag"] == stored.headers["etag"]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SAMPLES), edits)
def test_what_is_split_and_joined_again_says_the_same(sample: bytes, changes: list[Edit]) -> None:
    try:
        item = parse_calendar_object(broken(sample, changes))
    except InvalidCalendarObjectError:
        return

    joined = join_calendars("x", [item.text])

    assert joined.left_out == 0
    [piece] = [one for one in split_calendar(joined.text) if one.uid == item.uid]
    again = parse_calendar_object(piece.text.encode())
    assert (again.uid, again.component, again.tzids) == (item.uid, item.component, item.tzids)
    assert [part.lines for part in again.components] == [part.lines for part in item.components]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300) | st.text('BEGINVDAT:;=,"\\\r\n \t', max_size=120).map(str.encode))
def test_no_octets_break_the_parser(raw: bytes) -> None:
    try:
        item = parse_calendar_object(raw)
    except InvalidCalendarObjectError:
        return

    assert item.uid

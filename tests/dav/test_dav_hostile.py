"""Broken and hostile input: refused with its precondition after bounded work, or harmless.

Work is counted (steps of an expansion, octets read, elements built), never timed.
"""

from __future__ import annotations

import pytest

from assisto_caldav.domain import recurrence_rule
from assisto_caldav.domain.recurrence_rule import BUDGET
from tests.dav.every_report import every_report
from tests.dav.samples import CALENDAR, events, put
from tests.dav.world import DavClient, as_calendar, make_event

BAD = f"{CALENDAR}bad.ics"
DATA, INSTANCES = "C:valid-calendar-data", "C:max-instances"
SIZE = "C:max-resource-size"
FIRST, LAST = "C:min-date-time", "C:max-date-time"
LYING = (
    "BEGIN:VTIMEZONE\r\nTZID:{tzid}\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
    "TZOFFSETFROM:{offset}\r\nTZOFFSETTO:{offset}\r\n{more}END:STANDARD\r\nEND:VTIMEZONE\r\n"
)


def in_zone(tzid: str, vtimezone: str) -> str:
    event = make_event("bad", start=f"DTSTART;TZID={tzid}:20261201T090000", end="DURATION:PT1H")
    return event.replace("BEGIN:VEVENT", f"{vtimezone}BEGIN:VEVENT")


def nested(depth: int) -> str:
    inner = [f"{word}:X-A" for word in ("BEGIN", "END") for _ in range(depth)]
    return make_event("bad", *inner)


def many_overrides(count: int) -> str:
    day = "20270101T{:06}Z"
    parts = [
        line
        for number in range(count)
        for line in (
            "BEGIN:VEVENT",
            "UID:bad",
            f"RECURRENCE-ID:{day.format(number // 60 * 100 + number % 60)}",
            "DTSTART:20270101T090000Z",
            "END:VEVENT",
        )
    ]
    return as_calendar(*parts)


HOSTILE = {
    "secondly": (make_event("bad", "RRULE:FREQ=SECONDLY"), DATA),
    "minutely": (make_event("bad", "RRULE:FREQ=MINUTELY;COUNT=5"), DATA),
    "hourly": (make_event("bad", "RRULE:FREQ=HOURLY;INTERVAL=9999"), DATA),
    "a million": (make_event("bad", "RRULE:FREQ=DAILY;COUNT=1000000"), INSTANCES),
    "a long count": (make_event("bad", f"RRULE:FREQ=DAILY;COUNT={'9' * 4000}"), INSTANCES),
    "a hundred rules": (make_event("bad", *["RRULE:FREQ=DAILY;COUNT=2"] * 100), INSTANCES),
    "rdates": (make_event("bad", f"RDATE:{','.join(['20270101T090000Z'] * 50_000)}"), INSTANCES),
    "exdates": (make_event("bad", f"EXDATE:{','.join(['20270101T090000Z'] * 50_000)}"), INSTANCES),
    "rdate lines": (make_event("bad", *["RDATE:20270101T090000Z"] * 6_000), INSTANCES),
    "overrides": (many_overrides(1_500), INSTANCES),
    "attendees": (
        make_event("bad", *[f"ATTENDEE:mailto:{n}@x.example" for n in range(1_001)]),
        "C:max-attendees-per-instance",
    ),
    "components": (
        make_event("bad", *["BEGIN:VALARM", "END:VALARM"] * 2_001),
        SIZE,
    ),
    "properties": (make_event("bad", *["X-A:1"] * 10_001), SIZE),
    "lines": (make_event("bad", *["X-A:1"] * 60_000), SIZE),
    "folds": (make_event("bad", "SUMMARY:" + "\r\n " * 300_000), SIZE),
    "octets": (make_event("bad", f"ATTACH:{'A' * 2_000_000}"), SIZE),
    "nested": (nested(1_000), DATA),
    "year 0": (make_event("bad", start="DTSTART:00000101T000000Z", end=""), FIRST),
    "year 1": (make_event("bad", start="DTSTART:00010101T000000Z", end=""), FIRST),
    "year 9999": (make_event("bad", start="DTSTART:99991231T235959Z", end=""), LAST),
    "ends in 9999": (make_event("bad", end="DTEND:99991231T235959Z"), LAST),
    "rdate in 9999": (make_event("bad", "RDATE:99991231T235959Z"), LAST),
    "end before start": (make_event("bad", end="DTEND:20261130T100000Z"), DATA),
    "a billion weeks": (make_event("bad", "DURATION:P1000000000W", end=""), DATA),
    "a million weeks": (make_event("bad", "DURATION:P999999W", end=""), LAST),
    "offset of 99 hours": (
        in_zone("Own", LYING.format(tzid="Own", offset="+9900", more="")),
        DATA,
    ),
    "zone of 1,001 observances": (
        in_zone("Own", LYING.format(tzid="Own", offset="+0100", more="").replace(
            "END:STANDARD\r\n", "END:STANDARD\r\n" + "BEGIN:STANDARD\r\nEND:STANDARD\r\n" * 1_001
        )),
        DATA,
    ),
    "zone with a rule of seconds": (
        in_zone("Own", LYING.format(tzid="Own", offset="+0100", more="RRULE:FREQ=SECONDLY\r\n")),
        DATA,
    ),
    "zone that counts for ever": (
        in_zone(
            "Own",
            LYING.format(
                tzid="Own", offset="+0100", more="RRULE:FREQ=DAILY;COUNT=999999999\r\n"
            ).replace("19700101", "00020101"),
        ),
        INSTANCES,
    ),
    "begin with parameters": ("BEGIN;A=B:VCALENDAR\r\nEND:VCALENDAR\r\n", DATA),
    "only folds": ("\r\n " * 10_000, DATA),
    "nothing": ("\r\n", DATA),
}  # fmt: skip


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Every step that an expansion has paid for."""
    spent: list[int] = []
    spend = recurrence_rule.Budget.spend

    def counting(self: recurrence_rule.Budget, number: int) -> None:
        spent.append(number)
        spend(self, number)

    monkeypatch.setattr(recurrence_rule.Budget, "spend", counting)
    return spent


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_with_its_precondition_after_bounded_work(
    alice: DavClient, steps: list[int], name: str
) -> None:
    text, precondition = HOSTILE[name]

    refused = alice.put(BAD, text)

    assert (refused.status, refused.conditions) == (403, [precondition])
    assert alice.request("GET", BAD).status == 404
    assert sum(steps) <= 2 * BUDGET


STORED = {
    "never matches": "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "never matches by position": "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYSETPOS=366",
    "until the end": "RRULE:FREQ=DAILY;UNTIL=99991231T235959Z",
    "an interval beyond all": f"RRULE:FREQ=DAILY;INTERVAL={'9' * 4000}",
    "a megabyte of Mondays": "RRULE:FREQ=DAILY;BYDAY=" + ",".join(["MO"] * 200_000),
    "all at once": (
        "RRULE:FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYDAY=MO,TU,WE,TH,FR,SA,SU"
        f";BYHOUR={','.join(map(str, range(24)))};BYSETPOS=-1"
    ),
    "a long property": f"DESCRIPTION:{'lang ' * 100_000}",
    "a property on 10,000 lines": "DESCRIPTION:" + "\r\n x" * 10_000,
    "parameters": "X-A" + ";P=1" * 10_000 + ":1",
    "summary of parameters": "SUMMARY" + ';P="1"' * 10_000 + ":1",
    "an unclosed quotation": 'SUMMARY;X="' + "a;b=c" * 20_000 + ":1",
    "a long TZID": f"X-A;TZID={'Z' * 100_000}:1",
}


@pytest.mark.parametrize("name", STORED)
def test_what_is_stored_returns_byte_by_byte_and_fails_no_report(
    alice: DavClient, steps: list[int], name: str
) -> None:
    text = make_event("bad", STORED[name])
    put(alice, make_event("good", "SUMMARY:x"))

    stored = alice.put(BAD, text)
    answers = list(every_report(alice, CALENDAR))

    assert stored.status == 201
    assert alice.request("GET", BAD).text == text
    assert {status for _, status, _ in answers} <= {200, 207, 403}
    assert {name: found for name, _, found in answers}["text"] == ["good.ics"]
    assert sum(steps) <= 30 * BUDGET


def test_a_zone_of_tzdata_is_not_what_a_file_says_of_it(alice: DavClient) -> None:
    lie = LYING.format(tzid="Europe/Berlin", offset="-1200", more="")
    alice.put(BAD, in_zone("Europe/Berlin", lie))

    found = alice.found(
        CALENDAR, events("<C:time-range start='20261201T080000Z' end='20261201T080001Z'/>")
    )

    assert found == ["bad.ics"]


def test_many_years_of_a_dear_zone_share_one_budget(alice: DavClient, steps: list[int]) -> None:
    more = "RRULE:FREQ=DAILY;COUNT=9000\r\n"
    block = LYING.format(tzid="Own", offset="+0100", more=more).replace("1970", "1700")
    start, end = "BEGIN:STANDARD", "END:STANDARD\r\n"
    inner = block[block.index(start) : block.index(end) + len(end)]
    zone = block.replace(inner, inner * 20)
    days = ",".join(f"{year}0301T090000" for year in range(1990, 2100))
    text = in_zone("Own", zone).replace("DURATION", f"RDATE;TZID=Own:{days}\r\nDURATION")

    alice.put(BAD, text)

    assert sum(steps) <= 3 * BUDGET

"""A stored object that nobody can read fails no other object's report."""

from __future__ import annotations

import pytest

from assisto_caldav.clock import FrozenClock
from assisto_caldav.domain.collection import IndexedOccurrence, Role, StoredObject
from assisto_caldav.ports import Ports
from assisto_caldav.usecases import expire
from assisto_caldav.usecases.object_index import DAY, etag_of
from tests.dav.every_report import every_report
from tests.dav.samples import CALENDAR, put
from tests.dav.world import ALICE, MONDAY_NOON, DavClient, make_event

BROKEN = {
    "nothing": "",
    "no calendar": "nonsense",
    "no end": "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
    "no start": make_event("bad", start="X-A:1"),
    "no dates": make_event("bad", start="DTSTART:soon", end="DTEND:later"),
    "no zone": make_event("bad", start="DTSTART;TZID=Nowhere:20261201T090000", end=""),
    "an unreadable rule": make_event("bad", "RRULE:FREQ=SECONDLY"),
    "a rule of a million": make_event("bad", "RRULE:FREQ=DAILY;COUNT=1000000"),
    "a hundred thousand rules": make_event("bad", *["RRULE:FREQ=DAILY;BYMONTHDAY=32"] * 20_000),
    "deep": "BEGIN:X\r\n" * 20_000,
    "letters that XML has not": make_event("bad", "SUMMARY:\x00\x1b\ufffe"),
    "the last year": make_event("bad", start="DTSTART:99991231T235959Z", end=""),
    "a calendar in a calendar": make_event("bad", "BEGIN:VCALENDAR", "END:VCALENDAR"),
}


def insert(ports: Ports, text: str, *, number: int = 0, until: int | None = None) -> StoredObject:
    """Write a row past every check, as a broken disk or an older version may have done."""
    with ports.database.writing() as unit:
        target = unit.collections.get(ALICE, "appointments")
        assert target is not None
        row = StoredObject(
            id=f"bad-{number}",
            institution="mitte",
            collection=target.id,
            href=f"bad{number or ''}.ics",
            uid=f"bad{number}",
            component="VEVENT",
            text=text,
            etag=etag_of(text),
            modified_at=MONDAY_NOON,
            expanded_until=until,
        )
        busy = IndexedOccurrence(MONDAY_NOON, MONDAY_NOON + 60, "BUSY", Role.BUSY)
        unit.objects.put(row, (busy,))
    return row


@pytest.mark.parametrize("until", [None, MONDAY_NOON])
@pytest.mark.parametrize("name", BROKEN)
def test_every_report_still_tells_of_the_others(
    ports: Ports, alice: DavClient, name: str, until: int | None
) -> None:
    put(alice, make_event("good", "SUMMARY:x"))
    insert(ports, BROKEN[name], until=until)

    answers = {report: (status, found) for report, status, found in every_report(alice, CALENDAR)}

    assert {status for status, _ in answers.values()} <= {200, 207, 403}
    for report in (
        "all",
        "ten thousand years",
        "text",
        "sync",
        "list",
        "expand to 20270101T000000Z",
    ):
        assert "good.ics" in answers[report][1], report
    assert "UID:good" in alice.request("GET", CALENDAR).text
    assert "UID:good" in alice.request("GET", f"{CALENDAR}?start=2026-01-01&end=2027-01-01").text


def test_a_broken_row_is_replaced_and_removed_like_any_other(
    ports: Ports, alice: DavClient
) -> None:
    insert(ports, "nonsense")
    path = f"{CALENDAR}bad.ics"

    replaced = alice.put(path, make_event("bad0"))
    insert(ports, "nonsense")

    assert replaced.status == 204
    assert alice.request("DELETE", path).status == 204


def test_series_that_cannot_be_extended_keep_no_other_from_it(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expire, "REINDEX_AT_ONCE", 3)
    for number in range(1, 6):
        insert(ports, "nonsense", number=number, until=MONDAY_NOON - DAY)
    good = insert(ports, make_event("bad9", "RRULE:FREQ=DAILY"), number=9, until=MONDAY_NOON)

    for _ in range(3):
        expire.extend_index(ports)
        assert isinstance(ports.clock, FrozenClock)
        ports.clock.advance(60)

    with ports.database.reading() as unit:
        extended = unit.objects.get(good.collection, good.href)
        stale = unit.objects.get(good.collection, "bad1.ics")
    assert extended is not None
    assert (extended.expanded_until or 0) > MONDAY_NOON + 365 * DAY
    assert stale is not None
    assert stale.text == "nonsense"

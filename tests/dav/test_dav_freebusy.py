"""free-busy-query, and what concerns all reports."""

from __future__ import annotations

import re

import pytest

from assisto_caldav.ports import Ports
from tests.dav.samples import (
    CALENDAR,
    ETAG,
    HOME,
    SINGLE,
    WEEKLY,
    events,
    prop,
    put,
    text_match,
)
from tests.dav.world import ALICE, DavClient, make_event, window


def busy(client: DavClient, first: str, after: str) -> list[str]:
    time_range = f"<C:time-range start='{first}T000000Z' end='{after}T000000Z'/>"
    found = client.report(CALENDAR, "C:free-busy-query", time_range)
    assert found.headers["content-type"].startswith("text/calendar")
    return re.findall(r"^FREEBUSY;FBTYPE=([^\r]*)", found.text, re.MULTILINE)


def test_freebusy_is_merged_and_knows_its_kinds(alice: DavClient) -> None:
    put(
        alice,
        make_event("one"),
        make_event("next", start="DTSTART:20261201T100000Z", end="DTEND:20261201T110000Z"),
        make_event("maybe", "STATUS:TENTATIVE", end="DTEND:20261201T120000Z"),
        make_event("free", "TRANSP:TRANSPARENT", start="DTSTART:20261201T150000Z", end=""),
        make_event("gone", "STATUS:CANCELLED", start="DTSTART:20261201T170000Z", end=""),
        make_event(
            "no",
            f"ATTENDEE;PARTSTAT=DECLINED:mailto:{ALICE}",
            start="DTSTART:20261201T180000Z",
            end="DTEND:20261201T190000Z",
        ),
    )

    found = busy(alice, "20261201", "20261202")

    assert found == [
        "BUSY:20261201T090000Z/20261201T110000Z",
        "BUSY-TENTATIVE:20261201T110000Z/20261201T120000Z",
    ]


def test_freebusy_is_cut_at_the_window_and_goes_beyond_the_index(alice: DavClient) -> None:
    put(
        alice,
        make_event(
            "long",
            "RRULE:FREQ=WEEKLY",
            start="DTSTART:20261130T220000Z",
            end="DTEND:20261201T020000Z",
        ),
    )

    assert busy(alice, "20261201", "20261202") == ["BUSY:20261201T000000Z/20261201T020000Z"]
    assert busy(alice, "20400103", "20400104") == ["BUSY:20400103T000000Z/20400103T020000Z"]


def test_a_declined_or_cancelled_instance_of_a_series_is_not_busy(alice: DavClient) -> None:
    series = make_event("daily", "RRULE:FREQ=DAILY;COUNT=4")
    override = (
        "BEGIN:VEVENT\r\nUID:daily\r\nRECURRENCE-ID:2026120{0}T090000Z\r\n"
        "DTSTART:2026120{0}T090000Z\r\nDTEND:2026120{0}T100000Z\r\n{1}\r\nEND:VEVENT\r\n"
    )
    changed = "".join((
        override.format(2, "STATUS:CANCELLED"),
        override.format(3, f"ATTENDEE;PARTSTAT=DECLINED:MAILTO:{ALICE.title()}"),
        override.format(4, "X-MICROSOFT-CDO-BUSYSTATUS:OOF"),
    ))  # fmt: skip
    put(alice, series.replace("END:VCALENDAR", f"{changed}END:VCALENDAR"))

    assert busy(alice, "20261201", "20261206") == [
        "BUSY:20261201T090000Z/20261201T100000Z",
        "BUSY-UNAVAILABLE:20261204T090000Z/20261204T100000Z",
    ]


def test_what_overlaps_counts_once_as_its_strongest_kind(alice: DavClient) -> None:
    put(
        alice,
        make_event("maybe", "STATUS:TENTATIVE", end="DTEND:20261201T140000Z"),
        make_event("out", "X-MICROSOFT-CDO-BUSYSTATUS:OOF", end="DTEND:20261201T120000Z"),
        make_event("busy", start="DTSTART:20261201T100000Z", end="DTEND:20261201T110000Z"),
    )

    assert busy(alice, "20261201", "20261202") == [
        "BUSY:20261201T100000Z/20261201T110000Z",
        "BUSY-UNAVAILABLE:20261201T090000Z/20261201T100000Z",
        "BUSY-UNAVAILABLE:20261201T110000Z/20261201T120000Z",
        "BUSY-TENTATIVE:20261201T120000Z/20261201T140000Z",
    ]


def test_booking_times_are_never_busy(alice: DavClient) -> None:
    put(alice, make_event("rule", "SUMMARY:alle"), calendar=f"{HOME}booking-times/")
    time_range = "<C:time-range start='20261201T000000Z' end='20261202T000000Z'/>"

    found = alice.report(f"{HOME}booking-times/", "C:free-busy-query", time_range)

    assert "FREEBUSY" not in found.text.replace("VFREEBUSY", "")


def test_more_instances_than_we_look_through_are_refused_and_not_called_free(
    alice: DavClient,
) -> None:
    put(alice, make_event("daily", "RRULE:FREQ=DAILY"))
    time_range = "<C:time-range start='20270101T000000Z' end='20470101T000000Z'/>"

    found = alice.report(CALENDAR, "C:free-busy-query", time_range)

    assert (found.status, found.conditions) == (403, ["D:number-of-matches-within-limits"])


def test_an_unreadable_object_disturbs_no_report(alice: DavClient, ports: Ports) -> None:
    put(alice, SINGLE, WEEKLY)
    with ports.database.writing() as unit:
        collection = unit.collections.get(ALICE, "appointments")
        assert collection is not None
        found = unit.objects.get(collection.id, "weekly.ics")
        assert found is not None
        broken = found._replace(text="BEGIN:VCALENDAR\r\nBEGIN:VEVENT\x00")
        unit.objects.put(broken, [])

    expand = (
        "<C:calendar-data><C:expand start='20261201T000000Z' end='20261202T000000Z'/>"
        "</C:calendar-data>"
    )
    by_text = alice.query(CALENDAR, events(prop("SUMMARY", text_match("smith"))), expand)
    beyond = alice.query(CALENDAR, window("20400101", "20400201"))

    assert list(by_text.responses()) == [f"/dav{CALENDAR}single.ics"]
    assert beyond.responses() == {}
    assert alice.query(CALENDAR, "", "<C:calendar-data/>").status == 207
    assert alice.request("GET", CALENDAR).text.count("BEGIN:VEVENT") == 1
    assert busy(alice, "20400101", "20400201") == []


@pytest.mark.parametrize("name", ["D:version-tree", "C:nonsense"])
def test_other_reports_are_refused(alice: DavClient, name: str) -> None:
    found = alice.report(CALENDAR, name, "")

    assert (found.status, found.conditions) == (403, ["D:supported-report"])


def test_the_inbox_is_synchronised_and_the_outbox_is_not(alice: DavClient) -> None:
    body = f"<D:sync-token/>{ETAG}"

    assert alice.report(f"{HOME}inbox/", "D:sync-collection", body).status == 207
    assert alice.report(f"{HOME}outbox/", "D:sync-collection", body).status == 403
    assert alice.query(f"{HOME}inbox/", "").status == 403


def test_large_answers_are_packed_for_those_who_can_unpack(alice: DavClient) -> None:
    put(alice, *(make_event(f"uid-{number}") for number in range(20)))
    wanted = f"<D:propfind xmlns:D='DAV:'>{ETAG}</D:propfind>"

    packed = alice.request("PROPFIND", CALENDAR, wanted, depth="1", accept_encoding="gzip")

    assert packed.headers["content-encoding"] == "gzip"

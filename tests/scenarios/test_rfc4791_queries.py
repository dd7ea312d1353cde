"""The examples of RFC 4791 §7.8 on the calendar of its appendix B."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assisto_caldav.domain.collection import Collection, CollectionKind, StoredObject
from assisto_caldav.ports import Ports
from assisto_radicale.mount import make_dav_app
from tests.dav.world import ALICE, DavClient, open_ports

FILE = Path(__file__).parent / "rfc4791" / "appendix_b.txt"
WORK = f"/{ALICE}/work/"
TYPES = ("VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY")


def objects() -> dict[str, str]:
    """The objects of the appendix by name, with CRLF."""
    parts = re.split(r"^# (abcd\d\.ics)\n", FILE.read_text("utf-8"), flags=re.MULTILINE)[1:]
    return {
        name: text.replace("\n", "\r\n") for name, text in zip(parts[::2], parts[1::2], strict=True)
    }


def store_freebusy(ports: Ports, name: str, text: str) -> None:
    """Store a VFREEBUSY as an importer might have: PUT takes none."""
    with ports.database.writing() as unit:
        item = StoredObject(
            id="fb", institution="mitte", collection="work", href=name, uid="fb",
            component="VFREEBUSY", text=text, etag="fffff-abcd8", modified_at=0, last=0,
        )  # fmt: skip
        unit.objects.put(item, [])


@pytest.fixture(scope="module")
def bernard() -> Iterator[DavClient]:
    with open_ports() as ports:
        calendar = Collection(
            id="work", institution="mitte", owner=ALICE, name="work",
            kind=CollectionKind.CALENDAR, components=TYPES,
        )  # fmt: skip
        with ports.database.writing() as unit:
            unit.collections.create(calendar)
        client = DavClient(make_dav_app(ports), ALICE)
        for name, text in objects().items():
            if "VFREEBUSY" in text:
                store_freebusy(ports, name, text)
            else:
                assert client.put(f"{WORK}{name}", text).status == 201
        yield client


def comp(name: str, inner: str = "") -> str:
    return f"<C:comp-filter name='{name}'>{inner}</C:comp-filter>"


def during(start: str, end: str) -> str:
    return f"<C:time-range start='{start}' end='{end}'/>"


def data_of(client: DavClient, filters: str, data: str) -> dict[str, str]:
    found = client.query(WORK, filters, f"<D:getetag/>{data}")
    return {
        href.rpartition("/")[2]: found.value("C:calendar-data", href).replace("\r\n", "\n")
        for href in found.responses()
    }


def test_7_8_1_partial_retrieval_of_events_by_time_range(bernard: DavClient) -> None:
    names = "SUMMARY UID DTSTART DTEND DURATION RRULE RDATE EXRULE EXDATE RECURRENCE-ID"
    props = "".join(f"<C:prop name='{name}'/>" for name in names.split())
    data = (
        "<C:calendar-data><C:comp name='VCALENDAR'><C:prop name='VERSION'/>"
        f"<C:comp name='VEVENT'>{props}</C:comp><C:comp name='VTIMEZONE'/></C:comp>"
        "</C:calendar-data>"
    )

    found = data_of(bernard, comp("VEVENT", during("20060104T000000Z", "20060105T000000Z")), data)

    assert sorted(found) == ["abcd2.ics", "abcd3.ics"]
    stored = objects()["abcd3.ics"].replace("\r\n", "\n")
    timezone = stored[stored.index("BEGIN:VTIMEZONE") : stored.index("BEGIN:VEVENT")]
    assert found["abcd3.ics"] == (
        f"BEGIN:VCALENDAR\nVERSION:2.0\n{timezone}BEGIN:VEVENT\n"
        "DTSTART;TZID=US/Eastern:20060104T100000\nDURATION:PT1H\nSUMMARY:Event #3\n"
        "UID:DC6C50A017428C5216A2F1CD@example.com\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    assert found["abcd2.ics"].count("BEGIN:VEVENT") == 3
    assert "DTSTAMP" not in found["abcd2.ics"]


def test_7_8_2_partial_retrieval_of_recurring_events(bernard: DavClient) -> None:
    limited = (
        "<C:calendar-data><C:limit-recurrence-set start='20060103T000000Z'"
        " end='20060105T000000Z'/></C:calendar-data>"
    )

    found = data_of(
        bernard, comp("VEVENT", during("20060103T000000Z", "20060105T000000Z")), limited
    )

    stored = objects()["abcd2.ics"].replace("\r\n", "\n")
    last = stored.rindex("BEGIN:VEVENT")
    assert sorted(found) == ["abcd2.ics", "abcd3.ics"]
    assert found["abcd2.ics"] == f"{stored[:last]}END:VCALENDAR\n"
    assert found["abcd3.ics"] == objects()["abcd3.ics"].replace("\r\n", "\n")


def test_7_8_3_expanded_retrieval_of_recurring_events(bernard: DavClient) -> None:
    expand = (
        "<C:calendar-data><C:expand start='20060103T000000Z' end='20060105T000000Z'/>"
        "</C:calendar-data>"
    )

    found = data_of(bernard, comp("VEVENT", during("20060103T000000Z", "20060105T000000Z")), expand)

    times = {
        name: re.findall(r"^(?:DTSTART|RECURRENCE-ID|SUMMARY).*", text, re.MULTILINE)
        for name, text in found.items()
    }
    assert times == {
        "abcd2.ics": [
            "DTSTART:20060103T170000Z", "RECURRENCE-ID:20060103T170000Z", "SUMMARY:Event #2",
            "DTSTART:20060104T190000Z", "RECURRENCE-ID:20060104T170000Z", "SUMMARY:Event #2 bis",
        ],
        "abcd3.ics": ["DTSTART:20060104T150000Z", "SUMMARY:Event #3"],
    }  # fmt: skip
    assert all("VTIMEZONE" not in text and "RRULE" not in text for text in found.values())


def test_7_8_4_partial_retrieval_of_stored_freebusy_components(bernard: DavClient) -> None:
    limited = (
        "<C:calendar-data><C:limit-freebusy-set start='20060102T000000Z'"
        " end='20060103T000000Z'/></C:calendar-data>"
    )

    found = data_of(
        bernard, comp("VFREEBUSY", during("20060102T000000Z", "20060103T000000Z")), limited
    )

    assert list(found) == ["abcd8.ics"]
    assert re.findall("^FREEBUSY.*", found["abcd8.ics"], re.MULTILINE) == [
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20060102T100000Z/20060102T120000Z"
    ]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("20060106T100000Z", "20060107T100000Z", ["abcd5.ics"]),
        ("20060106T165000Z", "20060106T165001Z", ["abcd5.ics"]),
        ("20060106T165001Z", "20060107T100000Z", []),
        ("20060103T000000Z", "20060104T000000Z", ["abcd4.ics"]),
    ],
)
def test_7_8_5_retrieval_of_to_dos_by_alarm_time_range(
    bernard: DavClient, start: str, end: str, expected: list[str]
) -> None:
    assert bernard.found(WORK, comp("VTODO", comp("VALARM", during(start, end)))) == expected


def test_7_8_6_retrieval_of_an_event_by_uid(bernard: DavClient) -> None:
    uid = (
        "<C:prop-filter name='UID'><C:text-match collation='i;octet'>"
        "DC6C50A017428C5216A2F1CD@example.com</C:text-match></C:prop-filter>"
    )

    found = data_of(bernard, comp("VEVENT", uid), "<C:calendar-data/>")

    assert found == {"abcd3.ics": objects()["abcd3.ics"].replace("\r\n", "\n")}


def test_7_8_7_retrieval_of_events_by_partstat(bernard: DavClient) -> None:
    def asked(address: str, partstat: str) -> str:
        return comp(
            "VEVENT",
            "<C:prop-filter name='ATTENDEE'>"
            f"<C:text-match collation='i;ascii-casemap'>mailto:{address}</C:text-match>"
            "<C:param-filter name='PARTSTAT'><C:text-match collation='i;ascii-casemap'>"
            f"{partstat}</C:text-match></C:param-filter></C:prop-filter>",
        )

    assert bernard.found(WORK, asked("lisa@example.com", "NEEDS-ACTION")) == ["abcd3.ics"]
    assert bernard.found(WORK, asked("cyrus@example.com", "NEEDS-ACTION")) == []


def test_7_8_8_retrieval_of_events_only(bernard: DavClient) -> None:
    assert bernard.found(WORK, comp("VEVENT")) == ["abcd1.ics", "abcd2.ics", "abcd3.ics"]


def test_7_8_9_retrieval_of_all_pending_to_dos(bernard: DavClient) -> None:
    pending = (
        "<C:prop-filter name='COMPLETED'><C:is-not-defined/></C:prop-filter>"
        "<C:prop-filter name='STATUS'><C:text-match negate-condition='yes'>CANCELLED"
        "</C:text-match></C:prop-filter>"
    )

    assert bernard.found(WORK, comp("VTODO", pending)) == ["abcd4.ics", "abcd5.ics"]


def test_7_8_10_a_property_that_the_example_refuses_is_answered(bernard: DavClient) -> None:
    def guid(text: str) -> str:
        match = f"<C:text-match>{text}</C:text-match>"
        return comp("VEVENT", f"<C:prop-filter name='X-ABC-GUID'>{match}</C:prop-filter>")

    assert bernard.found(WORK, guid("ABC")) == []
    assert bernard.found(WORK, guid("e1cx5dr")) == ["abcd3.ics"]


def test_7_9_1_multiget_tells_of_each_href(bernard: DavClient) -> None:
    hrefs = "".join(f"<D:href>/dav{WORK}{name}</D:href>" for name in ("abcd1.ics", "mtg1.ics"))

    found = bernard.report(
        WORK, "C:calendar-multiget", f"<D:prop><C:calendar-data/></D:prop>{hrefs}"
    )

    assert found.value("C:calendar-data", f"/dav{WORK}abcd1.ics") == objects()["abcd1.ics"]
    assert found.responses()[f"/dav{WORK}mtg1.ics"] == 404

"""What we need not understand comes back octet for octet (RFC 5545 §3.6 to §3.8, RFC 7986)."""

from __future__ import annotations

import pytest

from tests.dav.world import ALICE, DavClient, as_calendar

CALENDAR = f"/{ALICE}/privates/"
NAME = f"{CALENDAR}kept.ics"
STAMPS = ("UID:kept", "DTSTAMP:20261101T080000Z")

CALENDAR_PROPERTIES = (
    "CALSCALE:GREGORIAN",
    "NAME:Praxis",
    "NAME;LANGUAGE=en:Practice",
    "DESCRIPTION;ALTREP=\"https://a.example/d\":Termine\\, alle",
    "UID:5FC53010-1267-4F8E-BC28-1D7AE55A7C99",
    "LAST-MODIFIED:20261101T080000Z",
    "URL:https://a.example/calendar",
    "CATEGORIES:Arbeit,Wichtig",
    "REFRESH-INTERVAL;VALUE=DURATION:P1W",
    "SOURCE;VALUE=URI:https://a.example/holidays.ics",
    "COLOR:turquoise",
    "IMAGE;VALUE=URI;DISPLAY=BADGE;FMTTYPE=image/png:https://a.example/i.png",
)  # fmt: skip
EVENT = (
    "BEGIN:VEVENT", *STAMPS, "DTSTART:20261201T090000Z", "DURATION:PT30M", "COLOR:mediumseagreen",
    "IMAGE;VALUE=BINARY;ENCODING=BASE64;FMTTYPE=image/png;DISPLAY=THUMBNAIL:iVBORw0KGgo=",
    "CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL=Raum 1:https://video.example/1",
    "ATTENDEE;CN=Rosa;EMAIL=rosa@a.example:https://a.example/people/rosa",
    "ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY:SGFsbG8=", "CLASS:CONFIDENTIAL",
    "COMMENT;LANGUAGE=de:Ein Satz\\; noch einer", "GEO:52.52;13.405", "PRIORITY:3",
    "RESOURCES:Beamer,Stuhl", "CONTACT:Rosa\\, 030 1", "RELATED-TO;RELTYPE=SIBLING:other",
    "REQUEST-STATUS:2.0;Success", "CREATED:20261101T080000Z", "SEQUENCE:4",
    "BEGIN:VALARM", "ACTION:EMAIL", "TRIGGER;RELATED=END:-PT5M", "REPEAT:2", "DURATION:PT1M",
    "SUMMARY:Bald", "DESCRIPTION:Gleich", "ATTENDEE:mailto:rosa@a.example", "END:VALARM",
    "END:VEVENT",
)  # fmt: skip
TASK = (
    "BEGIN:VTODO", *STAMPS, "DTSTART;VALUE=DATE:20261201", "DUE;VALUE=DATE:20261204",
    "PERCENT-COMPLETE:40", "STATUS:IN-PROCESS", "COMPLETED:20261203T100000Z", "COLOR:red",
    "BEGIN:VALARM", "ACTION:AUDIO", "TRIGGER;VALUE=DATE-TIME:20261202T080000Z", "END:VALARM",
    "END:VTODO",
)  # fmt: skip
JOURNAL = (
    "BEGIN:VJOURNAL", *STAMPS, "DTSTART;VALUE=DATE:20261201", "STATUS:DRAFT",
    "DESCRIPTION:Erster Satz", "DESCRIPTION:Zweiter Satz", "CONFERENCE;VALUE=URI:tel:+49301",
    "END:VJOURNAL",
)  # fmt: skip
OBJECTS = {
    "calendar properties": (*CALENDAR_PROPERTIES, *EVENT),
    "VEVENT": EVENT,
    "VTODO": TASK,
    "VJOURNAL": JOURNAL,
}


@pytest.fixture
def privates(alice: DavClient) -> DavClient:
    assert alice.request("MKCALENDAR", CALENDAR).status == 201
    return alice


@pytest.mark.parametrize("kind", OBJECTS)
def test_every_line_comes_back(privates: DavClient, kind: str) -> None:
    text = as_calendar(*OBJECTS[kind])

    made = privates.put(NAME, text)

    got = privates.request("GET", NAME)
    assert made.status == 201
    assert got.body == text.encode()
    assert made.headers["etag"] == got.headers["etag"]


@pytest.mark.parametrize(
    ("kind", "component", "name", "text"),
    [
        ("VEVENT", "VEVENT", "COLOR", "seagreen"),
        ("VEVENT", "VEVENT", "CONFERENCE", "video.example"),
        ("VEVENT", "VEVENT", "CONTACT", "rosa, 030"),
        ("VTODO", "VTODO", "STATUS", "in-process"),
        ("VJOURNAL", "VJOURNAL", "DESCRIPTION", "zweiter"),
    ],
)
def test_a_text_is_found_in_properties_that_mean_nothing_to_us(
    privates: DavClient, kind: str, component: str, name: str, text: str
) -> None:
    privates.put(NAME, as_calendar(*OBJECTS[kind]))

    def matching(wanted: str) -> list[str]:
        return privates.found(
            CALENDAR,
            f'<C:comp-filter name="{component}"><C:prop-filter name="{name}">'
            f"<C:text-match>{wanted}</C:text-match></C:prop-filter></C:comp-filter>",
        )

    assert len(matching(text)) == 1
    assert matching("nothing of the kind") == []


@pytest.mark.parametrize(
    ("kind", "day", "is_found"),
    [
        ("VTODO", "20261203", True),
        ("VTODO", "20261210", False),
        ("VJOURNAL", "20261201", True),
        ("VJOURNAL", "20261202", False),
    ],
)
def test_tasks_and_journals_are_found_by_time(
    privates: DavClient, kind: str, day: str, is_found: bool
) -> None:
    privates.put(NAME, as_calendar(*OBJECTS[kind]))

    found = privates.found(
        CALENDAR,
        f'<C:comp-filter name="{kind}"><C:time-range start="{day}T060000Z" end="{day}T120000Z"/>'
        "</C:comp-filter>",
    )

    assert bool(found) is is_found

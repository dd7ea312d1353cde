"""What is a valid calendar object resource, and what is not."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from assisto_caldav.domain.calendar_object import Limits, parse_calendar_object
from assisto_caldav.errors import InvalidCalendarObjectError

SAMPLES = Path(__file__).parents[1] / "ics"
RESOURCE = "valid-calendar-object-resource"
DATA = "valid-calendar-data"


def make_event(*lines: str, uid: str = "a", start: str = "DTSTART:20270201T090000Z") -> str:
    return "\r\n".join(("BEGIN:VEVENT", f"UID:{uid}", start, *lines, "END:VEVENT"))


def make_object(*components: str, header: tuple[str, ...] = ("VERSION:2.0",)) -> bytes:
    lines = ("BEGIN:VCALENDAR", *header, *(components or (make_event(),)), "END:VCALENDAR", "")
    return "\r\n".join(lines).encode()


def precondition_of(raw: bytes, limits: Limits | None = None) -> str | None:
    with pytest.raises(InvalidCalendarObjectError) as refused:
        parse_calendar_object(raw, limits=limits)
    return refused.value.precondition


def test_the_text_is_what_was_sent() -> None:
    raw = (SAMPLES / "smith-john.ics").read_bytes()

    obj = parse_calendar_object(raw)

    assert obj.text.encode() == raw
    assert not obj.transcoded
    assert (obj.uid, obj.component, obj.sequence) == ("smith-john@client.example", "VEVENT", 0)
    assert obj.components[0].text("SUMMARY") == "Smith, John"


def test_the_master_comes_first_wherever_it_stands() -> None:
    override = make_event("RECURRENCE-ID:20270208T090000Z")
    obj = parse_calendar_object(make_object(override, make_event("RRULE:FREQ=WEEKLY")))

    assert obj.master is obj.components[0]
    assert "RRULE" in obj.components[0]
    assert obj.overrides == obj.components[1:]


def test_overrides_alone_are_accepted() -> None:
    obj = parse_calendar_object((SAMPLES / "orphan-override.ics").read_bytes())

    assert obj.master is None
    assert len(obj.overrides) == 2
    assert obj.tzids == ("Europe/Berlin",)


@pytest.mark.parametrize(
    "raw",
    [
        make_object(make_event("SUMMARY:Grüße")).decode().encode("utf-8-sig"),
        make_object(make_event("SUMMARY:Grüße")).decode().encode("latin-1"),
        make_object(make_event("SUMMARY:Grüße")).decode().encode("utf-16"),
        make_object(make_event("SUMMARY:Gr\N{LATIN SMALL LETTER U WITH DIAERESIS}ße")).replace(
            b"\xc3\xbc", b"\xc3\r\n \xbc"
        ),
    ],
    ids=["byte order mark", "latin-1", "utf-16", "folded inside a character"],
)
def test_other_encodings_are_read_and_said_to_be_transcoded(raw: bytes) -> None:
    obj = parse_calendar_object(raw)

    assert obj.components[0].text("SUMMARY") == "Grüße"
    assert obj.transcoded


@pytest.mark.parametrize(
    "raw",
    [
        make_object(make_event("X-FOO;=;;:::")),
        make_object(make_event("GEO:nowhere", "URL:", "PRIORITY:5", "DTSTAMP:20270101T000000Z")),
        make_object(make_event("no colon at all")),
        make_object(make_event("RRULE:")),
        make_object(make_event(start="DTSTART:20270201")),
        make_object("BEGIN:X-OWN\r\nEND:X-OWN", make_event()),
        make_object(make_event(), header=("VERSION:2.0", "X-WR-CALNAME:a")),
        make_object("BEGIN:VTODO\r\nUID:a\r\nEND:VTODO"),
        make_object("BEGIN:VTODO\r\nUID:a\r\nDUE:20270201\r\nRRULE:FREQ=DAILY\r\nEND:VTODO"),
        make_object("BEGIN:VJOURNAL\r\nUID:a\r\nDTSTART;VALUE=DATE:20270201\r\nEND:VJOURNAL"),
        make_object(make_event("BEGIN:VALARM", "TRIGGER:nonsense", "END:VALARM")),
    ],
)
def test_what_we_do_not_read_makes_nothing_invalid(raw: bytes) -> None:
    assert parse_calendar_object(raw).uid == "a"


@pytest.mark.parametrize(
    ("raw", "precondition"),
    [
        (b"", DATA),
        (b"no calendar", DATA),
        (make_object() + make_object(), RESOURCE),
        (make_object(header=("VERSION:2.0", "METHOD:REQUEST")), RESOURCE),
        (make_object(header=("VERSION:1.0",)), DATA),
        (make_object(header=()), DATA),
        (make_object(header=("VERSION:2.0", "CALSCALE:JULIAN")), DATA),
        (make_object("BEGIN:VTIMEZONE\r\nTZID:x\r\nEND:VTIMEZONE"), RESOURCE),
        (make_object(make_event(), make_event("RECURRENCE-ID:20270201", uid="b")), RESOURCE),
        (make_object(make_event(uid="")), RESOURCE),
        (make_object(make_event(uid="x" * 1001)), DATA),
        (make_object(make_event(), "BEGIN:VTODO\r\nUID:a\r\nEND:VTODO"), RESOURCE),
        (
            make_object("BEGIN:VFREEBUSY\r\nUID:a\r\nEND:VFREEBUSY"),
            "supported-calendar-component",
        ),
        (make_object(make_event(), make_event()), RESOURCE),
        (make_object(*[make_event("RECURRENCE-ID:20270201T090000Z")] * 2), RESOURCE),
        (
            make_object(
                make_event("RECURRENCE-ID;TZID=Europe/Berlin:20270201T100000"),
                make_event("RECURRENCE-ID:20270201T090000Z"),
            ),
            RESOURCE,
        ),
        (make_object(make_event(start="SUMMARY:no start")), DATA),
        (make_object(make_event("DTSTART:20270202T090000Z")), DATA),
        (make_object(make_event(start="DTSTART:20270230T090000Z")), DATA),
        (make_object(make_event(start="DTSTART:soon")), DATA),
        (make_object(make_event(start="DTSTART:00010101T000000Z")), "min-date-time"),
        (make_object(make_event(start="DTSTART:99990101T000000Z")), "max-date-time"),
        (make_object(make_event("DTEND:20270201T080000Z")), DATA),
        (make_object(make_event("DTEND;VALUE=DATE:20270203")), DATA),
        (make_object(make_event("DURATION:-PT1H")), DATA),
        (make_object(make_event("DURATION:one hour")), DATA),
        (make_object(make_event("SEQUENCE:first")), DATA),
        (make_object(make_event("RRULE:FREQ=HOURLY")), DATA),
        (make_object(make_event("RRULE:FREQ=MINUTELY;COUNT=2")), DATA),
        (make_object(make_event("RRULE:FREQ=SECONDLY")), DATA),
        (make_object(make_event("RRULE:FREQ=SOMETIMES")), DATA),
        (make_object(make_event("RRULE:FREQ=DAILY;INTERVAL=0")), DATA),
        (make_object(make_event("RRULE:FREQ=YEARLY;RSCALE=HEBREW")), DATA),
        (make_object(make_event("EXDATE:never")), DATA),
        (make_object(make_event(start="DTSTART;TZID=Custom/Zone:20270201T090000")), DATA),
        (make_object(make_event("SUMMARY:a\x00b")), DATA),
        (make_object(make_event("SUMMARY:a\x0bb")), DATA),
        (make_object(make_event())[:-20], DATA),
    ],
)
def test_an_invalid_object_is_refused_with_its_precondition(raw: bytes, precondition: str) -> None:
    assert precondition_of(raw) == precondition


@pytest.mark.parametrize(
    ("raw", "limits", "precondition"),
    [
        (make_object(), Limits(max_bytes=50), "max-resource-size"),
        (make_object(make_event("X:" + "a" * 99)), Limits(max_line_octets=99), "max-resource-size"),
        (make_object(make_event()), Limits(max_components=1), "max-resource-size"),
        (
            make_object(make_event("RDATE:20270202T090000Z,20270203T090000Z")),
            Limits(max_rdates=1),
            "max-instances",
        ),
        (
            make_object(make_event("RDATE:20270202T090000Z,20270203T090000Z")),
            Limits(max_instances=1),
            "max-instances",
        ),
        (
            make_object(make_event("EXDATE:20270202T090000Z", "EXDATE:20270203T090000Z")),
            Limits(max_rdates=1),
            "max-instances",
        ),
        (
            make_object(make_event("RRULE:FREQ=DAILY;COUNT=1000000")),
            Limits(max_instances=999_999),
            "max-instances",
        ),
        (
            make_object(make_event("RECURRENCE-ID:20270202T090000Z")),
            Limits(max_overrides=0),
            "max-instances",
        ),
        (
            make_object(make_event("ATTENDEE:mailto:a@b.example", "ATTENDEE:mailto:c@b.example")),
            Limits(max_attendees=1),
            "max-attendees-per-instance",
        ),
        (make_object(make_event()), Limits(max_lines=5), "max-resource-size"),
        (make_object(make_event()), Limits(max_properties=1), "max-resource-size"),
        (make_object(make_event()), Limits(min_year=2100), "min-date-time"),
        (make_object(make_event()), Limits(max_year=2000), "max-date-time"),
        (
            make_object(make_event("DURATION:P999999W")),
            Limits(),
            "max-date-time",
        ),
    ],
)
def test_an_object_beyond_a_limit_is_refused(raw: bytes, limits: Limits, precondition: str) -> None:
    assert precondition_of(raw, limits) == precondition


@pytest.mark.timeout(60)  # a hang is what it finds, on any machine
@pytest.mark.parametrize(
    "line",
    [
        "RDATE:" + "20270202T090000Z," * 120_000,
        "X-FOLDED:" + "a\r\n " * 500_000,
        "X-PARAMETERS" + ";A=b" * 500_000 + ":",
        "X-QUOTES;A=" + '"' * 1_000_000,
        "BEGIN:X\r\nEND:X\r\n" * 120_000,
    ],
    ids=["dates", "foldings", "parameters", "quotation marks", "components"],
)
def test_two_megabytes_of_nonsense_cost_little(line: str) -> None:
    raw = make_object(make_event(line))

    with suppress(InvalidCalendarObjectError):
        assert parse_calendar_object(raw).uid


def test_a_custom_zone_is_that_of_the_object_itself() -> None:
    starts = []
    for name in ("custom-zone-east.ics", "custom-zone-west.ics"):
        obj = parse_calendar_object((SAMPLES / name).read_bytes())
        starts.append(type(obj.zones.resolve("Custom/Zone")).__name__)
        assert obj.tzids == ("Custom/Zone",)

    assert starts == ["ObjectZone", "ObjectZone"]

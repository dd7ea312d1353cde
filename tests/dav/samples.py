"""Calendar objects and pieces of reports that several tests use."""

from __future__ import annotations

from tests.dav.world import ALICE, DavClient, make_event

HOME = f"/{ALICE}/"
CALENDAR = f"{HOME}appointments/"
ETAG = "<D:prop><D:getetag/></D:prop>"
DAY = "<C:time-range start='20261201T000000Z' end='20261202T000000Z'/>"


def put(client: DavClient, *objects: str, calendar: str = CALENDAR) -> None:
    """Store objects under their UIDs."""
    for text in objects:
        uid = text.partition("UID:")[2].partition("\r")[0]
        assert client.put(f"{calendar}{uid}.ics", text).status in (201, 204)


def events(inner: str) -> str:
    return f"<C:comp-filter name='VEVENT'>{inner}</C:comp-filter>"


def prop(name: str, inner: str = "") -> str:
    return f"<C:prop-filter name='{name}'>{inner}</C:prop-filter>"


def text_match(text: str, attributes: str = "") -> str:
    return f"<C:text-match {attributes}>{text}</C:text-match>"


WEEKLY = make_event("weekly", "RRULE:FREQ=WEEKLY", "EXDATE:20261208T090000Z", "SUMMARY:Jour fixe")
SINGLE = make_event("single", "SUMMARY:Smith, John", "TRANSP:TRANSPARENT")
MOVED = (
    make_event("moved", "RRULE:FREQ=DAILY;COUNT=2")
    .replace(
        "END:VCALENDAR",
        "BEGIN:VEVENT\r\nUID:moved\r\nRECURRENCE-ID:20261202T090000Z\r\n"
        "DTSTART:20261220T090000Z\r\nDTEND:20261220T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR",
    )
)  # fmt: skip

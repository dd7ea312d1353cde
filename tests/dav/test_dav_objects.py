"""PUT, GET, DELETE and MOVE of calendar objects."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.dav.world import ALICE, DavClient, as_calendar, make_event

CALENDAR = f"/{ALICE}/appointments/"
ONE = f"{CALENDAR}one.ics"


@pytest.mark.parametrize(
    "line",
    [
        "SUMMARY:Smith, John",
        'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-ADDRESS="Platz 1";X-TITLE=M:geo:52.5,13',
        "DESCRIPTION:eine lange Zeile\r\n  die gefaltet ist",
        "summary:kleine Buchstaben 🙂",
    ],
)
def test_what_was_put_is_what_is_got(alice: DavClient, line: str) -> None:
    text = make_event("one", line)

    put = alice.put(ONE, text)

    got = alice.request("GET", ONE)
    assert put.status == 201
    assert got.body == text.encode()
    assert put.headers["etag"] == got.headers["etag"]


def test_bare_line_feeds_are_kept(alice: DavClient) -> None:
    text = make_event().replace("\r\n", "\n")

    alice.put(ONE, text)

    assert alice.request("GET", ONE).body == text.encode()


def test_a_body_in_latin_1_is_read_and_answered_without_etag(alice: DavClient) -> None:
    raw = make_event("one", "SUMMARY:Gespräch").encode("latin-1")

    put = alice.put(ONE, raw, content_type="text/calendar; charset=iso-8859-1")

    assert put.status == 201
    assert "etag" not in put.headers
    assert "Gespräch" in alice.request("GET", ONE).text


def test_a_second_put_replaces_and_changes_the_etag(alice: DavClient) -> None:
    first = alice.put(ONE, make_event())

    second = alice.put(ONE, make_event("one", "SUMMARY:anders"))

    assert (first.status, second.status) == (201, 204)
    assert first.headers["etag"] != second.headers["etag"]


def test_if_none_match_refuses_to_replace(alice: DavClient) -> None:
    alice.put(ONE, make_event())

    again = alice.put(ONE, make_event("one", "SUMMARY:x"), if_none_match="*")

    assert again.status == 412
    assert "SUMMARY" not in alice.request("GET", ONE).text


def test_if_match_lets_only_the_known_state_be_replaced(alice: DavClient) -> None:
    etag = alice.put(ONE, make_event()).headers["etag"]

    stale = alice.put(ONE, make_event("one", "SUMMARY:x"), if_match='"other"')
    known = alice.put(ONE, make_event("one", "SUMMARY:x"), if_match=etag)

    assert (stale.status, known.status) == (412, 204)


def test_get_of_a_known_etag_is_304_without_body(alice: DavClient) -> None:
    etag = alice.put(ONE, make_event()).headers["etag"]

    got = alice.request("GET", ONE, if_none_match=etag)

    assert (got.status, got.body) == (304, b"")


def test_head_is_get_without_body(alice: DavClient) -> None:
    alice.put(ONE, make_event())

    head, got = alice.request("HEAD", ONE), alice.request("GET", ONE)

    assert head.body == b""
    assert head.headers == got.headers


@pytest.mark.parametrize("name", ["ü: '\"*?,;.ics", "a b+c%20d.ics", "%41.ics", "@#.ics"])
def test_any_character_may_stand_in_an_href(alice: DavClient, name: str) -> None:
    put = alice.put(f"{CALENDAR}{quote(name, safe='')}", make_event())

    listed = alice.propfind(CALENDAR, "<D:getetag/>", "1")
    assert put.status == 201
    assert f"/dav{CALENDAR}{name}" in listed.responses()


def test_at_and_percent_40_are_the_same(alice: DavClient) -> None:
    alice.put(ONE, make_event())

    assert alice.request("GET", "/alice%40mitte.example/appointments/one.ics").status == 200
    assert alice.request("GET", "/ALICE%2540mitte.example/appointments/one.ics").status == 200


def test_delete_removes_the_object(alice: DavClient) -> None:
    alice.put(ONE, make_event())

    deleted = alice.request("DELETE", ONE)

    assert deleted.status == 204
    assert alice.request("GET", ONE).status == 404
    assert alice.request("DELETE", ONE).status == 404


def test_delete_of_a_changed_object_is_refused(alice: DavClient) -> None:
    alice.put(ONE, make_event())

    assert alice.request("DELETE", ONE, if_match='"other"').status == 412


@pytest.mark.parametrize(
    ("body", "condition"),
    [
        ("", "C:valid-calendar-data"),
        ("hello", "C:valid-calendar-data"),
        ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "C:valid-calendar-data"),
        (make_event(start="DTSTART:never"), "C:valid-calendar-data"),
        (make_event("one", "RRULE:FREQ=SECONDLY"), "C:valid-calendar-data"),
        (make_event("one", "SUMMARY:a\x00b"), "C:valid-calendar-data"),
        (make_event().replace("UID:one\r\n", ""), "C:valid-calendar-object-resource"),
        (make_event().replace("VERSION", "METHOD:PUBLISH\r\nVERSION"),
         "C:valid-calendar-object-resource"),
        (as_calendar("BEGIN:VTODO", "UID:t", "END:VTODO"), "C:supported-calendar-component"),
    ],
)  # fmt: skip
def test_invalid_data_is_refused_with_its_precondition_and_leaves_no_trace(
    alice: DavClient, body: str, condition: str
) -> None:
    before = alice.propfind(CALENDAR, "<D:sync-token/>").value("D:sync-token")

    put = alice.put(ONE, body)

    assert put.status in (403, 409)
    assert put.conditions == [condition]
    assert alice.request("GET", ONE).status == 404
    assert alice.propfind(CALENDAR, "<D:sync-token/>").value("D:sync-token") == before


def test_another_href_with_the_uid_is_refused_and_the_first_is_named(alice: DavClient) -> None:
    alice.put(ONE, make_event("same"))

    put = alice.put(f"{CALENDAR}two.ics", make_event("same"))

    assert put.status in (403, 409)
    assert put.conditions == ["C:no-uid-conflict"]
    assert f"/dav{ONE}" in put.text


def test_a_body_that_is_too_large_is_refused(alice: DavClient) -> None:
    put = alice.put(ONE, make_event("one", "SUMMARY:" + "x" * 2_000_000))

    assert put.status == 403
    assert put.conditions == ["C:max-resource-size"]


def test_another_media_type_is_refused(alice: DavClient) -> None:
    put = alice.put(ONE, "BEGIN:VCARD", content_type="text/vcard")

    assert put.conditions == ["C:supported-calendar-data"]


def test_put_on_a_collection_does_not_replace_it(alice: DavClient) -> None:
    alice.put(ONE, make_event())

    put = alice.put(CALENDAR, make_event("two"))

    assert put.status == 405
    assert alice.request("GET", ONE).status == 200


def test_put_into_nothing_is_a_conflict(alice: DavClient) -> None:
    assert alice.put(f"/{ALICE}/nowhere/one.ics", make_event()).status == 409


@pytest.mark.parametrize("place", ["inbox", "outbox"])
def test_nothing_is_put_into_scheduling_collections(alice: DavClient, place: str) -> None:
    put = alice.put(f"/{ALICE}/{place}/one.ics", make_event())

    assert put.status == 403
    assert put.conditions == ["D:need-privileges"]


def test_overrides_without_master_are_stored_and_break_no_report(alice: DavClient) -> None:
    alice.put(f"{CALENDAR}plain.ics", make_event("plain"))
    orphan = make_event("orphan", "RECURRENCE-ID:20261201T120000Z")

    put = alice.put(f"{CALENDAR}orphan.ics", orphan)

    window = "<C:time-range start='20261201T000000Z' end='20261202T000000Z'/>"
    events = f"<C:comp-filter name='VEVENT'>{window}</C:comp-filter>"
    expand = (
        "<C:calendar-data><C:expand start='20261201T000000Z' end='20261202T000000Z'/>"
        "</C:calendar-data>"
    )
    assert put.status == 201
    assert alice.found(CALENDAR, events) == ["orphan.ics", "plain.ics"]
    assert len(alice.query(CALENDAR, events, expand).responses()) == 2
    assert alice.report(CALENDAR, "C:free-busy-query", window).status == 200
    assert alice.request("GET", CALENDAR).text.count("BEGIN:VEVENT") == 2


def test_move_within_the_home(alice: DavClient) -> None:
    alice.request("MKCALENDAR", f"/{ALICE}/private/")
    alice.put(f"/{ALICE}/private/one.ics", make_event())

    moved = alice.request(
        "MOVE",
        f"/{ALICE}/private/one.ics",
        destination=f"https://centre.example/dav/{ALICE.replace('@', '%40')}/private/two.ics",
    )

    assert moved.status == 201
    assert alice.request("GET", f"/{ALICE}/private/one.ics").status == 404
    assert alice.request("GET", f"/{ALICE}/private/two.ics").text == make_event()


@pytest.mark.parametrize(
    ("destination", "status"),
    [
        ("https://elsewhere.example/dav/x", 502),
        ("/dav/bob@mitte.example/appointments/one.ics", 403),
        ("/other/one.ics", 400),
        (f"/dav/{ALICE}/appointments/", 403),
        ("", 400),
    ],
)
def test_move_to_where_it_must_not_go(alice: DavClient, destination: str, status: int) -> None:
    alice.put(ONE, make_event())

    moved = alice.request("MOVE", ONE, destination=destination)

    assert moved.status == status
    assert alice.request("GET", ONE).status == 200


def test_the_whole_calendar_has_each_zone_once(alice: DavClient) -> None:
    zone = (
        "BEGIN:VTIMEZONE", "TZID:Europe/Berlin", "BEGIN:STANDARD", "DTSTART:19701025T030000",
        "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "END:STANDARD", "END:VTIMEZONE",
    )  # fmt: skip
    for uid in ("one", "two"):
        event = make_event(
            uid, start="DTSTART;TZID=Europe/Berlin:20261201T090000", end="DURATION:PT1H"
        )
        text = event.replace("BEGIN:VEVENT", "\r\n".join((*zone, "BEGIN:VEVENT")))
        alice.put(f"{CALENDAR}{uid}.ics", text)

    got = alice.request("GET", CALENDAR)

    assert got.status == 200
    assert got.text.count("BEGIN:VTIMEZONE") == 1
    assert got.text.count("BEGIN:VEVENT") == 2
    assert got.text.count("BEGIN:VCALENDAR") == 1
    assert alice.request("GET", CALENDAR, if_none_match=got.headers["etag"]).status == 304

"""Scheduling objects that calendar apps make: kept, and honest about who was told (RFC 6638 §3)."""

from __future__ import annotations

import re

import pytest

from tests.dav.world import ALICE, BOB, DavClient, Reply, make_event

CALENDAR = f"/{ALICE}/appointments/"
ONE = f"{CALENDAR}one.ics"
ME = f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{ALICE}"
BY_ME = f"ORGANIZER;CN=Alice:mailto:{ALICE}"
BOSS = "ORGANIZER;CN=Boss:mailto:boss@x.example"


def put(client: DavClient, *lines: str, path: str = ONE, **headers: str) -> Reply:
    return client.put(path, make_event("one", *lines), **headers)


def lines(client: DavClient, name: str, path: str = ONE) -> list[str]:
    text = client.request("GET", path).text.replace("\r\n ", "")
    return re.findall(rf"^{name}[;:][^\r]*", text, re.MULTILINE)


def tag(client: DavClient, path: str = ONE) -> str:
    return client.request("GET", path).headers["schedule-tag"]


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (
            "ATTENDEE;CN=Guest:mailto:guest@x.example",
            "ATTENDEE;SCHEDULE-STATUS=5.2;CN=Guest:mailto:guest@x.example",
        ),
        (f"ATTENDEE:mailto:{BOB}", f"ATTENDEE;SCHEDULE-STATUS=5.3:mailto:{BOB}"),
        (
            'ATTENDEE;SCHEDULE-STATUS="1.2,2.0";RSVP=TRUE:mailto:guest@x.example',
            "ATTENDEE;SCHEDULE-STATUS=5.2;RSVP=TRUE:mailto:guest@x.example",
        ),
        (
            "ATTENDEE;SCHEDULE-AGENT=SERVER;SCHEDULE-FORCE-SEND=REQUEST:mailto:g@x.example",
            "ATTENDEE;SCHEDULE-STATUS=5.2;SCHEDULE-AGENT=SERVER:mailto:g@x.example",
        ),
        (
            "ATTENDEE;SCHEDULE-FORCE-SEND=X-NOW:mailto:g@x.example",
            "ATTENDEE;SCHEDULE-STATUS=2.3:mailto:g@x.example",
        ),
        (
            'ATTENDEE;CN=";SCHEDULE-STATUS=1.1":mailto:g@x.example',
            'ATTENDEE;SCHEDULE-STATUS=5.2;CN=";SCHEDULE-STATUS=1.1":mailto:g@x.example',
        ),
    ],
)
def test_an_invitation_that_nobody_gets_says_so(alice: DavClient, given: str, stored: str) -> None:
    reply = put(alice, BY_ME, ME, given)

    assert reply.status == 201
    assert "etag" not in reply.headers
    assert reply.headers["schedule-tag"] == tag(alice)
    assert lines(alice, "ATTENDEE") == [ME, stored]
    assert lines(alice, "ORGANIZER") == [BY_ME]


@pytest.mark.parametrize("agent", ["CLIENT", "NONE", "X-OTHER"])
def test_what_the_app_delivers_itself_is_left_as_it_is(alice: DavClient, agent: str) -> None:
    guest = f"ATTENDEE;SCHEDULE-AGENT={agent}:mailto:guest@x.example"

    reply = put(alice, BY_ME, ME, guest)

    assert "etag" in reply.headers
    assert lines(alice, "ATTENDEE") == [ME, guest]


def test_all_other_lines_stay_byte_for_byte(alice: DavClient) -> None:
    folded = "DESCRIPTION:Ein\r\n  langer\r\n\t Text"
    text = make_event("one", BY_ME, ME, "ATTENDEE:mailto:guest@x.example", folded, "x-mine:1")

    alice.put(ONE, text)

    stored = alice.request("GET", ONE).text
    assert stored == text.replace("ATTENDEE:", "ATTENDEE;SCHEDULE-STATUS=5.2:")


def test_the_same_put_twice_changes_nothing(alice: DavClient) -> None:
    put(alice, BY_ME, "ATTENDEE:mailto:guest@x.example")
    before = alice.request("GET", ONE)

    reply = put(alice, BY_ME, "ATTENDEE:mailto:guest@x.example")

    after = alice.request("GET", ONE)
    assert (reply.status, "etag" in reply.headers) == (204, False)
    assert (after.body, after.headers["etag"]) == (before.body, before.headers["etag"])
    assert tag(alice) == before.headers["schedule-tag"]


def test_what_was_read_is_put_back_with_its_etag(alice: DavClient) -> None:
    put(alice, BY_ME, "ATTENDEE:mailto:guest@x.example")

    reply = alice.put(ONE, alice.request("GET", ONE).body)

    assert "etag" in reply.headers


def test_whom_an_alarm_mails_is_not_invited(alice: DavClient) -> None:
    alarm = (
        "BEGIN:VALARM\r\nACTION:EMAIL\r\nTRIGGER:-PT5M\r\nSUMMARY:x\r\nDESCRIPTION:x\r\n"
        "ATTENDEE:mailto:guest@x.example\r\nEND:VALARM"
    )

    assert "etag" in put(alice, BY_ME, alarm).headers


def test_an_answer_to_somebody_elses_invitation_is_kept_and_marked(alice: DavClient) -> None:
    assert "etag" in put(alice, BOSS, ME.replace("ACCEPTED", "NEEDS-ACTION")).headers

    reply = put(alice, BOSS, ME)

    assert "etag" not in reply.headers
    assert lines(alice, "ORGANIZER") == [BOSS.replace(";", ";SCHEDULE-STATUS=5.2;", 1)]
    assert lines(alice, "ATTENDEE") == [ME]


def test_the_failure_to_reply_stays_noted_when_the_app_leaves_it_out(alice: DavClient) -> None:
    put(alice, BOSS, ME)

    put(alice, BOSS, ME, "DESCRIPTION:mehr")

    assert "SCHEDULE-STATUS=5.2" in lines(alice, "ORGANIZER")[0]


def test_a_reply_that_the_app_sends_itself_is_not_marked(alice: DavClient) -> None:
    boss = BOSS.replace(";", ";SCHEDULE-AGENT=CLIENT;", 1)

    put(alice, boss, ME)

    assert lines(alice, "ORGANIZER") == [boss]


def test_force_send_is_never_kept(alice: DavClient) -> None:
    put(alice, BOSS, "ATTENDEE;SCHEDULE-FORCE-SEND=REQUEST:mailto:other@x.example")

    assert lines(alice, "ATTENDEE") == ["ATTENDEE:mailto:other@x.example"]


def test_an_event_without_organizer_is_nobody_elses_affair(alice: DavClient) -> None:
    reply = put(alice, "ATTENDEE:mailto:guest@x.example")

    assert "etag" in reply.headers
    assert "schedule-tag" not in reply.headers


def test_all_components_have_the_same_organizer(alice: DavClient) -> None:
    override = (
        "BEGIN:VEVENT\r\nUID:one\r\nRECURRENCE-ID:20261202T090000Z\r\n"
        f"DTSTART:20261202T110000Z\r\n{BOSS}\r\nEND:VEVENT\r\nEND:VCALENDAR"
    )
    text = make_event("one", "RRULE:FREQ=DAILY;COUNT=3", BY_ME).replace("END:VCALENDAR", override)

    reply = alice.put(ONE, text)

    assert reply.status == 403
    assert reply.conditions == ["C:same-organizer-in-all-components", "D:need-privileges"]


def test_an_invitation_of_hers_does_not_become_somebody_elses(alice: DavClient) -> None:
    put(alice, BY_ME, ME)

    reply = put(alice, BOSS, ME)

    assert reply.status == 403
    assert reply.conditions == [
        "C:allowed-organizer-scheduling-object-change",
        "D:need-privileges",
    ]


def test_an_answer_by_put_changes_the_schedule_tag_and_the_same_answer_does_not(
    alice: DavClient,
) -> None:
    put(alice, BOSS, ME)
    before = tag(alice)

    again = put(alice, BOSS, ME, if_schedule_tag_match=before)
    other = put(alice, BOSS, ME.replace("ACCEPTED", "TENTATIVE"), if_schedule_tag_match=before)
    stale = put(alice, BOSS, ME.replace("ACCEPTED", "DECLINED"), if_schedule_tag_match=before)

    assert again.headers["schedule-tag"] == before
    assert other.headers["schedule-tag"] == tag(alice) != before
    assert stale.status == 412


def test_a_matching_schedule_tag_goes_before_a_stale_etag(alice: DavClient) -> None:
    put(alice, BY_ME, ME)

    reply = put(
        alice, BY_ME, ME, "SUMMARY:neu", if_match='"stale"', if_schedule_tag_match=tag(alice)
    )

    assert reply.status == 204


def test_a_stale_etag_alone_is_refused(alice: DavClient) -> None:
    put(alice, BY_ME, ME)

    assert put(alice, BY_ME, ME, "SUMMARY:neu", if_match='"stale"').status == 412


@pytest.mark.parametrize("method", ["DELETE", "COPY", "MOVE"])
def test_a_stale_schedule_tag_stops_every_method(alice: DavClient, method: str) -> None:
    put(alice, BY_ME, ME)
    alice.request("MKCALENDAR", f"/{ALICE}/mine/")

    reply = alice.request(
        method,
        ONE,
        destination=f"/dav/{ALICE}/mine/one.ics",
        if_schedule_tag_match='"other"',
    )

    assert reply.status == 412
    assert alice.request("GET", ONE).status == 200


def test_an_object_without_a_schedule_tag_matches_none(alice: DavClient) -> None:
    put(alice)

    assert put(alice, "SUMMARY:neu", if_schedule_tag_match='"any"').status == 412


@pytest.mark.parametrize("method", ["COPY", "MOVE"])
def test_the_destination_is_answered_with_its_own_schedule_tag(
    alice: DavClient, method: str
) -> None:
    put(alice, BY_ME, ME)
    before = tag(alice)
    alice.request("MKCALENDAR", f"/{ALICE}/mine/")
    there = f"/{ALICE}/mine/one.ics"

    reply = alice.request(method, ONE, destination=f"/dav{there}")

    assert reply.headers["schedule-tag"] == tag(alice, there) != before


@pytest.mark.parametrize("reply_header", ["F", "T", "x"])
def test_schedule_reply_is_accepted_on_delete(alice: DavClient, reply_header: str) -> None:
    put(alice, BOSS, ME)

    assert alice.request("DELETE", ONE, schedule_reply=reply_header).status == 204


def test_the_default_calendar_is_named_and_stays(alice: DavClient) -> None:
    inbox = f"/{ALICE}/inbox/"
    name = "<C:schedule-default-calendar-URL/>"
    named = alice.propfind(inbox, name).hrefs("C:schedule-default-calendar-URL")
    body = (
        "<D:propertyupdate xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><D:set><D:prop>"
        f"<C:schedule-default-calendar-URL><D:href>/dav/{ALICE}/absences/</D:href>"
        "</C:schedule-default-calendar-URL></D:prop></D:set></D:propertyupdate>"
    )

    changed = alice.request("PROPPATCH", inbox, body)
    deleted = alice.request("DELETE", CALENDAR)

    assert named == [f"/dav{CALENDAR}"]
    assert "<D:cannot-modify-protected-property/>" in changed.text
    assert (deleted.status, deleted.conditions) == (403, ["C:default-calendar-needed"])
    assert alice.propfind(inbox, name).hrefs("C:schedule-default-calendar-URL") == named

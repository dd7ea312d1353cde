"""POST on the outbox: when colleagues are busy (RFC 6638 §5, RFC 5546 §3.3.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from assisto_caldav.ports import Ports
from assisto_radicale.mount import make_dav_app
from tests.dav.world import (
    ALICE,
    BOB,
    CAROL,
    FRANK,
    NAMESPACES,
    DavClient,
    Reply,
    as_calendar,
    make_event,
)

OUTBOX = f"/{ALICE}/outbox/"
NOBODY = "nobody@mitte.example"


def question(
    *attendees: str,
    organizer: str = ALICE,
    start: str = "20261201T000000Z",
    end: str = "20261202T000000Z",
    more: tuple[str, ...] = (),
) -> str:
    return as_calendar(
        "METHOD:REQUEST",
        "BEGIN:VFREEBUSY",
        "UID:4fd3ad926350",
        "DTSTAMP:20261130T110000Z",
        f"DTSTART:{start}",
        f"DTEND:{end}",
        f"ORGANIZER:mailto:{organizer}",
        *(f"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{one}" for one in attendees),
        *more,
        "END:VFREEBUSY",
    )


def post(client: DavClient, text: str, path: str = OUTBOX, **headers: str) -> Reply:
    return client.request("POST", path, text, **{"content_type": "text/calendar", **headers})


@dataclass
class Answered:
    """What the outbox says of one recipient."""

    status: str
    text: str

    @property
    def busy(self) -> list[str]:
        return re.findall(r"^FREEBUSY;FBTYPE=([^\r]*)", self.text, re.MULTILINE)


def answers(reply: Reply) -> dict[str, Answered]:
    assert reply.status == 200, reply.text
    return {
        node.findtext("C:recipient/D:href", "", NAMESPACES): Answered(
            node.findtext("C:request-status", "", NAMESPACES),
            node.findtext("C:calendar-data", "", NAMESPACES),
        )
        for node in reply.xml.iterfind("C:response", NAMESPACES)
    }


@pytest.fixture
def bob(ports: Ports) -> DavClient:
    return DavClient(make_dav_app(ports), BOB)


def busy_of(
    client: DavClient, login: str, start: str = "20261201T000000Z", end: str = "20261202T000000Z"
) -> list[str]:
    return answers(post(client, question(login, start=start, end=end)))[f"mailto:{login}"].busy


def test_a_colleague_is_answered_with_times_and_nothing_else(
    alice: DavClient, bob: DavClient
) -> None:
    bob.put(f"/{BOB}/appointments/one.ics", make_event("one", "SUMMARY:Geheim"))

    found = answers(post(alice, question(BOB)))[f"mailto:{BOB}"]

    assert found.status == "2.0;Success"
    assert found.busy == ["BUSY:20261201T090000Z/20261201T100000Z"]
    assert "Geheim" not in found.text
    lines = found.text.split("\r\n")
    assert {
        "METHOD:REPLY",
        "UID:4fd3ad926350",
        "DTSTART:20261201T000000Z",
        "DTEND:20261202T000000Z",
        f"ORGANIZER:mailto:{ALICE}",
        f"ATTENDEE:mailto:{BOB}",
    } <= set(lines)


def test_whoever_is_not_of_the_institution_is_unknown_whether_there_or_not(
    alice: DavClient, ports: Ports
) -> None:
    carol = DavClient(make_dav_app(ports), CAROL)
    carol.put(f"/{CAROL}/appointments/one.ics", make_event())

    reply = post(alice, question(CAROL, NOBODY, FRANK))

    found = answers(reply)
    assert {one.status for one in found.values()} == {"3.7;Invalid calendar user"}
    blocks = re.findall(r"<C:response>.*?</C:response>", reply.text)
    assert blocks[0].replace(CAROL, NOBODY) == blocks[1] == blocks[2].replace(FRANK, NOBODY)


def test_everything_that_blocks_time_counts_once_as_its_strongest_kind(
    alice: DavClient, bob: DavClient
) -> None:
    home = f"/{BOB}/"
    bob.request("MKCALENDAR", f"{home}mine/")
    bob.put(f"{home}mine/one.ics", make_event("one", "STATUS:TENTATIVE"))
    bob.put(
        f"{home}appointments/two.ics",
        make_event("two", start="DTSTART:20261201T093000Z", end="DTEND:20261201T110000Z"),
    )
    bob.put(f"{home}appointments/free.ics", make_event("free", "TRANSP:TRANSPARENT", end=""))
    bob.put(
        f"{home}absences/off.ics",
        make_event("off", start="DTSTART:20261201T150000Z", end="DTEND:20261201T160000Z"),
    )
    alice.put(
        f"/{ALICE}/closing-days/shut.ics",
        make_event("shut", start="DTSTART:20261201T180000Z", end="DTEND:20261201T190000Z"),
    )

    assert busy_of(alice, BOB) == [
        "BUSY:20261201T093000Z/20261201T110000Z",
        "BUSY-UNAVAILABLE:20261201T150000Z/20261201T160000Z",
        "BUSY-UNAVAILABLE:20261201T180000Z/20261201T190000Z",
        "BUSY-TENTATIVE:20261201T090000Z/20261201T093000Z",
    ]


def test_a_series_is_known_beyond_the_index(alice: DavClient, bob: DavClient) -> None:
    bob.put(f"/{BOB}/appointments/w.ics", make_event("w", "RRULE:FREQ=WEEKLY"))

    found = busy_of(alice, BOB, start="20400103T000000Z", end="20400104T000000Z")

    assert found == ["BUSY:20400103T090000Z/20400103T100000Z"]


def test_time_outside_of_booking_times_is_unavailable(alice: DavClient, bob: DavClient) -> None:
    rule = make_event(
        "rule", "SUMMARY:alle", start="DTSTART:20261201T080000Z", end="DTEND:20261201T160000Z"
    )
    assert bob.put(f"/{BOB}/booking-times/rule.ics", rule).status == 201

    assert busy_of(alice, BOB) == [
        "BUSY-UNAVAILABLE:20261201T000000Z/20261201T080000Z",
        "BUSY-UNAVAILABLE:20261201T160000Z/20261202T000000Z",
    ]


def test_an_event_that_moves_is_not_in_its_own_way(alice: DavClient) -> None:
    alice.put(f"/{ALICE}/appointments/one.ics", make_event("one"))

    found = answers(post(alice, question(ALICE, more=("X-CALENDARSERVER-MASK-UID:one",))))

    assert found[f"mailto:{ALICE}"].busy == []


def test_nobody_masks_what_a_colleague_has(alice: DavClient, bob: DavClient) -> None:
    bob.put(f"/{BOB}/appointments/one.ics", make_event("one"))

    found = answers(post(alice, question(BOB, more=("X-CALENDARSERVER-MASK-UID:one",))))

    assert found[f"mailto:{BOB}"].busy != []


def test_an_invitation_of_ones_own_is_masked_in_the_attendees_calendar(
    alice: DavClient, bob: DavClient
) -> None:
    copy = make_event("one", f"ORGANIZER:mailto:{ALICE}", f"ATTENDEE:mailto:{BOB}")
    bob.put(f"/{BOB}/appointments/one.ics", copy)

    found = answers(post(alice, question(BOB, more=("X-CALENDARSERVER-MASK-UID:one",))))

    assert found[f"mailto:{BOB}"].busy == []


def test_headers_of_the_drafts_are_tolerated(alice: DavClient) -> None:
    reply = post(alice, question(BOB), originator=f"mailto:{ALICE}", recipient=f"mailto:{CAROL}")

    assert list(answers(reply)) == [f"mailto:{BOB}"]


PUBLISHED = question(BOB).replace("METHOD:REQUEST", "METHOD:PUBLISH")
INVITATION = make_event("inv", f"ORGANIZER:mailto:{ALICE}", f"ATTENDEE:mailto:{BOB}").replace(
    "BEGIN:VEVENT", "METHOD:REQUEST\r\nBEGIN:VEVENT"
)


@pytest.mark.parametrize(
    ("text", "status", "condition"),
    [
        (question(BOB, organizer=BOB), 403, "C:valid-organizer"),
        ("BEGIN:VCALENDAR", 403, "C:valid-calendar-data"),
        ("", 403, "C:valid-calendar-data"),
        (INVITATION, 400, "C:valid-scheduling-message"),
        (PUBLISHED, 400, "C:valid-scheduling-message"),
        (question(), 400, "C:valid-scheduling-message"),
        (question(BOB, start="20261202T000000Z"), 400, "C:valid-scheduling-message"),
        (question(BOB, start="20261202"), 400, "C:valid-scheduling-message"),
        (question(BOB, end="20461202T000000Z"), 400, "C:valid-scheduling-message"),
        (question(*(f"a{n}@x.example" for n in range(101))), 400, "C:valid-scheduling-message"),
        (question(BOB, more=("X-PAD:" + "x" * 70_000,)), 403, "C:max-resource-size"),
    ],
    ids=range(11),
)  # fmt: skip
def test_what_is_no_such_question_is_refused_with_its_precondition(
    alice: DavClient, text: str, status: int, condition: str
) -> None:
    reply = post(alice, text)

    assert (reply.status, reply.conditions) == (status, [condition])


def test_only_icalendar_is_taken(alice: DavClient) -> None:
    reply = post(alice, question(BOB), content_type="application/xml")

    assert (reply.status, reply.conditions) == (403, ["C:supported-calendar-data"])


@pytest.mark.parametrize("login", [BOB, CAROL, FRANK])
def test_nobody_asks_in_the_outbox_of_another(ports: Ports, login: str) -> None:
    other = DavClient(make_dav_app(ports), login)

    assert post(other, question(BOB)).status == 403


@pytest.mark.parametrize("place", ["appointments/", "inbox/", "", "outbox/x"])
def test_a_post_elsewhere_is_not_allowed(alice: DavClient, place: str) -> None:
    reply = post(alice, question(BOB), f"/{ALICE}/{place}")

    assert reply.status == 405


def test_the_outbox_says_what_may_be_done_there(alice: DavClient) -> None:
    found = alice.propfind(OUTBOX, "<D:current-user-privilege-set/>")

    assert "<C:schedule-send-freebusy/>" in found.text
    assert "POST" in alice.request("OPTIONS", OUTBOX).headers["allow"]

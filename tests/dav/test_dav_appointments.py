"""An appointment in the counsellor's calendar app: what is asked, what is answered."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from assisto_caldav.clock import FrozenClock
from assisto_caldav.domain.appointment import State
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.client_details import ClientDetails
from assisto_caldav.ports import Ports
from assisto_caldav.usecases.expire import expire_and_settle
from assisto_caldav.usecases.request import RequestForm, request_appointment
from tests.dav.world import ALICE, NAMESPACES, DavClient, make_event, window

HOME = f"/{ALICE}/"
CALENDAR = f"{HOME}appointments/"
WEDNESDAY_TEN = 1_796_202_000  # 2 December 2026, 10:00 in Berlin
HOUR = 3600


@dataclass
class Asked:
    """A request as it lies in the calendar."""

    ports: Ports
    client: DavClient
    id: str
    path: str

    def get(self) -> str:
        """The object, unfolded as apps do."""
        return self.client.request("GET", self.path).text.replace("\r\n ", "")

    @property
    def state(self) -> State:
        with self.ports.database.reading() as unit:
            found = unit.appointments.get(self.id)
        assert found is not None
        return found.state

    def headers(self) -> dict[str, str]:
        return self.client.request("GET", self.path).headers

    def answered(self, partstat: str) -> str:
        return self.get().replace("PARTSTAT=NEEDS-ACTION", f"PARTSTAT={partstat}")


def ask(ports: Ports, client: DavClient, start: int = WEDNESDAY_TEN) -> Asked:
    form = RequestForm(
        institution="mitte",
        service="s1",
        channel=Channel.VIDEO,
        start=start,
        counsellor=ALICE,
        details=ClientDetails("Grace", "grace@post.example", "", "Bitte um Rat", ""),
    )
    appointment, _ = request_appointment(ports, form)
    return Asked(ports, client, appointment.id, f"{CALENDAR}{appointment.href}")


@pytest.fixture
def bookable(alice: DavClient) -> DavClient:
    """Alice, who has drawn booking times on Wednesdays."""
    rule = make_event(
        "wednesdays",
        "SUMMARY:alle",
        "RRULE:FREQ=WEEKLY",
        start="DTSTART;TZID=Europe/Berlin:20261202T090000",
        end="DTEND;TZID=Europe/Berlin:20261202T170000",
    )
    assert alice.put(f"{HOME}booking-times/rule.ics", rule).status == 201
    return alice


@pytest.fixture
def asked(ports: Ports, bookable: DavClient) -> Asked:
    return ask(ports, bookable)


def test_a_request_is_a_tentative_event_with_a_schedule_tag(asked: Asked) -> None:
    text, headers = asked.get(), asked.headers()

    assert "STATUS:TENTATIVE" in text
    assert "PARTSTAT=NEEDS-ACTION" in text
    assert "Grace" not in text
    assert headers["schedule-tag"].startswith('"')
    found = asked.client.propfind(asked.path, "<C:schedule-tag/><D:getetag/>")
    assert found.value("C:schedule-tag") == headers["schedule-tag"]
    assert found.value("D:getetag") == headers["etag"]


def test_an_event_without_organizer_has_no_schedule_tag(alice: DavClient) -> None:
    alice.put(f"{CALENDAR}own.ics", make_event("own"))

    found = alice.propfind(f"{CALENDAR}own.ics", "<C:schedule-tag/>")

    assert "404 Not Found" in found.text
    assert "schedule-tag" not in alice.request("GET", f"{CALENDAR}own.ics").headers


def test_accepting_confirms_and_is_answered_without_etag(asked: Asked) -> None:
    before = asked.headers()

    put = asked.client.put(
        asked.path, asked.answered("ACCEPTED"), if_schedule_tag_match=before["schedule-tag"]
    )

    assert put.status == 204
    assert "etag" not in put.headers
    assert put.headers["schedule-tag"] == asked.headers()["schedule-tag"] != before["schedule-tag"]
    assert "STATUS:CONFIRMED" in asked.get()
    assert asked.state is State.CONFIRMED


def test_declining_takes_the_event_away(asked: Asked) -> None:
    put = asked.client.put(asked.path, asked.answered("DECLINED"))

    assert put.status in (200, 204)
    assert asked.client.request("GET", asked.path).status == 404
    assert asked.state is State.DECLINED


def test_a_stale_schedule_tag_is_refused(asked: Asked) -> None:
    put = asked.client.put(
        asked.path, asked.answered("ACCEPTED"), if_schedule_tag_match='"another"'
    )

    assert put.status == 412
    assert asked.state is State.REQUESTED


def test_two_devices_that_answer_differently_the_first_wins(asked: Asked) -> None:
    yes, no, etag = asked.answered("ACCEPTED"), asked.answered("DECLINED"), asked.headers()["etag"]
    assert asked.client.put(asked.path, yes, if_match=etag).status == 204

    second = asked.client.put(asked.path, no, if_match=etag)

    assert second.status == 412
    assert asked.state is State.CONFIRMED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r"ORGANIZER[^\r]*", "ORGANIZER:mailto:other@x.example"),
        (r"END:VEVENT", "RRULE:FREQ=DAILY\r\nEND:VEVENT"),
        (r"END:VEVENT", "ATTENDEE:mailto:other@x.example\r\nEND:VEVENT"),
    ],
)
def test_what_an_attendee_may_not_change_is_refused_with_both_elements(
    asked: Asked, old: str, new: str
) -> None:
    before = asked.get()

    put = asked.client.put(asked.path, re.sub(old, new, before, count=1))

    assert put.status == 403
    assert put.conditions == ["C:allowed-attendee-scheduling-object-change", "D:need-privileges"]
    assert asked.get() == before


def test_a_move_onto_another_appointment_is_refused_with_both_elements(
    ports: Ports, bookable: DavClient, asked: Asked
) -> None:
    other = ask(ports, bookable, WEDNESDAY_TEN + 2 * HOUR)
    moved = re.sub(r"T100000", "T123000", re.sub(r"T110000", "T133000", asked.get()))

    put = bookable.put(asked.path, moved)

    assert put.status == 403
    assert put.conditions == ["C:allowed-attendee-scheduling-object-change", "D:need-privileges"]
    assert other.state is State.REQUESTED


def test_an_appointment_stays_in_its_collection(asked: Asked) -> None:
    asked.client.request("MKCALENDAR", f"{HOME}mine/")

    moved = asked.client.request("MOVE", asked.path, destination=f"/dav{HOME}mine/x.ics")
    copied = asked.client.put(f"{HOME}mine/x.ics", asked.get())

    twice = asked.client.request("COPY", asked.path, destination=f"/dav{HOME}mine/x.ics")
    for reply in (moved, copied, twice):
        assert reply.status == 403
        assert reply.conditions == ["C:unique-scheduling-object-resource", "D:need-privileges"]
        [named] = reply.xml.findall("C:unique-scheduling-object-resource/D:href", NAMESPACES)
        assert named.text == f"/dav{asked.path}"


@pytest.mark.parametrize("reply", ["F", "T"])
def test_deleting_an_appointment_declines_it_whatever_schedule_reply_says(
    asked: Asked, ports: Ports, reply: str
) -> None:
    asked.client.request("DELETE", asked.path, schedule_reply=reply)

    clock = ports.clock
    assert isinstance(clock, FrozenClock)
    clock.advance(11 * 60)
    expire_and_settle(ports)
    assert asked.state is State.DECLINED


def test_deleting_removes_the_event_at_once(asked: Asked) -> None:
    token = asked.client.propfind(CALENDAR, "<D:sync-token/>").value("D:sync-token")

    deleted = asked.client.request("DELETE", asked.path)

    assert deleted.status == 204
    synced = asked.client.report(
        CALENDAR,
        "D:sync-collection",
        f"<D:sync-token>{token}</D:sync-token><D:prop><D:getetag/></D:prop>",
    )
    assert synced.responses() == {f"/dav{asked.path}": 404}


def test_an_appointment_is_found_by_time_and_counts_as_busy(asked: Asked) -> None:
    time_range = "<C:time-range start='20261202T000000Z' end='20261203T000000Z'/>"

    busy = asked.client.report(CALENDAR, "C:free-busy-query", time_range)

    assert asked.client.found(CALENDAR, window("20261202", "20261203")) == [
        asked.path.rpartition("/")[2]
    ]
    assert "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261202T090000Z/20261202T100000Z" in busy.text


def test_booking_times_are_never_busy(bookable: DavClient) -> None:
    time_range = "<C:time-range start='20261202T000000Z' end='20261203T000000Z'/>"

    busy = bookable.report(f"{HOME}booking-times/", "C:free-busy-query", time_range)

    assert "\nFREEBUSY" not in busy.text

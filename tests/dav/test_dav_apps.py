"""What calendar apps send, played: requests/README.md says where each request comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from assisto_caldav.clock import FrozenClock
from assisto_caldav.domain.appointment import State
from assisto_caldav.ports import Ports
from assisto_caldav.usecases import answer
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.expire import expire_and_settle
from tests.dav.test_dav_appointments import Asked, asked, bookable
from tests.dav.world import ALICE, BOB, DavClient, Reply

__all__ = ["asked", "bookable"]
REQUESTS = Path(__file__).parent / "requests"
HOME = f"/{ALICE}/"
PLACES = {
    "home": HOME,
    "calendar": f"{HOME}appointments/",
    "inbox": f"{HOME}inbox/",
    "outbox": f"{HOME}outbox/",
}
APPS = ("thunderbird", "apple", "davx5", "caldav-synchronizer", "evolution")


@dataclass(frozen=True)
class Recording:
    """One request as it lies in a file."""

    method: str
    path: str
    headers: dict[str, str]
    body: str


def read(name: str) -> Recording:
    text = (REQUESTS / f"{name}.http").read_text("utf-8")
    head, _, body = re.sub(r"\A(#.*\n)+", "", text).partition("\n\n")
    first, *rest = head.splitlines()
    method, path, _ = first.split()
    headers = dict(line.split(": ", 1) for line in rest)
    return Recording(method, path, headers, body.replace("\n", "\r\n"))


def play(name: str, client: DavClient, seen: Asked | None = None) -> Reply:
    """Send a recorded request of an app that has seen the appointment as it is now."""
    recording, known = read(name), dict(PLACES)
    if seen is not None:
        known |= places_of(seen)
    headers = {
        key.lower().replace("-", "_"): fill(value, known)
        for key, value in recording.headers.items()
    }
    return client.request(
        recording.method, fill(recording.path, known), fill(recording.body, known), **headers
    )


def places_of(seen: Asked) -> dict[str, str]:
    found = seen.client.request("GET", seen.path)
    known = {
        "path": seen.path,
        "etag": found.headers["etag"],
        "schedule-tag": found.headers["schedule-tag"],
    }
    for line in found.text.replace("\r\n ", "").split("\r\n"):
        name = re.match(r"[A-Z-]*", line)
        if name is not None and name[0]:
            known[f"={name[0]}"] = line
            known[name[0]] = line.partition(":")[2]
    return known


def fill(text: str, known: dict[str, str]) -> str:
    return re.sub(r"\{\{(=?[A-Za-z-]+)\}\}", lambda match: known[match[1]], text)


def settle(ports: Ports) -> None:
    assert isinstance(ports.clock, FrozenClock)
    ports.clock.advance(11 * 60)
    expire_and_settle(ports)


@pytest.mark.parametrize(
    "name",
    [*(f"{app}/accept" for app in APPS), "davx5/accept-by-etag", "caldav-synchronizer/busy"],
)
def test_an_acceptance_confirms(asked: Asked, name: str) -> None:
    before = asked.headers()["schedule-tag"]

    reply = play(name, asked.client, asked)

    assert reply.status == 204, reply.text
    assert "etag" not in reply.headers
    assert reply.headers["schedule-tag"] == asked.headers()["schedule-tag"] != before
    assert asked.state is State.CONFIRMED
    after = asked.get()
    assert "STATUS:CONFIRMED" in after
    assert "X-MICROSOFT-CDO-BUSYSTATUS:BUSY" in after
    assert "PARTSTAT=ACCEPTED" in after
    assert "SEQUENCE:1" in after
    assert "SUMMARY:Termin" in after


@pytest.mark.parametrize("name", [f"{app}/accept" for app in APPS])
def test_what_the_app_wrote_itself_is_kept(asked: Asked, name: str) -> None:
    own = set(
        re.findall(r"^(?:PRODID|X-MOZ-GEN|X-APPLE|PRIORITY|TRIGGER).*", read(name).body, re.M)
    )

    play(name, asked.client, asked)

    assert {line.strip() for line in own} <= set(asked.get().split("\r\n"))


@pytest.mark.parametrize(
    "name",
    ["thunderbird/tentative", "apple/maybe", "davx5/tentative", "caldav-synchronizer/tentative"],
)
def test_perhaps_is_kept_and_decides_nothing(asked: Asked, name: str) -> None:
    reply = play(name, asked.client, asked)

    assert reply.status == 204, reply.text
    assert reply.headers["schedule-tag"] == asked.headers()["schedule-tag"]
    assert asked.state is State.REQUESTED
    assert "PARTSTAT=TENTATIVE" in asked.get()
    assert "STATUS:TENTATIVE" in asked.get()


@pytest.mark.parametrize("name", [f"{app}/decline" for app in APPS])
def test_a_decline_declines_and_the_event_goes(asked: Asked, name: str) -> None:
    reply = play(name, asked.client, asked)

    assert reply.status == 204, reply.text
    assert asked.state is State.DECLINED
    assert asked.client.request("GET", asked.path).status == 404


@pytest.mark.parametrize("name", [f"{app}/delete" for app in APPS])
def test_a_deletion_declines_when_the_minutes_are_over(
    asked: Asked, ports: Ports, name: str
) -> None:
    reply = play(name, asked.client, asked)

    assert reply.status == 204, reply.text
    assert asked.client.request("GET", asked.path).status == 404
    before = asked.state
    settle(ports)
    assert (before, asked.state) == (State.REQUESTED, State.DECLINED)


@pytest.fixture
def confirmed(asked: Asked, ports: Ports) -> Asked:
    answer.confirm(ports, Actor(ALICE, "web"), asked.id)
    return asked


@pytest.mark.parametrize("name", [f"{app}/move" for app in APPS if app != "evolution"])
def test_a_move_reschedules_what_was_confirmed(confirmed: Asked, name: str) -> None:
    reply = play(name, confirmed.client, confirmed)

    assert reply.status == 204, reply.text
    assert "etag" not in reply.headers
    assert confirmed.state is State.RESCHEDULED
    assert re.search(r"DTSTART[^\r]*T1[34]0000", confirmed.get())
    assert "STATUS:CONFIRMED" in confirmed.get()


def test_moving_a_request_proposes_another_time(asked: Asked) -> None:
    reply = play("thunderbird/move", asked.client, asked)

    assert reply.status == 204, reply.text
    assert asked.state is State.PROPOSED


BY_ETAG = ("thunderbird/accept", "davx5/accept-by-etag", "caldav-synchronizer/accept")


@pytest.mark.parametrize("name", BY_ETAG)
def test_the_same_acceptance_from_a_second_device_is_no_error(asked: Asked, name: str) -> None:
    known = places_of(asked)
    recording = read(name)
    play(name, asked.client, asked)

    reply = asked.client.put(
        asked.path, fill(recording.body, known), if_match=fill("{{etag}}", known)
    )

    assert reply.status == 204
    assert asked.state is State.CONFIRMED


@pytest.mark.parametrize("name", ["apple/decline", "davx5/decline"])
def test_another_answer_with_a_stale_schedule_tag_comes_too_late(asked: Asked, name: str) -> None:
    known = places_of(asked)
    play("thunderbird/accept", asked.client, asked)

    reply = asked.client.put(
        asked.path,
        fill(read(name).body, known),
        if_schedule_tag_match=known["schedule-tag"],
    )

    assert reply.status == 412
    assert asked.state is State.CONFIRMED


def test_thunderbird_shows_its_buttons(asked: Asked) -> None:
    calendar = play("thunderbird/calendar", asked.client)
    options = play("thunderbird/options", asked.client)
    principal = play("thunderbird/principal", asked.client)

    assert (calendar.status, options.status, principal.status) == (207, 200, 207)
    assert "<D:sync-collection/>" in calendar.text
    assert "<D:write/>" in calendar.text
    assert calendar.hrefs("D:current-user-principal") == [f"/dav{HOME}"]
    assert "calendar-auto-schedule" in re.split(r",\s*", options.headers["dav"])[1:]
    assert principal.hrefs("C:calendar-home-set") == [f"/dav{HOME}"]
    assert principal.hrefs("C:schedule-inbox-URL") == [f"/dav{HOME}inbox/"]
    assert principal.hrefs("C:schedule-outbox-URL") == [f"/dav{HOME}outbox/"]
    invited = re.search(r"ATTENDEE[^\r]*:(mailto:[^\r]*)", asked.get())
    assert invited is not None
    mails = [one for one in principal.hrefs("C:calendar-user-address-set") if "mailto:" in one]
    assert mails == [invited[1]]


def test_apple_shows_its_buttons_and_the_news(asked: Asked) -> None:
    principal = play("apple/principal", asked.client)
    inbox = play("apple/inbox", asked.client)

    assert "calendar-auto-schedule" in principal.headers["dav"]
    assert f"mailto:{ALICE}" in principal.hrefs("C:calendar-user-address-set")
    assert principal.hrefs("C:schedule-inbox-URL") == [f"/dav{HOME}inbox/"]
    members = [href for href in inbox.responses() if href.endswith(".ics")]
    assert len(members) == 1
    assert "PARTSTAT=NEEDS-ACTION" in asked.get()
    assert "RSVP=TRUE" in asked.get()
    organizer = re.search(r"ORGANIZER[^\r]*:(mailto:[^\r]*)", asked.get())
    assert organizer is not None
    assert organizer[1] not in principal.hrefs("C:calendar-user-address-set")


def test_davx5_may_write_and_knows_the_attendee(asked: Asked) -> None:
    principal = play("davx5/principal", asked.client)
    calendar = play("davx5/calendar", asked.client)

    assert f"mailto:{ALICE}" in principal.hrefs("C:calendar-user-address-set")
    for privilege in ("write-content", "bind", "unbind"):
        assert f"<D:{privilege}/>" in calendar.text


def test_caldav_synchronizer_may_write(asked: Asked) -> None:
    reply = play("caldav-synchronizer/calendar", asked.client)

    assert "<D:write/>" in reply.text


@pytest.mark.parametrize("name", ["thunderbird/free-busy", "apple/free-busy"])
def test_freebusy_of_colleagues_is_answered(asked: Asked, name: str) -> None:
    reply = play(name, asked.client, asked)

    assert reply.status == 200
    assert f"<D:href>mailto:{BOB}</D:href>" in reply.text
    assert "2.0;Success" in reply.text
    assert "3.7;" not in reply.text


def test_apple_masks_the_event_that_it_moves(asked: Asked) -> None:
    reply = play("apple/free-busy", asked.client, asked)

    assert "BUSY-TENTATIVE" not in reply.text


def test_every_recording_is_played() -> None:
    played = Path(__file__).read_text("utf-8")
    for path in REQUESTS.glob("*/*.http"):
        assert path.stem in played, path

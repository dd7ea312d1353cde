"""``team/``: what colleagues see of each other, and how apps keep up with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from assisto_caldav.domain.appointment import Appointment
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.client_details import ClientDetails
from assisto_caldav.domain.institution import StaffRole
from assisto_caldav.ports import Ports
from assisto_caldav.usecases.home_keeping import ensure_homes
from assisto_caldav.usecases.request import RequestForm, request_appointment
from assisto_caldav.usecases.team import open_team
from tests.dav.world import (
    ALICE,
    BOB,
    CAROL,
    DavClient,
    FixedConfig,
    Reply,
    make_event,
    make_staff,
    window,
)

TEAM = f"/{BOB}/team/"
WEDNESDAY_TEN = 1_796_202_000  # 2 December 2026, 10:00 in Berlin
HOUR = 3600
DAY = 24 * HOUR
DECEMBER = window("20261201", "20261231")
DATA = "<D:getetag/><C:calendar-data/>"


@pytest.fixture
def bob(alice: DavClient) -> Iterator[DavClient]:
    """Bob; he and Alice have booking times every day."""
    other = replace(alice, login=BOB)
    for client in (alice, other):
        rule = make_event(
            f"rule-{client.login}",
            "SUMMARY:alle",
            "RRULE:FREQ=DAILY",
            start="DTSTART;TZID=Europe/Berlin:20261201T090000",
            end="DTEND;TZID=Europe/Berlin:20261201T170000",
        )
        assert client.put(f"{client.home}booking-times/rule.ics", rule).status == 201
    return other


def ask(ports: Ports, counsellor: str = ALICE, start: int = WEDNESDAY_TEN) -> Appointment:
    form = RequestForm(
        institution="mitte",
        service="s1",
        channel=Channel.VIDEO,
        start=start,
        counsellor=counsellor,
        details=ClientDetails("Grace", "grace@post.example", "", "Bitte um Rat", ""),
    )
    return request_appointment(ports, form)[0]


def answer(client: DavClient, appointment: Appointment, partstat: str) -> None:
    path = f"{client.home}appointments/{appointment.href}"
    text = client.request("GET", path).text.replace("\r\n ", "")
    put = client.put(path, text.replace("PARTSTAT=NEEDS-ACTION", f"PARTSTAT={partstat}"))
    assert put.status == 204


def texts(client: DavClient, path: str = TEAM) -> list[str]:
    data = client.query(path, DECEMBER, DATA).responses().values()
    return [
        properties["C:calendar-data"].text or ""
        for properties in data
        if isinstance(properties, dict)
    ]


def synced(client: DavClient, token: str = "", limit: int | None = None) -> Reply:
    limits = "" if limit is None else f"<D:limit><D:nresults>{limit}</D:nresults></D:limit>"
    inner = f"<D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>{limits}"
    return client.report(TEAM, "D:sync-collection", f"{inner}<D:prop><D:getetag/></D:prop>")


def token_of(reply: Reply) -> str:
    return reply.xml.findtext("{DAV:}sync-token") or ""


def members(reply: Reply) -> list[str]:
    return [href for href in reply.responses() if href.endswith(".ics")]


def ctag(client: DavClient) -> str:
    return client.propfind(TEAM, "<CS:getctag/>").value("CS:getctag")


def test_a_colleagues_request_is_shown_by_initials_and_nothing_else(
    ports: Ports, alice: DavClient, bob: DavClient
) -> None:
    asked = ask(ports)
    source = alice.request("GET", f"/{ALICE}/appointments/{asked.href}").text

    [text] = texts(bob)

    lines = {line.partition(":")[0]: line.partition(":")[2] for line in text.splitlines()}
    names = "BEGIN VERSION PRODID UID DTSTAMP DTSTART DTEND SUMMARY STATUS TRANSP END"
    assert list(lines) == names.split()
    assert (lines["DTSTART"], lines["DTEND"]) == ("20261202T090000Z", "20261202T100000Z")
    assert (lines["SUMMARY"], lines["STATUS"]) == ("AL belegt", "TENTATIVE")
    assert lines["UID"] not in source
    assert asked.sign not in text


def test_a_confirmed_appointment_is_shown_as_such(
    ports: Ports, alice: DavClient, bob: DavClient
) -> None:
    asked = ask(ports)
    before = texts(bob)[0]

    answer(alice, asked, "ACCEPTED")

    [after] = texts(bob)
    assert "STATUS:CONFIRMED" in after
    assert after.split("DTSTAMP")[0] == before.split("DTSTAMP")[0]


def test_a_declined_request_is_gone(ports: Ports, alice: DavClient, bob: DavClient) -> None:
    asked = ask(ports)
    first = synced(bob)
    [href] = members(first)

    answer(alice, asked, "DECLINED")

    assert synced(bob, token_of(first)).responses() == {href: 404}
    assert texts(bob) == []


def test_own_appointments_own_events_and_other_centres_are_not_in_it(
    ports: Ports, alice: DavClient, bob: DavClient
) -> None:
    ask(ports, BOB)
    alice.put(f"/{ALICE}/appointments/dentist.ics", make_event("dentist", "SUMMARY:Zahnarzt"))

    assert texts(bob) == []
    assert members(synced(bob)) == []
    assert [text.count("SUMMARY:BO belegt") for text in texts(alice, f"/{ALICE}/team/")] == [1]
    carol = replace(alice, login=CAROL)
    assert texts(carol, f"/{CAROL}/team/") == []


def test_two_viewers_see_different_names_for_one_appointment(ports: Ports, bob: DavClient) -> None:
    config = ports.config
    assert isinstance(config, FixedConfig)
    mitte = config.current().institutions["mitte"]
    dora = make_staff("dora@mitte.example", StaffRole.COUNSELLOR)
    config.configure(replace(mitte, staff=(*mitte.staff, dora)))
    ensure_homes(ports)
    ask(ports, BOB)

    with ports.database.reading() as unit:
        rows = unit.collections.named([ALICE, dora.login], "team")
        shelves = [open_team(unit, ports, row)[1].objects for row in rows]
        [[one], [other]] = [list(shelf.all("")) for shelf in shelves]
    assert one.href != other.href
    assert one.uid != other.uid
    assert one.text.replace(one.uid, "") == other.text.replace(other.uid, "")


def test_every_way_to_read_says_the_same(ports: Ports, bob: DavClient) -> None:
    ask(ports)
    ask(ports, start=WEDNESDAY_TEN + DAY)

    by_query = bob.query(TEAM, DECEMBER, DATA).responses()

    hrefs = "".join(f"<D:href>{href}</D:href>" for href in by_query)
    everything = f"<D:prop>{DATA}</D:prop>{hrefs}"
    by_name = bob.report(TEAM, "C:calendar-multiget", everything).responses()
    listed = bob.propfind(TEAM, "<D:getetag/>", "1").responses()
    assert len(by_query) == 2
    assert set(members(synced(bob))) == set(by_query) == set(by_name)
    for href, properties in by_query.items():
        path = href.removeprefix("/dav")
        got = bob.request("GET", path)
        named, found = by_name[href], listed[href]
        assert isinstance(properties, dict)
        assert isinstance(named, dict)
        assert isinstance(found, dict)
        etag = properties["D:getetag"].text
        assert got.text == properties["C:calendar-data"].text == named["C:calendar-data"].text
        assert got.headers["etag"] == etag == found["D:getetag"].text == named["D:getetag"].text
        assert bob.request("HEAD", path).headers["etag"] == etag
        assert bob.propfind(path, "<D:getetag/>").value("D:getetag") == etag
        assert bob.request("GET", path, if_none_match=str(etag)).status == 304
    whole = bob.request("GET", TEAM)
    assert whole.text.count("SUMMARY:AL belegt") == 2


def test_a_window_finds_what_is_in_it(ports: Ports, bob: DavClient) -> None:
    ask(ports)
    ask(ports, start=WEDNESDAY_TEN + DAY)

    assert len(bob.found(TEAM, window("20261203", "20261204"))) == 1
    assert bob.found(TEAM, window("20261204", "20261231")) == []


def test_expanded_instances_are_those_of_the_window(ports: Ports, bob: DavClient) -> None:
    ask(ports)
    expand = (
        "<D:getetag/><C:calendar-data><C:expand start='20261201T000000Z' end='20261231T000000Z'/>"
        "</C:calendar-data>"
    )

    told = bob.query(TEAM, DECEMBER, expand)

    assert told.text.count("BEGIN:VEVENT") == 1
    assert "DTSTART:20261202T090000Z" in told.text


def test_apps_learn_of_changes_and_of_nothing_else(
    ports: Ports, alice: DavClient, bob: DavClient
) -> None:
    first = ask(ports)
    start = synced(bob)
    unchanged = ctag(bob)
    alice.put(f"/{ALICE}/absences/own.ics", make_event("own"))
    assert ctag(bob) == unchanged
    assert members(synced(bob, token_of(start))) == []

    answer(alice, first, "ACCEPTED")
    ask(ports, start=WEDNESDAY_TEN + DAY)

    told = synced(bob, token_of(start))
    assert len(members(told)) == 2
    assert ctag(bob) != unchanged
    assert members(synced(bob, token_of(told))) == []


def test_an_own_event_of_a_colleague_leaves_no_trace(alice: DavClient, bob: DavClient) -> None:
    start = synced(bob)

    alice.put(f"/{ALICE}/appointments/dentist.ics", make_event("dentist"))

    assert members(synced(bob, token_of(start))) == []


def test_the_first_synchronisation_comes_in_pages_across_colleagues(
    ports: Ports, bob: DavClient
) -> None:
    config = ports.config
    assert isinstance(config, FixedConfig)
    mitte = config.current().institutions["mitte"]
    dora = make_staff("dora@mitte.example", StaffRole.COUNSELLOR)
    config.configure(replace(mitte, staff=(*mitte.staff, dora)))
    ensure_homes(ports)
    for day in range(3):
        ask(ports, start=WEDNESDAY_TEN + day * DAY)
    everything = set(members(synced(bob)))

    found: list[str] = []
    page = synced(bob, limit=2)
    while "507" in page.text:
        found += members(page)
        page = synced(bob, token_of(page), limit=2)
    found += members(page)

    assert sorted(found) == sorted(everything)
    assert members(synced(bob, token_of(page))) == []


def test_another_team_makes_the_old_token_void(ports: Ports, bob: DavClient) -> None:
    token = token_of(synced(bob))
    config = ports.config
    assert isinstance(config, FixedConfig)
    mitte = config.current().institutions["mitte"]
    staff = tuple(entry for entry in mitte.staff if entry.login != ALICE)

    config.configure(replace(mitte, staff=staff))

    told = synced(bob, token)
    assert (told.status, told.conditions) == (403, ["D:valid-sync-token"])
    assert members(synced(bob)) == []


@pytest.mark.parametrize("tail", ["x", "0", "/5zz", "/xfg"])
def test_a_token_that_is_none_is_refused(ports: Ports, bob: DavClient, tail: str) -> None:
    ask(ports)

    told = synced(bob, token_of(synced(bob)) + tail)

    assert (told.status, told.conditions) == (403, ["D:valid-sync-token"])


def test_it_takes_nobodys_time(ports: Ports, bob: DavClient) -> None:
    ask(ports)
    time_range = "<C:time-range start='20261201T000000Z' end='20261231T000000Z'/>"

    told = bob.report(TEAM, "C:free-busy-query", time_range)

    assert told.status == 200
    assert "\r\nFREEBUSY" not in told.text
    assert ask(ports, BOB).counsellor == BOB


@pytest.mark.parametrize("method", ["PUT", "DELETE", "MOVE"])
def test_nothing_is_written_in_it(ports: Ports, bob: DavClient, method: str) -> None:
    ask(ports)
    [path] = [href.removeprefix("/dav") for href in members(synced(bob))]

    refused = bob.request(
        method,
        path,
        make_event() if method == "PUT" else "",
        content_type="text/calendar",
        destination=f"/dav/{BOB}/appointments/x.ics",
    )

    assert (refused.status, refused.conditions) == (403, ["D:need-privileges"])
    assert len(texts(bob)) == 1


def test_what_is_not_there_is_not_found(bob: DavClient) -> None:
    missing = f"{TEAM}{'0' * 32}.ics"

    assert bob.request("GET", missing).status == 404
    gone = bob.report(
        TEAM, "C:calendar-multiget", f"<D:prop>{DATA}</D:prop><D:href>/dav{missing}</D:href>"
    )
    assert gone.responses() == {f"/dav{missing}": 404}


def test_its_name_and_colour_are_the_viewers_own(alice: DavClient, bob: DavClient) -> None:
    body = (
        "<D:propertyupdate xmlns:D='DAV:'><D:set><D:prop><D:displayname>Kolleg:innen"
        "</D:displayname></D:prop></D:set></D:propertyupdate>"
    )

    assert bob.request("PROPPATCH", TEAM, body).status == 207

    assert bob.propfind(TEAM, "<D:displayname/>").value("D:displayname") == "Kolleg:innen"
    assert alice.propfind(f"/{ALICE}/team/", "<D:displayname/>").value("D:displayname") == "Team"


def test_a_colleagues_appointment_is_not_put_into_their_absences(
    ports: Ports, alice: DavClient, bob: DavClient
) -> None:
    asked = ask(ports, BOB)
    text = bob.request("GET", f"/{BOB}/appointments/{asked.href}").text

    put = alice.put(f"/{BOB}/absences/x.ics", text)

    assert (put.status, put.conditions) == (
        403,
        ["C:unique-scheduling-object-resource", "D:need-privileges"],
    )


def test_no_event_takes_the_uid_of_a_colleagues_appointment(
    ports: Ports, alice: DavClient, bob: DavClient
) -> None:
    appointment = ask(ports, BOB)
    mine, there = f"{alice.home}appointments/same-uid.ics", f"{bob.home}absences/x.ics"
    assert alice.put(mine, make_event(appointment.uid, "SUMMARY:Fremd")).status == 201

    moved = alice.request("MOVE", mine, destination=f"/dav{there}")

    assert moved.status == 403
    assert "unique-scheduling-object-resource" in moved.text
    assert alice.request("GET", mine).status == 200

"""What every home shows: closing days, public holidays, and who keeps them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assisto_caldav.clock import FrozenClock
from assisto_caldav.domain.institution import ClosingDay
from assisto_caldav.ports import Ports
from assisto_caldav.usecases.home_keeping import ensure_homes
from assisto_radicale.mount import make_dav_app
from tests.dav.world import (
    ALICE,
    BOB,
    CAROL,
    FRANK,
    DavClient,
    FixedConfig,
    Reply,
    make_event,
    short,
    window,
)

CLOSED = f"/{BOB}/closing-days/"
FREE = f"/{BOB}/public-holidays/"
AT_SOURCE = "/mitte/closing-days/"
CHRISTMAS = "config-20261225.ics"
YEAR = 366 * 86400
ALL_DAY = {"start": "DTSTART;VALUE=DATE:20261210", "end": "DTEND;VALUE=DATE:20261211"}
BUILT_IN = {
    "appointments": ("Termine", "opaque", "1"),
    "booking-times": ("Buchungszeiten", "transparent", "2"),
    "absences": ("Abwesenheiten", "opaque", "3"),
    "closing-days": ("Schließtage", "opaque", "4"),
    "public-holidays": ("Feiertage", "opaque", "5"),
    "team": ("Team", "transparent", "6"),
}


@pytest.fixture
def bob(alice: DavClient) -> DavClient:
    return replace(alice, login=BOB)


def close(ports: Ports, *days: ClosingDay) -> None:
    config = ports.config
    assert isinstance(config, FixedConfig)
    config.configure(replace(config.current().institutions["mitte"], closing_days=days))
    ensure_homes(ports)


def summer(name: str = "Betriebsausflug", last: int = 2) -> ClosingDay:
    return ClosingDay(name=name, first=date(2027, 7, 1), last=date(2027, 7, last))


def ctag(client: DavClient, path: str) -> str:
    return client.propfind(path, "<CS:getctag/>").value("CS:getctag")


def synced(client: DavClient, path: str, token: str = "") -> Reply:
    inner = f"<D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>"
    return client.report(path, "D:sync-collection", f"{inner}<D:prop><D:getetag/></D:prop>")


def token_of(reply: Reply) -> str:
    return reply.xml.findtext("{DAV:}sync-token") or ""


@pytest.mark.parametrize("name", BUILT_IN)
def test_each_built_in_calendar_says_in_german_what_it_is(bob: DavClient, name: str) -> None:
    names = (
        "<D:displayname/><ICAL:calendar-color/><ICAL:calendar-order/>"
        "<C:supported-calendar-component-set/><C:schedule-calendar-transp/>"
    )

    found = bob.propfind(f"/{BOB}/{name}/", names)

    title, transp, order = BUILT_IN[name]
    [properties] = found.responses().values()
    assert isinstance(properties, dict)
    assert properties["D:displayname"].text == title
    assert properties["ICAL:calendar-order"].text == order
    assert (properties["ICAL:calendar-color"].text or "").startswith("#")
    assert [short(node.tag) for node in properties["C:schedule-calendar-transp"]] == [f"C:{transp}"]
    components = properties["C:supported-calendar-component-set"]
    assert [node.get("name") for node in components] == ["VEVENT"]


@pytest.mark.parametrize("name", ["appointments", "booking-times", "absences", "closing-days"])
def test_built_in_calendars_take_events_only(alice: DavClient, name: str) -> None:
    task = make_event("task", component="VTODO", end="")

    put = alice.put(f"/{ALICE}/{name}/task.ics", task)

    assert (put.status, put.conditions) == (403, ["C:supported-calendar-component"])


def test_there_is_one_home_set_and_it_leads_to_everything(bob: DavClient) -> None:
    homes = bob.propfind(f"/{BOB}/", "<C:calendar-home-set/>").hrefs("C:calendar-home-set")

    [home] = homes
    shown = bob.propfind(home.removeprefix("/dav"), "<D:displayname/>", "1").responses()
    assert {href.split("/")[-2] for href in shown if href != home} == {*BUILT_IN, "inbox", "outbox"}


def test_public_holidays_are_those_of_the_land(bob: DavClient) -> None:
    found = bob.request("GET", f"{FREE}{CHRISTMAS}")

    assert found.status == 200
    assert "DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261226\r\n" in found.text
    assert "SUMMARY:Erster Weihnachtstag\r\n" in found.text
    assert bob.found(FREE, window("20261220", "20261231")) == [
        CHRISTMAS,
        "config-20261226.ics",
    ]


def test_members_have_the_address_of_the_home_they_are_shown_in(bob: DavClient) -> None:
    shown = bob.query(FREE, window("20261224", "20261225")).responses()
    asked = bob.report(
        FREE,
        "C:calendar-multiget",
        f"<D:prop><C:calendar-data/></D:prop><D:href>/dav{FREE}{CHRISTMAS}</D:href>",
    )

    assert list(shown) == [f"/dav{FREE}{CHRISTMAS}"]
    assert "SUMMARY:Erster Weihnachtstag" in asked.text
    owner = bob.propfind(FREE, "<D:owner/>").hrefs("D:owner")
    assert owner == ["/dav/mitte/"]


def test_closing_days_of_config_are_shown_at_once_and_only_changes_are_written(
    ports: Ports, bob: DavClient
) -> None:
    token = token_of(synced(bob, CLOSED))

    close(ports, summer())

    told = synced(bob, CLOSED, token)
    assert list(told.responses()) == [f"/dav{CLOSED}config-20270701.ics"]
    text = bob.request("GET", f"{CLOSED}config-20270701.ics").text
    assert "DTEND;VALUE=DATE:20270703\r\nSUMMARY:Betriebsausflug\r\n" in text
    before = ctag(bob, CLOSED), ctag(bob, FREE), ctag(bob, f"/{BOB}/appointments/")
    ensure_homes(ports)
    assert (ctag(bob, CLOSED), ctag(bob, FREE), ctag(bob, f"/{BOB}/appointments/")) == before


def test_a_changed_closing_day_keeps_its_uid_and_a_removed_one_goes(
    ports: Ports, bob: DavClient
) -> None:
    close(ports, summer(), summer("Inventur"))
    before = bob.request("GET", f"{CLOSED}config-20270701.ics").text
    token = token_of(synced(bob, CLOSED))

    close(ports, summer(last=5))

    after = bob.request("GET", f"{CLOSED}config-20270701.ics").text
    uid = next(line for line in before.splitlines() if line.startswith("UID:"))
    assert uid in after
    assert "DTEND;VALUE=DATE:20270706" in after
    assert synced(bob, CLOSED, token).responses()[f"/dav{CLOSED}config-20270701-2.ics"] == 404


def test_the_years_go_on_as_time_passes(ports: Ports, bob: DavClient) -> None:
    assert bob.request("GET", f"{FREE}config-20291225.ics").status == 404

    assert isinstance(ports.clock, FrozenClock)
    ports.clock.advance(YEAR)
    ensure_homes(ports)

    assert bob.request("GET", f"{FREE}config-20291225.ics").status == 200
    assert bob.request("GET", f"{FREE}config-20251225.ics").status == 404
    assert bob.request("GET", f"{FREE}{CHRISTMAS}").status == 200


def test_an_administrators_closing_day_is_in_every_home_of_the_institution(
    alice: DavClient, bob: DavClient
) -> None:
    frank, carol = replace(alice, login=FRANK), replace(alice, login=CAROL)

    made = frank.put(f"{AT_SOURCE}trip.ics", make_event("trip", **ALL_DAY))

    assert made.status == 201
    for client, path in ((alice, f"/{ALICE}/closing-days/"), (bob, CLOSED), (frank, AT_SOURCE)):
        found = client.request("GET", f"{path}trip.ics")
        assert (found.status, found.headers["etag"]) == (200, made.headers["etag"])
    assert carol.request("GET", f"/{CAROL}/closing-days/trip.ics").status == 404


def test_an_administrator_writes_them_in_her_own_home_too(alice: DavClient, bob: DavClient) -> None:
    own = f"/{ALICE}/closing-days/trip.ics"
    alice.put(own, make_event("trip", **ALL_DAY))
    token = token_of(synced(bob, CLOSED))

    assert alice.request("DELETE", own).status == 204

    assert synced(bob, CLOSED, token).responses() == {f"/dav{CLOSED}trip.ics": 404}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "MOVE"])
def test_what_config_says_is_not_changed_in_an_app(
    ports: Ports, alice: DavClient, method: str
) -> None:
    close(ports, summer())
    row = f"/{ALICE}/closing-days/config-20270701.ics"

    refused = alice.request(
        method,
        row,
        make_event("x") if method == "PUT" else "",
        content_type="text/calendar",
        destination=f"/dav/{ALICE}/absences/x.ics",
    )

    assert refused.status == 403
    assert refused.conditions == ["D:need-privileges", "D:responsedescription"]
    assert "institutions/mitte.toml, closing_days" in refused.text
    assert "Betriebsausflug" in alice.request("GET", row).text


def test_nothing_is_stored_under_the_names_of_config(alice: DavClient) -> None:
    put = alice.put(f"/{ALICE}/closing-days/config-mine.ics", make_event("x"))

    assert put.status == 403


def test_an_administrator_writes_a_colleagues_absences_and_sees_nothing_else(
    alice: DavClient, bob: DavClient
) -> None:
    bob.put(f"/{BOB}/appointments/own.ics", make_event("own"))

    made = alice.put(f"/{BOB}/absences/leave.ics", make_event("leave"))

    assert made.status == 201
    assert bob.request("GET", f"/{BOB}/absences/leave.ics").text == make_event("leave")
    listed = alice.propfind(f"/{BOB}/", "<D:displayname/>", "1").responses()
    assert list(listed) == [f"/dav/{BOB}/", f"/dav/{BOB}/absences/"]
    assert alice.request("GET", f"/{BOB}/appointments/own.ics").status == 403


def test_the_owners_app_learns_of_an_absence_that_an_administrator_wrote(
    alice: DavClient, bob: DavClient
) -> None:
    token = token_of(synced(bob, f"/{BOB}/absences/"))

    alice.put(f"/{BOB}/absences/leave.ics", make_event("leave"))

    changed = synced(bob, f"/{BOB}/absences/", token).responses()
    assert list(changed) == [f"/dav/{BOB}/absences/leave.ics"]


def test_the_institution_is_a_principal_of_its_own_staff(alice: DavClient) -> None:
    names = (
        "<D:displayname/><C:calendar-user-type/><D:resourcetype/><C:calendar-user-address-set/>"
        "<C:calendar-home-set/>"
    )
    frank, carol = replace(alice, login=FRANK), replace(alice, login=CAROL)

    found = frank.propfind("/mitte/", names, "1")

    properties = found.responses()["/dav/mitte/"]
    assert isinstance(properties, dict)
    assert properties["D:displayname"].text == "Beratungsstelle Mitte"
    assert properties["C:calendar-user-type"].text == "GROUP"
    assert "C:calendar-home-set" not in properties
    assert "mailto:termine@mitte.example" in found.text
    assert list(found.responses()) == [
        "/dav/mitte/",
        "/dav/mitte/closing-days/",
        "/dav/mitte/public-holidays/",
    ]
    assert carol.propfind("/mitte/", names).status == 403


def test_a_closing_day_of_config_takes_time_in_freebusy(ports: Ports, bob: DavClient) -> None:
    close(ports, summer(last=1))
    time_range = "<C:time-range start='20270630T000000Z' end='20270705T000000Z'/>"

    told = bob.report(CLOSED, "C:free-busy-query", time_range)

    assert "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20270630T220000Z/20270701T220000Z" in told.text


def test_radicales_own_view_of_a_home_has_the_shared_collections(ports: Ports) -> None:
    storage = make_dav_app(ports)._storage

    found = storage.discover(f"/{BOB}/", "1")

    paths = [item.path for item in found]
    assert f"{BOB}/closing-days" in paths
    assert f"{BOB}/team" in paths

"""Our storage, rights and auth plugins inside the application that Radicale ships."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import radicale.app

from assisto_caldav.ports import Ports
from assisto_radicale.mount import make_configuration, make_dav_app
from tests.dav.world import (
    ALICE,
    BOB,
    CAROL,
    FRANK,
    MALLORY,
    DavClient,
    make_event,
    open_ports,
    window,
)

CALENDAR = f"/{ALICE}/appointments/"


@pytest.fixture
def ports() -> Iterator[Ports]:
    with open_ports() as opened:
        yield opened


@pytest.fixture
def stock(ports: Ports) -> DavClient:
    """Radicale's own application, with our plugins and none of our methods."""
    return DavClient(radicale.app.Application(make_configuration(ports)))


@pytest.fixture
def ours(ports: Ports) -> DavClient:
    return DavClient(make_dav_app(ports))


def test_radicale_lists_a_home_from_our_storage(stock: DavClient) -> None:
    found = stock.propfind(f"/{ALICE}/", "<D:resourcetype/>", "1").responses()

    assert f"/dav{CALENDAR}" in found
    assert f"/dav/{ALICE}/booking-times/" in found


def test_radicale_returns_what_our_application_stored(stock: DavClient, ours: DavClient) -> None:
    text = make_event("one", "SUMMARY:Smith, John")
    etag = ours.put(f"{CALENDAR}one.ics", text).headers["etag"]

    got = stock.request("GET", f"{CALENDAR}one.ics")

    assert got.text == text
    assert got.headers["etag"] == etag


def test_radicale_queries_from_our_index(stock: DavClient, ours: DavClient) -> None:
    ours.put(f"{CALENDAR}one.ics", make_event("one"))
    ours.put(f"{CALENDAR}weekly.ics", make_event("weekly", "RRULE:FREQ=WEEKLY"))
    ours.put(f"{CALENDAR}orphan.ics", make_event("orphan", "RECURRENCE-ID:20261201T120000Z"))

    assert stock.found(CALENDAR, window("20261201", "20261202")) == [
        "one.ics",
        "orphan.ics",
        "weekly.ics",
    ]
    assert stock.found(CALENDAR, window("20261208", "20261209")) == ["weekly.ics"]


def test_radicale_synchronises_by_our_tokens(stock: DavClient, ours: DavClient) -> None:
    body = "<D:sync-token>{}</D:sync-token><D:prop><D:getetag/></D:prop>"
    first = stock.report(CALENDAR, "D:sync-collection", body.format(""))
    token = first.xml.findtext("{DAV:}sync-token") or ""
    ours.put(f"{CALENDAR}one.ics", make_event("one"))

    found = stock.report(CALENDAR, "D:sync-collection", body.format(token))

    assert list(found.responses()) == [f"/dav{CALENDAR}one.ics"]
    assert stock.report(CALENDAR, "D:sync-collection", body.format("nonsense")).status == 403


def test_what_radicale_writes_goes_the_one_write_path(stock: DavClient, ours: DavClient) -> None:
    one, two = f"{CALENDAR}one.ics", f"{CALENDAR}two.ics"

    assert stock.put(one, make_event("one")).status == 201
    assert ours.found(CALENDAR, window("20261201", "20261202")) == ["one.ics"]
    assert (
        stock.request("MOVE", one, destination=f"https://centre.example:443/dav{two}").status == 201
    )
    assert ours.request("GET", two).status == 200
    assert stock.request("DELETE", two).status == 200
    assert ours.request("GET", two).status == 404
    assert stock.request("MKCALENDAR", f"/{ALICE}/mine/").status == 201
    assert ours.propfind(f"/{ALICE}/mine/", "<D:displayname/>").status == 207


@pytest.mark.parametrize(
    ("login", "status"), [(ALICE, 207), (BOB, 403), (CAROL, 403), (FRANK, 403), (MALLORY, 401)]
)
def test_the_cast_in_radicale(stock: DavClient, login: str, status: int) -> None:
    client = DavClient(stock.app, login)

    assert client.propfind(CALENDAR, "<D:getetag/>", "1").status == status


@pytest.mark.parametrize("login", [ALICE, BOB, CAROL])
def test_everybody_sees_their_own_in_radicale(stock: DavClient, login: str) -> None:
    client = DavClient(stock.app, login)

    assert client.propfind(f"/{login}/appointments/", "<D:getetag/>").status == 207

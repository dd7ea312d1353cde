"""Reports on homes, calendars and calendar objects, by Depth (RFC 4791 §7.1, §7.2, §7.9)."""

from __future__ import annotations

import pytest

from assisto_caldav.domain.intervals import Interval
from assisto_caldav.ports import Ports
from assisto_radicale import expansion
from tests.dav.samples import CALENDAR, DAY, ETAG, HOME, SINGLE, WEEKLY, events, put
from tests.dav.world import ALICE, BOB, DavClient, Reply, limit, make_event, short

MINE = f"{HOME}mine/"
FILTER = f"<C:filter><C:comp-filter name='VCALENDAR'>{events(DAY)}</C:comp-filter></C:filter>"


def query(client: DavClient, path: str, **headers: str) -> Reply:
    return client.report(path, "C:calendar-query", ETAG + FILTER, **headers)


def multiget(client: DavClient, path: str, *hrefs: str, props: str = ETAG) -> Reply:
    named = "".join(f"<D:href>{href}</D:href>" for href in hrefs)
    return client.report(path, "C:calendar-multiget", props + named)


@pytest.fixture
def filled(alice: DavClient) -> DavClient:
    alice.request("MKCALENDAR", MINE)
    put(alice, SINGLE)
    put(alice, make_event("own"), calendar=MINE)
    return alice


@pytest.mark.parametrize("depth", ["1", "infinity", "Infinity"])
def test_a_query_on_a_home_answers_from_the_calendars_in_it(filled: DavClient, depth: str) -> None:
    found = query(filled, HOME, depth=depth)

    assert sorted(found.responses()) == [f"/dav{CALENDAR}single.ics", f"/dav{MINE}own.ics"]


@pytest.mark.parametrize("headers", [{}, {"depth": "0"}])
def test_a_home_itself_is_no_calendar_object(filled: DavClient, headers: dict[str, str]) -> None:
    assert query(filled, HOME, **headers).responses() == {}


def test_nobody_queries_anothers_home(filled: DavClient) -> None:
    bob = DavClient(filled.app, BOB)

    assert query(bob, HOME, depth="1").status == 403


def test_a_query_of_depth_0_is_about_the_calendar_itself(filled: DavClient) -> None:
    assert query(filled, CALENDAR, depth="0").responses() == {}
    assert list(query(filled, CALENDAR).responses()) == [f"/dav{CALENDAR}single.ics"]
    assert query(filled, CALENDAR, depth="2").status == 400


def test_a_query_on_a_calendar_object_tells_whether_it_matches(filled: DavClient) -> None:
    put(filled, make_event("late", start="DTSTART:20270101T000000Z", end=""))

    assert list(query(filled, f"{CALENDAR}single.ics", depth="0").responses()) == [
        f"/dav{CALENDAR}single.ics"
    ]
    assert query(filled, f"{CALENDAR}late.ics", depth="0").responses() == {}
    assert query(filled, f"{CALENDAR}none.ics", depth="0").status == 404


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (HOME, "D:sync-collection"),
        (HOME, "C:free-busy-query"),
        (f"{CALENDAR}single.ics", "D:sync-collection"),
        (f"{CALENDAR}single.ics", "C:free-busy-query"),
        ("/", "C:calendar-query"),
        (f"{HOME}outbox/", "C:calendar-query"),
    ],
)
def test_a_report_that_is_not_for_this_is_refused(filled: DavClient, path: str, name: str) -> None:
    found = filled.report(path, name, f"<D:sync-token/>{ETAG}{DAY}")

    assert (found.status, found.conditions) == (403, ["D:supported-report"])


def test_multiget_on_a_home_reads_all_its_calendars(filled: DavClient) -> None:
    here, there = f"/dav{CALENDAR}single.ics", f"/dav{MINE}own.ics"
    elsewhere = "/dav/bob@mitte.example/appointments/single.ics"

    found = multiget(filled, HOME, there, elsewhere, here).responses()

    assert list(found) == [there, elsewhere, here]
    assert found[elsewhere] == 404


def test_multiget_on_a_calendar_knows_no_other_calendar(filled: DavClient) -> None:
    found = multiget(filled, CALENDAR, f"/dav{MINE}own.ics", f"/dav{CALENDAR}").responses()

    assert found == {f"/dav{MINE}own.ics": 404, f"/dav{CALENDAR}": 404}


def test_multiget_on_a_calendar_object_returns_it(filled: DavClient) -> None:
    own, other = f"/dav{CALENDAR}single.ics", f"/dav{CALENDAR}weekly.ics"
    put(filled, WEEKLY)

    found = multiget(filled, f"{CALENDAR}single.ics", own, other).responses()

    assert found[other] == 404
    assert isinstance(found[own], dict)


@pytest.mark.parametrize(
    ("href", "is_found"),
    [
        (f"https://centre.example/dav{CALENDAR}single.ics", True),
        (f"/dav/{ALICE.replace('@', '%40')}/appointments/single.ics", True),
        ("single.ics", True),
        ("./single.ics", True),
        ("../appointments/single.ics", True),
        (f"https://other.example/dav{CALENDAR}single.ics", False),
        ("//[broken", False),
        ("", False),
    ],
)
def test_hrefs_are_read_however_they_are_written(
    filled: DavClient, href: str, is_found: bool
) -> None:
    found = multiget(filled, CALENDAR, href).responses()

    expected = f"/dav{CALENDAR}single.ics"
    assert list(found) == ([expected] if is_found else [href])


def test_multiget_without_hrefs_is_refused(filled: DavClient) -> None:
    assert multiget(filled, CALENDAR).status == 400


@pytest.mark.parametrize("report", ["C:calendar-multiget", "C:calendar-query"])
@pytest.mark.parametrize(
    ("props", "expected"),
    [
        ("<D:allprop/>", {"D:getetag", "D:getlastmodified", "D:getcontentlength",
                          "D:resourcetype", "D:getcontenttype"}),
        ("<D:prop/>", set()),
        ("<D:propname/>", {"D:getetag", "D:getlastmodified", "D:getcontentlength",
                           "C:schedule-tag", "D:resourcetype", "D:getcontenttype",
                           "C:calendar-data"}),
    ],
)  # fmt: skip
def test_properties_may_be_asked_for_in_each_way(
    filled: DavClient, report: str, props: str, expected: set[str]
) -> None:
    href = f"/dav{CALENDAR}single.ics"
    inner = f"<D:href>{href}</D:href>" if report == "C:calendar-multiget" else FILTER

    found = filled.report(CALENDAR, report, props + inner, depth="1").responses()

    told = found[href]
    assert isinstance(told, dict)
    assert set(told) == expected
    if "propname" in props:
        assert not any(node.text for node in told.values())


def test_too_many_matches_are_refused(ports: Ports, filled: DavClient) -> None:
    limit(ports, max_matches=0)

    found = query(filled, CALENDAR, depth="1")

    assert found.conditions == ["D:number-of-matches-within-limits"]


def test_too_many_instances_are_refused(filled: DavClient, monkeypatch: pytest.MonkeyPatch) -> None:
    put(filled, WEEKLY)
    monkeypatch.setattr(expansion, "MAX_WRITTEN", 10)
    expand = (
        "<C:calendar-data><C:expand start='20261201T000000Z' end='20280101T000000Z'/>"
        "</C:calendar-data>"
    )

    found = filled.query(CALENDAR, events(DAY), expand)

    assert found.conditions == ["D:number-of-matches-within-limits"]


@pytest.mark.parametrize(
    ("attributes", "inner", "status", "conditions"),
    [
        ("content-type='application/json'", "", 403, ["C:supported-calendar-data"]),
        ("content-type='text/calendar' version='1.0'", "", 403, ["C:supported-calendar-data"]),
        ("content-type='text/calendar' version='2.0'", "", 207, ["D:response"]),
        ("", "<C:expand start='20261201T000000Z'/>", 400, []),
        ("", "<C:expand start='x' end='y'/>", 403, ["C:valid-filter"]),
    ],
)
def test_calendar_data_that_we_do_not_make_is_refused(
    filled: DavClient, attributes: str, inner: str, status: int, conditions: list[str]
) -> None:
    data = f"<C:calendar-data {attributes}>{inner}</C:calendar-data>"

    found = filled.query(CALENDAR, events(DAY), data)

    told = [short(node.tag) for node in found.xml] if status != 400 else []
    assert (found.status, told) == (status, conditions)


def test_a_property_without_its_value_keeps_its_parameters(filled: DavClient) -> None:
    put(filled, make_event("asked", "ATTENDEE;PARTSTAT=ACCEPTED;CN=A:mailto:a@x.example"))
    data = (
        "<C:calendar-data><C:comp name='VCALENDAR'><C:allprop/><C:comp name='VEVENT'>"
        "<C:prop name='UID'/><C:prop name='ATTENDEE' novalue='yes'/></C:comp></C:comp>"
        "</C:calendar-data>"
    )

    found = filled.query(CALENDAR, events(DAY), data)

    assert found.value("C:calendar-data", f"/dav{CALENDAR}asked.ics") == (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VEVENT\r\nUID:asked\r\n"
        "ATTENDEE;PARTSTAT=ACCEPTED;CN=A:\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def test_a_series_that_counts_its_instances_is_in_the_index_to_its_end(
    alice: DavClient, ports: Ports
) -> None:
    put(alice, make_event("counted", "RRULE:FREQ=YEARLY;COUNT=20"))
    put(alice, make_event("endless", "RRULE:FREQ=YEARLY"))
    far = Interval(2_395_000_000, 2_396_000_000)  # around 1 December 2045

    with ports.database.reading() as unit:
        collection = unit.collections.get(ALICE, "appointments")
        assert collection is not None
        indexed = unit.objects.etags_in(collection.id, far, component="VEVENT")
        beyond = unit.objects.unexpanded([collection.id], far)

    assert [href for href, _ in indexed] == ["counted.ics"]
    assert [item.href for item in beyond] == ["endless.ics"]

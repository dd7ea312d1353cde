"""PROPFIND, PROPPATCH, MKCALENDAR and MKCOL."""

from __future__ import annotations

import pytest

from tests.dav.world import ALICE, NAMESPACES, XMLNS, DavClient, make_event, short

HOME = f"/{ALICE}/"
CALENDAR = f"{HOME}appointments/"
CTAG = "<CS:getctag/>"


def update(inner: str) -> str:
    return f"<D:propertyupdate {XMLNS}>{inner}</D:propertyupdate>"


def setting(inner: str) -> str:
    return f"<D:set><D:prop>{inner}</D:prop></D:set>"


def mkcalendar(inner: str) -> str:
    return f"<C:mkcalendar {XMLNS}>{setting(inner)}</C:mkcalendar>"


def test_an_app_finds_its_way_from_the_root(alice: DavClient) -> None:
    principal = alice.propfind("/", "<D:current-user-principal/>")

    assert principal.hrefs("D:current-user-principal") == [f"/dav{HOME}"]


def test_the_principal_says_what_scheduling_apps_ask(alice: DavClient) -> None:
    names = (
        "<D:principal-URL/><C:calendar-home-set/><C:calendar-user-address-set/>"
        "<C:schedule-inbox-URL/><C:schedule-outbox-URL/><C:calendar-user-type/>"
        "<D:displayname/><D:resourcetype/>"
    )

    found = alice.propfind(HOME, names)

    assert found.hrefs("D:principal-URL") == [f"/dav{HOME}"]
    assert found.hrefs("C:calendar-home-set") == [f"/dav{HOME}"]
    assert found.hrefs("C:calendar-user-address-set") == [f"mailto:{ALICE}", f"/dav{HOME}"]
    assert found.hrefs("C:schedule-inbox-URL") == [f"/dav{HOME}inbox/"]
    assert found.hrefs("C:schedule-outbox-URL") == [f"/dav{HOME}outbox/"]
    assert found.value("C:calendar-user-type") == "INDIVIDUAL"
    assert found.value("D:displayname") == "Alice"
    assert "<D:principal/>" in found.text
    assert "calendar-auto-schedule" in found.headers["dav"]


def test_the_home_lists_calendars_and_scheduling_collections(alice: DavClient) -> None:
    found = alice.propfind(HOME, "<D:resourcetype/><D:displayname/>", "1").responses()

    types = {
        href.split("/")[-2]: [short(kind.tag) for kind in properties["D:resourcetype"]]
        for href, properties in found.items()
        if isinstance(properties, dict)
    }
    calendar = ["D:collection", "C:calendar"]
    assert types == {
        ALICE: ["D:collection", "D:principal"],
        "appointments": calendar,
        "booking-times": calendar,
        "absences": calendar,
        "closing-days": calendar,
        "public-holidays": calendar,
        "team": calendar,
        "inbox": ["D:collection", "C:schedule-inbox"],
        "outbox": ["D:collection", "C:schedule-outbox"],
    }


def test_a_calendar_says_what_it_can(alice: DavClient) -> None:
    names = (
        "<C:supported-calendar-component-set/><D:supported-report-set/><D:owner/>"
        "<D:current-user-privilege-set/><C:max-resource-size/><C:schedule-calendar-transp/>"
        "<ICAL:calendar-color/><ICAL:calendar-order/><D:displayname/>"
    )

    found = alice.propfind(CALENDAR, names)

    assert '<C:comp name="VEVENT"/>' in found.text
    for report in ("D:sync-collection", "C:calendar-query", "C:calendar-multiget"):
        assert f"<{report}/>" in found.text
    assert "<D:write-content/>" in found.text
    assert "404" not in found.text
    assert found.hrefs("D:owner") == [f"/dav{HOME}"]
    assert int(found.value("C:max-resource-size")) > 0


def test_a_calendar_tells_the_limits_of_its_objects(alice: DavClient) -> None:
    names = "".join(
        f"<C:{name}/>"
        for name in (
            "min-date-time",
            "max-date-time",
            "max-instances",
            "max-attendees-per-instance",
        )
    )

    found = alice.propfind(CALENDAR, names)

    assert found.value("C:min-date-time") == "16000101T000000Z"
    assert found.value("C:max-date-time") == "29991231T235959Z"
    assert int(found.value("C:max-instances")) > 0
    assert int(found.value("C:max-attendees-per-instance")) > 0


def test_the_inbox_may_be_read_alone(alice: DavClient) -> None:
    found = alice.propfind(f"{HOME}inbox/", "<D:current-user-privilege-set/>")

    assert "<D:read/>" in found.text
    assert "write-content" not in found.text


def test_a_change_moves_ctag_and_sync_token_of_its_calendar_alone(alice: DavClient) -> None:
    names = f"{CTAG}<D:sync-token/>"
    before, other = alice.propfind(CALENDAR, names), alice.propfind(f"{HOME}absences/", names)

    alice.put(f"{CALENDAR}one.ics", make_event())

    after = alice.propfind(CALENDAR, names)
    assert before.value("CS:getctag") != after.value("CS:getctag")
    assert before.value("D:sync-token") != after.value("D:sync-token")
    assert alice.propfind(f"{HOME}absences/", names).text == other.text


def test_members_are_listed_with_their_etags(alice: DavClient) -> None:
    etag = alice.put(f"{CALENDAR}one.ics", make_event()).headers["etag"]

    listed = alice.propfind(
        CALENDAR, "<D:getetag/><D:getcontenttype/><D:resourcetype/><D:getlastmodified/>", "1"
    )

    assert listed.value("D:getetag", f"/dav{CALENDAR}one.ics") == etag
    assert "component=VEVENT" in listed.value("D:getcontenttype", f"/dav{CALENDAR}one.ics")
    assert listed.value("D:getlastmodified", f"/dav{CALENDAR}one.ics").endswith("GMT")


def test_the_fast_listing_says_the_same_as_the_slow_one(alice: DavClient) -> None:
    for number in range(5):
        alice.put(f"{CALENDAR}{number} ä.ics", make_event(f"uid-{number}"))

    fast = alice.propfind(CALENDAR, "<D:getetag/><C:nothing/>", "1").responses()
    slow = alice.propfind(CALENDAR, "<D:getetag/><D:getcontentlength/>", "1").responses()

    assert {href: _etag(found) for href, found in fast.items()} == {
        href: _etag(found) for href, found in slow.items()
    }
    assert len(fast) == 6


def _etag(found: object) -> str | None:
    assert isinstance(found, dict)
    return found["D:getetag"].text if "D:getetag" in found else None


def test_unknown_properties_are_404_unless_a_minimal_answer_is_preferred(alice: DavClient) -> None:
    names = "<D:displayname/><D:nonsense/><X:other xmlns:X='urn:x&amp;y'/>"

    full = alice.propfind(CALENDAR, names)
    minimal = alice.propfind(CALENDAR, names, prefer="return=minimal")

    assert "404" in full.text
    assert "<D:nonsense/>" in full.text
    assert '<X:other xmlns:X="urn:x&amp;y"/>' in full.text
    assert "404" not in minimal.text
    assert minimal.headers["preference-applied"] == "return=minimal"


@pytest.mark.parametrize("kind", ["allprop", "propname"])
@pytest.mark.parametrize("path", ["/", HOME, CALENDAR, f"{CALENDAR}one.ics", f"{HOME}inbox/"])
def test_allprop_and_propname_answer_everywhere(alice: DavClient, kind: str, path: str) -> None:
    alice.put(f"{CALENDAR}one.ics", make_event())

    found = alice.request("PROPFIND", path, f"<D:propfind {XMLNS}><D:{kind}/></D:propfind>")

    [properties] = found.responses().values()
    assert found.status == 207
    assert isinstance(properties, dict)
    assert "D:resourcetype" in properties


def test_an_infinite_depth_is_refused(alice: DavClient) -> None:
    found = alice.propfind(HOME, "<D:getetag/>", "infinity")

    assert found.status == 403
    assert found.conditions == ["D:propfind-finite-depth"]


@pytest.mark.parametrize(
    "body",
    [
        "<broken",
        "<D:other xmlns:D='DAV:'/>",
        '<!DOCTYPE x [<!ENTITY a "b">]><D:propfind xmlns:D="DAV:"><D:allprop/></D:propfind>',
        '<!DOCTYPE x SYSTEM "file:///x"><D:propfind xmlns:D="DAV:"><D:allprop/></D:propfind>',
    ],
)
def test_xml_that_is_none_or_has_a_dtd_is_refused(alice: DavClient, body: str) -> None:
    assert alice.request("PROPFIND", CALENDAR, body).status == 400


@pytest.mark.parametrize("body", ["<a>" * 100_000, "<a>" + "<b/>" * 100_000])
def test_xml_without_end_is_refused(alice: DavClient, body: str) -> None:
    assert alice.request("PROPFIND", CALENDAR, body).status == 413


def test_dead_properties_are_kept_and_removed(alice: DavClient) -> None:
    inner = setting(
        "<ICAL:calendar-color>#112233FF</ICAL:calendar-color><Z:z xmlns:Z='urn:z'>ä</Z:z>"
    )
    names = "<ICAL:calendar-color/><Z:z xmlns:Z='urn:z'/>"

    patched = alice.request("PROPPATCH", CALENDAR, update(inner))

    assert patched.status == 207
    assert "200 OK" in patched.text
    assert alice.propfind(CALENDAR, names).value("ICAL:calendar-color") == "#112233FF"
    assert ">ä</X:z>" in alice.propfind(CALENDAR, names).text
    removal = "<D:remove><D:prop><Z:z xmlns:Z='urn:z'/></D:prop></D:remove>"
    assert alice.request("PROPPATCH", CALENDAR, update(removal)).status == 207
    assert ">ä</X:z>" not in alice.propfind(CALENDAR, names).text


@pytest.mark.parametrize(
    "inner",
    [
        "<D:remove><D:prop><D:resourcetype/></D:prop></D:remove>",
        setting("<D:resourcetype><D:collection/></D:resourcetype>"),
        setting("<C:supported-calendar-component-set><C:comp name='VTODO'/>"
                "</C:supported-calendar-component-set>"),
        setting("<CS:getctag>1</CS:getctag>"),
    ],
)  # fmt: skip
def test_live_properties_cannot_be_changed_and_nothing_beside_them_is(
    alice: DavClient, inner: str
) -> None:
    change = update(inner + setting("<D:displayname>Neu</D:displayname>"))

    patched = alice.request("PROPPATCH", CALENDAR, change)

    assert patched.status == 207
    assert "403 Forbidden" in patched.text
    assert "424 Failed Dependency" in patched.text
    assert "cannot-modify-protected-property" in patched.text
    found = alice.propfind(CALENDAR, "<D:resourcetype/><D:displayname/>")
    assert "<C:calendar/>" in found.text
    assert found.value("D:displayname") == "Termine"


def test_a_calendar_of_ones_own(alice: DavClient) -> None:
    made = alice.request(
        "MKCALENDAR",
        f"{HOME}privat/",
        mkcalendar(
            "<D:displayname>Privat &amp; Sport</D:displayname>"
            "<C:supported-calendar-component-set><C:comp name='VEVENT'/><C:comp name='VTODO'/>"
            "</C:supported-calendar-component-set>"
        ),
    )

    found = alice.propfind(
        f"{HOME}privat/", "<D:displayname/><C:supported-calendar-component-set/>"
    )
    assert made.status == 201
    assert found.value("D:displayname") == "Privat & Sport"
    assert [node.get("name") for node in found.xml.iterfind(".//C:comp", NAMESPACES)] == [
        "VEVENT",
        "VTODO",
    ]
    assert alice.put(f"{HOME}privat/one.ics", make_event()).status == 201
    assert alice.request("DELETE", f"{HOME}privat/").status == 204
    assert alice.request("GET", f"{HOME}privat/one.ics").status == 404


def test_an_extended_mkcol_makes_a_calendar_and_nothing_else(alice: DavClient) -> None:
    kind = "<D:resourcetype><D:collection/>{}</D:resourcetype>"
    body = f"<D:mkcol {{}}>{setting(kind)}</D:mkcol>"

    made = alice.request("MKCOL", f"{HOME}one/", body.format(XMLNS, "<C:calendar/>"))
    plain = alice.request("MKCOL", f"{HOME}two/")
    other = alice.request("MKCOL", f"{HOME}three/", body.format(XMLNS, "<CS:subscribed/>"))

    assert made.status == 201
    assert (plain.status, plain.conditions) == (403, ["D:valid-resourcetype"])
    assert (other.status, other.conditions) == (403, ["D:valid-resourcetype"])


@pytest.mark.parametrize(
    ("path", "condition"),
    [
        (f"{HOME}appointments/", "D:need-privileges"),
        (f"{HOME}team/", "D:need-privileges"),
        (f"{HOME}mine/", "D:resource-must-be-null"),
        (f"{HOME}a/b/", "C:calendar-collection-location-ok"),
        ("/", "C:calendar-collection-location-ok"),
        ("/bob@mitte.example/mine/", "D:need-privileges"),
    ],
)
def test_a_calendar_is_not_made_where_it_must_not_be(
    alice: DavClient, path: str, condition: str
) -> None:
    alice.request("MKCALENDAR", f"{HOME}mine/")

    made = alice.request("MKCALENDAR", path)

    assert made.status in (403, 409)
    assert made.conditions == [condition]


@pytest.mark.parametrize("name", ["appointments", "booking-times", "absences", "inbox", "outbox"])
def test_built_in_collections_stay(alice: DavClient, name: str) -> None:
    assert alice.request("DELETE", f"{HOME}{name}/").status == 403
    assert alice.propfind(f"{HOME}{name}/", "<D:resourcetype/>").status == 207


def test_the_home_cannot_be_deleted(alice: DavClient) -> None:
    assert alice.request("DELETE", HOME).status == 403


def test_options_promise_what_there_is(alice: DavClient) -> None:
    told = alice.request("OPTIONS", CALENDAR)

    classes = set(told.headers["dav"].split(", "))
    assert {"1", "3", "calendar-access", "calendar-auto-schedule", "extended-mkcol"} <= classes
    assert not {"2", "access-control", "calendar-no-timezone"} & classes

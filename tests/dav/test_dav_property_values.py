"""Properties that clients set, and those that say what there is: values kept, or all refused."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from assisto_caldav.domain.intervals import Interval
from assisto_caldav.ports import Ports
from tests.dav.world import (
    ALICE,
    BOB,
    FRANK,
    MONDAY_NOON,
    NAMESPACES,
    XMLNS,
    DavClient,
    Reply,
    make_event,
    short,
)

HOME = f"/{ALICE}/"
CALENDAR = f"{HOME}appointments/"
MINE = f"{HOME}mine/"
INBOX = f"{HOME}inbox/"
ZONE = "<C:calendar-timezone/><C:calendar-timezone-id/>"
VIENNA = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\nTZID:{}\r\nBEGIN:STANDARD\r\n"
    "DTSTART:19701025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n"
    "END:VTIMEZONE\r\nEND:VCALENDAR\r\n"
)
MIXED = (
    "<Z:note xmlns:Z='urn:z' xmlns:o='urn:other' o:at='1' plain='&quot;&lt;' xml:lang='de'>"
    " vor <Z:b><o:i n='2'>innen</o:i></Z:b> nach &amp; &lt;tag&gt; <nothing/></Z:note>"
)


def setting(*inner: str) -> str:
    sets = "".join(f"<D:set><D:prop>{one}</D:prop></D:set>" for one in inner)
    return f"<D:propertyupdate {XMLNS}>{sets}</D:propertyupdate>"


def removal(inner: str) -> str:
    remove = f"<D:remove><D:prop>{inner}</D:prop></D:remove>"
    return f"<D:propertyupdate {XMLNS}>{remove}</D:propertyupdate>"


def proppatch(client: DavClient, path: str, body: str, **headers: str) -> Reply:
    return client.request("PROPPATCH", path, body, **headers)


def make(client: DavClient, inner: str = "", *, path: str = MINE) -> Reply:
    body = f"<C:mkcalendar {XMLNS}><D:set><D:prop>{inner}</D:prop></D:set></C:mkcalendar>"
    return client.request("MKCALENDAR", path, body)


def outcomes(reply: Reply) -> dict[str, int]:
    """The status of each property in a 207 or an mkcol-response."""
    return {
        short(node.tag): int(stat.findtext("D:status", "", NAMESPACES).split()[1])
        for stat in reply.xml.iterfind(".//D:propstat", NAMESPACES)
        for node in stat.iterfind("D:prop/*", NAMESPACES)
    }


def timezone(text: str) -> str:
    return f"<C:calendar-timezone>{text}</C:calendar-timezone>"


def timezone_id(text: str) -> str:
    return f"<C:calendar-timezone-id>{text}</C:calendar-timezone-id>"


def canonical(node: ET.Element) -> str:
    return ET.canonicalize(ET.tostring(node), rewrite_prefixes=True)


@pytest.mark.parametrize("kind", ["prop", "allprop"])
def test_mixed_content_and_attributes_come_back_as_they_were(alice: DavClient, kind: str) -> None:
    patched = proppatch(alice, CALENDAR, setting(MIXED))

    inner = "<D:prop><Z:note xmlns:Z='urn:z'/></D:prop>" if kind == "prop" else "<D:allprop/>"
    found = alice.request("PROPFIND", CALENDAR, f"<D:propfind {XMLNS}>{inner}</D:propfind>")
    [node] = found.xml.findall(".//{urn:z}note")
    node.tail = None
    assert patched.status == 207
    assert canonical(node) == canonical(ET.fromstring(MIXED))


def test_a_property_without_namespace_is_kept_and_removed(alice: DavClient) -> None:
    proppatch(alice, CALENDAR, setting("<plain>ä</plain>"))

    found = alice.request("PROPFIND", CALENDAR, f"<D:propfind {XMLNS}><D:allprop/></D:propfind>")
    proppatch(alice, CALENDAR, removal("<plain/>"))

    assert found.xml.findtext(".//plain") == "ä"
    assert "<plain>" not in alice.propfind(CALENDAR, "<plain/>").text


def test_the_language_of_a_property_is_kept_also_when_it_is_inherited(alice: DavClient) -> None:
    described = "<C:calendar-description>Sport</C:calendar-description>"
    body = setting(described).replace("<D:prop>", "<D:prop xml:lang='de'>")

    proppatch(alice, CALENDAR, body)

    node = alice.propfind(CALENDAR, "<C:calendar-description/>").xml.find(
        ".//C:calendar-description", NAMESPACES
    )
    assert node is not None
    assert (node.text, node.attrib) == ("Sport", {f"{{{XML}}}lang": "de"})


XML = "http://www.w3.org/XML/1998/namespace"


def test_the_colour_of_apple_keeps_its_symbolic_name(alice: DavClient) -> None:
    colour = "<ICAL:calendar-color symbolic-color='custom'>#FF0000FF</ICAL:calendar-color>"

    proppatch(alice, CALENDAR, setting(colour))

    found = alice.propfind(CALENDAR, "<ICAL:calendar-color/>")
    assert found.value("ICAL:calendar-color") == "#FF0000FF"
    assert 'symbolic-color="custom"' in found.text


def test_a_text_that_looks_like_xml_stays_text(alice: DavClient) -> None:
    proppatch(alice, CALENDAR, setting("<D:displayname>&lt;b&gt; &amp;amp;</D:displayname>"))

    assert alice.propfind(CALENDAR, "<D:displayname/>").value("D:displayname") == "<b> &amp;"


def test_the_last_of_two_changes_of_a_property_counts(alice: DavClient) -> None:
    twice = [f"<D:displayname>{name}</D:displayname>" for name in ("Eins", "Zwei")]

    proppatch(alice, CALENDAR, setting(*twice))

    assert alice.propfind(CALENDAR, "<D:displayname/>").value("D:displayname") == "Zwei"


@pytest.mark.parametrize(
    ("inner", "name", "status", "condition"),
    [
        ("<D:displayname><b/></D:displayname>", "D:displayname", 409, None),
        ("<D:getetag>x</D:getetag>", "D:getetag", 403, "D:cannot-modify-protected-property"),
        ("<D:acl/>", "D:acl", 403, "D:cannot-modify-protected-property"),
        ("<C:max-instances>1</C:max-instances>", "C:max-instances", 403,
         "D:cannot-modify-protected-property"),
        ("<C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>",
         "C:schedule-calendar-transp", 403, "D:cannot-modify-protected-property"),
        (timezone("hello"), "C:calendar-timezone", 403, "C:valid-calendar-data"),
        (timezone(VIENNA.format("")), "C:calendar-timezone", 403, "C:valid-calendar-data"),
        (timezone(make_event()), "C:calendar-timezone", 403, "C:valid-calendar-data"),
        (timezone(VIENNA.format("A") * 2), "C:calendar-timezone", 403, "C:valid-calendar-data"),
        (timezone_id("Europe/Nowhere"), "C:calendar-timezone-id", 403, "C:valid-timezone"),
        (timezone_id("localtime"), "C:calendar-timezone-id", 403, "C:valid-timezone"),
    ],
)  # fmt: skip
def test_one_refused_property_refuses_all(
    alice: DavClient, inner: str, name: str, status: int, condition: str | None
) -> None:
    names = "<ICAL:calendar-color/>" + ZONE
    before = alice.propfind(CALENDAR, names)

    patched = proppatch(
        alice, CALENDAR, setting("<ICAL:calendar-color>#000000</ICAL:calendar-color>", inner)
    )

    errors = [short(node.tag) for node in patched.xml.iterfind(".//D:error/*", NAMESPACES)]
    assert outcomes(patched) == {"ICAL:calendar-color": 424, name: status}
    assert errors == ([condition] if condition else [])
    assert alice.propfind(CALENDAR, names).text == before.text


def test_a_change_under_a_minimal_preference_is_answered_without_body(alice: DavClient) -> None:
    named = "<D:displayname>Neu</D:displayname>"

    done = proppatch(alice, CALENDAR, setting(named), prefer="return=minimal")
    refused = proppatch(alice, CALENDAR, setting(named, "<D:getetag/>"), prefer="return=minimal")

    assert (done.status, done.body) == (200, b"")
    assert done.headers["preference-applied"] == "return=minimal"
    assert alice.propfind(CALENDAR, "<D:displayname/>").value("D:displayname") == "Neu"
    assert refused.status == 207


def test_a_calendar_has_the_zone_of_the_institution_until_it_is_set(alice: DavClient) -> None:
    found = alice.propfind(CALENDAR, ZONE)

    assert found.value("C:calendar-timezone-id") == "Europe/Berlin"
    assert "TZID:Europe/Berlin\r\n" in found.value("C:calendar-timezone")


@pytest.mark.parametrize(
    ("tzid", "name"),
    [
        ("Europe/Vienna", "Europe/Vienna"),
        ("/mozilla.org/20070129_1/Europe/Vienna", "Europe/Vienna"),
        ("W. Europe Standard Time", "Europe/Berlin"),
    ],
)
def test_a_timezone_sets_its_name(alice: DavClient, tzid: str, name: str) -> None:
    text = VIENNA.format(tzid)

    proppatch(alice, CALENDAR, setting(timezone(text.replace("\r", "&#13;"))))

    found = alice.propfind(CALENDAR, ZONE)
    assert found.value("C:calendar-timezone") == text
    assert found.value("C:calendar-timezone-id") == name


def test_a_timezone_of_ones_own_has_no_name(alice: DavClient) -> None:
    proppatch(alice, CALENDAR, setting(timezone(VIENNA.format("Mein Büro"))))

    found = alice.propfind(CALENDAR, ZONE)
    assert "TZID:Mein Büro" in found.value("C:calendar-timezone")
    assert "404" in found.text


def test_a_name_sets_the_timezone_and_removing_it_removes_both(alice: DavClient) -> None:
    proppatch(alice, CALENDAR, setting(timezone_id("America/New_York")))
    named = alice.propfind(CALENDAR, ZONE)

    proppatch(alice, CALENDAR, removal("<C:calendar-timezone-id/>"))

    gone = alice.propfind(CALENDAR, ZONE)
    assert "TZID:America/New_York" in named.value("C:calendar-timezone")
    assert gone.value("C:calendar-timezone-id") == "Europe/Berlin"
    assert "TZID:Europe/Berlin" in gone.value("C:calendar-timezone")


@pytest.mark.parametrize("inner", [timezone(VIENNA.format("A")), timezone_id("Europe/Vienna")])
def test_the_inbox_has_no_timezone(alice: DavClient, inner: str) -> None:
    patched = proppatch(alice, INBOX, setting(inner))

    assert list(outcomes(patched).values()) == [403]
    assert "C:calendar-timezone" not in alice.propfind(INBOX, ZONE).responses()


def transp(value: str) -> str:
    return f"<C:schedule-calendar-transp><C:{value}/></C:schedule-calendar-transp>"


def blocked(ports: Ports) -> list[str]:
    """The kinds of facts that bear on the free time of Alice."""
    window = Interval(MONDAY_NOON, MONDAY_NOON + 7 * 24 * 3600)
    with ports.database.reading() as unit:
        return [fact.kind for fact in unit.slot_facts.read([ALICE], window, now=MONDAY_NOON)]


def test_a_transparent_calendar_of_ones_own_blocks_nothing(alice: DavClient, ports: Ports) -> None:
    make(alice)
    alice.put(f"{MINE}one.ics", make_event())
    opaque = blocked(ports)

    patched = proppatch(alice, MINE, setting(transp("transparent")))
    alice.put(f"{MINE}two.ics", make_event("two"))
    free = blocked(ports)
    proppatch(alice, MINE, setting(transp("opaque")))

    assert outcomes(patched) == {"C:schedule-calendar-transp": 200}
    assert (opaque, free, blocked(ports)) == (["busy"], [], ["busy", "busy"])


def test_removing_the_transparency_makes_a_calendar_opaque(alice: DavClient, ports: Ports) -> None:
    make(alice, transp("transparent"))
    alice.put(f"{MINE}one.ics", make_event())
    told = alice.propfind(MINE, "<C:schedule-calendar-transp/>").text

    proppatch(alice, MINE, removal("<C:schedule-calendar-transp/>"))

    assert "<C:transparent/>" in told
    assert "<C:opaque/>" in alice.propfind(MINE, "<C:schedule-calendar-transp/>").text
    assert blocked(ports) == ["busy"]


def test_a_transparency_that_is_neither_is_a_conflict(alice: DavClient) -> None:
    make(alice)

    assert outcomes(proppatch(alice, MINE, setting(transp("both")))) == {
        "C:schedule-calendar-transp": 409
    }


def test_a_calendar_is_made_with_all_its_properties(alice: DavClient) -> None:
    made = make(
        alice,
        "<D:displayname>Privat</D:displayname>"
        "<C:calendar-description xml:lang='de'>Sport</C:calendar-description>"
        f"{timezone_id('Europe/Vienna')}{transp('transparent')}{MIXED}"
        "<ICAL:calendar-color>#112233FF</ICAL:calendar-color>"
        "<ICAL:calendar-order>7</ICAL:calendar-order>",
    )

    names = (
        f"<D:displayname/><C:calendar-description/>{ZONE}<C:schedule-calendar-transp/>"
        "<ICAL:calendar-color/><ICAL:calendar-order/><Z:note xmlns:Z='urn:z'/>"
    )
    found = alice.propfind(MINE, names)
    assert made.status == 201
    assert "404" not in found.text
    assert found.value("C:calendar-timezone-id") == "Europe/Vienna"
    assert found.value("ICAL:calendar-order") == "7"
    assert "<C:transparent/>" in found.text


@pytest.mark.parametrize(
    ("inner", "name", "status"),
    [
        (timezone("x"), "C:calendar-timezone", 403),
        ("<CS:getctag>1</CS:getctag>", "CS:getctag", 403),
        (transp("both"), "C:schedule-calendar-transp", 409),
        ("<C:supported-calendar-component-set><C:comp name='VCARD'/>"
         "</C:supported-calendar-component-set>", "C:supported-calendar-component-set", 403),
    ],
)  # fmt: skip
def test_a_calendar_with_one_wrong_property_is_not_made(
    alice: DavClient, inner: str, name: str, status: int
) -> None:
    made = make(alice, f"<D:displayname>Privat</D:displayname>{inner}")

    kind = "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>"
    body = f"<D:mkcol {XMLNS}><D:set><D:prop>{kind}{inner}</D:prop></D:set></D:mkcol>"
    extended = alice.request("MKCOL", MINE, body)
    assert (made.status, outcomes(made)) == (207, {"D:displayname": 424, name: status})
    assert (extended.status, outcomes(extended)) == (403, {"D:resourcetype": 424, name: status})
    assert short(extended.xml.tag) == "D:mkcol-response"
    assert alice.propfind(MINE, "<D:resourcetype/>").status == 404


CALENDAR_ALONE = (
    "C:supported-calendar-component-set", "C:supported-calendar-data", "C:supported-collation-set",
    "C:max-resource-size", "C:max-instances", "C:schedule-calendar-transp", "C:calendar-timezone",
    "C:calendar-timezone-id",
)  # fmt: skip
PRINCIPAL_ALONE = (
    "D:principal-URL", "D:alternate-URI-set", "D:group-membership", "D:group-member-set",
    "C:calendar-home-set", "C:calendar-user-address-set", "C:calendar-user-type",
    "C:schedule-inbox-URL", "C:schedule-outbox-URL", "CS:email-address-set",
)  # fmt: skip
EVERYWHERE = (
    "D:resourcetype", "D:current-user-principal", "D:current-user-privilege-set",
    "D:supported-privilege-set", "D:acl", "D:acl-restrictions", "D:principal-collection-set",
    "D:supported-report-set",
)  # fmt: skip


@pytest.mark.parametrize(
    ("path", "also"),
    [
        ("/", ()),
        (HOME, PRINCIPAL_ALONE),
        (CALENDAR, (*CALENDAR_ALONE, "D:sync-token", "CS:getctag")),
        (INBOX, ("D:sync-token", "CS:getctag")),
        (f"{CALENDAR}one.ics", ("D:getetag", "D:getcontentlength")),
    ],
)
def test_each_property_is_where_it_belongs_and_only_there(
    alice: DavClient, path: str, also: tuple[str, ...]
) -> None:
    alice.put(f"{CALENDAR}one.ics", make_event())
    asked = (*CALENDAR_ALONE, *PRINCIPAL_ALONE, *EVERYWHERE, "D:sync-token", "CS:getctag",
             "D:getetag", "D:getcontentlength", "CS:pushkey", "C:timezone-service-set",
             "D:quota-used-bytes", "D:add-member")  # fmt: skip

    found = alice.propfind(path, "".join(f"<{name}/>" for name in asked))

    [properties] = found.responses().values()
    assert isinstance(properties, dict)
    assert set(properties) == {*EVERYWHERE, *also}


@pytest.mark.parametrize("path", ["/", HOME, CALENDAR, f"{CALENDAR}one.ics"])
def test_allprop_leaves_out_what_its_specification_leaves_out(alice: DavClient, path: str) -> None:
    alice.put(f"{CALENDAR}one.ics", make_event())
    described = "<C:calendar-description>x</C:calendar-description>"
    proppatch(alice, CALENDAR, setting(described, timezone_id("Europe/Vienna")))

    found = alice.request("PROPFIND", path, f"<D:propfind {XMLNS}><D:allprop/></D:propfind>")

    [properties] = found.responses().values()
    assert isinstance(properties, dict)
    left_out = {*CALENDAR_ALONE, *PRINCIPAL_ALONE, *EVERYWHERE, "C:calendar-description"}
    assert left_out & set(properties) <= {"D:resourcetype", "D:current-user-principal"}


def test_propname_names_each_property_once(alice: DavClient) -> None:
    proppatch(alice, CALENDAR, setting(timezone_id("Europe/Vienna")))

    found = alice.request("PROPFIND", CALENDAR, f"<D:propfind {XMLNS}><D:propname/></D:propfind>")

    names = [node.tag for node in found.xml.iterfind(".//D:prop/*", NAMESPACES)]
    assert len(names) == len(set(names))


def test_the_acl_says_for_everybody_what_they_may(alice: DavClient) -> None:
    found = alice.propfind(f"{HOME}absences/", "<D:acl/><D:acl-restrictions/>")

    granted = {
        ace.findtext("D:principal/D:href", "", NAMESPACES): {
            short(node.tag) for node in ace.iterfind("D:grant/D:privilege/*", NAMESPACES)
        }
        for ace in found.xml.iterfind(".//D:ace", NAMESPACES)
    }
    assert set(granted) == {f"/dav/{ALICE}/", f"/dav/{FRANK}/"}
    assert "D:write-properties" in granted[f"/dav/{ALICE}/"]
    assert "D:write-content" in granted[f"/dav/{FRANK}/"]
    assert "D:write-properties" not in granted[f"/dav/{FRANK}/"]
    assert f"/dav/{BOB}/" not in granted
    assert "<D:grant-only/>" in found.text


@pytest.mark.parametrize("path", [HOME, CALENDAR, INBOX, f"{HOME}outbox/", f"{HOME}team/"])
def test_what_one_may_is_among_what_can_be_granted(alice: DavClient, path: str) -> None:
    found = alice.propfind(path, "<D:supported-privilege-set/><D:current-user-privilege-set/>")

    def privileges(name: str) -> set[str]:
        return {node.tag for node in found.xml.iterfind(f".//D:{name}//D:privilege/*", NAMESPACES)}

    assert privileges("current-user-privilege-set") <= privileges("supported-privilege-set")

"""Principal searches, principal-match and expand-property (RFC 3744 §9, RFC 3253 §3.8)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.dav.world import ALICE, BOB, CAROL, FRANK, NAMESPACES, DavClient, make_event, short

HOME = f"/{ALICE}/"
CALENDAR = f"{HOME}appointments/"
WANTED = "<D:prop><D:displayname/><C:calendar-user-address-set/></D:prop>"
SEARCH = "D:principal-property-search"
TOKENS = "CS:calendarserver-principal-search"
MITTE, NORD = "/dav/mitte/", "/dav/nord/"


def term(text: str, prop: str = "<D:displayname/>", kind: str = "") -> str:
    attribute = f" match-type='{kind}'" if kind else ""
    return (
        f"<D:property-search><D:prop>{prop}</D:prop>"
        f"<D:match{attribute}>{text}</D:match></D:property-search>"
    )


def search(client: DavClient, inner: str, *, path: str = "/", test: str = "") -> list[str]:
    """The hrefs that a principal-property-search finds."""
    body = f"<{SEARCH} {test} {xmlns()}>{inner}{WANTED}</{SEARCH}>"
    found = client.request("REPORT", path, body, depth="0")
    assert found.status == 207
    return list(found.responses())


def xmlns() -> str:
    return " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in NAMESPACES.items())


def test_a_colleague_is_found_by_a_part_of_the_name_in_any_case(alice: DavClient) -> None:
    assert search(alice, term("bO")) == [f"/dav/{BOB}/"]


@pytest.mark.parametrize("prop", ["<C:calendar-user-address-set/>", "<CS:email-address-set/>"])
def test_a_colleague_is_found_by_address(alice: DavClient, prop: str) -> None:
    assert search(alice, term("frank@mitte", prop)) == [f"/dav/{FRANK}/"]


def test_a_search_by_mailto_finds_the_address(alice: DavClient) -> None:
    address = f"mailto:{BOB.upper()}"

    assert search(alice, term(address, "<C:calendar-user-address-set/>", "equals")) == [
        f"/dav/{BOB}/"
    ]


def test_what_is_told_of_a_colleague_is_name_and_address(alice: DavClient) -> None:
    found = alice.report("/", SEARCH, f"{term('bob')}{WANTED}")

    assert found.value("D:displayname") == "Bob"
    assert found.hrefs("C:calendar-user-address-set") == [f"mailto:{BOB}", f"/dav/{BOB}/"]


@pytest.mark.parametrize("kind", ["", "contains", "starts-with"])
def test_an_empty_text_finds_the_institution_and_all_its_staff_alone(
    alice: DavClient, kind: str
) -> None:
    carol = replace(alice, login=CAROL)

    ours, theirs = search(alice, term("", kind=kind)), search(carol, term("", kind=kind))

    assert set(ours) == {MITTE, f"/dav/{ALICE}/", f"/dav/{BOB}/", f"/dav/{FRANK}/"}
    assert set(theirs) == {NORD, f"/dav/{CAROL}/"}


def test_a_stranger_finds_the_same_of_whom_there_is_as_of_nobody(alice: DavClient) -> None:
    carol = replace(alice, login=CAROL)
    inner = "{}<D:apply-to-principal-collection-set/>" + WANTED

    there = carol.report(f"/{CAROL}/", SEARCH, inner.format(term("alice")))
    nobody = carol.report(f"/{CAROL}/", SEARCH, inner.format(term("zacharias")))

    assert there.status == nobody.status == 207
    assert there.body == nobody.body


@pytest.mark.parametrize(("test", "count"), [("", 0), ("test='allof'", 0), ("test='anyof'", 2)])
def test_several_terms_are_all_wanted_unless_any_is_said_to_do(
    alice: DavClient, test: str, count: int
) -> None:
    inner = term("bob") + term("frank", "<CS:email-address-set/>")

    assert len(search(alice, inner, test=test)) == count


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [("starts-with", "bo", 1), ("starts-with", "ob", 0), ("equals", "bob", 1), ("equals", "bo", 0)],
)
def test_the_kind_of_match_is_heeded(alice: DavClient, kind: str, text: str, found: int) -> None:
    assert len(search(alice, term(text, kind=kind))) == found


def test_a_property_that_is_not_searchable_matches_nothing(alice: DavClient) -> None:
    assert search(alice, term("", "<D:resourcetype/>")) == []


def test_a_search_below_a_principal_is_of_that_one_alone(alice: DavClient) -> None:
    assert search(alice, term("alice"), path=HOME) == [f"/dav{HOME}"]
    assert search(alice, term("bob"), path=HOME) == []


def test_a_collection_searches_the_principals_when_it_is_told_so(alice: DavClient) -> None:
    everywhere = f"{term('bob')}<D:apply-to-principal-collection-set/>"

    told = alice.report(CALENDAR, SEARCH, f"{term('bob')}{WANTED}")

    assert (told.status, told.conditions) == (403, ["D:supported-report"])
    assert search(alice, everywhere, path=CALENDAR) == [f"/dav/{BOB}/"]


def test_a_limit_cuts_the_answer_and_says_so(alice: DavClient) -> None:
    limit = "<D:limit><D:nresults>2</D:nresults></D:limit>"

    found = alice.report("/", SEARCH, f"{term('')}{limit}{WANTED}").responses()

    assert found["/dav/"] == 507
    assert len(found) == 3


def test_a_search_for_nothing_is_refused(alice: DavClient) -> None:
    assert alice.report("/", SEARCH, WANTED).status == 400
    assert alice.report("/", TOKENS, WANTED).status == 400


def test_it_is_said_what_can_be_searched(alice: DavClient) -> None:
    told = alice.report("/", "D:principal-search-property-set", "")

    names = {short(node.tag) for node in told.xml.iterfind(".//D:prop/*", NAMESPACES)}
    assert told.status == 200
    assert names == {
        "D:displayname",
        "C:calendar-user-address-set",
        "CS:email-address-set",
        "C:calendar-user-type",
    }
    for name in names:
        inner = term("no such text", f"<{name}/>")
        assert search(alice, inner) == []


@pytest.mark.parametrize(
    ("context", "tokens", "found"),
    [
        ("attendee", ("bo",), {BOB}),
        ("attendee", ("mit",), {"mitte"}),
        ("user", ("mit",), set()),
        ("group", ("beratungs",), {"mitte"}),
        ("location", ("bo",), set()),
        ("attendee", ("bob", "frank"), set()),
        ("attendee", ("frank@mitte",), {FRANK}),
        ("attendee", ("carol",), set()),
    ],
)
def test_the_search_of_apple_by_tokens(
    alice: DavClient, context: str, tokens: tuple[str, ...], found: set[str]
) -> None:
    inner = "".join(f"<CS:search-token>{token}</CS:search-token>" for token in tokens)
    body = f"<{TOKENS} context='{context}' {xmlns()}>{inner}{WANTED}</{TOKENS}>"

    told = alice.request("REPORT", "/", body)

    assert set(told.responses()) == {f"/dav/{name}/" for name in found}


def test_principal_match_finds_oneself(alice: DavClient) -> None:
    told = alice.report("/", "D:principal-match", f"<D:self/>{WANTED}")

    assert list(told.responses()) == [f"/dav{HOME}"]
    assert told.value("D:displayname") == "Alice"


def test_principal_match_finds_what_one_owns(alice: DavClient) -> None:
    inner = f"<D:principal-property><D:owner/></D:principal-property>{WANTED}"

    found = set(alice.report(HOME, "D:principal-match", inner).responses())

    assert {f"/dav{HOME}", f"/dav{CALENDAR}", f"/dav{HOME}absences/"} <= found
    assert f"/dav{HOME}closing-days/" not in found


def prop(name: str, inner: str = "", namespace: str = "DAV:") -> str:
    return f"<D:property name='{name}' namespace='{namespace}'>{inner}</D:property>"


CALDAV = NAMESPACES["C"]


def test_hrefs_are_expanded_into_what_they_name(alice: DavClient) -> None:
    inner = prop(
        "current-user-principal",
        prop("displayname") + prop("calendar-home-set", prop("resourcetype"), CALDAV),
    )

    told = alice.report("/", "D:expand-property", inner)

    path = "D:response/D:propstat/D:prop/D:current-user-principal/D:response"
    [principal] = told.xml.findall(path, NAMESPACES)
    [home] = principal.findall(".//C:calendar-home-set/D:response", NAMESPACES)
    assert principal.findtext("D:href", "", NAMESPACES) == f"/dav{HOME}"
    assert principal.findtext(".//D:displayname", "", NAMESPACES) == "Alice"
    assert home.find(".//D:resourcetype/D:principal", NAMESPACES) is not None


def test_a_property_that_is_named_often_is_told_once(alice: DavClient) -> None:
    told = alice.report(HOME, "D:expand-property", prop("displayname") * 1000)

    assert told.status == 207
    assert told.text.count("<D:displayname>") == 1


def test_the_members_of_the_institution_are_expanded_with_their_names(alice: DavClient) -> None:
    inner = prop("group-membership", prop("group-member-set", prop("displayname")))

    told = alice.report(HOME, "D:expand-property", inner)

    names = [node.text for node in told.xml.iterfind(".//D:displayname", NAMESPACES)]
    assert names == ["Alice", "Bob", "Frank"]


def test_an_href_of_another_kind_is_not_found(alice: DavClient) -> None:
    inner = prop("calendar-user-address-set", prop("displayname"), CALDAV)

    told = alice.report(HOME, "D:expand-property", inner)

    [mail, own] = told.xml.findall(".//C:calendar-user-address-set/D:response", NAMESPACES)
    assert "404" in mail.findtext("D:status", "", NAMESPACES)
    assert own.findtext(".//D:displayname", "", NAMESPACES) == "Alice"


@pytest.mark.parametrize("path", [CALENDAR, f"{CALENDAR}one.ics"])
def test_calendars_and_their_objects_are_expanded_too(alice: DavClient, path: str) -> None:
    alice.put(f"{CALENDAR}one.ics", make_event())

    told = alice.report(path, "D:expand-property", prop("owner", prop("displayname")))

    assert told.xml.findtext(".//D:owner/D:response//D:displayname", "", NAMESPACES) == "Alice"


def test_what_a_dead_property_names_is_expanded_only_for_who_may_see_it(alice: DavClient) -> None:
    names = f"<Z:z xmlns:Z='urn:z'><D:href>/dav/{CAROL}/appointments/</D:href></Z:z>"
    body = f"<D:propertyupdate {xmlns()}><D:set><D:prop>{names}</D:prop></D:set></D:propertyupdate>"
    alice.request("PROPPATCH", CALENDAR, body)

    told = alice.report(CALENDAR, "D:expand-property", prop("z", prop("displayname"), "urn:z"))

    [inner] = told.xml.findall(".//{urn:z}z/D:response", NAMESPACES)
    assert "404" in inner.findtext("D:status", "", NAMESPACES)


def test_an_expansion_without_end_is_refused(alice: DavClient) -> None:
    inner = prop("displayname")
    for _ in range(8):
        inner = prop("group-member-set", prop("group-membership", inner))

    told = alice.report("/mitte/", "D:expand-property", inner)

    assert (told.status, told.conditions) == (403, ["D:number-of-matches-within-limits"])


@pytest.mark.parametrize("path", ["/", HOME, CALENDAR, f"{HOME}inbox/", f"{CALENDAR}one.ics"])
def test_every_report_that_a_resource_names_is_answered_there(alice: DavClient, path: str) -> None:
    alice.put(f"{CALENDAR}one.ics", make_event())
    bodies = {
        SEARCH: term("x"),
        TOKENS: "<CS:search-token>x</CS:search-token>",
        "D:principal-match": "<D:self/>",
        "D:principal-search-property-set": "",
        "D:expand-property": prop("owner"),
        "D:sync-collection": "<D:sync-token/><D:prop/>",
        "C:calendar-query": "<C:filter><C:comp-filter name='VCALENDAR'/></C:filter>",
        "C:calendar-multiget": f"<D:href>/dav{CALENDAR}one.ics</D:href>",
        "C:free-busy-query": "<C:time-range start='20261201T000000Z' end='20261202T000000Z'/>",
    }

    told = alice.propfind(path, "<D:supported-report-set/>")

    named = {short(node.tag) for node in told.xml.iterfind(".//D:report/*", NAMESPACES)}
    statuses = {name: alice.report(path, name, inner).status for name, inner in bodies.items()}
    assert {name for name, status in statuses.items() if status in (200, 207)} == named

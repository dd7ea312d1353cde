"""Conditional requests: RFC 9110 §13 and the If header of RFC 4918 §10.4."""

from __future__ import annotations

import pytest

from assisto_caldav.clock import FrozenClock
from assisto_caldav.errors import InvalidInputError
from assisto_caldav.ports import Ports
from assisto_radicale.if_header import StateCondition, StateList, read_if
from tests.dav.world import ALICE, BOB, XMLNS, DavClient, make_event

HOME = f"/{ALICE}/"
CALENDAR = f"{HOME}appointments/"
PRIVATE = f"{HOME}private/"
ONE = f"{PRIVATE}one.ics"
CHANGED = make_event("one", "SUMMARY:anders")
EARLY, LATE = "Mon, 30 Nov 2026 10:59:59 GMT", "Mon, 30 Nov 2026 11:00:00 GMT"
COLOUR = (
    f"<D:propertyupdate {XMLNS}><D:set><D:prop><ICAL:calendar-color>#112233</ICAL:calendar-color>"
    "</D:prop></D:set></D:propertyupdate>"
)
WRITES = [
    ("PUT", ONE, CHANGED, 204),
    ("DELETE", ONE, "", 204),
    ("MOVE", ONE, "", 201),
    ("COPY", ONE, "", 201),
]


@pytest.fixture
def etag(alice: DavClient) -> str:
    """The etag of the object that Alice has."""
    alice.request("MKCALENDAR", PRIVATE)
    return alice.put(ONE, make_event()).headers["etag"]


def token(client: DavClient, path: str = PRIVATE) -> str:
    return client.propfind(path, "<D:sync-token/>").value("D:sync-token")


def send(client: DavClient, method: str, path: str, body: str, **headers: str) -> int:
    kind = "text/calendar" if method == "PUT" else "application/xml"
    where = f"/dav{CALENDAR}two.ics"
    return client.request(
        method, path, body, content_type=kind, destination=where, **headers
    ).status


@pytest.mark.parametrize(("method", "path", "body", "status"), WRITES)
def test_if_match_holds_for_every_write(
    alice: DavClient, etag: str, method: str, path: str, body: str, status: int
) -> None:
    stale = send(alice, method, path, body, if_match='"other", "another"')
    known = send(alice, method, path, body, if_match=f'"other", {etag}')

    assert (stale, known) == (412, status)


@pytest.mark.parametrize(("method", "path", "body", "status"), WRITES)
def test_if_unmodified_since_holds_for_every_write(
    alice: DavClient, etag: str, method: str, path: str, body: str, status: int
) -> None:
    early = send(alice, method, path, body, if_unmodified_since=EARLY)
    late = send(alice, method, path, body, if_unmodified_since=LATE)

    assert (early, late) == (412, status)


def test_if_match_comes_before_if_unmodified_since(alice: DavClient, etag: str) -> None:
    assert send(alice, "PUT", ONE, CHANGED, if_match=etag, if_unmodified_since=EARLY) == 204


def test_a_date_that_is_none_is_no_condition(alice: DavClient, etag: str) -> None:
    assert send(alice, "PUT", ONE, CHANGED, if_unmodified_since="yesterday") == 204


def test_if_none_match_with_the_present_tag_refuses_a_put(alice: DavClient, etag: str) -> None:
    assert send(alice, "PUT", ONE, CHANGED, if_none_match=etag) == 412
    assert send(alice, "PUT", ONE, CHANGED, if_none_match='"other"') == 204


def test_if_match_on_nothing_does_not_hold(alice: DavClient, etag: str) -> None:
    new = make_event("new")

    assert send(alice, "PUT", f"{PRIVATE}new.ics", new, if_match="*") == 412
    assert send(alice, "PUT", f"{PRIVATE}new.ics", new, if_none_match="*") == 201


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ({"if_none_match": "{etag}"}, 304),
        ({"if_none_match": "*"}, 304),
        ({"if_none_match": '"other"'}, 200),
        ({"if_modified_since": LATE}, 304),
        ({"if_modified_since": EARLY}, 200),
        ({"if_modified_since": LATE, "if_none_match": '"other"'}, 200),
        ({"if_modified_since": EARLY, "if_none_match": "{etag}"}, 304),
        ({"if_match": '"other"'}, 412),
        ({"if_match": "{etag}"}, 200),
        ({"if_unmodified_since": EARLY}, 412),
        ({"if_unmodified_since": LATE}, 200),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", [ONE, PRIVATE])
def test_reading_under_conditions(
    alice: DavClient, etag: str, path: str, method: str, header: dict[str, str], status: int
) -> None:
    present = alice.request("GET", path).headers["etag"]
    sent = {name: value.replace("{etag}", present) for name, value in header.items()}

    got = alice.request(method, path, **sent)

    assert got.status == status
    if status == 304:
        assert (got.body, got.headers["etag"]) == (b"", present)


def test_a_later_change_is_seen_by_its_date(alice: DavClient, etag: str, ports: Ports) -> None:
    assert isinstance(ports.clock, FrozenClock)
    since = alice.request("GET", ONE).headers["last-modified"]
    ports.clock.advance(1)

    alice.put(ONE, CHANGED)

    assert alice.request("GET", ONE, if_modified_since=since).status == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [*WRITES, ("PROPPATCH", PRIVATE, COLOUR, 207), ("DELETE", PRIVATE, "", 204)],
)
def test_the_if_header_with_a_sync_token_holds_for_every_write(
    alice: DavClient, etag: str, method: str, path: str, body: str, status: int
) -> None:
    before = token(alice)
    alice.put(f"{PRIVATE}other.ics", make_event("other"))

    stale = send(alice, method, path, body, **{"if": f"</dav{PRIVATE}> (<{before}>)"})
    known = send(alice, method, path, body, **{"if": f"</dav{PRIVATE}> (<{token(alice)}>)"})

    assert (stale, known) == (412, status)


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("([{etag}])", 204),
        ('(["other"])', 412),
        ('(Not ["other"])', 204),
        ("(Not [{etag}])", 412),
        ('(["other"]) ([{etag}])', 204),
        ("([{etag}] <{token}>)", 412),
        ("<https://centre.example/dav{one}> ([{etag}])", 204),
        ("<https://elsewhere.example/dav{one}> ([{etag}])", 412),
        ("</dav{one}> ([{etag}]) </dav{private}> (<{token}>)", 204),
        ('</dav{one}> (["other"]) </dav{private}> (<{token}>)', 204),
        ("(<DAV:no-lock>)", 412),
        ("(Not <DAV:no-lock>)", 204),
        ("</dav{private}nothing.ics> ([{etag}])", 412),
        ("</dav/bob@mitte.example/appointments/> (<{token}>)", 412),
        ("([{etag}]", 400),
        ("()", 400),
        ("[{etag}]", 400),
        ("</x>", 400),
        ("(Not Not [{etag}])", 400),
        ("nonsense", 400),
    ],
)
def test_the_grammar_of_the_if_header(
    alice: DavClient, etag: str, header: str, status: int
) -> None:
    filled = header.format(etag=etag, token=token(alice), one=ONE, private=PRIVATE)

    assert send(alice, "PUT", ONE, CHANGED, **{"if": filled}) == status


def test_the_state_of_what_one_may_not_read_is_none(alice: DavClient, etag: str) -> None:
    theirs = DavClient(alice.app, BOB)
    known = f"</dav/{BOB}/appointments/> (<{token(theirs, f'/{BOB}/appointments/')}>)"

    assert send(alice, "PUT", ONE, CHANGED, **{"if": known}) == 412
    new = f"/{BOB}/appointments/one.ics"
    assert send(theirs, "PUT", new, make_event(), **{"if": known}) == 201


def test_an_if_header_is_read_into_its_lists() -> None:
    found = read_if('</a> (<t:1> Not ["x"]) (["y"])')

    assert found == (
        StateList(
            "/a",
            (
                StateCondition("t:1", is_tag=False, is_negated=False),
                StateCondition("x", is_tag=True, is_negated=True),
            ),
        ),
        StateList("/a", (StateCondition("y", is_tag=True, is_negated=False),)),
    )


@pytest.mark.parametrize("header", ['(["x"]) </a> (["x"])', "(<a> </b>", "(Not)", ")("])
def test_an_if_header_outside_the_grammar_is_refused(header: str) -> None:
    with pytest.raises(InvalidInputError):
        read_if(header)


def test_the_if_header_holds_for_the_availability_too(alice: DavClient) -> None:
    inner = "<C:calendar-availability>x</C:calendar-availability>"
    body = f"<D:propertyupdate {XMLNS}><D:set><D:prop>{inner}</D:prop></D:set></D:propertyupdate>"
    stale = {"if": f"</dav{HOME}inbox/> (<data:,other/1>)"}

    assert send(alice, "PROPPATCH", f"{HOME}inbox/", body, **stale) == 412
    assert send(alice, "PROPPATCH", f"{HOME}inbox/", body) == 207


@pytest.mark.parametrize("header", ["If_Match", "If_Schedule_Tag_Match"])
@pytest.mark.parametrize("value", ["", ",", '""'])
def test_a_condition_that_names_nothing_never_holds(
    alice: DavClient, etag: str, header: str, value: str
) -> None:
    path = ONE
    if header == "If_Schedule_Tag_Match":
        path = f"/{ALICE}/appointments/asked.ics"
        event = make_event("asked", "ORGANIZER:mailto:x@post.example", f"ATTENDEE:mailto:{ALICE}")
        assert alice.put(path, event).status == 201

    changed = alice.request("GET", path).text.replace("END:VEVENT", "COMMENT:neu\r\nEND:VEVENT")

    assert alice.put(path, changed, **{header: value}).status == 412


def test_more_lists_than_anybody_needs_are_refused() -> None:
    assert len(read_if('(["a"])' * 100)) == 100
    with pytest.raises(InvalidInputError):
        read_if('(["a"])' * 101)


@pytest.mark.parametrize(
    ("is_there", "headers", "status"),
    [
        (True, {"If_None_Match": "*"}, 412),
        (True, {"If_Match": "*"}, 204),
        (True, {"If_Match": '"x"'}, 412),
        (False, {"If_Match": '"x"'}, 412),
        (False, {"If_Match": "*"}, 412),
        (False, {"If": '(["x"])'}, 412),
        (False, {"If_None_Match": "*"}, 201),
    ],
)
def test_a_whole_calendar_is_put_under_conditions(
    alice: DavClient, is_there: bool, headers: dict[str, str], status: int
) -> None:
    path = f"/{ALICE}/filled/"
    if is_there:
        assert alice.request("MKCALENDAR", path).status == 201

    assert alice.put(path, make_event("one", "SUMMARY:Eins"), **headers).status == status
    assert (alice.request("PROPFIND", path).status == 207) == (is_there or status == 201)

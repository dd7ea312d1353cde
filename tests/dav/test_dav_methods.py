"""OPTIONS, MOVE and COPY, and what each resource allows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.dav.world import ALICE, BOB, CAROL, XMLNS, DavClient, make_event

HOME = f"/{ALICE}/"
CALENDAR = f"{HOME}appointments/"
ONE = f"{CALENDAR}one.ics"
PRIVATE = f"{HOME}private/"
READ = {"OPTIONS", "GET", "HEAD", "PROPFIND", "REPORT"}


@pytest.fixture
def private(alice: DavClient) -> DavClient:
    """Alice, with an event and a calendar of her own."""
    alice.put(ONE, make_event("one", "SUMMARY:Eins"))
    assert alice.request("MKCALENDAR", PRIVATE).status == 201
    return alice


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/", READ),
        (HOME, READ),
        ("/mitte/", READ),
        (CALENDAR, READ | {"PROPPATCH"}),
        (PRIVATE, READ | {"PROPPATCH", "DELETE"}),
        (f"{HOME}outbox/", READ | {"PROPPATCH", "POST"}),
        (f"{HOME}public-holidays/", READ),
        (f"{HOME}nothing/", {"OPTIONS", "MKCALENDAR", "MKCOL"}),
        (ONE, READ | {"PUT", "DELETE", "MOVE", "COPY"}),
        (f"{CALENDAR}new.ics", {"OPTIONS", "PUT"}),
        (f"{HOME}team/new.ics", {"OPTIONS"}),
        (f"/{CAROL}/", {"OPTIONS"}),
        (f"/{BOB}/appointments/", {"OPTIONS"}),
    ],
)
def test_options_name_what_the_resource_answers(
    private: DavClient, path: str, methods: set[str]
) -> None:
    told = private.request("OPTIONS", path)

    assert told.status == 200
    assert set(told.headers["allow"].split(", ")) == methods


@pytest.mark.parametrize("path", ["/", HOME, CALENDAR, ONE])
def test_a_method_that_is_not_allowed_says_which_are(private: DavClient, path: str) -> None:
    locked = private.request("LOCK", path)

    assert locked.status == 405
    assert locked.headers["allow"] == private.request("OPTIONS", path).headers["allow"]


@pytest.mark.parametrize("method", ["MOVE", "COPY"])
def test_an_object_goes_into_another_calendar(private: DavClient, method: str) -> None:
    text = private.request("GET", ONE).text

    done = private.request(method, ONE, destination=f"/dav{PRIVATE}two.ics")

    assert (done.status, done.headers["location"]) == (201, f"/dav{PRIVATE}two.ics")
    assert private.request("GET", f"{PRIVATE}two.ics").text == text
    assert private.request("GET", ONE).status == (404 if method == "MOVE" else 200)


@pytest.mark.parametrize(
    "host", ["https://centre.example", "HTTPS://Centre.Example:443", "http://centre.example:80", ""]
)
def test_a_destination_is_a_path_or_an_address_of_this_host(private: DavClient, host: str) -> None:
    assert private.request("MOVE", ONE, destination=f"{host}/dav{PRIVATE}x.ics").status == 201


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 204), ({"overwrite": "T"}, 204), ({"overwrite": "F"}, 412), ({"overwrite": "X"}, 400)],
)
@pytest.mark.parametrize("method", ["MOVE", "COPY"])
def test_what_is_there_is_overwritten_unless_that_is_forbidden(
    private: DavClient, method: str, headers: dict[str, str], status: int
) -> None:
    private.put(f"{PRIVATE}two.ics", make_event("one", "SUMMARY:Zwei"))

    done = private.request(method, ONE, destination=f"/dav{PRIVATE}two.ics", **headers)

    assert done.status == status
    kept = private.request("GET", f"{PRIVATE}two.ics").text
    assert ("SUMMARY:Eins" in kept) == (status == 204)
    assert private.request("GET", ONE).status == (404 if (method, status) == ("MOVE", 204) else 200)


@pytest.mark.parametrize("method", ["MOVE", "COPY"])
def test_a_destination_without_its_calendar_is_a_conflict(private: DavClient, method: str) -> None:
    done = private.request(method, ONE, destination=f"/dav{HOME}nowhere/one.ics")

    assert done.status == 409
    assert private.request("GET", ONE).status == 200


@pytest.mark.parametrize("method", ["MOVE", "COPY"])
def test_a_uid_that_is_there_already_is_named_where_it_is(private: DavClient, method: str) -> None:
    private.put(f"{PRIVATE}other.ics", make_event("one"))

    done = private.request(method, ONE, destination=f"/dav{PRIVATE}two.ics")

    assert (done.status, done.conditions) == (409, ["C:no-uid-conflict"])
    assert f"/dav{PRIVATE}other.ics" in done.text


@pytest.mark.parametrize("method", ["MOVE", "COPY"])
@pytest.mark.parametrize(
    ("destination", "status"),
    [
        ("https://elsewhere.example/dav/x", 502),
        (f"/dav/{BOB}/appointments/one.ics", 403),
        (f"/dav{HOME}public-holidays/one.ics", 403),
        (f"/dav{ONE}", 403),
        ("/other/one.ics", 400),
        ("", 400),
    ],
)
def test_nothing_goes_where_it_must_not(
    private: DavClient, method: str, destination: str, status: int
) -> None:
    done = private.request(method, ONE, destination=destination)

    assert done.status == status
    assert private.request("GET", ONE).status == 200
    bob = replace(private, login=BOB)
    assert bob.request("GET", f"/{BOB}/appointments/one.ics").status == 404


@pytest.mark.parametrize("method", ["MOVE", "COPY"])
def test_a_calendar_that_takes_no_such_component_refuses_it(alice: DavClient, method: str) -> None:
    alice.put(ONE, make_event())
    components = "<C:supported-calendar-component-set><C:comp name='VTODO'/>"
    alice.request(
        "MKCALENDAR",
        f"{HOME}tasks/",
        f"<C:mkcalendar {XMLNS}><D:set><D:prop>{components}"
        "</C:supported-calendar-component-set></D:prop></D:set></C:mkcalendar>",
    )

    done = alice.request(method, ONE, destination=f"/dav{HOME}tasks/one.ics")

    assert (done.status, done.conditions) == (403, ["C:supported-calendar-component"])


@pytest.mark.parametrize("charset", ["punycode", "idna", "hex", "zlib", "utf-7", "no-such"])
def test_a_charset_that_no_calendar_is_written_in_is_refused(
    alice: DavClient, charset: str
) -> None:
    put = alice.put(ONE, make_event(), content_type=f"text/calendar; charset={charset}")

    assert put.conditions == ["C:valid-calendar-data"]


def test_what_is_got_is_never_guessed_to_be_something_else(private: DavClient) -> None:
    for path in (ONE, CALENDAR):
        assert private.request("GET", path).headers["x-content-type-options"] == "nosniff"


def test_a_representation_is_returned_when_it_is_preferred(alice: DavClient) -> None:
    text = make_event("one", "SUMMARY:Gespräch")
    raw = text.encode("latin-1")
    headers = {"content_type": "text/calendar; charset=iso-8859-1"}

    made = alice.put(ONE, raw, prefer="return=representation", **headers)
    again = alice.put(ONE, raw, prefer='respond-async, return="representation"', **headers)

    got = alice.request("GET", ONE)
    for reply, status in ((made, 201), (again, 200)):
        assert reply.status == status
        assert (reply.text, reply.headers["etag"]) == (text, got.headers["etag"])
        assert reply.headers["preference-applied"] == "return=representation"
        assert reply.headers["vary"] == "Prefer"


def test_who_comes_too_late_is_given_the_present_state_when_it_is_preferred(
    alice: DavClient,
) -> None:
    etag = alice.put(ONE, make_event()).headers["etag"]

    late = alice.put(
        ONE, make_event("one", "SUMMARY:x"), if_match='"old"', prefer="return=representation"
    )

    assert (late.status, late.headers["etag"], late.text) == (412, etag, make_event())

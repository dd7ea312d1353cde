"""Who gets where: log-in, the whole cast on every method, and what the log tells."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from assisto_caldav.errors import UnavailableError
from assisto_caldav.ports import Ports
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.devices import list_app_passwords, revoke_app_password
from assisto_radicale.auth import MOST_GUESSES
from assisto_radicale.mount import make_well_known_app
from tests.dav.world import ALICE, BOB, CAROL, FRANK, MALLORY, DavClient, make_event

HOME = f"/{ALICE}/"
CALENDAR = f"{HOME}appointments/"
ONE = f"{CALENDAR}one.ics"
PROPS = "<D:propfind xmlns:D='DAV:'><D:prop><D:displayname/></D:prop></D:propfind>"
QUERY = (
    "<C:calendar-query xmlns:C='urn:ietf:params:xml:ns:caldav'><C:filter>"
    "<C:comp-filter name='VCALENDAR'/></C:filter></C:calendar-query>"
)
REQUESTS = [
    ("GET", ONE, ""),
    ("HEAD", ONE, ""),
    ("GET", CALENDAR, ""),
    ("GET", HOME, ""),
    ("PUT", ONE, make_event()),
    ("PUT", f"{CALENDAR}new.ics", make_event("new")),
    ("DELETE", ONE, ""),
    ("DELETE", CALENDAR, ""),
    ("MOVE", ONE, ""),
    ("COPY", ONE, ""),
    ("PROPFIND", HOME, PROPS),
    ("PROPFIND", CALENDAR, PROPS),
    ("PROPFIND", f"{HOME}nothing/", PROPS),
    ("PROPFIND", ONE, PROPS),
    ("PROPPATCH", CALENDAR, "<D:propertyupdate xmlns:D='DAV:'/>"),
    ("MKCALENDAR", f"{HOME}mine/", ""),
    ("MKCOL", f"{HOME}mine/", ""),
    ("REPORT", CALENDAR, QUERY),
]


@pytest.mark.parametrize(
    ("login", "method", "path", "body"),
    [
        (login, *request)
        for login in (BOB, CAROL, FRANK)
        for request in REQUESTS
        # Frank looks for absences there: test_dav_rights.py.
        if not (login == FRANK and request[0] in ("GET", "PROPFIND") and request[1] == HOME)
    ],
)
def test_nobody_reaches_into_the_home_of_alice(
    alice: DavClient, login: str, method: str, path: str, body: str
) -> None:
    alice.put(ONE, make_event())
    other = replace(alice, login=login)

    reply = other.request(
        method,
        path,
        body,
        destination=f"/dav/{login}/appointments/one.ics",
        content_type="text/calendar" if method == "PUT" else "application/xml",
    )

    assert reply.status == 403
    assert ALICE not in reply.text.replace(path, "") or "need-privileges" in reply.text
    assert alice.request("GET", ONE).text == make_event()


@pytest.mark.parametrize("client", [MALLORY, "grace", ""])
@pytest.mark.parametrize(
    ("method", "path", "body"), [*REQUESTS, ("OPTIONS", "/", ""), ("POST", f"{HOME}outbox/", "")]
)
def test_whoever_is_no_staff_is_asked_to_log_in(
    alice: DavClient, client: str, method: str, path: str, body: str
) -> None:
    reply = replace(alice, login=client).request(method, path, body)

    assert reply.status == 401
    assert reply.headers["www-authenticate"].startswith("Basic realm=")


@pytest.mark.parametrize("path", [ONE, HOME, f"{HOME}nothing/", "/nobody@x.example/calendar/"])
def test_strangers_cannot_tell_what_there_is(alice: DavClient, path: str) -> None:
    alice.put(ONE, make_event())

    reply = replace(alice, login=BOB).request("GET", path)

    assert reply.status == 403


def test_an_object_is_not_moved_into_another_home(alice: DavClient) -> None:
    alice.put(ONE, make_event())

    moved = alice.request("MOVE", ONE, destination=f"/dav/{BOB}/appointments/one.ics")

    assert moved.status == 403
    assert replace(alice, login=BOB).request("GET", f"/{BOB}/appointments/one.ics").status == 404


def test_an_administrator_who_counsels_nobody_has_a_principal_without_calendars(
    alice: DavClient,
) -> None:
    frank = replace(alice, login=FRANK)

    principal = frank.propfind(f"/{FRANK}/", "<C:calendar-home-set/><D:displayname/>", "1")

    assert principal.status == 207
    assert principal.value("D:displayname") == "Frank"
    assert len(principal.responses()) == 1
    assert "404 Not Found" in principal.text
    assert frank.request("MKCALENDAR", f"/{FRANK}/mine/").status == 403


def test_logins_are_the_same_in_any_case(alice: DavClient) -> None:
    loud = replace(alice, login="Alice@Mitte.Example", password="demo-alice")

    assert loud.propfind("/", "<D:current-user-principal/>").hrefs("D:current-user-principal") == [
        f"/dav{HOME}"
    ]


@pytest.mark.parametrize(
    "header", ["Basic", "Basic !!!", "Bearer abc", "Basic YWxpY2U=", "basic " + "x" * 5000]
)
def test_a_log_in_that_is_none_is_401(alice: DavClient, header: str) -> None:
    nobody = replace(alice, login="", extra={"HTTP_AUTHORIZATION": header})

    assert nobody.request("GET", ONE).status == 401


def test_a_revoked_device_is_out_at_once(alice: DavClient, ports: Ports) -> None:
    assert alice.request("GET", HOME).status == 200
    [device] = list_app_passwords(ports, ALICE)

    revoke_app_password(ports, Actor(ALICE, "web"), device.id)

    assert alice.request("GET", HOME).status == 401


def test_guesses_are_slowed_and_never_lock_the_owner_out(alice: DavClient) -> None:
    guesser = replace(alice, password="wrong")

    statuses = [guesser.request("GET", HOME).status for _ in range(MOST_GUESSES + 1)]

    assert statuses[0] == 401
    assert statuses[-1] == 429
    assert alice.request("GET", HOME).status == 200


def test_guesses_from_elsewhere_are_counted_apart(alice: DavClient) -> None:
    here = replace(alice, password="wrong")
    for _ in range(MOST_GUESSES + 1):
        here.request("GET", HOME)

    elsewhere = replace(here, extra={"REMOTE_ADDR": "198.51.100.1"})

    assert elsewhere.request("GET", HOME).status == 401


def test_headers_of_proxies_do_not_change_our_hrefs(alice: DavClient) -> None:
    misled = replace(
        alice,
        extra={
            "HTTP_X_SCRIPT_NAME": "/evil",
            "HTTP_X_FORWARDED_HOST": "evil.example",
            "HTTP_X_FORWARDED_FOR": "198.51.100.1",
        },
    )

    assert misled.propfind("/", "<D:current-user-principal/>").hrefs(
        "D:current-user-principal"
    ) == [f"/dav{HOME}"]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/../etc/passwd", 400), ("/a/b/c/d", 400), ("/a/%00", 400), (f"{HOME}./x", 400)],
)
def test_paths_that_lead_nowhere_are_refused(alice: DavClient, path: str, status: int) -> None:
    assert alice.request("GET", path).status == status


def test_a_path_that_is_no_utf_8_is_refused(alice: DavClient) -> None:
    broken = replace(alice, extra={"PATH_INFO": "/\xff\xfe/"})

    assert broken.request("GET", "/").status == 400


def test_unknown_methods_are_405(alice: DavClient) -> None:
    for method in ("BREW", "COPY", "MOVE", "LOCK", "UNLOCK", "ACL", "PATCH", "__call__"):
        reply = alice.request(method, CALENDAR)
        assert reply.status == 405
        assert "PROPFIND" in reply.headers["allow"]


@pytest.mark.parametrize("method", ["GET", "PROPFIND", "OPTIONS", "POST", "HEAD"])
def test_well_known_redirects_every_method_without_log_in(method: str) -> None:
    client = DavClient(make_well_known_app(), "", prefix="")

    reply = client.request(method, "/.well-known/caldav")

    assert (reply.status, reply.headers["location"]) == (301, "/dav/")


def test_logs_name_nobody_and_nothing(alice: DavClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        alice.put(f"{CALENDAR}secret-name.ics", make_event())
        alice.request("GET", f"{CALENDAR}secret-name.ics")
        alice.propfind(HOME, "<D:displayname/>", "1")
        replace(alice, password="wrong").request("GET", HOME)

    lines = [record.getMessage() for record in caplog.records]
    assert "PUT /<login>/<collection>/<object> 201" in lines
    for private in ("alice", "secret-name", "192.0.2.7", "demo-", "wrong"):
        assert not any(private in line.lower() for line in lines)


def test_an_error_of_ours_is_500_and_its_message_stays_out_of_the_log(
    alice: DavClient, ports: Ports, caplog: pytest.LogCaptureFixture
) -> None:
    ports.config.current = None  # type: ignore[method-assign, assignment] - breaks it on purpose

    with caplog.at_level(logging.INFO):
        reply = alice.request("GET", HOME)

    assert reply.status == 500
    assert "TypeError" in caplog.text
    assert "alice" not in caplog.text


def test_a_busy_database_is_503_with_a_time_to_come_back(
    alice: DavClient, ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy() -> None:
        raise UnavailableError("Die Datenbank ist beschäftigt.")

    monkeypatch.setattr(ports.database, "writing", busy)

    reply = alice.put(ONE, make_event())

    assert reply.status == 503
    assert int(reply.headers["retry-after"]) > 0

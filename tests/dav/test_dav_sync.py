"""sync-collection (RFC 6578)."""

from __future__ import annotations

import pytest

from assisto_caldav.ports import Ports
from tests.dav.samples import (
    CALENDAR,
    ETAG,
    SINGLE,
    put,
)
from tests.dav.world import DavClient, Reply, make_event


class Mirror:
    """What an app knows that synchronises by tokens."""

    def __init__(self, client: DavClient, limit: int | None = None) -> None:
        self.client = client
        self.limit = f"<D:limit><D:nresults>{limit}</D:nresults></D:limit>" if limit else ""
        self.token = ""
        self.known: dict[str, str] = {}
        self.pages = 0

    def sync(self) -> None:
        while True:
            body = (
                f"<D:sync-token>{self.token}</D:sync-token><D:sync-level>1</D:sync-level>"
                f"{self.limit}{ETAG}"
            )
            found = self.client.report(CALENDAR, "D:sync-collection", body, depth="0")
            assert found.status == 207
            self.pages += 1
            more = self._note(found.responses())
            self.token = found.xml.findtext("{DAV:}sync-token") or ""
            if not more:
                return

    def _note(self, responses: dict[str, object]) -> bool:
        more = False
        for href, told in responses.items():
            if told == 507:
                more = True
                assert href == f"/dav{CALENDAR}"
            elif told == 404:
                self.known.pop(href, None)
            else:
                assert isinstance(told, dict)
                self.known[href] = told["D:getetag"].text or ""
        return more


def listed(client: DavClient) -> dict[str, str]:
    found = client.propfind(CALENDAR, "<D:getetag/>", "1").responses()
    return {
        href: properties["D:getetag"].text or ""
        for href, properties in found.items()
        if isinstance(properties, dict) and "D:getetag" in properties
    }


@pytest.mark.parametrize("limit", [None, 1, 2, 100])
def test_synchronising_follows_every_change(alice: DavClient, limit: int | None) -> None:
    mirror = Mirror(alice, limit)
    put(alice, *(make_event(f"uid-{number}") for number in range(4)))
    mirror.sync()
    first = dict(mirror.known)

    put(alice, make_event("uid-1", "SUMMARY:neu"), make_event("uid-9"))
    alice.request("DELETE", f"{CALENDAR}uid-2.ics")
    mirror.sync()

    assert len(first) == 4
    assert mirror.known == listed(alice)
    assert mirror.known != first


def test_synchronising_for_the_first_time_tells_of_nobody_who_is_gone(alice: DavClient) -> None:
    put(alice, make_event("uid-1"), make_event("uid-2"))
    alice.request("DELETE", f"{CALENDAR}uid-1.ics")

    found = alice.report(CALENDAR, "D:sync-collection", f"<D:sync-token/>{ETAG}")

    assert list(found.responses()) == [f"/dav{CALENDAR}uid-2.ics"]


def test_synchronising_without_changes_is_empty(alice: DavClient) -> None:
    put(alice, SINGLE)
    token = alice.propfind(CALENDAR, "<D:sync-token/>").value("D:sync-token")

    found = alice.report(
        CALENDAR, "D:sync-collection", f"<D:sync-token>{token}</D:sync-token>{ETAG}"
    )

    assert found.responses() == {}
    assert found.xml.findtext("{DAV:}sync-token") == token


def test_pages_of_the_first_synchronisation_survive_forgotten_tombstones(
    alice: DavClient, ports: Ports
) -> None:
    put(alice, *(make_event(f"uid-{number}") for number in range(5)))
    alice.request("DELETE", f"{CALENDAR}uid-4.ics")
    body = "<D:sync-token>{}</D:sync-token><D:limit><D:nresults>2</D:nresults></D:limit>" + ETAG
    first = alice.report(CALENDAR, "D:sync-collection", body.format(""))
    token = first.xml.findtext("{DAV:}sync-token") or ""

    with ports.database.writing() as unit:
        unit.objects.forget_tombstones(before=ports.clock.now() + 1)

    assert alice.report(CALENDAR, "D:sync-collection", body.format(token)).status == 207


@pytest.mark.parametrize("token", ["nonsense", "data:,other/1", "data:,{}/999", "http://x/1"])
def test_a_token_that_is_none_is_refused(alice: DavClient, token: str) -> None:
    own = alice.propfind(CALENDAR, "<D:sync-token/>").value("D:sync-token")
    wrong = token.format(own.partition(",")[2].partition("/")[0])

    found = alice.report(
        CALENDAR, "D:sync-collection", f"<D:sync-token>{wrong}</D:sync-token>{ETAG}"
    )

    assert (found.status, found.conditions) == (403, ["D:valid-sync-token"])


def test_a_token_older_than_the_tombstones_is_refused(alice: DavClient, ports: Ports) -> None:
    token = alice.propfind(CALENDAR, "<D:sync-token/>").value("D:sync-token")
    put(alice, SINGLE)
    alice.request("DELETE", f"{CALENDAR}single.ics")
    with ports.database.writing() as unit:
        unit.objects.forget_tombstones(before=ports.clock.now() + 1)

    found = alice.report(
        CALENDAR, "D:sync-collection", f"<D:sync-token>{token}</D:sync-token>{ETAG}"
    )

    assert found.conditions == ["D:valid-sync-token"]


def synchronise(client: DavClient, inner: str, **headers: str) -> Reply:
    return client.report(CALENDAR, "D:sync-collection", inner, **headers)


def page(token: str, limit: int) -> str:
    return (
        f"<D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>"
        f"<D:limit><D:nresults>{limit}</D:nresults></D:limit>{ETAG}"
    )


def token_of(found: Reply) -> str:
    return found.xml.findtext("{DAV:}sync-token") or ""


@pytest.mark.parametrize("is_first", [True, False])
def test_members_that_change_between_two_pages_are_not_lost(
    alice: DavClient, is_first: bool
) -> None:
    mirror = Mirror(alice, 2)
    if not is_first:
        mirror.sync()
    put(alice, *(make_event(f"uid-{number}") for number in range(6)))
    first = synchronise(alice, page(mirror.token, 2))
    mirror._note(first.responses())
    mirror.token = token_of(first)

    put(alice, make_event("uid-0", "SUMMARY:neu"), make_event("uid-5", "SUMMARY:neu"))
    put(alice, make_event("uid-7"))
    alice.request("DELETE", f"{CALENDAR}uid-1.ics")
    alice.request("DELETE", f"{CALENDAR}uid-4.ics")
    mirror.sync()

    assert mirror.known == listed(alice)


def test_later_pages_of_the_first_synchronisation_tell_of_nobody_who_was_gone_before(
    alice: DavClient,
) -> None:
    put(alice, *(make_event(f"uid-{number}") for number in range(3)))
    alice.request("DELETE", f"{CALENDAR}uid-0.ics")
    first = synchronise(alice, page("", 1))
    alice.request("DELETE", f"{CALENDAR}uid-1.ics")

    rest = synchronise(alice, page(token_of(first), 9))

    assert list(first.responses()) == [f"/dav{CALENDAR}uid-1.ics", f"/dav{CALENDAR}"]
    assert rest.responses().pop(f"/dav{CALENDAR}uid-1.ics") == 404
    assert f"/dav{CALENDAR}uid-0.ics" not in rest.responses()


def test_a_member_made_and_removed_since_the_token_is_told_as_gone(alice: DavClient) -> None:
    token = alice.propfind(CALENDAR, "<D:sync-token/>").value("D:sync-token")
    put(alice, SINGLE)
    alice.request("DELETE", f"{CALENDAR}single.ics")

    found = synchronise(alice, f"<D:sync-token>{token}</D:sync-token>{ETAG}")

    assert found.responses() == {f"/dav{CALENDAR}single.ics": 404}


@pytest.mark.parametrize("props", ["<D:prop/>", ""])
def test_synchronising_without_properties_names_the_members(alice: DavClient, props: str) -> None:
    put(alice, SINGLE)

    found = synchronise(alice, f"<D:sync-token/><D:sync-level>1</D:sync-level>{props}")

    assert found.responses() == {f"/dav{CALENDAR}single.ics": {}}


@pytest.mark.parametrize(
    ("level", "headers", "status"),
    [
        ("1", {}, 207),
        ("infinite", {"depth": "0"}, 207),
        ("1", {"depth": "1"}, 207),
        ("1", {"depth": "infinity"}, 400),
        ("1", {"depth": "nonsense"}, 400),
        ("2", {"depth": "0"}, 400),
    ],
)
def test_depth_and_level_are_those_that_there_are(
    alice: DavClient, level: str, headers: dict[str, str], status: int
) -> None:
    put(alice, SINGLE)
    body = f"<D:sync-token/><D:sync-level>{level}</D:sync-level>{ETAG}"

    found = synchronise(alice, body, **headers)

    assert found.status == status
    if status == 207:
        assert list(found.responses()) == [f"/dav{CALENDAR}single.ics"]


@pytest.mark.parametrize("limit", ["0", "-1", "many", "²", ""])
def test_a_limit_that_is_none_is_refused(alice: DavClient, limit: str) -> None:
    body = f"<D:sync-token/><D:limit><D:nresults>{limit}</D:nresults></D:limit>{ETAG}"

    assert synchronise(alice, body).status == 400


def test_synchronising_may_return_the_objects_themselves(alice: DavClient) -> None:
    put(alice, SINGLE)

    found = synchronise(alice, "<D:sync-token/><D:prop><C:calendar-data/></D:prop>")

    assert found.value("C:calendar-data") == SINGLE

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
from tests.dav.world import DavClient, make_event


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

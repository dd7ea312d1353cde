"""The scheduling inbox: news about appointments until they were seen (RFC 6638 §4)."""

from __future__ import annotations

import re

import pytest

from assisto_caldav.clock import FrozenClock
from assisto_caldav.domain.appointment import Act
from assisto_caldav.ports import Ports
from assisto_caldav.usecases import answer
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.expire import expire_and_settle
from assisto_caldav.usecases.retain import erase_due
from assisto_caldav.usecases.scheduling import carry_out
from assisto_radicale.mount import make_dav_app
from tests.dav.test_dav_appointments import Asked, asked, bookable
from tests.dav.world import ALICE, BOB, DavClient

__all__ = ["asked", "bookable"]
INBOX = f"/{ALICE}/inbox/"
DAY = 24 * 3600


def synced(client: DavClient, token: str = "") -> tuple[str, dict[str, object]]:
    found = client.report(
        INBOX,
        "D:sync-collection",
        f"<D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>"
        "<D:prop><D:getetag/></D:prop>",
    )
    new = found.xml.findtext("{DAV:}sync-token", "")
    return new, {href.removeprefix("/dav"): one for href, one in found.responses().items()}


def messages(client: DavClient) -> list[str]:
    return [client.request("GET", path).text for path in synced(client)[1]]


def by_client(ports: Ports, found: Asked, act: Act) -> None:
    with ports.database.writing() as unit:
        appointment = unit.appointments.get(found.id)
        assert appointment is not None
        carry_out(unit, ports, Actor("", "web"), appointment, act)


def later(ports: Ports, seconds: int) -> None:
    assert isinstance(ports.clock, FrozenClock)
    ports.clock.advance(seconds)
    expire_and_settle(ports)


def test_a_request_lies_in_the_inbox_as_it_stands_in_the_calendar(asked: Asked) -> None:
    [text] = messages(asked.client)

    assert re.search(r"^METHOD:REQUEST\r$", text, re.MULTILINE)
    assert text.replace("METHOD:REQUEST\r\n", "") == asked.client.request("GET", asked.path).text
    assert "Grace" not in text


def test_a_message_is_read_by_multiget_and_named_by_propfind(asked: Asked) -> None:
    [path] = synced(asked.client)[1]

    found = asked.client.report(
        INBOX,
        "C:calendar-multiget",
        f"<D:prop><D:getetag/><C:calendar-data/></D:prop><D:href>/dav{path}</D:href>",
    )

    assert "METHOD:REQUEST" in found.value("C:calendar-data")
    named = asked.client.propfind(INBOX, "<D:getetag/><D:getcontenttype/>", depth="1")
    assert f"/dav{path}" in named.responses()


def test_the_app_takes_a_message_away_and_the_request_stands(asked: Asked) -> None:
    token, members = synced(asked.client)
    [path] = members

    assert asked.client.request("DELETE", path).status == 204

    assert synced(asked.client, token)[1] == {path: 404}
    assert asked.client.request("GET", asked.path).status == 200
    assert "DELETE" in asked.client.request("OPTIONS", asked.path).headers["allow"]


@pytest.mark.parametrize("partstat", ["ACCEPTED", "DECLINED"])
def test_an_answer_takes_the_message_away(asked: Asked, partstat: str) -> None:
    asked.client.put(asked.path, asked.answered(partstat))

    assert messages(asked.client) == []


def test_an_answer_on_the_web_takes_the_message_away(ports: Ports, asked: Asked) -> None:
    answer.confirm(ports, Actor(ALICE, "web"), asked.id)

    assert messages(asked.client) == []


def test_seen_does_not(asked: Asked) -> None:
    asked.client.put(asked.path, asked.answered("TENTATIVE"))

    assert len(messages(asked.client)) == 1


def test_a_withdrawal_is_a_cancel_and_takes_the_place_of_the_request(
    ports: Ports, asked: Asked
) -> None:
    before = synced(asked.client)[1]

    by_client(ports, asked, Act.WITHDRAW)

    [text] = messages(asked.client)
    assert "METHOD:CANCEL" in text
    assert "STATUS:CANCELLED" in text
    assert not before.keys() & synced(asked.client)[1].keys()


def test_a_cancel_goes_with_the_object(ports: Ports, asked: Asked) -> None:
    by_client(ports, asked, Act.WITHDRAW)

    later(ports, 8 * DAY)

    assert messages(asked.client) == []


def test_nothing_is_left_of_an_erased_appointment(ports: Ports, asked: Asked) -> None:
    by_client(ports, asked, Act.WITHDRAW)
    assert isinstance(ports.clock, FrozenClock)
    ports.clock.advance(120 * DAY)

    erase_due(ports)

    assert messages(asked.client) == []


def test_a_message_takes_no_time(asked: Asked) -> None:
    with asked.ports.database.reading() as unit:
        inbox = unit.collections.get(ALICE, "inbox")
        assert inbox is not None
        found = list(unit.objects.all(inbox.id))

    assert [item.appointment for item in found] == [None]
    asked.client.request("DELETE", synced(asked.client)[1].popitem()[0])
    assert asked.client.put(asked.path, asked.answered("ACCEPTED")).status == 204


@pytest.mark.parametrize("method", ["PUT", "MOVE"])
def test_nobody_writes_messages(asked: Asked, method: str) -> None:
    text = asked.get().replace("METHOD:REQUEST\r\n", "")

    reply = asked.client.request(
        method,
        f"{INBOX}new.ics" if method == "PUT" else asked.path,
        text,
        content_type="text/calendar",
        destination=f"/dav{INBOX}new.ics",
    )

    assert reply.status == 403
    assert len(messages(asked.client)) == 1


def test_nobody_else_reads_or_takes_away(ports: Ports, asked: Asked) -> None:
    bob = DavClient(make_dav_app(ports), BOB)
    [path] = synced(asked.client)[1]

    assert bob.request("GET", path).status == 403
    assert bob.request("DELETE", path).status == 403


def test_the_inbox_says_that_members_can_be_taken_away(alice: DavClient) -> None:
    found = alice.propfind(INBOX, "<D:current-user-privilege-set/><D:supported-report-set/>").text

    assert "<D:unbind/>" in found
    assert "<D:write-content/>" not in found
    assert "<C:calendar-multiget/>" in found

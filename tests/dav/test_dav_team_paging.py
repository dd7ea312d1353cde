"""``team/`` in pages: what is deleted between two of them leaves no ghost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assisto_caldav.domain.institution import StaffRole
from assisto_caldav.ports import Ports
from assisto_caldav.usecases.actors import SYSTEM, Actor
from assisto_caldav.usecases.devices import add_app_password
from assisto_caldav.usecases.home_keeping import ensure_homes
from tests.dav.test_dav_team import DAY, TEAM, WEDNESDAY_TEN, ask, bob
from tests.dav.world import DavClient, FixedConfig, make_event, make_staff

__all__ = ["bob"]  # the fixture
DAVE = "dave@mitte.example"


@pytest.fixture
def dave(ports: Ports, alice: DavClient) -> DavClient:
    """A third counsellor, with booking times every day."""
    config = ports.config
    assert isinstance(config, FixedConfig)
    institution = config.current().institutions["mitte"]
    staff = (*institution.staff, make_staff(DAVE, StaffRole.COUNSELLOR))
    config.configure(replace(institution, staff=staff))
    ensure_homes(ports)
    with ports.database.writing() as unit:
        add_app_password(unit, ports, Actor(DAVE, SYSTEM), label="Test", secret="demo-dave")
    client = replace(alice, login=DAVE)
    rule = make_event(
        "rule-dave",
        "SUMMARY:alle",
        "RRULE:FREQ=DAILY",
        start="DTSTART;TZID=Europe/Berlin:20261201T090000",
        end="DTEND;TZID=Europe/Berlin:20261201T170000",
    )
    assert client.put(f"{client.home}booking-times/rule.ics", rule).status == 201
    return client


class Copy:
    """What an app knows after each page."""

    def __init__(self, client: DavClient) -> None:
        self._client = client
        self._token = ""
        self.known: set[str] = set()

    def page(self) -> bool:
        """Read one page of two; tell whether more follow."""
        reply = self._client.report(
            TEAM,
            "D:sync-collection",
            f"<D:sync-token>{self._token}</D:sync-token><D:sync-level>1</D:sync-level>"
            "<D:limit><D:nresults>2</D:nresults></D:limit><D:prop><D:getetag/></D:prop>",
        )
        told = reply.responses()
        self.known |= {href for href, found in told.items() if isinstance(found, dict)}
        self.known -= {href for href, found in told.items() if found == 404}
        self._token = reply.xml.findtext("{DAV:}sync-token") or ""
        return 507 in told.values()


@pytest.mark.parametrize("pages_before", [1, 2])
def test_what_goes_between_two_pages_is_told(
    ports: Ports, alice: DavClient, bob: DavClient, dave: DavClient, pages_before: int
) -> None:
    made = [
        (client, ask(ports, client.login, WEDNESDAY_TEN + number * DAY))
        for client in (alice, dave)
        for number in range(3)
    ]
    app = Copy(bob)
    for _ in range(pages_before):
        assert app.page()
    assert app.known
    for client, appointment in made:
        path = f"{client.home}appointments/{appointment.href}"
        assert client.request("DELETE", path).status == 204

    while app.page():
        pass

    assert app.known == set()

"""Filling a calendar, and one scenario on one server, measured in rounds."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Mapping

from bench.calendar_data import Event
from bench.client import SPACES, Account, Client
from bench.dav_scenarios import Scenario


class Lane:
    """One scenario on one server."""

    def __init__(self, scenario: Scenario) -> None:
        """Prepare it and see that its first answer is right; that also warms up."""
        self.scenario = scenario
        self.numbers = itertools.count(1)
        scenario.prepare()
        payload = scenario.request(0)
        scenario.check(0, scenario.execute(payload))

    def round(self, seconds: float) -> float:
        """Return the median time of a request; the last answer is checked."""
        times: list[float] = []
        begun = time.perf_counter()
        while not times or time.perf_counter() - begun < seconds:
            number = next(self.numbers)
            payload = self.scenario.request(number)
            sent = time.perf_counter()
            body = self.scenario.execute(payload)
            times.append(time.perf_counter() - sent)
        self.scenario.check(number, body)
        return statistics.median(times)


def fill(account: Account, name: str, found: Mapping[str, Event]) -> float:
    """Make a calendar and PUT every event; return the seconds it took."""
    client = Client(account)
    client.send(client.xml("MKCALENDAR", f"{account.home}{name}/", f"<C:mkcalendar {SPACES}/>"))
    begun = time.perf_counter()
    for event in found.values():
        path = f"{account.home}{name}/{event.uid}.ics"
        client.call(client.put(path, event.text), 201, 204)
    return time.perf_counter() - begun

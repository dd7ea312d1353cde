"""CalDAV against stock Radicale: the same events, the same requests, in turn.

Each scenario is measured in short rounds that alternate between the servers;
the ratio is the median over rounds of (stock's time / our time) per request.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bench.calendar_data import FIRST, WEEKS, as_calendar, as_object, event, events
from bench.servers import Account, ours, stock

ROUNDS = 7
ROUND_SECONDS = 0.6
NAMESPACES = (
    'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" '
    'xmlns:CS="http://calendarserver.org/ns/"'
)
WANTED = {"getctag": 100, "no-change sync": 100, "query of a month": 50, "PUT": 8}


@dataclass
class Client:
    """One kept connection to one server."""

    account: Account
    counter: int = 0
    token: str = ""
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.account.port, timeout=120)

    def call(self, method: str, href: str, body: str, *, depth: str = "0") -> str:
        """Send one request; anything but success ends the benchmark."""
        raw = body.encode()
        login = base64.b64encode(f"{self.account.user}:{self.account.password}".encode())
        headers = {
            "Authorization": f"Basic {login.decode()}",
            "Depth": depth,
            "Content-Type": "text/calendar" if method == "PUT" else "application/xml",
        }
        try:
            self.connection.request(method, self.account.collection + href, raw, headers)
            response = self.connection.getresponse()
            text = response.read().decode()
        except (http.client.HTTPException, ConnectionError):
            self.connection.close()
            return self.call(method, href, body, depth=depth)
        if response.status not in (200, 201, 204, 207):
            raise SystemExit(f"{self.account.name}: {method} -> {response.status}: {text[:400]}")
        return text


def getctag(client: Client) -> None:
    body = f"<D:propfind {NAMESPACES}><D:prop><CS:getctag/></D:prop></D:propfind>"
    if "getctag" not in client.call("PROPFIND", "", body):
        raise SystemExit("no ctag")


def sync(client: Client) -> None:
    body = (
        f"<D:sync-collection {NAMESPACES}><D:sync-token>{client.token}</D:sync-token>"
        "<D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>"
    )
    answer = client.call("REPORT", "", body)
    if client.token and ".ics" in answer:
        raise SystemExit("a sync without changes named members")
    start = answer.index("sync-token>") + len("sync-token>")
    client.token = answer[start : answer.index("<", start)]


def month(client: Client) -> None:
    client.counter += 1
    start = FIRST + timedelta(weeks=client.counter * 5 % (WEEKS - 8))
    end = start + timedelta(days=31)
    body = (
        f"<C:calendar-query {NAMESPACES}><D:prop><D:getetag/><C:calendar-data/></D:prop>"
        '<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">'
        f'<C:time-range start="{start:%Y%m%dT%H%M%SZ}" end="{end:%Y%m%dT%H%M%SZ}"/>'
        "</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"
    )
    answer = client.call("REPORT", "", body, depth="1")
    found = answer.count("BEGIN:VEVENT")
    if found < 50:
        raise SystemExit(f"{client.account.name} found only {found} events in a month")


def put(client: Client) -> None:
    client.counter += 1
    uid = f"new-{client.counter}"
    text = event(uid, datetime(2029, 3, 5, 9, 0) + timedelta(days=client.counter % 300))  # noqa: DTZ001 -- wall time
    client.call("PUT", f"{uid}.ics", as_object(text))


SCENARIOS: dict[str, Callable[[Client], None]] = {
    "getctag": getctag,
    "no-change sync": sync,
    "query of a month": month,
    "PUT": put,
}


def measure(act: Callable[[Client], None], client: Client) -> float:
    """Return seconds for each request of one round."""
    done, begun = 0, time.perf_counter()
    while True:
        act(client)
        done += 1
        passed = time.perf_counter() - begun
        if passed >= ROUND_SECONDS:
            return passed / done


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=2000)
    parser.add_argument("--weekly", type=int, default=50)
    arguments = parser.parse_args(argv)
    made = events(arguments.size, arguments.weekly)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        calendar = folder / "bench.ics"
        calendar.write_text(as_calendar(made), newline="")
        objects = {f"{uid}.ics": as_object(text) for uid, text in made.items()}
        with ours(folder, calendar) as a, stock(folder, objects) as b:
            compare(Client(a), Client(b))
    return 0


def compare(mine: Client, theirs: Client) -> None:
    print(f"{'scenario':20} {'ours ms':>10} {'stock ms':>10} {'ratio':>8} {'wanted':>7}")
    for name, act in SCENARIOS.items():
        for client in (mine, theirs):
            act(client)  # warm, and the first sync fetches a token
        rounds = [(measure(act, mine), measure(act, theirs)) for _ in range(ROUNDS)]
        own = statistics.median(one for one, _ in rounds) * 1000
        other = statistics.median(two for _, two in rounds) * 1000
        ratio = statistics.median(two / one for one, two in rounds)
        print(f"{name:20} {own:10.2f} {other:10.2f} {ratio:7.0f}x {WANTED[name]:6}x", flush=True)

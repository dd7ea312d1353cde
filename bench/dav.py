"""CalDAV against others: the same events, the same requests, in turn, in one run.

Each scenario is measured in short rounds that alternate between the servers;
a ratio is the median over rounds of (their time / our time) for one request,
"of hello" that of (our time / a hello's time under our own server and front).
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from bench import servers
from bench.calendar_data import SEED, Event, as_calendar, events
from bench.client import Account, Client
from bench.cyrus import cyrus, is_installed
from bench.dav_scenarios import SCENARIOS, ListEtags, PutNew
from bench.growth import growth
from bench.lane import Lane, fill
from bench.memory import memory

CALENDAR = "bench"
CONNECTIONS = 8
IMPORTED = 1000
NAMES = ("ours", "stock", "cyrus")


class Wanted(NamedTuple):
    """At least so many times as fast as the others, at most so many hellos."""

    stock: float
    cyrus: float | None
    hello: float | None


WANTED = {
    "GET one": Wanted(2, 2, 5),
    "getctag": Wanted(500, 1.5, 8),
    "no-change sync": Wanted(500, 1.5, 8),
    "discovery": Wanted(2, 1.5, 45),
    "one week, etags": Wanted(300, 30, 12),
    "one week, data": Wanted(200, 20, 25),
    "one week, expand": Wanted(5000, 20, 30),
    "free-busy, 4 weeks": Wanted(200, 5, 40),
    "multiget of 50": Wanted(15, 8, 20),
    "sync after 10": Wanted(300, 2, 25),
    "initial sync": Wanted(100, 4, None),
    "PROPFIND depth 1": Wanted(100, 4, None),
    "PUT new": Wanted(8, 1, None),
    "PUT, 8 connections": Wanted(80, 1, None),
    "PUT, processor": Wanted(100, 1, None),
    f"import of {IMPORTED}": Wanted(20, None, None),
}


def hello_round(client: Client, seconds: float) -> float:
    payload = client.request("GET", "/")
    times: list[float] = []
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        sent = time.perf_counter()
        client.send(payload)
        times.append(time.perf_counter() - sent)
    return statistics.median(times)


def compare(
    accounts: Sequence[Account],
    floor: Account,
    found: Mapping[str, Event],
    options: argparse.Namespace,
) -> None:
    for name in options.only:
        scenario = SCENARIOS[name]
        lanes = {a.name: Lane(scenario(Client(a), CALENDAR, found)) for a in accounts}
        hello = Client(floor)
        times: dict[str, list[float]] = {"hello": [], **{key: [] for key in lanes}}
        for _ in range(options.rounds):
            times["hello"].append(hello_round(hello, min(options.seconds, 0.3)))
            for key, lane in lanes.items():
                times[key].append(lane.round(options.seconds))
        tell(name, times)


def tell(name: str, times: Mapping[str, Sequence[float]]) -> None:
    """Print one line: our time, the ratios, and what was wanted of them."""
    wanted, cells = WANTED[name], []
    for other in NAMES[1:]:
        if other not in times:
            cells.append("-")
            continue
        ratios = [theirs / mine for mine, theirs in zip(times["ours"], times[other], strict=True)]
        cells.append(_cell(statistics.median(ratios), getattr(wanted, other), at_least=True))
    if "hello" in times:
        ratios = [mine / one for mine, one in zip(times["ours"], times["hello"], strict=True)]
        cells.append(_cell(statistics.median(ratios), wanted.hello, at_least=False))
    own = statistics.median(times["ours"]) * 1000
    print(f"{name:20} {own:9.2f}" + "".join(f" {cell:>20}" for cell in cells), flush=True)


def _cell(ratio: float, wanted: float | None, *, at_least: bool) -> str:
    if wanted is None:
        return f"{ratio:.1f}x"
    is_good = ratio >= wanted if at_least else ratio <= wanted
    sign = ">=" if at_least else "<="
    return f"{ratio:.1f}x ({sign}{wanted:g}{'' if is_good else ' NO'})"


def put_together(account: Account, seconds: float) -> tuple[float, float]:
    """PUT over many connections; return wall and processor time for one."""
    lanes = [PutNew(Client(account), CALENDAR, {}) for _ in range(CONNECTIONS)]
    before, begun = servers.cpu_seconds(account.group), time.perf_counter()
    done = [0] * CONNECTIONS

    def work(index: int) -> None:
        while time.perf_counter() - begun < seconds or not done[index]:
            lanes[index].execute(lanes[index].request(0))
            done[index] += 1

    threads = [threading.Thread(target=work, args=(index,)) for index in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - begun
    return wall / sum(done), (servers.cpu_seconds(account.group) - before) / sum(done)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench dav", description=__doc__)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.6)
    parser.add_argument("--only", nargs="+", choices=SCENARIOS, default=list(SCENARIOS))
    parser.add_argument("--growth", action="store_true", help="ours alone, 100 to 50,000 events")
    parser.add_argument("--memory", action="store_true", help="memory alone, 50,000 events")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        if arguments.memory:
            memory(folder)
            return 0
        if arguments.growth:
            growth(stack.enter_context(servers.ours(folder)))
            return 0
        found = events(arguments.size)
        accounts = start(stack, folder, found)
        floor = stack.enter_context(servers.hello(folder))
        columns = "".join(f" {title:>20}" for title in ("of stock", "of Cyrus", "of hello"))
        print(f"{'scenario':20} {'ours, ms':>9}{columns}")
        compare(accounts, floor, found, arguments)
        if len(arguments.only) < len(SCENARIOS):
            return 0
        rounds, seconds = arguments.rounds, arguments.seconds
        pairs = [[put_together(a, seconds * 2) for a in accounts] for _ in range(rounds)]
        for index, title in enumerate(("PUT, 8 connections", "PUT, processor")):
            tell(title, {a.name: [row[i][index] for row in pairs] for i, a in enumerate(accounts)})
        compare_import(folder, accounts)
        for account in accounts:
            print(f"memory of {account.name}: {servers.memory_mib(account.group):.0f} MiB")
    return 0


def start(stack: ExitStack, folder: Path, found: Mapping[str, Event]) -> list[Account]:
    """Start the servers that there are, filled."""
    mine = stack.enter_context(servers.ours(folder))
    fill(mine, CALENDAR, found)
    accounts = [mine, stack.enter_context(servers.stock(folder, {CALENDAR: found.values()}))]
    if is_installed():
        accounts.append(stack.enter_context(cyrus()))
        fill(accounts[-1], CALENDAR, found)
    for account in accounts:
        # Some build their caches when they are asked for the first time.
        Lane(ListEtags(Client(account), CALENDAR, found))
    return accounts


def compare_import(folder: Path, accounts: Sequence[Account]) -> None:
    """Our import command, its start included, against as many PUTs to the others."""
    found = events(IMPORTED, seed=SEED + 1)
    file = folder / "import.ics"
    file.write_text(as_calendar(found.values()), newline="")
    times = {"ours": [servers.import_into_ours(folder, file, "imported")]}
    for account in accounts[1:]:
        times[account.name] = [fill(account, "imported", found)]
    tell(f"import of {IMPORTED}", times)

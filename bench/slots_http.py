"""A month of slots over HTTP for eight clients at once, in hellos of the same server."""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

from bench.centre import API, CLIENTS, COUNSELLORS, DAYS, at_once, centre, month, p95, post
from bench.client import Account, Client
from bench.servers import hello

ROUNDS = 5
TIMES = 25
CHANGED, UNCHANGED = 40, 8


def say_hello(account: Account) -> list[float]:
    """Measure the empty answer."""
    return at_once(
        account,
        lambda _, client: [_timed(client, client.request("GET", "/")) for _ in range(TIMES)],
    )


def read(account: Account) -> list[float]:
    """Measure the month while nothing changes."""
    return at_once(account, lambda _, client: [_timed(client, month(client)) for _ in range(TIMES)])


def read_changed(account: Account) -> list[float]:
    """Measure the month, each time after a change: this client holds another time."""
    client = Client(account)
    free = json.loads(client.call(month(client), 200))["slots"]
    client.close()

    def act(number: int, client: Client) -> list[float]:
        token, times = "", []
        for slot in free[number :: len(free) // TIMES // CLIENTS * CLIENTS][:TIMES]:
            sent = {name: slot[name] for name in ("service", "start", "counsellor")}
            wish = {**sent, "channel": "on_site", **({"token": token} if token else {})}
            token = json.loads(client.call(post(client, "/holds", wish), 201))["token"]
            times.append(_timed(client, month(client)))
        return times

    return at_once(account, act)


def _timed(client: Client, payload: bytes) -> float:
    begun = time.perf_counter()
    client.call(payload, 200)
    return time.perf_counter() - begun


def main(argv: list[str] | None = None) -> int:
    argparse.ArgumentParser(description=__doc__).parse_args(argv)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with hello(folder) as floor, centre(folder) as ours:
            read(ours.account)  # both workers have started
            rounds = [
                (p95(say_hello(floor)), p95(read(ours.account)), p95(read_changed(ours.account)))
                for _ in range(ROUNDS)
            ]
            client = Client(ours.account)
            body = client.call(month(client), 200)
            client.close()
    print(f"{COUNSELLORS} counsellors, {DAYS} days, {CLIENTS} clients at once: {API}/slots,")
    print(f"{len(json.loads(body)['slots'])} slots in {len(body) // 1000} kB; p95 of each round")
    for what, column, wanted in (("unchanged", 1, UNCHANGED), ("changed", 2, CHANGED)):
        ratio = statistics.median(entry[column] / entry[0] for entry in rounds)
        own, floor_time = (statistics.median(e[c] for e in rounds) * 1000 for c in (column, 0))
        print(f"{what}: {own:.1f} ms, hello {floor_time:.1f} ms: {ratio:.1f}x (at most {wanted}x)")
    return 0

"""Accepted requests per second over HTTP, against bare commits of one row on the same disk."""

from __future__ import annotations

import argparse
import itertools
import json
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

from assisto_caldav.domain.intervals import Interval
from assisto_caldav.ports import Ports
from bench.centre import CLIENTS, LOGINS, Centre, at_once, centre, month, post
from bench.client import Client

ROUNDS = 5
REQUESTS = 40  # of each client in a round
SECONDS = 1.0
WANTED = 0.3


def bare_commits(file: Path) -> float:
    """Return the commits of one row per second, as durable as ours."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS one (value INTEGER)")
    count, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < SECONDS:
        connection.execute("INSERT INTO one VALUES (1)")
        count += 1
    rate = count / (time.perf_counter() - begun)
    connection.close()
    return rate


def accepted(ours: Centre, *, rivals: int) -> tuple[float, int]:
    """Return the accepted requests per second of wall time, and how many were turned away.

    So many ``rivals`` go for the same times in the same order: one of them gets each.
    """
    asking = Client(ours.account)
    free = json.loads(asking.call(month(asking), 200))["slots"]
    asking.close()
    wanted = free[:: max(1, len(free) // (CLIENTS * REQUESTS // rivals))]

    def act(number: int, client: Client) -> list[float]:
        got: list[float] = []
        for slot in wanted[number // rivals :: CLIENTS // rivals]:
            sent = {name: slot[name] for name in ("service", "start", "counsellor")}
            status, _, body = client.send(
                post(client, "/requests", {**sent, "channel": "on_site", "text": "Bitte."})
            )
            if status not in (201, 409):
                raise AssertionError(f"{status} {body[:300]!r}")
            got.append(float(status == 201))
        return got

    begun = time.perf_counter()
    answers = at_once(ours.account, act)
    rate = sum(answers) / (time.perf_counter() - begun)
    return rate, answers.count(0.0)


def count_apart(ports: Ports) -> int:
    """Count what is taken, and insist that no counsellor has two at one time."""
    now = ports.clock.now()
    with ports.database.reading() as unit:
        facts = unit.slot_facts.read(LOGINS, Interval(now, now + 90 * 86400), now=now)
    taken = sorted((f.counsellor, f.start, f.end) for f in facts if f.kind == "appointment")
    for one, other in itertools.pairwise(taken):
        if one[0] == other[0] and other[1] < one[2]:
            raise AssertionError(f"Two at one time: {one} {other}")
    return len(taken)


def main(argv: list[str] | None = None) -> int:
    argparse.ArgumentParser(description=__doc__).parse_args(argv)
    with tempfile.TemporaryDirectory() as name:
        folder, rounds = Path(name), []
        with centre(folder) as ours:
            for _ in range(ROUNDS):
                bare = bare_commits(folder / "bare.db")
                rate, lost = accepted(ours, rivals=1)
                contended, late = accepted(ours, rivals=2)
                rounds.append((rate, bare, float(lost), contended, float(late)))
            with ours.ports() as ports:
                taken = count_apart(ports)
    ratio = statistics.median(entry[0] / entry[1] for entry in rounds)
    own, bare, lost, contended, late = (
        statistics.median(column) for column in zip(*rounds, strict=True)
    )
    print(f"{CLIENTS} clients at once, {taken} taken, none overlapping")
    print(f"each for other times: {own:.0f}/s accepted, {lost:.0f} a round too late")
    print(f"two for the same: {contended:.0f}/s accepted, {late:.0f} a round too late")
    print(f"bare commits {bare:.0f}/s: {ratio:.3f} of them (at least {WANTED})")
    return 0

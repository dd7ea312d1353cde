"""How our times grow with the size of the calendar: the slope in a doubly logarithmic plot."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from bench.calendar_data import events
from bench.client import Account, Client
from bench.dav_scenarios import SCENARIOS
from bench.lane import Lane, fill

SIZES = (100, 1000, 10_000, 50_000)
ROUNDS = 5
SECONDS = 0.4
WANTED = {
    "one week, etags": 0.1,
    "one week, data": 0.1,
    "one week, expand": 0.1,
    "free-busy, 4 weeks": 0.1,
    "sync after 10": 0.1,
    "initial sync": 1.0,
    "PROPFIND depth 1": 1.0,
}


def growth(account: Account) -> None:
    """Print the time at each size and the exponent; sizes alternate within each round."""
    made = {size: events(size) for size in SIZES}
    for size, found in made.items():
        fill(account, f"grow-{size}", found)
    columns = "".join(f" {size:>9,}" for size in SIZES)
    print(f"{'scenario':20}{columns} {'exponent':>9} {'wanted':>7}")
    for name, kind in SCENARIOS.items():
        lanes = {size: Lane(kind(Client(account), f"grow-{size}", made[size])) for size in SIZES}
        times: dict[int, list[float]] = {size: [] for size in SIZES}
        for _ in range(ROUNDS):
            for size, lane in lanes.items():
                times[size].append(lane.round(SECONDS))
        medians = [statistics.median(times[size]) * 1000 for size in SIZES]
        cells = "".join(f" {ms:9.2f}" for ms in medians)
        print(f"{name:20}{cells} {slope(medians):9.2f} {WANTED.get(name, 0):7.1f}", flush=True)


def slope(values: Sequence[float]) -> float:
    """Return the least-squares slope of log(value) over log(size)."""
    x = [math.log(size) for size in SIZES]
    y = [math.log(value) for value in values]
    middle_x, middle_y = statistics.fmean(x), statistics.fmean(y)
    top = sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y, strict=True))
    return top / sum((a - middle_x) ** 2 for a in x)

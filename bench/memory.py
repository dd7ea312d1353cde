"""Memory of our two web workers beside stock's one process, each with 50,000 events."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from bench import servers
from bench.calendar_data import events
from bench.client import Account, Client
from bench.dav_scenarios import GetOne, InitialSync, Multiget, Week, WeekData
from bench.lane import Lane, fill

SIZE = 50_000
CALENDAR = "bench"
CONNECTIONS = 8  # so that each of our workers has answered
USED = (InitialSync, Week, WeekData, Multiget, GetOne)


def memory(folder: Path) -> None:
    """Fill both, use both, and print the proportional set size of each process."""
    found = events(SIZE)
    with ExitStack() as stack:
        mine = stack.enter_context(servers.ours(folder))
        fill(mine, CALENDAR, found)
        stock = stack.enter_context(servers.stock(folder, {CALENDAR: found.values()}))
        for account in (mine, stock):
            for _ in range(CONNECTIONS if account is mine else 1):
                for kind in USED:
                    Lane(kind(Client(account), CALENDAR, found))
            tell(account)


def tell(account: Account) -> None:
    sizes = servers.memory_of_each(account.group)
    own = servers.memory_of_each(account.group, kind="Anonymous")
    print(f"{account.name}: {sum(sizes.values()):.0f} MiB in {len(sizes)} processes")
    for command, mib in sorted(sizes.items(), key=lambda pair: -pair[1]):
        print(f"  {mib:6.0f}, without files {own[command]:6.0f}  {command}")

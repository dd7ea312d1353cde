"""A month of slots for any of twenty counsellors, against one bare range query of the same rows."""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import tempfile
import time as clock
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

from assisto_caldav.domain.booking_times import WeeklyRule
from assisto_caldav.domain.localtime import day_interval
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.booking_times import save_rule
from assisto_caldav.usecases.calendars import put_object
from assisto_caldav.usecases.find_slots import SlotWish, find_slots
from bench.calendar_data import as_object
from tests.office import BERLIN, MONDAY, Office, make_entry, make_institution, make_office

COUNSELLORS = 20
DAYS = 31
EVENTS_A_DAY = 3
ROUNDS = 15
WANTED = 20
LOGINS = tuple(f"berater{number}@mitte.example" for number in range(COUNSELLORS))


def build(file: Path) -> Office:
    """Make an office of twenty counsellors with a full month."""
    centre = replace(make_institution(), staff=tuple(make_entry(login) for login in LOGINS))
    office = make_office(f"sqlite:{file}", institutions={"mitte": centre})
    source = random.Random(3)
    for login in LOGINS:
        draw(office, login, source)
    return office


def draw(office: Office, login: str, source: random.Random) -> None:
    """Draw booking times on every working day, and some events of her own."""
    actor = Actor(login, "bench")
    hours = (time(9), time(17))
    rule = WeeklyRule((0, 1, 2, 3, 4), *hours, first=MONDAY)
    save_rule(office.ports, actor, rule)
    for number in range(DAYS * EVENTS_A_DAY):
        day = MONDAY + timedelta(days=number // EVENTS_A_DAY)
        put_event(office, actor, number, (day, source.randrange(9, 17)))


def put_event(office: Office, actor: Actor, number: int, when: tuple[date, int]) -> None:
    day, hour = when
    wall = f"{day:%Y%m%d}T{hour:02}"
    text = (
        f"BEGIN:VEVENT\r\nUID:{actor.login}-{number}\r\nDTSTAMP:20261101T000000Z\r\n"
        f"DTSTART;TZID=Europe/Berlin:{wall}0000\r\nDTEND;TZID=Europe/Berlin:{wall}3000\r\n"
        "SUMMARY:Belegt\r\nEND:VEVENT\r\n"
    )
    put_object(
        office.ports,
        actor,
        owner=actor.login,
        collection="appointments",
        href=f"{number}.ics",
        raw=as_object(text).encode(),
    )


def bare_query(connection: sqlite3.Connection, first: date, last: date) -> int:
    """Fetch the same rows with one indexed range query and nothing else."""
    start, end = day_interval(first, BERLIN).start, day_interval(last, BERLIN).end
    marks = ",".join("?" * COUNSELLORS)
    rows = connection.execute(
        "SELECT owner, start_at, end_at, role, object, services FROM occurrence"
        f" WHERE owner IN ({marks}) AND is_long = 0 AND role <> '-'"
        " AND start_at > ? AND start_at < ?",
        (*LOGINS, start, end),
    ).fetchall()
    return len(rows)


def timed(act: Callable[[], int]) -> tuple[float, int]:
    begun = clock.perf_counter()
    count = act()
    return clock.perf_counter() - begun, count


def main(argv: list[str] | None = None) -> int:
    argparse.ArgumentParser(description=__doc__).parse_args(argv)
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "bench.db"
        office = build(file)
        connection = sqlite3.connect(file)
        last = MONDAY + timedelta(days=DAYS - 1)
        wish = SlotWish("mitte", "s1", None, MONDAY, last)
        rounds = []
        for _ in range(ROUNDS):
            mine, slots = timed(lambda: len(find_slots(office.ports, wish)))
            bare, rows = timed(lambda: bare_query(connection, MONDAY, last))
            rounds.append((mine, bare))
        connection.close()
        office.close()
    ratio = statistics.median(mine / bare for mine, bare in rounds)
    own, other = (statistics.median(column) * 1000 for column in zip(*rounds, strict=True))
    print(f"{COUNSELLORS} counsellors, {DAYS} days: {slots} slots of {rows} rows")
    print(f"slots {own:.2f} ms, bare range query {other:.2f} ms: {ratio:.1f}x (at most {WANTED}x)")
    return 0

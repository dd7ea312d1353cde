"""Sixty-four clients press the same slot: one gets it, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email import message_from_string, policy
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from tests.booking_client import event_at, free_slots, request_slot, services
from tests.live_server import Answer, LiveServer, live_server, wait_for

pytestmark = [pytest.mark.serial, pytest.mark.xdist_group("serial")]

CLIENTS = 64


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    env = {}
    if request.param == "postgres":
        env["ASSISTO_DATABASE_URL"] = request.getfixturevalue("postgres_url")
    with live_server(tmp_path, env=env) as running:
        yield running


def press_all(server: LiveServer, slots: list[Any]) -> list[Answer]:
    """All clients at the same instant, each on a connection of its own."""
    barrier = Barrier(len(slots))

    def press(slot: Any) -> Answer:
        barrier.wait()
        return request_slot(server, slot)

    with ThreadPoolExecutor(len(slots)) as pool:
        return list(pool.map(press, slots))


def test_one_of_sixty_four_gets_the_slot(server: LiveServer) -> None:
    slot = free_slots(server, counsellor="alice")[3]

    answers = press_all(server, [slot] * CLIENTS)

    assert Counter(answer.status for answer in answers) == {201: 1, 409: CLIENTS - 1}
    assert all(a.json["alternatives"] for a in answers if a.status == 409)
    event_at(server, slot["start"])
    wait_for(lambda: mails_about(server, slot), what="the counsellor's mail")
    server.stop()
    assert len(mails_about(server, slot)) == 1


def mails_about(server: LiveServer, slot: Any) -> list[str]:
    """The mails whose calendar file starts at the slot."""
    wall = slot["start"][:19].replace("-", "").replace(":", "")
    found = []
    for text in server.mails:
        parts = message_from_string(text, policy=policy.default).walk()
        files = [part.get_content() for part in parts if part.get_filename() == "termin.ics"]
        found += [text for file in files if wall in str(file)]
    return found


def overlap(one: Any, other: Any) -> bool:
    start, end = (datetime.fromisoformat(one[key]) for key in ("start", "end"))
    return (
        start < datetime.fromisoformat(other["end"])
        and datetime.fromisoformat(other["start"]) < end
    )


def test_overlapping_slots_of_two_services_go_to_one_client(server: LiveServer) -> None:
    short, long = (entry["id"] for entry in services(server)[:2])
    longs = free_slots(server, service=long, counsellor="alice")
    pair = next(
        (one, other)
        for other in longs
        for one in free_slots(server, service=short, counsellor="alice")
        if overlap(one, other)
    )

    answers = press_all(server, [pair[number % 2] for number in range(CLIENTS)])

    won = [answer for answer in answers if answer.status == 201]
    assert Counter(answer.status for answer in answers) == {201: 1, 409: CLIENTS - 1}
    assert json.loads(won[0].body)["state"] == "requested"

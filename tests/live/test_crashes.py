"""kill -9 in the middle of a stream of requests: nobody stays behind, and nothing is half."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import psutil
import pytest

from tests.booking_client import events, free_slots, request_slot, starts_at, state_of
from tests.live_server import LiveServer, live_server, wait_for

pytestmark = [pytest.mark.serial, pytest.mark.xdist_group("serial")]

BEFORE_KILL = 6


def kill_the_group(server: LiveServer) -> None:
    os.killpg(server.process.pid, signal.SIGKILL)


def kill_the_parent(server: LiveServer) -> None:
    os.kill(server.process.pid, signal.SIGKILL)


def send_until_it_breaks(server: LiveServer, kill: Callable[[LiveServer], None]) -> list[Any]:
    """Request slot after slot from four clients; kill in between; return what was promised."""
    promised: list[Any] = []
    enough, broken = Event(), Event()

    def client(slots: list[Any]) -> None:
        for slot in slots:
            if broken.is_set():
                return
            try:
                answer = request_slot(server, slot, text="Bitte um Rückruf", email="o@post.example")
            except OSError:
                return
            if answer.status == 201:
                promised.append(answer.json)
            if len(promised) >= BEFORE_KILL:
                enough.set()

    free = free_slots(server, counsellor="alice")
    with ThreadPoolExecutor(5) as pool:
        running = [pool.submit(client, free[number::4]) for number in range(4)]
        assert enough.wait(60)
        kill(server)
        broken.set()
        for each in running:
            each.exception(60)
    server.process.wait(20)
    return promised


@pytest.mark.parametrize("kill", [kill_the_group, kill_the_parent])
def test_a_killed_server_keeps_every_promise(
    tmp_path: Path, kill: Callable[[LiveServer], None]
) -> None:
    with live_server(tmp_path) as server:
        family = server.family()

        promised = send_until_it_breaks(server, kill)

        _, alive = psutil.wait_procs(family, timeout=20)
        assert not alive, "processes stayed behind"
        server.start()
        texts = list(events(server).values())
        for made in promised:
            assert state_of(server, made["code"]) == "requested"
            assert sum(starts_at(text, made["start"]) for text in texts) == 1
        assert_nothing_is_half(server)


def assert_nothing_is_half(server: LiveServer) -> None:
    """Each appointment has its object, its taken time, its mails and its audit line."""
    connection = sqlite3.connect(server.data / "assisto.db")
    try:
        rows = connection.execute(
            "SELECT a.id, a.href,"
            " (SELECT count(*) FROM calendar_object o WHERE o.appointment = a.id),"
            " (SELECT count(*) FROM taken_time t WHERE t.ref = a.id),"
            " (SELECT count(*) FROM outbox m WHERE m.appointment = a.id AND m.kind = 'request'),"
            " (SELECT count(*) FROM audit l WHERE l.appointment = a.id)"
            " FROM appointment a WHERE a.state = 'requested'"
        ).fetchall()
        assert rows
        for _, href, objects, taken, mails, lines in rows:
            assert href
            assert objects == taken == mails == 1
            assert lines >= 1
        orphans = connection.execute(
            "SELECT count(*) FROM calendar_object WHERE appointment IS NOT NULL"
            " AND appointment NOT IN (SELECT id FROM appointment)"
        ).fetchone()
        assert orphans == (0,)
    finally:
        connection.close()


def test_mails_owed_before_a_crash_are_sent_after_it(tmp_path: Path) -> None:
    with live_server(tmp_path) as server:
        slot = free_slots(server, counsellor="alice")[0]
        sign_before = len(server.mails)
        answer = request_slot(server, slot, email="olaf@post.example")
        kill_the_group(server)
        server.process.wait(20)

        server.start()

        assert answer.status == 201
        wait_for(
            lambda: sum("olaf@post.example" in mail for mail in server.mails) == 1,
            what="the client's mail",
        )
        assert len(server.mails) >= sign_before

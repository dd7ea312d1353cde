"""Two hundred connections that send half a request and wait: everybody else is answered."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.booking_client import dav_headers, free_slots
from tests.live_server import LiveServer, live_server

pytestmark = [pytest.mark.serial, pytest.mark.xdist_group("serial")]

WAITING = 200
HALVES = {
    "header": b"POST /api/v1/mitte/requests HTTP/1.1\r\nHost: x\r\nContent-",
    "body": b"POST /api/v1/mitte/requests HTTP/1.1\r\nHost: x\r\n"
    b"Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{",
    "chunk": b"PUT /dav/alice@mitte.example/appointments/x.ics HTTP/1.1\r\nHost: x\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n40\r\nBEGIN:VCAL",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with live_server(tmp_path_factory.mktemp("slow")) as running:
        yield running


@pytest.mark.parametrize("half", HALVES)
def test_half_sent_requests_hold_nobody_up(server: LiveServer, half: str) -> None:
    with ExitStack() as held:
        for _ in range(WAITING):
            waiting = held.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            waiting.sendall(HALVES[half])

        page = server.call("GET", "/mitte/", seconds=10)
        slots = free_slots(server)
        home = server.call(
            "PROPFIND",
            "/dav/alice@mitte.example/",
            headers=dav_headers(Depth="1"),
            seconds=10,
        )

    assert (page.status, home.status) == (200, 207)
    assert slots

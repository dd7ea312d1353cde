"""python-caldav against the running server: the counsellor confirms, declines and moves."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.booking_client import (
    ALICE,
    event_at,
    events,
    free_slots,
    request_slot,
    starts_at,
    state_of,
)
from tests.live_server import ROOT, LiveServer, config_with, live_server, wait_for

pytestmark = pytest.mark.dav

PYTHON = ROOT / ".venv-clients" / "bin" / "python"
SCRIPT = ROOT / "tests" / "dav" / "scripts" / "caldav_answers.py"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server on which an answer is told at once: nobody has to wait for the undo minutes."""
    folder = tmp_path_factory.mktemp("caldav")
    with live_server(folder, config=config_with(folder, undo_minutes=0)) as running:
        yield running


@pytest.fixture(scope="module")
def patient_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server as it is delivered: what comes from an app can be undone for ten minutes."""
    with live_server(tmp_path_factory.mktemp("patient")) as running:
        yield running


def as_alice(server: LiveServer, *arguments: str) -> Any:
    command = [str(PYTHON), str(SCRIPT), f"{server.url}/dav/", ALICE, "demo-alice", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def request_one(server: LiveServer, number: int = 0) -> tuple[Any, str]:
    """A fresh request with Alice; return it and the UID of its object."""
    slot = free_slots(server, counsellor="alice")[number]
    answer = request_slot(server, slot)
    assert answer.status == 201, answer.text
    _, text = event_at(server, answer.json["start"])
    found = re.search(r"UID:(\S+)", text)
    assert found
    return answer.json, found[1]


def test_the_home_is_found_from_the_bare_address(server: LiveServer) -> None:
    found = as_alice(server, "discover")

    assert {"appointments", "booking-times", "absences"} <= set(found["calendars"])
    assert not {"inbox", "outbox"} & set(found["calendars"])
    assert f"mailto:{ALICE}" in found["addresses"]


def test_a_request_stands_as_a_tentative_event(server: LiveServer) -> None:
    _, uid = request_one(server)

    shown = as_alice(server, "show", uid)["data"]

    assert "STATUS:TENTATIVE" in shown
    assert "PARTSTAT=NEEDS-ACTION" in shown


@pytest.mark.parametrize(
    ("act", "value", "state"),
    [
        ("partstat", "ACCEPTED", "confirmed"),
        ("status", "CONFIRMED", "confirmed"),
        ("partstat", "DECLINED", "declined"),
        ("status", "CANCELLED", "declined"),
        ("partstat", "TENTATIVE", "requested"),
    ],
)
def test_an_answer_in_the_calendar_is_the_answer(
    server: LiveServer, act: str, value: str, state: str
) -> None:
    made, uid = request_one(server)

    as_alice(server, act, uid, value)

    assert state_of(server, made["code"]) == state


def test_a_confirmed_event_says_so_everywhere(server: LiveServer) -> None:
    made, uid = request_one(server)

    as_alice(server, "partstat", uid, "ACCEPTED")

    shown = as_alice(server, "show", uid)["data"]
    assert "STATUS:CONFIRMED" in shown
    assert "X-MICROSOFT-CDO-BUSYSTATUS:BUSY" in shown
    assert "PARTSTAT=ACCEPTED" in shown.replace("\r\n ", "").replace("\n ", "")
    assert state_of(server, made["code"]) == "confirmed"


def hours_to_a_free_time(server: LiveServer, start: str) -> int:
    """Whole hours to the last free time: what other tests took is not in the way."""
    since = datetime.fromisoformat(start)
    ways = [datetime.fromisoformat(slot["start"]) - since for slot in free_slots(server)]
    return max(way // timedelta(hours=1) for way in ways if not way % timedelta(hours=1))


def test_moving_a_confirmed_event_reschedules(server: LiveServer) -> None:
    made, uid = request_one(server)
    as_alice(server, "partstat", uid, "ACCEPTED")

    hours = hours_to_a_free_time(server, made["start"])
    as_alice(server, "move", uid, str(hours))

    headers = {"Authorization": f"Bearer {made['code']}"}
    answer = server.call("GET", "/api/v1/mitte/appointment", headers=headers).json
    moved = datetime.fromisoformat(answer["start"]) - datetime.fromisoformat(made["start"])
    assert answer["state"] == "rescheduled"
    assert abs(moved - timedelta(hours=hours)) <= timedelta(hours=1)


def test_a_deleted_request_is_declined(server: LiveServer) -> None:
    made, uid = request_one(server)

    as_alice(server, "delete", uid)

    wait_for(lambda: state_of(server, made["code"]) == "declined", what="the decline")


def test_a_decline_is_not_told_before_the_undo_minutes_are_over(
    patient_server: LiveServer,
) -> None:
    made, uid = request_one(patient_server)

    as_alice(patient_server, "partstat", uid, "DECLINED")

    assert state_of(patient_server, made["code"]) == "requested"
    assert not any(starts_at(text, made["start"]) for text in events(patient_server).values())


def test_a_calendar_of_ones_own_loses_nothing(server: LiveServer) -> None:
    text = (ROOT / "tests" / "ics" / "smith-john.ics").read_text()

    found = as_alice(server, "make", "privates", text)

    kept = found["events"][0].replace("\r\n", "\n")
    assert "SUMMARY:Smith\\, John" in kept
    assert "X-APPLE-STRUCTURED-LOCATION;VALUE=URI" in kept


def test_the_clients_environment_is_there() -> None:
    assert Path(PYTHON).exists(), "make test builds it"

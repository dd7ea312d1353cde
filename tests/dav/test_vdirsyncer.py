"""vdirsyncer keeps a folder and the calendar the same, both ways."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.booking_client import ALICE, events, free_slots, request_slot, state_of
from tests.live_server import ROOT, LiveServer, live_server

pytestmark = pytest.mark.dav

VDIRSYNCER = ROOT / ".venv-clients" / "bin" / "vdirsyncer"
EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:own-1@test.example
DTSTAMP:20261101T080000Z
DTSTART;TZID=Europe/Berlin:20301203T100000
DTEND;TZID=Europe/Berlin:20301203T110000
SUMMARY:Zahnarzt
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with live_server(tmp_path_factory.mktemp("vdirsyncer")) as running:
        yield running


@pytest.fixture
def folder(server: LiveServer, tmp_path: Path) -> Path:
    """A folder that mirrors Alice's appointments."""
    (tmp_path / "config").write_text(
        f"""[general]
status_path = "{tmp_path}/status/"

[pair alice]
a = "local"
b = "remote"
collections = ["appointments"]

[storage local]
type = "filesystem"
path = "{tmp_path}/local/"
fileext = ".ics"

[storage remote]
type = "caldav"
url = "{server.url}/dav/"
username = "{ALICE}"
password = "demo-alice"
"""
    )
    run(tmp_path, "discover")
    run(tmp_path, "sync")
    return tmp_path


def run(folder: Path, *arguments: str) -> None:
    done = subprocess.run(
        [str(VDIRSYNCER), "-c", str(folder / "config"), *arguments],
        input="y\n" * 10,
        capture_output=True,
        text=True,
        timeout=90,
        env={**os.environ, "HOME": str(folder)},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def files(folder: Path) -> dict[str, str]:
    return {
        file.name: file.read_bytes().decode()
        for file in (folder / "local" / "appointments").glob("*.ics")
    }


def test_a_new_request_arrives_in_the_folder(server: LiveServer, folder: Path) -> None:
    before = set(files(folder))
    assert request_slot(server, free_slots(server, counsellor="alice")[0]).status == 201

    run(folder, "sync")

    new = [text for name, text in files(folder).items() if name not in before]
    assert len(new) == 1
    assert "STATUS:TENTATIVE" in new[0]


def test_a_confirmation_in_the_file_confirms(server: LiveServer, folder: Path) -> None:
    made = request_slot(server, free_slots(server, counsellor="alice")[0]).json
    run(folder, "sync")
    wall = made["start"][:19].replace("-", "").replace(":", "")
    name = next(n for n, t in files(folder).items() if wall in t and "ORGANIZER" in t)
    file = folder / "local" / "appointments" / name
    file.write_bytes(file.read_bytes().replace(b"STATUS:TENTATIVE", b"STATUS:CONFIRMED"))

    run(folder, "sync")

    assert state_of(server, made["code"]) == "confirmed"


def test_an_own_event_goes_up_byte_for_byte(server: LiveServer, folder: Path) -> None:
    file = folder / "local" / "appointments" / "own-1.ics"
    file.write_bytes(EVENT.replace("\n", "\r\n").encode())

    run(folder, "sync")

    assert any("SUMMARY:Zahnarzt" in text for text in events(server).values())
    file.unlink()
    run(folder, "sync")
    assert not any("SUMMARY:Zahnarzt" in text for text in events(server).values())

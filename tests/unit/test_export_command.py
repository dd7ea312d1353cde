"""``assisto export`` and ``assisto import``: a home out, and into another server."""

from __future__ import annotations

import os
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from assisto_caldav.cli import main
from assisto_caldav.domain.calendar_split import split_calendar

ROOT = Path(__file__).resolve().parent.parent.parent
ALICE = "alice@mitte.example"
EVENT = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:one\r\nDTSTART:20261207T090000Z\r\n"
    "SUMMARY:Zahnarzt\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
Run = Callable[..., int]


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTO_")}
    monkeypatch.setattr(os, "environ", own)


def server(folder: Path) -> Run:
    """A server of its own in a folder."""
    shutil.copytree(ROOT / "config", folder / "config")
    config = folder / "config" / "assisto.toml"
    return lambda *arguments: main(["--config", str(config), *map(str, arguments)])


@pytest.fixture
def filled(tmp_path: Path) -> Run:
    run = server(tmp_path / "a")
    file = tmp_path / "privat.ics"
    file.write_text(EVENT, encoding="utf-8", newline="")
    assert run("import", ALICE, file) == 0
    return run


@pytest.mark.parametrize("name", ["alice", "alice.zip"])
def test_a_home_moves_to_another_server(
    filled: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    other, exported, again = server(tmp_path / "b"), tmp_path / name, tmp_path / f"again-{name}"

    statuses = [
        filled("export", ALICE, exported),
        other("import", ALICE, exported),
        other("import", ALICE, exported),
        other("export", ALICE, again),
    ]

    out = capsys.readouterr().out
    assert statuses == [0, 0, 0, 0]
    assert f"{exported}: 4 Kalender, 1 Einträge übernommen, 0 nicht übernommen" in out
    assert f"{again}: 4 Kalender, 1 Einträge" in out


def test_one_calendar_is_exported_for_other_programs(filled: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.ics"

    status = filled("export", ALICE, target, "--calendar", "privat")

    [piece] = split_calendar(target.read_bytes().decode())
    assert (status, piece.uid, piece.summary) == (0, "one", "Zahnarzt")


@pytest.mark.parametrize(
    ("login", "target"),
    [
        ("mallory@post.example", "new.zip"),
        (ALICE, "privat.ics"),
        (ALICE, "none/new.zip"),
        (ALICE, "none/new"),
        ("mallory@post.example", "new.ics"),
    ],
)
def test_an_export_that_cannot_be_says_why_and_leaves_nothing(
    filled: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], login: str, target: str
) -> None:
    before = sorted(tmp_path.iterdir())

    status = filled("export", login, tmp_path / target)

    assert status == 1
    assert capsys.readouterr().err
    assert sorted(tmp_path.iterdir()) == before


def contents(file: Path) -> dict[str, bytes]:
    """Return what is in an export, without the moments at which it was written."""
    with zipfile.ZipFile(file) as archive:
        return {
            name: re.sub(rb"\d{8}T\d{6}Z|\d{4}-\d\d-\d\dT[\d:.+Z-]+", b"", archive.read(name))
            for name in archive.namelist()
        }


@pytest.mark.parametrize("name", ["empty", "broken.zip", "large.ics"])
def test_a_source_that_is_no_export_changes_nothing(
    filled: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.zip").write_bytes(b"PK")
    (tmp_path / "large.ics").touch()
    os.truncate(tmp_path / "large.ics", 200_000_000)
    filled("export", ALICE, tmp_path / "before.zip")

    status = filled("import", ALICE, tmp_path / name)
    filled("export", ALICE, tmp_path / "after.zip")

    assert status == 1
    assert name in capsys.readouterr().err
    assert contents(tmp_path / "before.zip") == contents(tmp_path / "after.zip")

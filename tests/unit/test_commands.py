"""The commands of ``assisto``: what they do, print and return."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assisto_caldav import cli
from assisto_caldav.bootstrap import Opened, opened, prepared
from assisto_caldav.cli import main
from assisto_caldav.errors import ConfigError, UnavailableError
from assisto_caldav.usecases.calendars import ensure_homes
from assisto_caldav.usecases.devices import dav_login
from assisto_caldav.usecases.staff import log_in, peek_link

ROOT = Path(__file__).resolve().parent.parent.parent
CONFIG_WRONG = 78
EVENT = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//x//EN\r
BEGIN:VEVENT\r
UID:one@x.example\r
DTSTAMP:20261130T110000Z\r
DTSTART:20261207T090000Z\r
DTEND:20261207T100000Z\r
SUMMARY:Zahnarzt\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:two@x.example\r
DTSTAMP:20261130T110000Z\r
DTSTART:nonsense\r
SUMMARY:Kaputt\r
END:VEVENT\r
END:VCALENDAR\r
"""
Run = Callable[..., int]


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands pass settings on to their children by the environment; a test has its own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTO_")}
    monkeypatch.setattr(os, "environ", own)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    return tmp_path / "config" / "assisto.toml"


@pytest.fixture
def run(config: Path) -> Run:
    return lambda *arguments: main(["--config", str(config), *map(str, arguments)])


@pytest.fixture
def serve(run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Run ``serve`` up to where it would start its children."""
    started: list[str] = []

    def supervise(children: list[cli.ChildCommand]) -> int:
        started.extend(child.name for child in children)
        return 0

    monkeypatch.setattr(cli, "supervise", supervise)
    yield lambda *arguments: run("serve", *arguments)
    assert started in ([], ["web", "worker"], ["web", "worker"] * 2)


def test_migrate_says_what_it_did(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("migrate") == 0
    assert run("migrate") == 0

    first, second = capsys.readouterr().out.splitlines()
    assert "1" in first
    assert "neuesten Stand" in second


def test_without_a_configuration_it_says_where_one_would_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["--config", str(tmp_path / "none.toml"), "serve"])

    assert status == CONFIG_WRONG
    assert "make run" in capsys.readouterr().err


def test_a_wrong_configuration_is_told_with_line_and_key(
    run: Run, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text('[server]\nport = "eight"\n', encoding="utf-8")

    assert run("serve") == CONFIG_WRONG
    assert "assisto.toml:2" in capsys.readouterr().err
    assert run("check-config") == 1
    assert "assisto.toml:2" in capsys.readouterr().out


def test_a_good_configuration_is_told_too(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check-config") == 0
    assert "Beratungsstelle Mitte" in capsys.readouterr().out


def test_an_invitation_is_a_link_that_works(
    run: Run, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("invite", "alice@mitte.example") == 0

    link = capsys.readouterr().out.strip()
    with opened(config) as found:
        assert peek_link(found.ports, link.rpartition("/")[2]).login == "alice@mitte.example"


def test_whoever_config_does_not_name_is_not_invited(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("invite", "mallory@post.example") == 1
    assert "mallory@post.example" in capsys.readouterr().err


def test_an_import_tells_what_it_took_and_what_not(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "privat.ics"
    file.write_text(EVENT, encoding="utf-8", newline="")

    status = run("import", "alice@mitte.example", file)

    out = capsys.readouterr().out
    assert status == 1
    assert "1 übernommen, 1 nicht übernommen" in out
    assert "Kaputt" in out


@pytest.mark.parametrize(
    ("login", "name"), [("mallory@post.example", "a.ics"), ("alice@mitte.example", "none.ics")]
)
def test_an_import_that_cannot_be_says_why(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], login: str, name: str
) -> None:
    (tmp_path / "a.ics").write_text(EVENT, encoding="utf-8", newline="")

    assert run("import", login, tmp_path / name) == 1
    assert name in capsys.readouterr().err


def test_a_lost_key_is_told_plainly_and_none_is_made(
    run: Run, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("migrate")
    key = config.parent.parent / "data.key"
    key.unlink()

    for command in ("serve", "migrate", "web", "worker", "doctor"):
        assert run(command) == CONFIG_WRONG
        assert "fehlt" in capsys.readouterr().err
        assert not key.exists()


def test_another_key_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("migrate")
    monkeypatch.setitem(os.environ, "ASSISTO_KEY", "A" * 43)

    assert run("serve") == CONFIG_WRONG
    assert run("worker") == CONFIG_WRONG


@pytest.mark.parametrize("command", ["web", "worker", "doctor"])
def test_a_new_folder_asks_for_migrate_first(
    run: Run, config: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command) == 1
    assert "assisto migrate" in capsys.readouterr().err
    assert not (config.parent.parent / "data").exists()


def test_the_doctor_finds_nothing_wrong(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("migrate")

    assert run("doctor") == 0
    out = capsys.readouterr().out
    assert "Die Datenbank ist in Ordnung." in out
    assert "0 Mails warten" in out


def test_a_backup_is_a_whole_database(run: Run, tmp_path: Path) -> None:
    run("invite", "alice@mitte.example")

    assert run("backup", tmp_path / "copy.db") == 0
    copy = sqlite3.connect(tmp_path / "copy.db")
    assert copy.execute("SELECT count(*) FROM staff").fetchone() == (4,)
    copy.close()


def test_a_backup_replaces_nothing(run: Run, tmp_path: Path) -> None:
    run("migrate")
    (tmp_path / "copy.db").write_text("precious")

    assert run("backup", tmp_path / "copy.db") == 1
    assert (tmp_path / "copy.db").read_text() == "precious"


@pytest.mark.parametrize("port", ["0", "70000", "http"])
def test_a_port_is_a_number_of_one(run: Run, port: str) -> None:
    with pytest.raises(SystemExit):
        run("serve", "--port", port)


def test_the_demo_gives_everybody_their_passwords(
    serve: Run, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert serve("--demo", "--port", 8123) == 0

    out = capsys.readouterr().out
    assert "http://127.0.0.1:8123/mitte/" in out
    with opened(config) as found:
        for login in ("alice@mitte.example", "frank@mitte.example", "carol@nord.example"):
            password = f"demo-{login.partition('@')[0]}"
            assert password in out
            assert log_in(found.ports, login=login, password=password, network="")
            assert dav_login(found.ports, login, password) == login


def count(found: Opened) -> int:
    with found.ports.database.reading() as unit:
        logins = ["alice@mitte.example", "bob@mitte.example", "carol@nord.example"]
        return len(unit.appointments.of_counsellors(logins, ["requested", "confirmed"]))


def test_the_demo_keeps_its_data_between_runs(serve: Run, config: Path) -> None:
    serve("--demo")
    with opened(config) as found:
        before = count(found)
    serve("--demo")

    with opened(config) as found:
        assert count(found) == before > 6


def test_the_demo_has_requests_to_answer(serve: Run, config: Path) -> None:
    serve("--demo")

    with opened(config) as found, found.ports.database.reading() as unit:
        waiting = unit.appointments.of_counsellors(["alice@mitte.example"], ["requested"])
        bobs = unit.appointments.of_counsellors(["bob@mitte.example"], ["requested"])
    assert waiting or bobs


def test_the_demo_leaves_real_data_alone(
    serve: Run, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    run("invite", "alice@mitte.example")

    assert serve("--demo") == CONFIG_WRONG
    assert "nicht zur Demo" in capsys.readouterr().err


def test_the_demos_data_is_not_served_for_real(
    serve: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    serve("--demo")
    monkeypatch.delitem(os.environ, "ASSISTO_DEMO")

    assert serve() == CONFIG_WRONG
    assert "deren Passwörter alle kennen" in capsys.readouterr().err


def test_the_demo_runs_on_loopback_alone(serve: Run, config: Path) -> None:
    config.write_text(
        '[server]\naddress = "0.0.0.0"\npublic_url = "https://x.example"\n', encoding="utf-8"
    )

    assert serve("--demo") == CONFIG_WRONG


def test_nothing_stays_open_when_the_ports_are_given_back(config: Path) -> None:
    with prepared(config) as found:
        ensure_homes(found.ports)
    with opened(config) as found:
        pass

    folder = str(config.parent.parent / "data")
    links = [link.resolve() for link in Path("/proc/self/fd").iterdir()]
    assert [link for link in links if str(link).startswith(folder)] == []


def test_a_newer_database_is_left_alone(config: Path) -> None:
    with prepared(config):
        pass
    database = sqlite3.connect(config.parent.parent / "data" / "assisto.db")
    with database:
        database.execute("INSERT INTO schema_migration VALUES (9999, 'later')")
    database.close()

    with pytest.raises(UnavailableError), prepared(config):
        pass
    with pytest.raises(UnavailableError), opened(config):
        pass


def test_a_data_folder_that_cannot_be_made_is_told(config: Path) -> None:
    (config.parent.parent / "data").write_text("a file")

    with pytest.raises(ConfigError), prepared(config):
        pass

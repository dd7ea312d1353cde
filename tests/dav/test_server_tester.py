"""caldav-server-tester: its whole report is what docs/compliance.md declares."""

from __future__ import annotations

import ast
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dav.outside import CLIENTS, COLLEAGUES, account, bare_environment, declared
from tests.live_server import LiveServer, live_server

pytestmark = pytest.mark.xdist_group("server-tester")

FULL = "full"
AT_LEAST = 100
Report = dict[str, str]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with live_server(tmp_path_factory.mktemp("tester")) as running:
        yield running


def write_accounts(server: LiveServer, home: Path) -> None:
    sections = {
        name: {f"caldav_{key}": value for key, value in account(server, name).items()}
        for name in COLLEAGUES
    }
    folder = home / ".config" / "caldav"
    folder.mkdir(parents=True)
    (folder / "calendar.conf").write_text(json.dumps(sections))


@pytest.fixture(scope="module")
def report(server: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Every feature that was looked at, none folded into its parent, by how far it is supported."""
    home = tmp_path_factory.mktemp("home")
    write_accounts(server, home)
    people = [word for name in COLLEAGUES for word in ("--config-section", name)]
    done = subprocess.run(
        [str(CLIENTS / "bin" / "caldav-server-tester"), *people, "--format", "hints"],
        capture_output=True,
        text=True,
        timeout=280,
        cwd=home,
        env=bare_environment(home),
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    features = ast.literal_eval(done.stdout[done.stdout.index("{") :])
    return {name: entry["support"] for name, entry in features.items() if "support" in entry}


def test_what_is_not_full_is_declared_with_its_reason(report: Report) -> None:
    short = {name: support for name, support in report.items() if support != FULL}

    assert short == declared("caldav-server-tester")


def test_the_tester_looked_at_all_that_it_knows(report: Report) -> None:
    assert len(report) >= AT_LEAST
    for name in ("search.recurrences.expanded.event", "sync-token", "scheduling.freebusy-query"):
        assert report[name] == FULL

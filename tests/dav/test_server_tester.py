"""caldav-server-tester: no feature of this issue's scope is reported as broken."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.booking_client import ALICE
from tests.live_server import ROOT, LiveServer, live_server

pytestmark = pytest.mark.dav

TESTER = ROOT / ".venv-clients" / "bin" / "caldav-server-tester"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with live_server(tmp_path_factory.mktemp("tester")) as running:
        yield running


@pytest.fixture(scope="module")
def report(server: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> Any:
    home: Path = tmp_path_factory.mktemp("home")
    command = [str(TESTER), "--caldav-url", f"{server.url}/dav/", "--caldav-username", ALICE]
    done = subprocess.run(
        [*command, "--caldav-password", "demo-alice", "--format", "json", "--quiet"],
        capture_output=True,
        text=True,
        timeout=280,
        env={"PATH": "/usr/bin:/bin", "HOME": str(home)},
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    return json.loads(done.stdout[done.stdout.index("{") :])


FULL = "full"
UNKNOWN = "unknown"
DECLARED = {
    "url.encode-at.identity": "both spellings are one object, on purpose (design of hrefs)",
    "search.time-range.comp-type-optional": "RFC 4791 §9.7 allows no time-range there",
    "search.text.comp-type-optional": "RFC 4791 §9.7: VCALENDAR has no such property",
    "search.time-range.alarm": "docs/compliance.md: VALARM time ranges come later",
    "principal-search": "docs/compliance.md: principal searches come later",
}
"""What may be reported as less than full, each with its reason."""


def test_every_feature_is_full_or_declared(report: Any) -> None:
    features = {name: entry.get("support") for name, entry in report["features"].items()}

    short = {name for name, support in features.items() if support not in (FULL, UNKNOWN)}

    assert len(features) >= len(DECLARED)
    assert FULL in features.values()
    assert short <= DECLARED.keys()


def test_storing_and_finding_events_is_full(report: Any) -> None:
    wanted = ("save-load.event.timezone", "search.recurrences.expanded", "sync-token")
    features = report["features"]

    found = {
        name: features[name]["support"]
        for name in wanted
        if name in features and features[name]["support"] != UNKNOWN
    }

    assert set(found.values()) <= {FULL}

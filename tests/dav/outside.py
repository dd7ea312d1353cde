"""Outside test suites against a running server, and what docs/compliance.md says of them."""

from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.live_server import ROOT, LiveServer

CLIENTS = ROOT / ".venv-clients"
SUITES = CLIENTS / "suites"
COLLEAGUES = ("alice", "bob")
SECONDS = 240

SKIPPED = "skipped"
LEFT_OUT = "left out"
PASSED = "passed"
FAILED = "failed"

_ROW = re.compile(r"^\| `([^`]+)` \| ([a-z ]+) \| (\S.*) \|$", re.MULTILINE)


def declared(heading: str) -> dict[str, str]:
    """Return a table of docs/compliance.md by its heading: name to result, each with a reason."""
    page = (ROOT / "docs" / "compliance.md").read_text(encoding="utf-8")
    _, found, below = page.partition(f"\n### {heading}\n")
    assert found, f"docs/compliance.md has no heading {heading!r}"
    table = re.split(r"^#+ ", below, maxsplit=1, flags=re.MULTILINE)[0]
    return {name: result for name, result, _ in _ROW.findall(table)}


def account(server: LiveServer, name: str) -> dict[str, str]:
    """Return where and as whom a client logs in, by the keys of python-caldav's configuration."""
    login = f"{name}@mitte.example"
    return {"url": f"{server.url}/dav/", "username": login, "password": f"demo-{name}"}


def bare_environment(home: Path) -> dict[str, str]:
    """Return an environment that holds nothing of the developer's own: no proxy, no settings."""
    home.mkdir(parents=True, exist_ok=True)
    return {"PATH": "/usr/bin:/bin", "HOME": str(home), "TMPDIR": str(home), "LANG": "C.UTF-8"}


@dataclass
class SuiteRun:
    """How each test of a suite ended; ``log`` is what pytest said."""

    results: dict[str, str]
    messages: dict[str, str]
    log: str

    def named(self, result: str) -> set[str]:
        return {name for name, ended in self.results.items() if ended == result}


def copy_suite(project: str, folder: Path) -> Path:
    """Copy a client's tests to where they may write."""
    found = sorted(SUITES.glob(f"{project}-*"))
    assert len(found) == 1, f"make test fetches the tests of {project} into {SUITES}"
    return Path(shutil.copytree(found[0], folder / project))


def run_suite(
    suite: Path, files: Iterable[str], *, env: dict[str, str], options: Iterable[str] = ()
) -> SuiteRun:
    """Run a suite with the clients' pytest and read what came out."""
    report = suite / "report.xml"
    command = [str(CLIENTS / "bin" / "python"), "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    loop = ["-o", "asyncio_default_fixture_loop_scope=function", f"--junitxml={report}"]
    done = subprocess.run(
        [*command, *loop, *options, *files],
        cwd=suite,
        env=env,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    log = done.stdout[-20_000:] + done.stderr[-2_000:]
    assert report.exists(), log
    return _read_report(report, log)


def _read_report(report: Path, log: str) -> SuiteRun:
    run = SuiteRun({}, {}, log)
    for case in ET.parse(report).iter("testcase"):
        name = f"{case.get('classname', '').rpartition('.')[2]}.{case.get('name')}"
        run.results[name], run.messages[name] = _result_of(case)
    return run


def _result_of(case: ET.Element) -> tuple[str, str]:
    for tag, result in (("failure", FAILED), ("error", FAILED), ("skipped", SKIPPED)):
        found = case.find(tag)
        if found is not None:
            return result, found.get("message", "")
    return PASSED, ""

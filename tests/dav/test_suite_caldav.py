"""python-caldav's own integration tests pass against the running server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dav.outside import (
    COLLEAGUES,
    FAILED,
    LEFT_OUT,
    PASSED,
    SKIPPED,
    SuiteRun,
    account,
    bare_environment,
    copy_suite,
    declared,
    run_suite,
)
from tests.live_server import LiveServer, live_server

pytestmark = pytest.mark.xdist_group("suite-caldav")

FILES = ("tests/test_caldav.py", "tests/test_async_integration.py")
AT_LEAST = 140
# The suite makes errors of warnings, and calls this itself where a server can search principals.
WARNINGS = ("-W", "ignore:principals() is deprecated:DeprecationWarning")


def write_settings(server: LiveServer, home: Path) -> None:
    """Tell the suite our server, two colleagues, and what is declared to be out of scope."""
    features = {
        name: {"support": support} for name, support in declared("caldav-server-tester").items()
    }
    people = [{**account(server, name), "features": features} for name in COLLEAGUES]
    entry = {"type": "external", "enabled": True, **people[0], "scheduling_users": people}
    folder = home / ".config" / "caldav"
    folder.mkdir(parents=True)
    (folder / "test_servers.yaml").write_text(json.dumps({"test-servers": {"Assisto": entry}}))


def left_out() -> Iterator[str]:
    for name, result in declared("python-caldav's tests").items():
        group, _, test = name.partition(".")
        file = FILES[1] if "Async" in group else FILES[0]
        if result == LEFT_OUT:
            yield f"--deselect={file}::{group}::{test}"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SuiteRun]:
    folder = tmp_path_factory.mktemp("suite")
    suite = copy_suite("caldav", folder)
    env = {
        **bare_environment(folder / "home"),
        "PYTHON_CALDAV_TEST_EMBEDDED": "0",
        "PYTHON_CALDAV_TEST_DOCKER": "0",
    }
    with live_server(folder) as server:
        write_settings(server, folder / "home")
        yield run_suite(suite, FILES, env=env, options=(*WARNINGS, *left_out()))


def test_no_integration_test_fails(run: SuiteRun) -> None:
    assert run.named(FAILED) == set(), run.log
    assert len(run.named(PASSED)) >= AT_LEAST


def test_only_what_is_declared_is_skipped(run: SuiteRun) -> None:
    allowed = {
        name for name, result in declared("python-caldav's tests").items() if result == SKIPPED
    }

    assert run.named(SKIPPED) == allowed, run.messages


def test_what_is_left_out_is_declared_by_names_that_exist(run: SuiteRun) -> None:
    names = set(left_out())

    assert f"{len(names)} deselected" in run.log

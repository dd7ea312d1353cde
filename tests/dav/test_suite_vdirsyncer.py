"""vdirsyncer's own tests of its CalDAV storage pass against the running server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dav.outside import (
    FAILED,
    PASSED,
    SKIPPED,
    SuiteRun,
    account,
    bare_environment,
    copy_suite,
    declared,
    run_suite,
)
from tests.live_server import live_server

pytestmark = pytest.mark.xdist_group("suite-vdirsyncer")

PLUG = Path(__file__).parent / "scripts" / "vdirsyncer_server.py"
FILES = ("tests/storage/dav/test_caldav.py", "tests/storage/dav/test_main.py")
AT_LEAST = 90


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SuiteRun]:
    folder = tmp_path_factory.mktemp("suite")
    suite = copy_suite("vdirsyncer", folder)
    servers = suite / "tests" / "storage" / "servers" / "assisto"
    servers.mkdir()
    shutil.copy(PLUG, servers / "__init__.py")
    with live_server(folder) as server:
        told = {f"DAV_{key.upper()}": value for key, value in account(server, "alice").items()}
        env = {**bare_environment(folder / "home"), **told, "DAV_SERVER": "assisto"}
        # Its settings ask for coverage of its sources, which are not here.
        yield run_suite(suite, FILES, env=env, options=("-o", "addopts="))


def test_no_test_of_its_caldav_storage_fails(run: SuiteRun) -> None:
    assert run.named(FAILED) == set(), run.log
    assert len(run.named(PASSED)) >= AT_LEAST


def test_only_what_is_declared_is_skipped(run: SuiteRun) -> None:
    assert run.named(SKIPPED) == set(declared("vdirsyncer's tests"))

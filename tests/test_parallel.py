"""The promise of the ``serial`` marker, which pytest-xdist could break without a word."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    "marker", [pytest.param(name, marks=getattr(pytest.mark, name)) for name in ("serial", "dav")]
)
def test_what_needs_the_machine_to_itself_goes_to_one_worker(
    request: pytest.FixtureRequest, marker: str
) -> None:
    is_parallel = request.config.getoption("loadgroup", False)  # set by xdist in its workers

    assert request.node.nodeid.endswith("@serial") == is_parallel

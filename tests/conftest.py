"""What all tests share: markers, Hypothesis, a frozen clock."""

from __future__ import annotations

import pytest
from hypothesis import settings

from assisto_caldav.clock import FrozenClock

SERIAL = ("serial", "browser", "dav")
MONDAY_NOON = 1_796_036_400  # Monday, 30 November 2026, 12:00 in Berlin

settings.register_profile("assisto", deadline=None, print_blob=True)
settings.load_profile("assisto")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Send what needs the machine to itself to one worker, one test after another."""
    for item in items:
        if any(item.get_closest_marker(name) for name in SERIAL):
            item.add_marker(pytest.mark.xdist_group("serial"))


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(MONDAY_NOON)

"""The application in-process for tests that need no outside client."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assisto_caldav.ports import Ports
from assisto_radicale.mount import make_dav_app
from tests.dav.world import ALICE, DavClient, open_ports


@pytest.fixture
def ports() -> Iterator[Ports]:
    with open_ports() as opened:
        yield opened


@pytest.fixture
def alice(ports: Ports) -> DavClient:
    return DavClient(make_dav_app(ports), ALICE)

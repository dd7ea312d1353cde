"""The server that vdirsyncer's tests run against: they look for ``ServerMixin`` by name."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

import pytest


class ServerMixin:
    storage_class: Any

    @pytest.fixture
    def get_storage_args(
        self, slow_create_collection: Any, aio_connector: Any
    ) -> Callable[..., Awaitable[dict[str, Any]]]:
        async def inner(collection: str | None = "test") -> dict[str, Any]:
            args = {
                "url": os.environ["DAV_URL"],
                "username": os.environ["DAV_USERNAME"],
                "password": os.environ["DAV_PASSWORD"],
                "connector": aio_connector,
            }
            if collection is None:
                return args
            return dict(await slow_create_collection(self.storage_class, args, collection))

        return inner

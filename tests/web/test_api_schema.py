"""Every answer of the JSON interface is one that its description promises."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from jsonschema_rs import validator_for
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from assisto_web.api.openapi import description
from assisto_web.api.problems import KINDS
from assisto_web.app import DemoPages, make_app
from tests.office import Office, open_office, open_times, send_request

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]
EXAMPLES = 40
REAL = {
    "institution": "mitte",
    "service": "s1",
    "channel": "video",
    "start": "of a free slot, mostly",
    "counsellor": "alice",
    "from": "2026-12-07",
    "email": "olaf@post.example",
}
# A known address with an unknown method is no operation, so no operation can describe it.
UNSAID = "method-not-allowed"


class World:
    """An application over an office, with a code that fits; made once, for it is only asked."""

    def __init__(self, folder: Path) -> None:
        self._opened = open_office()
        self.office: Office = self._opened.__enter__()
        self.office.configure(replace(self.office.institution(), choose_counsellor=True))
        open_times(self.office)
        self.app = make_app(self.office.ports, demo=DemoPages(folder))
        _, self.code = send_request(self.office)
        self.starts = cycle(
            f"2026-12-{day:02}T{hour:02}:00:00+01:00"
            for hour in (10, 11, 9)
            for day in range(7, 19)
        )

    def close(self) -> None:
        self._opened.__exit__(None, None, None)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Any:
    made = World(tmp_path_factory.mktemp("mails"))
    yield made
    made.close()


@pytest.fixture
def interface(world: World) -> Any:
    return schemathesis.openapi.from_wsgi("/api/openapi.json", world.app)


schema = schemathesis.pytest.from_fixture("interface")


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_no_answer_is_undocumented(case: schemathesis.Case, world: World) -> None:
    # With names that there are not, the rest of the question would hardly ever be read.
    for given in (case.path_parameters, case.query, case.body):
        for name in known(given):
            given[name] = next(world.starts) if name == "start" else REAL[name]
    headers = {"Authorization": f"Bearer {world.code}"}

    case.call_and_validate(headers=headers, checks=CHECKS)


def known(given: Any) -> list[str]:
    if not isinstance(given, dict):
        return []
    return [name for name in REAL if isinstance(given.get(name), str)]


def routes(app: Flask) -> set[tuple[str, str]]:
    found = set()
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/"):
            path = re.sub(r"<(\w+?)(_id)?>", r"{\1}", rule.rule.removeprefix("/api/v1"))
            methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            found |= {(path, method.lower()) for method in methods}
    return found


def test_each_route_is_described_and_each_described_route_exists(app: Flask) -> None:
    described = {(path, method) for path, item in description()["paths"].items() for method in item}

    assert described == routes(app)


def test_every_example_fits_its_schema() -> None:
    schemas = description()["components"]["schemas"]
    document = {"components": {"schemas": schemas}}
    with_examples = {name: entry for name, entry in schemas.items() if "examples" in entry}

    for name, entry in with_examples.items():
        check = validator_for({**document, "$ref": f"#/components/schemas/{name}"})
        for example in entry["examples"]:
            assert list(check.iter_errors(example)) == [], name
    assert len(with_examples) >= len(schemas) - 1


def test_every_answer_with_a_body_has_a_schema_that_there_is() -> None:
    text = json.dumps(description())
    named = set(re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', text))

    assert named | {f"problem-{UNSAID}"} == set(description()["components"]["schemas"])


def test_every_kind_of_problem_is_the_answer_of_something() -> None:
    paths = json.dumps(description()["paths"])

    assert {name for name in KINDS if f"problem-{name}" not in paths} == {UNSAID}

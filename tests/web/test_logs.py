"""What the web writes into its log: nothing that leads to a visitor (design §4)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import NoReturn

import pytest
from flask import Flask
from werkzeug.test import Client

from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.devices import make_app_password
from assisto_caldav.wsgi import Mount
from tests.appointments import make_request
from tests.office import ALICE, Office, open_office

VISITOR = "203.0.113.77"
CODE = "7F3K-9N8P-2QRS"
SECRETS = (VISITOR, CODE, "7F3K9N8P2QRS", "geheim", "uid-a1", "a1.ics", "grace", "Grace")


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as made:
        yield made


@pytest.fixture
def mount(office: Office) -> Mount:
    return Mount(office.ports)


def visit(mount: Mount, method: str, path: str, **more: object) -> int:
    client = Client(mount)
    answer = client.open(path, method=method, environ_overrides={"REMOTE_ADDR": VISITOR}, **more)
    answer.close()
    return answer.status_code


def test_the_log_names_no_address_query_or_visitor(
    office: Office, mount: Mount, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    make_request(office)
    _, secret = make_app_password(office.ports, Actor(ALICE, "web"), "Telefon")

    for method, path, more in (
        ("GET", "/mitte/?service=geheim", {}),
        ("GET", f"/mitte/a/{CODE}", {}),
        ("GET", f"/l/{CODE}", {}),
        ("GET", f"/nowhere/{CODE}?geheim=1", {}),
        ("GET", f"/api/v1/mitte/appointments/{CODE}", {}),
        ("GET", "/api/v1/mitte/appointment", {"headers": {"Authorization": f"Bearer {CODE}"}}),
        ("POST", "/api/v1/mitte/requests", {"json": {"text": "geheim", "start": "geheim"}}),
        ("POST", "/staff/login", {"data": {"login": "grace@post.example", "password": "geheim"}}),
        ("GET", f"/dav/{ALICE}/appointments/a1.ics", {"auth": (ALICE, "geheim")}),
        ("GET", f"/dav/{ALICE}/appointments/a1.ics", {"auth": (ALICE, secret)}),
        ("PUT", f"/dav/{ALICE}/appointments/geheim.ics", {"auth": (ALICE, secret), "data": "x"}),
        ("PROPFIND", f"/dav/{ALICE}/", {"auth": (ALICE, secret), "data": "<geheim"}),
        ("REPORT", f"/dav/{ALICE}/geheim/", {"auth": (ALICE, secret), "data": "<geheim/>"}),
    ):
        visit(mount, method, path, **more)

    assert [found for found in (*SECRETS, secret) if found in caplog.text] == []


def test_a_failure_is_logged_without_the_address_at_which_it_happened_or_its_message(
    mount: Mount, caplog: pytest.LogCaptureFixture
) -> None:
    typed = {"mail": "grace@post.example", "text": "Grace schreibt: geheim"}

    def fail(**_: object) -> NoReturn:
        try:
            {}[typed["mail"]]
        except KeyError as exc:
            raise RuntimeError(typed["text"]) from exc

    app = mount._web
    assert isinstance(app, Flask)
    app.view_functions["public.arrive"] = fail

    status = visit(mount, "GET", f"/mitte/a/{CODE}?geheim=1")

    assert status == 500
    assert "KeyError" in caplog.text
    assert "RuntimeError" in caplog.text
    assert "in fail" in caplog.text
    assert [found for found in SECRETS if found in caplog.text] == []

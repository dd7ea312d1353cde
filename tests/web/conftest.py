"""The pages over an office in memory, and who visits them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from assisto_web.app import DemoPages, make_app
from tests.office import ALICE, BOB, CAROL, FRANK, Office, open_office, open_times
from tests.web.visitor import Visitor

PASSWORDS = {login: f"demo-{login.partition('@')[0]}" for login in (ALICE, BOB, CAROL, FRANK)}


@pytest.fixture
def office() -> Iterator[Office]:
    """Mitte and Nord; Alice and Carol are bookable on weekdays from 9 to 12."""
    with open_office() as made:
        set_passwords(made)
        made.configure(replace(made.institution(), choose_counsellor=True))
        open_times(made)
        open_times(made, CAROL)
        yield made


@pytest.fixture
def app(office: Office, tmp_path: Path) -> Flask:
    made = make_app(office.ports, demo=DemoPages(tmp_path))
    made.testing = True
    return made


@pytest.fixture
def olaf(app: Flask) -> Visitor:
    """A client with an access code only."""
    return Visitor(app)


@pytest.fixture
def mallory(app: Flask) -> Visitor:
    """Nobody."""
    return Visitor(app)


@pytest.fixture
def alice(app: Flask) -> Visitor:
    return log_in(Visitor(app), ALICE)


@pytest.fixture
def bob(app: Flask) -> Visitor:
    return log_in(Visitor(app), BOB)


@pytest.fixture
def carol(app: Flask) -> Visitor:
    return log_in(Visitor(app), CAROL)


@pytest.fixture
def frank(app: Flask) -> Visitor:
    return log_in(Visitor(app), FRANK)


def set_passwords(office: Office) -> None:
    with office.ports.database.writing() as unit:
        for login, password in PASSWORDS.items():
            member = unit.people.staff(login)
            assert member is not None
            hashed = office.ports.passwords.hash(password)
            unit.people.save_staff(replace(member, password_hash=hashed))


def log_in(visitor: Visitor, login: str) -> Visitor:
    visitor.get("/staff/login")
    page = visitor.press("Anmelden", login=login, password=PASSWORDS[login])
    assert page.status_code == 200, page.text
    assert "/staff/login" not in page.request.path
    return visitor

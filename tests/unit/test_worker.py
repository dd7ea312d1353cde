"""The worker's duties, each in its time, none stopped by another."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import NoReturn

import pytest

from assisto_caldav import worker
from assisto_caldav.config.model import Mail
from assisto_caldav.domain.appointment import State
from assisto_caldav.domain.booking_times import WeeklyRule
from assisto_caldav.errors import UnavailableError
from assisto_caldav.ports import Ports
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.booking_times import list_rules, save_rule
from assisto_caldav.usecases.notify import owe_counsellor
from assisto_caldav.worker import DUTIES, Duty, work_once
from tests.appointments import HOUR, appointment, make_request
from tests.office import ALICE, Office, make_entry, open_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(mail=Mail(folder=tmp_path / "mails")) as made:
        yield made


def test_one_round_does_every_duty(office: Office, tmp_path: Path) -> None:
    late = make_request(office, "late", answer_by=office.clock.now() - 1)
    end = office.clock.now() - 31 * 24 * HOUR
    old = make_request(office, "old", state=State.DECLINED, start=end - HOUR, end=end, ended_at=end)
    with office.database.writing() as unit:
        owe_counsellor(unit, office.ports, kind="request", appointment=late)
    mitte = office.institution()
    office.configure(replace(mitte, staff=(*mitte.staff, make_entry("dora@mitte.example"))))

    work_once(office.ports, {})

    with office.database.reading() as unit:
        assert unit.people.staff("dora@mitte.example") is not None
        assert unit.appointments.get(old.id) is None
    assert appointment(office, "late").state is State.EXPIRED
    assert len(list((tmp_path / "mails").glob("*.eml"))) == 2
    assert office.mails() == []


def test_a_duty_waits_for_its_time(office: Office) -> None:
    last: dict[str, int] = {}
    work_once(office.ports, last)
    office.clock.advance(2)
    work_once(office.ports, last)

    again = {duty.name for duty in DUTIES if last[duty.name] == office.clock.now()}
    assert again == {duty.name for duty in DUTIES if duty.every <= 2}
    assert "mails" in again


@pytest.mark.parametrize("broken", [duty.name for duty in DUTIES])
@pytest.mark.parametrize("error", [UnavailableError("away"), RuntimeError("a bug")])
def test_a_duty_that_fails_does_not_stop_the_others(
    office: Office,
    broken: str,
    error: Exception,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[str] = []

    def duty(name: str) -> Duty:
        def do(_: Ports) -> None:
            if name == broken:
                raise error
            done.append(name)

        return Duty(name, 1, do)

    names = [known.name for known in DUTIES]
    monkeypatch.setattr(worker, "DUTIES", tuple(duty(name) for name in names))

    with caplog.at_level(logging.WARNING):
        work_once(office.ports, {})

    assert done == [name for name in names if name != broken]
    assert broken in caplog.text


def test_without_a_mail_server_mails_wait(office: Office) -> None:
    made = make_request(office)
    with office.database.writing() as unit:
        owe_counsellor(unit, office.ports, kind="request", appointment=made)
    office.config.config = replace(office.config.config, mail=Mail())

    work_once(office.ports, {})

    (mail,) = office.mails()
    assert (mail.address, mail.attempts) == (ALICE, 0)


def test_whoever_interrupts_is_obeyed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: Ports) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(worker, "DUTIES", (Duty("mails", 1, interrupt),))

    with pytest.raises(KeyboardInterrupt):
        work_once(office.ports, {})


def test_a_service_renamed_in_config_is_renamed_in_the_booking_times(office: Office) -> None:
    rule = WeeklyRule(
        weekdays=(0,), start=time(9), end=time(12), first=date(2026, 12, 7), services=("s1",)
    )
    save_rule(office.ports, Actor(ALICE, "web"), rule)
    mitte = office.institution()
    services = tuple(
        replace(one, name="Suchthilfe") if one.id == "s1" else one for one in mitte.services
    )
    office.configure(replace(mitte, services=services))

    work_once(office.ports, {})

    assert [rule.summary for rule in list_rules(office.ports, ALICE)] == ["Suchthilfe"]


def test_a_clock_that_is_set_back_stops_no_duty(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[int] = []
    counted = Duty("counted", HOUR, lambda ports: done.append(ports.clock.now()))
    monkeypatch.setattr(worker, "DUTIES", (counted,))
    last: dict[str, int] = {}
    work_once(office.ports, last)
    office.clock.advance(-24 * HOUR)

    work_once(office.ports, last)

    assert len(done) == 2

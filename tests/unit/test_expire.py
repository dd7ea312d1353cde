"""What the passing of time does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest

from assisto_caldav.domain.appointment import Act, State
from assisto_caldav.domain.collection import StoredObject
from assisto_caldav.errors import UnavailableError
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases import expire
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.answer import confirm
from assisto_caldav.usecases.expire import expire_and_settle
from assisto_caldav.usecases.scheduling import carry_out
from tests.appointments import (
    HOUR,
    PAGE,
    TEN,
    appointment,
    is_taken,
    line,
    mails,
    make_request,
    put,
    stored,
    text_of,
)
from tests.office import ALICE, NOW, Office, open_office
from tests.unit.test_calendars import event, facts

DAY = 24 * HOUR


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as opened:
        yield opened


def test_an_expired_request_frees_its_slot_and_tells_the_client(office: Office) -> None:
    windows = event("SUMMARY:alle", "RRULE:FREQ=DAILY", start="DTSTART:20261201T080000Z")
    windows = windows.replace("PT1H", "PT8H")
    put(office, windows, collection="booking-times", href="b.ics")
    make_request(office, answer_by=NOW + HOUR, reminded_at=NOW)
    office.clock.advance(HOUR)

    count = expire_and_settle(office.ports)

    assert count == 1
    assert appointment(office).state is State.EXPIRED
    assert not is_taken(office, TEN)
    assert line(text_of(office), "STATUS") == "STATUS:CANCELLED"
    assert line(text_of(office), "SUMMARY").startswith("SUMMARY:Abgesagt · ")
    [mail] = office.mails()
    assert (mail.recipient, mail.kind) == ("client", "expired")
    assert len(json.loads(json.loads(mail.payload)["alternatives"])) == 3


def test_a_confirmed_request_does_not_expire(office: Office) -> None:
    make_request(office, answer_by=NOW + HOUR)
    confirm(office.ports, PAGE, "a1")
    office.clock.advance(HOUR)

    assert expire_and_settle(office.ports) == 0


def test_the_counsellor_is_reminded_once_at_half_time(office: Office) -> None:
    make_request(office, answer_by=NOW + 2 * HOUR)
    early = expire_and_settle(office.ports)
    office.clock.advance(HOUR)

    expire_and_settle(office.ports)
    expire_and_settle(office.ports)

    assert early == 0
    assert mails(office) == [("counsellor", "request_reminder")]


def test_a_cancelled_object_is_shown_for_a_week(office: Office) -> None:
    make_request(office)
    with office.database.writing() as unit:
        found = unit.appointments.get("a1")
        assert found is not None
        carry_out(unit, office.ports, Actor("", "web"), found, Act.WITHDRAW)
    office.clock.advance(7 * DAY)
    expire_and_settle(office.ports)
    shown = stored(office)
    office.clock.advance(1)

    expire_and_settle(office.ports)

    assert shown is not None
    assert stored(office) is None
    assert appointment(office).href is None
    assert mails(office) == [("counsellor", "withdrawn")]


def test_a_series_is_expanded_further_as_time_goes_on(office: Office) -> None:
    put(office, event("RRULE:FREQ=WEEKLY"), href="own.ics")
    office.clock.advance(100 * DAY)

    expire_and_settle(office.ports)

    assert facts(office, NOW + 800 * DAY, 20 * DAY)
    assert expire_and_settle(office.ports) == 0


def test_one_that_fails_keeps_no_other_from_expiring(office: Office) -> None:
    make_request(office, "a1", answer_by=NOW + 1, institution="mitte", reminded_at=NOW)
    make_request(office, "a2", answer_by=NOW + 1, start=TEN + DAY, reminded_at=NOW)
    with office.database.writing() as unit:
        place = unit.objects.by_appointment("a1")
        assert place is not None
        unit.objects.put(place._replace(text="broken"), ())
    office.clock.advance(1)

    expire_and_settle(office.ports)

    assert appointment(office, "a1").state is State.REQUESTED
    assert appointment(office, "a2").state is State.EXPIRED


def test_one_appointment_that_cannot_be_settled_stops_no_other_and_says_nothing(
    office: Office, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_request(office, "a1", answer_by=NOW + HOUR, reminded_at=NOW)
    make_request(office, "a2", answer_by=NOW + HOUR, reminded_at=NOW, start=TEN + HOUR)
    office.clock.advance(HOUR)
    real = expire.carry_out

    def fail_for_one(*given: Any) -> Any:
        if given[3].id == "a1":
            raise RuntimeError(given[3].uid)
        return real(*given)

    monkeypatch.setattr(expire, "carry_out", fail_for_one)

    count = expire_and_settle(office.ports)

    assert count == 1
    assert appointment(office, "a1").state is State.REQUESTED
    assert appointment(office, "a2").state is State.EXPIRED
    assert "RuntimeError" in caplog.text
    assert "uid-a1" not in caplog.text


def test_a_request_expires_even_if_no_other_time_can_be_looked_for(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_request(office, answer_by=NOW + HOUR, reminded_at=NOW)
    office.clock.advance(HOUR)

    def fail(*_: Any, **__: Any) -> NoReturn:
        raise RuntimeError

    monkeypatch.setattr(expire, "next_slots", fail)

    assert expire_and_settle(office.ports) == 1
    assert appointment(office).state is State.EXPIRED


def test_a_storage_that_is_away_ends_the_round(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_request(office, answer_by=NOW + HOUR, reminded_at=NOW)
    office.clock.advance(HOUR)

    def away(*_: Any) -> NoReturn:
        raise UnavailableError("busy")

    monkeypatch.setattr(expire, "carry_out", away)

    with pytest.raises(UnavailableError):
        expire_and_settle(office.ports)


def test_one_series_that_cannot_be_expanded_stops_no_other(
    office: Office, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("bad", "good"):
        series = event("SUMMARY:x", "RRULE:FREQ=WEEKLY", uid=name)
        put(office, series, href=f"{name}.ics")
    before = {name: expanded_until(office, name) for name in ("bad", "good")}
    real = expire.reindex

    def fail_for_one(unit: Unit, ports: Ports, stored: StoredObject) -> None:
        if stored.href == "bad.ics":
            raise RuntimeError
        real(unit, ports, stored)

    monkeypatch.setattr(expire, "reindex", fail_for_one)
    office.clock.advance(90 * DAY)

    assert expire.extend_index(office.ports) == 1
    assert expanded_until(office, "bad") == before["bad"]
    assert expanded_until(office, "good") > before["good"]
    assert "RuntimeError" in caplog.text


def expanded_until(office: Office, name: str) -> int:
    with office.database.reading() as unit:
        collection = unit.collections.get(ALICE, "appointments")
        assert collection is not None
        found = unit.objects.get(collection.id, f"{name}.ics")
    assert found is not None
    return found.expanded_until or 0

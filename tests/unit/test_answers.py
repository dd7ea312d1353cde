from __future__ import annotations

import pytest

from assisto_caldav.domain.answers import Answer, Gesture, act_of, read_answer
from assisto_caldav.domain.appointment import Act, State
from assisto_caldav.domain.appointment_object import read_object, render_object
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.errors import SchedulingObjectChangeError
from tests.appointments import HOUR, MINUTE, TEN, change, line, moved, with_partstat
from tests.office import ALICE, NOW
from tests.unit.test_appointment_object import AROUND, MADE

STORED = render_object(MADE, AROUND, now=NOW)
BUSY = "X-MICROSOFT-CDO-BUSYSTATUS"


def read(new: str, stored: str = STORED) -> Answer:
    return read_answer(read_object(stored), read_object(new), own_address=ALICE)


def stored_as(partstat: str, status: str) -> str:
    return change(with_partstat(STORED, partstat), "STATUS", f"STATUS:{status}")


@pytest.mark.parametrize(
    ("partstat", "gesture"),
    [
        ("ACCEPTED", Gesture.CONFIRM),
        ("accepted", Gesture.CONFIRM),
        ("DECLINED", Gesture.REFUSE),
        ("TENTATIVE", Gesture.SEEN),
        ("NEEDS-ACTION", Gesture.NONE),
        ("DELEGATED", Gesture.NONE),
        ("X-MAYBE", Gesture.NONE),
    ],
)
def test_partstat_is_a_gesture(partstat: str, gesture: Gesture) -> None:
    assert read(with_partstat(STORED, partstat)).gesture is gesture


@pytest.mark.parametrize(
    ("name", "value", "gesture"),
    [
        ("STATUS", "CONFIRMED", Gesture.CONFIRM),
        ("STATUS", "CANCELLED", Gesture.REFUSE),
        ("STATUS", None, Gesture.NONE),
        (BUSY, "BUSY", Gesture.CONFIRM),
        (BUSY, "FREE", Gesture.NONE),
        (BUSY, "OOF", Gesture.NONE),
        (BUSY, None, Gesture.NONE),
        ("TRANSP", "TRANSPARENT", Gesture.NONE),
    ],
)
def test_status_and_busy_status_are_gestures_too(
    name: str, value: str | None, gesture: Gesture
) -> None:
    new = change(STORED, name, value and f"{name}:{value}")

    assert read(new).gesture is gesture


def test_a_changed_partstat_decides_before_a_changed_status() -> None:
    new = change(with_partstat(STORED, "TENTATIVE"), "STATUS", "STATUS:CANCELLED")

    assert read(new).gesture is Gesture.SEEN


def test_an_unchanged_partstat_lets_status_decide() -> None:
    stored = stored_as("ACCEPTED", "CONFIRMED")

    assert read(change(stored, "STATUS", "STATUS:CANCELLED"), stored).gesture is Gesture.REFUSE


@pytest.mark.parametrize("status", ["TENTATIVE", None])
def test_going_back_is_no_gesture_and_is_put_back(status: str | None) -> None:
    stored = stored_as("ACCEPTED", "CONFIRMED")
    new = with_partstat(stored, "NEEDS-ACTION")

    answer = read(change(new, "STATUS", status and f"STATUS:{status}"), stored)

    assert answer.gesture is Gesture.NONE
    assert answer.put_back["STATUS"] == ("STATUS:CONFIRMED",)
    assert answer.put_back["ATTENDEE"] == (line(stored, "ATTENDEE"),)


@pytest.mark.parametrize("value", ["TENTATIVE", "FREE", None])
def test_a_busy_status_that_goes_back_is_put_back(value: str | None) -> None:
    stored = change(stored_as("ACCEPTED", "CONFIRMED"), BUSY, f"{BUSY}:BUSY")

    answer = read(change(stored, BUSY, value and f"{BUSY}:{value}"), stored)

    assert answer.gesture is Gesture.NONE
    assert answer.put_back[BUSY] == (f"{BUSY}:BUSY",)


def test_an_address_in_another_case_with_other_parameters_is_still_her() -> None:
    new = change(STORED, "ATTENDEE", "ATTENDEE;X-A=1;PARTSTAT=ACCEPTED:MAILTO:Alice@Mitte.Example")

    answer = read(new)

    assert answer.gesture is Gesture.CONFIRM
    assert not answer.put_back


def test_a_dropped_attendee_is_put_back_and_no_answer() -> None:
    answer = read(change(STORED, "ATTENDEE", None))

    assert answer.gesture is Gesture.NONE
    assert answer.put_back["ATTENDEE"] == (line(STORED, "ATTENDEE"),)


@pytest.mark.parametrize(
    ("name", "new", "end"),
    [
        ("DTEND", "DTEND;TZID=Europe/Berlin:20261207T113000", TEN + 90 * MINUTE),
        ("DTEND", "DURATION:PT2H", TEN + 2 * HOUR),
    ],
)
def test_another_length_is_a_move(name: str, new: str, end: int) -> None:
    assert read(change(STORED, name, new)).time == Interval(TEN, end)


def test_the_same_time_written_otherwise_is_no_move() -> None:
    new = change(STORED, "DTSTART", "DTSTART:20261207T090000Z")

    assert read(change(new, "DTEND", "DURATION:PT50M")).time is None


@pytest.mark.parametrize(
    "start",
    ["DTSTART;VALUE=DATE:20261207", "DTSTART:20261207T100000"],
)
def test_no_appointment_is_all_day_or_floating(start: str) -> None:
    new = change(change(STORED, "DTEND", None), "DTSTART", start)

    with pytest.raises(SchedulingObjectChangeError):
        read(new)


@pytest.mark.parametrize(
    "more", ["RRULE:FREQ=DAILY", "RDATE:20261208T090000Z", "EXDATE:20261207T090000Z"]
)
def test_what_would_repeat_or_hide_it_is_refused(more: str) -> None:
    with pytest.raises(SchedulingObjectChangeError):
        read(STORED.replace("END:VEVENT", f"{more}\r\nEND:VEVENT"))


def test_an_override_is_refused() -> None:
    event = STORED[STORED.index("BEGIN:VEVENT") : STORED.index("END:VCALENDAR")]
    override = change(event, "CLASS", "RECURRENCE-ID:20261207T090000Z")

    with pytest.raises(SchedulingObjectChangeError):
        read(STORED.replace("END:VCALENDAR", f"{override}END:VCALENDAR"))


def test_only_partstat_and_stamps_differ() -> None:
    new = change(with_partstat(STORED, "ACCEPTED"), "DTSTAMP", "DTSTAMP:20261130T120000Z")

    assert read(new).is_only_partstat
    assert not read(change(new, "DESCRIPTION", "DESCRIPTION:x")).is_only_partstat
    assert not read(moved(new, "1400")).is_only_partstat


@pytest.mark.parametrize(
    ("partstat", "state", "time", "act"),
    [
        ("ACCEPTED", State.REQUESTED, None, Act.CONFIRM),
        ("ACCEPTED", State.REQUESTED, "1400", Act.PROPOSE),
        ("ACCEPTED", State.CONFIRMED, None, None),
        ("ACCEPTED", State.PROPOSED, None, None),
        ("NEEDS-ACTION", State.REQUESTED, "1400", Act.PROPOSE),
        ("NEEDS-ACTION", State.CONFIRMED, "1400", Act.RESCHEDULE),
        ("NEEDS-ACTION", State.RESCHEDULED, "1400", Act.RESCHEDULE),
        ("TENTATIVE", State.CONFIRMED, "1400", Act.RESCHEDULE),
        ("DECLINED", State.REQUESTED, "1400", Act.DECLINE),
        ("DECLINED", State.PROPOSED, None, Act.DECLINE),
        ("DECLINED", State.CONFIRMED, None, Act.CANCEL_BY_COUNSELLOR),
        ("DECLINED", State.WITHDRAWN, None, None),
        ("TENTATIVE", State.REQUESTED, None, None),
    ],
)
def test_answer_and_time_together_make_one_act(
    partstat: str, state: State, time: str | None, act: Act | None
) -> None:
    new = with_partstat(STORED, partstat)

    assert act_of(read(moved(new, time) if time else new), state) is act


def test_nothing_revives_what_has_ended() -> None:
    with pytest.raises(SchedulingObjectChangeError):
        act_of(read(with_partstat(STORED, "ACCEPTED")), State.EXPIRED)

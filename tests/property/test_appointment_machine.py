"""Web, calendar app, client and time act on appointments in any order, and all stays in step."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
)

from assisto_caldav.domain.appointment import (
    HOLDS_ITS_TIME,
    Act,
    Appointment,
    Deletion,
    State,
    as_told,
)
from assisto_caldav.domain.appointment_object import event_time, read_object
from assisto_caldav.domain.intervals import Interval, overlaps
from assisto_caldav.errors import AssistoError, SlotTakenError
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.answer import (
    cancel,
    confirm,
    decline,
    reschedule,
    settle_parked,
    undo,
)
from assisto_caldav.usecases.expire import expire_and_settle
from assisto_caldav.usecases.scheduling import carry_out, client_has_seen
from tests.appointments import (
    HOUR,
    PAGE,
    TEN,
    appointment,
    change,
    delete,
    line,
    make_request,
    moved,
    put,
    stored,
    with_partstat,
)
from tests.office import ALICE, make_office

STATUS = {
    State.REQUESTED: "TENTATIVE",
    State.PROPOSED: "TENTATIVE",
    State.CONFIRMED: "CONFIRMED",
    State.RESCHEDULED: "CONFIRMED",
}
TOLD_BY = {
    State.PROPOSED: "proposed",
    State.CONFIRMED: "confirmed",
    State.RESCHEDULED: "rescheduled",
    State.EXPIRED: "expired",
    State.CANCELLED_BY_COUNSELLOR: "cancelled",
}
HOURS = st.integers(min_value=9, max_value=15)
MINUTES = st.sampled_from(["00", "30"])


class AppointmentMachine(RuleBasedStateMachine):
    """Every rule is one thing that somebody does; what is refused must leave no trace."""

    names = Bundle("names")
    copies = Bundle("copies")

    def __init__(self) -> None:
        super().__init__()
        self.office = make_office()
        self.count = 0
        self.sequences: dict[str, int] = {}

    def teardown(self) -> None:
        self.office.close()

    def attempt(self, deed: Any, *args: Any, **kwargs: Any) -> bool:
        before = self.snapshot()
        try:
            deed(*args, **kwargs)
        except AssistoError:
            assert self.snapshot() == before
            return False
        return True

    def snapshot(self) -> Any:
        return (
            self.appointments(),
            self.office.objects(ALICE, "appointments"),
            [mail.id for mail in self.office.mails()],
        )

    def appointments(self) -> list[Appointment]:
        return [appointment(self.office, f"a{number}") for number in range(self.count)]

    @rule(target=names, hour=HOURS, day=st.integers(0, 1), has_email=st.booleans())
    def request(self, hour: int, day: int, has_email: bool) -> str:
        start = TEN + day * 24 * HOUR + (hour - 10) * HOUR
        if start <= self.office.clock.now():
            return "none"
        try:
            make_request(self.office, f"a{self.count}", start=start, has_email=has_email)
        except SlotTakenError:
            return "none"
        self.count += 1
        return f"a{self.count - 1}"

    @rule(target=copies, name=names)
    def app_fetches(self, name: str) -> tuple[str, str]:
        found = stored(self.office, name)
        return (f"{name}.ics", found.text if found else "")

    @rule(
        name=names,
        partstat=st.sampled_from(["ACCEPTED", "DECLINED", "TENTATIVE", "NEEDS-ACTION"]),
    )
    def app_answers(self, name: str, partstat: str) -> None:
        found = stored(self.office, name)
        if found is not None:
            text = with_partstat(found.text, partstat)
            self.attempt(put, self.office, text, href=found.href)

    @rule(name=names, status=st.sampled_from(["CONFIRMED", "CANCELLED", None]))
    def app_sets_status(self, name: str, status: str | None) -> None:
        found = stored(self.office, name)
        if found is not None:
            text = change(found.text, "STATUS", status and f"STATUS:{status}")
            self.attempt(put, self.office, text, href=found.href)

    @rule(name=names, hour=HOURS, minute=MINUTES)
    def app_moves(self, name: str, hour: int, minute: str) -> None:
        found = stored(self.office, name)
        if found is not None:
            text = moved(found.text, f"{hour:02}{minute}")
            self.attempt(put, self.office, text, href=found.href)

    @rule(copy=copies, partstat=st.sampled_from(["ACCEPTED", "DECLINED"]))
    def app_answers_from_an_old_copy(self, copy: tuple[str, str], partstat: str) -> None:
        href, text = copy
        if text:
            self.attempt(
                put, self.office, with_partstat(text, partstat), href=href, if_match=("old",)
            )

    @rule(copy=copies)
    def app_puts_an_old_copy(self, copy: tuple[str, str]) -> None:
        href, text = copy
        if text:
            self.attempt(put, self.office, text, href=href)

    @rule(name=names)
    def app_deletes(self, name: str) -> None:
        found = stored(self.office, name)
        if found is not None:
            self.attempt(delete, self.office, found.href)

    @rule(name=names, deed=st.sampled_from([confirm, decline, cancel, undo]))
    def web_answers(self, name: str, deed: Any) -> None:
        self.attempt(deed, self.office.ports, PAGE, name)

    @rule(name=names, hour=HOURS)
    def web_moves(self, name: str, hour: int) -> None:
        start = TEN + (hour - 10) * HOUR
        self.attempt(reschedule, self.office.ports, PAGE, name, start=start)

    @rule(restore=st.booleans())
    def web_settles(self, restore: bool) -> None:
        self.attempt(settle_parked, self.office.ports, PAGE, restore=restore)

    @rule(
        name=names,
        act=st.sampled_from([Act.WITHDRAW, Act.CANCEL_BY_CLIENT, Act.ACCEPT, Act.REFUSE]),
    )
    def client_acts(self, name: str, act: Act) -> None:
        def deed() -> None:
            with self.office.database.writing() as unit:
                found = unit.appointments.get(name)
                if found is not None:
                    carry_out(unit, self.office.ports, Actor("", "web"), found, act)

        self.attempt(deed)

    @rule(name=names)
    def client_looks(self, name: str) -> None:
        with self.office.database.writing() as unit:
            found = unit.appointments.get(name)
            if found is not None:
                client_has_seen(unit, self.office.ports, found)

    @rule(minutes=st.sampled_from([1, 5, 15, 60, 24 * 60]), ticks=st.booleans())
    def time_passes(self, minutes: int, ticks: bool) -> None:
        self.office.clock.advance(minutes * 60)
        if ticks:
            expire_and_settle(self.office.ports)

    @invariant()
    def object_and_state_agree(self) -> None:
        for one in self.appointments():
            found = stored(self.office, one.id)
            assert (found is None) == (one.href is None)
            if found is None:
                is_tidied = one.end <= self.office.clock.now()
                assert one.state not in STATUS or one.deletion is not Deletion.NONE or is_tidied
                continue
            assert one.deletion is Deletion.NONE
            assert found.href == one.href
            item = read_object(found.text)
            assert line(found.text, "STATUS") == f"STATUS:{STATUS.get(one.state, 'CANCELLED')}"
            assert event_time(item) == Interval(one.start, one.end)
            assert item.uid == one.uid
            assert found.sequence == item.sequence

    @invariant()
    def sequence_never_falls(self) -> None:
        for one in self.appointments():
            found = stored(self.office, one.id)
            if found is not None:
                assert found.sequence >= self.sequences.get(one.id, 0)
                self.sequences[one.id] = found.sequence

    @invariant()
    def taken_time_agrees_and_never_overlaps(self) -> None:
        blocking = [
            one
            for one in self.appointments()
            if one.state in HOLDS_ITS_TIME or one.deletion is not Deletion.NONE or one.undo
        ]
        with self.office.database.reading() as unit:
            window = Interval(TEN - 240 * HOUR, TEN + 240 * HOUR)
            facts = unit.slot_facts.read([ALICE], window, now=self.office.clock.now())
        taken = {fact.ref: Interval(fact.start, fact.end) for fact in facts}
        assert taken == {one.id: one.blocked for one in blocking}
        ordered = sorted(taken.values())
        assert not any(overlaps(a, b) for a, b in pairwise(ordered))

    @invariant()
    def the_client_is_told_what_holds_and_nothing_else(self) -> None:
        now = self.office.clock.now()
        for one in self.appointments():
            sent = [
                mail
                for mail in self.office.mails()
                if mail.appointment == one.id and mail.recipient == "client"
            ]
            later = [mail for mail in sent if mail.not_before > now]
            if not one.has_email:
                assert sent == []
                continue
            is_undoable = one.undo is not None and one.undo.until > now
            assert [mail.not_before for mail in later] == (
                [one.undo.until] if one.undo and is_undoable else []
            )
            due = [mail.kind for mail in sent if mail.not_before <= now]
            told = as_told(one, now=now).state
            if told is State.REQUESTED:
                assert due == []
            elif told in TOLD_BY:
                assert due[-1] == TOLD_BY[told]

    @invariant()
    def nothing_of_the_client_is_in_the_calendar(self) -> None:
        for text in self.office.objects(ALICE, "appointments").values():
            assert "Hopper" not in text
            assert "grace@" not in text


AppointmentMachine.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestAppointmentMachine = AppointmentMachine.TestCase

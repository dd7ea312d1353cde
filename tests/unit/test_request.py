from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from assisto_caldav.domain.appointment import Appointment, Known, State
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.client_details import ClientDetails
from assisto_caldav.errors import (
    ConflictError,
    InvalidInputError,
    InvalidTransitionError,
    NotFoundError,
    SlotTakenError,
)
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.answer import confirm, reschedule
from assisto_caldav.usecases.find_slots import SlotWish, find_slots
from assisto_caldav.usecases.request import (
    accept_by_client,
    cancel_by_client,
    extend_hold,
    look_up,
    look_up_details,
    place_hold,
    refuse_by_client,
    release_hold,
    request_appointment,
)
from tests.office import (
    ALICE,
    BOB,
    MONDAY,
    TALK,
    Office,
    at,
    make_details,
    make_form,
    open_office,
    open_times,
    put_event,
    send_request,
)

NINE, TEN, ELEVEN = at(MONDAY, "09:00"), at(MONDAY, "10:00"), at(MONDAY, "11:00")
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as made:
        open_times(made)
        yield made


def hold_slot(office: Office, start: int = NINE, visitor: str = "olaf", **changes: Any) -> Any:
    facts = {"institution": "mitte", "service": "s1", "channel": Channel.VIDEO, "start": start}
    return place_hold(office.ports, **{**facts, **changes}, visitor=visitor)


def free_starts(office: Office, service: str = "s1") -> list[int]:
    found = find_slots(office.ports, SlotWish("mitte", service, None, MONDAY, MONDAY))
    return [slot.start for slot in found]


def stored(office: Office, appointment: Appointment) -> Appointment:
    with office.ports.database.reading() as unit:
        found = unit.appointments.get(appointment.id)
    assert found is not None
    return found


def test_a_request_is_an_event_a_mail_and_a_line_in_the_log(office: Office) -> None:
    appointment, code = send_request(office)

    with office.ports.database.reading() as unit:
        lines = unit.audit.of_appointment(appointment.id)
    assert (appointment.state, appointment.counsellor) == (State.REQUESTED, ALICE)
    assert [(line.actor, line.act) for line in lines] == [("client", "request")]
    assert [(mail.kind, mail.address) for mail in office.mails()] == [("request", ALICE)]
    text = office.objects(ALICE, "appointments")[appointment.href or ""]
    assert "STATUS:TENTATIVE" in text
    assert f"UID:{appointment.uid}" in text
    assert len(code) == 14


def test_a_client_with_an_address_is_written_to_as_well(office: Office) -> None:
    appointment, _ = send_request(office, details=make_details(email="olaf@example.org"))

    assert appointment.has_email
    assert sorted(mail.recipient for mail in office.mails()) == ["client", "counsellor"]


def test_what_a_client_tells_is_in_no_calendar_object_and_in_no_staff_mail(office: Office) -> None:
    details = ClientDetails(name="Olaf Olsen", phone="030 987654", text="Es geht um Karten.")

    appointment, _ = send_request(office, details=details)

    written = "".join(office.objects(ALICE, "appointments").values())
    payloads = "".join(mail.payload for mail in office.mails())
    assert not any(word in written + payloads for word in ("Olsen", "987654", "Karten"))
    assert look_up_details(office.ports, appointment.id) == details


def test_the_times_of_an_appointment_follow_its_service(office: Office) -> None:
    appointment, _ = send_request(office)

    assert appointment.end - appointment.start == TALK.duration_seconds
    assert appointment.blocked_until - appointment.end == TALK.follow_up_seconds
    assert appointment.answer_by is not None
    assert office.clock.now() < appointment.answer_by < appointment.start


def test_the_uid_tells_neither_id_nor_code(office: Office) -> None:
    appointment, _ = send_request(office)

    assert appointment.uid.endswith("@termine.example")
    assert appointment.id not in appointment.uid


def test_a_form_that_is_sent_twice_is_one_request(office: Office) -> None:
    hold = hold_slot(office)
    form = make_form(start=NINE, hold=hold.id, visitor="olaf")
    first, code = request_appointment(office.ports, form)

    second, again = request_appointment(office.ports, form)

    assert (second.id, again) == (first.id, code)
    assert [mail.kind for mail in office.mails()] == ["request"]


def test_another_visitor_learns_nothing_from_the_same_form(office: Office) -> None:
    hold = hold_slot(office)
    request_appointment(office.ports, make_form(start=NINE, hold=hold.id, visitor="olaf"))

    with pytest.raises(SlotTakenError):
        request_appointment(office.ports, make_form(start=NINE, hold=hold.id, visitor="mallory"))


def test_a_slot_is_given_away_once(office: Office) -> None:
    send_request(office)

    with pytest.raises(SlotTakenError):
        send_request(office)

    assert len(office.objects(ALICE, "appointments")) == 1
    assert len(office.mails()) == 1


@pytest.mark.parametrize("clock", ["08:00", "09:05", "11:30", "12:00"])
def test_a_time_that_is_no_slot_cannot_be_requested(office: Office, clock: str) -> None:
    with pytest.raises(SlotTakenError):
        send_request(office, at(MONDAY, clock))

    assert office.mails() == []


def test_overlapping_slots_of_two_services_exclude_each_other(office: Office) -> None:
    send_request(office, TEN)

    with pytest.raises(SlotTakenError):
        send_request(office, NINE, service="s2", channel=Channel.ON_SITE)


def test_an_own_event_drawn_meanwhile_refuses_the_request(office: Office) -> None:
    put_event(office, NINE, TEN)

    with pytest.raises(SlotTakenError):
        send_request(office)


def test_without_a_wish_the_counsellor_with_fewer_appointments_that_day_is_chosen(
    office: Office,
) -> None:
    open_times(office, BOB)
    first, _ = send_request(office, NINE)

    second, _ = send_request(office, TEN)
    third, _ = send_request(office, TEN)

    assert [one.counsellor for one in (first, second, third)] == [ALICE, BOB, ALICE]


def test_a_wanted_counsellor_is_never_exchanged(office: Office) -> None:
    open_times(office, BOB)
    send_request(office, counsellor=BOB)

    with pytest.raises(SlotTakenError):
        send_request(office, counsellor=BOB)


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"name": "x" * 121}, "name"),
        ({"email": "olaf"}, "email"),
        ({"email": "olaf@example.org, grace@example.org"}, "email"),
        ({"email": f"{'x' * 250}@example.org"}, "email"),
        ({"phone": "ruf mich an"}, "phone"),
        ({"phone": "1" * 41}, "phone"),
        ({"text": "x" * 5001}, "text"),
    ],
)
def test_a_wrong_entry_names_its_field_and_stores_nothing(
    office: Office, details: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        send_request(office, details=make_details(**details))

    assert refused.value.field == field
    assert free_starts(office)[0] == NINE


def test_entries_are_kept_without_control_characters_and_stray_spaces(office: Office) -> None:
    details = ClientDetails(
        name=" Olaf\x00\n Olsen ",
        email=" Olaf@Example.org ",
        phone="+49 (30) 12 34",
        text="Erstens.\r\n\r\nZweitens.\x07 \n",
        answer_text="Das schreibt nur die Beraterin.",
    )

    appointment, _ = send_request(office, details=details)

    assert look_up_details(office.ports, appointment.id) == ClientDetails(
        name="Olaf Olsen",
        email="Olaf@Example.org",
        phone="+49 (30) 12 34",
        text="Erstens.\n\nZweitens.",
    )


def test_a_request_may_leave_every_personal_field_empty(office: Office) -> None:
    appointment, _ = send_request(office, channel=Channel.PHONE, details=ClientDetails())

    assert appointment.channel is Channel.PHONE


def test_a_time_beyond_all_calendars_is_refused(office: Office) -> None:
    with pytest.raises(InvalidInputError) as refused:
        send_request(office, 1 << 62)

    assert refused.value.field == "start"


def test_a_hold_keeps_its_slot_from_others_and_not_from_its_visitor(office: Office) -> None:
    hold = hold_slot(office)

    assert free_starts(office) == [TEN, ELEVEN]
    with pytest.raises(SlotTakenError):
        send_request(office)
    appointment, _ = send_request(office, hold=hold.id, visitor="olaf")
    assert appointment.start == NINE
    with office.ports.database.reading() as unit:
        assert unit.holds.get(hold.id) is None


def test_a_hold_counts_for_its_visitor_without_its_id(office: Office) -> None:
    hold_slot(office)

    appointment, _ = send_request(office, visitor="olaf")

    assert appointment.start == NINE


def test_the_hold_of_somebody_else_is_of_no_use(office: Office) -> None:
    hold = hold_slot(office)

    with pytest.raises(SlotTakenError):
        send_request(office, hold=hold.id, visitor="mallory")


def test_a_visitor_has_one_hold(office: Office) -> None:
    hold_slot(office, NINE)

    hold_slot(office, TEN)

    assert free_starts(office) == [NINE, ELEVEN]


def test_a_page_that_is_loaded_again_holds_its_slot_again(office: Office) -> None:
    first = hold_slot(office)
    office.clock.advance(60)

    second = hold_slot(office)

    assert (second.start, second.expires_at) == (NINE, first.expires_at + 60)
    assert free_starts(office) == [TEN, ELEVEN]


def test_an_expired_hold_frees_its_slot(office: Office) -> None:
    hold = hold_slot(office)

    office.clock.advance(15 * 60)

    assert hold.expires_at == office.clock.now()
    assert free_starts(office) == [NINE, TEN, ELEVEN]


def test_a_lapsed_hold_still_sends_while_the_slot_is_free(office: Office) -> None:
    hold = hold_slot(office)
    office.clock.advance(3600)

    appointment, _ = send_request(office, hold=hold.id, visitor="olaf")

    assert appointment.start == NINE


def test_a_lapsed_hold_sends_although_a_shorter_slot_beside_it_moved_the_grid(
    office: Office,
) -> None:
    hold = hold_slot(office, TEN)
    office.clock.advance(3600)
    put_event(office, NINE, NINE + 20 * 60)

    appointment, _ = send_request(office, TEN, hold=hold.id, visitor="olaf")

    assert TEN not in free_starts(office)
    assert appointment.start == TEN


def test_a_lapsed_hold_does_not_send_once_the_slot_is_taken(office: Office) -> None:
    hold = hold_slot(office)
    office.clock.advance(3600)
    send_request(office)

    with pytest.raises(SlotTakenError):
        send_request(office, hold=hold.id, visitor="olaf")


def test_the_held_counsellor_is_the_one_who_gets_the_request(office: Office) -> None:
    open_times(office, BOB)
    send_request(office, TEN, counsellor=BOB)
    hold = hold_slot(office, counsellor=BOB)

    appointment, _ = send_request(office, hold=hold.id, visitor="olaf")

    assert appointment.counsellor == BOB


def test_a_hold_for_another_time_goes_with_the_request(office: Office) -> None:
    hold = hold_slot(office, TEN)

    send_request(office, ELEVEN, hold=hold.id, visitor="olaf")

    assert free_starts(office) == [NINE, TEN]


def test_a_hold_that_finds_its_slot_taken_leaves_the_earlier_one(office: Office) -> None:
    hold_slot(office, TEN)
    send_request(office, NINE)

    with pytest.raises(SlotTakenError):
        hold_slot(office, NINE)

    assert free_starts(office) == [ELEVEN]


def test_a_hold_can_be_extended_and_released_by_its_visitor_alone(office: Office) -> None:
    hold = hold_slot(office)
    office.clock.advance(600)

    extended = extend_hold(office.ports, hold.id, visitor="olaf")

    assert extended.expires_at == office.clock.now() + 15 * 60
    with pytest.raises(NotFoundError):
        extend_hold(office.ports, hold.id, visitor="mallory")
    release_hold(office.ports, hold.id, visitor="mallory")
    assert NINE not in free_starts(office)
    release_hold(office.ports, hold.id, visitor="olaf")
    assert NINE in free_starts(office)


def test_a_hold_whose_time_was_taken_cannot_be_extended(office: Office) -> None:
    hold = hold_slot(office)
    office.clock.advance(3600)
    send_request(office)

    with pytest.raises(SlotTakenError):
        extend_hold(office.ports, hold.id, visitor="olaf")


def test_holds_need_a_visitor(office: Office) -> None:
    with pytest.raises(InvalidInputError):
        hold_slot(office, visitor="")


def test_an_appointment_is_found_by_its_code_in_its_institution(office: Office) -> None:
    appointment, code = send_request(office)

    found = look_up(office.ports, institution="mitte", code=code.lower().replace("-", " "))

    assert found == appointment
    with pytest.raises(NotFoundError):
        look_up(office.ports, institution="nord", code=code)
    with pytest.raises(NotFoundError):
        look_up(office.ports, institution="mitte", code="0000-0000-0000")


def test_what_the_client_sees_is_noted_and_leaves_the_calendar(office: Office) -> None:
    appointment, code = send_request(office)
    confirm(office.ports, Actor(ALICE, "web"), appointment.id)
    before = office.objects(ALICE, "appointments")[appointment.href or ""]

    found = look_up(office.ports, institution="mitte", code=code, seen=True)

    after = office.objects(ALICE, "appointments")[appointment.href or ""]
    assert found.known is Known.SEEN
    assert "SUMMARY:Noch nicht gelesen · Termin" in before
    assert "SUMMARY:Termin" in after


def test_looking_without_being_seen_changes_nothing(office: Office) -> None:
    appointment, code = send_request(office)
    confirm(office.ports, Actor(ALICE, "web"), appointment.id)

    found = look_up(office.ports, institution="mitte", code=code)

    assert found.known is Known.NOT_YET


def test_a_request_can_be_withdrawn_and_its_slot_is_free(office: Office) -> None:
    appointment, code = send_request(office)

    found = cancel_by_client(office.ports, institution="mitte", code=code, via="web")

    assert found.state is State.WITHDRAWN
    assert NINE in free_starts(office)
    text = office.objects(ALICE, "appointments")[appointment.href or ""]
    assert "STATUS:CANCELLED" in text
    assert "withdrawn" in [mail.kind for mail in office.mails()]


def test_a_confirmed_appointment_can_be_cancelled_until_its_start(office: Office) -> None:
    appointment, code = send_request(office)
    confirm(office.ports, Actor(ALICE, "web"), appointment.id)
    office.clock.instant = NINE - 1

    found = cancel_by_client(office.ports, institution="mitte", code=code, via="web")

    assert found.state is State.CANCELLED_BY_CLIENT


def test_an_appointment_that_has_begun_cannot_be_cancelled(office: Office) -> None:
    appointment, code = send_request(office)
    confirm(office.ports, Actor(ALICE, "web"), appointment.id)
    office.clock.instant = NINE

    with pytest.raises(InvalidTransitionError):
        cancel_by_client(office.ports, institution="mitte", code=code, via="web")


def test_a_centre_may_want_to_know_earlier(office: Office) -> None:
    limits = replace(office.institution().limits, cancel_until_hours_before=2)
    office.configure(replace(office.institution(), limits=limits))
    appointment, code = send_request(office)
    confirm(office.ports, Actor(ALICE, "web"), appointment.id)
    office.clock.instant = NINE - 2 * 3600

    with pytest.raises(InvalidTransitionError):
        cancel_by_client(office.ports, institution="mitte", code=code, via="web")


def test_what_was_cancelled_cannot_be_cancelled_again(office: Office) -> None:
    _, code = send_request(office)
    cancel_by_client(office.ports, institution="mitte", code=code, via="web")

    with pytest.raises(InvalidTransitionError):
        cancel_by_client(office.ports, institution="mitte", code=code, via="web")


def propose(office: Office, appointment: Appointment, start: int) -> None:
    reschedule(office.ports, Actor(ALICE, "web"), appointment.id, start=start)
    minutes = office.institution().limits.undo_minutes
    office.clock.advance(minutes * 60)


def test_a_proposed_time_is_accepted_at_the_time_that_was_shown(office: Office) -> None:
    appointment, code = send_request(office)
    propose(office, appointment, TEN)

    with pytest.raises(ConflictError):
        accept_by_client(office.ports, institution="mitte", code=code, via="web", start=NINE)
    found = accept_by_client(office.ports, institution="mitte", code=code, via="web", start=TEN)

    assert (found.state, found.start) == (State.CONFIRMED, TEN)
    assert free_starts(office) == [NINE, ELEVEN]


def test_a_refused_proposal_frees_the_slot(office: Office) -> None:
    appointment, code = send_request(office)
    propose(office, appointment, TEN)

    found = refuse_by_client(office.ports, institution="mitte", code=code, via="web")

    assert found.state is State.DECLINED
    assert free_starts(office) == [NINE, TEN, ELEVEN]


def test_who_refuses_a_rescheduled_appointment_cancels_it(office: Office) -> None:
    appointment, code = send_request(office)
    confirm(office.ports, Actor(ALICE, "web"), appointment.id)
    propose(office, appointment, TEN)

    found = refuse_by_client(office.ports, institution="mitte", code=code, via="web")

    assert found.state is State.CANCELLED_BY_CLIENT


def test_there_is_nothing_to_accept_in_a_request(office: Office) -> None:
    _, code = send_request(office)

    with pytest.raises(InvalidTransitionError):
        accept_by_client(office.ports, institution="mitte", code=code, via="web")


def test_a_request_can_be_acted_on_by_its_id_within_its_institution(office: Office) -> None:
    appointment, _ = send_request(office)

    with pytest.raises(NotFoundError):
        cancel_by_client(
            office.ports, institution="nord", appointment_id=appointment.id, via="link"
        )
    cancel_by_client(office.ports, institution="mitte", appointment_id=appointment.id, via="link")

    assert stored(office, appointment).state is State.WITHDRAWN


def test_the_form_is_what_the_page_sends(office: Office) -> None:
    open_times(office, weekdays=(1,), start=time(15), end=time(16))

    appointment, _ = request_appointment(
        office.ports,
        make_form(at(TUESDAY, "15:00"), locale="en", wants_ics=True, channel=Channel.ON_SITE),
        via="api",
    )

    assert (appointment.locale, appointment.wants_ics) == ("en", True)
    assert appointment.channel is Channel.ON_SITE


@pytest.mark.parametrize("start", [-62_135_596_800, 10**18])
def test_an_instant_that_no_calendar_has_is_refused(office: Office, start: int) -> None:
    with pytest.raises(InvalidInputError):
        hold_slot(office, start)

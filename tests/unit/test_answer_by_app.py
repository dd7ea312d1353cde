"""What a counsellor's calendar app does to an appointment's object, through the write path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from assisto_caldav.domain.appointment import Deletion, State
from assisto_caldav.errors import (
    EtagMismatchError,
    NotFoundError,
    SchedulingObjectChangeError,
    UidConflictError,
)
from assisto_caldav.usecases.answer import confirm, undo
from assisto_caldav.usecases.expire import expire_and_settle
from tests.appointments import (
    HOUR,
    MINUTE,
    PAGE,
    TEN,
    answer,
    appointment,
    change,
    delete,
    is_taken,
    line,
    mails,
    make_request,
    moved,
    put,
    stored,
    text_of,
    there,
    with_partstat,
)
from tests.office import NOW, Office, open_office

UNDO = 10 * MINUTE


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as opened:
        yield opened


def test_an_acceptance_confirms_and_the_server_writes_it_down(office: Office) -> None:
    make_request(office)
    before = there(office)

    outcome = answer(office, "ACCEPTED", if_match=(before.etag,))

    after = there(office)
    assert appointment(office).state is State.CONFIRMED
    assert line(after.text, "STATUS") == "STATUS:CONFIRMED"
    assert line(after.text, "X-MICROSOFT-CDO-BUSYSTATUS").endswith(":BUSY")
    assert line(after.text, "SUMMARY") == "SUMMARY:Termin · Video · 7F3K"
    assert line(after.text, "SEQUENCE") == "SEQUENCE:1"
    assert "PARTSTAT=ACCEPTED" in line(after.text, "ATTENDEE")
    assert (outcome.created, outcome.etag) == (False, None)
    assert outcome.schedule_tag == after.schedule_tag != before.schedule_tag
    assert mails(office) == [("client", "confirmed")]


@pytest.mark.parametrize(
    ("name", "new"),
    [
        ("STATUS", "STATUS:CONFIRMED"),
        ("X-MICROSOFT-CDO-BUSYSTATUS", "X-MICROSOFT-CDO-BUSYSTATUS:BUSY"),
    ],
)
def test_apps_without_partstat_confirm_by_status(office: Office, name: str, new: str) -> None:
    make_request(office)

    put(office, change(text_of(office), name, new))

    assert appointment(office).state is State.CONFIRMED
    assert "PARTSTAT=ACCEPTED" in line(text_of(office), "ATTENDEE")


def test_tentative_is_stored_as_sent_and_changes_no_term(office: Office) -> None:
    make_request(office)
    before = there(office)
    text = with_partstat(before.text, "TENTATIVE")

    outcome = put(office, text, if_match=(before.etag,))

    assert text_of(office) == text
    assert outcome.etag == there(office).etag
    assert outcome.schedule_tag == there(office).schedule_tag
    assert appointment(office).state is State.REQUESTED
    assert mails(office) == []


def test_a_stale_if_match_does_not_matter_for_partstat_alone(office: Office) -> None:
    make_request(office)
    text = with_partstat(text_of(office), "ACCEPTED")
    answer(office, "TENTATIVE")

    put(office, text, if_match=("stale",))

    assert appointment(office).state is State.CONFIRMED


def test_a_stale_if_match_matters_for_anything_else(office: Office) -> None:
    make_request(office)
    text = change(text_of(office), "DESCRIPTION", "DESCRIPTION:Akte 12")

    with pytest.raises(EtagMismatchError):
        put(office, with_partstat(text, "ACCEPTED"), if_match=("stale",))


def test_a_lower_sequence_is_a_stale_copy_even_without_if_match(office: Office) -> None:
    make_request(office)
    old = text_of(office)
    answer(office, "ACCEPTED")

    with pytest.raises(EtagMismatchError):
        put(office, change(old, "DESCRIPTION", "DESCRIPTION:Akte 12"))


def test_two_devices_answer_differently_and_the_first_wins(office: Office) -> None:
    make_request(office)
    seen = there(office)
    answer(office, "ACCEPTED", if_match=(seen.etag,))

    with pytest.raises(EtagMismatchError):
        put(office, with_partstat(seen.text, "DECLINED"), if_match=(seen.etag,))

    assert appointment(office).state is State.CONFIRMED


@pytest.mark.parametrize("partstat", ["ACCEPTED", "DECLINED"])
def test_a_repeated_equal_answer_succeeds_and_does_nothing(office: Office, partstat: str) -> None:
    make_request(office)
    seen = there(office)
    text = with_partstat(seen.text, partstat)
    put(office, text, if_match=(seen.etag,))
    before = stored(office), appointment(office), mails(office)

    outcome = put(office, text, if_match=(seen.etag,))

    assert (stored(office), appointment(office), mails(office)) == before
    assert (outcome.created, outcome.etag) == (False, None)


def test_what_people_type_is_put_back_and_answered_without_etag(office: Office) -> None:
    make_request(office)
    before = text_of(office)
    text = change(before, "SUMMARY", "SUMMARY:Frau Hopper")
    text = change(text, "LOCATION", "LOCATION:bei Frau Hopper")
    text = change(text, "DESCRIPTION", "DESCRIPTION:Akte 12")

    outcome = put(office, text)

    after = text_of(office)
    assert outcome.etag is None
    assert line(after, "SUMMARY") == line(before, "SUMMARY")
    assert line(after, "LOCATION") == ""
    assert line(after, "DESCRIPTION") == "DESCRIPTION:Akte 12"
    assert "Hopper" not in after


def test_alarms_and_notes_survive_the_confirmation_byte_for_byte(office: Office) -> None:
    make_request(office)
    alarm = (
        "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Akte\r\n  mit Umbruch\r\n"
        "TRIGGER:-PT15M\r\nX-APPLE-DEFAULT-ALARM:TRUE\r\nEND:VALARM\r\n"
    )
    text = text_of(office).replace("END:VEVENT", f"X-MOZ-LASTACK:1\r\n{alarm}END:VEVENT")
    put(office, text)

    confirm(office.ports, PAGE, "a1")

    assert f"X-MOZ-LASTACK:1\r\n{alarm}" in text_of(office)


def test_missing_and_backward_values_are_no_gesture(office: Office) -> None:
    make_request(office)
    answer(office, "ACCEPTED")
    text = change(text_of(office), "STATUS", None)
    text = with_partstat(text, "NEEDS-ACTION")

    put(office, text)

    assert appointment(office).state is State.CONFIRMED
    assert line(text_of(office), "STATUS") == "STATUS:CONFIRMED"
    assert "PARTSTAT=ACCEPTED" in line(text_of(office), "ATTENDEE")


@pytest.mark.parametrize(
    ("name", "new"),
    [
        ("ORGANIZER", "ORGANIZER:mailto:alice@mitte.example"),
        ("ORGANIZER", None),
        ("UID", "UID:another"),
        ("RRULE", "RRULE:FREQ=WEEKLY;COUNT=3"),
        ("RDATE", "RDATE:20261208T090000Z"),
        ("CONTACT", "CONTACT:x\r\nATTENDEE:mailto:grace@post.example"),
    ],
)
def test_what_an_attendee_may_not_change_is_refused(
    office: Office, name: str, new: str | None
) -> None:
    make_request(office)
    before = there(office)

    with pytest.raises(SchedulingObjectChangeError) as caught:
        put(office, change(before.text, name, new))

    assert caught.value.scheduling_precondition == "allowed-attendee-scheduling-object-change"
    assert caught.value.precondition == "need-privileges"
    assert there(office) == before


def test_a_decline_removes_the_object_but_keeps_the_time_and_the_mail(office: Office) -> None:
    make_request(office)

    outcome = answer(office, "DECLINED")

    assert stored(office) is None
    assert appointment(office).state is State.DECLINED
    assert (outcome.created, outcome.etag, outcome.schedule_tag) == (False, None, None)
    assert is_taken(office, TEN)
    told = next(mail for mail in office.mails() if mail.recipient == "client")
    assert (told.kind, told.not_before) == ("declined", NOW + UNDO)
    assert ("counsellor", "undo_offer") in mails(office)


def test_after_the_minutes_a_decline_frees_the_time(office: Office) -> None:
    make_request(office)
    answer(office, "DECLINED")
    office.clock.advance(UNDO)

    expire_and_settle(office.ports)

    assert not is_taken(office, TEN)
    assert appointment(office).undo is None
    assert ("client", "declined") in mails(office)


def test_undo_brings_back_the_object_the_state_and_takes_back_the_mail(office: Office) -> None:
    make_request(office)
    put(office, change(text_of(office), "DESCRIPTION", "DESCRIPTION:Akte 12"))
    answer(office, "DECLINED")

    undo(office.ports, PAGE, "a1")

    text = text_of(office)
    assert appointment(office).state is State.REQUESTED
    assert appointment(office).answer_by == NOW + 48 * HOUR
    assert line(text, "SEQUENCE") == "SEQUENCE:1"
    assert line(text, "DESCRIPTION") == "DESCRIPTION:Akte 12"
    assert "PARTSTAT=NEEDS-ACTION" in line(text, "ATTENDEE")
    assert mails(office) == []


@pytest.mark.parametrize("gesture", ["decline", "delete"])
def test_a_put_of_the_same_uid_brings_it_back(office: Office, gesture: str) -> None:
    make_request(office)
    confirm(office.ports, PAGE, "a1")
    text = text_of(office)
    if gesture == "delete":
        delete(office)
    else:
        answer(office, "DECLINED")

    outcome = put(office, text, href="again.ics", if_none_match=True)

    assert outcome.created
    assert outcome.etag is None
    assert there(office).href == appointment(office).href == "again.ics"
    assert appointment(office).state is State.CONFIRMED
    assert appointment(office).deletion is Deletion.NONE
    assert line(text_of(office), "SEQUENCE") == "SEQUENCE:2"
    assert mails(office) == [("client", "confirmed")]


def test_a_delete_waits_and_then_cancels(office: Office) -> None:
    make_request(office)
    confirm(office.ports, PAGE, "a1")
    delete(office)
    waiting = appointment(office), is_taken(office, TEN), mails(office)
    office.clock.advance(UNDO)

    expire_and_settle(office.ports)

    assert waiting[0].state is State.CONFIRMED
    assert waiting[0].deletion is Deletion.PENDING
    assert waiting[1]
    assert waiting[2] == [("client", "confirmed"), ("counsellor", "undo_offer")]
    assert appointment(office).state is State.CANCELLED_BY_COUNSELLOR
    assert not is_taken(office, TEN)
    assert ("client", "cancelled") in mails(office)


def test_a_delete_of_what_is_over_cancels_nothing(office: Office) -> None:
    make_request(office)
    confirm(office.ports, PAGE, "a1")
    office.clock.instant = TEN + HOUR
    delete(office)
    office.clock.advance(UNDO)

    expire_and_settle(office.ports)

    assert appointment(office).state is State.CONFIRMED
    assert stored(office) is None
    assert mails(office) == [("client", "confirmed")]


def test_an_app_that_empties_itself_cancels_nothing(office: Office) -> None:
    for day in range(5):
        make_request(office, f"a{day}", start=TEN + day * 24 * HOUR)
    for day in range(5):
        delete(office, f"a{day}.ics")
    office.clock.advance(UNDO)

    expire_and_settle(office.ports)

    found = [appointment(office, f"a{day}") for day in range(5)]
    assert {one.deletion for one in found} == {Deletion.PARKED}
    assert {one.state for one in found} == {State.REQUESTED}
    assert is_taken(office, TEN)
    assert [mail.kind for mail in office.mails()] == ["deletions_parked"]


def test_three_deletions_are_no_mass_deletion(office: Office) -> None:
    for day in range(3):
        make_request(office, f"a{day}", start=TEN + day * 24 * HOUR)

    for day in range(3):
        delete(office, f"a{day}.ics")

    assert appointment(office, "a0").deletion is Deletion.PENDING


def test_a_moved_appointment_holds_its_new_time_at_once(office: Office) -> None:
    make_request(office)
    confirm(office.ports, PAGE, "a1")

    outcome = put(office, moved(text_of(office), "1400"))

    after = appointment(office)
    assert (after.state, after.start) == (State.RESCHEDULED, TEN + 4 * HOUR)
    assert not is_taken(office, TEN)
    assert is_taken(office, TEN + 4 * HOUR)
    assert line(text_of(office), "SEQUENCE") == "SEQUENCE:2"
    assert outcome.etag is None
    told = next(mail for mail in office.mails() if mail.kind == "rescheduled")
    assert told.not_before == NOW + UNDO


def test_undo_moves_back(office: Office) -> None:
    make_request(office)
    confirm(office.ports, PAGE, "a1")
    put(office, moved(text_of(office), "1400"))

    undo(office.ports, PAGE, "a1")

    assert (appointment(office).state, appointment(office).start) == (State.CONFIRMED, TEN)
    assert line(text_of(office), "DTSTART") == "DTSTART;TZID=Europe/Berlin:20261207T100000"
    assert mails(office) == [("client", "confirmed")]


def test_moving_back_by_hand_undoes_the_move(office: Office) -> None:
    make_request(office)
    confirm(office.ports, PAGE, "a1")
    put(office, moved(text_of(office), "1400"))

    put(office, moved(text_of(office), "1000"))

    assert (appointment(office).state, appointment(office).start) == (State.CONFIRMED, TEN)
    assert mails(office) == [("client", "confirmed")]


def test_a_moved_request_proposes_another_time_even_when_accepted(office: Office) -> None:
    make_request(office)

    put(office, with_partstat(moved(text_of(office), "1400"), "ACCEPTED"))

    assert appointment(office).state is State.PROPOSED
    assert appointment(office).start == TEN + 4 * HOUR
    assert line(text_of(office), "STATUS") == "STATUS:TENTATIVE"


def test_an_undone_proposal_can_be_accepted_by_the_same_gesture(office: Office) -> None:
    make_request(office)
    put(office, moved(text_of(office), "1400"))
    undo(office.ports, PAGE, "a1")

    answer(office, "ACCEPTED")

    assert appointment(office).state is State.CONFIRMED


@pytest.mark.parametrize("clock", ["1430", "1500", "1450"])
def test_a_move_onto_another_appointment_is_refused(office: Office, clock: str) -> None:
    make_request(office)
    make_request(office, "a2", start=TEN + 5 * HOUR)
    before = there(office)

    with pytest.raises(SchedulingObjectChangeError):
        put(office, moved(before.text, clock))

    assert there(office) == before
    assert appointment(office).start == TEN


def test_a_move_onto_an_own_event_is_stored(office: Office) -> None:
    make_request(office)
    put(office, own_event("own", "20261207T140000"), href="own.ics")

    put(office, moved(text_of(office), "1400"))

    assert appointment(office).start == TEN + 4 * HOUR


def test_the_uid_of_an_appointment_lives_in_one_place(office: Office) -> None:
    make_request(office)
    text = text_of(office)

    with pytest.raises(SchedulingObjectChangeError) as other_collection:
        put(office, text, collection="absences", href="x.ics")
    with pytest.raises(SchedulingObjectChangeError) as other_href:
        put(office, text, href="x.ics")

    assert (
        other_collection.value.scheduling_precondition
        == other_href.value.scheduling_precondition
        == "unique-scheduling-object-resource"
    )


def test_an_own_event_with_our_organizer_is_her_own(office: Office) -> None:
    text = own_event("own", "20261207T100000").replace(
        "END:VEVENT", "ORGANIZER:mailto:termine@mitte.example\r\nEND:VEVENT"
    )

    outcome = put(office, text, href="own.ics")

    assert outcome.created
    assert outcome.etag is not None
    assert outcome.schedule_tag is not None
    assert office.objects("alice@mitte.example", "appointments") == {"own.ics": text}


def test_another_uid_at_the_same_href_is_a_conflict(office: Office) -> None:
    put(office, own_event("one", "20261207T100000"), href="own.ics")

    with pytest.raises(UidConflictError):
        put(office, own_event("two", "20261207T100000"), href="own.ics")


def test_a_delete_of_nothing_is_not_found(office: Office) -> None:
    with pytest.raises(NotFoundError):
        delete(office, "nothing.ics")


def own_event(uid: str, start: str) -> str:
    rows = (
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//app//EN", "BEGIN:VEVENT", f"UID:{uid}",
        "DTSTAMP:20261130T110000Z", f"DTSTART;TZID=Europe/Berlin:{start}", "DURATION:PT1H",
        "SUMMARY:Smith, John", "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    return "\r\n".join(rows)


def test_many_deletions_are_parked_also_without_minutes_to_undo(office: Office) -> None:
    centre = office.institution()
    office.configure(replace(centre, limits=replace(centre.limits, undo_minutes=0)))
    names = [f"a{number}" for number in range(4)]
    for number, name in enumerate(names):
        make_request(office, name, start=TEN + 2 * number * HOUR)

    for name in names:
        delete(office, f"{name}.ics")

    assert {appointment(office, name).deletion for name in names} == {Deletion.PARKED}
    office.clock.advance(HOUR)
    expire_and_settle(office.ports)
    assert {appointment(office, name).state for name in names} == {State.REQUESTED}


def test_a_single_deletion_without_minutes_to_undo_waits_a_moment_and_offers_nothing(
    office: Office,
) -> None:
    centre = office.institution()
    office.configure(replace(centre, limits=replace(centre.limits, undo_minutes=0)))
    make_request(office)

    delete(office)

    assert mails(office) == []
    office.clock.advance(MINUTE)
    expire_and_settle(office.ports)
    assert appointment(office).state is State.DECLINED
    assert ("client", "declined") in mails(office)

"""Closing days that administrators draw: everybody's time, locked and blocked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from assisto_caldav.domain.collection import CollectionKind
from assisto_caldav.errors import (
    InvalidInputError,
    KeptInConfigError,
    NotAllowedError,
    NotFoundError,
    SlotTakenError,
)
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.appointments import open_appointment
from assisto_caldav.usecases.calendars import delete_object, move_object, put_object
from assisto_caldav.usecases.find_slots import SlotWish, explain_time, find_slots
from assisto_caldav.usecases.offer import offer_further
from assisto_caldav.usecases.shared_collections import logins_to_lock
from tests.office import (
    ALICE,
    BOB,
    CAROL,
    FRANK,
    MONDAY,
    Office,
    at,
    open_office,
    open_times,
    put_event,
    send_request,
    utc,
)

TUESDAY = MONDAY + timedelta(days=1)
WISH = SlotWish("mitte", "s1", None, MONDAY, TUESDAY)


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as made:
        open_times(made, ALICE)
        open_times(made, BOB)
        yield made


def close(
    office: Office, *lines: str, by: str = FRANK, owner: str = "mitte", href: str = "trip.ics"
) -> None:
    text = "\r\n".join(
        [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN", "BEGIN:VEVENT", "UID:trip",
            "DTSTAMP:20261101T000000Z", *lines, "END:VEVENT", "END:VCALENDAR", "",
        ]
    )  # fmt: skip
    put_object(
        office.ports,
        Actor(by, "caldav"),
        owner=owner,
        collection="closing-days",
        href=href,
        raw=text.encode(),
    )


def all_day() -> tuple[str, ...]:
    return (
        f"DTSTART;VALUE=DATE:{MONDAY:%Y%m%d}",
        f"DTEND;VALUE=DATE:{TUESDAY:%Y%m%d}",
        "TRANSP:TRANSPARENT",
    )


def days(office: Office) -> set[tuple[str, bool]]:
    found = find_slots(office.ports, WISH)
    return {(slot.counsellor, slot.start < at(TUESDAY, "00:00")) for slot in found}


def revisions(office: Office) -> tuple[int, ...]:
    with office.ports.database.reading() as unit:
        return unit.slot_facts.revision([ALICE, BOB, CAROL])


def test_a_closing_day_blocks_every_counsellor_although_apps_call_it_free(office: Office) -> None:
    before = days(office)

    close(office, *all_day())

    assert before == {(ALICE, True), (ALICE, False), (BOB, True), (BOB, False)}
    assert days(office) == {(ALICE, False), (BOB, False)}


def test_hours_can_be_closed(office: Office) -> None:
    start, end = at(MONDAY, "09:00"), at(MONDAY, "11:00")

    close(office, f"DTSTART:{utc(start)}", f"DTEND:{utc(end)}")

    first = find_slots(office.ports, WISH)[0]
    assert first.start == end


def test_a_closed_time_cannot_be_taken(office: Office) -> None:
    close(office, *all_day())

    with pytest.raises(SlotTakenError):
        send_request(office)


def test_a_counsellor_offers_no_time_in_which_the_centre_is_closed(office: Office) -> None:
    made, _ = send_request(office, counsellor=ALICE)
    close(office, *all_day())
    actor = Actor(ALICE, "web")

    with pytest.raises(InvalidInputError) as caught:
        offer_further(office.ports, actor, made.id, start=at(MONDAY, "17:00"), once="1")

    assert caught.value.what == "An diesem Tag ist geschlossen."
    offer_further(office.ports, actor, made.id, start=at(TUESDAY, "17:00"), once="1")


def test_a_cancelled_closing_day_closes_nothing(office: Office) -> None:
    close(office, *all_day(), "STATUS:CANCELLED")

    assert (BOB, True) in days(office)


def test_a_closing_day_far_beyond_the_index_still_closes(office: Office) -> None:
    close(office, *all_day(), "RRULE:FREQ=WEEKLY")
    with office.ports.database.writing() as unit:
        collection = unit.collections.get("mitte", "closing-days")
        assert collection is not None
        stored = unit.objects.get(collection.id, "trip.ics")
        assert stored is not None
        unit.objects.reindex(stored.id, [], expanded_until=0)

    assert days(office) == {(ALICE, False), (BOB, False)}


def test_another_institution_stays_open(office: Office) -> None:
    open_times(office, CAROL)
    before = find_slots(office.ports, SlotWish("nord", "s1", None, MONDAY, MONDAY))

    close(office, *all_day())

    assert before
    assert find_slots(office.ports, SlotWish("nord", "s1", None, MONDAY, MONDAY)) == before


def test_why_a_time_is_not_free_names_the_closing_day(office: Office) -> None:
    close(office, *all_day())

    why = explain_time(office.ports, WISH, at(MONDAY, "09:00"))

    assert "closing day" in [obstacle[0] for obstacle in why[ALICE].obstacles]
    assert "closing day" in [obstacle[0] for obstacle in why[BOB].obstacles]


def test_an_appointment_on_a_closing_day_stays_and_shows_the_conflict(office: Office) -> None:
    appointment, _ = send_request(office)

    close(office, *all_day())

    actor = Actor(appointment.counsellor, "web")
    view = open_appointment(office.ports, actor, appointment.id)
    assert [fact.kind for fact in view.conflicts] == ["absence"]


@pytest.mark.parametrize("owner", [ALICE, "mitte"])
def test_a_closing_day_locks_every_counsellor_and_anything_else_its_owner(
    office: Office, owner: str
) -> None:
    mitte = office.institution()

    assert logins_to_lock(mitte, owner=owner, name="closing-days") == {ALICE, BOB}
    assert logins_to_lock(mitte, owner=BOB, name="absences") == {BOB}


def test_writing_and_removing_is_news_for_every_counsellor_of_the_institution(
    office: Office,
) -> None:
    before = revisions(office)
    close(office, *all_day(), by=ALICE, owner=ALICE)
    between = revisions(office)
    delete_object(
        office.ports,
        Actor(ALICE, "caldav"),
        owner=ALICE,
        collection="closing-days",
        href="trip.ics",
    )
    after = revisions(office)

    assert all(old < new for old, new in zip(before[:2], between[:2], strict=True))
    assert all(old < new for old, new in zip(between[:2], after[:2], strict=True))
    assert before[2] == after[2]


def test_an_own_event_moved_into_closing_days_blocks_colleagues(office: Office) -> None:
    put_event(office, at(MONDAY, "09:00"), at(MONDAY, "12:00"))
    [href] = office.objects(ALICE, "appointments")

    move_object(
        office.ports,
        Actor(ALICE, "caldav"),
        source=(ALICE, "appointments", href),
        target=(ALICE, "closing-days", href),
    )

    assert days(office) == {(ALICE, False), (BOB, False)}


@pytest.mark.parametrize(
    ("by", "owner", "error"),
    [
        (BOB, BOB, NotAllowedError),
        (BOB, "mitte", NotAllowedError),
        (BOB, ALICE, NotFoundError),
        (CAROL, "mitte", NotFoundError),
        (FRANK, BOB, NotFoundError),
        (FRANK, "nord", NotFoundError),
        ("mallory@evil.example", "mitte", NotFoundError),
    ],
)
def test_others_close_nothing(office: Office, by: str, owner: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        close(office, *all_day(), by=by, owner=owner)

    assert (BOB, True) in days(office)


def test_what_config_keeps_is_not_written(office: Office) -> None:
    with pytest.raises(KeptInConfigError, match="closing_days"):
        close(office, *all_day(), href="config-20261130.ics")


def test_nobody_writes_public_holidays(office: Office) -> None:
    with pytest.raises(NotAllowedError):
        put_object(
            office.ports,
            Actor(FRANK, "caldav"),
            owner="mitte",
            collection=CollectionKind.PUBLIC_HOLIDAYS.value,
            href="x.ics",
            raw=(
                b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:x\r\n"
                b"DTSTAMP:20261101T000000Z\r\nDTSTART:20261201T090000Z\r\nEND:VEVENT\r\n"
                b"END:VCALENDAR\r\n"
            ),
        )

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.institution import ClosingDay
from assisto_caldav.domain.service import Service
from assisto_caldav.errors import InvalidInputError, NotFoundError, UnavailableError
from assisto_caldav.usecases.find_slots import (
    FreeSlot,
    SlotWish,
    explain_time,
    find_slots,
    next_slots,
)
from tests.office import (
    ALICE,
    BOB,
    CAROL,
    COUPLE,
    FRANK,
    MONDAY,
    TALK,
    Office,
    at,
    make_entry,
    open_office,
    open_times,
    put_event,
    send_request,
)

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as made:
        open_times(made)
        yield made


def make_wish(**changes: Any) -> SlotWish:
    return replace(SlotWish("mitte", "s1", None, MONDAY, MONDAY), **changes)


def starts(office: Office, **changes: Any) -> list[int]:
    return [slot.start for slot in find_slots(office.ports, make_wish(**changes))]


def change_limits(office: Office, **changes: Any) -> None:
    institution = office.institution()
    office.configure(replace(institution, limits=replace(institution.limits, **changes)))


def test_a_slot_says_when_with_whom_and_how(office: Office) -> None:
    first = find_slots(office.ports, make_wish())[0]

    assert first == FreeSlot(
        start=at(MONDAY, "09:00"),
        end=at(MONDAY, "09:50"),
        service="s1",
        channels=(Channel.ON_SITE, Channel.PHONE, Channel.VIDEO),
        counsellor=ALICE,
    )


def test_slots_of_several_counsellors_come_by_start_then_in_the_order_of_config(
    office: Office,
) -> None:
    open_times(office, BOB, start=time(10))

    found = find_slots(office.ports, make_wish())

    assert [(slot.start, slot.counsellor) for slot in found[:3]] == [
        (at(MONDAY, "09:00"), ALICE),
        (at(MONDAY, "10:00"), ALICE),
        (at(MONDAY, "10:00"), BOB),
    ]


def test_one_counsellor_can_be_asked_for(office: Office) -> None:
    open_times(office, BOB, start=time(10))

    assert len(starts(office, counsellor=BOB)) == 2


def test_an_own_event_takes_slots_away_and_a_transparent_one_does_not(office: Office) -> None:
    put_event(office, at(MONDAY, "09:00"), at(MONDAY, "10:00"))
    put_event(office, at(MONDAY, "11:00"), at(MONDAY, "12:00"), extra="TRANSP:TRANSPARENT\r\n")

    assert starts(office) == [at(MONDAY, "10:00"), at(MONDAY, "11:00")]


def test_a_request_takes_its_time_for_every_service(office: Office) -> None:
    send_request(office, at(MONDAY, "10:00"))

    assert starts(office) == [at(MONDAY, "09:00"), at(MONDAY, "11:00")]
    assert starts(office, service="s2") == []


def test_public_holidays_and_closing_days_are_closed(office: Office) -> None:
    outing = ClosingDay(name="Ausflug", first=TUESDAY, last=TUESDAY)
    office.configure(replace(office.institution(), closing_days=(outing,)))

    assert starts(office, first=date(2026, 12, 25), last=date(2026, 12, 26)) == []
    assert starts(office, first=TUESDAY, last=TUESDAY) == []
    assert len(starts(office)) == 3


def test_notice_and_horizon_bound_what_is_offered(office: Office) -> None:
    change_limits(office, notice_hours=24, horizon_days=8)

    found = starts(office, first=date(2026, 11, 1), last=date(2027, 12, 31))

    now = office.clock.now()
    assert found[0] >= now + 24 * 3600
    assert found[-1] <= now + 8 * 86400
    assert at(date(2026, 12, 8), "11:00") in found


def test_a_day_that_is_full_is_offered_no_more(office: Office) -> None:
    change_limits(office, max_per_day=1)
    send_request(office, at(MONDAY, "09:00"))

    assert starts(office) == []
    assert len(starts(office, first=TUESDAY, last=TUESDAY)) == 3


def test_an_inactive_counsellor_is_not_offered(office: Office) -> None:
    with office.ports.database.writing() as unit:
        member = unit.people.staff(ALICE)
        assert member is not None
        unit.people.save_staff(replace(member, active=False))

    assert starts(office) == []


def test_a_counsellor_offers_only_their_own_services(office: Office) -> None:
    staff = (make_entry(ALICE, services=frozenset({"s2"})), make_entry(BOB))
    office.configure(replace(office.institution(), staff=staff))

    assert starts(office) == []
    assert len(starts(office, service="s2")) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"service": "s9"}, "service"),
        ({"service": "s2", "channel": Channel.VIDEO}, "channel"),
        ({"channel": Channel.CHAT}, "channel"),
        ({"counsellor": FRANK}, "counsellor"),
        ({"counsellor": CAROL}, "counsellor"),
    ],
)
def test_a_wish_that_config_does_not_know_names_its_field(
    office: Office, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        find_slots(office.ports, make_wish(**changes))

    assert refused.value.field == field


def test_a_service_that_is_inactive_is_not_offered(office: Office) -> None:
    services = (replace(TALK, active=False), COUPLE)
    office.configure(replace(office.institution(), services=services))

    with pytest.raises(InvalidInputError):
        find_slots(office.ports, make_wish())


def test_an_unknown_institution_has_no_slots(office: Office) -> None:
    with pytest.raises(NotFoundError):
        find_slots(office.ports, make_wish(institution="sued"))


def test_a_late_worker_never_opens_a_slot(office: Office) -> None:
    put_event(office, at(MONDAY, "09:00"), at(MONDAY, "10:00"), extra="RRULE:FREQ=WEEKLY\r\n")
    far = MONDAY + timedelta(weeks=152)  # winter again, as in December
    change_limits(office, horizon_days=3000)

    found = starts(office, first=far, last=far)

    assert found == [at(far, "10:00"), at(far, "11:00")]


def test_nothing_is_offered_when_a_calendar_object_cannot_be_read(office: Office) -> None:
    put_event(office, at(MONDAY, "09:00"), at(MONDAY, "10:00"), extra="RRULE:FREQ=WEEKLY\r\n")
    with office.ports.database.writing() as unit:
        collection = unit.collections.get(ALICE, "appointments")
        assert collection is not None
        stored = next(unit.objects.all(collection.id))
        broken = stored._replace(text="no calendar at all", expanded_until=office.clock.now())
        unit.objects.put(broken, ())

    with pytest.raises(UnavailableError):
        find_slots(office.ports, make_wish())


def test_the_next_slots_are_sought_month_by_month_to_the_horizon(office: Office) -> None:
    with open_office() as other:
        open_times(other, first=date(2027, 1, 25), until=date(2027, 1, 29))
        found = next_slots(other.ports, "mitte", service="s1", channel=None, count=2)
        none = next_slots(other.ports, "mitte", service="s2", channel=None, after=1 << 34)

    day = date(2027, 1, 25)
    assert [slot.start for slot in found] == [at(day, "09:00"), at(day, "10:00")]
    assert none == []


def test_the_next_slots_are_different_times_from_an_instant_on(office: Office) -> None:
    open_times(office, BOB)

    found = next_slots(office.ports, "mitte", service="s1", channel=None, after=at(MONDAY, "10:00"))

    assert [slot.start for slot in found] == [
        at(MONDAY, "10:00"),
        at(MONDAY, "11:00"),
        at(TUESDAY, "09:00"),
    ]


def test_why_a_time_is_free_or_not_is_told_for_each_counsellor(office: Office) -> None:
    put_event(office, at(MONDAY, "09:30"), at(MONDAY, "10:00"))

    busy = explain_time(office.ports, make_wish(), at(MONDAY, "09:00"))
    free = explain_time(office.ports, make_wish(), at(MONDAY, "10:00"))

    assert [kind for kind, _ in busy[ALICE].obstacles] == ["busy"]
    assert free[ALICE].is_free
    assert not free[BOB].is_free


def test_days_of_changed_clocks_are_offered_in_wall_times() -> None:
    night = Service(id="s1", name="Nacht", duration_minutes=60, channels=(Channel.PHONE,))
    spring = date(2027, 3, 28)
    with open_office() as office:
        limits = replace(office.institution().limits, horizon_days=200)
        office.configure(replace(office.institution(), services=(night,), limits=limits))
        open_times(office, weekdays=(6,), start=time(0), end=time(4))

        found = starts(office, first=spring, last=spring)

    assert found == [at(spring, clock) for clock in ("00:00", "01:00", "03:00")]


def speak(office: Office, **tongues: tuple[str, ...]) -> None:
    centre = office.institution()
    staff = tuple(replace(one, languages=tongues.get(one.public_id, ())) for one in centre.staff)
    office.configure(replace(centre, staff=staff, languages=("de", "tr", "uk")))


def test_a_language_leaves_those_who_counsel_in_it(office: Office) -> None:
    open_times(office, BOB, start=time(10))
    speak(office, alice=("de",), bob=("de", "tr"))

    assert len(starts(office, language="tr")) == 2
    assert len(starts(office, language="de")) == 5
    soonest = next_slots(office.ports, "mitte", service="s1", channel=None, language="tr", count=1)
    assert soonest[0].counsellor == BOB


def test_who_names_no_language_counsels_in_all_of_the_centre(office: Office) -> None:
    speak(office)

    assert len(starts(office, language="uk")) == 3


def test_a_language_that_nobody_counsels_in_is_refused(office: Office) -> None:
    speak(office, alice=("de",), bob=("de",))

    with pytest.raises(InvalidInputError, match="In dieser Sprache") as caught:
        starts(office, language="tr")
    assert caught.value.field == "language"

"""The counsellor's own calendar objects and collections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from assisto_caldav.domain.collection import StoredObject
from assisto_caldav.domain.identity import Login
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.errors import (
    AssistoError,
    ConflictError,
    EtagMismatchError,
    InvalidCalendarObjectError,
    NotAllowedError,
    NotFoundError,
    SchedulingObjectChangeError,
    UidConflictError,
)
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.calendars import (
    delete_calendar,
    ensure_homes,
    make_calendar,
    move_object,
    set_properties,
)
from tests.appointments import APP, HOUR, TEN, delete, make_request, put
from tests.office import ALICE, BOB, CAROL, FRANK, TALK, Office, open_office

DAY = 24 * HOUR


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as opened:
        yield opened


def event(*more: str, uid: str = "own", start: str = "DTSTART:20261207T090000Z") -> str:
    given = {row.split(":")[0].split(";")[0] for row in more}
    default = () if "DTEND" in given or "VALUE=DATE" in start else ("DURATION:PT1H",)
    rows = (
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//app//EN", "BEGIN:VEVENT", f"UID:{uid}",
        "DTSTAMP:20261130T110000Z", start, *default, *more, "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    return "\r\n".join(rows)


def facts(office: Office, start: int = TEN, length: int = HOUR) -> list[tuple[str, int, int]]:
    with office.database.reading() as unit:
        window = Interval(start, start + length)
        found = unit.slot_facts.read([ALICE], window, now=office.clock.now())
    return [(fact.kind, fact.start, fact.end) for fact in found]


def get(office: Office, href: str, collection: str = "appointments") -> StoredObject:
    with office.database.reading() as unit:
        place = unit.collections.get(ALICE, collection)
        assert place is not None
        found = unit.objects.get(place.id, href)
    assert found is not None
    return found


def test_the_clients_bytes_are_what_is_stored(office: Office) -> None:
    text = event("SUMMARY:Smith, John", "X-APPLE-STRUCTURED-LOCATION;X-T=a:geo:1,2").replace(
        "X-T=a", "X-T=\r\n a"
    )

    outcome = put(office, text, href="own.ics")

    assert get(office, "own.ics").text == text
    assert outcome.etag == get(office, "own.ics").etag
    assert outcome.created


def test_a_transcoded_body_is_answered_without_etag(office: Office) -> None:
    outcome = put(office, event("SUMMARY:Büro").encode("latin-1"), href="own.ics")

    assert outcome.etag is None
    assert "SUMMARY:Büro" in get(office, "own.ics").text


@pytest.mark.parametrize(
    ("collection", "lines", "start", "expected"),
    [
        ("appointments", (), "DTSTART:20261207T090000Z", ["busy"]),
        ("appointments", ("TRANSP:TRANSPARENT",), "DTSTART:20261207T090000Z", []),
        ("appointments", ("STATUS:CANCELLED",), "DTSTART:20261207T090000Z", []),
        (
            "appointments",
            ("ATTENDEE;PARTSTAT=DECLINED:MAILTO:Alice@mitte.example",),
            "DTSTART:20261207T090000Z",
            [],
        ),
        ("absences", ("TRANSP:TRANSPARENT",), "DTSTART:20261207T090000Z", ["absence"]),
        ("absences", ("STATUS:CANCELLED",), "DTSTART:20261207T090000Z", []),
        ("absences", (), "DTSTART;VALUE=DATE:20261207", ["absence"]),
        ("booking-times", ("SUMMARY:alle",), "DTSTART:20261207T090000Z", ["window"]),
        ("booking-times", ("SUMMARY:Suchtberatung",), "DTSTART:20261207T090000Z", ["window"]),
        ("booking-times", ("SUMMARY:Unsinn",), "DTSTART:20261207T090000Z", []),
        (
            "booking-times",
            ("SUMMARY:alle", "STATUS:CANCELLED"),
            "DTSTART:20261207T090000Z",
            [],
        ),
    ],
)
def test_what_an_object_does_to_bookable_time(
    office: Office, collection: str, lines: tuple[str, ...], start: str, expected: list[str]
) -> None:
    put(office, event(*lines, start=start), collection=collection, href="own.ics")

    assert [kind for kind, _, _ in facts(office)] == expected


def test_an_all_day_absence_is_the_whole_day_of_the_centre(office: Office) -> None:
    text = event(start="DTSTART;VALUE=DATE:20261207")

    put(office, text, collection="absences", href="own.ics")

    assert facts(office) == [("absence", TEN - 10 * HOUR, TEN + 14 * HOUR)]


def test_an_unchanged_summary_keeps_its_match(office: Office) -> None:
    text = event("SUMMARY:Suchtberatung", "RRULE:FREQ=WEEKLY")
    put(office, text, collection="booking-times", href="own.ics")
    renamed = (replace(TALK, name="Beratung bei Sucht"),)
    office.configure(replace(office.institution(), services=renamed))

    put(office, text.replace("PT1H", "PT2H"), collection="booking-times", href="own.ics")

    assert get(office, "own.ics", "booking-times").services == ("s1",)


def test_a_series_is_indexed_to_the_horizon_and_says_so(office: Office) -> None:
    put(office, event("RRULE:FREQ=WEEKLY"), href="own.ics")

    found = get(office, "own.ics")
    assert found.last is None
    assert found.expanded_until == office.clock.now() + 730 * DAY
    assert len(facts(office, TEN, 730 * DAY)) > 100


def test_a_far_single_event_is_in_the_index(office: Office) -> None:
    put(office, event(start="DTSTART:20361207T090000Z"), href="own.ics")

    assert get(office, "own.ics").expanded_until is None
    assert len(facts(office, TEN + 3650 * DAY, 10 * DAY)) == 1


def test_overrides_alone_are_taken(office: Office) -> None:
    put(office, event("RECURRENCE-ID:20261207T090000Z"), href="own.ics")

    assert [kind for kind, _, _ in facts(office)] == ["busy"]


def test_an_own_event_may_overlap_an_appointment(office: Office) -> None:
    make_request(office)

    put(office, event(), href="own.ics")

    assert sorted(kind for kind, _, _ in facts(office)) == ["appointment", "busy"]


def test_our_appointments_block_by_their_taken_time_alone(office: Office) -> None:
    make_request(office)

    assert facts(office) == [("appointment", TEN, TEN + HOUR)]


@pytest.mark.parametrize("conditions", [{"if_match": ("x",)}, {"if_none_match": True}])
def test_conditions_are_kept(office: Office, conditions: dict[str, object]) -> None:
    put(office, event(), href="own.ics")

    with pytest.raises(EtagMismatchError):
        put(office, event("SUMMARY:new"), href="own.ics", **conditions)


def test_if_match_on_nothing_does_not_hold(office: Office) -> None:
    with pytest.raises(EtagMismatchError):
        put(office, event(), href="own.ics", if_match=("*",))


def test_a_stale_schedule_tag_does_not_hold(office: Office) -> None:
    put(office, event("ORGANIZER:mailto:x@example.org"), href="own.ics")

    with pytest.raises(EtagMismatchError):
        put(office, event("SUMMARY:new"), href="own.ics", if_schedule_tag="stale")


def test_a_uid_is_once_in_a_collection_but_may_be_in_two(office: Office) -> None:
    put(office, event(), href="own.ics")
    put(office, event(), href="own.ics", collection="absences")

    with pytest.raises(UidConflictError) as caught:
        put(office, event(), href="other.ics")

    assert caught.value.href == "own.ics"


@pytest.mark.parametrize(
    ("text", "precondition"),
    [
        ("nonsense", "valid-calendar-data"),
        (event("RRULE:FREQ=HOURLY"), "valid-calendar-data"),
        (
            event().replace("VEVENT", "VTODO").replace("DURATION:PT1H\r\n", ""),
            "supported-calendar-component",
        ),
    ],
)
def test_invalid_data_is_refused_and_leaves_no_trace(
    office: Office, text: str, precondition: str
) -> None:
    with pytest.raises(InvalidCalendarObjectError) as caught:
        put(office, text, href="own.ics")

    assert caught.value.precondition == precondition
    assert office.objects(ALICE, "appointments") == {}


@pytest.mark.parametrize("login", [BOB, CAROL, FRANK, "", "mallory@example.org"])
def test_nobody_else_writes_into_a_home(office: Office, login: str) -> None:
    with pytest.raises(NotFoundError):
        put(office, event(), href="own.ics", actor=Actor(login, "caldav"))


@pytest.mark.parametrize("collection", ["inbox", "outbox"])
def test_nothing_is_stored_for_scheduling(office: Office, collection: str) -> None:
    with pytest.raises(NotAllowedError):
        put(office, event(), href="own.ics", collection=collection)


def test_a_moved_event_counts_as_what_it_has_become(office: Office) -> None:
    put(office, event("TRANSP:TRANSPARENT"), href="own.ics")

    is_new = move_object(
        office.ports,
        APP,
        source=(ALICE, "appointments", "own.ics"),
        target=(ALICE, "absences", "off.ics"),
        overwrite=False,
    )

    assert is_new
    assert facts(office) == [("absence", TEN, TEN + HOUR)]
    assert office.objects(ALICE, "appointments") == {}


def test_a_move_may_rename_and_overwrite(office: Office) -> None:
    put(office, event(), href="own.ics")
    put(office, event(uid="two"), href="two.ics")

    is_new = move_object(
        office.ports,
        APP,
        source=(ALICE, "appointments", "own.ics"),
        target=(ALICE, "appointments", "two.ics"),
        overwrite=True,
    )

    assert not is_new
    assert office.objects(ALICE, "appointments") == {"two.ics": event()}


def test_an_appointment_is_not_moved_elsewhere(office: Office) -> None:
    make_request(office)

    with pytest.raises(SchedulingObjectChangeError) as caught:
        move_object(
            office.ports,
            APP,
            source=(ALICE, "appointments", "a1.ics"),
            target=(ALICE, "absences", "a1.ics"),
            overwrite=True,
        )

    assert caught.value.scheduling_precondition == "unique-scheduling-object-resource"
    assert list(office.objects(ALICE, "appointments")) == ["a1.ics"]


def test_a_calendar_of_her_own_holds_what_it_was_made_for(office: Office) -> None:
    make_calendar(office.ports, APP, owner=ALICE, name="privat", components=("VEVENT",), props={})

    put(office, event(), collection="privat", href="own.ics")

    assert [kind for kind, _, _ in facts(office)] == ["busy"]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("absences", NotAllowedError),
        ("team", NotAllowedError),
        ("a/b", AssistoError),
        ("privat", ConflictError),
    ],
)
def test_some_names_are_not_to_be_had(office: Office, name: str, error: type[AssistoError]) -> None:
    make_calendar(office.ports, APP, owner=ALICE, name="privat")

    with pytest.raises(error):
        make_calendar(office.ports, APP, owner=ALICE, name=name)


def test_built_in_collections_stay(office: Office) -> None:
    with pytest.raises(NotAllowedError):
        delete_calendar(office.ports, APP, owner=ALICE, collection="appointments")


def test_a_deleted_calendar_blocks_nothing_any_more(office: Office) -> None:
    make_calendar(office.ports, APP, owner=ALICE, name="privat")
    put(office, event(), collection="privat", href="own.ics")

    delete_calendar(office.ports, APP, owner=ALICE, collection="privat")

    assert facts(office) == []


def test_properties_are_set_and_removed_but_not_the_type(office: Office) -> None:
    props = {"D:displayname": "Arbeit", "ICAL:calendar-color": None}
    set_properties(office.ports, APP, owner=ALICE, collection="appointments", props=props)

    with pytest.raises(NotAllowedError):
        set_properties(
            office.ports, APP, owner=ALICE, collection="appointments", props={"tag": "x"}
        )

    with office.database.reading() as unit:
        found = unit.collections.get(ALICE, "appointments")
    assert found is not None
    assert found.props == {"D:displayname": "Arbeit"}


def test_homes_follow_the_configuration(office: Office) -> None:
    centre = office.institution()
    kept = tuple(entry for entry in centre.staff if entry.login != BOB)
    dora = replace(centre.staff[1], login=Login("dora@mitte.example"), public_id="dora")
    office.configure(replace(centre, staff=(*kept, dora)))

    ensure_homes(office.ports)
    ensure_homes(office.ports)

    with office.database.reading() as unit:
        names = [
            found.props.get("D:displayname") for found in unit.collections.of_owner(dora.login)
        ]
        active = {member.login: member.active for member in unit.people.all_staff()}
        assert unit.collections.of_owner(FRANK) == []
    assert {"Termine", "Buchungszeiten", "Abwesenheiten"} <= set(names)
    assert active[BOB] is False
    assert active["dora@mitte.example"] is True


def test_a_deleted_own_event_blocks_nothing_any_more(office: Office) -> None:
    put(office, event(), href="own.ics")

    delete(office, "own.ics")

    assert facts(office) == []


def test_a_daily_series_since_the_last_century_is_taken_and_blocks(office: Office) -> None:
    text = event("RRULE:FREQ=DAILY", start="DTSTART:19991207T090000Z")

    put(office, text, href="own.ics")

    found = get(office, "own.ics")
    assert found.expanded_from == office.clock.now() - 730 * DAY
    assert [kind for kind, _, _ in facts(office)] == ["busy"]

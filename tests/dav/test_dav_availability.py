"""calendar-availability on the inbox, and booking times that calendar apps change (RFC 7953)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.localtime import to_local
from assisto_caldav.ports import Ports
from assisto_caldav.usecases.availability import unavailable_periods
from assisto_caldav.usecases.booking_times import list_rules, rewrite_renamed
from assisto_caldav.usecases.find_slots import SlotWish, find_slots
from assisto_caldav.usecases.refused_rules import refused_rules
from assisto_radicale.mount import make_dav_app
from assisto_radicale.xmltext import escape
from assisto_web.app import make_app
from tests.dav.world import ALICE, BOB, XMLNS, DavClient, Reply, as_calendar

BERLIN = ZoneInfo("Europe/Berlin")
INBOX = f"/{ALICE}/inbox/"
TIMES = f"/{ALICE}/booking-times/"
SAMPLES = Path(__file__).parent.parent / "ics" / "availability"
PROPERTIES = ("C:calendar-availability", "CS:calendar-availability")
MONDAY, TUESDAY, WEDNESDAY = date(2026, 12, 7), date(2026, 12, 8), date(2026, 12, 9)
LAST = date(2026, 12, 31)


def rule(uid: str, *lines: str, summary: str = "alle", hours: str = "09-12") -> str:
    """A weekly rule as an app draws it, on Mondays and Wednesdays unless lines say more."""
    first, last = hours.split("-")
    own = lines or ("RRULE:FREQ=WEEKLY;BYDAY=MO,WE",)
    return as_calendar(
        "BEGIN:VEVENT",
        f"UID:{uid}",
        "DTSTAMP:20261101T000000Z",
        f"DTSTART;TZID=Europe/Berlin:20261130T{first}0000",
        f"DTEND;TZID=Europe/Berlin:20261130T{last}0000",
        f"SUMMARY:{summary}",
        *own,
        "X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC",
        "END:VEVENT",
    )


def available(uid: str = "new", *lines: str, hours: str = "09-12", day: str = "20261130") -> str:
    first, last = hours.split("-")
    own = [f"UID:{uid}"] if uid else []
    return "\r\n".join(
        (
            "BEGIN:AVAILABLE",
            *own,
            "DTSTAMP:20261101T000000Z",
            f"DTSTART;TZID=Europe/Berlin:{day}T{first}0000",
            f"DTEND;TZID=Europe/Berlin:{day}T{last}0000",
            *(lines or ("RRULE:FREQ=WEEKLY;BYDAY=MO,WE",)),
            "END:AVAILABLE",
        )
    )


def availability(*inner: str) -> str:
    return as_calendar("BEGIN:VAVAILABILITY", "UID:v", *inner, "END:VAVAILABILITY")


def put_rule(client: DavClient, text: str) -> None:
    uid = text.partition("UID:")[2].partition("\r")[0]
    assert client.put(f"{TIMES}{uid}.ics", text).status in (201, 204)


def read(client: DavClient, name: str = PROPERTIES[0]) -> str:
    return client.propfind(INBOX, f"<{name}/>").value(name)


def write(
    client: DavClient, text: str, *, name: str = PROPERTIES[0], more: str = "", path: str = INBOX
) -> Reply:
    inner = f"<D:set><D:prop><{name}>{escape(text)}</{name}>{more}</D:prop></D:set>"
    return client.request(
        "PROPPATCH", path, f"<D:propertyupdate {XMLNS}>{inner}</D:propertyupdate>"
    )


def statuses(reply: Reply) -> list[str]:
    return re.findall(r"HTTP/1.1 (\d+)", reply.text)


def objects(ports: Ports) -> dict[str, str]:
    with ports.database.reading() as unit:
        found = unit.collections.get(ALICE, "booking-times")
        assert found is not None
        return {item.href: item.text for item in unit.objects.all(found.id)}


def starts(ports: Ports, first: date, last: date | None = None) -> list[str]:
    """When clients can book Alice, as "07. 09:00"."""
    wish = SlotWish("mitte", "s1", None, first, last or first, counsellor=ALICE)
    return [f"{to_local(slot.start, BERLIN):%d. %H:%M}" for slot in find_slots(ports, wish)]


@pytest.mark.parametrize("name", PROPERTIES)
def test_the_inbox_says_what_the_booking_times_open(alice: DavClient, name: str) -> None:
    put_rule(alice, rule("one", "RRULE:FREQ=WEEKLY;BYDAY=MO,WE", "EXDATE:20261209T080000Z"))

    text = read(alice, name)

    assert text.count("BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n") == 1
    assert "BUSYTYPE:BUSY-UNAVAILABLE\r\n" in text
    assert "DTSTART:19700101T000000Z\r\n" in text
    assert text.endswith(
        "BEGIN:AVAILABLE\r\nUID:one\r\nDTSTAMP:20261101T000000Z\r\n"
        "DTSTART;TZID=Europe/Berlin:20261130T090000\r\n"
        "DTEND;TZID=Europe/Berlin:20261130T120000\r\n"
        "RRULE:FREQ=WEEKLY;BYDAY=MO,WE\r\nEXDATE:20261209T080000Z\r\nSUMMARY:alle\r\n"
        "END:AVAILABLE\r\nEND:VAVAILABILITY\r\nEND:VCALENDAR\r\n"
    )


def test_the_property_is_the_same_until_a_rule_changes(alice: DavClient) -> None:
    put_rule(alice, rule("one"))
    before = read(alice)

    again = read(alice)
    put_rule(alice, rule("one", hours="10-12"))
    after = read(alice)

    uid = re.search(r"BEGIN:VAVAILABILITY\r\nUID:(\S+)", before)
    assert (again == before, after == before) == (True, False)
    assert uid is not None
    assert f"UID:{uid[1]}" in after


def test_the_header_says_that_availability_is_there(alice: DavClient) -> None:
    assert "calendar-availability" in alice.request("OPTIONS", "/").headers["dav"].split(", ")


def test_allprop_does_not_include_it(alice: DavClient) -> None:
    body = f"<D:propfind {XMLNS}><D:allprop/></D:propfind>"

    assert "VAVAILABILITY" not in alice.request("PROPFIND", INBOX, body, depth="0").text


def test_rules_that_open_nothing_are_not_in_it(alice: DavClient) -> None:
    put_rule(alice, rule("lunch", summary="Mittagspause"))
    put_rule(
        alice, rule("over", "RRULE:FREQ=DAILY;UNTIL=20261115T080000Z").replace("1130T", "1102T")
    )

    assert "BEGIN:AVAILABLE" not in read(alice)


def test_what_was_read_can_be_written_back_and_changes_no_byte(
    alice: DavClient, ports: Ports
) -> None:
    put_rule(alice, rule("plain", summary="Erstgespräch"))
    put_rule(alice, rule("floats").replace(";TZID=Europe/Berlin", ""))
    put_rule(alice, rule("days", "RRULE:FREQ=DAILY;UNTIL=20270131").replace(
        "DTSTART;TZID=Europe/Berlin:20261130T090000", "DTSTART;VALUE=DATE:20261130"
    ).replace("DTEND;TZID=Europe/Berlin:20261130T120000", "DTEND;VALUE=DATE:20261201"))  # fmt: skip
    put_rule(alice, moved_instance())
    put_rule(alice, rule("lunch", summary="Mittagspause"))
    before, text = objects(ports), read(alice)

    reply = write(alice, text)

    assert statuses(reply) == ["200"]
    assert objects(ports) == before
    assert read(alice) == text


def moved_instance() -> str:
    """A rule of which one Monday is at two o'clock, and another is cancelled."""
    text = rule("moved")
    override = (
        "BEGIN:VEVENT\r\nUID:moved\r\nDTSTAMP:20261101T000000Z\r\nSUMMARY:alle\r\n"
        "RECURRENCE-ID;TZID=Europe/Berlin:202612{0}T090000\r\n"
        "DTSTART;TZID=Europe/Berlin:202612{0}T140000\r\n"
        "DTEND;TZID=Europe/Berlin:202612{0}T160000\r\n{1}END:VEVENT\r\n"
    )
    both = override.format("07", "") + override.format("14", "STATUS:CANCELLED\r\n")
    return text.replace("END:VCALENDAR", f"{both}END:VCALENDAR")


@pytest.mark.parametrize("sample", ["apple.ics", "nextcloud.ics"])
def test_a_pane_that_cuts_a_rule_into_weekdays_and_forgets_its_uid_changes_nothing(
    alice: DavClient, ports: Ports, sample: str
) -> None:
    put_rule(alice, rule("one", summary="Erstgespräch"))
    before = objects(ports)

    reply = write(alice, (SAMPLES / sample).read_text("utf-8"))

    assert statuses(reply) == ["200"]
    assert objects(ports) == before


@pytest.mark.parametrize(
    ("sample", "monday", "tuesday"),
    [
        ("apple.ics", 3, 0),
        ("nextcloud.ics", 3, 0),
        ("rfc-7953.ics", 8, 8),
    ],
)
def test_what_a_pane_writes_can_be_booked_at_once(
    alice: DavClient, ports: Ports, sample: str, monday: int, tuesday: int
) -> None:
    reply = write(alice, (SAMPLES / sample).read_text("utf-8"), name=PROPERTIES[1])

    assert statuses(reply) == ["200"]
    assert (len(starts(ports, MONDAY)), len(starts(ports, TUESDAY))) == (monday, tuesday)
    assert read(alice).count("BEGIN:AVAILABLE") == len(objects(ports))


def test_a_pane_that_drops_a_weekday_keeps_the_others_with_their_services(
    alice: DavClient, ports: Ports
) -> None:
    put_rule(alice, rule("one", summary="Erstgespräch"))

    write(alice, availability(available("", "RRULE:FREQ=WEEKLY;BYDAY=WE", day="20261202")))

    text = objects(ports)["one.ics"]
    assert "RRULE:FREQ=WEEKLY;BYDAY=WE\r\n" in text
    assert "SUMMARY:Erstgespräch\r\n" in text
    assert "X-APPLE-TRAVEL" in text
    assert (starts(ports, MONDAY), len(starts(ports, WEDNESDAY))) == ([], 3)


def test_only_the_rule_that_changed_is_written(alice: DavClient, ports: Ports) -> None:
    put_rule(alice, rule("kept", "RRULE:FREQ=WEEKLY;BYDAY=MO"))
    put_rule(alice, rule("longer", "RRULE:FREQ=WEEKLY;BYDAY=MO", hours="14-15"))
    put_rule(alice, rule("gone", "RRULE:FREQ=WEEKLY;BYDAY=MO", hours="18-19"))
    before = objects(ports)
    text = read(alice).replace("T150000", "T170000")
    text = re.sub(r"BEGIN:AVAILABLE\r\nUID:gone(?:.|\n)*?END:AVAILABLE\r\n", "", text)

    reply = write(alice, text)

    after = objects(ports)
    assert statuses(reply) == ["200"]
    assert after["kept.ics"] == before["kept.ics"]
    kept, written = (set(text["longer.ics"].split("\r\n")) for text in (before, after))
    assert kept - written == {
        "DTSTAMP:20261101T000000Z",
        "DTEND;TZID=Europe/Berlin:20261130T150000",
    }
    assert "gone.ics" not in after
    assert starts(ports, MONDAY) == [f"07. {hour:02}:00" for hour in (9, 10, 11, 14, 15, 16)]


def test_a_time_that_was_moved_keeps_its_services(alice: DavClient, ports: Ports) -> None:
    put_rule(alice, rule("one", "RRULE:FREQ=WEEKLY;BYDAY=MO", summary="Erstgespräch"))
    put_rule(alice, rule("two", "RRULE:FREQ=WEEKLY;BYDAY=TU").replace("1130T", "1201T"))
    monday = available("", "RRULE:FREQ=WEEKLY;BYDAY=MO", hours="10-14")
    tuesday = available("", "RRULE:FREQ=WEEKLY;BYDAY=TU", day="20261201")

    write(alice, availability(monday, tuesday))

    assert sorted(objects(ports)) == ["one.ics", "two.ics"]
    assert "SUMMARY:Erstgespräch" in objects(ports)["one.ics"]
    assert starts(ports, MONDAY) == ["07. 10:00", "07. 11:00", "07. 12:00", "07. 13:00"]


def test_the_summary_of_an_available_names_services(alice: DavClient, ports: Ports) -> None:
    new = available("new", "RRULE:FREQ=WEEKLY;BYDAY=MO", "SUMMARY:Erstgespräch")

    write(alice, availability(new))

    view = list_rules(ports, ALICE)[0]
    assert (view.services, view.summary) == (("s1",), "Erstgespräch")


def test_a_time_that_names_no_service_opens_nothing_and_waits_on_the_web(
    alice: DavClient, ports: Ports
) -> None:
    write(alice, availability(available("new", "RRULE:FREQ=WEEKLY", "SUMMARY:Arbeitszeit")))

    view = list_rules(ports, ALICE)[0]
    assert (view.understood, view.summary) == (False, "Arbeitszeit")
    assert starts(ports, MONDAY) == []


def test_times_are_read_in_the_form_that_the_sender_likes(alice: DavClient, ports: Ports) -> None:
    text = availability(
        "BEGIN:AVAILABLE",
        "DTSTART;TZID=W. Europe Standard Time:20261207T090000",
        "DURATION:PT2H",
        "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2;BYDAY=MO",
        "END:AVAILABLE",
        "BEGIN:AVAILABLE",
        "UID:utc",
        "DTSTART:20261208T080000Z",
        "DTEND:20261208T090000Z",
        "RRULE:FREQ=DAILY;UNTIL=20261210T080000Z",
        "EXDATE:20261209T080000Z",
        "END:AVAILABLE",
        "BEGIN:AVAILABLE",
        "DTSTART:20261211T140000",
        "DTEND:20261211T150000",
        "END:AVAILABLE",
    )

    reply = write(alice, text)

    assert statuses(reply) == ["200"]
    assert starts(ports, MONDAY, LAST) == [
        "07. 09:00", "07. 10:00", "08. 09:00", "10. 09:00", "11. 14:00", "21. 09:00", "21. 10:00",
    ]  # fmt: skip


def test_a_moved_instance_and_an_exdate_arrive_as_they_are(alice: DavClient, ports: Ports) -> None:
    text = availability(
        available("one", "RRULE:FREQ=WEEKLY;BYDAY=MO", "EXDATE;TZID=Europe/Berlin:20261214T090000"),
        available(
            "one", "RECURRENCE-ID;TZID=Europe/Berlin:20261207T090000", hours="15-16", day="20261208"
        ),
    )

    reply = write(alice, text)

    assert statuses(reply) == ["200"]
    assert starts(ports, MONDAY, date(2026, 12, 20)) == ["08. 15:00"]


def test_one_of_higher_priority_takes_the_place_of_the_usual_one(
    alice: DavClient, ports: Ports
) -> None:
    usual = available("usual", "RRULE:FREQ=WEEKLY;BYDAY=MO")
    text = as_calendar(
        "BEGIN:VAVAILABILITY", "UID:a", "PRIORITY:5", usual, "END:VAVAILABILITY",
        "BEGIN:VAVAILABILITY", "UID:b", "PRIORITY:1",
        "DTSTART;TZID=Europe/Berlin:20261214T000000", "DURATION:P7D",
        available("special", "RRULE:FREQ=DAILY", hours="18-19", day="20261214"),
        "END:VAVAILABILITY",
    )  # fmt: skip

    reply = write(alice, text)

    assert statuses(reply) == ["200"]
    assert starts(ports, MONDAY, MONDAY) == ["07. 09:00", "07. 10:00", "07. 11:00"]
    assert starts(ports, date(2026, 12, 14), date(2026, 12, 20)) == [
        f"{day}. 18:00" for day in range(14, 21)
    ]
    assert starts(ports, date(2026, 12, 21), date(2026, 12, 27)) == [
        "21. 09:00", "21. 10:00", "21. 11:00",
    ]  # fmt: skip


def test_a_bounded_availability_opens_nothing_outside_of_its_bounds(
    alice: DavClient, ports: Ports
) -> None:
    bounds = ("DTSTART:20261209T000000Z", "DTEND:20261220T000000Z")

    reply = write(alice, availability(*bounds, available("one", "RRULE:FREQ=WEEKLY;BYDAY=MO")))

    assert statuses(reply) == ["200"]
    assert starts(ports, MONDAY, LAST) == ["14. 09:00", "14. 10:00", "14. 11:00"]


REFUSED = {
    "no calendar": ("Guten Tag", "C:valid-calendar-data", "Das ist keine lesbare Verfügbarkeit"),
    "an event": (
        as_calendar("BEGIN:VEVENT", "UID:a", "DTSTART:20261201T080000Z", "END:VEVENT"),
        "C:supported-calendar-component",
        "VAVAILABILITY",
    ),
    "a method": (
        availability(available()).replace("VERSION:2.0", "VERSION:2.0\r\nMETHOD:PUBLISH"),
        "C:valid-calendar-data",
        "METHOD",
    ),
    "another busy type": (
        availability("BUSYTYPE:BUSY-TENTATIVE", available()),
        "C:valid-calendar-data",
        "BUSYTYPE:BUSY-TENTATIVE lässt sich nicht",
    ),
    "every hour": (
        availability(available("a", "RRULE:FREQ=HOURLY")),
        "C:valid-calendar-data",
        "FREQ=HOURLY lässt sich nicht",
    ),
    "no end": (
        availability("BEGIN:AVAILABLE", "UID:a", "DTSTART:20261201T080000Z", "END:AVAILABLE"),
        "C:valid-calendar-data",
        "keine Dauer",
    ),
    "across a border": (
        availability("DTEND:20261207T100000Z", available()),
        "C:valid-calendar-data",
        "reicht über die Grenze",
    ),
    "two at once": (
        availability(available()).replace(
            "END:VCALENDAR", "BEGIN:VAVAILABILITY\r\nUID:b\r\nEND:VAVAILABILITY\r\nEND:VCALENDAR"
        ),
        "C:valid-calendar-data",
        "PRIORITY",
    ),
    "an unknown zone": (
        availability(available().replace("Europe/Berlin", "Europe/Atlantis")),
        "C:valid-calendar-data",
        "Europe/Atlantis",
    ),
    "control characters": (
        availability(available("a\x7fb")),
        "C:valid-calendar-data",
        "Steuerzeichen",
    ),
    "too many": (
        availability(*(available(f"uid-{number}") for number in range(201))),
        "C:valid-calendar-data",
        "200",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_booking_times_cannot_say_is_refused_with_a_sentence_and_nothing_is_written(
    alice: DavClient, ports: Ports, case: str
) -> None:
    text, condition, words = REFUSED[case]
    put_rule(alice, rule("one"))
    before = objects(ports)

    reply = write(alice, text, more="<D:displayname>Post</D:displayname>")

    assert statuses(reply) == ["403", "424"]
    assert f"<D:error><{condition}/></D:error>" in reply.text
    assert words in reply.text.partition("<D:responsedescription>")[2]
    assert objects(ports) == before
    assert alice.propfind(INBOX, "<D:displayname/>").value("D:displayname") != "Post"


def test_other_properties_beside_it_are_set_with_it_or_not_at_all(
    alice: DavClient, ports: Ports
) -> None:
    text = availability(available())

    refused = write(alice, text, more="<D:resourcetype/>")
    unchanged = objects(ports)
    done = write(alice, text, more="<D:displayname>Post</D:displayname>")

    assert (statuses(refused), unchanged) == (["403", "424"], {})
    assert statuses(done) == ["200"]
    assert alice.propfind(INBOX, "<D:displayname/>").value("D:displayname") == "Post"
    assert len(objects(ports)) == 1


def test_it_cannot_be_removed_but_emptied(alice: DavClient, ports: Ports) -> None:
    put_rule(alice, rule("one"))
    inner = "<D:remove><D:prop><C:calendar-availability/></D:prop></D:remove>"

    removed = alice.request(
        "PROPPATCH", INBOX, f"<D:propertyupdate {XMLNS}>{inner}</D:propertyupdate>"
    )
    kept = objects(ports)
    emptied = write(alice, availability())

    assert statuses(removed) == ["403"]
    assert "cannot-modify-protected-property" in removed.text
    assert (list(kept), statuses(emptied), objects(ports)) == (["one.ics"], ["200"], {})


def test_nobody_reads_or_writes_the_availability_of_a_colleague(ports: Ports) -> None:
    bob = DavClient(make_dav_app(ports), BOB)

    reply = write(bob, availability(available()))

    assert reply.status == 403
    assert bob.propfind(INBOX, "<C:calendar-availability/>").status == 403
    assert objects(ports) == {}


def test_time_outside_of_booking_times_is_unavailable(alice: DavClient, ports: Ports) -> None:
    put_rule(alice, rule("one", "RRULE:FREQ=WEEKLY;BYDAY=MO"))
    start, end = (int(datetime(2026, 12, day, tzinfo=BERLIN).timestamp()) for day in (7, 8))

    with ports.database.reading() as unit:
        found = unavailable_periods(unit, ports, ALICE, Interval(start, end))

    hours = [
        f"{kind} {to_local(period.start, BERLIN):%H:%M}-{to_local(period.end, BERLIN):%H:%M}"
        for kind, period in found
    ]
    assert hours == ["BUSY-UNAVAILABLE 00:00-09:00", "BUSY-UNAVAILABLE 12:00-00:00"]


def test_a_public_holiday_is_unavailable_whatever_the_booking_times_say(
    alice: DavClient, ports: Ports
) -> None:
    put_rule(alice, rule("one", "RRULE:FREQ=DAILY"))
    start, end = (int(datetime(2026, 12, day, tzinfo=BERLIN).timestamp()) for day in (25, 26))

    with ports.database.reading() as unit:
        found = unavailable_periods(unit, ports, ALICE, Interval(start, end))

    assert found == [("BUSY-UNAVAILABLE", Interval(start, end))]


def test_a_drawn_event_opens_time_at_once_and_a_moved_one_moves_it(
    alice: DavClient, ports: Ports
) -> None:
    put_rule(alice, rule("one", "RRULE:FREQ=WEEKLY;BYDAY=MO", hours="09-11"))
    drawn = starts(ports, MONDAY)

    put_rule(alice, rule("one", "RRULE:FREQ=WEEKLY;BYDAY=MO", hours="15-16"))

    assert (drawn, starts(ports, MONDAY)) == (["07. 09:00", "07. 10:00"], ["07. 15:00"])


def test_a_series_that_was_ended_closes_what_comes_after(alice: DavClient, ports: Ports) -> None:
    put_rule(alice, rule("one", "RRULE:FREQ=WEEKLY;BYDAY=MO", hours="09-10"))

    put_rule(alice, rule("one", "RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20261214T080000Z", hours="09-10"))

    assert starts(ports, MONDAY, LAST) == ["07. 09:00", "14. 09:00"]


def test_an_occurrence_that_was_removed_or_moved_takes_its_time_along(
    alice: DavClient, ports: Ports
) -> None:
    weekly = ("RRULE:FREQ=WEEKLY;BYDAY=MO", "EXDATE;TZID=Europe/Berlin:20261221T090000")
    override = (
        "BEGIN:VEVENT\r\nUID:one\r\nDTSTAMP:20261101T000000Z\r\nSUMMARY:alle\r\n"
        "RECURRENCE-ID;TZID=Europe/Berlin:20261214T090000\r\n"
        "DTSTART;TZID=Europe/Berlin:20261215T170000\r\n"
        "DTEND;TZID=Europe/Berlin:20261215T180000\r\nEND:VEVENT\r\nEND:VCALENDAR"
    )

    put_rule(alice, rule("one", *weekly, hours="09-10").replace("END:VCALENDAR", override))

    assert starts(ports, MONDAY, LAST) == ["07. 09:00", "15. 17:00", "28. 09:00"]


def test_a_series_that_an_app_splits_in_two_opens_both_halves(
    alice: DavClient, ports: Ports
) -> None:
    put_rule(alice, rule("one", "RRULE:FREQ=WEEKLY;BYDAY=MO", hours="09-10"))
    later = rule("two", "RRULE:FREQ=WEEKLY;BYDAY=MO", hours="13-14").replace("1130T", "1214T")

    put_rule(alice, rule("one", "RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20261213T225959Z", hours="09-10"))
    put_rule(alice, later)

    assert starts(ports, MONDAY, date(2026, 12, 22)) == ["07. 09:00", "14. 13:00", "21. 13:00"]


def test_a_deleted_event_closes_its_time(alice: DavClient, ports: Ports) -> None:
    put_rule(alice, rule("one"))

    alice.request("DELETE", f"{TIMES}one.ics")

    assert starts(ports, MONDAY) == []


def test_a_device_that_has_not_heard_of_a_new_name_keeps_its_match(
    alice: DavClient, ports: Ports
) -> None:
    put_rule(alice, rule("one", summary="Erstgespräch"))
    rewrite_renamed(ports)
    rename_service(ports, "Suchtberatung")
    rewrite_renamed(ports)

    put_rule(alice, rule("one", "RRULE:FREQ=WEEKLY;BYDAY=MO", summary="Erstgespräch"))

    view = list_rules(ports, ALICE)[0]
    assert (view.understood, view.services, len(starts(ports, MONDAY))) == (True, ("s1",), 3)
    rewrite_renamed(ports)
    assert list_rules(ports, ALICE)[0].summary == "Suchtberatung"


def rename_service(ports: Ports, name: str) -> None:
    holder: object = ports.config
    config = ports.config.current()
    mitte = config.institutions["mitte"]
    services = (replace(mitte.services[0], name=name),)
    changed = {**config.institutions, "mitte": replace(mitte, services=services)}
    holder.__dict__["_config"] = replace(config, institutions=changed)


def test_a_time_that_was_refused_is_remembered_for_the_web(alice: DavClient, ports: Ports) -> None:
    too_often = rule("often", "RRULE:FREQ=HOURLY", summary="Immer")

    refused = alice.put(f"{TIMES}often.ics", too_often)
    write(alice, availability(available("a", "RRULE:FREQ=HOURLY")))
    told = [(one.summary, one.sentence[:11]) for one in refused_rules(ports, ALICE)]
    ports.clock.advance(60)  # type: ignore[attr-defined]  # the tests' clock
    put_rule(alice, rule("often", summary="Immer"))

    assert (refused.status, refused.conditions) == (403, ["C:valid-calendar-data"])
    assert told == [("", "FREQ=HOURLY"), ("Immer", "")]
    assert [one.href for one in refused_rules(ports, ALICE)] == [""]


def test_the_public_interface_offers_what_a_calendar_app_has_drawn(
    alice: DavClient, ports: Ports
) -> None:
    visitor = make_app(ports).test_client()
    address = "/api/v1/mitte/slots?service=s1&from=2026-12-07&to=2026-12-07"
    before = visitor.get(address).get_json()

    put_rule(alice, rule("one", "RRULE:FREQ=WEEKLY;BYDAY=MO", hours="09-10"))

    assert before["slots"] == []
    assert [slot["start"] for slot in visitor.get(address).get_json()["slots"]] == [
        "2026-12-07T09:00:00+01:00"
    ]

"""A further appointment at a click, with the same person where clients may choose."""

from __future__ import annotations

from dataclasses import replace

from assisto_caldav.domain.institution import StaffRole
from tests.office import ALICE, BOB, MONDAY, TALK, Office, at, make_entry, open_times, send_request
from tests.web.visitor import Visitor, words

SAME, KIND = "Neuen Termin bei derselben Person", "Neuen Termin dieser Art"


def arrived(office: Office, olaf: Visitor) -> None:
    open_times(office, BOB)
    _, code = send_request(office, at(MONDAY, "09:00"), counsellor=BOB)
    olaf.get(f"/mitte/a/{code}")


def test_the_month_of_the_same_person_service_and_channel(office: Office, olaf: Visitor) -> None:
    office.configure(replace(office.institution(), choose_counsellor=True))
    arrived(office, olaf)

    page = olaf.follow(SAME)

    assert page.request.path == "/mitte/book/s1/video/"
    assert page.request.args["counsellor"] == "bob"
    assert page.status_code == 200


def test_where_nobody_chooses_no_address_names_a_person(office: Office, olaf: Visitor) -> None:
    office.configure(replace(office.institution(), choose_counsellor=False))
    arrived(office, olaf)
    assert SAME not in words(olaf.page)

    page = olaf.follow(KIND)

    assert page.request.path == "/mitte/book/s1/video/"
    assert "counsellor" not in page.request.args


def test_who_counsels_no_more_is_not_led_to(office: Office, olaf: Visitor) -> None:
    arrived(office, olaf)
    former = make_entry(BOB, roles=frozenset({StaffRole.ADMINISTRATOR}))
    office.configure(
        replace(office.institution(), choose_counsellor=True, staff=(make_entry(ALICE), former))
    )

    olaf.get("/mitte/a/")

    assert SAME not in words(olaf.page)
    assert olaf.follow(KIND).status_code == 200


def test_a_service_that_is_offered_no_more_has_no_link(office: Office, olaf: Visitor) -> None:
    arrived(office, olaf)
    office.configure(replace(office.institution(), services=(replace(TALK, active=False),)))

    page = olaf.get("/mitte/a/")

    assert page.status_code == 200
    assert SAME not in words(page)
    assert KIND not in words(page)

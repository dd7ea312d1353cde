"""What single clients send off the standard, in small: their own tests run in test_suite_*.py."""

from __future__ import annotations

import pytest

from tests.dav.world import ALICE, BOB, DavClient, as_calendar, make_event

CALENDAR = f"/{ALICE}/appointments/"
SEARCH = "D:principal-property-search"
OUTSIDE = "<D:prop/><C:calendar-home-set/><D:displayname/>"
"""python-caldav's, with the names behind an empty DAV:prop."""


def test_an_object_of_vdirsyncer_may_have_a_line_feed_in_its_name(alice: DavClient) -> None:
    name = f"{CALENDAR}kcfm%0A.ics"

    made = alice.put(name, make_event("kcfm"), if_none_match="*")

    listed = alice.propfind(CALENDAR, "<D:getetag/>", depth="1")
    found = alice.report(
        CALENDAR, "C:calendar-multiget", f"<D:prop><D:getetag/></D:prop><D:href>/dav{name}</D:href>"
    )
    assert made.status == 201
    assert f"<D:href>/dav{name}</D:href>" in listed.text
    assert f"<D:href>/dav{name}</D:href>" in found.text
    assert found.value("D:getetag")


@pytest.mark.parametrize("character", ["%00", "%0D", "%1B", "%7F"])
def test_other_control_characters_name_nothing(alice: DavClient, character: str) -> None:
    assert alice.put(f"{CALENDAR}a{character}.ics", make_event("a")).status == 400


def test_a_search_with_a_term_answers_what_python_caldav_asks_behind_prop(
    alice: DavClient,
) -> None:
    term = (
        "<D:property-search><D:prop><D:displayname/></D:prop>"
        "<D:match>Alice</D:match></D:property-search>"
    )

    found = alice.report("/", SEARCH, term + OUTSIDE)

    assert list(found.responses()) == [f"/dav/{ALICE}/"]
    assert found.value("D:displayname") == "Alice"
    assert found.hrefs("C:calendar-home-set") == [f"/dav/{ALICE}/"]


def test_floating_times_of_a_busy_time_question_are_the_institutions(alice: DavClient) -> None:
    question = as_calendar(
        "METHOD:REQUEST",
        "BEGIN:VFREEBUSY",
        "UID:4fd3ad926350",
        "DTSTAMP:20261130T110000",
        "DTSTART:20261201T090000",
        "DTEND:20261201T180000",
        f"ORGANIZER:mailto:{ALICE}",
        f"ATTENDEE:mailto:{BOB}",
        "END:VFREEBUSY",
    )

    answer = alice.request("POST", f"/{ALICE}/outbox/", question, content_type="text/calendar")

    assert answer.status == 200
    assert "DTSTART:20261201T080000Z" in answer.text
    assert "DTEND:20261201T170000Z" in answer.text

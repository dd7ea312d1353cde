"""ATTENDEE and ORGANIZER, one or many."""

from __future__ import annotations

import pytest

from assisto_caldav.domain.attendee import (
    attendee_of,
    attendees,
    organizer,
    partstat_of,
    same_address,
)
from assisto_caldav.domain.component import Component, parse_components

ALICE = "alice@mitte.example"


def make_component(*lines: str) -> Component:
    return parse_components("\n".join(("BEGIN:VEVENT", *lines, "END:VEVENT", "")))[0]


@pytest.mark.parametrize(
    "address", [ALICE, "mailto:alice@mitte.example", "MAILTO:Alice@Mitte.Example", f" {ALICE} "]
)
def test_an_address_is_the_same_with_and_without_mailto_in_any_case(address: str) -> None:
    assert same_address(address, ALICE)


def test_all_attendees_are_found_in_their_order() -> None:
    component = make_component(
        "ATTENDEE;CN=Alice;PARTSTAT=accepted;RSVP=TRUE:mailto:Alice@mitte.example",
        "ATTENDEE:mailto:bob@mitte.example",
    )

    found = attendees(component)

    assert [one.address for one in found] == [ALICE, "bob@mitte.example"]
    assert (found[0].partstat, found[0].rsvp, found[0].name) == ("ACCEPTED", True, "Alice")
    assert (found[1].partstat, found[1].role) == ("NEEDS-ACTION", "REQ-PARTICIPANT")


def test_a_component_may_have_no_attendee() -> None:
    component = make_component("UID:a")

    assert attendees(component) == ()
    assert partstat_of(component, ALICE) is None
    assert organizer(component) is None


def test_the_address_of_an_exchange_user_is_in_the_email_parameter() -> None:
    component = make_component(f"ATTENDEE;PARTSTAT=DECLINED;EMAIL={ALICE}:invalid:nomail")

    assert partstat_of(component, ALICE) == "DECLINED"


def test_the_organizer_is_told_by_address_and_name() -> None:
    found = organizer(make_component('ORGANIZER;CN="Mitte, Berlin":MAILTO:Termine@mitte.example'))

    assert found is not None
    assert (found.address, found.name) == ("termine@mitte.example", "Mitte, Berlin")


def test_another_address_is_nobody() -> None:
    component = make_component(f"ATTENDEE:mailto:{ALICE}")

    assert attendee_of(component, "mallory@nord.example") is None

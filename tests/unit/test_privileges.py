from __future__ import annotations

import pytest

from assisto_caldav.domain.collection import CollectionKind
from assisto_caldav.domain.privileges import Deed, RoleFacts, may, may_answer, role_facts
from tests.office import ALICE, BOB, CAROL, FRANK, make_institution

CAST = (ALICE, BOB, CAROL, FRANK, "grace@post.example", "", "mallory@example.org")


def facts(login: str) -> RoleFacts | None:
    institution = make_institution("nord" if login == CAROL else "mitte")
    return role_facts(institution, login)


@pytest.mark.parametrize("kind", list(CollectionKind))
def test_a_home_is_its_owners_alone(kind: CollectionKind) -> None:
    readers = [login for login in CAST if may(facts(login), Deed.READ, kind=kind, owner=ALICE)]

    assert readers == [ALICE]


def test_an_administrator_without_counselling_has_no_home() -> None:
    assert not may(facts(FRANK), Deed.READ, kind=CollectionKind.APPOINTMENTS, owner=FRANK)


@pytest.mark.parametrize("kind", [CollectionKind.INBOX, CollectionKind.OUTBOX])
def test_nothing_is_stored_in_scheduling_collections(kind: CollectionKind) -> None:
    assert not may(facts(ALICE), Deed.WRITE, kind=kind, owner=ALICE)


@pytest.mark.parametrize("kind", list(CollectionKind))
def test_only_own_calendars_are_deleted(kind: CollectionKind) -> None:
    is_own = kind is CollectionKind.CALENDAR

    assert may(facts(ALICE), Deed.DELETE, kind=kind, owner=ALICE) is is_own


def test_only_the_own_counsellor_answers() -> None:
    assert [login for login in CAST if may_answer(facts(login), counsellor=ALICE)] == [ALICE]

from __future__ import annotations

import pytest

from assisto_caldav.domain.collection import SHARED, CollectionKind
from assisto_caldav.domain.privileges import (
    Deed,
    RoleFacts,
    deeds,
    may,
    may_answer,
    may_enter,
    role_facts,
)
from tests.office import ALICE, BOB, CAROL, FRANK, make_institution

CAST = (ALICE, BOB, CAROL, FRANK, "grace@post.example", "", "mallory@example.org")
OWN = [kind for kind in CollectionKind if kind not in SHARED]


def facts(login: str) -> RoleFacts | None:
    institution = make_institution("nord" if login == CAROL else "mitte")
    return role_facts(institution, login)


def readers(kind: CollectionKind, owner: str) -> list[str]:
    return [login for login in CAST if may(facts(login), Deed.READ, kind=kind, owner=owner)]


@pytest.mark.parametrize("kind", [kind for kind in CollectionKind if kind != "absences"])
def test_a_home_is_its_owners_alone(kind: CollectionKind) -> None:
    assert readers(kind, BOB) == [BOB]


def test_administrators_read_and_write_the_absences_of_their_colleagues() -> None:
    kind = CollectionKind.ABSENCES

    assert readers(kind, BOB) == [ALICE, BOB, FRANK]
    assert deeds(facts(FRANK), kind=kind, owner=BOB) == {Deed.READ, Deed.WRITE}
    assert not deeds(facts(FRANK), kind=kind, owner=CAROL)


@pytest.mark.parametrize("kind", SHARED)
def test_what_is_the_institutions_is_read_by_all_of_its_staff(kind: CollectionKind) -> None:
    assert readers(kind, "mitte") == [ALICE, BOB, FRANK]
    assert readers(kind, "nord") == [CAROL]


@pytest.mark.parametrize("kind", OWN)
def test_an_institution_has_no_calendars_of_a_counsellor(kind: CollectionKind) -> None:
    assert readers(kind, "mitte") == []


@pytest.mark.parametrize("owner", [ALICE, "mitte"])
def test_only_an_administrator_writes_closing_days(owner: str) -> None:
    kind = CollectionKind.CLOSING_DAYS

    assert may(facts(ALICE), Deed.WRITE, kind=kind, owner=owner)
    assert not may(facts(BOB), Deed.WRITE, kind=kind, owner=BOB)
    assert not may(facts(BOB), Deed.WRITE, kind=kind, owner="mitte")


@pytest.mark.parametrize("login", CAST)
@pytest.mark.parametrize("kind", [CollectionKind.PUBLIC_HOLIDAYS, CollectionKind.TEAM])
def test_nobody_writes_what_is_worked_out(login: str, kind: CollectionKind) -> None:
    assert not may(facts(login), Deed.WRITE, kind=kind, owner=login)
    assert not may(facts(login), Deed.WRITE, kind=kind, owner="mitte")


def test_an_administrator_without_counselling_has_no_home() -> None:
    assert not may(facts(FRANK), Deed.READ, kind=CollectionKind.APPOINTMENTS, owner=FRANK)
    assert not may(facts(ALICE), Deed.READ, kind=CollectionKind.ABSENCES, owner=FRANK)


def test_a_principal_is_entered_by_itself_and_where_something_is_for_them() -> None:
    assert [login for login in CAST if may_enter(facts(login), BOB)] == [ALICE, BOB, FRANK]
    assert [login for login in CAST if may_enter(facts(login), "mitte")] == [ALICE, BOB, FRANK]
    assert [login for login in CAST if may_enter(facts(login), FRANK)] == [FRANK]


@pytest.mark.parametrize("kind", [CollectionKind.INBOX, CollectionKind.OUTBOX])
def test_nothing_is_stored_in_scheduling_collections(kind: CollectionKind) -> None:
    assert not may(facts(ALICE), Deed.WRITE, kind=kind, owner=ALICE)


@pytest.mark.parametrize("kind", list(CollectionKind))
def test_only_own_calendars_are_deleted(kind: CollectionKind) -> None:
    is_own = kind is CollectionKind.CALENDAR

    assert may(facts(ALICE), Deed.DELETE, kind=kind, owner=ALICE) is is_own


def test_only_the_own_counsellor_answers() -> None:
    assert [login for login in CAST if may_answer(facts(login), counsellor=ALICE)] == [ALICE]

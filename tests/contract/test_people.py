from __future__ import annotations

import pytest

from assisto_caldav.adapters.sql.unit_of_work import SqlDatabase
from assisto_caldav.domain.people import AppPassword, LinkPurpose, OneTimeLink, Session
from assisto_caldav.errors import ConflictError
from tests.contract.builders import ALICE, BOB, CAROL, NOW, TEN, make_member


def device(name: str = "d1", **changes: object) -> AppPassword:
    created_at = int(str(changes.get("created_at", NOW)))
    return AppPassword(name, "mitte", ALICE, f"Telefon {name}", created_at)


def link(digest: str = "l1", purpose: LinkPurpose = LinkPurpose.RESET) -> OneTimeLink:
    return OneTimeLink(digest, "mitte", ALICE, purpose, expires_at=NOW + 100)


def test_an_account_comes_back_as_it_was_saved(database: SqlDatabase) -> None:
    made = make_member(
        ALICE, password_hash="$argon2id$", place="Zimmer 3", phone="+49 30 1",
        video_room="https://video.example/alice", mail_with_ics=False, active=False,
    )  # fmt: skip

    with database.writing() as unit:
        unit.people.save_staff(made)

    with database.reading() as unit:
        assert unit.people.staff(ALICE) == made
        assert unit.people.staff("mallory@nowhere.example") is None
        assert [member.login for member in unit.people.all_staff()] == [ALICE, BOB, CAROL]


def test_place_and_phone_are_sealed(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.people.save_staff(make_member(ALICE, place="Zimmer 3", phone="4711"))

    with database.source.transaction(writing=False) as connection:
        stored = str(connection.all("SELECT * FROM staff", {}))
    assert "Zimmer 3" not in stored
    assert "4711" not in stored


def test_saving_an_account_again_keeps_the_revision_of_its_facts(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.objects.forget_tombstones(before=NOW)
        unit.collections.delete(f"{ALICE}/absences")
        before = unit.slot_facts.revision([ALICE])
        unit.people.save_staff(make_member(ALICE, phone="4711"))
        assert unit.slot_facts.revision([ALICE]) == before
        assert before > (0,)


def test_a_public_id_is_used_once_in_an_institution(database: SqlDatabase) -> None:
    with pytest.raises(ConflictError), database.writing() as unit:
        unit.people.save_staff(make_member("dora@mitte.example", public_id="alice"))


def test_a_device_is_found_by_login_and_password(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.people.add_app_password(device(), sha256="abc")
        unit.people.touch_app_password("d1", now=NOW + 5)

    with database.reading() as unit:
        used = AppPassword("d1", "mitte", ALICE, "Telefon d1", NOW, NOW + 5)
        assert unit.people.app_password(ALICE, "abc") == used
        assert unit.people.app_password(BOB, "abc") is None
        assert unit.people.app_password(ALICE, "abd") is None


def test_devices_are_listed_oldest_first_and_removed_by_their_owner(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.people.add_app_password(device("d1", created_at=NOW + 1), sha256="1")
        unit.people.add_app_password(device("d2", created_at=NOW), sha256="2")
        before = [entry.id for entry in unit.people.app_passwords(ALICE)]
        unit.people.remove_app_password(BOB, "d1")
        unit.people.remove_app_password(ALICE, "d2")
        after = [entry.id for entry in unit.people.app_passwords(ALICE)]

    assert (before, after) == (["d2", "d1"], ["d1"])


def test_sessions_are_kept_touched_and_ended(database: SqlDatabase) -> None:
    with database.writing() as unit:
        for digest in ("s1", "s2", "s3"):
            unit.people.add_session(Session(digest, "mitte", ALICE, NOW, NOW))
        unit.people.add_session(Session("s4", "mitte", BOB, NOW, NOW))
        unit.people.touch_session("s1", now=NOW + 9)

        assert unit.people.session("s1") == Session("s1", "mitte", ALICE, NOW, NOW + 9)

        unit.people.end_session("s2")
        unit.people.end_sessions(ALICE, but="s1")
        left = [unit.people.session(f"s{number}") is not None for number in (1, 2, 3, 4)]

    assert left == [True, False, False, True]


def test_a_link_is_good_once(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.people.add_link(link())
        peeked = unit.people.peek_link("l1", now=NOW)
        taken = unit.people.take_link("l1", now=NOW)
        again = unit.people.take_link("l1", now=NOW)

    assert peeked == taken == link()
    assert again is None


def test_a_link_is_good_until_it_expires(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.people.add_link(link())

        assert unit.people.peek_link("l1", now=NOW + 100) is None
        assert unit.people.take_link("l1", now=NOW + 100) is None
        assert unit.people.take_link("l1", now=NOW + 99) is not None


def test_a_new_link_of_the_same_purpose_replaces_the_earlier(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.people.add_link(link("invite", LinkPurpose.INVITE))
        unit.people.add_link(link("first"))
        unit.people.add_link(link("second"))

        good = [
            unit.people.peek_link(digest, now=NOW) is not None
            for digest in ("invite", "first", "second")
        ]

    assert good == [True, False, True]


def test_attempts_count_within_their_window_and_key(database: SqlDatabase) -> None:
    with database.writing() as unit:
        counts = [
            unit.people.count_attempt("login", now=NOW + after, window_seconds=60)
            for after in (0, 30, 59, 60)
        ]
        other = unit.people.count_attempt("code", now=NOW, window_seconds=60)

        assert counts == [1, 2, 3, 3]
        assert other == 1
        assert unit.people.attempts("login", now=NOW + 60, window_seconds=60) == 3
        assert unit.people.attempts("login", now=NOW + 120, window_seconds=60) == 0
        unit.people.forget_attempts("login")
        assert unit.people.attempts("login", now=NOW + 60, window_seconds=60) == 0
        assert unit.people.attempts("code", now=NOW, window_seconds=60) == 1


def test_old_attempts_of_every_key_are_pruned_as_others_are_counted(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.people.count_attempt("once", now=NOW, window_seconds=60)
        unit.people.count_attempt("later", now=TEN, window_seconds=60)

    with database.source.transaction(writing=False) as connection:
        assert connection.all("SELECT throttle FROM attempt", {}) == [("later",)]


def test_idle_sessions_and_past_links_are_purged(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.people.add_session(Session("idle", "mitte", ALICE, NOW - 9, NOW - 1))
        unit.people.add_session(Session("awake", "mitte", ALICE, NOW - 9, NOW))
        unit.people.add_link(link())
        unit.people.purge(sessions_before=NOW, links_before=NOW + 101)

        assert unit.people.session("idle") is None
        assert unit.people.session("awake") is not None
        assert unit.people.peek_link("l1", now=NOW) is None


def test_old_attempts_are_dropped_whatever_they_were_counted_for(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.people.count_attempt("one", now=NOW, window_seconds=60)
        unit.people.count_attempt("other", now=NOW + 10, window_seconds=60)

    with database.writing() as unit:
        unit.people.purge_attempts(before=NOW)

    with database.reading() as unit:
        left = [
            unit.people.attempts(key, now=NOW + 20, window_seconds=60) for key in ("one", "other")
        ]
    assert left == [0, 1]

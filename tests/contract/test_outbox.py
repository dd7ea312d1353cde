from __future__ import annotations

from dataclasses import replace

from assisto_caldav.adapters.sql.unit_of_work import SqlDatabase
from assisto_caldav.domain.people import AuditEntry, OutboxMail
from tests.contract.builders import ALICE, NOW, make_mail


def owe(database: SqlDatabase, *mails: OutboxMail) -> None:
    with database.writing() as unit:
        for mail in mails:
            unit.outbox.add(mail)


def claim(database: SqlDatabase, *, now: int = NOW, limit: int = 10) -> list[str]:
    with database.writing() as unit:
        return [mail.id for mail in unit.outbox.claim_due(now=now, lease_seconds=60, limit=limit)]


def stored(database: SqlDatabase, name: str = "m1") -> OutboxMail | None:
    with database.reading() as unit:
        return unit.outbox.get(name)


def test_a_mail_comes_back_as_it_was_owed_and_waits_for_its_time(database: SqlDatabase) -> None:
    made = make_mail(appointment="a1", not_before=NOW + 600)

    owe(database, made)

    assert stored(database) == replace(made, next_try_at=NOW + 600)
    assert stored(database, "m2") is None


def test_address_payload_and_errors_are_sealed(database: SqlDatabase) -> None:
    owe(database, make_mail())
    with database.writing() as unit:
        unit.outbox.mark_failed(
            "m1", error="550 grace@post.example unknown", next_try_at=NOW + 60, now=NOW
        )

    with database.source.transaction(writing=False) as connection:
        row = str(connection.one("SELECT * FROM outbox", {}))
    assert "grace" not in row.lower()


def test_a_mail_is_claimed_when_due_and_once_for_a_lease(database: SqlDatabase) -> None:
    owe(database, make_mail(not_before=NOW + 10))

    assert claim(database, now=NOW + 9) == []
    assert claim(database, now=NOW + 10) == ["m1"]
    assert claim(database, now=NOW + 69) == []
    assert claim(database, now=NOW + 70) == ["m1"]


def test_the_longest_due_are_claimed_first(database: SqlDatabase) -> None:
    owe(database, make_mail("m1", not_before=NOW - 1), make_mail("m2", not_before=NOW - 9))

    assert claim(database, limit=1) == ["m2"]
    assert claim(database, limit=1) == ["m1"]


def test_a_sent_mail_keeps_nothing_private_and_is_never_claimed(database: SqlDatabase) -> None:
    made = make_mail()
    owe(database, made)

    with database.writing() as unit:
        unit.outbox.mark_sent("m1", now=NOW + 5)

    assert claim(database, now=NOW + 10**6) == []
    assert stored(database) == replace(
        made, address="", payload="", attempts=1, next_try_at=NOW, sent_at=NOW + 5
    )


def test_a_failed_mail_is_tried_again_at_its_time(database: SqlDatabase) -> None:
    made = make_mail()
    owe(database, made)

    with database.writing() as unit:
        unit.outbox.mark_failed("m1", error="421", next_try_at=NOW + 300, now=NOW)

    assert claim(database, now=NOW + 299) == []
    assert stored(database) == replace(
        made, attempts=1, next_try_at=NOW + 300, last_error="421", first_tried_at=NOW
    )
    assert claim(database, now=NOW + 300) == ["m1"]


def test_a_mail_that_was_given_up_is_kept_to_be_seen(database: SqlDatabase) -> None:
    owe(database, make_mail())

    with database.writing() as unit:
        unit.outbox.mark_failed("m1", error="550", next_try_at=None, now=NOW + 7)

    assert claim(database, now=NOW + 10**6) == []
    with database.reading() as unit:
        [mail] = unit.outbox.unsent("mitte")
    assert (mail.given_up_at, mail.last_error) == (NOW + 7, "550")


def test_unsent_mails_are_listed_by_institution_oldest_first(database: SqlDatabase) -> None:
    owe(
        database,
        make_mail("m1", created_at=NOW + 1),
        make_mail("m2", created_at=NOW),
        make_mail("m3", institution="nord"),
        make_mail("m4"),
    )
    with database.writing() as unit:
        unit.outbox.mark_sent("m4", now=NOW)

    with database.reading() as unit:
        assert [mail.id for mail in unit.outbox.unsent("mitte")] == ["m2", "m1"]


def test_unsent_mails_about_an_appointment_can_be_cancelled(database: SqlDatabase) -> None:
    about = {"appointment": "a1"}
    owe(
        database,
        make_mail("told", **about),
        make_mail("waits", **about),
        make_mail("other kind", kind="declined", **about),
        make_mail("other person", recipient="counsellor", **about),
        make_mail("other appointment", appointment="a2"),
    )
    with database.writing() as unit:
        unit.outbox.mark_sent("told", now=NOW)
        of_kind = unit.outbox.cancel("a1", recipient="client", unsent_kinds=["requested"])
        all_kinds = unit.outbox.cancel("a1", recipient="client")

    assert (of_kind, all_kinds) == (1, 1)
    assert stored(database, "told") is not None
    assert stored(database, "waits") is None
    assert stored(database, "other person") is not None
    assert stored(database, "other appointment") is not None


def test_audit_lines_come_back_oldest_first(database: SqlDatabase) -> None:
    late = AuditEntry("e1", "mitte", NOW + 1, ALICE, "web", "confirm", "a1", "detail")
    early = AuditEntry("e2", "mitte", NOW, "client", "api", "request", "a1")
    with database.writing() as unit:
        for entry in (late, early, AuditEntry("e3", "mitte", NOW, "system", "worker", "purge")):
            unit.audit.add(entry)

    with database.reading() as unit:
        assert unit.audit.of_appointment("a1") == [early, late]


def test_a_setting_is_replaced_or_kept(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.settings.set("colour", "blue")
        unit.settings.set("colour", "red")
        kept = unit.settings.keep("colour", "green")
        new = unit.settings.keep("shape", "round")

    assert (kept, new) == ("red", "round")


def test_only_held_mails_can_be_cancelled(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.outbox.add(make_mail("m1", appointment="a1", not_before=NOW))
        unit.outbox.add(make_mail("m2", appointment="a1", not_before=NOW + 1))

        count = unit.outbox.cancel("a1", recipient="client", held_at=NOW)

    with database.reading() as unit:
        left = [mail.id for mail in unit.outbox.unsent("mitte")]
    assert (count, left) == (1, ["m1"])


def test_the_first_try_is_remembered_and_no_later_one(database: SqlDatabase) -> None:
    owe(database, make_mail())

    for later in (0, 300):
        with database.writing() as unit:
            unit.outbox.mark_failed(
                "m1", error="421", next_try_at=NOW + later + 60, now=NOW + later
            )

    found = stored(database)
    assert found is not None
    assert found.first_tried_at == NOW


def test_old_audit_lines_are_erased_of_one_institution_or_of_all(database: SqlDatabase) -> None:
    with database.writing() as unit:
        for name, institution, at in (
            ("a1", "mitte", NOW - 1),
            ("a2", "nord", NOW - 1),
            ("a3", "mitte", NOW),
        ):
            unit.audit.add(AuditEntry(name, institution, at, ALICE, "web", "confirm", name))

    with database.writing() as unit:
        of_one = unit.audit.purge(before=NOW, institution="mitte")
        of_all = unit.audit.purge(before=NOW)

    assert (of_one, of_all) == (1, 1)
    with database.reading() as unit:
        assert [bool(unit.audit.of_appointment(name)) for name in ("a1", "a2", "a3")] == [
            False,
            False,
            True,
        ]

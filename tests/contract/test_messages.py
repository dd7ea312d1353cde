from __future__ import annotations

from dataclasses import replace

from assisto_caldav.adapters.sql.unit_of_work import SqlDatabase
from assisto_caldav.domain.message import Message
from tests.contract.builders import NOW, add_appointment

FIRST = Message("m1", "mitte", "a1", is_from_client=True, text="Guten Tag", at=NOW)


def test_messages_come_back_in_order_and_are_seen_by_the_other_side(database: SqlDatabase) -> None:
    second = replace(FIRST, id="m2", is_from_client=False, text="Hallo", at=NOW + 1)
    with database.writing() as unit:
        made = add_appointment(unit, "a1")
        unit.messages.add(second)
        unit.messages.add(FIRST)

    with database.reading() as unit:
        assert unit.messages.of_appointment("a1") == [FIRST, second]
        assert unit.messages.unseen_from_clients(made.counsellor) == {"a1": 1}
    with database.writing() as unit:
        assert unit.messages.mark_seen("a1", from_client=True, now=NOW + 2) == 1
        assert unit.messages.mark_seen("a1", from_client=True, now=NOW + 3) == 0
    with database.reading() as unit:
        assert unit.messages.of_appointment("a1") == [replace(FIRST, seen_at=NOW + 2), second]
        assert unit.messages.unseen_from_clients(made.counsellor) == {}


def test_messages_are_erased_with_their_appointment(database: SqlDatabase) -> None:
    with database.writing() as unit:
        add_appointment(unit, "a1")
        unit.messages.add(FIRST)

    with database.writing() as unit:
        unit.appointments.erase("a1")

    with database.reading() as unit:
        assert unit.messages.of_appointment("a1") == []

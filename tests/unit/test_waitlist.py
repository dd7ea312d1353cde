"""A freed time is offered to one client after another, with an expiry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from assisto_caldav.domain.appointment import Appointment, State
from assisto_caldav.domain.channel import Channel
from assisto_caldav.errors import InvalidTransitionError, SlotTakenError
from assisto_caldav.usecases import waitlist
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.answer import confirm, decline
from assisto_caldav.usecases.client_acts import cancel_by_client
from assisto_caldav.usecases.find_slots import SlotWish, find_slots
from assisto_caldav.usecases.holds import find_hold, place_hold
from assisto_caldav.usecases.move import move_by_client
from assisto_caldav.usecases.waitlist import (
    accept_earlier,
    join_waitlist,
    leave_waitlist,
    look_up_waiting,
    offer_freed,
    refuse_earlier,
)
from tests.appointments import appointment, is_taken, mails
from tests.office import (
    ALICE,
    MONDAY,
    Office,
    at,
    make_details,
    open_office,
    open_times,
    send_request,
)

NINE, TEN, ELEVEN = (at(MONDAY, clock) for clock in ("09:00", "10:00", "11:00"))
HOURS = 3600
PAGE = Actor(ALICE, "web")


@pytest.fixture
def office() -> Iterator[Office]:
    """Alice works on one Monday from 9 to 12: three times, all taken by the cast below."""
    with open_office() as made:
        limits = replace(made.institution().limits, notice_hours=24)
        made.configure(replace(made.institution(), limits=limits))
        open_times(made, first=MONDAY, until=MONDAY)
        yield made


def ask(office: Office, start: int, email: str = "olaf@post.example") -> tuple[Appointment, str]:
    return send_request(office, start, details=make_details(email=email))


def wait(office: Office, code: str) -> None:
    join_waitlist(office.ports, institution="mitte", code=code)


def offered(office: Office, made: Appointment) -> int | None:
    entry = look_up_waiting(office.ports, made.id)
    return entry.offer.start if entry and entry.offer else None


def cancel(office: Office, code: str) -> None:
    cancel_by_client(office.ports, institution="mitte", code=code, via="web")


def free_starts(office: Office) -> list[int]:
    wish = SlotWish("mitte", "s1", Channel.VIDEO, MONDAY, MONDAY)
    return [slot.start for slot in find_slots(office.ports, wish)]


def accept(office: Office, code: str, *, shown: int, start: int = NINE) -> Appointment:
    return accept_earlier(office.ports, institution="mitte", code=code, shown=shown, start=start)


def test_a_freed_time_is_kept_for_the_first_in_turn(office: Office) -> None:
    _, first = ask(office, NINE)
    olaf, olafs = ask(office, TEN)
    erna, ernas = ask(office, ELEVEN)
    wait(office, ernas)
    office.clock.advance(1)
    wait(office, olafs)
    assert offer_freed(office.ports) == 0

    cancel(office, first)

    assert offer_freed(office.ports) == 1
    assert offered(office, erna) == NINE
    assert offered(office, olaf) is None
    assert free_starts(office) == []
    assert ("client", "waitlist_offer") in mails(office, erna.id)
    assert ("client", "waitlist_offer") not in mails(office, olaf.id)


def test_who_accepts_asks_for_the_earlier_time_and_waits_no_more(office: Office) -> None:
    _, first = ask(office, NINE)
    olaf, code = ask(office, TEN)
    confirm(office.ports, PAGE, olaf.id)
    wait(office, code)
    cancel(office, first)
    offer_freed(office.ports)

    moved = accept(office, code, shown=TEN)

    assert (moved.state, moved.start) == (State.REQUESTED, NINE)
    assert appointment(office, olaf.id) == moved
    assert is_taken(office, NINE)
    assert free_starts(office) == [TEN, ELEVEN]
    assert look_up_waiting(office.ports, olaf.id) is None
    assert accept(office, code, shown=TEN) == moved


def test_what_is_refused_goes_to_the_next_and_never_comes_back(office: Office) -> None:
    _, first = ask(office, NINE)
    olaf, olafs = ask(office, TEN)
    erna, ernas = ask(office, ELEVEN)
    wait(office, olafs)
    office.clock.advance(1)
    wait(office, ernas)
    cancel(office, first)
    offer_freed(office.ports)

    refuse_earlier(office.ports, institution="mitte", code=olafs, start=NINE)
    offer_freed(office.ports)
    refuse_earlier(office.ports, institution="mitte", code=ernas, start=NINE)

    assert offered(office, erna) is None
    assert offer_freed(office.ports) == 0
    assert free_starts(office) == [NINE]
    assert appointment(office, olaf.id).start == TEN


def test_an_offer_lapses_and_goes_to_the_next(office: Office) -> None:
    _, first = ask(office, NINE)
    olaf, olafs = ask(office, TEN)
    erna, ernas = ask(office, ELEVEN)
    wait(office, olafs)
    office.clock.advance(1)
    wait(office, ernas)
    cancel(office, first)
    offer_freed(office.ports)

    office.clock.advance(120 * 60)

    assert offered(office, olaf) is None
    with pytest.raises(SlotTakenError):
        accept(office, olafs, shown=TEN)
    assert offer_freed(office.ports) == 1
    assert offered(office, erna) == NINE
    with pytest.raises(SlotTakenError):
        accept(office, olafs, shown=TEN)
    assert appointment(office, olaf.id).start == TEN


def test_no_later_time_is_offered(office: Office) -> None:
    made, code = ask(office, NINE)
    wait(office, code)

    assert offer_freed(office.ports) == 0
    assert offered(office, made) is None


def test_an_offer_ends_with_the_notice_and_comes_only_with_time_to_decide(office: Office) -> None:
    _, first = ask(office, NINE)
    olaf, code = ask(office, ELEVEN)
    wait(office, code)
    cancel(office, first)
    office.clock.instant = NINE - 24 * HOURS - 11 * 60

    assert offer_freed(office.ports) == 1
    entry = look_up_waiting(office.ports, olaf.id)
    assert entry
    assert entry.offer
    assert entry.offer.until == NINE - 24 * HOURS
    leave_waitlist(office.ports, institution="mitte", code=code)
    wait(office, code)
    office.clock.advance(120)

    offer_freed(office.ports)

    assert offered(office, olaf) == TEN


def test_whoever_cancels_waits_no_more_and_the_kept_time_is_free(office: Office) -> None:
    _, first = ask(office, NINE)
    olaf, code = ask(office, TEN)
    wait(office, code)
    cancel(office, first)
    offer_freed(office.ports)

    cancel(office, code)
    offer_freed(office.ports)

    assert look_up_waiting(office.ports, olaf.id) is None
    assert free_starts(office) == [NINE, TEN, ELEVEN]


def test_a_declined_request_leaves_the_list_once_it_is_told(office: Office) -> None:
    olaf, code = ask(office, TEN)
    wait(office, code)
    decline(office.ports, PAGE, olaf.id)
    office.clock.advance(11 * 60)

    offer_freed(office.ports)

    assert look_up_waiting(office.ports, olaf.id) is None


def test_who_has_moved_earlier_is_not_kept_a_later_time(office: Office) -> None:
    _, first = ask(office, TEN)
    olaf, code = ask(office, ELEVEN)
    wait(office, code)
    place_hold(
        office.ports, institution="mitte", service="s1", channel=Channel.VIDEO,
        start=NINE, counsellor=ALICE, visitor="somebody",
    )  # fmt: skip
    cancel(office, first)
    offer_freed(office.ports)
    assert offered(office, olaf) == TEN
    office.clock.advance(16 * 60)
    move_by_client(office.ports, institution="mitte", code=code, shown=ELEVEN, start=NINE)

    offer_freed(office.ports)

    assert offered(office, olaf) is None
    assert free_starts(office) == [TEN, ELEVEN]


def test_leaving_frees_what_was_kept(office: Office) -> None:
    _, first = ask(office, NINE)
    olaf, code = ask(office, TEN)
    wait(office, code)
    cancel(office, first)
    offer_freed(office.ports)

    leave_waitlist(office.ports, institution="mitte", code=code)

    assert look_up_waiting(office.ports, olaf.id) is None
    assert free_starts(office) == [NINE, ELEVEN]


def test_a_forged_cookie_does_not_get_what_is_kept(office: Office) -> None:
    _, first = ask(office, NINE)
    olaf, code = ask(office, TEN)
    wait(office, code)
    cancel(office, first)
    offer_freed(office.ports)
    entry = look_up_waiting(office.ports, olaf.id)
    assert entry
    assert entry.offer
    hold = entry.offer.hold

    for guess in (olaf.id, f"waitlist|{olaf.id}", code, ""):
        with pytest.raises(Exception, match="nicht mehr"):
            find_hold(office.ports, hold, visitor=guess)
    with pytest.raises(SlotTakenError):
        send_request(office, NINE, visitor=f"waitlist|{olaf.id}", hold=hold)


def test_what_is_too_near_cannot_be_waited_for(office: Office) -> None:
    _, code = ask(office, NINE)
    office.clock.instant = NINE - 24 * HOURS

    with pytest.raises(InvalidTransitionError):
        wait(office, code)


def test_one_broken_entry_keeps_no_other(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _, first = ask(office, NINE)
    olaf, olafs = ask(office, TEN)
    erna, ernas = ask(office, ELEVEN)
    wait(office, olafs)
    office.clock.advance(1)
    wait(office, ernas)
    cancel(office, first)
    whole = waitlist._offer_next

    def breaks(ports: object, entry: object) -> int:
        if entry.appointment == olaf.id:  # type: ignore[attr-defined]  # a Waiting
            raise RuntimeError(f"{olaf.sign} was here")
        return whole(ports, entry)  # type: ignore[arg-type]  # as the real one is called

    monkeypatch.setattr(waitlist, "_offer_next", breaks)

    assert offer_freed(office.ports) == 1
    assert offered(office, erna) == NINE
    assert "RuntimeError" in caplog.text
    assert olaf.sign not in caplog.text

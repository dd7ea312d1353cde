"""Plays the conversations beside it; README.md there says what the steps mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assisto_caldav.domain.appointment import Act
from assisto_caldav.errors import (
    AssistoError,
    ConflictError,
    EtagMismatchError,
    NotAllowedError,
    NotFoundError,
)
from assisto_caldav.usecases import answer
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.calendars import PutOutcome
from assisto_caldav.usecases.expire import expire_and_settle
from assisto_caldav.usecases.scheduling import carry_out
from tests.appointments import (
    PAGE,
    appointment,
    change,
    delete,
    lines,
    make_request,
    moved,
    put,
    stored,
    there,
    with_partstat,
)
from tests.office import Office, at, open_office

CONVERSATIONS = sorted((Path(__file__).parent / "conversations").glob("*.txt"))
CLIENT_ACTS = {
    "withdraw": Act.WITHDRAW,
    "cancel": Act.CANCEL_BY_CLIENT,
    "accept": Act.ACCEPT,
    "refuse": Act.REFUSE,
}
ERRORS = (
    (EtagMismatchError, "stale"),
    (NotAllowedError, "refused"),
    (NotFoundError, "missing"),
    (ConflictError, "conflict"),
)


class Conversation:
    """The office, the copies that devices keep, and what the last step came to."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.copies: dict[tuple[str, str], tuple[str, str]] = {}
        self.outcome: set[str] = set()

    def play(self, step: str) -> None:
        word, *words = step.split()
        deed: Callable[..., Any] = getattr(self, f"do_{word}")
        if word in ("expect", "get", "state", "mails"):
            deed(*words)
            return
        try:
            self.outcome = words_for(deed(*words))
        except AssistoError as exc:
            self.outcome = {next(name for kind, name in ERRORS if isinstance(exc, kind))}

    def do_request(self, name: str, day: str, clock: str, *more: str) -> None:
        start = at(date.fromisoformat(day), clock)
        make_request(self.office, name, start=start, has_email="without-mail" not in more)

    def do_fetch(self, device: str, name: str) -> None:
        found = there(self.office, name)
        self.copies[device, name] = (found.text, found.etag)

    def do_put(self, device: str, name: str, *changes: str) -> PutOutcome:
        text, etag = self.copies[device, name]
        for one in changes:
            text = changed(text, one)
        self.copies[device, name] = (text, etag)
        return put(self.office, text, href=f"{name}.ics", if_match=(etag,))

    def do_send(self, device: str, name: str) -> PutOutcome:
        return put(self.office, self.copies[device, name][0], href=f"{name}.ics")

    def do_delete(self, device: str, name: str) -> None:
        del device
        delete(self.office, f"{name}.ics")

    def do_web(self, act: str, name: str) -> None:
        getattr(answer, act)(self.office.ports, PAGE, name)

    def do_client(self, act: str, name: str) -> None:
        with self.office.database.writing() as unit:
            found = unit.appointments.get(name)
            assert found is not None
            carry_out(unit, self.office.ports, Actor("", "web"), found, CLIENT_ACTS[act])

    def do_wait(self, minutes: str) -> None:
        self.office.clock.advance(int(minutes) * 60)
        expire_and_settle(self.office.ports)

    def do_expect(self, *outcome: str) -> None:
        assert set(outcome) <= self.outcome, (outcome, self.outcome)

    def do_get(self, name: str, *wanted: str) -> None:
        found = stored(self.office, name)
        if wanted == ("gone",):
            assert found is None
            return
        assert found is not None
        rows = lines(found.text)
        for one in wanted:
            assert any(row.startswith(one.replace("_", " ")) for row in rows), (one, rows)

    def do_state(self, name: str, *words: str) -> None:
        assert appointment(self.office, name).state.value == " ".join(words)

    def do_mails(self, name: str, *kinds: str) -> None:
        now = self.office.clock.now()
        owed = [m for m in self.office.mails() if m.appointment == name and m.not_before <= now]
        assert [mail.kind for mail in owed] == list(kinds)


def words_for(outcome: object) -> set[str]:
    if not isinstance(outcome, PutOutcome):
        return {"done"}
    return {
        "created" if outcome.created else "changed",
        "no-etag" if outcome.etag is None else "etag",
    }


def changed(text: str, one: str) -> str:
    if one.startswith("PARTSTAT="):
        return with_partstat(text, one.removeprefix("PARTSTAT="))
    if one.startswith("MOVE="):
        return moved(text, one.removeprefix("MOVE="))
    if one.startswith("-"):
        return change(text, one[1:], None)
    name = one.split(":", maxsplit=1)[0].split(";", maxsplit=1)[0]
    return change(text, name, one.replace("_", " "))


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as opened:
        yield opened


@pytest.mark.parametrize("path", CONVERSATIONS, ids=lambda path: path.stem)
def test_a_conversation_goes_as_written(office: Office, path: Path) -> None:
    conversation = Conversation(office)

    for number, row in enumerate(path.read_text("utf-8").splitlines(), 1):
        step = row.partition("#")[0].strip()
        if step:
            try:
                conversation.play(step)
            except AssertionError as exc:
                raise AssertionError(f"{path.name}:{number}: {step}: {exc}") from exc


def test_there_are_conversations() -> None:
    assert len(CONVERSATIONS) > 4

"""Stores of appointments, holds, and whatever else bears on free time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from assisto_caldav.domain.appointment import Appointment, Hold
from assisto_caldav.domain.client_details import ClientDetails
from assisto_caldav.domain.collection import SlotFact
from assisto_caldav.domain.intervals import Interval


class AppointmentStore(Protocol):
    """Appointments, what clients told us, and the time that is taken."""

    def add(self, appointment: Appointment, details: ClientDetails, *, code_digest: str) -> None:
        """Store a new appointment and take its blocked time.

        Raises:
            SlotTakenError: The blocked time overlaps another appointment or hold.
        """
        ...

    def update(self, appointment: Appointment) -> Appointment:
        """Store a changed appointment, with ``revision`` grown by one.

        Its taken time follows: state and ``deletion`` decide whether time is
        taken, ``start`` and ``blocked_until`` which. While ``undo`` holds a
        declined or cancelled appointment, its time stays taken.

        Raises:
            SlotTakenError: The new time overlaps another appointment or hold.
            ConflictError: The stored revision is another.
        """
        ...

    def get(self, appointment: str) -> Appointment | None:
        """Return one appointment or None."""
        ...

    def by_code(self, code_digest: str) -> Appointment | None:
        """Return the appointment of an access code."""
        ...

    def by_uid(self, counsellor: str, uid: str) -> Appointment | None:
        """Return the counsellor's appointment of a calendar object's UID."""
        ...

    def details(self, appointment: str) -> ClientDetails:
        """Return what the client told us, opened.

        Raises:
            NotFoundError: There is no such appointment.
        """
        ...

    def set_details(self, appointment: str, details: ClientDetails) -> None:
        """Replace what the client told us."""
        ...

    def set_code(self, appointment: str, *, code_digest: str) -> None:
        """Let another access code lead to the appointment; the former one is dead.

        Raises:
            NotFoundError: There is no such appointment.
        """
        ...

    def of_counsellors(
        self, counsellors: Sequence[str], states: Iterable[str], *, since: int = 0
    ) -> list[Appointment]:
        """Return appointments in these states that end after ``since``, by start."""
        ...

    def of_client(self, client: str) -> list[Appointment]:
        """Return an account's appointments, by start."""
        ...

    def awaiting_answer(self, *, now: int) -> list[Appointment]:
        """Return requests whose ``answer_by``, and proposals and offers whose start, is past."""
        ...

    def reminders_due(self, *, now: int) -> list[Appointment]:
        """Return requests past half of their time to answer and not yet reminded of."""
        ...

    def deletions(self, counsellor: str, *, since: int = 0) -> list[Appointment]:
        """Return what an app deleted and what still stands, if it ends after ``since``."""
        ...

    def deletions_due(self, *, now: int) -> list[Appointment]:
        """Return pending (not parked) deletions whose minutes are over."""
        ...

    def undo_over(self, *, now: int) -> list[Appointment]:
        """Return appointments whose ``undo.until`` is past."""
        ...

    def objects_to_drop(self, *, ended_before: int) -> list[Appointment]:
        """Return appointments that did not come about and still have an object."""
        ...

    def retention_due(self, *, ended_before: int, held_before: int) -> list[Appointment]:
        """Return appointments to erase, none under legal hold.

        Declined, expired and withdrawn ones that ended before ``ended_before``;
        all others whose ``end`` is before ``held_before``.
        """
        ...

    def erase(self, appointment: str) -> None:
        """Remove an appointment with all that belongs to it (mails, tombstone content)."""
        ...

    def overlaps(self, counsellor: str, window: Interval, *, now: int, but: str = "") -> bool:
        """Tell whether an appointment or a live hold, other than ``but``, touches the window."""
        ...


class HoldStore(Protocol):
    """Slots kept while a form is filled in."""

    def place(self, hold: Hold, *, now: int) -> None:
        """Keep a slot; the visitor's earlier hold goes.

        Raises:
            SlotTakenError: The time overlaps an appointment or another live hold.
        """
        ...

    def get(self, hold: str) -> Hold | None:
        """Return a hold, also a lapsed one that is still there."""
        ...

    def of_visitor(self, institution: str, visitor: str) -> Hold | None:
        """Return the visitor's one hold, also a lapsed one that is still there."""
        ...

    def extend(self, hold: str, *, expires_at: int, now: int) -> None:
        """Let a hold live longer.

        Raises:
            SlotTakenError: It had lapsed and its time was taken.
            NotFoundError: There is no such hold.
        """
        ...

    def release(self, hold: str) -> None:
        """Give the time back; nothing happens when there is no such hold."""
        ...

    def purge(self, *, before: int) -> int:
        """Drop holds that lapsed before the instant; count them."""
        ...


class SlotFactStore(Protocol):
    """What bears on free time."""

    def read(self, counsellors: Sequence[str], window: Interval, *, now: int) -> list[SlotFact]:
        """Return all facts that overlap the window, from one query, by counsellor and start.

        Lapsed holds do not count. Appointments come with their follow-up time.
        """
        ...

    def revision(self, counsellors: Sequence[str]) -> tuple[int, ...]:
        """Return numbers that change whenever ``read`` might, holds' lapse apart.

        They change with the accounts, too.
        """
        ...

    def next_lapses(self, counsellors: Sequence[str], *, now: int) -> dict[str, int]:
        """Return the next instant at which a hold of each lapses; who has none is missing."""
        ...

    def working(self, counsellors: Sequence[str]) -> list[str]:
        """Return who of them has an account that is in use, in the order asked for."""
        ...

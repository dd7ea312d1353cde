"""What a calendar app says by changing an appointment's calendar object (RFC 6638 §3.2.2).

The stored object and the new one are compared. A changed value is a gesture, a
missing or backward one is not: CalDav Synchronizer drops STATUS, and a device
that was offline writes what held yesterday. PARTSTAT decides before STATUS, and
STATUS before X-MICROSOFT-CDO-BUSYSTATUS.

An answer and a new time may come in one PUT. The new time is read beside the
gesture; ``act_of`` says what both mean together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from assisto_caldav.domain.appointment import (
    AGREED,
    HOLDS_ITS_TIME,
    WAITS_FOR_COUNSELLOR,
    Act,
    State,
)
from assisto_caldav.domain.appointment_object import (
    BUSYSTATUS,
    STAMPS,
    event_time,
    master_of,
    own_attendee_line,
)
from assisto_caldav.domain.attendee import (
    attendees,
    canonical_address,
    organizer,
    partstat_of,
)
from assisto_caldav.domain.calendar_object import CalendarObject
from assisto_caldav.domain.component import Component
from assisto_caldav.domain.content_lines import unescape_text
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.errors import SchedulingObjectChangeError


class Gesture(StrEnum):
    """What a changed PARTSTAT, STATUS or busy status says."""

    NONE = "none"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Answer:
    """How a new calendar object differs from the stored one.

    ``time`` is the new time, None when it is the old one. ``put_back`` holds,
    by name, the stored lines that must replace the new ones. ``is_only_partstat``:
    nothing but her PARTSTAT, and stamps, differ. ``is_repeated``: it gives the
    answer that is stored already, and nothing else of hers differs.
    """

    gesture: Gesture
    time: Interval | None
    sequence: int
    is_only_partstat: bool
    is_repeated: bool
    put_back: Mapping[str, tuple[str, ...]]


_BY_PARTSTAT = {
    "ACCEPTED": Gesture.CONFIRM,
    "DECLINED": Gesture.REFUSE,
    "TENTATIVE": Gesture.SEEN,
}
_OURS = ("SUMMARY", "LOCATION", "CATEGORIES", "URL", "CONFERENCE", "CLASS")
_TIMES = frozenset({"DTSTART", "DTEND", "DURATION"})
_RECURRENCE = ("RRULE", "RDATE", "EXRULE", "EXDATE", "RECURRENCE-ID")
_ANSWERS = frozenset({"ATTENDEE", "STATUS", BUSYSTATUS})
_NOT_HERS = STAMPS | _ANSWERS | _TIMES | frozenset(_OURS) | {"SEQUENCE", "ORGANIZER", "TRANSP"}


def read_answer(stored: CalendarObject, new: CalendarObject, *, own_address: str) -> Answer:
    """Compare the stored calendar object of an appointment with one that replaces it.

    Raises:
        SchedulingObjectChangeError: It changes what an attendee may not change.
    """
    before, after = master_of(stored), master_of(new)
    _refuse_changes(stored, new, own_address=own_address)
    new_time = event_time(new)
    if new_time is None:
        raise SchedulingObjectChangeError("Ein Termin hat einen Beginn und ein Ende mit Uhrzeit.")
    time = None if new_time == event_time(stored) else new_time
    gesture = _gesture(before, after, own_address=own_address)
    is_same_answer = time is None and gesture is Gesture.NONE
    return Answer(
        gesture=gesture,
        time=time,
        sequence=new.sequence,
        is_only_partstat=time is None and _differ_in_answer_alone(before, after),
        is_repeated=is_same_answer and _says_the_same(before, after, own_address=own_address),
        put_back=dict(_put_back(before, after, own_address=own_address)),
    )


def act_of(answer: Answer, state: State) -> Act | None:
    """Return what an answer does to an appointment in this state; None: nothing.

    A refusal stands, whatever the time. A new time on a request proposes it,
    also with an acceptance: she agrees, but to another time, which the client
    must accept first. A repeated acceptance does nothing.

    Raises:
        SchedulingObjectChangeError: The appointment has ended, and this would revive it.
    """
    if state not in HOLDS_ITS_TIME:
        if answer.time is not None or answer.gesture is Gesture.CONFIRM:
            raise SchedulingObjectChangeError("Dieser Termin ist nicht mehr offen.")
        return None
    if answer.gesture is Gesture.REFUSE:
        return Act.CANCEL_BY_COUNSELLOR if state in AGREED else Act.DECLINE
    if answer.time is not None:
        return Act.RESCHEDULE if state in AGREED else Act.PROPOSE
    if answer.gesture is Gesture.CONFIRM and state in WAITS_FOR_COUNSELLOR:
        return Act.CONFIRM
    return None


def is_refusal(item: CalendarObject, *, own_address: str) -> bool:
    """Tell whether an object on its own says no: to know a repeated refusal by."""
    event = master_of(item)
    return (
        partstat_of(event, own_address) == "DECLINED"
        or event.value("STATUS").upper() == "CANCELLED"
    )


def _refuse_changes(stored: CalendarObject, new: CalendarObject, *, own_address: str) -> None:
    before, after = master_of(stored), master_of(new)
    if stored.uid != new.uid:
        raise SchedulingObjectChangeError("Die UID eines Termins ändert sich nicht.")
    old, changed = organizer(before), organizer(after)
    if (old and old.address) != (changed and changed.address):
        raise SchedulingObjectChangeError("Wer einlädt, ändert sich nicht (ORGANIZER).")
    known = {found.address for found in attendees(before)} | {canonical_address(own_address)}
    if not {found.address for found in attendees(after)} <= known:
        raise SchedulingObjectChangeError("Zu einem Termin wird niemand weiter eingeladen.")
    if len(new.components) > 1 or any(name in after for name in _RECURRENCE):
        raise SchedulingObjectChangeError("Ein Termin wiederholt sich nicht.")


def _gesture(before: Component, after: Component, *, own_address: str) -> Gesture:
    old, new = partstat_of(before, own_address), partstat_of(after, own_address)
    if new != old and new in _BY_PARTSTAT:
        return _BY_PARTSTAT[new]
    old, new = before.value("STATUS").upper(), after.value("STATUS").upper()
    if new != old and new == "CANCELLED":
        return Gesture.REFUSE
    if new == "CONFIRMED" and old == "TENTATIVE":
        return Gesture.CONFIRM
    old, new = before.value(BUSYSTATUS).upper(), after.value(BUSYSTATUS).upper()
    return Gesture.CONFIRM if (old, new) == ("TENTATIVE", "BUSY") else Gesture.NONE


def _says_the_same(before: Component, after: Component, *, own_address: str) -> bool:
    same_partstat = (
        partstat_of(before, own_address) == partstat_of(after, own_address)
        and partstat_of(after, own_address) in _BY_PARTSTAT
    )
    same_status = before.value("STATUS").upper() == after.value("STATUS").upper() == "CONFIRMED"
    same_busy = before.value(BUSYSTATUS).upper() == after.value(BUSYSTATUS).upper() == "BUSY"
    return (same_partstat or same_status or same_busy) and (
        _lines(before, but=_NOT_HERS) == _lines(after, but=_NOT_HERS)
    )


def _differ_in_answer_alone(before: Component, after: Component) -> bool:
    but = STAMPS | {"ATTENDEE", "SEQUENCE"}
    return _lines(before, but=but) == _lines(after, but=but)


def _lines(component: Component, *, but: frozenset[str]) -> list[str]:
    """Return the lines of a component and of those inside it, in a comparable order."""
    own = [
        f"{component.name}\t{line}"
        for name, lines in component.lines.items()
        if name not in but
        for line in lines
    ]
    inner = [line for part in component.components for line in _lines(part, but=frozenset())]
    return sorted(own + inner)


def _put_back(
    before: Component, after: Component, *, own_address: str
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name in _OURS:
        if _values(before, name) != _values(after, name):
            yield name, tuple(before.lines.get(name, ()))
    if before.value("STATUS").upper() != after.value("STATUS").upper():
        yield "STATUS", tuple(before.lines.get("STATUS", ()))
    if BUSYSTATUS in before and before.value(BUSYSTATUS) != after.value(BUSYSTATUS):
        yield BUSYSTATUS, tuple(before.lines[BUSYSTATUS])
    new = partstat_of(after, own_address)
    if new != partstat_of(before, own_address) and new not in _BY_PARTSTAT:
        yield "ATTENDEE", _with_stored_attendee(before, after, own_address)


def _values(component: Component, name: str) -> list[str]:
    return sorted(unescape_text(found.value.strip()) for found in component.properties(name))


def _with_stored_attendee(before: Component, after: Component, own_address: str) -> tuple[str, ...]:
    """Return all ATTENDEE lines, her own as stored."""
    mine, stored = own_attendee_line(after, own_address), own_attendee_line(before, own_address)
    others = [line for line in after.lines.get("ATTENDEE", ()) if line != mine]
    return tuple(others) if stored is None else (stored, *others)

"""An appointment: its states, and the one table of transitions between them.

State is facts; what a page or a calendar shows is derived. Nothing here reads
a clock or a store. Words of the states are those of the JSON interface.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.client_details import NO_WISHES, ContactWishes
from assisto_caldav.domain.hold import Hold as Hold  # noqa: PLC0414 - offered here on purpose
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.errors import InvalidTransitionError


class State(StrEnum):
    """Where a single appointment stands."""

    REQUESTED = "requested"
    OFFERED = "offered"
    PROPOSED = "other time proposed"
    CONFIRMED = "confirmed"
    RESCHEDULED = "rescheduled"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CANCELLED_BY_CLIENT = "cancelled by client"
    CANCELLED_BY_COUNSELLOR = "cancelled by counsellor"
    TOOK_PLACE = "took place"
    NO_SHOW = "no-show"


class Act(StrEnum):
    """What somebody, or the passing of time, does to an appointment."""

    CONFIRM = "confirm"
    DECLINE = "decline"
    PROPOSE = "propose another time"
    ACCEPT = "accept"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    RESCHEDULE = "reschedule"
    CANCEL_BY_CLIENT = "cancel by client"
    CANCEL_BY_COUNSELLOR = "cancel by counsellor"
    MOVE_BY_CLIENT = "move by client"
    RECORD_ATTENDANCE = "record attendance"
    RECORD_ABSENCE = "record absence"


TRANSITIONS: dict[tuple[State, Act], State] = {
    (State.REQUESTED, Act.CONFIRM): State.CONFIRMED,
    (State.REQUESTED, Act.DECLINE): State.DECLINED,
    (State.REQUESTED, Act.PROPOSE): State.PROPOSED,
    (State.REQUESTED, Act.WITHDRAW): State.WITHDRAWN,
    (State.REQUESTED, Act.EXPIRE): State.EXPIRED,
    (State.REQUESTED, Act.MOVE_BY_CLIENT): State.REQUESTED,
    (State.PROPOSED, Act.MOVE_BY_CLIENT): State.REQUESTED,
    (State.CONFIRMED, Act.MOVE_BY_CLIENT): State.REQUESTED,
    (State.RESCHEDULED, Act.MOVE_BY_CLIENT): State.REQUESTED,
    (State.PROPOSED, Act.ACCEPT): State.CONFIRMED,
    (State.PROPOSED, Act.REFUSE): State.DECLINED,
    (State.PROPOSED, Act.PROPOSE): State.PROPOSED,
    (State.PROPOSED, Act.DECLINE): State.DECLINED,
    (State.PROPOSED, Act.WITHDRAW): State.WITHDRAWN,
    (State.PROPOSED, Act.EXPIRE): State.EXPIRED,
    (State.OFFERED, Act.ACCEPT): State.CONFIRMED,
    (State.OFFERED, Act.REFUSE): State.DECLINED,
    (State.OFFERED, Act.DECLINE): State.DECLINED,
    (State.OFFERED, Act.EXPIRE): State.EXPIRED,
    (State.CONFIRMED, Act.RESCHEDULE): State.RESCHEDULED,
    (State.CONFIRMED, Act.CANCEL_BY_CLIENT): State.CANCELLED_BY_CLIENT,
    (State.CONFIRMED, Act.CANCEL_BY_COUNSELLOR): State.CANCELLED_BY_COUNSELLOR,
    (State.CONFIRMED, Act.RECORD_ATTENDANCE): State.TOOK_PLACE,
    (State.CONFIRMED, Act.RECORD_ABSENCE): State.NO_SHOW,
    (State.RESCHEDULED, Act.ACCEPT): State.CONFIRMED,
    (State.RESCHEDULED, Act.RESCHEDULE): State.RESCHEDULED,
    (State.RESCHEDULED, Act.CANCEL_BY_CLIENT): State.CANCELLED_BY_CLIENT,
    (State.RESCHEDULED, Act.CANCEL_BY_COUNSELLOR): State.CANCELLED_BY_COUNSELLOR,
    (State.RESCHEDULED, Act.RECORD_ATTENDANCE): State.TOOK_PLACE,
    (State.RESCHEDULED, Act.RECORD_ABSENCE): State.NO_SHOW,
}

WAITS_FOR_COUNSELLOR = frozenset({State.REQUESTED})
WAITS_FOR_CLIENT = frozenset({State.OFFERED, State.PROPOSED})
AGREED = frozenset({State.CONFIRMED, State.RESCHEDULED})
HOLDS_ITS_TIME = WAITS_FOR_COUNSELLOR | WAITS_FOR_CLIENT | AGREED
MOVES_IT = frozenset({Act.PROPOSE, Act.RESCHEDULE})
BY_COUNSELLOR = MOVES_IT | {Act.CONFIRM, Act.DECLINE, Act.CANCEL_BY_COUNSELLOR}
BY_CLIENT = frozenset(
    {Act.ACCEPT, Act.REFUSE, Act.WITHDRAW, Act.CANCEL_BY_CLIENT, Act.MOVE_BY_CLIENT}
)


class Known(StrEnum):
    """How the client knows of the newest change."""

    NOT_YET = "not yet"
    MAILED = "mailed"
    SEEN = "seen"


class Deletion(StrEnum):
    """What a DELETE from a calendar app has left behind (design §5.2)."""

    NONE = "none"
    PENDING = "pending"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Undo:
    """What an answer from a calendar app is undone to, while it may be.

    ``until`` is the instant at which the client is told.
    """

    state: State
    start: int
    end: int
    until: int


@dataclass(frozen=True, slots=True)
class Appointment:
    """One appointment of one client with one counsellor.

    Instants are UTC epoch seconds. ``blocked_until`` is ``end`` with the
    follow-up time. ``counsellor`` is a login. ``href`` is the object's name in
    the counsellor's ``appointments/``, None once the object is gone.
    ``removed_text`` is what the object said when it went, as long as it may come
    back. ``client`` is the account it belongs to, None where the access code alone
    leads to it. ``revision`` grows with each stored change.
    """

    id: str
    institution: str
    counsellor: str
    service: str
    channel: Channel
    state: State
    start: int
    end: int
    blocked_until: int
    uid: str
    sign: str
    requested_at: int
    href: str | None = None
    answer_by: int | None = None
    reminded_at: int | None = None
    ended_at: int | None = None
    undo: Undo | None = None
    deletion: Deletion = Deletion.NONE
    deletion_due: int | None = None
    removed_text: str | None = None
    known: Known = Known.SEEN
    locale: str = "de"
    wants_ics: bool = False
    has_email: bool = False
    legal_hold: bool = False
    client: str | None = None
    contact: ContactWishes = NO_WISHES
    revision: int = 0

    def __post_init__(self) -> None:
        """Refuse an appointment that ends before it starts."""
        if not self.start < self.end <= self.blocked_until:
            raise ValueError("An appointment needs start < end <= blocked_until.")

    @property
    def follow_up(self) -> int:
        """Seconds of follow-up time."""
        return self.blocked_until - self.end

    @property
    def blocked(self) -> Interval:
        """The time that no other appointment of the counsellor may touch."""
        return Interval(self.start, self.blocked_until)


def next_state(state: State, act: Act) -> State:
    """Return the state that the act leads to.

    Raises:
        InvalidTransitionError: The table has no such transition.
    """
    try:
        return TRANSITIONS[state, act]
    except KeyError as exc:
        raise InvalidTransitionError(state.value, act.value) from exc


def allowed_acts(state: State) -> frozenset[Act]:
    """Return all acts that the state allows."""
    return frozenset(act for origin, act in TRANSITIONS if origin is state)


def perform(appointment: Appointment, act: Act, *, now: int) -> Appointment:
    """Return the appointment after an act that keeps its time.

    What could be undone, or waited for its deletion, is settled by it.

    Raises:
        InvalidTransitionError: The state does not allow the act.
    """
    state = next_state(appointment.state, act)
    return replace(
        appointment,
        state=state,
        ended_at=None if state in HOLDS_ITS_TIME else now,
        answer_by=appointment.answer_by if state in WAITS_FOR_COUNSELLOR else None,
        known=Known.SEEN if act in BY_CLIENT else Known.NOT_YET,
        undo=None,
        deletion=Deletion.NONE,
        deletion_due=None,
        removed_text=None,
    )


def perform_move(appointment: Appointment, act: Act, to: Interval, *, now: int) -> Appointment:
    """Return the appointment after a proposal or a rescheduling to another time.

    Raises:
        InvalidTransitionError: The state does not allow the act.
    """
    moved = perform(appointment, act, now=now)
    return replace(moved, start=to.start, end=to.end, blocked_until=to.end + appointment.follow_up)


def make_undoable(before: Appointment, after: Appointment, *, now: int, until: int) -> Appointment:
    """Return ``after`` such that until the instant it leads back to what the client knows."""
    told = as_told(before, now=now)
    undo = Undo(told.state, told.start, told.end, until)
    return replace(after, undo=undo, answer_by=before.answer_by)


def as_told(appointment: Appointment, *, now: int) -> Appointment:
    """Return the appointment as the client knows it: without an answer that can be undone."""
    undo = appointment.undo
    return appointment if undo is None or undo.until <= now else _before_answer(appointment, undo)


def undone(appointment: Appointment) -> Appointment:
    """Return the appointment as it was before its deletion, or else before its answer."""
    if appointment.deletion is not Deletion.NONE or appointment.undo is None:
        return replace(appointment, deletion=Deletion.NONE, deletion_due=None, removed_text=None)
    return without_undo(_before_answer(appointment, appointment.undo))


def without_undo(appointment: Appointment) -> Appointment:
    """Return the appointment with an answer that stands; a deletion may still wait."""
    waits = appointment.state in WAITS_FOR_COUNSELLOR
    is_deleted = appointment.deletion is not Deletion.NONE
    return replace(
        appointment,
        undo=None,
        removed_text=appointment.removed_text if is_deleted else None,
        answer_by=appointment.answer_by if waits else None,
    )


def _before_answer(appointment: Appointment, undo: Undo) -> Appointment:
    return replace(
        appointment,
        state=undo.state,
        start=undo.start,
        end=undo.end,
        blocked_until=undo.end + appointment.follow_up,
        ended_at=None,
        known=_known_before(appointment, undo.state),
    )


def _known_before(appointment: Appointment, state: State) -> Known:
    if state in WAITS_FOR_COUNSELLOR:
        return Known.SEEN
    return Known.MAILED if appointment.has_email else Known.NOT_YET

"""Requests and appointments: the list, one of them, and the answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assisto_caldav.domain.appointment import Appointment, Deletion, State, allowed_acts
from assisto_caldav.domain.identity import same_address
from assisto_caldav.domain.localtime import to_instant, to_local, zone
from assisto_caldav.errors import (
    InvalidInputError,
    InvalidTransitionError,
    SchedulingObjectChangeError,
    SlotTakenError,
)
from assisto_caldav.usecases.answer import (
    cancel,
    confirm,
    decline,
    reschedule,
    set_legal_hold,
    settle_parked,
    undo,
)
from assisto_caldav.usecases.appointments import inbox, open_appointment
from assisto_caldav.usecases.booking_times import count_not_understood
from assisto_web.i18n import gettext as _
from assisto_web.i18n import said
from assisto_web.ports_access import ports_here
from assisto_web.staff.access import for_staff, me, page_facts
from assisto_web.staff.audit_words import act_word, actor_word, via_word
from assisto_web.staff.state_words import state_word, status_class


@for_staff
def show_inbox() -> ResponseReturnValue:
    """Show what waits for an answer, then what is agreed."""
    if not me().entry.is_counsellor:
        return redirect(url_for("staff.admin"))
    box = inbox(ports_here(), me().member.login)
    return render_template(
        "staff/inbox.html",
        **page_facts(),
        box=box,
        unclear=count_not_understood(ports_here(), me().member.login),
        state_word=state_word,
        status_class=status_class,
    )


@for_staff
def settle() -> ResponseReturnValue:
    """Decide over appointments that an app deleted in one go."""
    settle_parked(ports_here(), me().actor, restore=request.form.get("act") == "restore")
    return redirect(url_for("staff.inbox"))


@for_staff
def show(appointment_id: str) -> ResponseReturnValue:
    """Show everything of one appointment."""
    return _page(appointment_id, {})


def _page(appointment_id: str, errors: dict[str, str]) -> str:
    present = me()
    view = open_appointment(ports_here(), present.actor, appointment_id)
    appointment = view.appointment
    local = to_local(appointment.start, zone(present.institution.zone))
    is_mine = same_address(appointment.counsellor, present.member.login)
    return render_template(
        "staff/appointment.html",
        **page_facts(),
        view=view,
        appointment=appointment,
        acts=_acts(appointment),
        is_mine=is_mine,
        is_offer=appointment.state is State.OFFERED,
        may_hold=is_mine or present.entry.is_administrator,
        may_undo=is_mine and _may_undo(appointment),
        act_word=act_word,
        via_word=via_word,
        actor_word=actor_word,
        state_word=state_word(appointment.state),
        status_class=status_class(appointment.state),
        typed={
            "day": request.form.get("day", local.date().isoformat()),
            "time": request.form.get("time", f"{local:%H:%M}"),
            "text": request.form.get("text", ""),
        },
        errors=errors,
    )


def _acts(appointment: Appointment) -> set[str]:
    """Return what can be done: nothing, once it has been deleted or its time has come."""
    is_over = appointment.start <= ports_here().clock.now()
    if is_over or appointment.deletion is not Deletion.NONE:
        return set()
    return {act.name for act in allowed_acts(appointment.state)}


def _may_undo(appointment: Appointment) -> bool:
    undo_ = appointment.undo
    in_time = undo_ is not None and undo_.until > ports_here().clock.now()
    return in_time or appointment.deletion is not Deletion.NONE


@for_staff
def act(appointment_id: str) -> ResponseReturnValue:
    """Answer, move or undo; whoever comes second sees what holds now."""
    errors = _perform(appointment_id, request.form.get("act", ""))
    if errors:
        return _page(appointment_id, errors), 409
    return redirect(url_for("staff.appointment", appointment_id=appointment_id))


def _perform(appointment_id: str, wanted: str) -> dict[str, str]:
    """Do what the button says; return what stands in the way, by field."""
    try:
        _act(appointment_id, wanted)
    except InvalidTransitionError:
        return {"act": _("Das ist schon beantwortet. Hier steht, was jetzt gilt.")}
    except (SlotTakenError, SchedulingObjectChangeError):
        return {
            "time": _(
                "Zu dieser Zeit ist schon etwas anderes eingetragen. Bitte wählen Sie eine andere."
            )
        }
    except InvalidInputError as error:
        return {"day" if error.field == "start" else "text": said(error)}
    return {}


def _act(appointment_id: str, wanted: str) -> None:
    ports, actor = ports_here(), me().actor
    answers: dict[str, Callable[..., Appointment]] = {
        "confirm": confirm,
        "decline": decline,
        "cancel": cancel,
    }
    if wanted in answers:
        answers[wanted](ports, actor, appointment_id, text=request.form.get("text", ""))
    elif wanted == "undo":
        undo(ports, actor, appointment_id)
    elif wanted == "move":
        reschedule(ports, actor, appointment_id, start=wanted_start())
    elif wanted in ("hold", "release"):
        set_legal_hold(ports, actor, appointment_id, on=wanted == "hold")
    else:
        abort(400)


def wanted_start() -> int:
    """Return the instant that the form names.

    Raises:
        InvalidInputError: Day or time is missing.
    """
    day, time = request.form.get("day", ""), request.form.get("time", "")
    try:
        wall = datetime.fromisoformat(f"{day}T{time}")
        return to_instant(wall.replace(tzinfo=None), zone(me().institution.zone))
    except (ValueError, OverflowError) as exc:
        raise InvalidInputError("Bitte geben Sie Tag und Uhrzeit an.", field="start") from exc

"""States in a client's words: what is, then what comes."""

from __future__ import annotations

from assisto_caldav.domain.appointment import AGREED, Appointment, State, allowed_acts
from assisto_caldav.domain.institution import Institution
from assisto_web.i18n import gettext as _
from assisto_web.i18n import spoken_instant
from assisto_web.ports_access import ports_here

CLASSES = {
    State.REQUESTED: "requested",
    State.OFFERED: "offered",
    State.PROPOSED: "proposed",
    State.CONFIRMED: "confirmed",
    State.RESCHEDULED: "confirmed",
    State.TOOK_PLACE: "confirmed",
}


def state_facts(appointment: Appointment, institution: Institution) -> dict[str, object]:
    """Return what pages say about an appointment's state and offer to do about it."""
    is_over = appointment.start <= ports_here().clock.now()
    return {
        "acts": frozenset() if is_over else {act.name for act in allowed_acts(appointment.state)},
        "state_word": state_word(appointment.state),
        "status_class": status_class(appointment.state),
        "what_comes": what_comes(appointment, institution, is_over=is_over),
        "is_agreed": appointment.state in AGREED,
    }


def file_status(state: State) -> str:
    """Return STATUS of the client's calendar file (RFC 5545 §3.8.1.11)."""
    if state in (State.REQUESTED, State.OFFERED, State.PROPOSED):
        return "TENTATIVE"
    return "CONFIRMED" if state in CLASSES else "CANCELLED"


def status_class(state: State) -> str:
    """Return the class that draws the border; whatever has ended is struck through."""
    return CLASSES.get(state, "cancelled")


def state_word(state: State) -> str:
    """Return the state as clients read it."""
    return {
        State.REQUESTED: _("angefragt, noch nicht bestätigt"),
        State.OFFERED: _("angeboten, wartet auf Ihre Antwort"),
        State.PROPOSED: _("andere Zeit vorgeschlagen"),
        State.CONFIRMED: _("bestätigt"),
        State.RESCHEDULED: _("verlegt"),
        State.DECLINED: _("nicht angenommen"),
        State.WITHDRAWN: _("zurückgezogen"),
        State.EXPIRED: _("ohne Antwort geblieben"),
        State.CANCELLED_BY_CLIENT: _("von Ihnen abgesagt"),
        State.CANCELLED_BY_COUNSELLOR: _("von der Beratungsstelle abgesagt"),
        State.TOOK_PLACE: _("hat stattgefunden"),
        State.NO_SHOW: _("hat nicht stattgefunden"),
    }[state]


def what_comes(appointment: Appointment, institution: Institution, *, is_over: bool) -> str:
    """Return the sentence that says what happens next."""
    if is_over and appointment.state in AGREED:
        return _("Die Zeit dieses Termins ist gekommen. Er lässt sich hier nicht mehr ändern.")
    if appointment.state is State.REQUESTED and appointment.answer_by:
        return _(
            "Wir halten den Termin für Sie frei. Sie bekommen eine Antwort bis %(when)s.",
            when=spoken_instant(appointment.answer_by, institution),
        )
    return {
        State.OFFERED: _("Bitte sagen Sie zu oder ab."),
        State.PROPOSED: _("Passt Ihnen diese Zeit? Bitte sagen Sie zu oder ab."),
        State.CONFIRMED: _("Der Termin gilt. Sie müssen nichts weiter tun."),
        State.RESCHEDULED: _(
            "Der Termin gilt zur neuen Zeit. Passt sie nicht, sagen Sie bitte ab."
        ),
        State.DECLINED: _("Sie können eine andere Zeit anfragen."),
        State.EXPIRED: _("Das tut uns leid. Sie können eine andere Zeit anfragen."),
        State.CANCELLED_BY_COUNSELLOR: _("Sie können eine andere Zeit anfragen."),
    }.get(appointment.state, "")

"""States in the words of staff."""

from __future__ import annotations

from assisto_caldav.domain.appointment import State
from assisto_web.i18n import gettext as _

CLASSES = {
    State.REQUESTED: "requested",
    State.OFFERED: "offered",
    State.PROPOSED: "proposed",
    State.CONFIRMED: "confirmed",
    State.RESCHEDULED: "confirmed",
    State.TOOK_PLACE: "confirmed",
}


def status_class(state: State) -> str:
    """Return the class that draws the border."""
    return CLASSES.get(state, "cancelled")


def state_word(state: State) -> str:
    """Return the state in one or two words."""
    return {
        State.REQUESTED: _("Anfrage"),
        State.OFFERED: _("Angebot"),
        State.PROPOSED: _("andere Zeit vorgeschlagen"),
        State.CONFIRMED: _("bestätigt"),
        State.RESCHEDULED: _("verlegt"),
        State.DECLINED: _("abgelehnt"),
        State.WITHDRAWN: _("zurückgezogen"),
        State.EXPIRED: _("verfallen"),
        State.CANCELLED_BY_CLIENT: _("von Klient:in abgesagt"),
        State.CANCELLED_BY_COUNSELLOR: _("abgesagt"),
        State.TOOK_PLACE: _("hat stattgefunden"),
        State.NO_SHOW: _("nicht erschienen"),
    }[state]


def mail_word(kind: str) -> str:
    """Return what a mail is about; kinds that we have no word for stand as they are."""
    return {
        "request": _("Neue Anfrage, an Berater:in"),
        "request_reminder": _("Erinnerung an eine Anfrage, an Berater:in"),
        "withdrawn": _("Anfrage zurückgezogen, an Berater:in"),
        "cancelled_by_client": _("Absage, an Berater:in"),
        "undo_offer": _("Rückgängig machen, an Berater:in"),
        "deletions_parked": _("Mehrere Termine gelöscht, an Berater:in"),
        "moved_by_client": _("Verschoben, neu angefragt, an Berater:in"),
        "accepted": _("Zusage, an Berater:in"),
        "refused": _("Ablehnung, an Berater:in"),
        "message": _("Hinweis auf eine neue Nachricht"),
        "waitlist_offer": _("Frühere Zeit von der Warteliste"),
        "invite": _("Einladung"),
        "reset": _("Link für ein neues Passwort"),
        "received": _("Eingang der Anfrage, an Klient:in"),
        "confirmed": _("Bestätigung, an Klient:in"),
        "declined": _("Ablehnung, an Klient:in"),
        "expired": _("Anfrage verfallen, an Klient:in"),
        "cancelled": _("Absage, an Klient:in"),
        "rescheduled": _("Verlegung, an Klient:in"),
        "offered": _("Weiterer Termin angeboten, an Klient:in"),
        "proposed": _("Andere Zeit vorgeschlagen, an Klient:in"),
    }.get(kind, kind)

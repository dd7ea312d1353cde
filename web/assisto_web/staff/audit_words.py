"""The audit trail in the words of staff."""

from __future__ import annotations

from assisto_caldav.domain.institution import Institution
from assisto_web.i18n import gettext as _


def actor_word(actor: str, institution: Institution) -> str:
    """Return who it was: a colleague's name, else what they are."""
    if actor in ("", "client"):
        return _("Klient:in")
    if actor == "system":
        return _("automatisch")
    entry = institution.find_staff(actor)
    return entry.name if entry else actor


def via_word(via: str) -> str:
    """Return on which way it was done."""
    return {
        "web": _("Webseite"),
        "caldav": _("Kalender-App"),
        "link": _("Link in einer Mail"),
        "api": _("andere Webseite"),
        "worker": _("automatisch"),
        "demo": _("Vorführung"),
    }.get(via, via)


def act_word(act: str) -> str:
    """Return what was done; acts that we have no word for stand as they are."""
    return {
        "request": _("angefragt"),
        "offer": _("weiteren Termin angeboten"),
        "confirm": _("bestätigt"),
        "decline": _("abgelehnt"),
        "propose another time": _("andere Zeit vorgeschlagen"),
        "accept": _("zugesagt"),
        "refuse": _("neue Zeit abgelehnt"),
        "withdraw": _("zurückgezogen"),
        "expire": _("verfallen"),
        "reschedule": _("verlegt"),
        "cancel by client": _("von Klient:in abgesagt"),
        "cancel by counsellor": _("abgesagt"),
        "record attendance": _("hat stattgefunden"),
        "record absence": _("nicht erschienen"),
        "move by client": _("von Klient:in verschoben, neu angefragt"),
        "reissue code": _("neuer Zugangscode ausgegeben"),
        "forget": _("von Klient:in gelöscht"),
        "seen": _("angesehen"),
        "delete": _("in der Kalender-App gelöscht"),
        "undo": _("rückgängig gemacht"),
        "set legal hold": _("Löschsperre gesetzt"),
        "end legal hold": _("Löschsperre aufgehoben"),
        "forget address": _("Mailadresse gelöscht"),
    }.get(act, act)

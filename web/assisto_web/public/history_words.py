"""What happened to an appointment, in a client's words: who it was only as "Sie" or the centre."""

from __future__ import annotations

from collections.abc import Sequence

from assisto_caldav.domain.people import AuditEntry
from assisto_web.i18n import gettext as _


def told(lines: Sequence[AuditEntry]) -> list[tuple[int, str]]:
    """Return instant and words of each line that we have words for."""
    words = _words()
    return [(line.at, words[line.act]) for line in lines if line.act in words]


def _words() -> dict[str, str]:
    return {
        "request": _("Sie haben angefragt."),
        "move by client": _("Sie haben eine andere Zeit angefragt."),
        "accept": _("Sie haben zugesagt."),
        "refuse": _("Sie haben die Zeit abgelehnt."),
        "withdraw": _("Sie haben die Anfrage zurückgezogen."),
        "cancel by client": _("Sie haben abgesagt."),
        "offer": _("Die Beratungsstelle hat Ihnen diesen Termin angeboten."),
        "confirm": _("Die Beratungsstelle hat bestätigt."),
        "decline": _("Die Beratungsstelle konnte die Anfrage nicht annehmen."),
        "propose another time": _("Die Beratungsstelle hat eine andere Zeit vorgeschlagen."),
        "reschedule": _("Die Beratungsstelle hat den Termin verlegt."),
        "cancel by counsellor": _("Die Beratungsstelle hat abgesagt."),
        "expire": _("Es kam keine Antwort in der vorgesehenen Zeit."),
        "record attendance": _("Der Termin hat stattgefunden."),
        "record absence": _("Der Termin hat nicht stattgefunden."),
        "forget address": _("Sie haben die Mailadresse gelöscht."),
    }

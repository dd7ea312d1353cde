"""What a client reads who asks for more than the limits allow."""

from __future__ import annotations

from assisto_caldav.errors import LimitReachedError
from assisto_web.i18n import gettext as _


def too_many(error: LimitReachedError) -> dict[str, str]:
    """Return the form's field and its sentence for a limit of a mail address or an account."""
    if error.field == "email":
        text = _(
            "Mit dieser E-Mail-Adresse gab es heute schon viele Anfragen."
            " Lassen Sie das Feld leer, oder versuchen Sie es morgen noch einmal."
        )
        return {"email": text}
    if error.field == "week":
        text = _("In dieser Woche haben Sie schon genug Termine. Bitte wählen Sie eine andere.")
    else:
        text = _(
            "Sie haben schon einige Anfragen, die noch offen sind."
            " Bitte warten Sie auf eine Antwort, oder ziehen Sie eine zurück."
        )
    return {"text": text}


def not_held() -> str:
    """Return why a time is held no longer; the form can be sent all the same."""
    return _(
        "Länger können wir diese Uhrzeit nicht freihalten."
        " Senden geht auch danach, solange niemand anders sie gewählt hat."
    )

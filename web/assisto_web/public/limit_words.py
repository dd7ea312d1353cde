"""What a client reads who asks for more than the limits allow."""

from __future__ import annotations

from assisto_caldav.errors import LimitReachedError
from assisto_web.errors import minutes_of
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


def not_held(error: LimitReachedError) -> str:
    """Return why a time is not held, or no longer; the form can be sent all the same."""
    if not error.retry_after:
        return _(
            "Länger können wir diese Uhrzeit nicht freihalten."
            " Senden geht auch danach, solange niemand anders sie gewählt hat."
        )
    return _(
        "Von Ihrem Anschluss aus werden gerade sehr viele Uhrzeiten freigehalten. Wir können diese"
        " erst in %(count)s Minuten wieder freihalten. Senden geht trotzdem, solange niemand"
        " anders sie gewählt hat.",
        count=minutes_of(error),
    )

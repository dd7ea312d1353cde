"""German texts that a centre has until it writes its own."""

from __future__ import annotations

CRISIS = """\
Wenn Sie oder jemand anderes in Lebensgefahr ist: 112.

Telefonseelsorge, Tag und Nacht, kostenlos und anonym: 0800 111 0 111, 0800 111 0 222 oder 116 123.

Hilfetelefon „Gewalt gegen Frauen“, Tag und Nacht: 116 016.

Nummer gegen Kummer für Kinder und Jugendliche: 116 111.

Ärztlicher Bereitschaftsdienst: 116 117."""


def imprint(*, name: str, address: str, phone: str, mail: str) -> str:
    """Return who is responsible, as far as the configuration tells."""
    reach = [f"Telefon: {phone}"] if phone else []
    reach.append(f"E-Mail: {mail}")
    who = address if address.startswith(name) else f"{name}\n{address}".strip()
    return "\n\n".join((who, "\n".join(reach)))


def data_protection(*, imprint: str, declined_days: int, other_days: int) -> str:
    """Return the notice of Art. 13 DSGVO for what this software itself stores."""
    return f"""\
Verantwortlich für Ihre Daten ist:

{imprint}

Wir speichern, was Sie in das Formular schreiben: Ihren Anfragetext und, nur wenn Sie möchten, \
Name, E-Mail-Adresse und Telefonnummer. Dazu kommen Zeit, Beratungsleistung und Beratungskanal \
des Termins.

Wir brauchen diese Angaben, um Ihren Termin zu vereinbaren, und für nichts anderes. Sie tun das \
freiwillig; Grundlage ist Ihre Einwilligung (Art. 6 Abs. 1 Buchst. a und Art. 9 Abs. 2 Buchst. a \
DSGVO). Sie können sie jederzeit zurücknehmen.

Ihre Angaben lesen nur die Beraterinnen und Berater, die für Sie da sind. Sie liegen verschlüsselt \
auf unserem Server. Wir geben sie nicht weiter. Diese Seiten laden nichts von fremden Servern.

Abgelehnte und verfallene Anfragen löschen wir nach {declined_days} Tagen, alles andere \
{other_days} Tage nach Ihrem letzten Termin, wenn kein Gesetz uns zu längerer Aufbewahrung \
verpflichtet.

Sie können Auskunft, Berichtigung, Löschung und Einschränkung verlangen und Ihre Daten mitnehmen. \
Schreiben oder rufen Sie uns einfach an. Sie können sich auch bei der Datenschutzaufsicht Ihres \
Landes beschweren."""


def accessibility(*, mail: str, phone: str) -> str:
    """Return how to tell us of a barrier; it claims no test that nobody has made."""
    call = f" oder rufen Sie an: {phone}" if phone else ""
    return f"""\
Diese Seiten sollen für alle benutzbar sein: mit Tastatur, mit Vorlesehilfe, stark vergrößert und \
ohne JavaScript. Unser Maß sind die Richtlinien WCAG 2.2, Stufe AA.

Stoßen Sie auf ein Hindernis, schreiben Sie an {mail}{call}. Einen Termin machen wir mit Ihnen \
auch auf diesem Weg aus."""

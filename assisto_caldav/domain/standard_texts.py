"""Texts that a centre has until it writes its own."""

from __future__ import annotations

from dataclasses import dataclass

from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.institution import CalendarShows, Institution

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


@dataclass(frozen=True, slots=True)
class Facts:
    """What the notice of Art. 13 DSGVO is about; ``officer`` may be empty."""

    centre: Institution
    imprint: str
    officer: str = ""


@dataclass(frozen=True, slots=True)
class _Notice:
    """A notice with its placeholders, and the parts that not every centre needs."""

    text: str
    officer: str
    video: str
    service_shown: str

    def fill(self, facts: Facts) -> str:
        centre = facts.centre
        shows_service = centre.calendar_shows is CalendarShows.SERVICE
        text = self.text.format(
            imprint=facts.imprint,
            officer=f"{self.officer}\n{facts.officer}" if facts.officer else "",
            video=self.video if Channel.VIDEO in centre.channels else "",
            service=self.service_shown if shows_service else "",
            declined_days=centre.retention.declined_days,
            other_days=centre.retention.other_days,
            audit_days=centre.retention.audit_days,
        )
        return "\n\n".join(part for part in text.split("\n\n") if part)


def data_protection(facts: Facts) -> str:
    """Return the notice of Art. 13 DSGVO for what this software itself does."""
    return _GERMAN.fill(facts)


def data_protection_english(facts: Facts) -> str:
    """Return the same notice in English."""
    return _ENGLISH.fill(facts)


def accessibility(*, mail: str, phone: str) -> str:
    """Return how to tell us of a barrier; it claims no test that nobody has made."""
    call = f" oder rufen Sie an: {phone}" if phone else ""
    return f"""\
Diese Seiten sollen für alle benutzbar sein: mit Tastatur, mit Vorlesehilfe, stark vergrößert und \
ohne JavaScript. Unser Maß sind die Richtlinien WCAG 2.2, Stufe AA.

Stoßen Sie auf ein Hindernis, schreiben Sie an {mail}{call}. Einen Termin machen wir mit Ihnen \
auch auf diesem Weg aus."""


_GERMAN_TEXT = """\
Verantwortlich für Ihre Daten ist:
{imprint}

{officer}

Wozu: Wir brauchen Ihre Angaben, um einen Termin mit Ihnen zu vereinbaren, ihn mit Ihnen zu \
ändern und Sie zu beraten, und für nichts anderes.

Auf welcher Grundlage: Mit dem Absenden willigen Sie ein (Art. 6 Abs. 1 Buchst. a und, soweit es \
um Gesundheit oder anderes besonders Geschütztes geht, Art. 9 Abs. 2 Buchst. a DSGVO). Sie können \
die Einwilligung jederzeit zurücknehmen; was bis dahin geschah, bleibt rechtmäßig. Damit niemand \
diese Seiten mit Anfragen überflutet oder Zugangscodes errät, zählen wir Anfragen und falsche \
Codes je Anschluss und je E-Mail-Adresse, als Prüfwert. Das ist unser berechtigtes Interesse \
(Art. 6 Abs. 1 Buchst. f DSGVO).

Freiwillig: Sie müssen nichts angeben, weder durch Gesetz noch durch Vertrag. Name, \
E-Mail-Adresse, Telefonnummer und Nachricht dürfen leer bleiben. Ohne E-Mail-Adresse schreiben \
wir Ihnen nicht; Sie sehen die Antwort dann mit Ihrem Zugangscode auf diesen Seiten. Ohne \
Telefonnummer können wir Sie nicht anrufen.

Was wir speichern: Unverschlüsselt in unserer Datenbank stehen Zeit, Beratungsleistung, \
Beratungskanal, Berater:in, Stand und Kürzel des Termins, seine Sprache, und ob Sie eine \
Kalenderdatei möchten und eine E-Mail-Adresse angegeben haben. Verschlüsselt stehen dort Name, \
E-Mail-Adresse, Telefonnummer, Ihre Nachricht und unsere Antwort. Vom Zugangscode und von der \
Adresse Ihres Anschlusses speichern wir nur einen Prüfwert, aus dem sie sich nicht ablesen \
lassen. Ihr Browser bekommt nur Cookies, die nötig sind: für das Formular, für eine halbe Stunde \
den Zugang zu Ihrem Termin, und für ein Jahr die Sprache, wenn Sie eine wählen. Diese Seiten \
laden nichts von fremden Servern.

Wer etwas davon erfährt: Ihre Angaben lesen die Beraterinnen und Berater, die für Sie da sind. \
Die Verwaltung sieht Zeiten und Stand. In den Kalenderprogrammen der Beraterinnen und Berater, \
auf Telefonen und vielleicht bei deren Anbietern, steht nur die Zeit, der Weg, der Ort{service} \
und ein Kürzel, nie Ihr Name und nie Ihre Nachricht. Geben Sie eine E-Mail-Adresse an, gehen \
unsere Mails durch die Mailanbieter beider Seiten: Sie nennen die Zeit und einen Link, nie Ihr \
Anliegen. Wer den Server für uns betreibt, handelt nur nach unserer Weisung. Eine Übermittlung in \
Länder außerhalb der EU ist von uns nicht vorgesehen; bei Anbietern von Mail und \
Kalenderprogrammen können Zeit und Kürzel dorthin gelangen. Über Sie entscheidet kein Programm.

{video}

Wie lange: Abgelehnte, zurückgezogene und verfallene Anfragen löschen wir nach {declined_days} \
Tagen, alles andere {other_days} Tage nach dem Termin, wenn kein Gesetz uns zu längerer \
Aufbewahrung verpflichtet. Mails löschen wir, sobald sie verschickt sind, diese Zählung \
spätestens nach zwei Tagen. Ein Protokoll, wann jemand einen Termin angefragt, beantwortet oder \
geändert hat, ohne Ihre Angaben, löschen wir nach {audit_days} Tagen.

Ihre Rechte: Sie können Auskunft über Ihre Daten verlangen, ihre Berichtigung, Löschung und \
Einschränkung, und Sie können sie mitnehmen. Sie können der Verarbeitung widersprechen, soweit \
sie auf unserem berechtigten Interesse beruht. Schreiben oder rufen Sie uns einfach an; ohne \
Ihren Namen finden wir Ihren Termin mit dem Zugangscode oder dem Kürzel. Sie können sich auch bei \
der Datenschutzaufsicht Ihres Landes beschweren."""

_GERMAN = _Notice(
    text=_GERMAN_TEXT,
    officer="Datenschutzbeauftragte Person:",
    video="""\
Videogespräche finden in einem Videoraum statt, der bei einem fremden Anbieter liegen kann. Erst \
wenn Sie ihn öffnen, erfährt dieser Anbieter die Adresse Ihres Anschlusses. Für das Gespräch dort \
gelten dessen Hinweise.""",
    service_shown=", die Beratungsleistung",
)

_ENGLISH_TEXT = """\
Responsible for your data is:
{imprint}

{officer}

What for: we need what you tell us to arrange an appointment with you, to change it with you and \
to counsel you, and for nothing else.

On what basis: by sending the form you consent (Art. 6(1)(a) and, where health or other specially \
protected matters are concerned, Art. 9(2)(a) GDPR). You can withdraw your consent at any time; \
what happened before stays lawful. So that nobody floods these pages with requests or guesses \
access codes, we count requests and wrong codes for each network and each e-mail address, as a \
check value. That is our legitimate interest (Art. 6(1)(f) GDPR).

Voluntary: you need not tell us anything, neither by law nor by contract. Name, e-mail address, \
phone number and message may stay empty. Without an e-mail address we do not write to you; you \
then see the answer on these pages with your access code. Without a phone number we cannot call \
you.

What we store: unencrypted in our database are the time, the kind of counselling, the channel, \
the counsellor, the state and the sign of the appointment, its language, and whether you want a \
calendar file and have given an e-mail address. Encrypted are your name, e-mail address, phone \
number, your message and our answer. Of the access code and of your network address we store only \
a check value from which they cannot be read. Your browser is given only the cookies that are \
needed: for the form, for half an hour the way to your appointment, and for a year the language \
if you choose one. These pages load nothing from other servers.

Who learns of it: what you tell us is read by the counsellors who are there for you. The \
administration sees times and states. The calendar apps of the counsellors, on phones and perhaps \
at their providers, hold only the time, the channel, the place{service} and a short sign, never \
your name and never your message. If you give an e-mail address, our mails pass the mail \
providers of both sides: they tell the time and a link, never your concern. Whoever runs the \
server for us acts only on our instructions. We do not intend any transfer to countries outside \
the EU; through providers of mail and calendar apps, time and sign may get there. No program \
decides about you.

{video}

How long: declined, withdrawn and expired requests are erased after {declined_days} days, all \
else {other_days} days after the appointment, unless a law obliges us to keep it longer. Mails \
are erased once they are sent, that count after two days at the latest. A record of when somebody \
requested, answered or changed an appointment, without what you told us, is erased after \
{audit_days} days.

Your rights: you can ask for access to your data, for its rectification, erasure and restriction, \
and you can take it with you. You can object to the processing as far as it rests on our \
legitimate interest. Just write to us or call us; without your name we find your appointment by \
the access code or the sign. You can also complain to the data protection supervisory authority \
of your state."""

_ENGLISH = _Notice(
    text=_ENGLISH_TEXT,
    officer="Data protection officer:",
    video="""\
Video conversations take place in a video room that may belong to another provider. Only when you \
open it does that provider learn your network address. There, the provider's own notice \
applies.""",
    service_shown=", the kind of counselling",
)

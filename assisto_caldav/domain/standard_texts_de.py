"""What a centre says in German until it writes its own words."""

from __future__ import annotations

from assisto_caldav.domain.standard_words import StandardWords

_NOTICE = """\
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
wir Ihnen keine Mails; Sie sehen die Antwort dann auf diesen Seiten, mit Ihrem Zugangscode oder \
in Ihrem Konto. Ohne Telefonnummer können wir Sie nicht anrufen.

Was wir speichern: Unverschlüsselt in unserer Datenbank stehen Zeit, Beratungsleistung, \
Beratungskanal, Berater:in, Stand und Kürzel des Termins, seine Sprache, ob Sie eine \
Kalenderdatei möchten, ob Sie eine E-Mail-Adresse angegeben haben und wie wir Sie erreichen \
dürfen. Verschlüsselt stehen dort Name, E-Mail-Adresse, Telefonnummer, die Zeiten für Anrufe, \
Ihre Nachrichten und unsere Antworten. Vom Zugangscode und von der Adresse Ihres Anschlusses \
speichern wir nur einen Prüfwert, aus dem sie sich nicht ablesen lassen. Legen Sie ein Konto an, \
kommen dazu: der Name, den Sie dafür wählen, Ihre E-Mail-Adresse, wenn Sie eine angeben, ein \
Prüfwert des Passworts, und welche Termine dazugehören. Warten \
Sie auf eine frühere Zeit, steht auch das dort, und welche Zeiten Ihnen angeboten wurden. \
Ihr Browser bekommt nur Cookies, die \
nötig sind: für das Formular, für den Zugang zu Ihrem Termin oder Konto, und für ein Jahr die \
Sprache, wenn Sie eine wählen. Diese Seiten laden nichts von fremden Servern.

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
Aufbewahrung verpflichtet. Ihr Konto und Ihre Angaben können Sie jederzeit selbst löschen. Mails \
löschen wir, sobald sie verschickt sind, diese Zählung spätestens nach zwei Tagen. Ein Protokoll, \
wann jemand einen Termin angefragt, beantwortet oder geändert hat, ohne Ihre Angaben, löschen wir \
nach {audit_days} Tagen.

Ihre Rechte: Sie können Auskunft über Ihre Daten verlangen, ihre Berichtigung, Löschung und \
Einschränkung, und Sie können sie mitnehmen. Sie können der Verarbeitung widersprechen, soweit \
sie auf unserem berechtigten Interesse beruht. Schreiben oder rufen Sie uns einfach an; ohne \
Ihren Namen finden wir Ihren Termin mit dem Zugangscode oder dem Kürzel. Sie können sich auch bei \
der Datenschutzaufsicht Ihres Landes beschweren."""


WORDS = StandardWords(
    crisis="""\
Wenn Sie oder jemand anderes in Lebensgefahr ist: 112.

Telefonseelsorge, Tag und Nacht, kostenlos und anonym: 0800 111 0 111, 0800 111 0 222 oder 116 123.

Hilfetelefon „Gewalt gegen Frauen“, Tag und Nacht: 116 016.

Nummer gegen Kummer für Kinder und Jugendliche: 116 111.

Ärztlicher Bereitschaftsdienst: 116 117.""",
    phone="Telefon: {phone}",
    mail="E-Mail: {mail}",
    data_protection=_NOTICE,
    officer="Datenschutzbeauftragte Person:",
    video="""\
Videogespräche finden in einem Videoraum statt, der bei einem fremden Anbieter liegen kann. Erst \
wenn Sie ihn öffnen, erfährt dieser Anbieter die Adresse Ihres Anschlusses. Für das Gespräch dort \
gelten dessen Hinweise.""",
    service_shown=", die Beratungsleistung",
    accessibility="""\
Diese Seiten sollen für alle benutzbar sein: mit Tastatur, mit Vorlesehilfe, stark vergrößert und \
ohne JavaScript. Unser Maß sind die Richtlinien WCAG 2.2, Stufe AA. Für alle Seiten, auf denen \
Sie einen Termin anfragen, gibt es auch Texte in Einfacher Sprache.

Stoßen Sie auf ein Hindernis, schreiben Sie uns: {mail}{call}. Wir antworten und suchen mit Ihnen \
einen Weg. Einen Termin machen wir mit Ihnen auch so aus.

{arbitration}""",
    call=", oder rufen Sie an: {phone}",
    arbitration="""\
Sind Sie mit unserer Antwort nicht zufrieden, können Sie sich an eine Schlichtungsstelle wenden. \
Das kostet nichts, und Sie brauchen keine anwaltliche Hilfe. Zuständig ist für Stellen des Bundes \
die Schlichtungsstelle nach § 16 des Behindertengleichstellungsgesetzes: \
https://www.schlichtungsstelle-bgg.de. Für Stellen eines Landes oder einer Gemeinde ist es die \
Stelle des Landes; dort und bei uns erfahren Sie, welche das ist.""",
)

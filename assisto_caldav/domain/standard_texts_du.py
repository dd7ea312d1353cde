"""What a centre that says "du" tells until it writes its own words; see the German ones."""

from __future__ import annotations

from assisto_caldav.domain.standard_words import StandardWords

_NOTICE = """\
Verantwortlich für deine Daten ist:
{imprint}

{officer}

Wozu: Wir brauchen deine Angaben, um einen Termin mit dir zu vereinbaren, ihn mit dir zu ändern \
und dich zu beraten, und für nichts anderes.

Auf welcher Grundlage: Mit dem Absenden willigst du ein (Art. 6 Abs. 1 Buchst. a und, soweit es \
um Gesundheit oder anderes besonders Geschütztes geht, Art. 9 Abs. 2 Buchst. a DSGVO). Du kannst \
die Einwilligung jederzeit zurücknehmen; was bis dahin geschah, bleibt rechtmäßig. Damit niemand \
diese Seiten mit Anfragen überflutet oder Zugangscodes errät, zählen wir Anfragen und falsche \
Codes je Anschluss und je E-Mail-Adresse, als Prüfwert. Das ist unser berechtigtes Interesse \
(Art. 6 Abs. 1 Buchst. f DSGVO).

Freiwillig: Du musst nichts angeben, weder durch Gesetz noch durch Vertrag. Name, E-Mail-Adresse, \
Telefonnummer und Nachricht dürfen leer bleiben. Ohne E-Mail-Adresse schreiben wir dir keine \
Mails; du siehst die Antwort dann auf diesen Seiten, mit deinem Zugangscode oder in deinem Konto. \
Ohne Telefonnummer können wir dich nicht anrufen.

Was wir speichern: Unverschlüsselt in unserer Datenbank stehen Zeit, Beratungsleistung, \
Beratungskanal, Berater:in, Stand und Kürzel des Termins, seine Sprache, ob du eine Kalenderdatei \
möchtest, ob du eine E-Mail-Adresse angegeben hast und wie wir dich erreichen dürfen. \
Verschlüsselt stehen dort Name, E-Mail-Adresse, Telefonnummer, die Zeiten für Anrufe, deine \
Nachrichten und unsere Antworten. Vom Zugangscode und von der Adresse deines Anschlusses \
speichern wir nur einen Prüfwert, aus dem sie sich nicht ablesen lassen. Legst du ein Konto an, \
kommen dazu: der Name, den du dafür wählst, deine E-Mail-Adresse, wenn du eine angibst, ein \
Prüfwert des Passworts, und welche Termine dazugehören. Wartest \
du auf eine frühere Zeit, steht auch das dort, und welche Zeiten dir angeboten wurden. \
Dein Browser bekommt nur Cookies, die \
nötig sind: für das Formular, für den Zugang zu deinem Termin oder Konto, und für ein Jahr die \
Sprache, wenn du eine wählst. Diese Seiten laden nichts von fremden Servern.

Wer etwas davon erfährt: Deine Angaben lesen die Beraterinnen und Berater, die für dich da sind. \
Die Verwaltung sieht Zeiten und Stand. In den Kalenderprogrammen der Beraterinnen und Berater, \
auf Telefonen und vielleicht bei deren Anbietern, steht nur die Zeit, der Weg, der Ort{service} \
und ein Kürzel, nie dein Name und nie deine Nachricht. Gibst du eine E-Mail-Adresse an, gehen \
unsere Mails durch die Mailanbieter beider Seiten: Sie nennen die Zeit und einen Link, nie dein \
Anliegen. Wer den Server für uns betreibt, handelt nur nach unserer Weisung. Eine Übermittlung in \
Länder außerhalb der EU ist von uns nicht vorgesehen; bei Anbietern von Mail und \
Kalenderprogrammen können Zeit und Kürzel dorthin gelangen. Über dich entscheidet kein Programm.

{video}

Wie lange: Abgelehnte, zurückgezogene und verfallene Anfragen löschen wir nach {declined_days} \
Tagen, alles andere {other_days} Tage nach dem Termin, wenn kein Gesetz uns zu längerer \
Aufbewahrung verpflichtet. Dein Konto und deine Angaben kannst du jederzeit selbst löschen. Mails \
löschen wir, sobald sie verschickt sind, diese Zählung spätestens nach zwei Tagen. Ein Protokoll, \
wann jemand einen Termin angefragt, beantwortet oder geändert hat, ohne deine Angaben, löschen \
wir nach {audit_days} Tagen.

Deine Rechte: Du kannst Auskunft über deine Daten verlangen, ihre Berichtigung, Löschung und \
Einschränkung, und du kannst sie mitnehmen. Du kannst der Verarbeitung widersprechen, soweit sie \
auf unserem berechtigten Interesse beruht. Schreib uns oder ruf uns einfach an; ohne deinen Namen \
finden wir deinen Termin mit dem Zugangscode oder dem Kürzel. Du kannst dich auch bei der \
Datenschutzaufsicht deines Landes beschweren."""

WORDS = StandardWords(
    crisis="""\
Wenn du oder jemand anderes in Lebensgefahr ist: 112.

Telefonseelsorge, Tag und Nacht, kostenlos und anonym: 0800 111 0 111, 0800 111 0 222 oder 116 \
123.

Hilfetelefon „Gewalt gegen Frauen“, Tag und Nacht: 116 016.

Nummer gegen Kummer für Kinder und Jugendliche: 116 111.

Ärztlicher Bereitschaftsdienst: 116 117.""",
    phone="Telefon: {phone}",
    mail="E-Mail: {mail}",
    data_protection=_NOTICE,
    officer="Datenschutzbeauftragte Person:",
    video="""\
Videogespräche finden in einem Videoraum statt, der bei einem fremden Anbieter liegen kann. Erst \
wenn du ihn öffnest, erfährt dieser Anbieter die Adresse deines Anschlusses. Für das Gespräch \
dort gelten dessen Hinweise.""",
    service_shown=", die Beratungsleistung",
    accessibility="""\
Diese Seiten sollen für alle benutzbar sein: mit Tastatur, mit Vorlesehilfe, stark vergrößert und \
ohne JavaScript. Unser Maß sind die Richtlinien WCAG 2.2, Stufe AA. Für alle Seiten, auf denen du \
einen Termin anfragst, gibt es auch Texte in Einfacher Sprache.

Stößt du auf ein Hindernis, schreib uns: {mail}{call}. Wir antworten und suchen mit dir einen \
Weg. Einen Termin machen wir mit dir auch so aus.

{arbitration}""",
    call=", oder ruf an: {phone}",
    arbitration="""\
Bist du mit unserer Antwort nicht zufrieden, kannst du dich an eine Schlichtungsstelle wenden. \
Das kostet nichts, und du brauchst keine anwaltliche Hilfe. Zuständig ist für Stellen des Bundes \
die Schlichtungsstelle nach § 16 des Behindertengleichstellungsgesetzes: \
https://www.schlichtungsstelle-bgg.de. Für Stellen eines Landes oder einer Gemeinde ist es die \
Stelle des Landes; dort und bei uns erfährst du, welche das ist.""",
)

"""What a centre says in Einfache Sprache until it writes its own words.

One thought a sentence, and no foreign words. Whoever changes the German text
changes this one with it: it promises the same.
"""

from __future__ import annotations

from assisto_caldav.domain.standard_words import StandardWords

_NOTICE = """\
Wir sind für Ihre Daten verantwortlich:
{imprint}

{officer}

Wozu brauchen wir Ihre Daten? Wir machen damit einen Termin mit Ihnen aus. Wir ändern damit den \
Termin, wenn es nötig ist. Und wir beraten Sie. Für etwas anderes nehmen wir Ihre Daten nicht.

Wer erlaubt uns das? Sie selbst. Wenn Sie die Anfrage senden, sagen Sie Ja dazu. Das steht im \
Gesetz: Artikel 6 Absatz 1 Buchstabe a der Datenschutz-Grundverordnung. Geht es um Ihre \
Gesundheit, gilt auch Artikel 9 Absatz 2 Buchstabe a. Sie dürfen Ihr Ja jederzeit zurücknehmen. \
Was vorher war, bleibt erlaubt. Außerdem zählen wir Anfragen und falsche Codes. So kann niemand \
diese Seiten mit Anfragen überschwemmen. Und niemand kann Ihren Code erraten. Das erlaubt uns \
Artikel 6 Absatz 1 Buchstabe f.

Müssen Sie etwas angeben? Nein. Kein Gesetz und kein Vertrag verlangt das. Name, E-Mail-Adresse, \
Telefonnummer und Nachricht dürfen leer bleiben. Ohne E-Mail-Adresse bekommen Sie keine Mails. \
Dann sehen Sie die Antwort auf diesen Seiten. Ohne Telefonnummer können wir Sie nicht anrufen.

Was speichern wir? Diese Angaben kann jeder lesen, der unsere Datenbank öffnen darf: die Zeit, \
die Art der Beratung, den Weg (zum Beispiel Telefon), wer Sie berät, ob der Termin fest ist, das \
Kürzel, die Sprache, ob Sie eine Datei für Ihren Kalender möchten, ob Sie eine E-Mail-Adresse \
angegeben haben, und wie wir Sie erreichen dürfen.

Diese Angaben sind verschlüsselt. Das heißt: Man kann sie nur mit einem Schlüssel lesen. Es sind \
Ihr Name, Ihre E-Mail-Adresse, Ihre Telefonnummer, die Zeiten für Anrufe, Ihre Nachrichten und \
unsere Antworten.

Ihren Zugangscode speichern wir nicht. Die Adresse Ihres Anschlusses auch nicht. Wir speichern nur \
einen Prüfwert. Daraus kann man sie nicht ablesen.

Haben Sie ein Konto? Dann speichern wir auch: den Namen, den Sie sich dafür gegeben haben. Ihre \
E-Mail-Adresse, wenn Sie eine angegeben haben. Einen Prüfwert von Ihrem Passwort. Und welche \
Termine zu Ihrem Konto gehören. Stehen Sie auf der Warteliste? Dann speichern wir das auch.

Ihr Browser merkt sich nur, was nötig ist. Das nennt man Cookies. Sie sind für das Formular, für \
den Weg zu Ihrem Termin oder Konto und für Ihre Sprache. Diese Seiten laden nichts von fremden \
Firmen.

Wer erfährt davon? Ihre Angaben lesen nur die Menschen, die Sie beraten. Die Verwaltung sieht, \
wann ein Termin ist und ob er fest ist. Im Kalender der Beraterin oder des Beraters steht nur die \
Zeit, der Weg, der Ort{service} und ein Kürzel. Dort steht nie Ihr Name. Dort steht nie Ihre \
Nachricht. Dieser Kalender kann auf einem Telefon sein. Er kann auch bei einer anderen Firma sein.

Geben Sie eine E-Mail-Adresse an? Dann laufen unsere Mails über die Firma, bei der Sie Ihre \
E-Mail-Adresse haben, und über unsere. In den Mails stehen die Zeit und ein Link. Dort steht nie, \
warum Sie kommen. Eine Firma kann unseren Computer betreuen. Sie darf nur tun, was wir ihr sagen. \
Wir geben nichts in Länder außerhalb der Europäischen Union. Bei Firmen für Mail und Kalender \
können Zeit und Kürzel aber dorthin kommen. Kein Programm entscheidet über Sie.

{video}

Wie lange behalten wir Ihre Daten? Wurde aus Ihrer Anfrage kein Termin? Dann löschen wir sie nach \
{declined_days} Tagen. Alles andere löschen wir {other_days} Tage nach dem Termin. Manchmal \
verlangt ein Gesetz, dass wir länger warten. Ihr Konto und Ihre Angaben können Sie jederzeit \
selbst löschen. Mails löschen wir, wenn sie verschickt sind. Die gezählten Versuche löschen wir \
nach zwei Tagen. Wir schreiben auch auf, wann jemand einen Termin angefragt oder geändert hat. \
Ihre Angaben stehen da nicht dabei. Das löschen wir nach {audit_days} Tagen.

Ihre Rechte: Sie dürfen fragen, was wir über Sie wissen. Sie dürfen verlangen, dass wir Fehler \
ändern. Sie dürfen verlangen, dass wir Ihre Daten löschen oder nicht mehr benutzen. Sie dürfen \
Ihre Daten mitnehmen. Wo wir ohne Ihr Ja zählen, dürfen Sie Nein sagen. Schreiben Sie uns oder \
rufen Sie uns an. Wir finden Ihren Termin auch ohne Ihren Namen, mit dem Zugangscode oder dem \
Kürzel. Sie dürfen sich auch beschweren. Das geht bei der Datenschutz-Aufsicht von Ihrem \
Bundesland."""

WORDS = StandardWords(
    crisis="""\
Ist jemand in Lebensgefahr? Rufen Sie 112 an.

Möchten Sie jetzt mit jemandem sprechen? Die Telefonseelsorge ist Tag und Nacht da. Der Anruf \
kostet nichts. Sie müssen Ihren Namen nicht sagen: 0800 111 0 111, 0800 111 0 222 oder 116 123.

Tut Ihnen jemand Gewalt an? Hilfe für Frauen gibt es Tag und Nacht: 116 016.

Hilfe für Kinder und Jugendliche: 116 111.

Ein Arzt oder eine Ärztin, wenn die Praxis zu hat: 116 117.""",
    phone="Telefon: {phone}",
    mail="E-Mail: {mail}",
    data_protection=_NOTICE,
    officer="Diese Person achtet bei uns auf den Datenschutz:",
    video="""\
Sprechen Sie mit uns per Video? Der Videoraum kann einer anderen Firma gehören. Diese Firma \
erfährt die Adresse Ihres Anschlusses, wenn Sie den Raum öffnen. Vorher nicht. Im Videoraum gelten \
die Regeln dieser Firma.""",
    service_shown=", die Art der Beratung",
    accessibility="""\
Alle Menschen sollen diese Seiten benutzen können. Sie können nur die Tastatur nehmen. Sie können \
sich die Seiten vorlesen lassen. Sie können die Schrift groß machen. Wir richten uns nach den \
Regeln WCAG 2.2, Stufe AA.

Kommen Sie an einer Stelle nicht weiter? Schreiben Sie uns: {mail}{call}. Wir antworten Ihnen. Wir \
suchen mit Ihnen einen Weg. Auch so bekommen Sie einen Termin.

{arbitration}""",
    call=". Oder rufen Sie uns an: {phone}",
    arbitration="""\
Hilft Ihnen unsere Antwort nicht? Dann können Sie eine Schlichtungsstelle fragen. Eine \
Schlichtungsstelle hilft bei Streit. Das kostet nichts. Sie brauchen dafür keinen Anwalt und keine \
Anwältin. Für Ämter vom Bund ist das diese Stelle: https://www.schlichtungsstelle-bgg.de. Für \
Ämter von einem Bundesland oder einer Stadt gibt es eine eigene Stelle. Fragen Sie uns. Wir sagen \
Ihnen, welche das ist.""",
)

"""What a centre says in English until it writes its own words."""

from __future__ import annotations

from assisto_caldav.domain.standard_words import StandardWords

_NOTICE = """\
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
phone number and message may stay empty. Without an e-mail address we send you no mails; you then \
see the answer on these pages, with your access code or in your account. Without a phone number \
we cannot call you.

What we store: unencrypted in our database are the time, the kind of counselling, the channel, \
the counsellor, the state and the sign of the appointment, its language, whether you want a \
calendar file, whether you have given an e-mail address, and how we may reach you. Encrypted are \
your name, e-mail address, phone number, the times for calls, your messages and our answers. Of \
the access code and of your network address we store only a check value from which they cannot be \
read. If you make an account, we also store the name that you choose for it, your e-mail address \
if you give one, a check value of the password, and which appointments belong to it. If you \
wait for an earlier time, that is stored, too, with the times that you were offered. Your browser \
is given only the cookies that are needed: for the form, for the way to your appointment or \
account, and for a year the language if you choose one. These pages load nothing from other \
servers.

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
else {other_days} days after the appointment, unless a law obliges us to keep it longer. You can \
delete your account and what you told us yourself, at any time. Mails are erased once they are \
sent, that count after two days at the latest. A record of when somebody requested, answered or \
changed an appointment, without what you told us, is erased after {audit_days} days.

Your rights: you can ask for access to your data, for its rectification, erasure and restriction, \
and you can take it with you. You can object to the processing as far as it rests on our \
legitimate interest. Just write to us or call us; without your name we find your appointment by \
the access code or the sign. You can also complain to the data protection supervisory authority \
of your state."""


WORDS = StandardWords(
    crisis="""\
If you or anybody else is in danger of life: 112.

Telephone helpline (TelefonSeelsorge), day and night, free and anonymous: 0800 111 0 111, \
0800 111 0 222 or 116 123.

Helpline “Violence against women”, day and night, in many languages: 116 016.

Helpline for children and teenagers: 116 111.

Doctors on call: 116 117.""",
    phone="Phone: {phone}",
    mail="E-mail: {mail}",
    data_protection=_NOTICE,
    officer="Data protection officer:",
    video="""\
Video conversations take place in a video room that may belong to another provider. Only when you \
open it does that provider learn your network address. There, the provider's own notice \
applies.""",
    service_shown=", the kind of counselling",
    accessibility="""\
Everybody should be able to use these pages: by keyboard, with a screen reader, strongly enlarged \
and without JavaScript. We measure ourselves by the guidelines WCAG 2.2, level AA. All pages on \
which you request an appointment are there in simple German, too (Einfache Sprache).

If something is in your way, please write to us: {mail}{call}. We answer, and look for a way \
together with you. You can also make an appointment like that.

{arbitration}""",
    call=", or call us: {phone}",
    arbitration="""\
If our answer does not help, you can turn to an arbitration board. That is free, and you need no \
lawyer. For federal bodies it is the board by section 16 of the act on equal opportunities of \
persons with disabilities (BGG): https://www.schlichtungsstelle-bgg.de. For bodies of a state or \
a municipality it is the board of that state; there and from us you learn which it is.""",
)

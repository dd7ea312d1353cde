"""Administration: colleagues and their access, mails that wait."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assisto_caldav.domain.appointment import Appointment
from assisto_caldav.usecases.appointments import inbox
from assisto_caldav.usecases.staff import reset
from assisto_web.ports_access import ports_here
from assisto_web.staff.access import for_staff, me, page_facts
from assisto_web.staff.state_words import mail_word, state_word, status_class


@for_staff
def show() -> ResponseReturnValue:
    """Show colleagues and what the mail server has not taken."""
    if not me().entry.is_administrator:
        abort(403)
    with ports_here().database.reading() as unit:
        members = {member.login: member for member in unit.people.all_staff()}
        unsent = unit.outbox.unsent(me().institution.id)
    config = ports_here().config.current()
    return render_template(
        "staff/admin.html",
        **page_facts(),
        members=members,
        unsent=unsent,
        has_mail=bool(config.mail.smtp_host or config.mail.folder),
        sent_to=request.args.get("sent", ""),
        appointments=_appointments(),
        mail_word=mail_word,
        state_word=state_word,
        status_class=status_class,
    )


def _appointments() -> list[Appointment]:
    """Return what is to come for all colleagues, by start: times and states, no more."""
    found: list[Appointment] = []
    for entry in me().institution.counsellors:
        box = inbox(ports_here(), entry.login)
        found += [*box.requests, *box.waiting, *box.confirmed, *box.parked]
    return sorted(found, key=lambda one: one.start)


@for_staff
def send_reset() -> ResponseReturnValue:
    """Send a colleague a link for a new password."""
    login = request.form.get("login", "")
    reset(ports_here(), me().actor, login)
    return redirect(url_for("staff.admin", sent=login))

"""One appointment as the client sees it: its state, what can be done, its calendar file."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from assisto_caldav.adapters.mail.ics import PublishedEvent, client_uid, published
from assisto_caldav.domain.appointment import Appointment, Known
from assisto_caldav.domain.institution import Institution
from assisto_caldav.errors import (
    ConflictError,
    InvalidInputError,
    LimitReachedError,
    NotFoundError,
)
from assisto_caldav.usecases.history import history_for_client
from assisto_caldav.usecases.messages import thread_for_client, write_as_client
from assisto_caldav.usecases.move import may_move
from assisto_caldav.usecases.request import (
    accept_by_client,
    cancel_by_client,
    look_up_details,
    refuse_by_client,
)
from assisto_web.access_codes import guess_code, remember_code, remembered_code
from assisto_web.i18n import gettext as _
from assisto_web.i18n import said
from assisto_web.ports_access import institution_or_404, ports_here
from assisto_web.public.history_words import told
from assisto_web.public.state_words import file_status, state_facts
from assisto_web.public.waitlist import waiting_facts
from assisto_web.qr import qr_picture

MAP = "https://www.openstreetmap.org/search"
ROOM_OPENS_BEFORE = 15 * 60


def enter_code(institution_id: str) -> ResponseReturnValue:
    """Show the field for an access code."""
    institution = institution_or_404(institution_id)
    return render_template("public/code.html", institution=institution, errors={})


def take_code(institution_id: str) -> ResponseReturnValue:
    """Check an access code and go to its appointment."""
    institution = institution_or_404(institution_id)
    code = request.form.get("code", "").strip()
    try:
        guess_code(institution.id, code)
    except NotFoundError:
        errors = {
            "code": _("Zu diesem Zugangscode gibt es keinen Termin. Bitte prüfen Sie die Zeichen.")
        }
        page = render_template("public/code.html", institution=institution, errors=errors)
        return page, 404
    return _with_code(institution, code)


def arrive(institution_id: str, code: str) -> ResponseReturnValue:
    """Take the code out of the address: a cookie for half an hour, then a plain address."""
    institution = institution_or_404(institution_id)
    guess_code(institution.id, code)
    return _with_code(institution, code)


def _with_code(institution: Institution, code: str) -> Response:
    response = make_response(redirect(url_for("public.appointment", institution_id=institution.id)))
    remember_code(response, institution, code)
    return response


def show(institution_id: str) -> ResponseReturnValue:
    """Show the appointment of the cookie's code; what is new counts as seen."""
    institution = institution_or_404(institution_id)
    code = remembered_code(institution)
    if not code:
        return redirect(url_for("public.enter_code", institution_id=institution.id))
    try:
        before = guess_code(institution.id, code)
        appointment = guess_code(institution.id, code, seen=True)
    except NotFoundError:
        return redirect(url_for("public.enter_code", institution_id=institution.id))
    return _page(
        institution,
        appointment,
        has_arrived=bool(request.args.get("neu")),
        code=code if request.args.get("neu") and not appointment.client else "",
        errors={"status": changed_meanwhile()} if request.args.get("changed") else None,
        is_new=before.known is not Known.SEEN and appointment.known is Known.SEEN,
    )


def _page(
    institution: Institution,
    appointment: Appointment,
    *,
    code: str = "",
    errors: dict[str, str] | None = None,
    is_new: bool = False,
    has_arrived: bool = False,
) -> str:
    details = look_up_details(ports_here(), appointment.id)
    with ports_here().database.reading() as unit:
        member = unit.people.staff(appointment.counsellor)
    return render_template(
        "public/appointment.html",
        institution=institution,
        appointment=appointment,
        details=details,
        member=member,
        counsellor=institution.find_staff(appointment.counsellor),
        service=institution.find_service(appointment.service),
        code=code,
        picture=_picture(institution, code) if code else "",
        errors=errors or {},
        messages=thread_for_client(ports_here(), appointment.id),
        typed_message=request.form.get("message", ""),
        is_new=is_new,
        has_arrived=has_arrived,
        may_move=may_move(ports_here(), appointment),
        another=_another(institution, appointment),
        map_link=_map_link(institution),
        room_opens=appointment.start - ROOM_OPENS_BEFORE,
        now=ports_here().clock.now(),
        history=told(history_for_client(ports_here(), appointment)),
        **state_facts(appointment, institution),
        **waiting_facts(appointment),
    )


def _another(institution: Institution, appointment: Appointment) -> dict[str, str]:
    """Return the address of a further appointment of this kind; none where it is offered no more.

    The same person stands in it only where clients may choose, and while they offer it.
    """
    service = institution.find_service(appointment.service)
    if service is None or service not in institution.active_services:
        return {}
    if appointment.channel not in institution.channels_of(service):
        return {}
    facts = {
        "institution_id": institution.id,
        "service_id": service.id,
        "channel": appointment.channel.value,
    }
    entry = institution.find_staff(appointment.counsellor)
    if not institution.choose_counsellor:
        return facts
    if entry is None or not entry.is_counsellor or not entry.offers(service.id):
        return facts
    return {**facts, "counsellor": entry.public_id}


def _map_link(institution: Institution) -> str:
    """Return a map's search for the centre's address, and nothing of the visitor."""
    words = " ".join(institution.address.split())
    return f"{MAP}?{urlencode({'query': words})}" if words else ""


def _picture(institution: Institution, code: str) -> Markup:
    """Return the QR code with which another device comes to the appointment."""
    public_url = ports_here().config.current().server.public_url
    return qr_picture(
        public_url + url_for("public.arrive", institution_id=institution.id, code=code)
    )


def act(institution_id: str) -> ResponseReturnValue:
    """Withdraw, cancel, accept or refuse; then show what holds now."""
    institution = institution_or_404(institution_id)
    acts: dict[str, Callable[..., Appointment]] = {
        "cancel": cancel_by_client,
        "accept": accept_by_client,
        "refuse": refuse_by_client,
    }
    wanted, code = acts.get(request.form.get("act", "")), remembered_code(institution)
    if not code:
        return redirect(url_for("public.enter_code", institution_id=institution.id))
    if wanted is None:
        abort(400)
    shown = shown_start() if wanted is not cancel_by_client else {}
    try:
        wanted(ports_here(), institution=institution.id, code=code, via="web", **shown)
    except ConflictError:
        appointment = guess_code(institution.id, code, seen=True)
        return _page(institution, appointment, errors={"status": changed_meanwhile()}), 409
    return redirect(url_for("public.appointment", institution_id=institution.id))


def write(institution_id: str) -> ResponseReturnValue:
    """Send a message to the counsellor; what was typed survives an error."""
    institution = institution_or_404(institution_id)
    code = remembered_code(institution)
    if not code:
        return redirect(url_for("public.enter_code", institution_id=institution.id))
    text = request.form.get("message", "")
    try:
        write_as_client(ports_here(), institution=institution.id, code=code, text=text)
    except InvalidInputError as error:
        appointment = guess_code(institution.id, code)
        return _page(institution, appointment, errors={"message": said(error)}), 400
    except LimitReachedError:
        appointment = guess_code(institution.id, code)
        return _page(institution, appointment, errors={"message": _too_many()}), 429
    return redirect(
        url_for("public.appointment", institution_id=institution.id, _anchor="messages")
    )


def _too_many() -> str:
    return _("Das waren viele Nachrichten. Bitte warten Sie eine Stunde, Ihr Text bleibt stehen.")


def shown_start() -> dict[str, int]:
    """Return the time that the page had shown: nobody accepts one they have not seen."""
    start = request.form.get("start", type=int)
    if start is None:
        abort(400)
    return {"start": start}


def changed_meanwhile() -> str:
    """Return the sentence for whoever comes second."""
    return _("Inzwischen hat sich etwas geändert. Hier steht, was jetzt gilt.")


def ics(institution_id: str) -> ResponseReturnValue:
    """Give the time as a calendar file that betrays nothing (design §8)."""
    institution = institution_or_404(institution_id)
    return calendar_file(institution, guess_code(institution.id, remembered_code(institution)))


def calendar_file(institution: Institution, appointment: Appointment) -> Response:
    """Return an appointment as its client's calendar file."""
    file = published(
        PublishedEvent(
            uid=client_uid(ports_here().tokens, appointment.id),
            summary="Termin",
            start=appointment.start,
            end=appointment.end,
            stamp=ports_here().clock.now(),
            zone_name=institution.zone,
            status=file_status(appointment.state),
            # It only has to grow from file to file, as those of the mails do.
            sequence=ports_here().clock.now() - appointment.requested_at,
        )
    )
    response = make_response(file)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8; method=PUBLISH"
    response.headers["Content-Disposition"] = 'attachment; filename="termin.ics"'
    return response

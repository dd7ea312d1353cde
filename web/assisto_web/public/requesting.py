"""From a free time to a request: hold it, fill in the form, send it.

The form carries the whole wish. A hold that has lapsed, or was replaced in
another tab, therefore costs nobody what they have written.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assisto_caldav.domain.appointment import Hold
from assisto_caldav.domain.client_details import ClientDetails, ContactWishes
from assisto_caldav.domain.client_words import clean_details
from assisto_caldav.domain.institution import Institution
from assisto_caldav.domain.localtime import to_local, zone
from assisto_caldav.errors import (
    InvalidInputError,
    LimitReachedError,
    NotFoundError,
    SlotTakenError,
)
from assisto_caldav.usecases.request import (
    RequestForm,
    extend_hold,
    find_hold,
    place_hold,
    request_appointment,
)
from assisto_web.access_codes import remember_code
from assisto_web.client_access import FieldError
from assisto_web.errors import retry_headers
from assisto_web.i18n import (
    LANGUAGE_COOKIE,
    LANGUAGE_SECONDS,
    LANGUAGES,
    current_locale,
    in_language,
    said,
)
from assisto_web.ports_access import institution_or_404, ports_here
from assisto_web.proof_of_work import proof_given, slow_down
from assisto_web.public.choice import Choice, find_choice, soonest_of, wanted_language
from assisto_web.public.limit_words import not_held, too_many
from assisto_web.public.who import (
    WHO_FIELDS,
    Who,
    keep,
    recovery_first,
    who_facts,
    who_sends,
)
from assisto_web.security import network, set_cookie, visitor

SEND = "request"
FIELDS = ("name", "email", "phone", "text", "call_times")
WISHES = ("no_mail", "no_call", "no_voicemail")


@dataclass(frozen=True, slots=True)
class Wish:
    """A choice with its start, and the hold on it as long as there is one."""

    choice: Choice
    start: int
    hold: Hold | None

    @property
    def end(self) -> int:
        """Return the end, without follow-up time."""
        return self.start + self.choice.service.duration_seconds

    @property
    def hold_id(self) -> str:
        """Return the hold's id for addresses; "none" when it is gone."""
        return self.hold.id if self.hold else "none"


def hold(institution_id: str) -> ResponseReturnValue:
    """Hold a time for this visitor and go to the form; a taken one shows the next free."""
    choice, start = _sent_choice(institution_id)
    try:
        held = _place(choice, start)
    except SlotTakenError:
        return _taken(choice, _typed()), 409
    except LimitReachedError as error:
        page = _form_page(Wish(choice, start, None), _typed(), {}, notice=not_held(error))
        return page, 429, retry_headers(error)
    if any(_typed().values()):
        return _form_page(_wish(choice, start, held), _typed(), {})
    language = choice.language or None
    address = url_for(
        "public.form", institution_id=choice.institution.id, hold_id=held.id, language=language
    )
    return redirect(address)


def _choice(institution_id: str) -> Choice:
    return find_choice(
        institution_id, request.form.get("service", ""), request.form.get("channel", "")
    )


def _sent_choice(institution_id: str) -> tuple[Choice, int]:
    choice = _choice(institution_id)
    start = request.form.get("start", type=int)
    if start is None:
        abort(400)
    return choice, start


def _place(choice: Choice, start: int) -> Hold:
    return place_hold(
        ports_here(),
        institution=choice.institution.id,
        service=choice.service.id,
        channel=choice.channel,
        start=start,
        counsellor=choice.login,
        language=choice.language,
        visitor=visitor(),
        network=network(),
    )


def _wish(choice: Choice, start: int, held: Hold | None) -> Wish:
    """Return the wish; where clients may choose, they are shown whose time is held."""
    institution = choice.institution
    if held is not None and institution.choose_counsellor:
        choice = replace(choice, counsellor=institution.find_staff(held.counsellor))
    return Wish(choice, start, held)


def _taken(choice: Choice, typed: dict[str, str]) -> str:
    return render_template(
        "public/taken.html",
        institution=choice.institution,
        choice=choice,
        times=soonest_of(choice),
        typed=typed,
    )


def form(institution_id: str, hold_id: str) -> ResponseReturnValue:
    """Show the form, with until when the time is held."""
    institution = institution_or_404(institution_id)
    held = find_hold(ports_here(), hold_id, visitor=visitor())
    service = institution.find_service(held.service)
    if held.institution != institution.id or service is None:
        abort(404)
    choice = Choice(institution, service, held.channel, None, wanted_language(institution))
    return _form_page(_wish(choice, held.start, held), {}, {})


def _form_page(
    wish: Wish, typed: dict[str, str], errors: dict[str, str], *, notice: str = ""
) -> str:
    expires_at = wish.hold.expires_at if wish.hold else 0
    institution = wish.choice.institution
    return render_template(
        "public/form.html",
        institution=institution,
        choice=wish.choice,
        wish=wish,
        held_until=f"{to_local(expires_at, zone(institution.zone)):%H:%M}",
        seconds_left=max(0, expires_at - ports_here().clock.now()),
        typed=typed,
        errors=errors,
        notice=notice,
        wishes_open=any(typed.get(name) for name in (*WISHES, "call_times")),
        **who_facts(institution),
    )


def extend(institution_id: str, hold_id: str) -> ResponseReturnValue:
    """Hold the time longer; what was typed comes back with the page."""
    choice, start = _sent_choice(institution_id)
    try:
        held = _extend_or_place(choice, start, hold_id)
    except SlotTakenError:
        return _taken(choice, _typed()), 409
    except LimitReachedError as error:
        wish = _wish(choice, start, _find(hold_id, start))
        page = _form_page(wish, _typed(), {}, notice=not_held(error))
        return page, 429, retry_headers(error)
    return _form_page(_wish(choice, start, held), _typed(), {})


def _extend_or_place(choice: Choice, start: int, hold_id: str) -> Hold:
    held = _find(hold_id, start)
    if held is None:
        return _place(choice, start)
    return extend_hold(ports_here(), held.id, visitor=visitor())


def _find(hold_id: str, start: int) -> Hold | None:
    try:
        held = find_hold(ports_here(), hold_id, visitor=visitor())
    except NotFoundError:
        return None
    return held if held.start == start else None


def _typed() -> dict[str, str]:
    names = (*FIELDS, *WISHES, *WHO_FIELDS, "wants_ics")
    return {name: request.form.get(name, "") for name in names}


def send(institution_id: str, hold_id: str) -> ResponseReturnValue:
    """Send the request; every error gives the form back with what was typed."""
    choice, start = _sent_choice(institution_id)
    is_proven = proof_given(SEND)
    try:
        clean_details(_details(_typed()))
        who = who_sends(choice.institution, is_proven=is_proven)
    except FieldError as error:
        return _form_again(choice, start, hold_id, {error.field: error.text}), error.status
    except InvalidInputError as error:
        return _form_again(choice, start, hold_id, {error.field or "text": said(error)}), 422
    except LimitReachedError as error:
        return slow_down(SEND, error)
    wanted = _wanted(choice, start, hold_id)
    if is_proven:
        wanted = replace(wanted, network="")
    answer = make_response(_send(choice, replace(wanted, client=who.client), who))
    return keep(answer, choice.institution, who)


def _details(typed: dict[str, str]) -> ClientDetails:
    return ClientDetails(**{name: typed[name] for name in FIELDS})


def _wanted(choice: Choice, start: int, hold_id: str) -> RequestForm:
    typed = _typed()
    return RequestForm(
        institution=choice.institution.id,
        service=choice.service.id,
        channel=choice.channel,
        start=start,
        counsellor=choice.login,
        language=choice.language,
        details=_details(typed),
        wants_ics=bool(typed["wants_ics"]),
        locale=current_locale(),
        hold=hold_id,
        visitor=visitor(),
        network=network(),
        contact=ContactWishes(**{name: bool(typed[name]) for name in WISHES}),
    )


def _send(choice: Choice, wanted: RequestForm, who: Who) -> ResponseReturnValue:
    try:
        _made, code = request_appointment(ports_here(), wanted)
    except SlotTakenError:
        return _taken(choice, _typed()), 409
    except InvalidInputError as error:
        errors = {error.field or "text": said(error)}
        return _form_again(choice, wanted.start, wanted.hold, errors), 422
    except LimitReachedError as error:
        if error.field is None:
            return slow_down(SEND, error)
        page = _form_again(choice, wanted.start, wanted.hold, too_many(error))
        return page, 429, retry_headers(error)
    return _to_appointment(choice.institution, code, who)


def _form_again(choice: Choice, start: int, hold_id: str, errors: dict[str, str]) -> str:
    return _form_page(_wish(choice, start, _find(hold_id, start)), _typed(), errors)


def language(institution_id: str, hold_id: str) -> ResponseReturnValue:
    """Show the page of a form in another language, with all that was typed."""
    chosen = request.form.get("lang", "")
    if chosen not in LANGUAGES:
        abort(400)
    with in_language(chosen):
        response = make_response(_page_again(institution_id, hold_id))
    set_cookie(response, LANGUAGE_COOKIE, chosen, seconds=LANGUAGE_SECONDS)
    return response


def _page_again(institution_id: str, hold_id: str) -> str:
    if "taken" in request.form:
        return _taken(_choice(institution_id), _typed())
    choice, start = _sent_choice(institution_id)
    return _form_page(_wish(choice, start, _find(hold_id, start)), _typed(), {})


def _to_appointment(institution: Institution, code: str, who: Who) -> Response:
    """Redirect to the appointment; the code travels in a cookie, never in the address."""
    address = url_for("public.appointment", institution_id=institution.id, neu=1)
    response = recovery_first(institution, who) or make_response(redirect(address))
    remember_code(response, institution, code)
    return response

"""Sending a request: who asks, what they typed, and what stands in the way.

The form carries the whole wish. A hold that has lapsed, or was replaced in
another tab, therefore costs nobody what they have written.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Response, abort, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from assisto_caldav.domain.client_details import ClientDetails, ContactWishes
from assisto_caldav.domain.client_words import clean_details
from assisto_caldav.domain.institution import Institution
from assisto_caldav.errors import (
    AssistoError,
    InvalidInputError,
    LimitReachedError,
    SlotTakenError,
)
from assisto_caldav.usecases.request import (
    RequestForm,
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
from assisto_web.ports_access import ports_here
from assisto_web.proof_of_work import keep_proof, proof_given, slow_down
from assisto_web.public.choice import Choice
from assisto_web.public.limit_words import too_many
from assisto_web.public.request_form import (
    FIELDS,
    SEND,
    WISHES,
    asked_choice,
    form_page,
    found_hold,
    sent_choice,
    taken_page,
    typed_fields,
    wish_of,
)
from assisto_web.public.who import (
    Who,
    keep,
    recovery_first,
    who_sends,
)
from assisto_web.security import network, set_cookie, visitor


def send(institution_id: str, hold_id: str) -> ResponseReturnValue:
    """Send the request; every error gives the form back with what was typed."""
    choice, start = sent_choice(institution_id)
    is_proven = proof_given(SEND)
    try:
        clean_details(_details(typed_fields()))
        who = who_sends(choice.institution, is_proven=is_proven)
    except FieldError as error:
        if error.field == "password":
            keep_proof(SEND)
        return _form_again(choice, start, hold_id, {error.field: error.text}), error.status
    except InvalidInputError as error:
        keep_proof(SEND)
        return _form_again(choice, start, hold_id, {error.field or "text": said(error)}), 422
    except LimitReachedError as error:
        return slow_down(SEND, error)
    wanted = replace(_wanted(choice, start, hold_id), is_proven=is_proven, client=who.client)
    answer = make_response(_send(choice, wanted, who))
    return keep(answer, choice.institution, who)


def _details(typed: dict[str, str]) -> ClientDetails:
    return ClientDetails(**{name: typed[name] for name in FIELDS})


def _wanted(choice: Choice, start: int, hold_id: str) -> RequestForm:
    typed = typed_fields()
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
    except (SlotTakenError, InvalidInputError, LimitReachedError) as error:
        if isinstance(error, LimitReachedError) and error.field is None:
            return slow_down(SEND, error)
        if who.opened is None:
            keep_proof(SEND)
        return _not_sent(choice, wanted, error)
    return _to_appointment(choice.institution, code, who)


def _not_sent(choice: Choice, wanted: RequestForm, error: AssistoError) -> ResponseReturnValue:
    """Give back what was typed, with what stands in the way."""
    if isinstance(error, LimitReachedError):
        page = _form_again(choice, wanted.start, wanted.hold, too_many(error))
        return page, 429, retry_headers(error)
    if isinstance(error, InvalidInputError):
        errors = {error.field or "text": said(error)}
        return _form_again(choice, wanted.start, wanted.hold, errors), 422
    return taken_page(choice, typed_fields()), 409


def _form_again(choice: Choice, start: int, hold_id: str, errors: dict[str, str]) -> str:
    return form_page(wish_of(choice, start, found_hold(hold_id, start)), typed_fields(), errors)


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
    keep_proof(SEND)
    if "taken" in request.form:
        return taken_page(asked_choice(institution_id), typed_fields())
    choice, start = sent_choice(institution_id)
    return form_page(wish_of(choice, start, found_hold(hold_id, start)), typed_fields(), {})


def _to_appointment(institution: Institution, code: str, who: Who) -> Response:
    """Redirect to the appointment; the code travels in a cookie, never in the address."""
    address = url_for("public.appointment", institution_id=institution.id, neu=1)
    response = recovery_first(institution, who) or make_response(redirect(address))
    remember_code(response, institution, code)
    return response

"""Holding a time while the form is filled in, and holding it longer."""

from __future__ import annotations

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue

from assisto_caldav.domain.appointment import Hold
from assisto_caldav.errors import LimitReachedError, SlotTakenError
from assisto_caldav.usecases.request import extend_hold, find_hold, place_hold
from assisto_web.ports_access import institution_or_404, ports_here
from assisto_web.proof_of_work import keep_proof, proof_given, slow_down
from assisto_web.public.choice import Choice, wanted_language
from assisto_web.public.limit_words import not_held
from assisto_web.public.request_form import (
    SEND,
    Wish,
    form_page,
    found_hold,
    sent_choice,
    taken_page,
    typed_fields,
    wish_of,
)
from assisto_web.security import network, visitor

HOLD = "hold"


def hold(institution_id: str) -> ResponseReturnValue:
    """Hold a time for this visitor and go to the form; a taken one shows the next free."""
    choice, start = sent_choice(institution_id)
    keep_proof(SEND)
    try:
        held = _place(choice, start)
    except SlotTakenError:
        keep_proof(HOLD)
        return taken_page(choice, typed_fields()), 409
    except LimitReachedError as error:
        return _not_held(error, Wish(choice, start, None))
    if any(typed_fields().values()):
        return form_page(wish_of(choice, start, held), typed_fields(), {})
    language = choice.language or None
    address = url_for(
        "public.form", institution_id=choice.institution.id, hold_id=held.id, language=language
    )
    return redirect(address)


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
        is_proven=proof_given(HOLD),
    )


def form(institution_id: str, hold_id: str) -> ResponseReturnValue:
    """Show the form, with until when the time is held."""
    institution = institution_or_404(institution_id)
    held = find_hold(ports_here(), hold_id, visitor=visitor())
    service = institution.find_service(held.service)
    if held.institution != institution.id or service is None:
        abort(404)
    choice = Choice(institution, service, held.channel, None, wanted_language(institution))
    return form_page(wish_of(choice, held.start, held), {}, {})


def extend(institution_id: str, hold_id: str) -> ResponseReturnValue:
    """Hold the time longer; what was typed comes back with the page."""
    choice, start = sent_choice(institution_id)
    keep_proof(SEND)
    try:
        held = _extend_or_place(choice, start, hold_id)
    except SlotTakenError:
        keep_proof(HOLD)
        return taken_page(choice, typed_fields()), 409
    except LimitReachedError as error:
        return _not_held(error, wish_of(choice, start, found_hold(hold_id, start)))
    return form_page(wish_of(choice, start, held), typed_fields(), {})


def _extend_or_place(choice: Choice, start: int, hold_id: str) -> Hold:
    held = found_hold(hold_id, start)
    if held is None:
        return _place(choice, start)
    return extend_hold(ports_here(), held.id, visitor=visitor())


def _not_held(error: LimitReachedError, wish: Wish) -> ResponseReturnValue:
    """Past the network's limit ask for a proof; past the longest time give the form as it is."""
    if error.retry_after:
        return slow_down(HOLD, error, asks_password=False)
    return form_page(wish, typed_fields(), {}, notice=not_held()), 429

"""The form of a request, and what every step to it carries: choice, start, hold, typed text."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import abort, render_template, request

from assisto_caldav.domain.appointment import Hold
from assisto_caldav.domain.localtime import to_local, zone
from assisto_caldav.errors import NotFoundError
from assisto_caldav.usecases.request import find_hold
from assisto_web.ports_access import ports_here
from assisto_web.public.choice import Choice, find_choice, soonest_of
from assisto_web.public.who import WHO_FIELDS, who_facts
from assisto_web.security import visitor

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


def asked_choice(institution_id: str) -> Choice:
    """Return the choice that the sent form names."""
    return find_choice(
        institution_id, request.form.get("service", ""), request.form.get("channel", "")
    )


def sent_choice(institution_id: str) -> tuple[Choice, int]:
    """Return the sent choice and its start."""
    choice = asked_choice(institution_id)
    start = request.form.get("start", type=int)
    if start is None:
        abort(400)
    return choice, start


def wish_of(choice: Choice, start: int, held: Hold | None) -> Wish:
    """Return the wish; where clients may choose, they are shown whose time is held."""
    institution = choice.institution
    if held is not None and institution.choose_counsellor:
        choice = replace(choice, counsellor=institution.find_staff(held.counsellor))
    return Wish(choice, start, held)


def taken_page(choice: Choice, typed: dict[str, str]) -> str:
    """Return the page for a time that somebody else has; others are offered."""
    return render_template(
        "public/taken.html",
        institution=choice.institution,
        choice=choice,
        times=soonest_of(choice),
        typed=typed,
    )


def form_page(
    wish: Wish, typed: dict[str, str], errors: dict[str, str], *, notice: str = ""
) -> str:
    """Return the form with what was typed and what is wrong."""
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


def found_hold(hold_id: str, start: int) -> Hold | None:
    """Return the visitor's hold on this start, if it is still there."""
    try:
        held = find_hold(ports_here(), hold_id, visitor=visitor())
    except NotFoundError:
        return None
    return held if held.start == start else None


def typed_fields() -> dict[str, str]:
    """Return what was typed, and what is carried from page to page."""
    names = (*FIELDS, *WISHES, *WHO_FIELDS, "wants_ics")
    return {name: request.form.get(name, "") for name in names}

"""What a client told us about themselves and how they may be reached."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClientDetails:
    """What a client told us; sealed in the store, never in a calendar object.

    All may be empty. ``answer_text`` is what the counsellor wrote with the
    answer; ``call_times`` says in the client's words when a call is safe.
    """

    name: str = ""
    email: str = ""
    phone: str = ""
    text: str = ""
    answer_text: str = ""
    call_times: str = ""


@dataclass(frozen=True, slots=True)
class ContactWishes:
    """How a client does not want to be reached; ``no_mail`` holds although there is an address."""

    no_mail: bool = False
    no_call: bool = False
    no_voicemail: bool = False


NO_WISHES = ContactWishes()

"""What the JSON interface says: our values as JSON. Times have the centre's offset."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from assisto_caldav.domain.appointment import Act, Appointment, Hold, allowed_acts
from assisto_caldav.domain.client_details import ClientDetails
from assisto_caldav.domain.institution import Institution, StaffEntry
from assisto_caldav.domain.localtime import rfc3339, zone
from assisto_caldav.domain.service import Service
from assisto_caldav.usecases.find_slots import FreeSlot
from assisto_caldav.usecases.move import may_move
from assisto_web.i18n import LANGUAGES
from assisto_web.ports_access import ports_here

# What a client may do, by the last segment of its address.
_ACTS = {
    "cancel": {Act.WITHDRAW, Act.CANCEL_BY_CLIENT},
    "accept": {Act.ACCEPT},
    "refuse": {Act.REFUSE},
}


def own_address(path: str) -> str:
    """Return an absolute address of ours."""
    return ports_here().config.current().server.public_url.rstrip("/") + path


def institution_json(institution: Institution) -> dict[str, Any]:
    """Return a centre: who it is and what it allows."""
    limits = institution.limits
    return {
        "id": institution.id,
        "name": institution.name,
        "zone": institution.zone,
        "address": institution.address,
        "phone": institution.phone,
        "website": institution.website,
        "languages": list(LANGUAGES),
        "choose_counsellor": institution.choose_counsellor,
        "identification": sorted(way.value for way in institution.identification),
        "limits": {
            "notice_hours": limits.notice_hours,
            "horizon_days": limits.horizon_days,
            "hold_minutes": limits.hold_minutes,
            "move_until_hours_before": limits.move_until_hours_before,
            "cancel_until_hours_before": limits.cancel_until_hours_before,
        },
        "links": {
            "page": own_address(f"/{institution.id}/"),
            "widget": own_address(f"/{institution.id}/widget/"),
        },
    }


def service_json(institution: Institution, service: Service, language: str) -> dict[str, Any]:
    """Return a service as clients know it."""
    return {
        "id": service.id,
        "name": service.name_in(language).text,
        "description": service.description_in(language).text,
        "duration_minutes": service.duration_minutes,
        "channels": [channel.value for channel in institution.channels_of(service)],
    }


def counsellor_json(institution: Institution, entry: StaffEntry) -> dict[str, Any]:
    """Return a counsellor as clients know them."""
    offered = [service.id for service in institution.active_services if entry.offers(service.id)]
    return {"id": entry.public_id, "name": entry.name, "services": offered}


def public_counsellor(institution: Institution, login: str) -> dict[str, str]:
    """Return a member with the public id, and none where clients may not choose."""
    entry = institution.find_staff(login) if institution.choose_counsellor else None
    return {"counsellor": entry.public_id} if entry else {}


def slots_json(institution: Institution, found: Iterable[FreeSlot]) -> list[dict[str, Any]]:
    """Return slots; where clients may not choose, equal times are one."""
    shown: dict[tuple[Any, ...], dict[str, Any]] = {}
    place = zone(institution.zone)
    public: dict[str, dict[str, str]] = {}
    for slot in found:
        if slot.counsellor not in public:
            public[slot.counsellor] = public_counsellor(institution, slot.counsellor)
        counsellor = public[slot.counsellor]
        item = {
            "start": rfc3339(slot.start, place),
            "end": rfc3339(slot.end, place),
            "service": slot.service,
            "channels": [channel.value for channel in slot.channels],
            **counsellor,
        }
        shown.setdefault((slot.start, slot.end, counsellor.get("counsellor")), item)
    return list(shown.values())


def hold_json(institution: Institution, hold: Hold) -> dict[str, Any]:
    """Return a hold, without the token that proves whose it is."""
    place = zone(institution.zone)
    return {
        "hold": hold.id,
        "start": rfc3339(hold.start, place),
        "end": rfc3339(hold.end, place),
        "service": hold.service,
        "channel": hold.channel.value,
        "expires_at": rfc3339(hold.expires_at, place),
        **public_counsellor(institution, hold.counsellor),
    }


def appointment_json(
    institution: Institution, made: Appointment, details: ClientDetails
) -> dict[str, Any]:
    """Return an appointment as its client knows it, without the code that leads to it."""
    place = zone(institution.zone)
    shown: dict[str, Any] = {
        "state": made.state.value,
        "start": rfc3339(made.start, place),
        "end": rfc3339(made.end, place),
        "service": made.service,
        "channel": made.channel.value,
        "sign": made.sign,
        "acts": _acts(made),
        "contact": {
            "no_mail": made.contact.no_mail,
            "no_call": made.contact.no_call,
            "no_voicemail": made.contact.no_voicemail,
        },
        "call_times": details.call_times,
        "answer": details.answer_text,
        **public_counsellor(institution, made.counsellor),
    }
    if made.answer_by:
        shown["answer_by"] = rfc3339(made.answer_by, place)
    return shown


def _acts(made: Appointment) -> list[str]:
    if made.start <= ports_here().clock.now():
        return []
    allowed = set(allowed_acts(made.state))
    acts = [name for name, needed in _ACTS.items() if needed & allowed]
    return [*acts, "move"] if may_move(ports_here(), made) else acts

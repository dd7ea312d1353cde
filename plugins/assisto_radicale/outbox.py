"""POST on the scheduling outbox: asking for busy time (RFC 6638 §5).

Who is asked for stands in the message; the headers Originator and Recipient,
of drafts that Apple and Thunderbird still follow, say the same and are not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assisto_caldav.domain.collection import CollectionKind
from assisto_caldav.domain.itip import read_freebusy_request
from assisto_caldav.domain.localtime import zone
from assisto_caldav.errors import LimitReachedError, NotAllowedError
from assisto_caldav.usecases.ask_busy_times import ask_busy_times
from assisto_caldav.usecases.homes import require_home
from assisto_caldav.usecases.object_index import limits_of
from assisto_radicale import methods
from assisto_radicale.rights import privileges
from assisto_radicale.translate import Answer, RefusedError
from assisto_radicale.xmltext import (
    CONTENT_TYPE,
    DECLARATIONS,
    HEAD,
    caldav,
    encode,
    escape,
    escape_object,
)

if TYPE_CHECKING:
    from assisto_caldav.usecases.ask_busy_times import BusyAnswer
    from assisto_radicale.request import Request

MAX_MESSAGE_SIZE = 65_536


def post(request: Request) -> Answer:
    """Answer a POST: busy times on an outbox of one's own, 405 everywhere else.

    Raises:
        AssistoError: What is refused, with the preconditions of RFC 6638 §5.2.
    """
    target = request.target
    if not privileges(request.facts, target):
        raise NotAllowedError
    if target.collection != CollectionKind.OUTBOX.value or target.member:
        return methods.not_allowed(request)
    institution = require_home(request.ports, request.actor, target.owner)
    limits = limits_of(request.ports)
    asked = read_freebusy_request(_message(request), limits, zone(institution.zone))
    answers = ask_busy_times(request.ports, request.actor, owner=target.owner, request=asked)
    told = "".join(_response(answer) for answer in answers)
    body = encode(f"{HEAD}<C:schedule-response {DECLARATIONS}>{told}</C:schedule-response>")
    return Answer(200, [("Content-Type", CONTENT_TYPE), ("Cache-Control", "no-store")], body)


def _message(request: Request) -> bytes:
    content_type = str(request.environ.get("CONTENT_TYPE") or "")
    if content_type.partition(";")[0].strip().lower() != "text/calendar":
        raise RefusedError(caldav("supported-calendar-data"))
    try:
        return request.body(MAX_MESSAGE_SIZE)
    except LimitReachedError as exc:
        raise RefusedError(caldav("max-resource-size")) from exc


def _response(answer: BusyAnswer) -> str:
    inner = f"<C:recipient><D:href>{escape(answer.recipient)}</D:href></C:recipient>"
    inner += f"<C:request-status>{answer.status}</C:request-status>"
    if answer.text is not None:
        inner += f"<C:calendar-data>{escape_object(answer.text)}</C:calendar-data>"
    return f"<C:response>{inner}</C:response>"

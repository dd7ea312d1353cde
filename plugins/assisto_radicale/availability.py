"""The ``calendar-availability`` property of the inbox (RFC 7953 §7.2.4).

Read, it is what the booking times say; written, it changes them. Apple and
Nextcloud know it in CalendarServer's namespace too. Removing it is refused:
without availability a calendar user would always be free, and no booking times
mean that; a VAVAILABILITY without AVAILABLE closes all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assisto_caldav.domain.collection import CollectionKind
from assisto_caldav.errors import InvalidCalendarObjectError
from assisto_caldav.usecases.availability import availability_text, set_availability
from assisto_caldav.usecases.refused_rules import note_refused_availability
from assisto_radicale import proppatch
from assisto_radicale.hrefs import href_of
from assisto_radicale.translate import Answer
from assisto_radicale.xmltext import (
    CALENDARSERVER,
    CONTENT_TYPE,
    MULTISTATUS,
    caldav,
    dav,
    element,
    escape,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assisto_caldav.domain.collection import Collection
    from assisto_caldav.ports import Unit
    from assisto_radicale.hrefs import Target
    from assisto_radicale.properties import Scene
    from assisto_radicale.proppatch import Change
    from assisto_radicale.request import Request

NAMES = (
    caldav("calendar-availability"),
    f"{{{CALENDARSERVER}}}calendar-availability",
)
_KEPT = (
    "Die Verfügbarkeit folgt den Buchungszeiten und lässt sich nicht entfernen. Ohne AVAILABLE"
    " gespeichert schließt sie alle Zeiten."
)


def value(unit: Unit, scene: Scene, item: Collection) -> str | None:
    """Return the property of an inbox as XML, None for every other collection."""
    if item.kind is not CollectionKind.INBOX:
        return None
    text = availability_text(unit, scene.ports, item.owner)
    return None if text is None else escape(text)


def concerns(target: Target, changes: Iterable[Change]) -> bool:
    """Tell whether a PROPPATCH sets or removes the property of an inbox."""
    return target.collection == CollectionKind.INBOX.value and any(
        change.name in NAMES for change in changes
    )


def set_property(request: Request, changes: Sequence[Change]) -> Answer:
    """Carry out a PROPPATCH with the property in it, all or nothing (RFC 4918 §9.2)."""
    own = [change for change in changes if change.name in NAMES]
    others = [change for change in changes if change.name not in NAMES]
    not_allowed = proppatch.refused(others)
    if not_allowed:
        return _answer(request, proppatch.describe(changes, not_allowed))
    new = own[-1].value
    if new is None:
        error = element(dav("cannot-modify-protected-property"), "")
        return _refused(request, changes, error, _KEPT)
    if not own[-1].is_storable:
        error = element(caldav("valid-calendar-data"), "")
        return _refused(request, changes, error, "Eine Verfügbarkeit ist Text, nicht XML.")
    try:
        set_availability(
            request.ports,
            request.actor,
            owner=request.target.owner,
            raw=new.encode(),
            props=proppatch.by_short_name(others),
        )
    except InvalidCalendarObjectError as exc:
        note_refused_availability(request.ports, request.target.owner, exc.what)
        error = element(caldav(exc.precondition or "valid-calendar-data"), "")
        return _refused(request, changes, error, exc.what)
    return _answer(request, proppatch.describe(changes, {}))


def _refused(request: Request, changes: Sequence[Change], error: str, sentence: str) -> Answer:
    """Answer that the property was refused, why, and that nothing else was done."""
    own = dict.fromkeys(change.name for change in changes if change.name in NAMES)
    others = dict.fromkeys(change.name for change in changes if change.name not in NAMES)
    told = (
        f"<D:propstat><D:prop>{''.join(element(name, '') for name in own)}</D:prop>"
        f"<D:status>HTTP/1.1 403 Forbidden</D:status><D:error>{error}</D:error>"
        f"<D:responsedescription>{escape(sentence)}</D:responsedescription></D:propstat>"
    )
    if others:
        told += (
            f"<D:propstat><D:prop>{''.join(element(name, '') for name in others)}</D:prop>"
            "<D:status>HTTP/1.1 424 Failed Dependency</D:status></D:propstat>"
        )
    return _answer(request, told)


def _answer(request: Request, told: str) -> Answer:
    href = href_of(request.prefix, request.target)
    body = f"{MULTISTATUS}<D:response><D:href>{href}</D:href>{told}</D:response></D:multistatus>"
    return Answer(207, [("Content-Type", CONTENT_TYPE)], body)

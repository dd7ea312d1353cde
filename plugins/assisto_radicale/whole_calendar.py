"""GET of a calendar: one iCalendar text, all of it or a window (``?start=&end=&expand=1``)."""

from __future__ import annotations

import logging
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs

from assisto_caldav.domain.calendar_join import join_calendars
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.timespan import MAX_INSTANT, MIN_INSTANT
from assisto_caldav.domain.timezones import instant_in
from assisto_caldav.errors import AssistoError, InvalidCalendarObjectError
from assisto_radicale import query
from assisto_radicale.expansion import Expansion
from assisto_radicale.filters import RECURRING, CompFilter
from assisto_radicale.properties import stored_properties
from assisto_radicale.translate import RefusedError
from assisto_radicale.xmltext import dav

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assisto_caldav.domain.collection import Collection, StoredObject
    from assisto_caldav.domain.timezones import Zone
    from assisto_caldav.ports import Unit
    from assisto_radicale.floating import Place
    from assisto_radicale.request import Request

logger = logging.getLogger("assisto.dav")
_MOST_FIELDS = 20


class UnclearWindowError(AssistoError):
    """The query of an address names no window; ``sentence`` says what would."""

    def __init__(self, sentence: str) -> None:
        """Say it to a person: they have typed the address."""
        super().__init__(sentence)
        self.sentence = sentence


class Wanted(NamedTuple):
    """What of a calendar is asked for; without a window, all of it."""

    window: Interval | None = None
    expands: bool = False
    sign: str = ""
    """What tells the entity tag of this representation from the others'."""


def read_query(request: Request, collection: Collection, unit: Unit) -> Wanted:
    """Read the query of an address; what it does not know there is passed over.

    Raises:
        UnclearWindowError: A value is none, or the window is empty.
    """
    text = str(request.environ.get("QUERY_STRING") or "")
    if not text:
        return Wanted()
    try:
        fields = parse_qs(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as exc:
        raise UnclearWindowError("Die Adresse hat zu viele Angaben hinter dem „?“.") from exc
    place = query.open_place(request.ports, unit, collection)
    window = _window(fields, place.floating_zone)
    expands = _flag(fields)
    if expands and not {"start", "end"} <= set(fields):
        raise UnclearWindowError("Mit „expand=1“ müssen „start“ und „end“ angegeben sein.")
    if window is None:
        return Wanted()
    facts = (window.start, window.end, expands, getattr(place.floating_zone, "key", ""))
    return Wanted(window, expands, sha256(repr(facts).encode()).hexdigest()[:16])


def _flag(fields: dict[str, list[str]]) -> bool:
    value = fields.get("expand", ["0"])[-1].lower()
    if value not in ("0", "1", "true", "false"):
        raise UnclearWindowError("„expand“ ist 1 oder 0.")
    return value in ("1", "true")


def _window(fields: dict[str, list[str]], zone: Zone) -> Interval | None:
    if "start" not in fields and "end" not in fields:
        return None
    start = _instant("start", fields, zone, otherwise=MIN_INSTANT)
    end = _instant("end", fields, zone, otherwise=MAX_INSTANT)
    if start >= end:
        raise UnclearWindowError("„end“ muss nach „start“ liegen.")
    return Interval(start, end)


def _instant(name: str, fields: dict[str, list[str]], zone: Zone, *, otherwise: int) -> int:
    if name not in fields:
        return otherwise
    # A "+" of an offset that was not escaped arrives as a space.
    text = fields[name][-1].replace(" ", "+")
    try:
        moment = datetime.fromisoformat(text)
        is_exact = moment.tzinfo is not None
        instant = int(moment.timestamp()) if is_exact else instant_in(zone, moment)
    except (ValueError, OverflowError) as exc:
        raise UnclearWindowError(
            f"„{name}“ ist kein Zeitpunkt: möglich sind 2026-12-01, 2026-12-01T09:00:00Z"
            " und 20261201T090000Z."
        ) from exc
    return min(max(instant, MIN_INSTANT), MAX_INSTANT)


def download(request: Request, unit: Unit, collection: Collection, wanted: Wanted) -> str:
    """Return the calendar as one text.

    Raises:
        RefusedError: The window has more objects or instances than we write out.
    """
    name = stored_properties(collection)["D:displayname"]
    if wanted.window is None:
        texts: Iterator[str] = (item.text for item in unit.objects.all(collection.id))
    else:
        place = query.open_place(request.ports, unit, collection)
        found = list(_selected(place, wanted.window))
        if len(found) > request.limits.max_matches:
            raise RefusedError(dav("number-of-matches-within-limits"))
        texts = _texts(place, found, wanted)
    joined = join_calendars(name, texts)
    if joined.left_out:
        logger.warning("%d stored objects cannot be read in a download.", joined.left_out)
    return joined.text


def _selected(place: Place, window: Interval) -> Iterator[StoredObject]:
    for component in RECURRING:
        if component in place.collection.components:
            wanted = CompFilter("VCALENDAR", comps=(CompFilter(component, window=window),))
            yield from query.select(place, query.plan(wanted))


def _texts(place: Place, found: list[StoredObject], wanted: Wanted) -> Iterator[str]:
    if not wanted.expands or wanted.window is None:
        yield from (item.text for item in found)
        return
    expansion = Expansion(place, wanted.window)
    for item in found:
        try:
            yield expansion.text_of(item)
        except InvalidCalendarObjectError as exc:
            if exc.precondition == "max-instances":
                raise RefusedError(dav("number-of-matches-within-limits")) from exc
            logger.warning("A stored object cannot be expanded: %s", item.id)

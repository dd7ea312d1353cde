"""A report on its way: who asks, where, and how the members are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from assisto_caldav.errors import InvalidInputError
from assisto_radicale.calendar_data import read_data
from assisto_radicale.members import NAMES, MemberTemplate
from assisto_radicale.translate import Answer
from assisto_radicale.xmltext import CONTENT_TYPE, MULTISTATUS, caldav, dav, encode

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Iterable

    from assisto_caldav.domain.collection import Collection
    from assisto_caldav.ports import Unit
    from assisto_radicale.floating import Place
    from assisto_radicale.request import Request

_PROP = dav("prop")
_DATA = caldav("calendar-data")


class Asked(NamedTuple):
    """A report on one collection."""

    request: Request
    root: ET.Element
    place: Place
    template: MemberTemplate

    @property
    def unit(self) -> Unit:
        """Return the view that the whole answer is made from."""
        return self.place.unit

    @property
    def collection(self) -> Collection:
        """Return the collection that is asked about."""
        return self.place.collection


def ask(request: Request, root: ET.Element, place: Place) -> Asked:
    """Compile how the members of a collection are shown.

    Raises:
        RefusedError: ``supported-calendar-data``, or a window is none.
        InvalidInputError: What is asked of ``calendar-data`` is no sense.
    """
    return Asked(request, root, place, _template(request, root, place))


def _template(request: Request, root: ET.Element, place: Place) -> MemberTemplate:
    collection = place.collection
    wanted = root.find(_PROP)
    if wanted is None:
        if root.find(dav("propname")) is not None:
            return MemberTemplate(request.scene, collection, (*NAMES, _DATA), names_only=True)
        # calendar-data is no part of allprop (RFC 4791 §9.6).
        names = NAMES if root.find(dav("allprop")) is not None else ()
        return MemberTemplate(request.scene, collection, names, minimal=True)
    data = wanted.find(_DATA)
    return MemberTemplate(
        request.scene,
        collection,
        tuple(dict.fromkeys(node.tag for node in wanted)),
        data=None if data is None else read_data(data, place),
        minimal=request.wants_minimal,
    )


def multistatus(request: Request, parts: Iterable[str]) -> Answer:
    """Return the answer made of responses."""
    body = encode(f"{MULTISTATUS}{''.join(parts)}</D:multistatus>")
    return Answer(207, [("Content-Type", CONTENT_TYPE), *request.preference_applied], body)


def depth_of(request: Request) -> str:
    """Return the Depth header in lower case, "" where there is none.

    Raises:
        InvalidInputError: It is none of those that there are.
    """
    depth = request.header("DEPTH").lower()
    if depth not in ("", "0", "1", "infinity"):
        raise InvalidInputError("The depth is none.")
    return depth

"""``D:expand-property`` (RFC 3253 §3.8): properties, and those of what their hrefs name."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from assisto_caldav.errors import NotFoundError
from assisto_radicale.dead_properties import as_element
from assisto_radicale.hrefs import Target, href_of, read_href
from assisto_radicale.members import MISSING, propstats
from assisto_radicale.resources import Values, find_values, multistatus
from assisto_radicale.translate import RefusedError
from assisto_radicale.xmltext import dav, element

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

    from assisto_caldav.ports import Unit
    from assisto_radicale.request import Request
    from assisto_radicale.translate import Answer

MOST_RESPONSES = 1000
MOST_CHARACTERS = 4_000_000
_PROPERTY = dav("property")
_HREF = re.compile(r"<D:href>([^<]*)</D:href>")


def expand_property(request: Request, root: ET.Element) -> Answer:
    """Answer the report on any resource.

    Raises:
        NotFoundError: There is no such resource.
        RefusedError: It would name too many resources.
    """
    with request.ports.database.reading() as unit:
        expansion = _Expansion(request, unit)
        values = expansion.values(request.target)
        if values is None:
            raise NotFoundError("There is no such resource.")
        href = href_of(request.prefix, request.target)
        return multistatus(request, [expansion.response(href, root, values)])


class _Expansion:
    """One report, which names so many resources and no more."""

    def __init__(self, request: Request, unit: Unit) -> None:
        self._request = request
        self._unit = unit
        self._left = MOST_RESPONSES
        self._characters_left = MOST_CHARACTERS

    def values(self, target: Target) -> Values | None:
        return find_values(self._request.scene, self._unit, target)

    def response(self, href: str, wanted: ET.Element, values: Values) -> str:
        found, missing = "", ""
        # The last of two that name the same property, once: each may be dear.
        nodes = {
            f"{{{node.get('namespace', 'DAV:')}}}{node.get('name', '')}": node
            for node in wanted.iterfind(_PROPERTY)
        }
        for name, node in nodes.items():
            value = values(name)
            self._characters_left -= len(value or name)
            if self._characters_left < 0:
                raise RefusedError(dav("number-of-matches-within-limits"))
            if value is None:
                missing += element(name, "")
            else:
                found += self._expanded(as_element(name, value), node)
        stats = propstats(found, "" if self._request.wants_minimal else missing)
        return f"<D:response><D:href>{href}</D:href>{stats}</D:response>"

    def _expanded(self, xml: str, node: ET.Element) -> str:
        if node.find(_PROPERTY) is None:
            return xml
        return _HREF.sub(lambda match: self._named(match[1], node), xml)

    def _named(self, href: str, node: ET.Element) -> str:
        self._left -= 1
        if self._left < 0:
            raise RefusedError(dav("number-of-matches-within-limits"))
        target = read_href(self._request.prefix, html.unescape(href))
        values = self.values(target) if target is not None else None
        if values is None:
            return f"<D:response><D:href>{href}</D:href>{MISSING}</D:response>"
        return self.response(href, node, values)

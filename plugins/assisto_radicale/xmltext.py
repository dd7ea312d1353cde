"""XML as text: names, escaping, bounded reading of request bodies."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import lru_cache
from typing import NamedTuple

from assisto_caldav.errors import CALDAV, DAV, InvalidInputError, LimitReachedError

CALENDARSERVER = "http://calendarserver.org/ns/"
APPLE = "http://apple.com/ns/ical/"
PREFIXES = {
    DAV: "D",
    CALDAV: "C",
    CALENDARSERVER: "CS",
    APPLE: "ICAL",
    "urn:ietf:params:xml:ns:carddav": "CR",
    "http://me.com/_namespace/": "ME",
}
"""Namespaces by the short names under which dead properties are stored (Radicale's)."""
_NAMESPACES = {prefix: namespace for namespace, prefix in PREFIXES.items()}
_DECLARED = (DAV, CALDAV, CALENDARSERVER, APPLE)

DECLARATIONS = " ".join(f'xmlns:{PREFIXES[ns]}="{ns}"' for ns in _DECLARED)
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
MULTISTATUS = f"{HEAD}<D:multistatus {DECLARATIONS}>"
CONTENT_TYPE = "application/xml; charset=utf-8"

# Longer names are no app's: remembered, a thousand of them would fill the memory.
_LONGEST_NAME = 200


class Bounds(NamedTuple):
    """What a request body may be at most."""

    elements: int = 50_000
    depth: int = 32


# What XML 1.0 §2.2 does not allow: one such character would spoil a whole report.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def dav(name: str) -> str:
    """Return a Clark name of RFC 4918."""
    return f"{{{DAV}}}{name}"


def caldav(name: str) -> str:
    """Return a Clark name of RFC 4791."""
    return f"{{{CALDAV}}}{name}"


def escape(text: str) -> str:
    """Return text as element content; CR is kept by a reference, or parsers would drop it."""
    escaped = (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    )
    return _FORBIDDEN.sub("\ufffd", escaped)


def escape_object(text: str) -> str:
    """Return a stored calendar object as element content, for an answer that ``encode`` makes.

    PUT has refused control characters; two more are left that XML does not allow.
    """
    if "\ufffe" in text or "\uffff" in text:
        return escape(text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def encode(xml: str) -> bytes:
    """Return an answer's octets; CR, which only objects have, becomes a reference all at once."""
    return xml.encode().replace(b"\r", b"&#13;")


def tags_of(clark: str) -> tuple[str, str]:
    """Return start and end tag of an element, its namespace declared where it must be."""
    return _remembered_tags(clark) if len(clark) <= _LONGEST_NAME else _make_tags(clark)


@lru_cache(maxsize=1024)
def _remembered_tags(clark: str) -> tuple[str, str]:
    return _make_tags(clark)


def _make_tags(clark: str) -> tuple[str, str]:
    namespace, _, local = clark[1:].rpartition("}") if clark[0] == "{" else ("", "", clark)
    if namespace in _DECLARED:
        name = f"{PREFIXES[namespace]}:{local}"
        return f"<{name}>", f"</{name}>"
    if not namespace:
        return f"<{local}>", f"</{local}>"
    declared = escape(namespace).replace('"', "&quot;")
    return f'<X:{local} xmlns:X="{declared}">', f"</X:{local}>"


def element(clark: str, inner: str) -> str:
    """Return an element with this content, which must be XML already."""
    start, end = tags_of(clark)
    return f"{start}{inner}{end}" if inner else f"{start[:-1]}/>"


def short_name(clark: str) -> str:
    """Return the name under which a dead property is stored, such as ``D:displayname``."""
    namespace, _, local = clark[1:].rpartition("}")
    prefix = PREFIXES.get(namespace)
    return f"{prefix}:{local}" if prefix else clark


def clark_name(short: str) -> str:
    """Return the Clark name of a stored dead property."""
    if short.startswith("{"):
        return short
    prefix, _, local = short.partition(":")
    return f"{{{_NAMESPACES.get(prefix, '')}}}{local}"


def _too_much() -> LimitReachedError:
    return LimitReachedError("The XML is too deep or has too many elements.")


# In UTF-8 or ASCII by its own words or by default: what stands in the octets is what is read.
_PLAIN_HEAD = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\s+version=[\"']1\.0[\"']"
    rb"(?:\s+encoding=[\"'](?:utf-8|us-ascii)[\"'])?\s*(?:standalone=[\"']\w+[\"']\s*)?\?>\s*)?<[A-Za-z_]",
    re.IGNORECASE,
)


def _is_harmless(body: bytes, bounds: Bounds) -> bool:
    """Say whether octets alone show that there is no DTD and no more elements than allowed."""
    return (
        b"\x00" not in body
        and b"<!" not in body
        and body.count(b"<") <= bounds.elements
        and _PLAIN_HEAD.match(body) is not None
    )


def _is_deeper(node: ET.Element, depth: int) -> bool:
    """Say whether a tree has more levels than that; the walk itself goes no deeper."""
    if not depth:
        return True
    return any(_is_deeper(child, depth - 1) for child in node if len(child) or depth == 1)


class _BoundedBuilder(ET.TreeBuilder):
    """Builds no tree that is deep, large or has a DTD (and so no entities)."""

    def __init__(self, bounds: Bounds) -> None:
        super().__init__()
        self._bounds = bounds
        self._depth = 0
        self._count = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> ET.Element:
        self._depth += 1
        self._count += 1
        if self._depth > self._bounds.depth or self._count > self._bounds.elements:
            raise _too_much()
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> ET.Element:
        self._depth -= 1
        return super().end(tag)

    def doctype(self, *_: object) -> None:
        raise InvalidInputError("A DTD is refused.")


def parse(body: bytes, bounds: Bounds | None = None) -> ET.Element:
    """Read a request body.

    Raises:
        InvalidInputError: It is no XML, or has a DTD.
        LimitReachedError: It is too deep or has too many elements.
    """
    bounds = bounds or Bounds()
    try:
        if _is_harmless(body, bounds):
            root = ET.fromstring(body)  # noqa: S314 - no DTD, no other encoding, not large
            if not _is_deeper(root, bounds.depth):
                return root
            raise _too_much()
        parser = ET.XMLParser(target=_BoundedBuilder(bounds))  # noqa: S314 - the target refuses what is unsafe
        parser.feed(body)
        root = parser.close()
    except (ET.ParseError, ValueError, LookupError) as exc:
        raise InvalidInputError("The body is no XML.") from exc
    if not isinstance(root, ET.Element):
        raise InvalidInputError("The body is no XML.")
    return root

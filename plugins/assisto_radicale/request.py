"""One request, as our methods see it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assisto_caldav.errors import InvalidInputError, LimitReachedError
from assisto_caldav.usecases.actors import Actor
from assisto_radicale.properties import Scene
from assisto_radicale.translate import ContentEncodingError
from assisto_radicale.xmltext import Bounds, parse

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Mapping
    from typing import Any

    from assisto_caldav.config import ObjectLimits
    from assisto_caldav.domain.privileges import RoleFacts
    from assisto_caldav.ports import Ports
    from assisto_radicale.hrefs import Target
    from assisto_radicale.translate import Headers

_CHUNK = 65_536
_RETURN = re.compile(r'(?:^|[,;])\s*return\s*=\s*"?(minimal|representation)\b', re.IGNORECASE)
_TAG = re.compile(r'(?:W/)?"([^"]*)"|(\*)|([^\s,"]+)')


@dataclass(frozen=True, slots=True)
class Request:
    """A request of somebody who is logged in; ``prefix`` is where we are mounted."""

    ports: Ports
    environ: Mapping[str, Any]
    prefix: str
    target: Target
    facts: RoleFacts

    @property
    def scene(self) -> Scene:
        """Return who looks, and from where."""
        return Scene(self.ports, self.prefix, self.facts)

    @property
    def actor(self) -> Actor:
        """Return who acts."""
        return Actor(self.facts.login, "caldav")

    def header(self, name: str) -> str:
        """Return a header by its name in upper case with underscores, or ""."""
        return str(self.environ.get(f"HTTP_{name}", "")).strip()

    def tags(self, name: str) -> tuple[str, ...]:
        """Return the entity-tags in a header, unquoted, "*" among them.

        Weak ones count as strong: proxies that pack answers make them weak.
        """
        return tuple("".join(found) for found in _TAG.findall(self.header(name)))

    @property
    def _preference(self) -> str:
        """Return the value of ``return`` in Prefer, the first one (RFC 7240 §2)."""
        found = _RETURN.search(self.header("PREFER"))
        return found[1].lower() if found else ""

    @property
    def wants_minimal(self) -> bool:
        """Tell whether what is not there shall not be listed (RFC 8144 §2)."""
        return self._preference == "minimal"

    @property
    def wants_representation(self) -> bool:
        """Tell whether what is stored shall be returned (RFC 8144 §3)."""
        return self._preference == "representation"

    @property
    def preference_applied(self) -> Headers:
        """Return the headers that tell of a minimal answer."""
        if not self.wants_minimal:
            return []
        return [("Preference-Applied", "return=minimal"), ("Vary", "Prefer")]

    @property
    def limits(self) -> ObjectLimits:
        """Return what one request may cost."""
        return self.ports.config.current().limits

    @property
    def xml_bounds(self) -> Bounds:
        """Return how large the tree of an XML body may become."""
        return Bounds(self.limits.max_xml_elements, self.limits.max_xml_depth)

    def body(self, limit: int) -> bytes:
        """Return the request body.

        Raises:
            ContentEncodingError: It is packed.
            InvalidInputError: Its length is wrong.
            LimitReachedError: It is longer than ``limit`` octets.
        """
        if self.header("CONTENT_ENCODING").lower() not in ("", "identity"):
            # What a packed body becomes is known only when it is unpacked.
            raise ContentEncodingError
        declared = str(self.environ.get("CONTENT_LENGTH") or "")
        if not declared:
            return self._undeclared(limit)
        if not declared.isascii() or not declared.isdigit():
            raise InvalidInputError("The length of the body is no number.")
        length = int(declared)
        if length > limit:
            raise LimitReachedError("The body is too large.")
        raw: bytes = self.environ["wsgi.input"].read(length) if length else b""
        if len(raw) < length:
            raise InvalidInputError("The body is shorter than it was said to be.")
        return raw

    def _undeclared(self, limit: int) -> bytes:
        """Return a body of unknown length, if the server marks its end."""
        if not self.environ.get("wsgi.input_terminated"):
            return b""
        parts, size = [], 0
        while chunk := self.environ["wsgi.input"].read(_CHUNK):
            parts.append(chunk)
            size += len(chunk)
            if size > limit:
                raise LimitReachedError("The body is too large.")
        return b"".join(parts)

    def xml(self) -> ET.Element | None:
        """Return the root of an XML body, None when it is empty."""
        raw = self.body(self.limits.max_xml_bytes)
        return parse(raw, self.xml_bounds) if raw.strip() else None

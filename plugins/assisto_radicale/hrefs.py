"""Paths to resources and back: the one place that reads and emits hrefs.

``/`` is the root, ``/<login>/`` a principal and its home, ``/<login>/<name>/``
a collection, ``/<login>/<name>/<href>`` a calendar object resource.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from assisto_caldav.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Iterable

_PLAIN = re.compile(r"[A-Za-z0-9._~@-]+")
# An object's address as apps write it: nothing encoded, no segment of dots.
_USUAL = re.compile(r"/([\w~@-][\w.~@-]*)/([\w~@-][\w.~@-]*)/([\w~@-][\w.~@-]*)", re.ASCII)
# A line feed may stand in a name: vdirsyncer makes names of UIDs, and some UIDs hold one, encoded.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LONGEST = 1000
MEMBER_DEPTH = 3


class Target(NamedTuple):
    """What a path names; empty fields are above it. ``owner`` is in lower case."""

    owner: str = ""
    collection: str = ""
    member: str = ""

    @property
    def home(self) -> Target:
        """Return the home that this lies in."""
        return Target(self.owner)

    @property
    def parent(self) -> Target:
        """Return the collection of a member."""
        return Target(self.owner, self.collection)


def decode_path(path_info: str) -> str:
    """Undo PEP 3333's latin-1: the octets of a path are UTF-8.

    Raises:
        InvalidInputError: They are not.
    """
    if path_info.isascii():
        return path_info
    try:
        return path_info.encode("latin-1").decode("utf-8")
    except UnicodeError as exc:
        raise InvalidInputError("The path is not UTF-8.") from exc


def target_of(path: str) -> Target:
    """Return what a decoded path names.

    Any characters but control characters (save a line feed) may stand in a
    segment. A slash at the end makes no difference.

    Raises:
        InvalidInputError: It is too deep or too long, or has a segment that is none.
    """
    segments = [segment for segment in path.split("/") if segment]
    if (
        len(segments) > MEMBER_DEPTH
        or len(path) > _LONGEST
        or "." in segments
        or ".." in segments
        or _CONTROL.search(path)
    ):
        raise InvalidInputError("There can be nothing at this address.")
    if segments:
        # Some apps encode the "@" twice.
        segments[0] = segments[0].replace("%40", "@").lower()
    return Target(*segments)


def segment_of(name: str) -> str:
    """Return a name as it stands in our hrefs; the "@" of a log-in stays one."""
    return name if _PLAIN.fullmatch(name) else quote(name, safe="@")


def all_plain(names: Iterable[str]) -> bool:
    """Tell whether all names stand in our hrefs as they are: one look at thousands."""
    return _PLAIN.fullmatch("".join(names) or "-") is not None


def href_of(prefix: str, target: Target) -> str:
    """Return the href of a resource: the path with the prefix, percent-encoded."""
    owner, collection, member = target
    if not owner:
        return f"{prefix}/"
    if not collection:
        return f"{prefix}/{segment_of(owner)}/"
    return f"{prefix}/{segment_of(owner)}/{segment_of(collection)}/{segment_of(member)}"


def read_href(prefix: str, href: str) -> Target | None:
    """Return what an href of a client names; None if it lies outside of our tree."""
    if href.startswith(f"{prefix}/") and (usual := _USUAL.fullmatch(href, len(prefix))):
        return Target(usual[1].lower(), usual[2], usual[3])
    try:
        path = unquote(urlsplit(href.strip()).path, errors="strict")
        if not path.startswith(f"{prefix}/"):
            return None
        return target_of(path[len(prefix) :])
    except (InvalidInputError, ValueError):
        return None


def same_host(href: str, host: str) -> bool:
    """Tell whether an absolute URI, or a path, is on the host that the request was sent to."""
    try:
        netloc = urlsplit(href).netloc
    except ValueError:
        return False
    return not netloc or _bare(netloc.rpartition("@")[2]) == _bare(host)


def _bare(host: str) -> str:
    """Return a host without the port that every app may leave out."""
    return host.lower().removesuffix(":443").removesuffix(":80")

"""Content lines of an iCalendar text, each with the exact place it has there.

RFC 5545 §3.1. Reading is tolerant: any mix of line ends, any folding. Editing
replaces single lines and leaves every other byte as its author wrote it.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from assisto_caldav.errors import InvalidCalendarObjectError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FOLD_AT = 75
MAX_DEPTH = 16

# "\r\r\n" comes from files that were converted to CRLF twice. The quantifiers
# are possessive: a megabyte of foldings costs one pass and no backtracking.
_END = r"(?:\r*+\n|\r)"
_LOGICAL_LINE = re.compile(rf"[^\r\n]++(?:{_END}[ \t][^\r\n]*+)*+(?:{_END}|\Z)")
_FOLDING = re.compile(rf"{_END}[ \t]")
_FIRST_END = re.compile(_END)
_NAME = re.compile(r"[A-Za-z0-9.-]+")
_PARAMETER = re.compile(r";([^=;:\"]+)=((?:\"[^\"]*\"|[^\";:])*)(?=[;:])")
# Some apps leave a lone quotation mark in CN; then it is a letter like any other.
_LOOSE_PARAMETER = re.compile(r";([^=;:]+)=([^;:]*)(?=[;:])")
_PARAMETER_VALUE = re.compile(r"(?:\"[^\"]*\"|[^\",])+|(?<=,)(?=,|\Z)|\"")
_CARET = re.compile(r"\^(\^|n|')")
_ESCAPED = re.compile(r"\\([\\;,:\"nN])")
_TO_ESCAPE = re.compile(r"\r\n|[\\;,\n\r]")


class ContentLine(NamedTuple):
    """One unfolded line; ``start`` to ``end`` is its place in the text, line end included.

    ``path`` names the components it is in, outermost first, and ``component``
    numbers the innermost in the order of the BEGIN lines, from 0. BEGIN and
    END lines are inside the component that they delimit.
    """

    text: str
    start: int
    end: int
    path: tuple[str, ...]
    component: int

    @property
    def name(self) -> str:
        """Return the property name in upper case; "" if there is none."""
        return property_name(self.text)


class Property(NamedTuple):
    """A parsed content line; names are in upper case, the value is raw."""

    name: str
    params: Mapping[str, tuple[str, ...]]
    value: str

    def param(self, name: str) -> str:
        """Return the first value of a parameter, or ""."""
        return self.params.get(name, ("",))[0]


def iter_lines(text: str, *, max_octets: int | None = None) -> Iterator[ContentLine]:
    """Yield the logical lines in their order, in one pass.

    Args:
        text: With any line ends; empty lines are passed over.
        max_octets: The longest unfolded line to accept, in octets of UTF-8.

    Raises:
        InvalidCalendarObjectError: BEGIN and END do not match, are nested too
            deeply, or a line is too long.
    """
    path: tuple[str, ...] = ()
    open_components: list[int] = []
    count = 0
    for match in _LOGICAL_LINE.finditer(text):
        line = _unfold(match.group(), max_octets)
        keyword = line[:6].upper()
        if keyword == "BEGIN:":
            if len(path) == MAX_DEPTH:
                raise InvalidCalendarObjectError("The components are nested too deeply.")
            path = (*path, line[6:].strip().upper())
            open_components.append(count)
            count += 1
        innermost = open_components[-1] if open_components else -1
        yield ContentLine(line, match.start(), match.end(), path, innermost)
        if keyword.startswith("END:"):
            if not path or path[-1] != line[4:].strip().upper():
                raise InvalidCalendarObjectError(f"{line[:40]!r} has no BEGIN before it.")
            path = path[:-1]
            open_components.pop()
    if path:
        raise InvalidCalendarObjectError(f"The {path[-1]} has no END.")


def unfolded_lines(text: str, *, max_octets: int | None = None) -> Iterator[str]:
    """Yield the logical lines alone, where nobody asks for their places.

    Raises:
        InvalidCalendarObjectError: A line is too long.
    """
    for raw in _LOGICAL_LINE.findall(text):
        yield _unfold(raw, max_octets)


def _unfold(raw: str, max_octets: int | None) -> str:
    line = raw.rstrip("\r\n")
    if "\n" in line or "\r" in line:
        line = _FOLDING.sub("", line)
    if max_octets is not None and len(line) * 4 > max_octets < len(line.encode()):
        raise InvalidCalendarObjectError(
            f"A line is longer than {max_octets} octets.", precondition="max-resource-size"
        )
    return line


def property_name(line: str) -> str:
    """Return the name with which an unfolded line begins, in upper case, or ""."""
    match = _NAME.match(line)
    return match.group().upper() if match else ""


def parse_line(line: str) -> Property:
    """Split an unfolded line into name, parameters and raw value.

    Parameter values come without quotation marks and with the escapes of
    RFC 6868 undone; the value of the property is as it stands.

    Raises:
        InvalidCalendarObjectError: It has no name, or no colon in its place.
    """
    name = property_name(line)
    if name:
        for pattern in (_PARAMETER, _LOOSE_PARAMETER):
            params, position = _parameters(line, len(name), pattern)
            if line[position : position + 1] == ":":
                return Property(name, params, line[position + 1 :])
    raise InvalidCalendarObjectError(f"{line[:40]!r} is no content line.")


def _parameters(
    line: str, position: int, pattern: re.Pattern[str]
) -> tuple[dict[str, tuple[str, ...]], int]:
    params: dict[str, tuple[str, ...]] = {}
    while match := pattern.match(line, position):
        params[match[1].strip().upper()] = _parameter_values(match[2])
        position = match.end()
    return params, position


def _parameter_values(raw: str) -> tuple[str, ...]:
    if "," not in raw and '"' not in raw and "^" not in raw:
        return (raw,)
    values = _PARAMETER_VALUE.findall(raw) or [""]
    return tuple(_CARET.sub(_uncaret, value.strip('"')) for value in values)


def _uncaret(match: re.Match[str]) -> str:
    return {"^": "^", "n": "\n", "'": '"'}[match[1]]


def fold(line: str, line_end: str = "\r\n") -> str:
    """Fold a line at 75 octets, never inside a character, and end it."""
    if len(line) * 4 <= FOLD_AT or len(line.encode()) <= FOLD_AT:
        return line + line_end
    parts: list[str] = []
    start, octets = 0, 0
    for position, character in enumerate(line):
        size = len(character.encode())
        if octets + size > FOLD_AT:
            parts.append(line[start:position])
            # The space that begins a continuation counts as its first octet.
            start, octets = position, 1
        octets += size
    parts.append(line[start:])
    return f"{line_end} ".join(parts) + line_end


def line_end_of(text: str) -> str:
    """Return the line end that a text uses first; CRLF if it has none."""
    match = _FIRST_END.search(text)
    return match.group() if match else "\r\n"


def replace_properties(
    text: str, component: int, changes: Mapping[str, str | Sequence[str] | None]
) -> str:
    """Replace, remove or insert properties of one component.

    All lines that are not named stay byte for byte as they are, and so does a
    line whose new form equals the old one unfolded. Properties of components
    inside the component do not count as its own.

    Args:
        text: The whole calendar object.
        component: Its number, as in ``ContentLine.component``.
        changes: Property names, in any case, each with the unfolded line or
            lines that it shall have, or None to remove it. New lines stand
            where the old ones did, else before the first inner component.
    """
    wanted = {name.upper(): _as_lines(lines) for name, lines in changes.items()}
    found: dict[str, list[ContentLine]] = {name: [] for name in wanted}
    insert_at = -1
    depth = -1
    for line in iter_lines(text):
        if line.component == component:
            depth = len(line.path)
            if line.name in found:
                found[line.name].append(line)
            elif insert_at < 0 and line.name == "END":
                insert_at = line.start
        elif insert_at < 0 <= depth < len(line.path):
            insert_at = line.start
    return _splice(text, _edits(wanted, found, line_end_of(text), insert_at))


def _as_lines(lines: str | Sequence[str] | None) -> Sequence[str]:
    if lines is None:
        return ()
    return (lines,) if isinstance(lines, str) else lines


def _edits(
    wanted: Mapping[str, Sequence[str]],
    found: Mapping[str, list[ContentLine]],
    line_end: str,
    insert_at: int,
) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, new raw text) for each place that changes."""
    for name, lines in wanted.items():
        place = found[name][-1].end if found[name] else insert_at
        if place < 0:
            raise InvalidCalendarObjectError("There is no such component.")
        for old, new in zip_longest(found[name], lines):
            if old is None:
                yield place, place, fold(new, line_end)
            elif new is None:
                yield old.start, old.end, ""
            elif new != old.text:
                yield old.start, old.end, fold(new, line_end)


def _splice(text: str, edits: Iterator[tuple[int, int, str]]) -> str:
    pieces: list[str] = []
    position = 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        pieces += (text[position:start], new)
        position = end
    return "".join((*pieces, text[position:]))


def escape_text(text: str) -> str:
    """Write a text as a TEXT value (RFC 5545 §3.3.11)."""
    return _TO_ESCAPE.sub(lambda match: "\\n" if match[0][0] in "\r\n" else f"\\{match[0]}", text)


def unescape_text(value: str) -> str:
    """Read a TEXT value; a comma or semicolon without its backslash is kept as it is."""
    return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)

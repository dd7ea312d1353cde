"""The components of an iCalendar text, with their properties still as text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assisto_caldav.domain.content_lines import (
    MAX_DEPTH,
    Property,
    parse_line,
    property_name,
    unescape_text,
    unfolded_lines,
)
from assisto_caldav.domain.object_limits import STORED
from assisto_caldav.errors import InvalidCalendarObjectError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assisto_caldav.domain.object_limits import Limits


@dataclass(frozen=True, slots=True)
class Component:
    """One component; ``number`` is its place, as in ``ContentLine.component``.

    ``lines`` holds its own unfolded lines by upper-case name, in their order.
    They are parsed when asked for, so that nobody pays for what nobody reads.
    """

    name: str
    number: int
    lines: Mapping[str, list[str]]
    components: tuple[Component, ...]
    _parsed: dict[str, tuple[Property, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __contains__(self, name: str) -> bool:
        """Tell whether it has a property."""
        return name in self.lines

    def properties(self, name: str) -> Iterator[Property]:
        """Yield every property of a name; none is fine."""
        if name not in self.lines:
            return iter(())
        found = self._parsed.get(name)
        if found is None:
            found = self._parsed[name] = tuple(map(parse_line, self.lines[name]))
        return iter(found)

    def property(self, name: str) -> Property | None:
        """Return the first property of a name."""
        return next(self.properties(name), None)

    def value(self, name: str) -> str:
        """Return the raw value of the first property of a name, stripped, or ""."""
        found = self.property(name)
        return found.value.strip() if found else ""

    def text(self, name: str) -> str:
        """Return the first property of a name as the text that it means, or ""."""
        return unescape_text(self.value(name))


def parse_components(text: str, limits: Limits | None = None) -> tuple[Component, ...]:
    """Read the outermost components; without limits, what was judged when it was stored.

    Raises:
        InvalidCalendarObjectError: The structure is broken, something stands
            outside a component, or a limit is passed.
    """
    limits = limits or STORED
    _refuse_more(max(text.count("\n"), text.count("\r")), limits.max_lines, "lines")
    reading = _Reading(limits)
    for line in unfolded_lines(text, max_octets=limits.max_line_octets):
        keyword = line[:6].upper()
        if keyword == "BEGIN:":
            reading.begin(line[6:].strip().upper())
        elif keyword.startswith("END:"):
            reading.end(line)
        else:
            reading.add(line)
    return reading.finish()


class _Reading:
    """The components that are read so far; numbers are those of ``ContentLine.component``."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._count = 0
        self._roots: list[Component] = []
        self._unfinished: list[tuple[str, int, dict[str, list[str]], list[Component]]] = []

    def begin(self, name: str) -> None:
        _refuse_more(self._count + 1, self._limits.max_components, "components")
        if len(self._unfinished) == MAX_DEPTH:
            raise InvalidCalendarObjectError("The components are nested too deeply.")
        self._unfinished.append((name, self._count, {}, []))
        self._count += 1

    def add(self, line: str) -> None:
        if not self._unfinished:
            raise InvalidCalendarObjectError(f"{line[:40]!r} stands outside a component.")
        self._unfinished[-1][2].setdefault(property_name(line), []).append(line)

    def end(self, line: str) -> None:
        if not self._unfinished or self._unfinished[-1][0] != line[4:].strip().upper():
            raise InvalidCalendarObjectError(f"{line[:40]!r} has no BEGIN before it.")
        name, number, lines, inner = self._unfinished.pop()
        _refuse_more(sum(map(len, lines.values())), self._limits.max_properties, "properties")
        siblings = self._unfinished[-1][3] if self._unfinished else self._roots
        siblings.append(Component(name, number, lines, tuple(inner)))

    def finish(self) -> tuple[Component, ...]:
        if self._unfinished:
            raise InvalidCalendarObjectError(f"The {self._unfinished[-1][0][:40]} has no END.")
        return tuple(self._roots)


def _refuse_more(count: int, most: int, what: str) -> None:
    if count > most:
        raise InvalidCalendarObjectError(
            f"It has more than {most} {what}.", precondition="max-resource-size"
        )

"""The components of an iCalendar text, with their properties still as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assisto_caldav.domain.content_lines import Property, iter_lines, parse_line, unescape_text
from assisto_caldav.errors import InvalidCalendarObjectError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


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

    def __contains__(self, name: str) -> bool:
        """Tell whether it has a property."""
        return name in self.lines

    def properties(self, name: str) -> Iterator[Property]:
        """Yield every property of a name; none is fine."""
        return map(parse_line, self.lines.get(name, ()))

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


def parse_components(
    text: str, *, max_line_octets: int | None = None, max_components: int | None = None
) -> tuple[Component, ...]:
    """Read the outermost components.

    Raises:
        InvalidCalendarObjectError: The structure is broken, something stands
            outside a component, or a limit is passed.
    """
    roots: list[Component] = []
    unfinished: list[tuple[str, int, dict[str, list[str]], list[Component]]] = []
    for line in iter_lines(text, max_octets=max_line_octets):
        name = line.name
        if name == "BEGIN":
            if max_components is not None and line.component >= max_components:
                raise InvalidCalendarObjectError(
                    f"It has more than {max_components} components.",
                    precondition="max-resource-size",
                )
            unfinished.append((line.path[-1], line.component, {}, []))
        elif not unfinished:
            raise InvalidCalendarObjectError(f"{line.text[:40]!r} stands outside a component.")
        elif name == "END":
            kind, number, lines, inner = unfinished.pop()
            siblings = unfinished[-1][3] if unfinished else roots
            siblings.append(Component(kind, number, lines, tuple(inner)))
        else:
            unfinished[-1][2].setdefault(name, []).append(line.text)
    return tuple(roots)

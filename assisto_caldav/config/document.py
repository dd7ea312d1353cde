"""A TOML file that is being read: where its keys stand, and what is wrong with them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assisto_caldav.config.positions import KeyPath, find_positions
from assisto_caldav.config.problems import Problem

# In place of the default of a key that has none.
REQUIRED = "(nötig)"

_SYNTAX_LINE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")


@dataclass(slots=True)
class Document:
    """A file that is being read: its lines, what was asked for, what is wrong."""

    file: str
    positions: Mapping[KeyPath, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    known: dict[str, object] = field(default_factory=dict)

    def complain(self, path: KeyPath, text: str) -> None:
        """Note a problem at a key, or at the nearest table around it that the file has."""
        at = path
        while at and at not in self.positions:
            at = at[:-1]
        self.problems.append(Problem(self.file, self.positions.get(at, 0), spell(path), text))

    def complains_below(self, path: KeyPath) -> bool:
        """Say whether a problem was noted at this key or inside it."""
        if not path:
            return bool(self.problems)
        prefix = spell(path)
        return any(
            problem.key == prefix or problem.key.startswith((prefix + ".", prefix + "["))
            for problem in self.problems
        )

    def know(self, path: KeyPath, default: object) -> None:
        """Note that the code reads this key; the documentation is compared with these."""
        self.known.setdefault(re.sub(r"\[\d+\]", "[]", spell(path)), default)


def spell(path: KeyPath) -> str:
    """Write a key as people say it: ``services[1].duration_minutes``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


def parse_file(path: Path) -> tuple[Document, dict[str, object] | None]:
    """Parse a file; without a table where it cannot be read, the problem then being noted."""
    document = Document(str(path))
    try:
        # A byte order mark is what Windows' editor leaves; TOML itself has no word for it.
        source = path.read_text(encoding="utf-8-sig")
        values: dict[str, object] = tomllib.loads(source)
    except OSError as exc:
        document.complain((), f"Die Datei lässt sich nicht lesen: {exc.strerror or exc}")
    except UnicodeDecodeError as exc:
        line = path.read_bytes()[: exc.start].count(b"\n") + 1
        text = "Die Datei ist nicht in UTF-8 gespeichert; bitte so speichern."
        document.problems.append(Problem(str(path), line, "", text))
    except tomllib.TOMLDecodeError as exc:
        document.problems.append(_syntax_problem(str(path), source, exc))
    else:
        # tomllib turns CR LF into LF, and so must the count of lines.
        document.positions = find_positions(source.replace("\r\n", "\n"))
        return document, values
    return document, None


def _syntax_problem(file: str, source: str, exc: tomllib.TOMLDecodeError) -> Problem:
    found = _SYNTAX_LINE.search(str(exc))
    line = int(found[1]) if found and found[1] else len(source.splitlines())
    reason = _SYNTAX_LINE.sub("", str(exc)).strip()
    return Problem(file, line, "", f"So ist die Datei kein gültiges TOML: {reason}")

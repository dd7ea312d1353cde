"""Find the line of each key in a TOML document that is known to be valid.

Neither tomllib nor tomlkit tells where a value stood, and a message without
its line sends an administrator searching. Because tomllib has already accepted
the document, this scan only has to find its way, not to judge.
"""

from __future__ import annotations

import re
import tomllib

KeyPath = tuple[str | int, ...]

_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\])*"|'[^']*'""")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_STRING = re.compile(
    r'"""(?:\\.|(?!""").)*"{3,5}'
    r"|'''(?:(?!''').)*'{3,5}"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^,\]}\n#]*")


def find_positions(source: str) -> dict[KeyPath, int]:
    """Return the line, from 1, of every table, key and array element.

    Elements of arrays, and tables of arrays of tables, stand under their
    number, from 0. A table that has several headers has the line of its first.
    """
    return _Scan(source).run()


class _Scan:
    """One walk through a document."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._line = 1
        self._counted = 0
        self._table: KeyPath = ()
        self._tables: dict[KeyPath, int] = {}
        self._found: dict[KeyPath, int] = {}

    def run(self) -> dict[KeyPath, int]:
        """Walk from the first statement to the last."""
        self._skip(_GAP)
        while self._at < len(self._source):
            if self._source[self._at] == "[":
                self._header()
            else:
                self._pair(self._table)
            self._skip(_GAP)
        return self._found

    def _header(self) -> None:
        of_array = self._source.startswith("[[", self._at)
        self._at += 2 if of_array else 1
        self._skip(_GAP)
        line = self._here()
        names = self._key()
        self._skip(_GAP)
        self._at += 2 if of_array else 1
        self._table = self._resolve(names, of_array=of_array)
        self._note(self._table, line)

    def _resolve(self, names: list[str], *, of_array: bool) -> KeyPath:
        """Put the number of the open element after each name of an array of tables."""
        path: KeyPath = ()
        for name in names[:-1]:
            path = (*path, name)
            if path in self._tables:
                path = (*path, self._tables[path])
        path = (*path, names[-1])
        if not of_array:
            return path
        self._tables[path] = self._tables.get(path, -1) + 1
        return (*path, self._tables[path])

    def _pair(self, parent: KeyPath) -> None:
        line = self._here()
        path = (*parent, *self._key())
        self._note(path, line)
        self._at = self._source.index("=", self._at) + 1
        self._skip(_GAP)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        first = self._source[self._at]
        if first == "[":
            self._array(path)
        elif first == "{":
            self._inline_table(path)
        else:
            self._skip(_STRING if first in "\"'" else _PLAIN)

    def _array(self, path: KeyPath) -> None:
        number = 0
        while self._next_member("]"):
            self._note((*path, number), self._here())
            self._value((*path, number))
            number += 1

    def _inline_table(self, path: KeyPath) -> None:
        while self._next_member("}"):
            self._pair(path)

    def _next_member(self, closing: str) -> bool:
        """Step over the opening bracket or the comma; False after the closing bracket."""
        self._skip(_GAP)
        if self._source[self._at] in "[{,":
            self._at += 1
            self._skip(_GAP)
        if self._source[self._at] != closing:
            return True
        self._at += 1
        return False

    def _key(self) -> list[str]:
        names = [self._name()]
        while dot := _DOT.match(self._source, self._at):
            self._at = dot.end()
            names.append(self._name())
        return names

    def _name(self) -> str:
        found = _KEY.match(self._source, self._at)
        if found is None:
            raise ValueError(f"No key at character {self._at}.")
        self._at = found.end()
        word = found.group()
        return next(iter(tomllib.loads(f"{word} = 0"))) if word[0] in "\"'" else word

    def _note(self, path: KeyPath, line: int) -> None:
        for length in range(1, len(path) + 1):
            self._found.setdefault(path[:length], line)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self._source, self._at)
        self._at = found.end() if found else self._at

    def _here(self) -> int:
        self._line += self._source.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

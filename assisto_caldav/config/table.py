"""Read a table key by key, and note every problem instead of stopping at the first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from assisto_caldav.config.document import REQUIRED, Document
from assisto_caldav.config.positions import KeyPath

Choice = TypeVar("Choice", bound=StrEnum)
Kind = TypeVar("Kind", str, int, bool, date, list[object], dict[str, object])

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_BREAK = re.compile(r"[\t\n\r]")
_NO_DAY = date(1970, 1, 1)
_QUOTED = "ein Text in Anführungszeichen"


class Table:
    """One table of a document.

    Each reading method notes what is wrong and then returns the default, so
    that reading goes on; ``is_sound`` tells whether the values may be used.
    """

    def __init__(
        self, values: Mapping[str, object], document: Document, path: KeyPath = ()
    ) -> None:
        self._values = values
        self._asked: set[str] = set()
        self._document = document
        self._path = path

    @property
    def is_sound(self) -> bool:
        """Say whether nothing in this table is wrong so far."""
        return not self._document.complains_below(self._path)

    @property
    def folder(self) -> Path:
        """Return the folder in which the file lies."""
        return Path(self._document.file).parent

    @property
    def tables_below(self) -> tuple[str, ...]:
        """Return the keys whose values are tables, in the order of the file."""
        return tuple(key for key, value in self._values.items() if isinstance(value, dict))

    def has(self, key: str) -> bool:
        """Say whether the file sets this key."""
        return key in self._values

    def complain(self, key: str, text: str, *, number: int | None = None) -> None:
        """Note a problem with a key of this table, or with one element of its list."""
        path = (*self._path, key) if number is None else (*self._path, key, number)
        self._document.complain(path, text)

    def text(self, key: str, default: str = "") -> str:
        """Read a text of one line, without the white space around it."""
        return self._line(key, self._take(key, default, _QUOTED))

    def lines(self, key: str) -> str:
        """Read a text that may have several lines."""
        return self._clean(key, self._take(key, "", _QUOTED))

    def required_text(self, key: str) -> str:
        """Read a text of one line that must be there and say something."""
        value = self._take(key, "", _QUOTED, required=True)
        if self.has(key) and isinstance(self._values[key], str) and not value.strip():
            self.complain(key, "Hier muss etwas stehen.")
        return self._line(key, value)

    def integer(self, key: str, default: int, *, low: int, high: int) -> int:
        """Read a whole number between two others, both allowed."""
        value = self._take(key, default, "eine ganze Zahl")
        if low <= value <= high:
            return value
        self.complain(key, f"{value} geht nicht; möglich ist {low} bis {high}.")
        return default

    def required_integer(self, key: str) -> int | None:
        """Read a whole number that must be there; None when it is not."""
        value = self._take(key, 0, "eine ganze Zahl", required=True)
        return value if type(self._values.get(key)) is int else None

    def flag(self, key: str, *, default: bool) -> bool:
        """Read true or false."""
        return self._take(key, default, "true oder false")

    def day(self, key: str, default: date | None = None) -> date:
        """Read a day; without a default it must be there."""
        right = "ein Datum ohne Anführungszeichen, etwa 2026-12-24"
        return self._take(key, default or _NO_DAY, right, required=default is None)

    def choice(self, key: str, default: Choice) -> Choice:
        """Read one of the words of an enumeration."""
        words = type(default)
        value = self._take(key, default.value, _QUOTED)
        if value in set(words):
            return words(value)
        self.complain(key, f"„{value}“ gibt es hier nicht; {one_of(words)}.")
        return default

    def choices(self, key: str, default: tuple[Choice, ...]) -> tuple[Choice, ...]:
        """Read several words of an enumeration, at least one, in the order of the file.

        The default tells the enumeration; it is not empty.
        """
        words = type(default[0])
        given = self.texts(key, tuple(word.value for word in default))
        return self._choose(key, given, words)

    def required_choices(self, key: str, words: type[Choice]) -> tuple[Choice, ...]:
        """Read several words of an enumeration that must be there, at least one."""
        given = self.texts(key, (), required=True)
        return self._choose(key, given, words)

    def texts(
        self, key: str, default: tuple[str, ...] = (), *, required: bool = False
    ) -> tuple[str, ...]:
        """Read a list of texts."""
        shown: list[object] = list(default)
        right = 'eine Liste von Texten, etwa ["eins", "zwei"]'
        values = self._take(key, shown, right, required=required)
        for number, value in enumerate(values):
            if not isinstance(value, str):
                self.complain(key, f"{show(value)} ist kein {_QUOTED[4:]}.", number=number)
        return tuple(value for value in values if isinstance(value, str))

    def table(self, key: str) -> Table:
        """Read a table; a missing one is an empty one."""
        nothing: dict[str, object] = {}
        values = self._take(key, nothing, f"ein Abschnitt [{key}]", counts=False)
        return Table(values, self._document, (*self._path, key))

    def tables(self, key: str) -> list[Table]:
        """Read an array of tables, in the order of the file."""
        nothing: list[object] = []
        values = self._take(key, nothing, f"eine Reihe von Abschnitten [[{key}]]", counts=False)
        found = []
        for number, value in enumerate(values):
            if isinstance(value, dict):
                found.append(Table(value, self._document, (*self._path, key, number)))
            else:
                self.complain(key, f"{show(value)} ist kein Abschnitt [[{key}]].", number=number)
        return found

    def finish(self) -> None:
        """Complain of every key that nobody asked for."""
        for key in self._values:
            if key not in self._asked:
                near = get_close_matches(key, sorted(self._asked), 1)
                hint = f" Gemeint ist wohl „{near[0]}“." if near else ""
                self.complain(key, f"Diesen Schlüssel gibt es hier nicht.{hint}")

    def _choose(self, key: str, given: tuple[str, ...], words: type[Choice]) -> tuple[Choice, ...]:
        chosen: list[Choice] = []
        for number, value in enumerate(given):
            if value not in set(words):
                problem = f"„{value}“ gibt es hier nicht; {one_of(words)}."
                self.complain(key, problem, number=number)
            elif value in chosen:
                self.complain(key, f"„{value}“ steht zweimal da.", number=number)
            else:
                chosen.append(words(value))
        if self._values.get(key) == []:
            self.complain(key, f"Hier muss etwas stehen; {one_of(words)}.")
        return tuple(chosen)

    def _line(self, key: str, value: str) -> str:
        """Refuse line breaks: in mails and calendars, where names go, they begin a new field."""
        line = self._clean(key, value)
        if _BREAK.search(line):
            self.complain(key, "Das muss in einer Zeile stehen, ohne Tabulator.")
        return line

    def _clean(self, key: str, value: str) -> str:
        if _CONTROL.search(value):
            self.complain(key, "Der Text enthält Steuerzeichen; bitte entfernen.")
        return value.strip()

    def _take(
        self, key: str, default: Kind, right: str, *, required: bool = False, counts: bool = True
    ) -> Kind:
        self._asked.add(key)
        if counts:
            self._document.know((*self._path, key), REQUIRED if required else default)
        if key not in self._values:
            if required:
                self.complain(key, f"Das fehlt; nötig ist {right}.")
            return default
        value = self._values[key]
        # Only the very type will do: bool is an int to Python, and datetime a date.
        if type(value) is type(default):
            return value
        self.complain(key, f"{show(value)} passt nicht; nötig ist {right}.")
        return default


def one_of(words: type[StrEnum]) -> str:
    """Say which words an enumeration has."""
    return "möglich ist " + ", ".join(f"„{word.value}“" for word in words)


def show(value: object) -> str:
    """Write a value as the file does, shortened."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"„{value[:40]}“"
    if isinstance(value, list | dict):
        return "Eine Liste" if isinstance(value, list) else "Ein Abschnitt"
    return str(value)

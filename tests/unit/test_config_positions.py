"""Each key of a TOML document is found at its line."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest

from assisto_caldav.config.positions import KeyPath, find_positions

SAMPLES = {
    "plain": 'a = 1 # [no]\nb = "x # = [y]"\n',
    "dotted": 'a.b . "c.d" = 1\n\'e\'.f = 2\n"\\u00e4" = 3\n',
    "arrays": "a = [\n  1, # eins\n  [2, 3],\n  { b = 4, c = [5] },\n]\nd = []\ne = {}\n",
    "strings": 'a = """\nb = 1\n\\"""\n"" """\nc = \'\'\'\nd = 2\n\'\'\'\'\n'
    'e = "\\"" \nf = \'\\\'\n',
    "tables": "[a]\nb = 1\n\n[ a . c ]\nd = 2\n[[e]]\nf = 1\n[[e]]\n[e.g]\nh = 1\n[[e.i]]\nj=1\n",
    "nested": "[[a]]\n[[a.b]]\nc = 1\n[[a.b]]\n[[a]]\n[[a.b]]\nc = 2\n",
    "values": "a = 2026-12-24\nb = 2026-12-24 10:00:00\nc = -inf\nd = 0x_f\n".replace("_", ""),
    "no newline at the end": "a = 1",
    "empty": "",
}


def paths_of(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths_of(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from paths_of(inner, (*path, number))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_value_that_tomllib_reads_has_a_line(name: str) -> None:
    source = SAMPLES[name]

    found = find_positions(source)

    assert set(found) == set(paths_of(tomllib.loads(source)))


def test_lines_are_counted_through_arrays_and_long_strings() -> None:
    arrays, strings = find_positions(SAMPLES["arrays"]), find_positions(SAMPLES["strings"])

    assert (arrays["a", 1, 0], arrays["a", 2, "c", 0], arrays[("d",)]) == (3, 4, 6)
    assert (strings[("a",)], strings[("c",)], strings[("e",)], strings[("f",)]) == (1, 5, 8, 9)


def test_keys_below_arrays_of_tables_belong_to_the_last_element() -> None:
    found = find_positions(SAMPLES["nested"])

    assert (found["a", 0, "b", 0, "c"], found["a", 1, "b", 0, "c"]) == (3, 7)

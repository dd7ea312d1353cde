"""Budgets and borders that no other tool checks."""

from __future__ import annotations

import ast
import re
import sys
import tokenize
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.spelling import SUFFIXES, WORDS, find_misspellings

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("assisto_caldav", "plugins/assisto_radicale", "web/assisto_web", "web/assisto_chat")
LONGEST_MODULE = 300
LONGEST_FUNCTION = 50
MOST_PARAMETERS = 6

# Who may import what is not ours. A library that stands nowhere here is not used yet.
CORE = "assisto_caldav"
HOMES = {
    "aiosmtpd": (),
    "argon2": (f"{CORE}.adapters",),
    "babel": ("assisto_web", f"{CORE}.adapters"),
    "cryptography": (f"{CORE}.adapters",),
    "flask": ("assisto_web", "assisto_chat"),
    "flask_socketio": ("assisto_chat",),
    "granian": (f"{CORE}.serve",),
    "holidays": (f"{CORE}.domain.closures", f"{CORE}.config"),
    "icalendar": (CORE, "assisto_radicale"),
    "jinja2": ("assisto_web", "assisto_chat", f"{CORE}.adapters.mail"),
    "markupsafe": ("assisto_web", f"{CORE}.adapters.mail"),
    "psycopg": (f"{CORE}.adapters.sql",),
    "psycopg_pool": (f"{CORE}.adapters.sql",),
    "radicale": ("assisto_radicale",),
    "recurring_ical_events": (f"{CORE}.domain",),
    "segno": ("assisto_web.qr",),
    "sqlite3": (f"{CORE}.adapters.sql",),
    "sqlite_utils": (f"{CORE}.adapters.sql",),
    "smtplib": (f"{CORE}.adapters.mail",),
    "tomlkit": (CORE,),
    "vobject": ("assisto_radicale",),
    "werkzeug": ("assisto_web", "assisto_chat", f"{CORE}.wsgi", f"{CORE}.serve"),
}
UNTYPED = ("flask_socketio", "recurring_ical_events", "vobject")


def modules() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def every_python_file() -> list[Path]:
    folders = ("tests", "bench")
    return modules() + sorted(path for name in folders for path in (ROOT / name).rglob("*.py"))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    kept = [part for part in parts if part not in {"plugins", "web", "__init__"}]
    return ".".join(kept)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def parameter_count(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return len([argument for argument in named if argument.arg not in {"self", "cls"}])


def is_within(module: str, homes: tuple[str, ...]) -> bool:
    return any(module == home or module.startswith(f"{home}.") for home in homes)


def users_of_libraries() -> dict[str, set[str]]:
    users: dict[str, set[str]] = defaultdict(set)
    for path in modules():
        for name in imports(path):
            users[name.split(".")[0]].add(dotted(path))
    return users


@pytest.mark.parametrize("folder", [*PACKAGES, "bench"])
def test_modules_are_short(folder: str) -> None:
    lengths = {
        shown(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / folder).rglob("*.py")
    }

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE} == {}


@pytest.mark.parametrize("folder", [*PACKAGES, "bench"])
def test_functions_are_short(folder: str) -> None:
    lengths = {
        f"{shown(path)}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in (ROOT / folder).rglob("*.py")
        for node in functions(path)
    }

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


WIDE = {
    "put_object": "a PUT has this many parts (RFC 4791 §5.3.2)",
    "next_slots": "a search form has this many fields",
    "place_hold": "what a slot consists of",
}
"""Functions that may take one parameter more, each with its reason."""


@pytest.mark.parametrize("folder", [*PACKAGES, "bench"])
def test_functions_take_few_parameters(folder: str) -> None:
    counts = {
        f"{shown(path)}:{node.lineno} {node.name}": parameter_count(node)
        for path in (ROOT / folder).rglob("*.py")
        for node in functions(path)
    }

    wide = {name for name, count in counts.items() if count > MOST_PARAMETERS}
    assert {name for name in wide if name.rpartition(" ")[2] not in WIDE} == set()


def test_every_ignored_check_has_a_code_and_a_reason() -> None:
    ignore = re.compile(r"#\s*(type:\s*ignore|noqa)")
    code = r"(type: ignore\[[\w, -]+\]|noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*)"
    explained = re.compile(rf"(?>#\s*{code}(\s*#\s*{code})*)\W+\w.*\w\w")

    unexplained = []
    for path in every_python_file():
        with tokenize.open(path) as source:
            for token in tokenize.generate_tokens(source.readline):
                is_ignore = ignore.match(token.string) and token.type == tokenize.COMMENT
                if is_ignore and not explained.match(token.string):
                    unexplained.append(f"{shown(path)}:{token.start[0]} {token.string}")

    assert unexplained == []


def test_words_are_spelled_as_the_rfcs_spell_them() -> None:
    folders = [*PACKAGES, "tests", "bench", "docs", "config"]
    files = [path for name in folders for path in (ROOT / name).rglob("*") if path.is_file()]
    files += [path for path in ROOT.iterdir() if path.suffix in SUFFIXES]

    assert list(find_misspellings(files)) == []


def test_a_misspelled_word_is_found(tmp_path: Path) -> None:
    text = tmp_path / "text.md"
    wrong, right = next(iter(WORDS.items()))
    text.write_text(f"Der Kalender.\nAsk the {wrong}.\n", encoding="utf-8")

    found = list(find_misspellings([text]))

    assert found == [f"{text}:2: {wrong}, write {right}"]


def test_foreign_libraries_are_used_where_they_belong() -> None:
    strangers = [
        f"{module} imports {library}"
        for library, homes in HOMES.items()
        for module in sorted(users_of_libraries()[library])
        if not is_within(module, homes)
    ]

    assert strangers == []


def test_every_foreign_library_has_a_home() -> None:
    ours = {Path(package).name for package in PACKAGES}
    known = set(sys.stdlib_module_names) | ours | set(HOMES)

    assert {name: who for name, who in users_of_libraries().items() if name not in known} == {}


@pytest.mark.parametrize("library", UNTYPED)
def test_an_untyped_library_is_imported_in_one_module(library: str) -> None:
    assert len(users_of_libraries()[library]) <= 1, users_of_libraries()[library]


def test_every_module_of_the_core_has_its_place_in_the_layers() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    placed = {name.strip(" ()") for layer in layers for name in re.split("[|:]", layer)}

    core = {
        f"{CORE}.{path.stem}"
        for path in (ROOT / CORE).iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }

    assert core - {f"{CORE}.__init__"} - placed == set()


def test_the_folders_around_the_edges_are_no_packages() -> None:
    assert not (ROOT / "plugins" / "__init__.py").exists()
    assert not (ROOT / "web" / "__init__.py").exists()

"""docs/configuration.md names every key that the code reads, and no other, with its default."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from assisto_caldav.config.document import REQUIRED, Document
from assisto_caldav.config.institutions import read_institution
from assisto_caldav.config.load import read_server_file
from assisto_caldav.config.server import Surroundings
from assisto_caldav.config.table import Table

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"
ROW = re.compile(r"^\| `([a-z_.\[\]]+)` \| (.+?) \| (.+) \|$", re.MULTILINE)


def keys_of_server_file() -> dict[str, object]:
    document = Document("assisto.toml")
    read_server_file(document, {}, Surroundings(Path("/centre/config"), {}))
    return document.known


def keys_of_institution_file() -> dict[str, object]:
    document = Document("mitte.toml")
    values: dict[str, object] = {
        "services": [{}],
        "staff": [{}],
        "routing": [{"answers": [{}]}],
        "closing_days": [{}],
    }
    read_institution(Table(values, document), "mitte", sender="")
    return document.known


def spell_default(value: object) -> str:
    if value == REQUIRED:
        return REQUIRED
    if isinstance(value, date):
        return "wie `date`"
    return f"`{json.dumps(value)}`"


def documented(heading: str) -> dict[str, str]:
    _, _, rest = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")
    section = rest.partition("\n## ")[0]
    return {key: default for key, default, _ in ROW.findall(section)}


@pytest.mark.parametrize(
    ("heading", "known"),
    [
        ("`config/assisto.toml`", keys_of_server_file()),
        ("`config/institutions/<name>.toml`", keys_of_institution_file()),
    ],
)
def test_every_key_is_documented_with_its_default(heading: str, known: dict[str, object]) -> None:
    expected = {key: spell_default(default) for key, default in known.items()}

    assert documented(heading) == expected


def test_every_environment_variable_is_documented() -> None:
    package = Path(__file__).parents[2] / "assisto_caldav"
    sources = [*package.glob("config/*.py"), package / "adapters" / "vault.py"]
    read = {
        name
        for source in sources
        for name in re.findall(r'"(ASSISTO_[A-Z_]+)"', source.read_text(encoding="utf-8"))
    }

    assert read == set(re.findall(r"^\| `(ASSISTO_[A-Z_]+)` \|", PAGE.read_text("utf-8"), re.M))

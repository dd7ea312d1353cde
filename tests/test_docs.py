"""The documentation keeps its word: links lead somewhere, commands exist, lists are true."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
STATES = {"supported", "partly", "not"}
PROMISED = {4791, 5545, 5546, 6578, 6638, 6764, 7809, 7953, 7986}
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def prose(page: Path) -> str:
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def code(page: Path) -> str:
    text = page.read_text(encoding="utf-8")
    return "\n".join([*FENCE.findall(text), *re.findall(r"`([^`\n]+)`", prose(page))])


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


def broken_links(page: Path) -> list[str]:
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)[^)]*\)", prose(page)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        is_lost = anchor and target.suffix == ".md" and target.exists()
        if not target.exists() or (is_lost and anchor not in anchors(target)):
            broken.append(link)
    return broken


def compliance_rows() -> list[list[str]]:
    text = (ROOT / "docs" / "compliance.md").read_text(encoding="utf-8")
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| §")]
    return [[cell.strip() for cell in row] for row in rows]


@pytest.mark.parametrize("name", NAMES)
def test_links_between_pages_lead_somewhere(name: str) -> None:
    assert broken_links(ROOT / name) == []


def test_a_link_to_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Top\n[here](#top) [gone](gone.md) [lost](page.md#lost)\n", encoding="utf-8")

    assert broken_links(page) == ["gone.md", "page.md#lost"]


@pytest.mark.parametrize("name", NAMES)
def test_make_commands_of_a_page_exist(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][\w-]*):(?!=)", makefile, re.MULTILINE))

    named = set(re.findall(r"\bmake ([a-z][\w-]*)", code(ROOT / name)))

    assert named - targets == set()


def test_commands_of_the_pages_exist() -> None:
    named = {
        command
        for page in PAGES
        for command in re.findall(r"(?:^|[/\s])assisto ([a-z][a-z-]+)\b", code(page), re.MULTILINE)
    }

    unknown = [
        command
        for command in sorted(named)
        if subprocess.run(
            [sys.executable, "-m", "assisto_caldav", command, "--help"],
            check=False,
            capture_output=True,
            timeout=60,
        ).returncode
    ]

    assert unknown == []


def test_every_row_of_the_compliance_list_has_a_state() -> None:
    rows = compliance_rows()

    assert rows
    assert [row for row in rows if row[2] not in STATES] == []


def test_what_is_not_supported_has_a_reason() -> None:
    rows = compliance_rows()

    assert [row for row in rows if row[2] in {"partly", "not"} and not row[3]] == []


def test_what_is_supported_names_the_test_that_shows_it() -> None:
    rows = compliance_rows()

    assert [row for row in rows if row[2] == "supported" and "tests/" not in row[3]] == []


def test_the_compliance_list_has_every_standard_that_we_promise() -> None:
    text = (ROOT / "docs" / "compliance.md").read_text(encoding="utf-8")

    listed = {int(number) for number in re.findall(r"^## RFC (\d+)", text, re.MULTILINE)}

    assert listed >= PROMISED


def test_the_tests_that_the_compliance_list_names_exist() -> None:
    named = {path for row in compliance_rows() for path in re.findall(r"tests/[\w/.]+", row[3])}

    assert {path for path in named if not (ROOT / path).exists()} == set()


def test_every_decision_is_in_the_list_of_decisions() -> None:
    listed = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    pages = [page.name for page in (ROOT / "docs" / "decisions").glob("0*.md")]

    assert [name for name in pages if f"({name})" not in listed] == []

"""Rejects words that the RFCs, and therefore we, spell otherwise.

The pre-commit hook runs it on files, tests/test_architecture.py on the whole tree.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

WORDS = {
    "organiser": "organizer",
    "canceled": "cancelled",
    "canceling": "cancelling",
    "cancelation": "cancellation",
    "counselor": "counsellor",
    "counseling": "counselling",
    "attendy": "attendee",
    "calender": "calendar",
    "free_busy": "freebusy",
    "recurrance": "recurrence",
    "occurence": "occurrence",
}
WRONG = re.compile("|".join(WORDS), re.IGNORECASE)
RIGHT = re.compile(r"kalender|QueryCanceled", re.IGNORECASE)  # German; psycopg's name
# Sample files and recordings keep the words of the programs that wrote them.
FOREIGN = ("/vendor/", "/tests/ics/", "/LICENSE", "/tests/spelling.py")
SUFFIXES = {
    ".py", ".md", ".toml", ".html", ".css", ".js", ".sql", ".txt", ".po", ".yaml", ".yml", ".json",
}  # fmt: skip


def find_misspellings(paths: Iterable[Path]) -> Iterator[str]:
    """Yield one line for each wrong word: file, line, word, and the right one."""
    for path in paths:
        if path.suffix not in SUFFIXES or any(part in f"/{path}" for part in FOREIGN):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for match in WRONG.finditer(RIGHT.sub("", line)):
                yield f"{path}:{number}: {match[0]}, write {WORDS[match[0].lower()]}"


def main() -> int:
    """Check the files that the command names."""
    problems = list(find_misspellings(map(Path, sys.argv[1:])))
    print("\n".join(problems), end="\n" if problems else "")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())

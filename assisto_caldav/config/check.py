"""What ``assisto check-config`` does."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from assisto_caldav.config.load import examine
from assisto_caldav.config.problems import Problem


def check(path: Path, environ: Mapping[str, str]) -> list[Problem]:
    """Return every problem of ``assisto.toml`` at ``path`` and of the files that it names."""
    return examine(path, environ)[1]


def main_check(config_path: Path) -> int:
    """Print every problem, or that there is none; return the exit status, 0 or 1."""
    config, problems = examine(config_path, os.environ)
    if config is None:
        for problem in problems:
            sys.stdout.write(f"{problem}\n")
        faults = "1 Fehler" if len(problems) == 1 else f"{len(problems)} Fehler"
        sys.stdout.write(f"{faults}. Ein laufender Server behält die letzte gute Konfiguration.\n")
        return 1
    names = ", ".join(centre.name for centre in config.institutions.values())
    sys.stdout.write(f"Die Konfiguration ist in Ordnung: {names}.\n")
    return 0

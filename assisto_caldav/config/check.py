"""What ``assisto check-config`` does."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from assisto_caldav.config.load import examine
from assisto_caldav.config.model import Config
from assisto_caldav.config.problems import Problem
from assisto_caldav.config.server import is_loopback

_NO_PROXY = (
    "Achtung: „server.public_url“ ist https und der Server lauscht nur auf diesem Rechner, also"
    " steht ein Webserver davor. Er fehlt in „server.trusted_proxies“: So gelten alle"
    " Besucher:innen als einer, und wer zu oft probiert, sperrt alle aus."
)


def check(path: Path, environ: Mapping[str, str]) -> list[Problem]:
    """Return every problem of ``assisto.toml`` at ``path`` and of the files that it names."""
    return examine(path, environ)[1]


def warnings(config: Config) -> list[str]:
    """Return what is allowed and yet likely to be a mistake."""
    server = config.server
    is_behind_proxy = server.is_https and is_loopback(server.address)
    return [_NO_PROXY] if is_behind_proxy and not server.trusted_proxies else []


def main_check(config_path: Path) -> int:
    """Print every problem, or that there is none; return the exit status, 0 or 1."""
    config, problems = examine(config_path, os.environ)
    if config is None:
        for problem in problems:
            sys.stdout.write(f"{problem}\n")
        faults = "1 Fehler" if len(problems) == 1 else f"{len(problems)} Fehler"
        sys.stdout.write(f"{faults}. Ein laufender Server behält die letzte gute Konfiguration.\n")
        return 1
    for warning in warnings(config):
        sys.stdout.write(f"{warning}\n")
    names = ", ".join(centre.name for centre in config.institutions.values())
    sys.stdout.write(f"Die Konfiguration ist in Ordnung: {names}.\n")
    return 0

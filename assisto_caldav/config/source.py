"""The configuration in force, renewed while the server runs."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from assisto_caldav.config.load import examine, institution_files, load
from assisto_caldav.config.model import Config
from assisto_caldav.config.problems import Problem

_log = logging.getLogger(__name__)
_Fingerprint = tuple[tuple[str, int, int, int], ...]


class _Clock(Protocol):
    def now(self) -> int:
        """Return UTC epoch seconds."""
        ...


class ConfigSource:
    """Holds the last good configuration, and looks at most once a second for a new one.

    Nothing is renewed halfway: as long as one file is wrong, all stay as they
    were. Address, port, workers, database and data folder are read at start by
    those who use them; a change of these waits for a restart.

    Two threads may renew at the same moment; both then read the same files,
    and a problem is logged twice at worst.
    """

    def __init__(self, path: Path, clock: _Clock, environ: Mapping[str, str]) -> None:
        """Read the files for the first time.

        Raises:
            ConfigError: They are wrong, and there is no earlier configuration to keep.
        """
        self._path = path
        self._clock = clock
        self._environ = environ
        self._looked_at = clock.now()
        self._config = load(path, environ)
        self._seen = self._fingerprint()
        self._problems: tuple[Problem, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return what keeps the present files from being used; empty when they are in force."""
        return self._problems

    def current(self) -> Config:
        """Return the last good configuration."""
        now = self._clock.now()
        if now != self._looked_at:
            self._looked_at = now
            seen = self._fingerprint()
            if seen != self._seen:
                self._seen = seen
                self._renew()
        return self._config

    def _renew(self) -> None:
        config, problems = examine(self._path, self._environ)
        self._problems = tuple(problems)
        if config is None:
            listed = "\n".join(str(problem) for problem in problems)
            _log.error("The configuration is wrong; the last good one stays.\n%s", listed)
        else:
            self._config = config
            _log.info("The configuration has been renewed.")

    def _fingerprint(self) -> _Fingerprint:
        folder = self._config.institutions_folder
        pictures = sorted((*folder.glob("*.svg"), *folder.glob("*.png")))
        files = [self._path, *institution_files(folder), *pictures]
        return tuple(_stamp(file) for file in files)


def _stamp(file: Path) -> tuple[str, int, int, int]:
    try:
        found = file.stat()
    except OSError:
        return str(file), 0, 0, 0
    # The inode too: editors replace files, sometimes within one tick of the clock.
    return str(file), found.st_mtime_ns, found.st_size, found.st_ino

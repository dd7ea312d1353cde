"""Finds the Chromium that the browser tests drive.

A browser of the system comes first: it gets security updates, and nothing has
to be downloaded. Where there is none, Playwright's own build is fetched once.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

DEBIAN = Path("/usr/bin/chromium")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_system_chromium() -> str | None:
    """Return what to pass as ``executable_path``; None leaves the choice to Playwright."""
    if DEBIAN.exists():
        return str(DEBIAN)
    return next((path for path in map(shutil.which, NAMES) if path), None)


def has_own_build() -> bool:
    """Tell whether Playwright's build is on this machine."""
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def main() -> int:
    """Make sure that there is a browser, or say how to get one."""
    if find_system_chromium() or has_own_build():
        return 0
    print("No Chromium on this system: fetching Playwright's own build.")
    print("With a package manager instead: apt install chromium")
    fetched = subprocess.run(
        [sys.executable, "-m", "playwright", "install", "chromium"], check=False
    )
    if fetched.returncode:
        print("No Chromium: every test that needs a browser will fail. apt install chromium")
    return 0


if __name__ == "__main__":
    sys.exit(main())

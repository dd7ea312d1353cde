"""Measures start, day, form and status page with Lighthouse: ``make lighthouse``.

Node 18 or newer with npx is needed, and Chromium. One audit is left out: that pages
may be found by search engines, which the booking pages of a counselling centre must not.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright

from tests.chromium import find_system_chromium
from tests.live_server import LiveServer, live_server
from tests.web.chromium_pages import choose_time, launch, open_browser, press

LEAST = 98
PACKAGE = "lighthouse@12.8"
LEFT_OUT = "is-crawlable"


def addresses(server: LiveServer) -> dict[str, tuple[str, str]]:
    """Return each page's address and the cookies that it needs."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        window = open_browser(browser)
        page = window.new_page()
        found = {"start": (f"{server.url}/mitte/", "")}
        choose_time(page, server.url)
        form = page.url
        page.go_back()
        found["day"] = (page.url, "")
        page.goto(form)
        found["form"] = (form, cookies_of(window, form))
        choose_time(page, server.url, nth=1)
        press(page, "Anfrage senden")
        page.wait_for_url("**/a/**")
        status = f"{server.url}/mitte/a/"
        found["status"] = (status, cookies_of(window, status))
        browser.close()
    return found


def cookies_of(window: BrowserContext, address: str) -> str:
    return "; ".join(f"{each['name']}={each['value']}" for each in window.cookies(address))


def scores(address: str, cookies: str, folder: Path) -> dict[str, int]:
    """Run Lighthouse on a page; return its scores, of 100."""
    headers = folder / "headers.json"
    headers.write_text(json.dumps({"Cookie": cookies} if cookies else {}), encoding="utf-8")
    report = folder / "report.json"
    command = ["npx", "--yes", PACKAGE, address, "--quiet", "--output=json"]
    options = [f"--output-path={report}", f"--extra-headers={headers}"]
    flags = [f"--skip-audits={LEFT_OUT}", "--chrome-flags=--headless=new --no-sandbox"]
    chromium = find_system_chromium() or ""
    environment = {**os.environ, "CHROME_PATH": chromium} if chromium else dict(os.environ)
    subprocess.run([*command, *options, *flags], check=True, env=environment)
    categories = json.loads(report.read_text(encoding="utf-8"))["categories"]
    return {name: round(100 * (each["score"] or 0)) for name, each in categories.items()}


def main() -> int:
    """Print every score; fail when one is too low."""
    if not shutil.which("npx"):
        print("Lighthouse needs Node with npx: apt install nodejs npm")
        return 1
    low = 0
    with tempfile.TemporaryDirectory() as name, live_server(Path(name)) as server:
        for page, (address, cookies) in addresses(server).items():
            found = scores(address, cookies, Path(name))
            low += sum(score < LEAST for score in found.values())
            print(page, ", ".join(f"{kind} {score}" for kind, score in found.items()), flush=True)
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())

"""What the browser tests do with a page: look at it with axe, open it, log in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.chromium import find_system_chromium

AXE = (Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TALL = 900


def launch(playwright: Playwright) -> Browser:
    # The tests run as root in containers, where Chromium's own sandbox cannot start.
    return playwright.chromium.launch(executable_path=find_system_chromium(), args=["--no-sandbox"])


def open_browser(
    browser: Browser, *, width: int = 390, scripts: bool = True, dark: bool = False
) -> BrowserContext:
    """A fresh browser window: German, no cookies."""
    return browser.new_context(
        viewport={"width": width, "height": TALL},
        java_script_enabled=scripts,
        color_scheme="dark" if dark else "light",
        locale="de-DE",
        timezone_id="Europe/Berlin",
    )


def complaints(page: Page) -> list[str]:
    """What axe finds on the page, and whether it is wider than the window."""
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(
        "tags => axe.run({runOnly: {type: 'tag', values: tags}})", RULES
    )
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return [
        f"{page.url}: {rule['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ] + ([f"{page.url}: wider than the window"] if wide else [])


def log_in(page: Page, url: str, name: str = "alice@mitte.example") -> None:
    page.goto(f"{url}/staff/login")
    page.fill("#f-login", name)
    page.fill("#f-password", f"demo-{name.partition('@')[0]}")
    page.get_by_role("button", name="Anmelden").click()
    page.wait_for_url(f"{url}/staff/**")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


def choose_time(page: Page, url: str, *, nth: int = 0) -> None:
    """Walk from the first page to the form, to Alice's nth time on the last free day shown."""
    page.goto(f"{url}/mitte/")
    page.locator("a.channel.video").first.click()
    page.select_option("#f-counsellor", "alice")
    press(page, "Freie Tage zeigen")
    page.locator("table.month a").last.click()
    page.locator(".times button").nth(nth).click()

"""Draws every page, phone and desktop, light and dark: ``make screenshots``.

Single pictures and the sheet lie in ``build/screenshots`` (or the folder that is named);
the picture of the README, docs/screenshot.png, is drawn anew with ``--readme``.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from assisto_caldav.demo_client import PASSWORD, PSEUDONYM
from tests.live_server import live_server
from tests.web.chromium_pages import choose_time, launch, log_in, open_browser, press

ROOT = Path(__file__).resolve().parent.parent
README_PICTURE = ROOT / "docs" / "screenshot.png"
LOOKS = [(width, dark) for width in (390, 1280) for dark in (False, True)]
SHEET = (
    "<body style='margin:12px;display:flex;gap:12px;align-items:flex-start;background:#8a8f91'>"
    "{}</body>"
)


class Album:
    """The pictures of one look."""

    def __init__(self, page: Page, url: str, folder: Path, look: str) -> None:
        self.page, self.url, self.folder, self.look = page, url, folder, look
        self.drawn: list[Path] = []

    def draw(self, name: str, path: str = "") -> Path:
        if path:
            self.page.goto(f"{self.url}{path}")
        file = self.folder / f"{self.look}-{name}.png"
        # The bar at the lower edge would stand in the middle of a long picture.
        self.page.evaluate(
            "innerWidth < 860 && document.querySelectorAll('.side')"
            ".forEach(bar => { bar.style.position = 'static' })"
        )
        self.page.screenshot(path=file, full_page=True, animations="disabled")
        self.drawn.append(file)
        return file


def draw_client(album: Album) -> None:
    page = album.page
    album.draw("01-centres", "/")
    album.draw("02-start", "/mitte/")
    album.draw("02-start-filtered", "/mitte/?channel=phone&language=tr")
    page.goto(f"{album.url}/mitte/")
    page.locator("a.channel.video").first.click()
    album.draw("03-month")
    month = page.url.removeprefix(album.url)
    album.draw("03-month-list", f"{month}?view=list")
    page.goto(f"{album.url}{month}")
    page.locator("table.month a").last.click()
    album.draw("04-day")
    choose_time(page, album.url)
    album.draw("05-form")
    page.fill("#f-email", "so nicht")
    press(page, "Anfrage senden")
    album.draw("06-error")
    page.fill("#f-email", "")
    page.fill("#f-text", "Ich weiß gerade nicht weiter.")
    press(page, "Anfrage senden")
    album.draw("07-received")
    album.draw("08-appointment", "/mitte/a/")
    album.draw("09-code", "/mitte/code")
    album.draw("10-nothing", "/nowhere/")
    page.goto(f"{album.url}/mitte/account/login")
    page.fill("#f-pseudonym", PSEUDONYM)
    page.fill("#f-password", PASSWORD)
    page.locator("main form button.primary").click()
    album.draw("10-account")
    page.locator(".lines-list button").first.click()
    album.draw("10-account-appointment")
    album.draw("10-moving", "/mitte/a/move")


def draw_staff(album: Album) -> None:
    page = album.page
    album.draw("11-log-in", "/staff/login")
    log_in(page, album.url)
    album.draw("12-inbox")
    page.locator(".cards h3 a").first.click()
    album.draw("13-appointment")
    for number, name in enumerate(("booking-times", "absences", "me", "admin/"), 14):
        album.draw(f"{number}-{name.strip('/')}", f"/staff/{name}")
    album.draw("18-mails", "/demo/mails")
    album.draw("19-components", "/demo/components")
    album.draw("20-own-look", "/nord/")


def draw_sheet(browser: Browser, files: list[Path], target: Path, *, width: int) -> None:
    """Put pictures side by side on one sheet."""
    images = "".join(f"<img style='width:{width}px' src='{file.as_uri()}'>" for file in files)
    markup = target.with_suffix(".html")
    markup.write_text(SHEET.format(images), encoding="utf-8")
    page = browser.new_page(viewport={"width": (width + 12) * len(files) + 12, "height": 200})
    page.goto(markup.as_uri())
    page.screenshot(path=target, full_page=True)
    page.close()
    markup.unlink()


def draw_readme(browser: Browser, url: str, folder: Path) -> None:
    """Three steps on a phone and the counsellor's desk, cut to one height."""
    window = open_browser(browser, width=390)
    phone = Album(window.new_page(), url, folder, "readme")
    files = [phone.draw("1", "/mitte/")]
    phone.page.locator("a.channel.video").first.click()
    files.append(phone.draw("2"))
    choose_time(phone.page, url)
    press(phone.page, "Anfrage senden")
    files.append(phone.draw("3"))
    window.close()
    desk = Album(open_browser(browser, width=390).new_page(), url, folder, "readme")
    log_in(desk.page, url)
    desk.page.locator(".cards h3 a").first.click()
    files.append(desk.draw("4"))
    images = "".join(
        f"<div style='width:300px;height:620px;overflow:hidden;border-radius:8px'>"
        f"<img style='width:300px' src='{file.as_uri()}'></div>"
        for file in files
    )
    markup = folder / "readme.html"
    markup.write_text(SHEET.format(images), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1260, "height": 644})
    page.goto(markup.as_uri())
    page.screenshot(path=README_PICTURE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "screenshots")
    parser.add_argument("--readme", action="store_true", help="draw docs/screenshot.png alone")
    arguments = parser.parse_args()
    folder: Path = arguments.folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        live_server(Path(data)) as server,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        if arguments.readme:
            draw_readme(browser, server.url, folder)
            print(README_PICTURE)
            return
        for width, dark in LOOKS:
            look = f"{width}-{'dark' if dark else 'light'}"
            window = open_browser(browser, width=width, dark=dark)
            album = Album(window.new_page(), server.url, folder, look)
            draw_client(album)
            draw_staff(album)
            window.close()
            draw_sheet(browser, album.drawn, folder / f"sheet-{look}.png", width=width // 2)
            print(folder / f"sheet-{look}.png")
        browser.close()


if __name__ == "__main__":
    main()

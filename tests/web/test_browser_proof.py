"""The page between in a real Chromium: it computes and goes on, or tells the wait."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from assisto_web.access_codes import GUESSES
from tests.live_server import LiveServer, config_with, live_server
from tests.web.chromium_pages import complaints, launch, open_browser

pytestmark = [pytest.mark.browser, pytest.mark.serial]
WRONG = "/mitte/a/AAAA-BBBB-CCCC"
AGAIN = "Zu diesem Zugangscode gibt es keinen Termin."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("proof")
    config = config_with(folder)
    quick = "[visitors]\nproof_wait_seconds = 1\nproof_bits = 12\n"
    config.write_text(config.read_text().replace("[visitors]\n", quick, 1))
    with live_server(folder, config=config) as running:
        for _ in range(GUESSES):
            running.call("GET", WRONG)
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


def open_page(window: BrowserContext, server: LiveServer) -> Page:
    page = window.new_page()
    page.goto(f"{server.url}{WRONG}")
    return page


def test_with_scripts_it_goes_on_by_itself(server: LiveServer, browser: Browser) -> None:
    window = open_browser(browser)

    page = open_page(window, server)

    expect(page.locator("#e-code")).to_contain_text(AGAIN)
    assert page.url == f"{server.url}/mitte/code"
    window.close()


def test_without_scripts_it_tells_the_wait_and_goes_on_after_it(
    server: LiveServer, browser: Browser
) -> None:
    window = open_browser(browser, scripts=False)
    page = open_page(window, server)
    expect(page.get_by_text("Bitte warten Sie 1 Sekunden")).to_be_visible()
    page.wait_for_timeout(1100)

    page.get_by_role("button", name="Weiter").click()

    expect(page.locator("#e-code")).to_contain_text(AGAIN)
    window.close()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_axe_finds_nothing(server: LiveServer, browser: Browser, width: int, dark: bool) -> None:
    window = open_browser(browser, width=width, dark=dark)
    # Without its script the page stays.
    window.route("**/static/proof.js*", lambda route: route.abort())
    page = open_page(window, server)

    expect(page.get_by_role("button", name="Weiter")).to_be_visible()
    assert complaints(page) == []
    window.close()

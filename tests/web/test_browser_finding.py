"""In Chromium: the visitor's own time beside the centre's, and the filters."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.live_server import LiveServer, live_server
from tests.web.chromium_pages import launch

pytestmark = [pytest.mark.browser, pytest.mark.serial]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with live_server(tmp_path_factory.mktemp("finding")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


def open_day(browser: Browser, server: LiveServer, zone: str, channel: str) -> Page:
    page = browser.new_context(locale="de-DE", timezone_id=zone).new_page()
    page.goto(f"{server.url}/mitte/")
    page.locator(f"a.channel.{channel}").first.click()
    page.locator("table.month a").last.click()
    return page


def test_in_another_zone_the_own_time_stands_beside(server: LiveServer, browser: Browser) -> None:
    page = open_day(browser, server, "Europe/Lisbon", "video")

    button = page.locator(".times button").first
    here, there = int(button.inner_text()[:2]), button.locator(".own-time")
    expect(there).to_have_text(f"bei Ihnen {here - 1:02d}:{button.inner_text()[3:5]} Uhr")
    page.context.close()


def test_where_the_day_differs_it_is_named(server: LiveServer, browser: Browser) -> None:
    page = open_day(browser, server, "Pacific/Honolulu", "video")
    day = page.locator("h1").inner_text()

    own = page.locator(".own-time").first.inner_text()

    assert day[:2] != own.removeprefix("bei Ihnen ")[:2]
    assert own.endswith(" Uhr")
    page.context.close()


@pytest.mark.parametrize(
    ("zone", "channel"), [("Europe/Berlin", "video"), ("Asia/Tokyo", "on_site")]
)
def test_elsewhere_nothing_is_added(
    server: LiveServer, browser: Browser, zone: str, channel: str
) -> None:
    page = open_day(browser, server, zone, channel)

    expect(page.locator(".times button").first).to_be_visible()
    expect(page.locator(".own-time")).to_have_count(0)
    page.context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_filters_work_by_keyboard(server: LiveServer, browser: Browser, scripts: bool) -> None:
    page = browser.new_context(locale="de-DE", java_script_enabled=scripts).new_page()
    page.goto(f"{server.url}/mitte/")
    page.locator(".narrow summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Videochat")
    page.locator(".filter button").focus()
    page.keyboard.press("Enter")

    page.wait_for_url("**channel=video**")
    expect(page.locator("a.channel.phone")).to_have_count(0)
    expect(page.locator("a.channel.video").first).to_be_visible()
    page.context.close()

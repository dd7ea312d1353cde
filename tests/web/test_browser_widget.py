"""The widget on another site, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect, sync_playwright

from tests.live_server import LiveServer, live_server
from tests.web.chromium_pages import complaints, launch, open_browser

pytestmark = [pytest.mark.browser, pytest.mark.serial]
NAMED = "https://mitte.example"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with live_server(tmp_path_factory.mktemp("widget")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


def visit(
    browser: Browser, server: LiveServer, site: str, *, scripts: bool = True
) -> tuple[BrowserContext, list[str]]:
    """Open a page of another site with what is to be copied in it; collect what it loads."""
    window = open_browser(browser, scripts=scripts)
    window.grant_permissions(["local-network-access"])
    copied = server.call("GET", "/mitte/widget/code").text.partition("<textarea")[2]
    markup = unescape(copied.partition(">")[2].partition("</textarea>")[0])
    body = f'<!doctype html><html lang="de"><title>Andere</title><body>{markup}</body></html>'

    def answer(route: Route) -> None:
        route.fulfill(body=body, content_type="text/html; charset=utf-8")

    window.route(f"{site}/**", answer)
    loaded: list[str] = []
    window.on("request", lambda request: loaded.append(request.url))
    page = window.new_page()
    page.goto(f"{site}/beratung")
    return window, loaded


def test_it_shows_free_dates_and_requests_on_our_own_pages(
    browser: Browser, server: LiveServer
) -> None:
    window, loaded = visit(browser, server, NAMED)
    page = window.pages[0]
    frame = page.frame_locator("iframe")

    expect(frame.get_by_role("heading", name="Erstes Gespräch")).to_be_visible()
    expect(frame.locator("main li li").first).to_contain_text("Uhr")
    assert frame.locator("h1").evaluate("each => getComputedStyle(each).fontFamily") != "Times"
    with window.expect_page() as opened:
        frame.locator("a.channel").first.click()

    opened.value.wait_for_url(f"{server.url}/mitte/book/**")
    assert opened.value.evaluate("() => window.opener === null")
    assert page.url == f"{NAMED}/beratung"
    assert [each for each in loaded if not each.startswith((NAMED, server.url))] == []
    window.close()


def test_the_frame_keeps_nothing_and_can_be_read_by_everybody(
    browser: Browser, server: LiveServer
) -> None:
    window, _ = visit(browser, server, NAMED)

    expect(window.pages[0].frame_locator("iframe").locator("h1")).to_be_visible()
    assert window.cookies() == []
    page = window.new_page()
    page.goto(f"{server.url}/mitte/widget/")
    assert complaints(page) == []
    page.goto(f"{server.url}/mitte/widget/code")
    assert complaints(page) == []
    window.close()


def test_a_site_that_is_not_named_gets_no_frame(browser: Browser, server: LiveServer) -> None:
    window, _ = visit(browser, server, "https://mallory.example")
    page = window.pages[0]

    page.wait_for_selector("iframe")
    page.wait_for_load_state("networkidle")

    assert [frame.url for frame in page.frames[1:]] == ["chrome-error://chromewebdata/"]
    window.close()


def test_without_scripts_the_link_remains(browser: Browser, server: LiveServer) -> None:
    window, _ = visit(browser, server, NAMED, scripts=False)
    page = window.pages[0]

    with window.expect_page() as opened:
        page.get_by_role("link", name="Beratungsstelle Mitte").click()

    opened.value.wait_for_url(f"{server.url}/mitte/")
    assert page.locator("iframe").count() == 0
    window.close()

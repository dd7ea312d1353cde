"""Each step of a request in each language, width and theme: axe, width, targets, zoom, keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from assisto_caldav.demo_client import PASSWORD, PSEUDONYM
from assisto_web.i18n import LANGUAGES
from tests.live_server import LiveServer, live_server
from tests.web.chromium_pages import TALL, complaints, launch

pytestmark = [pytest.mark.browser, pytest.mark.serial]
NUMBERS = count(1)
WIDTHS = (320, 390, 1280)
SMALL_TARGETS = """() => [...document.querySelectorAll(
  'button, .button, select, textarea, summary, a.channel, .month a, .times a, .foot nav a, '
  + '.quick-exit, input:not([type=hidden], [type=checkbox], [type=radio]), .check label')]
  .filter(each => each.checkVisibility())
  .map(each => [each, each.getBoundingClientRect()])
  .filter(([each, box]) => box.height < 43.9 || box.width < 43.9)
  .map(([each, box]) => `${each.outerHTML.slice(0, 90)} ${box.width}x${box.height}`)"""
TOO_WIDE = "() => document.documentElement.scrollWidth > innerWidth"
FOCUS_IS_SEEN = """() => { const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2; }"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with live_server(tmp_path_factory.mktemp("matrix")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


def window_in(
    browser: Browser, server: LiveServer, language: str, *, scripts: bool = True, scale: int = 1
) -> BrowserContext:
    window = browser.new_context(
        viewport={"width": 1280 // scale, "height": TALL // scale},
        device_scale_factor=scale,
        java_script_enabled=scripts,
        timezone_id="Europe/Berlin",
        # Colours on their way from one theme to the other are no theme.
        reduced_motion="reduce",
    )
    window.add_cookies([{"name": "lang", "value": language, "url": server.url}])
    return window


def walk(page: Page, server: LiveServer) -> Iterator[str]:
    """Go through a request, and stop at each state."""
    for path in ("/", "/nowhere/", "/mitte/code", "/mitte/text/barrierefreiheit", "/nord/"):
        page.goto(f"{server.url}{path}")
        yield path
    page.goto(f"{server.url}/mitte/")
    yield "start"
    page.goto(f"{server.url}/mitte/?channel=phone&language=tr")
    yield "filtered"
    page.goto(f"{server.url}/mitte/?service=langes-gespraech&counsellor=bob")
    yield "nothing fits"
    page.goto(f"{server.url}/mitte/")
    page.locator("a.channel.video").first.click()
    yield "month"
    month = page.url
    page.goto(f"{month}?view=list")
    yield "month as a list"
    page.goto(month)
    page.locator("table.month a").last.click()
    yield "day"
    page.locator(".times button").last.click()
    yield "form"
    page.fill("#f-email", "so nicht")
    page.locator("#request button.primary").click()
    expect(page.locator("#errors")).to_be_visible()
    yield "error"
    page.fill("#f-email", "")
    page.locator("#request button.primary").click()
    expect(page.locator(".code").first).to_be_visible()
    yield "arrived"
    page.goto(f"{server.url}/mitte/a/")
    yield "status"
    yield from walk_account(page, server)
    yield from walk_grace(page, server)


def walk_account(page: Page, server: LiveServer) -> Iterator[str]:
    """Go through an account: an error, made, open, and about to be deleted."""
    account = f"{server.url}/mitte/account/"
    for path in ("login", "recover", "register"):
        page.goto(f"{account}{path}")
        yield path
    page.fill("#f-pseudonym", f"Grace {next(NUMBERS)}")
    page.locator("main form button.primary").click()
    expect(page.locator("#errors")).to_be_visible()
    yield "account error"
    page.fill("#f-password", "ein ganzer langer Satz")
    page.locator("main form button.primary").click()
    expect(page.locator(".code").first).to_be_visible()
    yield "recovery"
    for path in ("", "delete"):
        page.goto(f"{account}{path}")
        yield f"account {path}"
    page.locator("main button.danger").click()
    yield "account deleted"


def walk_grace(page: Page, server: LiveServer) -> Iterator[str]:
    """Go through what an account holds: messages, the waiting list, an offer, another time."""
    account = f"{server.url}/mitte/account/"
    page.goto(f"{account}login")
    page.fill("#f-pseudonym", PSEUDONYM)
    page.fill("#f-password", PASSWORD)
    page.locator("main form button.primary").click()
    expect(page.locator(".lines-list")).to_be_visible()
    yield "account with appointments"
    page.locator(".lines-list button").nth(1).click()
    expect(page.locator(".status.offered")).to_be_visible()
    yield "offered"
    page.goto(account)
    page.locator(".lines-list button").nth(0).click()
    expect(page.locator("#waitlist")).to_be_visible()
    expect(page.locator("#messages")).to_be_visible()
    yield "confirmed, with messages and the waiting list"
    page.goto(f"{server.url}/mitte/a/forget")
    yield "forget"
    page.goto(f"{server.url}/mitte/a/move")
    yield "moving"
    page.locator(".times button").first.click()
    expect(page.locator("main form button.primary")).to_be_visible()
    yield "moving, both times"


def found_at(page: Page, state: str) -> list[str]:
    """What is wrong with a state in any width or theme."""
    found: list[str] = []
    for width, theme in zip(WIDTHS, ("light", "dark", "light"), strict=True):
        page.set_viewport_size({"width": width, "height": TALL})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        seen = [*complaints(page), *page.evaluate(SMALL_TARGETS)]
        found += [f"{state} {width} {theme}: {each}" for each in seen]
    page.emulate_media(color_scheme="dark")
    return found + [f"{state} {WIDTHS[-1]} dark: {each}" for each in complaints(page)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_fits_and_reads_well(
    server: LiveServer, browser: Browser, language: str
) -> None:
    window = window_in(browser, server, language)
    page = window.new_page()

    found = [line for state in walk(page, server) for line in found_at(page, state)]

    window.close()
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_works_without_scripts(
    server: LiveServer, browser: Browser, language: str
) -> None:
    window = window_in(browser, server, language, scripts=False)
    page = window.new_page()
    wide = []
    for state in walk(page, server):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": TALL})
            if page.evaluate(TOO_WIDE):
                wide.append((state, width))
    window.close()
    assert wide == []


def test_every_step_stands_at_200_percent(server: LiveServer, browser: Browser) -> None:
    window = window_in(browser, server, "de", scale=2)
    page = window.new_page()

    found = [line for _ in walk(page, server) for line in complaints(page)]

    window.close()
    assert found == []


def test_the_components_fit_and_read_well(server: LiveServer, browser: Browser) -> None:
    window = window_in(browser, server, "de")
    page = window.new_page()
    page.goto(f"{server.url}/demo/components")

    found = found_at(page, "components")

    window.close()
    assert found == []


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until it is reached; every stop on the way shows where the focus is."""
    for _ in range(80):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS_IS_SEEN), page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def test_the_keyboard_alone_goes_all_the_way(server: LiveServer, browser: Browser) -> None:
    window = window_in(browser, server, "de")
    page = window.new_page()
    page.goto(f"{server.url}/mitte/")
    for selector in ("a.channel.video", "table.month a", ".times button", "#request .primary"):
        page.wait_for_load_state()
        tab_to(page, selector)
        with page.expect_navigation():
            page.keyboard.press("Enter")

    expect(page.locator(".code").first).to_be_visible()
    window.close()

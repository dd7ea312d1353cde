"""The whole way in a real Chromium, against a real demo server."""

from __future__ import annotations

import email
import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.live_server import LiveServer, live_server, wait_for
from tests.web.chromium_pages import (
    choose_time,
    complaints,
    launch,
    log_in,
    open_browser,
    press,
)

pytestmark = [pytest.mark.browser, pytest.mark.serial]
PAGES = (
    "/",
    "/nowhere/",
    "/mitte/",
    "/mitte/text/impressum",
    "/mitte/text/datenschutz",
    "/mitte/text/barrierefreiheit",
    "/mitte/code",
    "/staff/login",
    "/demo/mails",
)
WINDOWS = [(390, True), (390, False), (1280, True), (1280, False)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with live_server(tmp_path_factory.mktemp("browser")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    window = open_browser(browser)
    yield window.new_page()
    window.close()


def request_time(page: Page, server: LiveServer, *, text: str, mail: str = "") -> str:
    """Book as a client would; return the sign of the appointment."""
    choose_time(page, server.url)
    page.fill("#f-text", text)
    page.fill("#f-email", mail)
    press(page, "Anfrage senden")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihre Anfrage ist angekommen.")
    return page.locator("dt:has-text('Kürzel') + dd").inner_text()


def open_by_sign(page: Page, sign: str) -> None:
    page.locator(".cards > li", has_text=f"Kürzel {sign}").locator("h3 a").click()


@pytest.mark.parametrize(("width", "scripts"), WINDOWS)
def test_a_client_books_and_the_counsellor_confirms(
    server: LiveServer, browser: Browser, width: int, scripts: bool
) -> None:
    client, staff = (open_browser(browser, width=width, scripts=scripts) for _ in range(2))
    page, desk = client.new_page(), staff.new_page()
    sign = request_time(page, server, text="Ich möchte reden.")
    log_in(desk, server.url)
    open_by_sign(desk, sign)
    expect(desk.get_by_text("Ich möchte reden.")).to_be_visible()
    desk.fill("#f-text", "Bis dann.")
    press(desk, "Bestätigen")
    expect(desk.locator("#f-act .status")).to_have_text("bestätigt")

    page.reload()

    expect(page.locator("#f-status .status")).to_have_text("bestätigt")
    expect(page.get_by_text("Bis dann.")).to_be_visible()
    client.close()
    staff.close()


@pytest.mark.parametrize(("width", "scripts"), WINDOWS)
def test_a_declined_client_is_shown_the_way_on(
    server: LiveServer, browser: Browser, width: int, scripts: bool
) -> None:
    client, staff = (open_browser(browser, width=width, scripts=scripts) for _ in range(2))
    page, desk = client.new_page(), staff.new_page()
    sign = request_time(page, server, text="Noch eine Frage.")
    log_in(desk, server.url)
    open_by_sign(desk, sign)
    press(desk, "Ablehnen")
    expect(desk.locator("#f-act .status")).to_have_text("abgelehnt")

    page.reload()

    expect(page.locator("#f-status .status")).to_have_text("nicht angenommen")
    expect(page.get_by_role("link", name="Neuen Termin anfragen")).to_be_visible()
    client.close()
    staff.close()


def staff_link(server: LiveServer, sign: str) -> str:
    """The link to answer in the counsellor's mail about this appointment."""
    for raw in server.mails:
        message = email.message_from_string(raw)
        if "alice@mitte.example" not in str(message["To"]):
            continue
        for part in message.walk():
            if part.get_content_type() == "text/plain":
                text = (part.get_payload(decode=True) or b"").decode()  # type: ignore[union-attr]  # a leaf
                found = re.search(rf"{server.url}/l/[\w.~=-]+", text)
                if sign in text and found:
                    return found[0]
    return ""


def test_the_link_in_the_mail_confirms_without_log_in(
    server: LiveServer, browser: Browser, phone: Page
) -> None:
    sign = request_time(phone, server, text="Per Mail", mail="olaf@post.example")
    link = wait_for(lambda: staff_link(server, sign), what="the mail to Alice")
    window = open_browser(browser, scripts=False)
    mail = window.new_page()
    mail.goto(link)
    assert mail.url == f"{server.url}/l/"
    expect(mail.get_by_role("heading", level=1)).to_have_text("Passt Ihnen dieser Termin?")

    press(mail, "Bestätigen")

    expect(mail.get_by_role("heading", level=1)).to_have_text("Der Termin ist bestätigt.")
    phone.reload()
    expect(phone.locator("#f-status .status")).to_have_text("bestätigt")
    window.close()


def test_whoever_comes_second_keeps_what_they_typed(server: LiveServer, phone: Page) -> None:
    choose_time(phone, server.url)
    phone.fill("#f-text", "Meine Geschichte")
    start = phone.locator("#request input[name=start]").get_attribute("value") or ""
    # Another time, held in another tab, gives the first one back.
    choose_time(phone.context.new_page(), server.url, nth=1)
    take(server, int(start))

    press(phone, "Anfrage senden")

    expect(phone.get_by_role("heading", level=1)).to_have_text(
        "Diese Uhrzeit ist gerade vergeben worden."
    )
    assert complaints(phone) == []
    phone.locator(".times button").first.click()
    expect(phone.locator("#f-text")).to_have_value("Meine Geschichte")


def take(server: LiveServer, start: int) -> None:
    """Let somebody else request a time of Alice's."""
    when = datetime.fromtimestamp(start, UTC).isoformat()
    wish = {"service": "erstes-gespraech", "channel": "video", "counsellor": "alice"}
    answer = server.post_json("/api/v1/mitte/requests", {**wish, "start": when})
    assert answer.status == 201, answer.text


def test_the_keyboard_alone_books(server: LiveServer, phone: Page) -> None:
    phone.goto(f"{server.url}/mitte/")
    phone.keyboard.press("Tab")
    expect(phone.locator(".skip")).to_be_focused()
    for _ in range(30):
        phone.keyboard.press("Tab")
        if phone.evaluate("document.activeElement.matches('a.channel')"):
            break
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Wann passt es Ihnen?")
    phone.locator("table.month a").last.focus()
    phone.keyboard.press("Enter")
    phone.locator(".times button").first.focus()
    phone.keyboard.press("Enter")
    phone.locator("#f-text").focus()
    phone.keyboard.type("Nur mit Tasten")
    phone.get_by_role("button", name="Anfrage senden").focus()

    phone.keyboard.press("Enter")

    expect(phone.get_by_role("heading", level=1)).to_have_text("Ihre Anfrage ist angekommen.")


def test_a_second_press_sends_nothing(server: LiveServer, phone: Page) -> None:
    choose_time(phone, server.url)
    sent: list[str] = []
    phone.on("request", lambda request: sent.append(request.method))

    phone.get_by_role("button", name="Anfrage senden").dblclick()

    expect(phone.get_by_role("heading", level=1)).to_have_text("Ihre Anfrage ist angekommen.")
    assert sent.count("POST") == 1


def test_the_browser_complains_about_nothing(server: LiveServer, phone: Page) -> None:
    said: list[str] = []
    phone.on("console", lambda message: said.append(message.text))
    phone.on("pageerror", lambda error: said.append(str(error)))
    hosts: set[str] = set()
    phone.on("request", lambda request: hosts.add(request.url.split("/")[2]))

    choose_time(phone, server.url)
    press(phone, "Zeit länger freihalten")
    log_in(phone, server.url)

    assert said == []
    assert hosts == {server.url.removeprefix("http://")}


@pytest.mark.parametrize(("width", "dark"), [(320, False), (390, True), (1280, False)])
def test_axe_finds_nothing_on_client_pages(
    server: LiveServer, browser: Browser, width: int, dark: bool
) -> None:
    window = open_browser(browser, width=width, dark=dark)
    page = window.new_page()
    found: list[str] = []

    def look(path: str = "") -> None:
        if path:
            page.goto(f"{server.url}{path}")
        found.extend(complaints(page))

    for path in PAGES:
        look(path)
    press_wrong_code(page, server)
    look()
    page.goto(f"{server.url}/mitte/")
    page.locator("a.channel").first.click()
    look()
    page.locator("table.month a").last.click()
    look()
    look(page.url.removeprefix(server.url).rpartition("/2")[0] + "/2020-01-01/")
    choose_time(page, server.url)
    look()
    page.fill("#f-email", "so nicht")
    press(page, "Anfrage senden")
    look()
    page.fill("#f-email", "")
    press(page, "Anfrage senden")
    look()
    page.goto(f"{server.url}/mitte/a/")
    look()
    press(page, "Anfrage zurückziehen")
    look()
    window.close()
    assert found == []


def press_wrong_code(page: Page, server: LiveServer) -> None:
    page.goto(f"{server.url}/mitte/code")
    page.fill("#f-code", "AAAA-BBBB-CCCC")
    press(page, "Termin ansehen")


@pytest.mark.parametrize(("width", "dark"), [(320, True), (390, False), (1280, True)])
def test_axe_finds_nothing_on_staff_pages(
    server: LiveServer, browser: Browser, width: int, dark: bool
) -> None:
    window = open_browser(browser, width=width, dark=dark)
    page = window.new_page()
    sign = request_time(page, server, text="Für axe", mail="olaf@post.example")
    link = wait_for(lambda: staff_link(server, sign), what="the mail to Alice")
    found: list[str] = []

    def look(path: str = "") -> None:
        if path:
            page.goto(path if path.startswith("http") else f"{server.url}{path}")
        found.extend(complaints(page))

    look(link)
    log_in(page, server.url)
    look()
    for path in ("booking-times", "absences", "me", "admin/", "appointments/0"):
        look(f"/staff/{path}")
    page.goto(f"{server.url}/staff/")
    open_by_sign(page, sign)
    look()
    page.fill("#f-day", "")
    press(page, "Andere Zeit vorschlagen")
    look()
    press(page, "Bestätigen")
    look()
    page.goto(f"{server.url}/staff/booking-times")
    press(page, "Buchungszeit speichern")
    look()
    page.goto(f"{server.url}/staff/absences")
    press(page, "Abwesenheit speichern")
    look()
    page.goto(f"{server.url}/staff/me")
    press(page, "Passwort für dieses Gerät anlegen")
    look()
    window.close()
    assert found == []


def test_axe_can_find_something(server: LiveServer, phone: Page) -> None:
    phone.goto(f"{server.url}/mitte/")
    phone.evaluate("document.querySelector('h1').remove()")

    assert any("page-has-heading-one" in line for line in complaints(phone))


def test_vendored_files_are_what_they_were() -> None:
    folder = Path(__file__).resolve().parents[1] / "vendor"
    listed = re.findall(
        r"^\| (\S+\.js) .*\| (\w{64}) \|$", (folder / "README.md").read_text(), re.M
    )

    assert {name for name, _ in listed} == {file.name for file in folder.glob("*.js")}
    for name, digest in listed:
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("scripts", [True, False])
def test_the_quick_exit_leads_to_a_harmless_page(
    server: LiveServer, browser: Browser, scripts: bool
) -> None:
    window = open_browser(browser, scripts=scripts)
    window.route("https://www.wetter.de/**", lambda route: route.fulfill(body="Regen"))
    page = window.new_page()
    choose_time(page, server.url)

    page.get_by_role("link", name="Seite schnell verlassen").click()

    page.wait_for_url("https://www.wetter.de/")
    expect(page.get_by_text("Regen")).to_be_visible()
    assert window.cookies(server.url) == []
    window.close()


def test_the_quick_exit_takes_the_page_out_of_the_history(
    server: LiveServer, browser: Browser
) -> None:
    window = open_browser(browser)
    window.route("https://www.wetter.de/**", lambda route: route.fulfill(body="Regen"))
    page = window.new_page()
    page.goto(f"{server.url}/mitte/")
    page.goto(f"{server.url}/mitte/code")
    page.get_by_role("link", name="Seite schnell verlassen").click()
    page.wait_for_url("https://www.wetter.de/")

    page.go_back()

    assert page.url == f"{server.url}/mitte/"
    window.close()


def test_shift_three_times_is_a_quick_exit_and_writing_is_none(
    server: LiveServer, browser: Browser
) -> None:
    window = open_browser(browser)
    page = window.new_page()
    page.goto(f"{server.url}/mitte/code")
    field = page.get_by_role("textbox").first
    field.focus()
    for key in ("Shift", "Shift", "A", "Shift", "Shift"):
        page.keyboard.press(key)
    expect(field).to_have_value("A")

    with page.expect_request("https://www.wetter.de/"):
        page.keyboard.press("Shift")

    window.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_half_filled_form_survives_a_change_of_language(
    server: LiveServer, browser: Browser, scripts: bool
) -> None:
    window = open_browser(browser, scripts=scripts)
    page = window.new_page()
    choose_time(page, server.url)
    page.fill("#f-text", "Ich schlafe schlecht.")
    page.check("#f-wants_ics")

    press(page, "English")

    expect(page.get_by_role("button", name="Send request")).to_be_visible()
    expect(page.locator("#f-text")).to_have_value("Ich schlafe schlecht.")
    expect(page.locator("#f-wants_ics")).to_be_checked()
    assert complaints(page) == [] if scripts else True
    window.close()

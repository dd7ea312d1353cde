"""Free dates for other web sites: the frame, the script, and what to copy."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from assisto_caldav.config.document import Document
from assisto_caldav.config.table import Table
from assisto_caldav.config.web import read_allowed_sites
from tests.office import Office
from tests.web.visitor import Visitor, words

FRAME = "/mitte/widget/"
SITES = ("https://mitte.example", "https://www.mitte.example:8443")
SCRIPT = Path(__file__).parents[2] / "web" / "assisto_web" / "static" / "widget.js"


@pytest.fixture
def named(office: Office) -> Office:
    office.configure(replace(office.institution(), allowed_sites=SITES))
    return office


@pytest.mark.usefixtures("named")
def test_only_the_named_sites_may_frame_it(olaf: Visitor) -> None:
    headers = olaf.get(FRAME).headers

    policy = headers["Content-Security-Policy"]
    assert re.findall(r"frame-ancestors ([^;]*)", policy) == [" ".join(SITES)]
    assert "default-src 'none'" in policy
    assert "X-Frame-Options" not in headers


@pytest.mark.parametrize(
    "address", ["/mitte/", "/mitte/code", "/mitte/widget/code", "/staff/login"]
)
@pytest.mark.usefixtures("named")
def test_nothing_else_may_be_framed(olaf: Visitor, address: str) -> None:
    headers = olaf.get(address).headers

    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.usefixtures("named")
def test_a_site_of_one_centre_may_not_frame_another(olaf: Visitor) -> None:
    headers = olaf.get("/nord/widget/").headers

    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"


def test_the_frame_shows_free_dates_and_leads_out_of_itself(olaf: Visitor) -> None:
    page = olaf.get(FRAME)

    assert "Mittwoch, 2. Dezember 2026, 09:00 bis 09:50 Uhr" in words(page)
    links = [link for link in re.findall(r"<a [^>]*>", page.text) if 'href="#' not in link]
    assert len(links) == 4
    for link in links:
        assert 'target="_blank"' in link
        assert 'rel="noopener"' in link
    assert 'href="/mitte/book/s1/video/"' in page.text


def test_the_frame_sets_no_cookie_and_runs_no_script(olaf: Visitor) -> None:
    page = olaf.get(FRAME)

    assert "Set-Cookie" not in page.headers
    assert "<script" not in page.text
    assert "<form" not in page.text
    loaded = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page.text)
    assert all(address.startswith("/static/style.css") for address in loaded)
    assert "http" not in page.text


def test_the_frame_speaks_the_language_of_its_address(olaf: Visitor) -> None:
    german, english = olaf.get(FRAME).text, olaf.get(f"{FRAME}?lang=en").text

    assert '<html lang="de"' in german
    assert '<html lang="en"' in english
    assert "Wednesday, 2 December 2026, 09:00 to 09:50" in english
    assert olaf.get(f"{FRAME}?lang=xx").status_code == 200


def test_the_frame_says_when_nothing_is_free(office: Office, olaf: Visitor) -> None:
    office.clock.advance(-365 * 24 * 3600)

    assert "Zurzeit ist kein Termin frei." in words(olaf.get(FRAME))


def test_there_is_none_of_a_centre_that_there_is_not(olaf: Visitor) -> None:
    assert olaf.get("/nowhere/widget/").status_code == 404
    assert olaf.get("/nowhere/widget/code").status_code == 404


def test_the_script_is_small_and_may_be_loaded_elsewhere(olaf: Visitor) -> None:
    answer = olaf.get("/static/widget.js")

    assert answer.status_code == 200
    assert len(answer.data) < 2000
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.content_type.startswith("text/javascript")
    for word in ("cookie", "localStorage", "innerHTML", "http:", "https:"):
        assert word not in answer.text


def test_no_other_file_of_ours_may_be_loaded_elsewhere(olaf: Visitor) -> None:
    for address in ("/static/style.css", "/static/client.js", FRAME):
        assert olaf.get(address).headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_what_to_copy_is_script_link_and_qr_code(named: Office, olaf: Visitor) -> None:
    named.configure(replace(named.institution(), name='Stelle "M" & <Co>'))

    page = olaf.get("/mitte/widget/code")

    copied = unescape(page.text.partition("readonly")[2].partition(">")[2].split("</textarea>")[0])
    assert copied.splitlines() == [
        '<p><a href="https://termine.example/mitte/" target="_blank" rel="noopener">'
        "Stelle &#34;M&#34; &amp; &lt;Co&gt;</a></p>",
        '<script src="https://termine.example/static/widget.js" data-institution="mitte" async>'
        "</script>",
    ]
    assert SITES[1] in words(page)
    assert "<svg" in page.text


def test_who_has_named_no_site_is_told_where(olaf: Visitor) -> None:
    assert "web.allowed_sites" in words(olaf.get("/mitte/widget/code"))


def test_administrators_find_what_to_copy(frank: Visitor) -> None:
    frank.get("/staff/admin/")

    page = frank.follow("Freie Termine auf der eigenen Webseite")

    assert page.request.path == "/mitte/widget/code"


def read(sites: object) -> tuple[tuple[str, ...], list[str]]:
    document = Document("mitte.toml")
    found = read_allowed_sites(Table({"web": {"allowed_sites": sites}}, document))
    return found, [str(problem) for problem in document.problems]


@pytest.mark.parametrize(
    "site",
    ["https://mitte.example", "https://a-b.xn--bcher-kva.example:8443", "http://localhost:8080"],
)
def test_an_origin_is_an_allowed_site(site: str) -> None:
    assert read([site]) == ((site,), [])


@pytest.mark.parametrize(
    "site",
    [
        "mitte.example",
        "http://mitte.example",
        "https://mitte.example/",
        "https://mitte.example/termine",
        "https://Mitte.example",
        "https://*.mitte.example",
        "https://bücher.example",
        "https://mitte.example:443",
        "https://mitte.example:70000",
        "https://a@mitte.example",
        "https://mitte.example;script-src",
        "https://mitte.example https://b.example",
        "http://localhost:80",
        "https://-a.example",
        "null",
        "*",
        "",
    ],
)
def test_what_no_browser_sends_as_an_origin_is_refused(site: str) -> None:
    _, problems = read([site])

    assert len(problems) == 1
    assert "web.allowed_sites" in problems[0]


def test_a_site_that_stands_twice_is_refused() -> None:
    _, problems = read(["https://mitte.example", "https://mitte.example"])

    assert "steht zweimal da" in problems[0]

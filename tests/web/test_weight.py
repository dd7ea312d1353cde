"""What a page weighs: its requests and compressed bytes, counted, never timed."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from assisto_caldav.config.logo import check_logo
from assisto_caldav.domain.institution import Look
from assisto_web.assets import BUNDLES
from tests.office import Office
from tests.web.visitor import Visitor

MOST_REQUESTS = 4
MOST_BYTES = 30_000
OWN = Look(accent="#7a2e5d", accent_dark="#eab0d2")
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 40"><path d="M0 0h9"/></svg>'


class Loads(HTMLParser):
    """Collects what a browser fetches for a page by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        found = given.get("href" if tag == "link" else "src", "")
        loads = tag in ("link", "script", "img", "iframe", "source")
        if loads and found and not found.startswith("data:"):
            self.addresses.add(found)


def loads_of(markup: str) -> set[str]:
    reader = Loads()
    reader.feed(markup)
    return reader.addresses


def weigh(visitor: Visitor) -> tuple[int, int]:
    """Requests and compressed bytes of the page that is shown, itself included."""
    page = visitor.page
    addresses = loads_of(page.text)
    bodies = [gzip.compress(page.data)]
    for address in addresses:
        answer = visitor.client.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, address
        told = answer.headers.get("Content-Encoding") == "gzip"
        bodies.append(answer.data if told else gzip.compress(answer.data))
    return len(bodies), sum(len(body) for body in bodies)


def walk_to(visitor: Visitor, step: str) -> None:
    """Go on to a booking page as a person does."""
    markup = visitor.get("/mitte/").text
    if step == "start":
        return
    first = re.search(r'href="(/mitte/book/[\w-]+/video/[^"]*)"', markup)
    assert first
    markup = visitor.get(first[1].replace("&amp;", "&")).text
    if step == "month":
        return
    days = re.findall(r'href="(/mitte/book/[\w-]+/video/\d{4}-\d\d-\d\d/[^"]*)"', markup)
    visitor.get(days[-1].replace("&amp;", "&"))
    if step == "form":
        visitor.press("09:00")


@pytest.mark.parametrize("look", [Look(), OWN, replace(OWN, logo=check_logo(LOGO, ""))])
@pytest.mark.parametrize("step", ["start", "month", "day", "form"])
def test_booking_pages_are_light(office: Office, olaf: Visitor, step: str, look: Look) -> None:
    office.configure(replace(office.institution(), look=look))
    walk_to(olaf, step)
    expected = {"start": "mitte/", "month": "/video/", "day": "-", "form": "/form/"}[step]
    assert expected in olaf.page.request.path

    requests, size = weigh(olaf)

    assert requests <= MOST_REQUESTS
    assert size <= MOST_BYTES


def test_what_a_page_loads_is_counted(olaf: Visitor) -> None:
    markup = (
        '<link href="/a"><script src="/b"></script><img src="/c"><img src="data:x"><a href="/d">'
    )
    assert loads_of(markup) == {"/a", "/b", "/c"}


@pytest.mark.parametrize("name", BUNDLES)
def test_bundles_are_compressed_and_kept(olaf: Visitor, name: str) -> None:
    plain = olaf.client.get(f"/static/{name}", headers={"Accept-Encoding": "identity"})
    small = olaf.client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip"})

    assert gzip.decompress(small.data) == plain.data
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert {small.headers["Vary"], plain.headers["Vary"]} == {"Accept-Encoding"}
    assert "immutable" in small.headers["Cache-Control"]
    assert "Set-Cookie" not in small.headers


def test_pages_with_secrets_are_not_compressed_here(olaf: Visitor) -> None:
    page = olaf.get("/mitte/code", headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in page.headers

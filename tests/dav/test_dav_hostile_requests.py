"""Hostile requests: bodies, XML, headers and filters are refused after bounded work."""

from __future__ import annotations

import gzip
import io
import tracemalloc
from typing import Any

import pytest

from assisto_caldav.ports import Ports
from assisto_radicale import xmltext
from assisto_radicale.mount import make_dav_app
from tests.dav.samples import CALENDAR, ETAG, HOME, events, prop, put, text_match
from tests.dav.world import ALICE, DavClient, limit, make_event

BAD = f"{CALENDAR}bad.ics"


class Counting(io.RawIOBase):
    """A body without an end that knows how much of it was read."""

    def __init__(self) -> None:
        self.octets = 0

    def read(self, size: int = -1) -> bytes:
        assert size >= 0
        self.octets += size
        return b"A" * size


@pytest.mark.parametrize(
    ("method", "path", "most"),
    [
        ("PUT", BAD, 1_048_576),
        ("PROPFIND", CALENDAR, 4_000_000),
        ("REPORT", CALENDAR, 4_000_000),
        ("PROPPATCH", CALENDAR, 4_000_000),
        ("MKCALENDAR", f"{HOME}new/", 4_000_000),
    ],
)
@pytest.mark.parametrize("declared", [True, False])
def test_of_a_body_that_is_too_long_no_more_is_read_than_allowed(
    ports: Ports, method: str, path: str, most: int, *, declared: bool
) -> None:
    body = Counting()
    extra: dict[str, Any] = {"wsgi.input": body, "wsgi.input_terminated": True}
    if declared:
        extra["CONTENT_LENGTH"] = str(200_000_000)
    client = DavClient(make_dav_app(ports), ALICE, extra=extra)

    refused = client.request(method, path)

    assert refused.status in (403, 413)
    assert body.octets <= (0 if declared else most + 65_536)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br, gzip", "x-unknown"])
def test_a_packed_body_is_refused_unread(alice: DavClient, encoding: str) -> None:
    packed = gzip.compress(make_event("bad").encode())

    refused = alice.put(BAD, packed, content_encoding=encoding)

    assert refused.status == 415
    assert refused.headers["accept-encoding"] == "identity"
    assert alice.put(BAD, make_event("bad"), content_encoding="identity").status == 201


BOMB = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
WRONG_XML = {
    "entities": (f'<!DOCTYPE a [<!ENTITY e0 "ha">{BOMB}]><a>&e9;</a>', 400),
    "an outside entity": ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 400),
    "an outside DTD": ('<!DOCTYPE a SYSTEM "http://evil.example/a.dtd"><a/>', 400),
    "depth": ("<a>" * 100_000 + "</a>" * 100_000, 413),
    "width": (f"<a>{'<b/>' * 100_000}</a>", 413),
    "an open end": ("<a>" * 20, 400),
    "no XML": ("{}", 400),
    "another charset": ('<?xml version="1.0" encoding="utf-7"?><a/>', 400),
}


@pytest.mark.parametrize("method", ["PROPFIND", "REPORT", "PROPPATCH", "MKCALENDAR"])
@pytest.mark.parametrize("name", WRONG_XML)
def test_hostile_xml_is_refused_before_a_tree_is_built(
    alice: DavClient, monkeypatch: pytest.MonkeyPatch, method: str, name: str
) -> None:
    body, status = WRONG_XML[name]
    built = count_elements(monkeypatch)
    path = f"{HOME}new/" if method == "MKCALENDAR" else CALENDAR

    refused = alice.request(method, path, body)

    assert refused.status == status
    assert len(built) <= 50_001


def count_elements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that gets the name of every element that is built."""
    built: list[str] = []
    start = xmltext._BoundedBuilder.start

    def counting(self: Any, tag: str, attrs: dict[str, str]) -> Any:
        built.append(tag)
        return start(self, tag, attrs)

    monkeypatch.setattr(xmltext._BoundedBuilder, "start", counting)
    return built


def test_an_entity_is_never_opened(alice: DavClient, monkeypatch: pytest.MonkeyPatch) -> None:
    built = count_elements(monkeypatch)

    alice.request("REPORT", CALENDAR, WRONG_XML["entities"][0])

    assert built == []


def test_limits_of_xml_are_those_of_config(ports: Ports, alice: DavClient) -> None:
    limit(ports, max_xml_elements=3, max_xml_depth=3, max_xml_bytes=300)

    wide = alice.propfind(CALENDAR, "<D:getetag/><D:displayname/>")
    deep = alice.propfind(CALENDAR, "<D:a><D:b/></D:a>")
    long = alice.propfind(CALENDAR, f"<!--{'x' * 300}-->")

    assert (wide.status, deep.status, long.status) == (413, 413, 413)


def test_names_that_are_very_long_are_not_remembered(alice: DavClient) -> None:
    names = [f"n{number:03}{'x' * 200_000}" for number in range(40)]
    tracemalloc.start()
    alice.propfind(CALENDAR, "<D:getetag/>")
    before = tracemalloc.get_traced_memory()[0]

    for name in names:
        assert alice.propfind(CALENDAR, f"<D:{name}/>").status == 207
        alice.put(f"{CALENDAR}a.ics", make_event("a", f"RDATE;TZID={name}:20270101T000000"))

    kept = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert kept < 3_000_000


def test_a_multiget_of_thousands_answers_each(alice: DavClient) -> None:
    put(alice, make_event("one"))
    hrefs = [f"/dav{CALENDAR}{name}.ics" for name in ("one", *range(9_000))]
    inner = "".join(f"<D:href>{href}</D:href>" for href in hrefs)

    found = alice.report(CALENDAR, "C:calendar-multiget", ETAG + inner)

    assert found.status == 207
    assert [href for href, one in found.responses().items() if one != 404] == hrefs[:1]


@pytest.mark.parametrize(
    "filters",
    [
        events("<C:comp-filter name='VALARM'/>" * 5_000),
        events(prop("SUMMARY", text_match("x")) * 5_000),
        events(prop("SUMMARY", "<C:param-filter name='P'/>" * 5_000)),
    ],
)
def test_a_filter_of_thousands_is_refused(alice: DavClient, filters: str) -> None:
    put(alice, make_event("one"))

    assert alice.query(CALENDAR, filters).conditions == ["C:supported-filter"]


def test_a_text_of_megabytes_is_looked_for_and_not_found(alice: DavClient) -> None:
    put(alice, make_event("one"))

    assert alice.found(CALENDAR, events(prop("SUMMARY", text_match("a" * 3_000_000)))) == []


@pytest.mark.parametrize("value", ['"a",' * 15_000, "W/" * 30_000, '"' * 60_000, " " * 60_000])
@pytest.mark.parametrize("name", ["if_match", "if_none_match", "if", "prefer", "depth"])
def test_a_header_of_60_kilobytes_is_only_a_header(alice: DavClient, name: str, value: str) -> None:
    put(alice, make_event("one"))

    for method in ("GET", "PROPFIND", "DELETE", "PUT"):
        answer = alice.request(method, f"{CALENDAR}one.ics", make_event("one"), **{name: value})
        assert answer.status < 500

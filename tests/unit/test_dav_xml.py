"""Request bodies in XML: what is read, and what is refused, whatever way it is read."""

from __future__ import annotations

import pytest

from assisto_caldav.errors import InvalidInputError, LimitReachedError
from assisto_radicale.xmltext import Bounds, encode, escape_object, parse

ENTITY = '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'
SMALL = Bounds(elements=4, depth=3)


def test_a_plain_body_is_read() -> None:
    root = parse('<?xml version="1.0" encoding="UTF-8"?>\n<a><b>ä</b></a>'.encode())
    assert root[0].text == "ä"


@pytest.mark.parametrize("head", ["", '<?xml version="1.0" encoding="{}"?>'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp037", "latin-1"])
def test_a_dtd_is_refused_in_every_encoding(head: str, encoding: str) -> None:
    with pytest.raises(InvalidInputError):
        parse((head.format(encoding) + ENTITY).encode(encoding))


@pytest.mark.parametrize("comment", ["", "<!-- so that it is read carefully -->"])
def test_as_deep_and_as_large_as_allowed(comment: str) -> None:
    assert parse(f"<a>{comment}<b><c/></b><d/></a>".encode(), SMALL).tag == "a"


@pytest.mark.parametrize("comment", ["", "<!-- so that it is read carefully -->"])
@pytest.mark.parametrize("body", ["<a>{}<b><c><d/></c></b></a>", "<a>{}<b/><b/><b/><b/></a>"])
def test_one_more_is_refused(comment: str, body: str) -> None:
    with pytest.raises(LimitReachedError):
        parse(body.format(comment).encode(), SMALL)


def test_an_object_comes_back_with_its_line_ends_and_signs() -> None:
    text = "BEGIN:VCALENDAR\r\nSUMMARY:a<b>&amp;c\r\nEND:VCALENDAR\r\n"
    assert parse(encode(f"<a>{escape_object(text)}</a>")).text == text

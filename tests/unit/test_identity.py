"""Logins and calendar user addresses."""

from __future__ import annotations

import pytest

from assisto_caldav.domain.identity import (
    calendar_user_address,
    is_mail_address,
    normalise_login,
    same_address,
)
from assisto_caldav.errors import InvalidInputError


@pytest.mark.parametrize("text", ["Alice@Mitte.example", " mailto:alice@mitte.example "])
def test_a_login_has_one_form(text: str) -> None:
    assert normalise_login(text) == "alice@mitte.example"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "alice",
        "alice@",
        "@mitte.example",
        "a b@mitte.example",
        "a/b@mitte.example",
        "a:b@mitte.example",
        "a%40b@mitte.example",
        "a..b@mitte.example",
        "alice@mitte..example",
        "alice@-mitte.example",
        "alice@mitte.example\n.x",
        f"{'a' * 250}@mitte.example",
    ],
)
def test_what_is_no_address_is_no_login(text: str) -> None:
    assert not is_mail_address(text)

    with pytest.raises(InvalidInputError):
        normalise_login(text)


@pytest.mark.parametrize("login", ["alice@mitte.example", "MAILTO:Alice@mitte.example"])
def test_a_calendar_user_address_is_a_mailto_uri(login: str) -> None:
    assert calendar_user_address(login) == "mailto:alice@mitte.example"


def test_addresses_compare_without_case_and_scheme() -> None:
    assert same_address("mailto:Alice@Mitte.example", "alice@mitte.EXAMPLE")
    assert not same_address("mailto:alice@mitte.example", "bob@mitte.example")

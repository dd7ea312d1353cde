"""A visitor over Flask's test client: follows links, fills in the forms that a page really has."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

BASE = "https://termine.example"


@dataclass
class Button:
    name: str
    value: str
    text: str = ""
    address: str = ""


@dataclass
class Form:
    address: str
    method: str
    identity: str = ""
    fields: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[Button] = field(default_factory=list)


class FormReader(HTMLParser):
    """Reads a page's forms as a browser would: hidden fields, checked boxes, chosen options."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._button: Button | None = None
        self._area = ""
        self._select = ""
        self._outside: list[tuple[str, Button]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(
                given.get("action", ""), given.get("method", "get"), given.get("id", "")
            )
            self.forms.append(self._form)
        elif tag == "button":
            self._button = Button(
                given.get("name", ""), given.get("value", ""), "", given.get("formaction", "")
            )
            if "form" in given:
                self._outside.append((given["form"], self._button))
            elif self._form is not None:
                self._form.buttons.append(self._button)
        elif self._form is not None:
            self._take(tag, given)

    def _take(self, tag: str, given: dict[str, str]) -> None:
        assert self._form is not None
        if tag == "input" and given.get("name"):
            if given.get("type") in ("checkbox", "radio") and "checked" not in given:
                return
            self._form.fields.setdefault(given["name"], []).append(given.get("value", ""))
        elif tag == "textarea":
            self._area = given["name"]
            self._form.fields[self._area] = [""]
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and "selected" in given:
            self._form.fields[self._select] = [given.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._button.text += data
        if self._area and self._form is not None:
            self._form.fields[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "button":
            self._button = None
        elif tag == "textarea":
            self._area = ""
        elif tag == "form":
            self._form = None

    def finish(self) -> list[Form]:
        for identity, button in self._outside:
            next(form for form in self.forms if form.identity == identity).buttons.append(button)
        return self.forms


def forms_of(page: TestResponse) -> list[Form]:
    reader = FormReader()
    reader.feed(page.text)
    return reader.finish()


class Visitor:
    """One browser: its cookies, and the page it sees."""

    def __init__(self, app: Flask, **headers: str) -> None:
        self.client = app.test_client()
        self.headers = {"Accept-Language": "de", **headers}
        self.page: TestResponse = None  # type: ignore[assignment]  # set by the first visit

    def get(self, address: str, **options: Any) -> TestResponse:
        options.setdefault("follow_redirects", True)
        headers = {**self.headers, **options.pop("headers", {})}
        self.page = self.client.get(address, base_url=BASE, headers=headers, **options)
        return self.page

    def press(self, label: str, /, **fields: Any) -> TestResponse:
        """Press the button whose words begin like this, with the form's fields changed."""
        form, button = self.find(label)
        sent: dict[str, Any] = {**form.fields, **fields}
        if button.name:
            sent[button.name] = button.value
        address = button.address or form.address or self.page.request.path
        if form.method == "get":
            return self.get(address, query_string=sent)
        return self.post(address, sent)

    def find(self, text: str) -> tuple[Form, Button]:
        for form in forms_of(self.page):
            for button in form.buttons:
                if " ".join(button.text.split()).startswith(text):
                    return form, button
        raise AssertionError(f"no button {text!r} in: {words(self.page)}")

    def post(self, address: str, data: dict[str, Any], **options: Any) -> TestResponse:
        options.setdefault("follow_redirects", True)
        headers = {**self.headers, **options.pop("headers", {})}
        self.page = self.client.post(address, base_url=BASE, data=data, headers=headers, **options)
        return self.page

    def follow(self, text: str) -> TestResponse:
        """Follow the first link whose words contain this."""
        for address, inner in re.findall(
            r'<a[^>]*href="([^"]+)"[^>]*>(.*?)</a>', self.page.text, re.S
        ):
            if text in plain(inner):
                return self.get(address.replace("&amp;", "&").removeprefix(BASE))
        raise AssertionError(f"no link {text!r} in: {words(self.page)}")

    def token(self) -> str:
        """The proof that a form of this browser carries."""
        form = next(form for form in forms_of(self.get("/mitte/code")) if "csrf" in form.fields)
        return form.fields["csrf"][0]


def plain(markup: str) -> str:
    text = re.sub(r"<[^>]+>", " ", markup)
    for entity, character in (("&amp;", "&"), ("&#34;", '"'), ("&#39;", "'"), ("&lt;", "<")):
        text = text.replace(entity, character)
    return " ".join(text.split())


def words(page: TestResponse) -> str:
    """What a person reads on a page."""
    body = page.text.partition("<main")[2].partition("</main>")[0]
    return plain(f"<main{body}")


def title(page: TestResponse) -> str:
    return plain(page.text.partition("<title>")[2].partition("</title>")[0])

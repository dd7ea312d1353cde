"""A message as text that a person can read and a test can compare."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import EmailMessage

FILE = "termin.ics"


def shape(message: EmailMessage) -> str:
    """Return how the parts nest, such as "multipart/mixed(text/plain, text/calendar)"."""
    kind = message.get_content_type()
    if method := message.get_param("method"):
        kind += f"; method={method}"
    if name := message.get_filename():
        kind += f" as {name}"
    if not message.is_multipart():
        return kind
    return f"{kind}({', '.join(shape(part) for part in message.iter_parts())})"


def plain(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def page(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("html",))
    assert body is not None
    return str(body.get_content())


def files(message: EmailMessage) -> list[str]:
    """Return the calendar files, wherever they hang."""
    return [
        part.get_payload(decode=True).decode()
        for part in message.walk()
        if part.get_content_type() == "text/calendar"
    ]


def readable(message: EmailMessage, name_link: Callable[[str], str]) -> str:
    """Return headers, shape, text and file; links are named by what they are for."""
    head = [f"{name}: {message[name]}" for name in ("From", "To", "Subject")]
    text = re.sub(r"/l/(\S+)", lambda found: f"/l/[{name_link(found[1])}]", plain(message))
    parts = ["\n".join([*head, f"Parts: {shape(message)}"]), text.strip()]
    for file in files(message)[:1]:
        unfolded = file.replace("\r\n ", "").replace("\r\n", "\n")
        parts.append(re.sub(r"BEGIN:VTIMEZONE.*END:VTIMEZONE\n", "", unfolded, flags=re.S).strip())
    lines = "\n\n".join(parts).splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines)

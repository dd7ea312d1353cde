"""Pages of the demo alone: the mails that it would have sent, the parts of its pages."""

from __future__ import annotations

from dataclasses import dataclass
from email import policy
from email.parser import BytesParser
from pathlib import Path

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

# The drawings of _icons.html.
ICONS = (
    *("on_site", "phone", "chat", "video", "leave", "clock", "calendar", "inbox"),
    *("person", "away", "check", "cross", "arrow", "message", "map"),
)


@dataclass(frozen=True, slots=True)
class ShownMail:
    """A mail as the page shows it."""

    to: str
    subject: str
    date: str
    text: str
    has_file: bool


def make_demo(folder: Path) -> Blueprint:
    """Return the demo's room."""
    room = Blueprint("demo", __name__, url_prefix="/demo")

    @room.get("/mails")
    def mails() -> ResponseReturnValue:
        files = sorted(folder.glob("*.eml"), key=lambda f: f.stat().st_mtime_ns, reverse=True)
        shown = [_read(file) for file in files]
        return render_template("demo_mails.html", mails=shown)

    @room.get("/components")
    def components() -> ResponseReturnValue:
        return render_template("demo_components.html", icons=ICONS)

    return room


def _read(file: Path) -> ShownMail:
    message = BytesParser(policy=policy.default).parsebytes(file.read_bytes())
    body = message.get_body(preferencelist=("plain",))
    files = any(part.get_content_type() == "text/calendar" for part in message.walk())
    return ShownMail(
        to=str(message["To"]),
        subject=str(message["Subject"]),
        date=str(message["Date"]),
        text=str(body.get_content()) if body else "",
        has_file=files,
    )

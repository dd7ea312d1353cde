"""What a client and a counsellor do over HTTP, in few words, for end-to-end tests."""

from __future__ import annotations

import base64
import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

from tests.live_server import Answer, LiveServer

ALICE = "alice@mitte.example"
DAYS = 40


def free_slots(server: LiveServer, *, service: str | None = None, **query: str) -> list[Any]:
    """The free slots of the coming weeks."""
    chosen = service or services(server)[0]["id"]
    first = datetime.now(ZoneInfo("Europe/Berlin")).date()
    last = first + timedelta(days=DAYS)
    asked = {"service": chosen, "from": first.isoformat(), "to": last.isoformat(), **query}
    address = "&".join(f"{name}={value}" for name, value in asked.items())
    answer = server.call("GET", f"/api/v1/mitte/slots?{address}")
    assert answer.status == 200, answer.text
    return list(answer.json["slots"])


def services(server: LiveServer) -> list[Any]:
    return list(server.call("GET", "/api/v1/mitte/services").json["services"])


def request_slot(server: LiveServer, slot: Any, **more: str) -> Answer:
    """Request a slot over the JSON interface."""
    wish = {
        "service": slot["service"],
        "channel": slot["channels"][0],
        "start": slot["start"],
        "counsellor": slot["counsellor"],
        **more,
    }
    return server.post_json("/api/v1/mitte/requests", wish)


def state_of(server: LiveServer, code: str) -> str:
    headers = {"Authorization": f"Bearer {code}"}
    answer = server.call("GET", "/api/v1/mitte/appointment", headers=headers)
    assert answer.status == 200, answer.text
    return str(answer.json["state"])


def dav_headers(login: str = ALICE, **more: str) -> dict[str, str]:
    password = f"demo-{login.partition('@')[0]}"
    secret = base64.b64encode(f"{login}:{password}".encode()).decode()
    named = {name.replace("_", "-"): value for name, value in more.items()}
    return {"Authorization": f"Basic {secret}", **named}


def events(
    server: LiveServer, login: str = ALICE, collection: str = "appointments"
) -> dict[str, str]:
    """Every object of a collection, by href."""
    body = (
        '<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop>'
        "<D:getetag/><C:calendar-data/></D:prop><C:filter>"
        '<C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>'
    )
    headers = dav_headers(login, Depth="1", Content_Type="application/xml")
    answer = server.call("REPORT", f"/dav/{login}/{collection}/", body, headers=headers)
    assert answer.status == 207, answer.text
    responses = re.findall(
        r"<(?:\w+:)?href>([^<]+)</(?:\w+:)?href>.*?calendar-data[^>]*>(.*?)</", answer.text, re.S
    )
    return {href: unescape(text) for href, text in responses}


def event_at(server: LiveServer, start: str, login: str = ALICE) -> tuple[str, str]:
    """The href and text of the scheduling object that starts at an RFC 3339 time."""
    found = [(href, text) for href, text in events(server, login).items() if starts_at(text, start)]
    assert len(found) == 1, f"{len(found)} objects at {start}"
    return found[0]


def starts_at(text: str, start: str) -> bool:
    """Tell whether this is a scheduling object that stands and starts at an RFC 3339 time."""
    wall = start[:19].replace("-", "").replace(":", "")
    stands = "ORGANIZER" in text and "STATUS:CANCELLED" not in text
    return stands and f"DTSTART;TZID=Europe/Berlin:{wall}" in text

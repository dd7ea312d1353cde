"""What calendar apps ask of a server, and what must come back."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import unquote

from bench.calendar_data import FIRST, Event, far_event, instant, utc, weeks_of
from bench.client import SPACES, Client, WrongAnswerError

HREF = re.compile(rb"<(?:\w+:)?href[^>]*>([^<]+)</(?:\w+:)?href>")
_numbers = itertools.count(1)


class Scenario:
    """One kind of request on one calendar: ``prepare`` once, then ``request`` and ``check``."""

    def __init__(self, client: Client, calendar: str, found: Mapping[str, Event]) -> None:
        """Know the calendar and what it holds."""
        self.client, self.found = client, found
        self.path = f"{client.account.home}{calendar}/"
        self.uids = list(found)

    def prepare(self) -> None:
        """Do what must be there before."""

    def request(self, number: int) -> bytes:
        """Return the request."""
        raise NotImplementedError

    def execute(self, payload: bytes) -> bytes:
        """Send it; return the body of the answer."""
        return self.client.call(payload, 200, 201, 204, 207)

    def check(self, number: int, body: bytes) -> None:
        """Insist on the right answer."""

    def need(self, condition: object, what: str) -> None:
        """Raise when the answer is wrong."""
        if not condition:
            raise WrongAnswerError(f"{self.client.account.name}, {type(self).__name__}: {what}")

    def hrefs(self, body: bytes) -> set[str]:
        """Return the last segments of the hrefs in an answer, without those of collections."""
        names = (unquote(href.decode()).rpartition("/")[2] for href in HREF.findall(body))
        return {name.removesuffix(".ics") for name in names if name}


class GetOne(Scenario):
    def request(self, number: int) -> bytes:
        return self.client.request("GET", f"{self.path}{self._uid(number)}.ics")

    def _uid(self, number: int) -> str:
        return self.uids[number * 7919 % len(self.uids)]

    def check(self, number: int, body: bytes) -> None:
        self.need(self._uid(number).encode() in body, "another object")


class Getctag(Scenario):
    def request(self, number: int) -> bytes:
        body = f"<D:propfind {SPACES}><D:prop><CS:getctag/></D:prop></D:propfind>"
        return self.client.xml("PROPFIND", self.path, body)

    def check(self, number: int, body: bytes) -> None:
        self.need(re.search(rb"getctag[^>]*>[^<]+<", body), "no ctag")


class Discovery(Scenario):
    """Principal, home set, list of calendars."""

    def request(self, number: int) -> bytes:
        return b""

    def execute(self, payload: bytes) -> bytes:
        ask, home = self.client, self.client.account.home
        for path, props in (
            (home, "<D:current-user-principal/><D:resourcetype/>"),
            (home, "<C:calendar-home-set/><D:displayname/><C:calendar-user-address-set/>"),
        ):
            body = f"<D:propfind {SPACES}><D:prop>{props}</D:prop></D:propfind>"
            ask.call(ask.xml("PROPFIND", path, body), 207)
        props = "<D:resourcetype/><D:displayname/><C:supported-calendar-component-set/>"
        props += "<D:current-user-privilege-set/>"
        body = f"<D:propfind {SPACES}><D:prop>{props}</D:prop></D:propfind>"
        return ask.call(ask.xml("PROPFIND", home, body, "1"), 207)

    def check(self, number: int, body: bytes) -> None:
        self.need(self.path.encode() in body or unquote(self.path).encode() in body, "not listed")


class Week(Scenario):
    days, props = 7, "<D:getetag/>"

    def window(self, number: int) -> tuple[int, int]:
        weeks = weeks_of(len(self.uids))
        start = FIRST.replace(hour=0) + timedelta(weeks=number * 13 % weeks)
        return instant(start), instant(start + timedelta(days=self.days))

    def hits(self, number: int) -> dict[str, list[int]]:
        start, end = self.window(number)
        inside = {uid: event.starts_in(start, end) for uid, event in self.found.items()}
        return {uid: starts for uid, starts in inside.items() if starts}

    def properties(self, start: str, end: str) -> str:
        return self.props

    def request(self, number: int) -> bytes:
        start, end = map(utc, self.window(number))
        body = (
            f"<C:calendar-query {SPACES}><D:prop>{self.properties(start, end)}</D:prop>"
            '<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">'
            f'<C:time-range start="{start}" end="{end}"/>'
            "</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"
        )
        return self.client.xml("REPORT", self.path, body, "1")

    def check(self, number: int, body: bytes) -> None:
        self.need(self.hrefs(body) == set(self.hits(number)), "other events")


class WeekData(Week):
    props = "<D:getetag/><C:calendar-data/>"

    def check(self, number: int, body: bytes) -> None:
        super().check(number, body)
        self.need(body.count(b"BEGIN:VCALENDAR") == len(self.hits(number)), "data is missing")


class WeekExpanded(Week):
    def properties(self, start: str, end: str) -> str:
        expand = f'<C:expand start="{start}" end="{end}"/>'
        return f"<D:getetag/><C:calendar-data>{expand}</C:calendar-data>"

    def check(self, number: int, body: bytes) -> None:
        super().check(number, body)
        wanted = sum(map(len, self.hits(number).values()))
        self.need(body.count(b"BEGIN:VEVENT") == wanted, "other instances")
        self.need(b"RRULE:FREQ=WEEKLY" not in body, "a rule is left")


class FreeBusy(Week):
    days = 28

    def request(self, number: int) -> bytes:
        start, end = map(utc, self.window(number))
        body = f'<C:free-busy-query {SPACES}><C:time-range start="{start}" end="{end}"/>'
        return self.client.xml("REPORT", self.path, f"{body}</C:free-busy-query>", "1")

    def check(self, number: int, body: bytes) -> None:
        text = re.sub(rb"\r?\n[ \t]", b"", body).decode()
        starts = set(re.findall(r"(\d{8}T\d{6}Z)/", text))
        wanted = {utc(at) for starts in self.hits(number).values() for at in starts}
        self.need(starts, "no busy time")
        self.need(starts <= wanted, "busy at other times")


class Multiget(Scenario):
    def _wanted(self, number: int) -> list[str]:
        step = max(1, len(self.uids) // 50)
        return [self.uids[(number * 7 + j * step) % len(self.uids)] for j in range(50)]

    def request(self, number: int) -> bytes:
        hrefs = "".join(f"<D:href>{self.path}{uid}.ics</D:href>" for uid in self._wanted(number))
        props = "<D:prop><D:getetag/><C:calendar-data/></D:prop>"
        body = f"<C:calendar-multiget {SPACES}>{props}{hrefs}</C:calendar-multiget>"
        return self.client.xml("REPORT", self.path, body, "1")

    def check(self, number: int, body: bytes) -> None:
        self.need(self.hrefs(body) == set(self._wanted(number)), "other members")
        wanted = len(set(self._wanted(number)))
        self.need(body.count(b"BEGIN:VCALENDAR") == wanted, "data is missing")


class InitialSync(Scenario):
    token = ""

    def request(self, number: int) -> bytes:
        return self._sync("")

    def _sync(self, token: str) -> bytes:
        body = (
            f"<D:sync-collection {SPACES}><D:sync-token>{token}</D:sync-token>"
            "<D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>"
        )
        return self.client.xml("REPORT", self.path, body)

    def read_token(self) -> str:
        body = self.client.call(self._sync(""), 207)
        found = re.search(rb"<(?:\w+:)?sync-token[^>]*>([^<]+)<", body)
        self.need(found, "no token")
        return found[1].decode() if found else ""

    def check(self, number: int, body: bytes) -> None:
        self.need(self.hrefs(body) >= set(self.uids), "members are missing")


class UnchangedSync(InitialSync):
    def prepare(self) -> None:
        self.token = self.read_token()

    def request(self, number: int) -> bytes:
        return self._sync(self.token)

    def check(self, number: int, body: bytes) -> None:
        self.need(not self.hrefs(body), "something changed")


class SyncOfTen(UnchangedSync):
    """After ten changes: four new, three changed, three gone."""

    def prepare(self) -> None:
        events = [far_event(next(_numbers)) for _ in range(10)]
        self.paths = {event.uid: f"{self.path}{event.uid}.ics" for event in events}
        for event in events[4:]:
            self._put(event.uid, event.text)
        self.token = self.read_token()
        for event in events[:4]:
            self._put(event.uid, event.text)
        for event in events[4:7]:
            self._put(event.uid, event.text.replace("SEQUENCE:0", "SEQUENCE:1"))
        for event in events[7:]:
            self.client.call(self.client.request("DELETE", self.paths[event.uid]), 200, 204)

    def _put(self, uid: str, text: str) -> None:
        self.client.call(self.client.put(self.paths[uid], text), 200, 201, 204)

    def check(self, number: int, body: bytes) -> None:
        self.need(self.hrefs(body) == set(self.paths), "other changes")


class ListEtags(Scenario):
    def request(self, number: int) -> bytes:
        body = f"<D:propfind {SPACES}><D:prop><D:getetag/></D:prop></D:propfind>"
        return self.client.xml("PROPFIND", self.path, body, "1")

    def check(self, number: int, body: bytes) -> None:
        self.need(self.hrefs(body) >= set(self.uids), "members are missing")


class PutNew(Scenario):
    def request(self, number: int) -> bytes:
        event = far_event(next(_numbers))
        return self.client.put(f"{self.path}{event.uid}.ics", event.text)


SCENARIOS: dict[str, type[Scenario]] = {
    "GET one": GetOne,
    "getctag": Getctag,
    "no-change sync": UnchangedSync,
    "discovery": Discovery,
    "one week, etags": Week,
    "one week, data": WeekData,
    "one week, expand": WeekExpanded,
    "free-busy, 4 weeks": FreeBusy,
    "multiget of 50": Multiget,
    "sync after 10": SyncOfTen,
    "initial sync": InitialSync,
    "PROPFIND depth 1": ListEtags,
    "PUT new": PutNew,
}

"""Two centres with the cast's staff, and a plain HTTP client for the application in-process."""

from __future__ import annotations

import base64
import io
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from wsgiref.types import WSGIApplication

from argon2 import PasswordHasher

from assisto_caldav.adapters.passwords import Argon2Passwords
from assisto_caldav.adapters.sql.migrate import migrate
from assisto_caldav.adapters.sql.unit_of_work import open_database
from assisto_caldav.adapters.tokens import SystemTokens
from assisto_caldav.adapters.vault import AesVault
from assisto_caldav.clock import FrozenClock
from assisto_caldav.config import Config, Secrets
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.identity import InstitutionId, Login
from assisto_caldav.domain.institution import Institution, StaffEntry, StaffRole, Texts
from assisto_caldav.domain.service import Service
from assisto_caldav.ports import Ports
from assisto_caldav.usecases import calendars
from assisto_caldav.usecases.actors import SYSTEM, Actor
from assisto_caldav.usecases.devices import add_app_password

ALICE = "alice@mitte.example"
BOB = "bob@mitte.example"
CAROL = "carol@nord.example"
FRANK = "frank@mitte.example"
MALLORY = "mallory@evil.example"
STAFF = (ALICE, BOB, CAROL, FRANK)
MONDAY_NOON = 1_796_036_400  # Monday, 30 November 2026, 12:00 in Berlin

NAMESPACES = {
    "D": "DAV:",
    "C": "urn:ietf:params:xml:ns:caldav",
    "CS": "http://calendarserver.org/ns/",
    "ICAL": "http://apple.com/ns/ical/",
}
XMLNS = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in NAMESPACES.items())


class FixedConfig:
    """The configuration of ports.py, which changes when a test says so."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def current(self) -> Config:
        return self._config

    def configure(self, institution: Institution) -> None:
        """Replace an institution, as a renewed file does."""
        institutions = {**self._config.institutions, institution.id: institution}
        self._config = replace(self._config, institutions=institutions)

    def limit(self, **limits: int) -> None:
        """Replace some limits, as a renewed file does."""
        self._config = replace(self._config, limits=replace(self._config.limits, **limits))


def limit(ports: Ports, **limits: int) -> None:
    """Change ``[limits]``, as a renewed file does."""
    assert isinstance(ports.config, FixedConfig)
    ports.config.limit(**limits)


def make_institution(name: str, *staff: StaffEntry) -> Institution:
    return Institution(
        id=InstitutionId(name),
        name=f"Beratungsstelle {name.title()}",
        zone="Europe/Berlin",
        appointment_address=f"termine@{name}.example",
        texts=Texts(
            crisis="Krise",
            imprint="Impressum",
            data_protection="Datenschutz",
            accessibility="Barrierefreiheit",
        ),
        services=(
            Service(id="s1", name="Erstgespräch", duration_minutes=60, channels=(Channel.VIDEO,)),
        ),
        staff=staff,
        channels=tuple(Channel),
        land="BE",
    )


def make_staff(login: str, *roles: StaffRole) -> StaffEntry:
    name = login.partition("@")[0]
    return StaffEntry(login=Login(login), name=name.title(), public_id=name, roles=frozenset(roles))


def make_config(folder: Path = Path("/nowhere")) -> Config:
    counsellor, administrator = StaffRole.COUNSELLOR, StaffRole.ADMINISTRATOR
    institutions = (
        make_institution(
            "mitte",
            make_staff(ALICE, counsellor, administrator),
            make_staff(BOB, counsellor),
            make_staff(FRANK, administrator),
        ),
        make_institution("nord", make_staff(CAROL, counsellor)),
    )
    return Config(
        file=folder / "assisto.toml",
        data_folder=folder,
        institutions_folder=folder,
        secrets=Secrets(key_file=folder / "key"),
        institutions={institution.id: institution for institution in institutions},
    )


@contextmanager
def open_ports(url: str = "sqlite::memory:") -> Iterator[Ports]:
    """Open a migrated database in which everybody has home, devices and nothing else."""
    clock = FrozenClock(MONDAY_NOON)
    vault = AesVault(b"k" * 32)
    database = open_database(url, vault=vault, clock=clock)
    ports = Ports(
        database=database,
        clock=clock,
        tokens=SystemTokens(b"k" * 32),
        vault=vault,
        passwords=Argon2Passwords(PasswordHasher(1, 8, 1)),
        config=FixedConfig(make_config()),
    )
    try:
        migrate(database)
        calendars.ensure_homes(ports)
        with database.writing() as unit:
            for login in STAFF:
                name = login.partition("@")[0]
                actor = Actor(login, SYSTEM)
                add_app_password(unit, ports, actor, label="Test", secret=f"demo-{name}")
        yield ports
    finally:
        database.close()


@dataclass(frozen=True)
class Reply:
    """An answer; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def xml(self) -> ET.Element:
        return ET.fromstring(self.body)

    @property
    def conditions(self) -> list[str]:
        """The elements of a D:error, by short names."""
        return [short(child.tag) for child in self.xml] if self.body else []

    def responses(self) -> dict[str, dict[str, ET.Element] | int]:
        """Properties of each href with status 200, or the href's own status."""
        found: dict[str, dict[str, ET.Element] | int] = {}
        for response in self.xml.iterfind("D:response", NAMESPACES):
            href = unquote(response.findtext("D:href", "", NAMESPACES))
            status = response.findtext("D:status", "", NAMESPACES)
            found[href] = int(status.split()[1]) if status else _properties(response)
        return found

    def value(self, name: str, href: str | None = None) -> str:
        """The text of a property, of the only response unless an href is given."""
        found = self.responses()
        properties = found[href] if href else next(iter(found.values()))
        assert isinstance(properties, dict)
        return properties[name].text or ""

    def hrefs(self, name: str) -> list[str]:
        """The hrefs in a property of the only response."""
        properties = next(iter(self.responses().values()))
        assert isinstance(properties, dict)
        return [
            unquote(node.text or "") for node in properties[name].iterfind("D:href", NAMESPACES)
        ]


def _properties(response: ET.Element) -> dict[str, ET.Element]:
    found = {}
    for propstat in response.iterfind("D:propstat", NAMESPACES):
        if " 200 " in propstat.findtext("D:status", "", NAMESPACES):
            for node in propstat.findall("D:prop/*", NAMESPACES):
                found[short(node.tag)] = node
    return found


def short(clark: str) -> str:
    namespace, _, local = clark[1:].partition("}")
    prefixes = {name: prefix for prefix, name in NAMESPACES.items()}
    return f"{prefixes[namespace]}:{local}" if namespace in prefixes else clark


@dataclass
class DavClient:
    """A plain HTTP client over WSGI; paths are below ``/dav``."""

    app: WSGIApplication
    login: str = ALICE
    password: str = ""
    prefix: str = "/dav"
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def home(self) -> str:
        return f"/{self.login}/"

    def request(self, method: str, path: str, body: str | bytes = b"", **headers: str) -> Reply:
        raw = body.encode() if isinstance(body, str) else body
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": self.prefix,
            "PATH_INFO": unquote(path.partition("?")[0]).encode().decode("latin-1"),
            "QUERY_STRING": path.partition("?")[2],
            "SERVER_PROTOCOL": "HTTP/1.1",
            "SERVER_NAME": "centre.example",
            "SERVER_PORT": "443",
            "REMOTE_ADDR": "192.0.2.7",
            "HTTP_HOST": "centre.example",
            "wsgi.input": io.BytesIO(raw),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "https",
            **self.extra,
        }
        if raw:
            environ["CONTENT_LENGTH"] = str(len(raw))
        password = self.password or f"demo-{self.login.partition('@')[0]}"
        if self.login:
            token = base64.b64encode(f"{self.login}:{password}".encode()).decode()
            environ["HTTP_AUTHORIZATION"] = f"Basic {token}"
        for name, value in headers.items():
            key = name.upper()
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        return self._call(environ)

    def _call(self, environ: dict[str, Any]) -> Reply:
        told: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> Any:
            told.extend((status, headers))

        body = b"".join(self.app(environ, start_response))
        headers = {name.lower(): value for name, value in told[1]}
        if "content-length" in headers and environ["REQUEST_METHOD"] != "HEAD":
            assert int(headers["content-length"]) == len(body)
        return Reply(int(told[0].split()[0]), headers, body)

    def put(self, path: str, text: str | bytes, **headers: str) -> Reply:
        return self.request(
            "PUT", path, text, **{"content_type": "text/calendar; charset=utf-8", **headers}
        )

    def propfind(self, path: str, names: str, depth: str = "0", **headers: str) -> Reply:
        body = f"<D:propfind {XMLNS}><D:prop>{names}</D:prop></D:propfind>"
        return self.request("PROPFIND", path, body, depth=depth, **headers)

    def report(self, path: str, name: str, inner: str, **headers: str) -> Reply:
        return self.request("REPORT", path, f"<{name} {XMLNS}>{inner}</{name}>", **headers)

    def query(self, path: str, filters: str, props: str = "<D:getetag/>") -> Reply:
        inner = (
            f"<D:prop>{props}</D:prop><C:filter><C:comp-filter name='VCALENDAR'>{filters}"
            "</C:comp-filter></C:filter>"
        )
        return self.report(path, "C:calendar-query", inner, depth="1")

    def found(self, path: str, filters: str) -> list[str]:
        """The last segments of what a query finds."""
        return sorted(href.rpartition("/")[2] for href in self.query(path, filters).responses())


def make_event(
    uid: str = "one",
    *lines: str,
    start: str = "DTSTART:20261201T090000Z",
    end: str = "DTEND:20261201T100000Z",
    component: str = "VEVENT",
) -> str:
    """One calendar object with CRLF line ends; lines are put into its component."""
    inner = [f"UID:{uid}", "DTSTAMP:20261101T000000Z", start, end, *lines]
    return as_calendar(f"BEGIN:{component}", *filter(None, inner), f"END:{component}")


def as_calendar(*lines: str) -> str:
    text = "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN", *lines))
    return f"{text}\r\nEND:VCALENDAR\r\n"


def window(start: str, end: str) -> str:
    """A filter on events in a window of days, as 20261201."""
    return (
        "<C:comp-filter name='VEVENT'>"
        f"<C:time-range start='{start}T000000Z' end='{end}T000000Z'/></C:comp-filter>"
    )

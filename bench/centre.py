"""A centre of twenty counsellors behind ``assisto serve``, and clients who ask it all at once."""

from __future__ import annotations

import json
import random
import statistics
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from assisto_caldav.bootstrap import opened, prepared
from assisto_caldav.domain.booking_times import WeeklyRule
from assisto_caldav.ports import Ports
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.booking_times import save_rule
from assisto_caldav.usecases.calendars import ensure_homes, put_object
from bench.client import Account, Client
from bench.servers import free_port, running

COUNSELLORS = 20
CLIENTS = 8
DAYS = 31
EVENTS_A_DAY = 3
API = "/api/v1/mitte"
LOGINS = tuple(f"berater{number}@mitte.example" for number in range(COUNSELLORS))

# One machine asks for everybody: what protects from one visitor is out of the way.
_SERVER = """
data_folder = "data"
institutions_folder = "institutions"
[server]
public_url = "http://127.0.0.1:{port}"
port = {port}
[visitors]
holds_per_network = 100000
requests_per_network = 100000
"""
_CENTRE = """
name = "Beratungsstelle Mitte"
zone = "Europe/Berlin"
appointment_address = "termine@mitte.example"
channels = ["on_site"]
[clients]
choose_counsellor = true
[mail]
sender_address = "termine@mitte.example"
[[services]]
id = "s1"
name = "Beratung"
duration_minutes = 50
follow_up_minutes = 10
channels = ["on_site"]
"""
_PERSON = """
[[staff]]
login = "{login}"
name = "{name}"
public_id = "{name}"
roles = ["counsellor"{more}]
"""


@dataclass(frozen=True)
class Centre:
    """The running server, and the configuration that opens its database."""

    account: Account
    config: Path

    @contextmanager
    def ports(self) -> Iterator[Ports]:
        """Lend the ports over the server's own database."""
        with opened(self.config) as found:
            yield found.ports


@contextmanager
def centre(folder: Path) -> Iterator[Centre]:
    """Run the centre with a full month of booking times and events."""
    port, log = free_port(), folder / "centre.log"
    config = folder / "assisto.toml"
    (folder / "institutions").mkdir()
    config.write_text(_SERVER.format(port=port))
    people = "".join(
        _PERSON.format(
            login=login,
            name=login.partition("@")[0],
            more="" if number else ', "administrator"',
        )
        for number, login in enumerate(LOGINS)
    )
    (folder / "institutions" / "mitte.toml").write_text(_CENTRE + people)
    with prepared(config) as found:
        ensure_homes(found.ports)
        source = random.Random(3)
        for login in LOGINS:
            _draw(found.ports, Actor(login, "bench"), source)
    argv = [sys.executable, "-m", "assisto_caldav", "--config", str(config), "serve"]
    with running(argv, port=port, log=log, env={}) as group:
        yield Centre(Account("ours", port, "/", "", "", log, group), config)


def first_day() -> date:
    """Return the first day of the month that is asked for."""
    return datetime.now(UTC).date() + timedelta(days=2)


def _draw(ports: Ports, actor: Actor, source: random.Random) -> None:
    today = datetime.now(UTC).date()
    monday = today - timedelta(days=today.weekday())
    save_rule(ports, actor, WeeklyRule((0, 1, 2, 3, 4), time(9), time(17), first=monday))
    for number in range(5 * EVENTS_A_DAY):
        day = monday + timedelta(days=number // EVENTS_A_DAY)
        wall = f"{day:%Y%m%d}T{source.randrange(9, 17):02}"
        text = (
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\nBEGIN:VEVENT\r\n"
            f"UID:{actor.login}-{number}\r\nDTSTAMP:20261101T000000Z\r\n"
            f"DTSTART;TZID=Europe/Berlin:{wall}0000\r\nDTEND;TZID=Europe/Berlin:{wall}3000\r\n"
            "RRULE:FREQ=WEEKLY\r\nSUMMARY:Belegt\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
        put_object(
            ports,
            actor,
            owner=actor.login,
            collection="appointments",
            href=f"{number}.ics",
            raw=text.encode(),
        )


def month(client: Client) -> bytes:
    """Return the question for the slots of a month with any counsellor."""
    first = first_day()
    last = first + timedelta(days=DAYS - 1)
    return client.request("GET", f"{API}/slots?service=s1&from={first}&to={last}")


def post(client: Client, path: str, sent: Mapping[str, Any]) -> bytes:
    """Return a POST of JSON."""
    text = json.dumps(sent)
    return client.request("POST", f"{API}{path}", text, Content_Type="application/json")


def at_once(account: Account, act: Callable[[int, Client], list[float]]) -> list[float]:
    """Let the clients act together, each on its own connection; return all that they measured.

    Raises:
        Exception: What the first client that failed met.
    """
    measured: list[float] = []
    failed: list[Exception] = []
    ready = threading.Barrier(CLIENTS)

    def run(number: int) -> None:
        client = Client(account)
        ready.wait()
        try:
            measured.extend(act(number, client))
        except Exception as exc:  # noqa: BLE001 - told by the caller's thread
            failed.append(exc)
        finally:
            client.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return measured


def p95(times: list[float]) -> float:
    """Return the time that 95 % keep to."""
    return statistics.quantiles(times, n=20)[-1]

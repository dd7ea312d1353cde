"""A year of each app's own export: what blocks, and when."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assisto_caldav.domain.calendar_object import parse_calendar_object
from assisto_caldav.domain.calendar_split import split_calendar
from assisto_caldav.domain.freebusy import fbtype
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.recurrence import expand

SAMPLES = Path(__file__).parents[1] / "ics"
BERLIN = ZoneInfo("Europe/Berlin")
YEAR = Interval(
    int(datetime(2027, 1, 1, tzinfo=BERLIN).timestamp()),
    int(datetime(2028, 1, 1, tzinfo=BERLIN).timestamp()),
)


def busy(name: str) -> dict[str, list[tuple[str, str]]]:
    """Return start and kind of all instances of a sample, by the summary of each UID."""
    found: dict[str, list[tuple[str, str]]] = {}
    text = (SAMPLES / name).read_bytes().decode()
    for part in split_calendar(text):
        obj = parse_calendar_object(part.text.encode())
        found[part.summary] = [
            (
                f"{datetime.fromtimestamp(one.start, BERLIN):%m-%d %H:%M}",
                fbtype(obj.components[one.component_index], ["alice@mitte.example"]),
            )
            for one in expand(obj, YEAR, floating_zone=BERLIN)
        ]
    return found


def test_a_year_of_thunderbird() -> None:
    found = busy("thunderbird.ics")

    meetings = found["Teamsitzung"]
    assert len(meetings) == 48
    assert ("02-17 14:00", "BUSY") in meetings
    assert not {"02-16 09:00", "03-30 09:00", "07-27 09:00"} & {start for start, _ in meetings}
    assert meetings[-1] == ("12-21 09:00", "BUSY")
    assert found["Urlaub"] == [("07-19 00:00", "FREE")]
    assert [start for start, _ in found["Supervision"]][2:5] == [
        "03-04 14:00",
        "04-01 14:00",
        "05-06 14:00",
    ]
    assert {kind for _, kind in found["Supervision"]} == {"BUSY-TENTATIVE"}
    assert found["Statistik abgeben"][0][1] == "FREE"


def test_a_year_of_google() -> None:
    found = busy("google.ics")

    hours = {start for start, _ in found["Telefonsprechstunde"]}
    assert len(hours) == 154
    assert "02-10 10:00" in hours
    assert not {"02-10 08:00", "03-29 08:00", "05-17 08:00"} & hours
    assert "12-31 08:00" in hours
    assert found["Fallbesprechung"] == [("04-15 14:00", "FREE")]
    assert found["Geburtstag Bob"] == [("03-01 00:00", "FREE")]
    assert found["Betriebsferien"] == [("12-24 00:00", "BUSY")]


def test_a_year_of_outlook() -> None:
    found = busy("outlook.ics")

    groups = [start for start, _ in found["Gruppenangebot"]]
    assert len(groups) == 24
    assert groups[:4] == ["01-13 16:00", "01-27 16:00", "02-11 16:00", "02-24 16:00"]
    assert "03-24 16:00" not in groups
    assert "04-07 16:00" in groups
    assert found["Fortbildung"] == [("05-10 00:00", "BUSY-UNAVAILABLE")]
    assert found["Anruf aus dem Ausland"] == [("06-07 11:00", "BUSY-TENTATIVE")]
    assert found["Merker"] == [("09-02 10:00", "FREE")]


def test_a_year_of_apple() -> None:
    found = busy("apple.ics")

    hours = [start for start, _ in found["Paarberatung"]]
    assert len(hours) == 50
    assert "02-19 13:30" in hours
    assert not {"02-19 11:00", "03-26 11:00", "05-07 11:00"} & set(hours)
    assert found["Osterurlaub"] == [("03-29 00:00", "FREE")]
    assert found["Schwimmen"] == [("06-14 09:30", "BUSY")]
    assert [start for start, _ in found["Videokonferenz"]] == ["11-04 16:00", "12-04 17:00"]


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.ics")), ids=lambda path: path.stem)
def test_every_sample_has_the_line_ends_of_its_app_and_lines_of_75_octets(path: Path) -> None:
    lines = path.read_bytes().split(b"\r\n")

    assert all(len(line) <= 75 and b"\n" not in line for line in lines)

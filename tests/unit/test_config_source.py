"""The configuration is renewed while the server runs, and a mistake changes nothing."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from assisto_caldav.clock import FrozenClock
from assisto_caldav.config import ConfigSource
from assisto_caldav.errors import ConfigError

CENTRE = 'name = "{name}"\nappointment_address = "termine@mitte.example"\n'


@pytest.fixture
def mitte(tmp_path: Path) -> Path:
    (tmp_path / "institutions").mkdir()
    (tmp_path / "assisto.toml").write_text("", encoding="utf-8")
    file = tmp_path / "institutions" / "mitte.toml"
    file.write_text(CENTRE.format(name="Mitte"), encoding="utf-8")
    return file


def open_source(tmp_path: Path) -> tuple[ConfigSource, FrozenClock]:
    clock = FrozenClock(1_800_000_000)
    return ConfigSource(tmp_path / "assisto.toml", clock, {}), clock


def name_of(source: ConfigSource) -> str:
    return source.current().institutions["mitte"].name


def test_a_change_is_picked_up(tmp_path: Path, mitte: Path) -> None:
    source, clock = open_source(tmp_path)
    mitte.write_text(CENTRE.format(name="Neue Mitte"), encoding="utf-8")

    clock.advance(1)

    assert name_of(source) == "Neue Mitte"


def test_the_files_are_looked_at_once_a_second_only(tmp_path: Path, mitte: Path) -> None:
    source, _ = open_source(tmp_path)

    mitte.write_text(CENTRE.format(name="Neue Mitte"), encoding="utf-8")

    assert name_of(source) == "Mitte"


def test_a_replaced_file_of_equal_age_and_size_is_picked_up(tmp_path: Path, mitte: Path) -> None:
    source, clock = open_source(tmp_path)
    stamp = mitte.stat()
    new = tmp_path / "new"
    new.write_text(CENTRE.format(name="Ettim"), encoding="utf-8")
    os.utime(new, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    new.replace(mitte)

    clock.advance(1)

    assert name_of(source) == "Ettim"


def test_a_new_institution_is_picked_up(tmp_path: Path, mitte: Path) -> None:
    source, clock = open_source(tmp_path)
    mitte.with_name("nord.toml").write_text(CENTRE.format(name="Nord"), encoding="utf-8")

    clock.advance(1)

    assert list(source.current().institutions) == ["mitte", "nord"]


def test_a_mistake_leaves_the_last_good_configuration(tmp_path: Path, mitte: Path) -> None:
    source, clock = open_source(tmp_path)
    mitte.write_text('name = "Neue Mitte"\nzone = "Mitte"\n', encoding="utf-8")

    clock.advance(1)

    assert name_of(source) == "Mitte"
    assert [problem.key for problem in source.problems] == ["appointment_address", "zone"]


def test_a_mistake_is_logged_once(
    tmp_path: Path, mitte: Path, caplog: pytest.LogCaptureFixture
) -> None:
    source, clock = open_source(tmp_path)
    mitte.write_text("name = \n", encoding="utf-8")

    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            clock.advance(1)
            source.current()

    assert len(caplog.records) == 1
    assert "mitte.toml:1" in caplog.text


def test_a_corrected_mistake_is_forgotten(tmp_path: Path, mitte: Path) -> None:
    source, clock = open_source(tmp_path)
    mitte.write_text("name = \n", encoding="utf-8")
    clock.advance(1)
    source.current()
    mitte.write_text(CENTRE.format(name="Neue Mitte"), encoding="utf-8")

    clock.advance(1)

    assert name_of(source) == "Neue Mitte"
    assert source.problems == ()


def test_a_file_that_vanishes_takes_nothing_away_by_accident(tmp_path: Path, mitte: Path) -> None:
    source, clock = open_source(tmp_path)
    mitte.unlink()

    clock.advance(1)

    assert name_of(source) == "Mitte"
    assert len(source.problems) == 1


def test_without_any_good_configuration_nothing_starts(tmp_path: Path, mitte: Path) -> None:
    mitte.write_text("name = \n", encoding="utf-8")

    with pytest.raises(ConfigError):
        open_source(tmp_path)

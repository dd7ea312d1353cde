"""A home out of the server and in again."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest

from assisto_caldav.adapters.home_files import MANIFEST, read_home, write_home
from assisto_caldav.domain.home_copy import HomeCopy
from assisto_caldav.errors import (
    ConflictError,
    InvalidInputError,
    LimitReachedError,
    NotFoundError,
)
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.calendars import make_calendar, put_object
from assisto_caldav.usecases.export_calendar import copy_home, join_calendar
from assisto_caldav.usecases.import_home import import_home
from tests.appointments import APP, DETAILS, make_request, text_of
from tests.office import ALICE, BOB, Office, open_office

EVENT = (
    "BEGIN:VCALENDAR\nVERSION:2.0\nX-ODD:kept\nBEGIN:VEVENT\nUID:{uid}\nSUMMARY:Süß\r\n"
    " und gefaltet\nDTSTART:20261207T090000Z\nEND:VEVENT\nEND:VCALENDAR"
)
ODD_HREF = "ö ü\\..%2F.ics"
MOST = 10_000_000


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as opened:
        yield opened


def fill(office: Office) -> None:
    props = {"D:displayname": "Privates & mehr", "{x:y}z": "<a/>"}
    make_calendar(office.ports, APP, owner=ALICE, name="Mein Ä", props=props)
    for name, href in (("Mein Ä", ODD_HREF), ("absences", "a.ics"), ("appointments", "own.ics")):
        raw = EVENT.format(uid=href).encode()
        put_object(office.ports, APP, owner=ALICE, collection=name, href=href, raw=raw)


def shape(office: Office) -> dict[str, object]:
    """Everything that an export promises to bring back."""
    copy = copy_home(office.ports, APP, owner=ALICE)
    with office.ports.database.reading() as unit:
        etags = {
            found.name: unit.objects.etags(found.id) for found in unit.collections.of_owner(ALICE)
        }
    return {"copy": copy.collections, "etags": etags}


@pytest.mark.parametrize("name", ["home", "home.zip"])
def test_an_empty_home_becomes_the_one_that_was_exported(
    office: Office, tmp_path: Path, name: str
) -> None:
    fill(office)
    write_home(tmp_path / name, copy_home(office.ports, APP, owner=ALICE))

    with open_office() as other:
        copy = read_home(tmp_path / name, max_bytes=MOST)
        report = import_home(other.ports, APP, owner=ALICE, copy=copy)

        assert shape(other) == shape(office)
    assert (report.taken, report.refused, report.own_events) == (3, [], [])
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_second_import_changes_nothing(office: Office) -> None:
    fill(office)
    copy = copy_home(office.ports, APP, owner=ALICE)
    with office.ports.database.reading() as unit:
        before = unit.collections.of_owner(ALICE)

    report = import_home(office.ports, APP, owner=ALICE, copy=copy)

    with office.ports.database.reading() as unit:
        assert unit.collections.of_owner(ALICE) == before
    assert report.refused == []


def test_an_appointment_of_here_stays_what_it_is_here(office: Office) -> None:
    make_request(office)
    copy = copy_home(office.ports, APP, owner=ALICE)
    text = text_of(office)
    older = changed(copy, lambda raw: raw.replace(b"TENTATIVE", b"CANCELLED"))

    same = import_home(office.ports, APP, owner=ALICE, copy=copy)
    other = import_home(office.ports, APP, owner=ALICE, copy=older)

    assert same.refused == []
    assert [place.collection for place in other.refused] == ["appointments"]
    assert text_of(office) == text


def changed(copy: HomeCopy, change: object) -> HomeCopy:
    assert callable(change)
    return replace(
        copy,
        collections=tuple(
            replace(
                found,
                objects=tuple(replace(one, raw=change(one.raw)) for one in found.objects),
            )
            for found in copy.collections
        ),
    )


def test_an_appointment_of_elsewhere_becomes_an_own_event_and_is_named(office: Office) -> None:
    make_request(office)
    copy = copy_home(office.ports, APP, owner=ALICE)

    with open_office() as other:
        report = import_home(other.ports, APP, owner=ALICE, copy=copy)

        with other.ports.database.reading() as unit:
            target = unit.collections.get(ALICE, "appointments")
            assert target is not None
            [stored] = unit.objects.all(target.id)
    assert stored.appointment is None
    assert [place.href for place in report.own_events] == [stored.href]


def test_what_is_refused_is_named_with_its_reason_and_keeps_nothing_else_out(
    office: Office,
) -> None:
    fill(office)
    copy = changed(
        copy_home(office.ports, APP, owner=ALICE),
        lambda raw: raw.replace(b"UID:a.ics", b"UID:a.ics\nRRULE:FREQ=SECONDLY"),
    )

    with open_office() as other:
        report = import_home(other.ports, APP, owner=ALICE, copy=copy)

    [place] = report.refused
    assert (place.collection, place.href) == ("absences", "a.ics")
    assert place.why.startswith("kein gültiger Eintrag (")
    assert report.taken == 2


def test_nothing_is_stored_when_a_collection_cannot_be_made(office: Office) -> None:
    fill(office)
    copy = copy_home(office.ports, APP, owner=ALICE)
    last = replace(copy.collections[-1], name="inbox")
    broken = replace(copy, collections=(*copy.collections[:-1], last))

    with open_office() as other:
        empty = shape(other)
        with pytest.raises(NotFoundError):
            import_home(other.ports, APP, owner=ALICE, copy=broken)

        assert shape(other) == empty


def test_nobody_exports_another_home(office: Office) -> None:
    with pytest.raises(NotFoundError):
        copy_home(office.ports, Actor(BOB, "export"), owner=ALICE)
    with pytest.raises(NotFoundError):
        join_calendar(office.ports, Actor(BOB, "export"), owner=ALICE, name="absences")


def test_no_sealed_text_is_in_an_export(office: Office, tmp_path: Path) -> None:
    make_request(office)

    write_home(tmp_path / "home", copy_home(office.ports, APP, owner=ALICE))

    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for word in vars_of(DETAILS):
        assert word.encode() not in written


def vars_of(details: object) -> list[str]:
    """The texts that are sealed."""
    assert is_dataclass(details)
    found = [getattr(details, one.name) for one in fields(details)]
    texts = [text for text in found if isinstance(text, str) and len(text) > 2]
    assert texts
    return texts


def test_a_target_that_is_there_is_not_touched(office: Office, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()

    with pytest.raises(ConflictError):
        write_home(tmp_path / "home", copy_home(office.ports, APP, owner=ALICE))

    assert list((tmp_path / "home").iterdir()) == []


def test_a_write_that_fails_leaves_nothing(office: Office, tmp_path: Path) -> None:
    fill(office)
    copy = copy_home(office.ports, APP, owner=ALICE)
    broken = changed(copy, lambda raw: None)

    for name in ("home", "home.zip"):
        with pytest.raises((TypeError, AttributeError)):
            write_home(tmp_path / name, broken)

    assert list(tmp_path.iterdir()) == []


def test_a_zip_that_unpacks_to_more_than_allowed_is_refused_after_that_much(
    office: Office, tmp_path: Path
) -> None:
    fill(office)
    target = tmp_path / "home.zip"
    write_home(target, changed(copy_home(office.ports, APP, owner=ALICE), lambda _: bytes(10**7)))
    assert target.stat().st_size < 10**6

    with pytest.raises(LimitReachedError):
        read_home(target, max_bytes=10**6)


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        '{"format": "assisto-home", "version": 2}',
        '{"format": "assisto-home", "version": 1, "login": "a", "made_at": "never"}',
    ],
)
def test_a_folder_that_is_no_export_is_refused(tmp_path: Path, manifest: str) -> None:
    (tmp_path / MANIFEST).write_text(manifest)

    with pytest.raises(InvalidInputError):
        read_home(tmp_path, max_bytes=MOST)


@pytest.mark.parametrize("file", ["/etc/passwd", "../00001.ics", "01-a/../../x.ics", "01-a/1.ics"])
def test_no_file_outside_of_an_export_is_read(office: Office, tmp_path: Path, file: str) -> None:
    fill(office)
    write_home(tmp_path / "home", copy_home(office.ports, APP, owner=ALICE))
    path = tmp_path / "home" / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["collections"][-1]["objects"][0]["file"] = file
    path.write_text(json.dumps(manifest), encoding="utf-8")

    with pytest.raises(InvalidInputError):
        read_home(tmp_path / "home", max_bytes=MOST)


def test_a_broken_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04nonsense")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("other.txt", "text")

    for name in ("a.zip", "b.zip"):
        with pytest.raises(InvalidInputError):
            read_home(tmp_path / name, max_bytes=MOST)

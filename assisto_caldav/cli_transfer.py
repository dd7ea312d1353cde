"""``assisto import`` and ``assisto export``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from assisto_caldav.adapters.home_files import read_home, write_home, write_whole
from assisto_caldav.bootstrap import opened, prepared
from assisto_caldav.errors import AssistoError, ConflictError, LimitReachedError
from assisto_caldav.ports import Ports
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.calendars import ensure_homes
from assisto_caldav.usecases.export_calendar import copy_home, join_calendar
from assisto_caldav.usecases.import_calendar import import_file
from assisto_caldav.usecases.import_home import HomeReport, Place, import_home


def add_arguments(importer: argparse.ArgumentParser, exporter: argparse.ArgumentParser) -> None:
    """Describe what the two commands take."""
    importer.add_argument("login")
    importer.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="QUELLE",
        help="Kalender (.ics) aus anderen Programmen, oder ein Export von hier (Ordner oder .zip)",
    )
    importer.add_argument("--calendar", help="Name des Kalenders (sonst der Name der Datei)")
    exporter.add_argument("login")
    exporter.add_argument(
        "target",
        type=Path,
        metavar="ZIEL",
        help="ein neuer Ordner oder eine neue .zip: alle Kalender; eine .ics: einer",
    )
    exporter.add_argument("--calendar", default="appointments", help="welcher, mit .ics als Ziel")


def import_files(arguments: argparse.Namespace) -> int:
    """Take over calendars of other programs, or a home that was exported here."""
    with prepared(arguments.config) as found:
        ensure_homes(found.ports)
        results = [_import(found.ports, arguments, source) for source in arguments.files]
    return 0 if all(results) else 1


def _import(ports: Ports, arguments: argparse.Namespace, source: Path) -> bool:
    """Import one source and say what became of it; return whether all of it was taken."""
    is_home = source.is_dir() or source.suffix.lower() == ".zip"
    try:
        if is_home:
            return _import_home(ports, arguments.login, source)
        return _import_file(ports, arguments, source)
    except OSError as exc:
        print(f"{source} lässt sich nicht lesen: {exc.strerror}", file=sys.stderr)
    except AssistoError as exc:
        print(f"{source}: {exc}", file=sys.stderr)
    return False


def _import_file(ports: Ports, arguments: argparse.Namespace, file: Path) -> bool:
    most = ports.config.current().limits.max_import_bytes
    if file.stat().st_size > most:
        raise LimitReachedError("Die Datei ist größer als limits.max_import_bytes.")
    report = import_file(
        ports,
        Actor(arguments.login, "import"),
        owner=arguments.login,
        name=arguments.calendar or file.stem,
        raw=file.read_bytes(),
    )
    print(f"{file}: {len(report.taken)} übernommen, {len(report.refused)} nicht übernommen")
    for refused in report.refused:
        print(f"  {refused.summary or refused.uid}: {refused.why}")
    return not report.refused


def _import_home(ports: Ports, login: str, source: Path) -> bool:
    copy = read_home(source, max_bytes=ports.config.current().limits.max_import_bytes)
    report = import_home(ports, Actor(login, "import"), owner=login, copy=copy)
    print(f"{source}: {_summary(report)}")
    for place in report.refused:
        print(f"  {_spell(place)}: {place.why}")
    for place in report.own_events:
        print(f"  {_spell(place)}: hier kein Termin mehr, sondern ein eigener Eintrag")
    return not report.refused


def _summary(report: HomeReport) -> str:
    return (
        f"{report.collections} Kalender, {report.taken} Einträge übernommen,"
        f" {len(report.refused)} nicht übernommen"
    )


def _spell(place: Place) -> str:
    return f"{place.collection}/{place.href}"


def export_files(arguments: argparse.Namespace) -> int:
    """Write a whole home, or one calendar, to a file that is not there yet."""
    login, target = arguments.login, arguments.target
    actor = Actor(login, "export")
    try:
        with opened(arguments.config) as found:
            if target.suffix.lower() == ".ics":
                print(_export_calendar(found.ports, actor, target, arguments.calendar))
            else:
                copy = copy_home(found.ports, actor, owner=login)
                write_home(target, copy)
                count = sum(len(one.objects) for one in copy.collections)
                print(f"{target}: {len(copy.collections)} Kalender, {count} Einträge")
    except OSError as exc:
        print(f"{target} lässt sich nicht schreiben: {exc.strerror}", file=sys.stderr)
        return 1
    return 0


def _export_calendar(ports: Ports, actor: Actor, target: Path, name: str) -> str:
    if target.exists():
        raise ConflictError(f"{target} gibt es schon.")
    joined = join_calendar(ports, actor, owner=actor.login, name=name)
    write_whole(target, lambda path: _write(path, joined.text))
    left_out = f", {joined.left_out} nicht lesbar" if joined.left_out else ""
    return f"{target}: {name}{left_out}"


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode())

"""Read all files of the configuration together, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from assisto_caldav.config.document import Document, parse_file
from assisto_caldav.config.institutions import check_id, read_institution
from assisto_caldav.config.model import Config
from assisto_caldav.config.problems import Problem
from assisto_caldav.config.server import (
    Surroundings,
    read_database,
    read_limits,
    read_log,
    read_mail,
    read_secrets,
    read_server,
    read_sessions,
)
from assisto_caldav.config.table import Table
from assisto_caldav.config.visitors import read_visitors
from assisto_caldav.domain.institution import Institution
from assisto_caldav.errors import ConfigError


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """Read ``assisto.toml`` at ``path`` and the institutions' files that it names.

    Raises:
        ConfigError: Something is wrong; all problems are in it.
    """
    config, problems = examine(path, environ)
    if config is None:
        raise ConfigError(tuple(str(problem) for problem in problems))
    return config


def examine(path: Path, environ: Mapping[str, str]) -> tuple[Config | None, list[Problem]]:
    """Return the configuration, or None and every problem, in the order of files and lines."""
    document, values = parse_file(path)
    if values is None:
        return None, document.problems
    config = read_server_file(document, values, Surroundings(path.parent, environ))
    found = _read_institutions(config, document)
    problems = [*document.problems]
    for _, other in found:
        problems += other.problems
    if problems:
        return None, sorted(problems)
    institutions: dict[str, Institution] = {
        entry.id: entry for entry, _ in found if entry is not None
    }
    return replace(config, institutions=MappingProxyType(institutions)), []


def read_server_file(
    document: Document, values: Mapping[str, object], around: Surroundings
) -> Config:
    """Read ``assisto.toml`` alone; the institutions are still missing in what it returns."""
    root = Table(values, document)
    data_folder = around.data_folder(root.text("data_folder", "../data"))
    config = Config(
        file=around.absolute(Path(document.file).name),
        data_folder=data_folder,
        institutions_folder=around.absolute(root.text("institutions_folder", "institutions")),
        institutions={},
        editable=root.flag("editable", default=True),
        demo=around.demo,
        server=read_server(root, around),
        database=read_database(root, around, data_folder),
        secrets=read_secrets(root, around, data_folder),
        mail=read_mail(root, around, data_folder),
        limits=read_limits(root),
        sessions=read_sessions(root),
        visitors=read_visitors(root),
        log=read_log(root),
    )
    root.finish()
    return config


def institution_files(folder: Path) -> list[Path]:
    """Return the institutions' files, by name; hidden ones (of editors) do not count."""
    return sorted(file for file in folder.glob("*.toml") if not file.name.startswith("."))


def _read_institutions(
    config: Config, server_file: Document
) -> list[tuple[Institution | None, Document]]:
    files = institution_files(config.institutions_folder)
    if not files:
        problem = f"In {config.institutions_folder} liegt keine Datei einer Einrichtung (*.toml)."
        server_file.complain(("institutions_folder",), problem)
    found = []
    seen: dict[str, str] = {}
    for file in files:
        document, values = parse_file(file)
        entry = None
        if values is not None:
            root = Table(values, document)
            check_id(root, file.stem)
            entry = read_institution(root, file.stem, sender=config.mail.from_address)
            _check_logins(entry, document, seen)
        found.append((entry, document))
    return found


def _check_logins(entry: Institution | None, document: Document, seen: dict[str, str]) -> None:
    """Complain of logins that another institution has: a login says where one belongs."""
    for number, member in enumerate(entry.staff if entry else ()):
        if member.login in seen:
            problem = f"„{member.login}“ arbeitet schon in {seen[member.login]}."
            document.complain(("staff", number, "login"), problem)
        else:
            seen[member.login] = document.file

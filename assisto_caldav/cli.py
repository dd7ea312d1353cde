"""The commands of ``assisto``."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from assisto_caldav.bootstrap import open_ports, opened, prepared
from assisto_caldav.cli_transfer import add_arguments, export_files, import_files
from assisto_caldav.config import Config
from assisto_caldav.config.check import main_check
from assisto_caldav.errors import AssistoError, ConfigError, NotFoundError
from assisto_caldav.ports import Ports
from assisto_caldav.supervision import EXIT_CONFIG, ChildCommand, end_with_supervisor, supervise

DEFAULT_CONFIG = Path("config/assisto.toml")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

Command = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status: 0, 1 when it failed, 78 when config is wrong."""
    arguments = _parser().parse_args(argv)
    command: Command = arguments.command
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT, stream=sys.stderr)
    try:
        return command(arguments)
    except ConfigError as exc:
        print(exc, file=sys.stderr)
        return EXIT_CONFIG
    except AssistoError as exc:
        print(exc, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="assisto", description="Terminanfragen und Kalender für Beratungsstellen."
    )
    parser.add_argument(
        "--config",
        type=Path,
        default=Path(os.environ.get("ASSISTO_CONFIG", DEFAULT_CONFIG)),
        help="assisto.toml (sonst ASSISTO_CONFIG, sonst %(default)s)",
    )
    commands = parser.add_subparsers(required=True, metavar="BEFEHL")

    def add(name: str, command: Command, words: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=words, description=words)
        sub.set_defaults(command=command)
        return sub

    server = add("serve", serve, "alles starten und darüber wachen")
    server.add_argument("--demo", action="store_true", help="zwei Einrichtungen zum Ausprobieren")
    server.add_argument("--port", type=_port, help="statt dem aus assisto.toml")
    server.add_argument("--data", type=Path, help="der Datenordner, statt dem aus assisto.toml")
    add("web", web, "nur die Seiten und CalDAV")
    add("worker", worker, "nur Mails, Fristen und Löschen")
    add("check-config", check_config, "alle Fehler der Konfiguration zeigen")
    add("migrate", migrate_database, "die Datenbank auf den Stand dieses Programms bringen")
    inviting = add("invite", invite_staff, "einen Link für das erste Passwort ausgeben")
    inviting.add_argument("login")
    add_arguments(
        add("import", import_files, "Kalender oder einen ganzen Export übernehmen"),
        add("export", export_files, "alle Kalender einer Person, oder einen, in Dateien schreiben"),
    )
    add("doctor", doctor, "Konfiguration, Schlüssel, Datenbank und Mails prüfen")
    saver = add("backup", back_up, "die Datenbank in eine neue Datei sichern, im Betrieb")
    saver.add_argument("target", type=Path, metavar="ZIEL")
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65535:
        raise ValueError(text)
    return port


def serve(arguments: argparse.Namespace) -> int:
    """Start everything and watch over it."""
    if arguments.port is not None:
        os.environ["ASSISTO_PORT"] = str(arguments.port)
    if arguments.data is not None:
        os.environ["ASSISTO_DATA"] = str(arguments.data.absolute())
    if arguments.demo:
        os.environ["ASSISTO_DEMO"] = "1"
    # Nothing stays open in the parent: it lives as long as the server and only watches.
    with prepared(arguments.config) as found:
        _set_up(found.ports)
    itself = (sys.executable, "-m", "assisto_caldav", "--config", str(arguments.config))
    return supervise([ChildCommand(name, (*itself, name)) for name in ("web", "worker")])


def _set_up(ports: Ports) -> None:
    from assisto_caldav.demo import claim, fill, greeting
    from assisto_caldav.usecases.calendars import ensure_homes

    config = ports.config.current()
    _refuse_wrong_folder(ports, config)
    if config.demo:
        claim(ports)
    ensure_homes(ports)
    if config.demo:
        fill(ports)
        print(greeting(config), flush=True)


def _refuse_wrong_folder(ports: Ports, config: Config) -> None:
    """Keep the demo's well-known passwords and real data apart."""
    from assisto_caldav.demo import is_demo, is_in_use

    if config.demo and config.server.address not in LOOPBACK:
        raise ConfigError(("Die Demo läuft nur auf 127.0.0.1.",))
    if config.demo and is_in_use(ports) and not is_demo(ports):
        problem = (
            f"{config.data_folder} gehört nicht zur Demo: Ihre bekannten Passwörter kämen zu"
            " echten Daten. Bitte nennen Sie mit „--data“ einen anderen Ordner."
        )
        raise ConfigError((problem,))
    if not config.demo and is_demo(ports):
        problem = (
            f"{config.data_folder} gehört zur Demo, deren Passwörter alle kennen. Bitte nehmen Sie"
            " für den Betrieb einen anderen Datenordner (data_folder in assisto.toml)."
        )
        raise ConfigError((problem,))


def web(arguments: argparse.Namespace) -> int:
    """Serve the pages and CalDAV alone."""
    end_with_supervisor()
    # Fail now and plainly rather than in each worker; nothing may stay open, for workers are forks.
    with opened(arguments.config) as found:
        config = found.ports.config.current()
        _refuse_wrong_folder(found.ports, config)
    from assisto_caldav.serve import serve_web
    from assisto_caldav.wsgi import Mount
    from assisto_web.front import FrontLimits

    server = config.server
    _set_level(config)
    serve_web(
        lambda: Mount(open_ports(arguments.config)),
        host=server.address,
        port=server.port,
        workers=server.workers,
        limits=FrontLimits(
            threads=server.threads,
            body_bytes=server.max_body_bytes,
            body_seconds=server.body_seconds,
        ),
        trusted_proxies=server.trusted_proxies,
    )
    return 0


def worker(arguments: argparse.Namespace) -> int:
    """Send mails, expire requests, erase what is due."""
    from assisto_caldav.worker import run_worker

    end_with_supervisor()
    with opened(arguments.config) as found:
        config = found.ports.config.current()
        _refuse_wrong_folder(found.ports, config)
        _set_level(config)
        run_worker(found.ports)
    return 0


def _set_level(config: Config) -> None:
    logging.getLogger().setLevel(config.log.level.upper())


def check_config(arguments: argparse.Namespace) -> int:
    """Print every problem of the configuration with file, line and key."""
    return main_check(arguments.config)


def migrate_database(arguments: argparse.Namespace) -> int:
    """Bring the database up to this version."""
    with prepared(arguments.config) as found:
        done = ", ".join(str(number) for number in found.ran)
    print(
        f"Migrationen ausgeführt: {done}" if done else "Die Datenbank ist auf dem neuesten Stand."
    )
    return 0


def invite_staff(arguments: argparse.Namespace) -> int:
    """Print a link with which a member of staff sets the first password."""
    from assisto_caldav.usecases.calendars import ensure_homes
    from assisto_caldav.usecases.staff import invite

    with prepared(arguments.config) as found:
        ensure_homes(found.ports)
        try:
            secret = invite(found.ports, arguments.login)
        except NotFoundError:
            folder = found.ports.config.current().institutions_folder
            print(f"{arguments.login} steht in keiner Datei in {folder}.", file=sys.stderr)
            return 1
        base = found.ports.config.current().server.public_url
    print(f"{base}/staff/password/{secret}")
    print("Der Link gilt drei Tage und nur einmal.", file=sys.stderr)
    return 0


def doctor(arguments: argparse.Namespace) -> int:
    """Check configuration, key and database; tell what waits."""
    if main_check(arguments.config):
        return EXIT_CONFIG
    with opened(arguments.config) as found:
        print("Der Schlüssel passt zur Datenbank.")
        problems = found.check()
        print("\n".join(problems) or "Die Datenbank ist in Ordnung.")
        _tell_mails(found.ports)
    return 1 if problems else 0


def _tell_mails(ports: Ports) -> None:
    from assisto_caldav.demo import is_demo

    config = ports.config.current()
    if config.mail.folder is None and not config.mail.smtp_host and not is_demo(ports):
        print("Es ist kein Mailserver eingetragen (smtp_host): Mails warten.")
    for institution in config.institutions.values():
        with ports.database.reading() as unit:
            mails = unit.outbox.unsent(institution.id)
        given_up = sum(mail.given_up_at is not None for mail in mails)
        print(f"{institution.name}: {len(mails) - given_up} Mails warten, {given_up} aufgegeben.")


def back_up(arguments: argparse.Namespace) -> int:
    """Copy the database to a new file."""
    with opened(arguments.config) as found:
        found.backup(arguments.target)
        key_file = found.ports.config.current().secrets.key_file
    print(f"{arguments.target} ist geschrieben. Der Schlüssel ist nicht dabei: {key_file}")
    return 0

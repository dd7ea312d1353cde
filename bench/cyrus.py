"""Cyrus 3.6 as Debian packages it (cyrus-caldav, cyrus-imapd, sasl2-bin), in a folder of its own.

Needs root, as Cyrus runs as a user of its own. Where it is not installed, the
benchmark does without it.
"""

from __future__ import annotations

import imaplib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.client import Account
from bench.servers import free_port, wait_for

BIN = Path("/usr/lib/cyrus/bin")
NAME = "bench"

IMAPD = """configdirectory: {folder}/config
partition-default: {folder}/spool
defaultpartition: default
admins: cyrus
httpmodules: caldav
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {folder}/sasldb2
sasl_mech_list: PLAIN
allowplaintext: yes
unixhierarchysep: yes
altnamespace: yes
httpallowcompress: no
caldav_create_default: no
servername: localhost
"""
MASTER = """START {{
  recover cmd="{bin}/ctl_cyrusdb -C {folder}/imapd.conf -r"
}}
SERVICES {{
  imap cmd="{bin}/imapd -C {folder}/imapd.conf -U 30" listen="127.0.0.1:{imap}" prefork=0
  http cmd="{bin}/httpd -C {folder}/imapd.conf -U 100000 -T 600" listen="127.0.0.1:{http}" prefork=2
}}
"""


def is_installed() -> bool:
    """Tell whether Cyrus can be started here."""
    wanted = [BIN / name for name in ("master", "httpd", "imapd", "ctl_cyrusdb")]
    has_tools = shutil.which("saslpasswd2") is not None
    return os.geteuid() == 0 and has_tools and all(path.exists() for path in wanted)


@contextmanager
def cyrus() -> Iterator[Account]:
    """Run Cyrus with one user."""
    with tempfile.TemporaryDirectory() as name:
        folder, http, imap = Path(name), free_port(), free_port()
        _prepare(folder, http, imap)
        log = folder / "master.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                _command(folder),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            wait_for(http, log, lambda: process.poll() is None)
            _make_user(imap)
            home = f"/dav/calendars/user/{NAME}/"
            yield Account("cyrus", http, home, NAME, NAME, log, process.pid)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)


def _command(folder: Path) -> list[str]:
    names = {"-C": "imapd.conf", "-M": "cyrus.conf", "-p": "master.pid"}
    options = [[option, str(folder / name)] for option, name in names.items()]
    return [str(BIN / "master"), *itertools.chain(*options)]


def _prepare(folder: Path, http: int, imap: int) -> None:
    folder.chmod(0o755)
    letters = "abcdefghijklmnopqrstuvwxyz"
    for inner in ("db", "proc", "socket", "log", "msg", "ptclient"):
        (folder / "config" / inner).mkdir(parents=True)
    for inner in ("quota", "user", "sieve"):
        for letter in letters:
            (folder / "config" / inner / letter).mkdir(parents=True)
    (folder / "spool" / "stage.").mkdir(parents=True)
    (folder / "imapd.conf").write_text(IMAPD.format(folder=folder))
    (folder / "cyrus.conf").write_text(MASTER.format(folder=folder, bin=BIN, http=http, imap=imap))
    for user in (NAME, "cyrus"):
        subprocess.run(
            ["saslpasswd2", "-c", "-p", "-u", "localhost", "-f", folder / "sasldb2", user],
            input=user.encode(),
            check=True,
        )
    owner = pwd.getpwnam("cyrus")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.pw_uid, owner.pw_gid)


def _make_user(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            with imaplib.IMAP4("127.0.0.1", port) as mailboxes:
                mailboxes.login("cyrus", "cyrus")
                mailboxes.create(f"user/{NAME}")
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)

"""Fetch the tests of outside clients, of the very versions that are installed.

Run by the clients' Python: the wheels leave the tests out, the source archives
bring them. Only the tests are unpacked, or they would try the client's sources
instead of the client as people install it.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
from pathlib import Path

SUITES = ("caldav", "vdirsyncer")
WANTED = re.compile(r"[^/]+/(tests/.+|pyproject\.toml)")


def pinned(requirements: str) -> list[str]:
    """Return the lines that name a client whose tests we run, in their order."""
    lines = (line.split("#")[0].strip() for line in requirements.splitlines())
    return [line for line in lines if line.partition("==")[0] in SUITES]


def download(wanted: list[str], folder: Path) -> None:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    chosen = ["--no-deps", "--no-binary", ",".join(SUITES), "--dest", str(folder)]
    subprocess.run([*pip, *chosen, *wanted], check=True)


def unpack(archive: Path, folder: Path) -> None:
    """Write the plain files; extractall() asks for a filter that early 3.11 does not have."""
    with tarfile.open(archive) as opened:
        for member in opened:
            content = opened.extractfile(member) if member.isfile() else None
            if content and WANTED.fullmatch(member.name) and ".." not in member.name:
                target = folder / member.name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.read())


def main() -> None:
    requirements, target = Path(sys.argv[1]), Path(sys.argv[2])
    download(pinned(requirements.read_text(encoding="utf-8")), target)
    for archive in target.glob("*.tar.gz"):
        unpack(archive, target)
        archive.unlink()


if __name__ == "__main__":
    main()

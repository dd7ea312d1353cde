"""An exported home as a folder or a ZIP file; ``docs/export.md`` describes both.

Nothing is seen under the target's name before all of it is written.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assisto_caldav.domain.collection import CollectionKind
from assisto_caldav.domain.home_copy import CopiedCollection, CopiedObject, HomeCopy
from assisto_caldav.errors import ConflictError, InvalidInputError, LimitReachedError

MANIFEST = "assisto-home.json"
FORMAT, VERSION = "assisto-home", 1
_FILE = re.compile(r"[0-9]{2,6}-[a-z0-9-]{0,60}/[0-9]{5,9}\.ics")
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)
Read = Callable[[str], bytes]


def write_home(target: Path, copy: HomeCopy) -> None:
    """Write a home to a new folder, or to a ZIP file if the name says so.

    Raises:
        ConflictError: There is something already.
        OSError: It cannot be written; nothing is left of it.
    """
    if target.exists() or target.is_symlink():
        raise ConflictError(f"{target} gibt es schon.")
    if target.suffix.lower() == ".zip":
        write_whole(target, lambda path: _write_zip(path, copy))
        return
    partial = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.absolute().parent))
    try:
        for name, raw in _files(copy):
            path = partial / name
            path.parent.mkdir(exist_ok=True)
            _write_file(path, raw)
        partial.chmod(0o700)
        partial.rename(target)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def write_whole(target: Path, write: Callable[[Path], None]) -> None:
    """Let a file be written under another name, and give it its own at the end."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.absolute().parent)
    os.close(handle)
    partial = Path(name)
    try:
        write(partial)
        partial.rename(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _write_file(path: Path, raw: bytes) -> None:
    with path.open("xb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def _write_zip(path: Path, copy: HomeCopy) -> None:
    with path.open("wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, raw in _files(copy):
                archive.writestr(zipfile.ZipInfo(name, _FIRST_DATE), raw, zipfile.ZIP_DEFLATED)
        file.flush()
        os.fsync(file.fileno())


def _files(copy: HomeCopy) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file, the manifest last."""
    collections = []
    for number, found in enumerate(copy.collections, 1):
        folder = f"{number:02}-{re.sub('[^a-z0-9-]+', '-', found.name.lower())[:60]}"
        objects = []
        for place, one in enumerate(found.objects, 1):
            file = f"{folder}/{place:05}.ics"
            objects.append({"file": file, "href": one.href, "appointment": one.is_appointment})
            yield file, one.raw
        collections.append(
            {
                "name": found.name,
                "kind": found.kind.value,
                "components": list(found.components),
                "properties": dict(found.props),
                "objects": objects,
            }
        )
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "login": copy.login,
        "made_at": datetime.fromtimestamp(copy.made_at, UTC).isoformat(),
        "collections": collections,
    }
    yield MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode()


def read_home(source: Path, *, max_bytes: int) -> HomeCopy:
    """Read what ``write_home`` has written.

    Args:
        source: A folder or a ZIP file.
        max_bytes: All files together, unpacked.

    Raises:
        InvalidInputError: It is no exported home.
        LimitReachedError: It is larger.
        OSError: It cannot be read.
    """
    left = [max_bytes]
    if source.is_dir():
        return _read(lambda name: _bounded((source / name).open("rb"), left))
    try:
        with zipfile.ZipFile(source) as archive:
            return _read(lambda name: _bounded(archive.open(name), left))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as exc:
        raise InvalidInputError(f"{source} ist keine lesbare ZIP-Datei.") from exc


def _bounded(file: Any, left: list[int]) -> bytes:  # noqa: ANN401 - files of ZIPs and of folders share no type
    """Read a file, and no more than is left; a ZIP says nothing true about its sizes."""
    with file:
        raw: bytes = file.read(left[0] + 1)
    left[0] -= len(raw)
    if left[0] < 0:
        raise LimitReachedError("Der Export ist größer als limits.max_import_bytes.")
    return raw


def _read(read: Read) -> HomeCopy:
    try:
        manifest = json.loads(read(MANIFEST))
    except (KeyError, FileNotFoundError) as exc:
        raise InvalidInputError(f"Das ist kein Export: {MANIFEST} fehlt.") from exc
    except (ValueError, RecursionError) as exc:
        raise InvalidInputError(f"{MANIFEST} ist nicht lesbar.") from exc
    try:
        if (manifest["format"], manifest["version"]) != (FORMAT, VERSION):
            raise InvalidInputError("Diese Fassung des Exports ist hier nicht bekannt.")
        return HomeCopy(
            str(manifest["login"]),
            int(datetime.fromisoformat(manifest["made_at"]).timestamp()),
            tuple(_collection(found, read) for found in manifest["collections"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as exc:
        raise InvalidInputError(f"{MANIFEST} ist unvollständig.") from exc
    except FileNotFoundError as exc:
        raise InvalidInputError("Im Export fehlt eine Datei.") from exc


def _collection(found: dict[str, Any], read: Read) -> CopiedCollection:
    return CopiedCollection(
        str(found["name"]),
        CollectionKind(found["kind"]),
        tuple(str(name) for name in found["components"]),
        {str(key): str(value) for key, value in found["properties"].items()},
        tuple(_object(one, read) for one in found["objects"]),
    )


def _object(one: dict[str, Any], read: Read) -> CopiedObject:
    file = str(one["file"])
    if not _FILE.fullmatch(file):
        raise ValueError(file)
    return CopiedObject(str(one["href"]), read(file), bool(one["appointment"]))

"""Read ``[texts]``: the centre's own words, and ours for what it has not written."""

from __future__ import annotations

from pathlib import Path

from assisto_caldav.config.table import Table
from assisto_caldav.config.translations import read_translations
from assisto_caldav.domain import standard_texts
from assisto_caldav.domain.institution import Institution
from assisto_caldav.domain.languages import GERMAN, Translation
from assisto_caldav.domain.texts import TEXT_KEYS, Texts

VIDEO_SUFFIXES = frozenset({".mp4", ".webm"})
_HTTPS = "https://"


def read_texts(root: Table, centre: Institution) -> Texts:
    """Read the table; what the centre has not written follows from what it has configured."""
    table = root.table("texts")
    own = {key: table.lines(key) for key in TEXT_KEYS}
    facts = standard_texts.Facts(
        centre,
        imprint=own["imprint"],
        officer=table.lines("data_protection_officer"),
        arbitration=table.lines("arbitration"),
    )
    video = _read_video(table)
    theirs = read_translations(table, TEXT_KEYS)
    table.finish()
    german = standard_texts.texts_in(GERMAN, facts)
    return Texts(
        **{key: own[key] or german[key] for key in TEXT_KEYS},
        sign_language_video=video,
        translations=theirs + _standard(facts, own, theirs),
    )


def _standard(
    facts: standard_texts.Facts, own: dict[str, str], theirs: tuple[Translation, ...]
) -> tuple[Translation, ...]:
    """Return our texts in every language, for those alone that the centre has left to us."""
    written = {(one.language, one.key) for one in theirs}
    return tuple(
        Translation(tag, key, text)
        for tag in standard_texts.LANGUAGES
        if tag != GERMAN
        for key, text in standard_texts.texts_in(tag, facts).items()
        if text and not own[key] and (tag, key) not in written
    )


def _read_video(table: Table) -> str:
    """Read an https address, or a file beside the institution's own; return where it lies."""
    given = table.text("sign_language_video")
    if not given or given.startswith(_HTTPS):
        return given
    folder = table.folder.resolve()
    file = (folder / given).resolve()
    if "://" in given or not file.is_relative_to(folder) or file.suffix not in VIDEO_SUFFIXES:
        table.complain(
            "sign_language_video",
            "Das muss eine Adresse mit https:// sein, oder eine Datei (.mp4, .webm) in dem"
            " Ordner, in dem diese Datei liegt.",
        )
    elif not Path(file).is_file():
        table.complain("sign_language_video", f"Die Datei „{given}“ gibt es nicht.")
    return str(file)

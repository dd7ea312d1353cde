"""Check a centre's logo: its type by what is in the file, and nothing in it that acts or calls."""

from __future__ import annotations

import re
import struct
from xml.etree import ElementTree as ET

from assisto_caldav.domain.logo import Logo

MAX_BYTES = 60_000
_PNG = b"\x89PNG\r\n\x1a\n"
_SVG_SPACE = "{http://www.w3.org/2000/svg}"
_XHTML_SPACE = "{http://www.w3.org/1999/xhtml}"
_ACTING = frozenset(
    ["script", "foreignobject", "iframe", "object", "embed", "handler", "listener", "image"]
) | {"a", "audio", "video", "feimage", "set", "animate", "animatemotion", "animatetransform"}
_FOREIGN = re.compile(r"url\(\s*['\"]?(?!#)|@import|javascript:|expression\(|\\", re.IGNORECASE)
_NUMBER = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(?:px)?\s*")
_LONGEST_SIDE = 4000


class UnfitLogoError(ValueError):
    """The file cannot be shown on clients' pages; its text says why, in German."""


def check_logo(content: bytes, alt: str) -> Logo:
    """Return the logo that this file holds.

    Raises:
        UnfitLogoError: It is too large, no picture that we know, or a picture that acts.
    """
    if len(content) > MAX_BYTES:
        raise UnfitLogoError("Die Datei ist zu groß; höchstens sind es 60 kB.")
    if content.startswith(_PNG):
        return _read_png(content, alt)
    if b"<svg" in content:
        return _read_svg(content, alt)
    raise UnfitLogoError("Die Datei ist weder ein PNG noch ein SVG; der Name allein zählt nicht.")


def _read_png(content: bytes, alt: str) -> Logo:
    if len(content) < 24 or content[12:16] != b"IHDR":
        raise UnfitLogoError("Die PNG-Datei ist beschädigt.")
    width, height = struct.unpack(">II", content[16:24])
    return _sized(content, "image/png", alt, (width, height))


def _read_svg(content: bytes, alt: str) -> Logo:
    # Entities are a way to hide what is refused below, and to blow a file up.
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"<?xml-stylesheet" in content:
        raise UnfitLogoError("Das SVG enthält DOCTYPE oder Stylesheets; bitte ohne speichern.")
    if b"\x00" in content:
        raise UnfitLogoError("Das SVG ist nicht in UTF-8 gespeichert.")
    try:
        root = ET.fromstring(content.decode("utf-8-sig"))  # noqa: S314  # DOCTYPE is refused above
    except (ET.ParseError, UnicodeDecodeError, ValueError) as exc:
        raise UnfitLogoError("Das SVG ist beschädigt oder nicht in UTF-8 gespeichert.") from exc
    if root.tag != f"{_SVG_SPACE}svg":
        raise UnfitLogoError("Das SVG nennt seinen Namensraum nicht (http://www.w3.org/2000/svg).")
    for element in root.iter():
        _check_element(element)
    return _sized(content, "image/svg+xml", alt, _svg_size(root))


def _check_element(element: ET.Element) -> None:
    name = element.tag.rpartition("}")[2]
    if element.tag.startswith(_XHTML_SPACE) or name.lower() in _ACTING:
        raise UnfitLogoError(f"Das SVG enthält <{name}>; erlaubt sind nur gezeichnete Formen.")
    if name == "style" and _FOREIGN.search(element.text or ""):
        raise UnfitLogoError("Das SVG verweist in <style> auf etwas außerhalb der Datei.")
    for key, value in element.attrib.items():
        attribute = key.rpartition("}")[2].lower()
        if attribute.startswith("on"):
            raise UnfitLogoError(f"Das SVG enthält das Ereignis „{attribute}“; bitte entfernen.")
        leads_out = attribute in ("href", "src") and not value.strip().startswith("#")
        if leads_out or _FOREIGN.search(value):
            raise UnfitLogoError(
                f"Das SVG verweist in „{attribute}“ auf etwas außerhalb der Datei."
            )


def _svg_size(root: ET.Element) -> tuple[float, float]:
    box = root.get("viewBox", "").replace(",", " ").split()
    texts = box[2:] if len(box) == 4 else [root.get("width", ""), root.get("height", "")]
    found = [_NUMBER.fullmatch(text) for text in texts]
    if len(found) != 2 or not all(found):
        raise UnfitLogoError("Dem SVG fehlt die Größe: viewBox, oder width und height in Pixeln.")
    width, height = (float(match[1]) for match in found if match)
    return width, height


def _sized(content: bytes, content_type: str, alt: str, size: tuple[float, float]) -> Logo:
    width, height = size
    # A limit of decoded pixels, too: a small file may be a huge picture.
    if min(size) <= 0 or max(size) > _LONGEST_SIDE:
        raise UnfitLogoError(f"Breite und Höhe gehen von 1 bis {_LONGEST_SIDE} Pixel.")
    if not 0.2 <= width / height <= 8:
        raise UnfitLogoError("Das Bild ist zu lang oder zu hoch, um neben dem Namen zu stehen.")
    return Logo(content=content, content_type=content_type, alt=alt, ratio=width / height)

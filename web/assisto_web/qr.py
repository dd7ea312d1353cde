"""QR codes (ISO/IEC 18004) as pictures within the page: no other address learns what is in them."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr_picture(address: str) -> Markup:
    """Return an SVG element of an address, with its quiet zone, dark on white in every theme."""
    code = segno.make_qr(address, error="m")
    drawn = code.svg_inline(
        border=4, dark="#000", light="#fff", svgclass=None, lineclass=None, omitsize=True
    )
    return Markup(drawn)  # noqa: S704 - drawn here, of squares alone

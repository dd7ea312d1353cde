"""Style and scripts as pages load them: one file of each, compressed, kept until it changes."""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request, url_for
from flask.typing import ResponseReturnValue

FOLDER = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"
_CSS = "text/css; charset=utf-8"
_JS = "text/javascript; charset=utf-8"
# What a page loads, its type, and the files of which it is made.
BUNDLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "style.css": (_CSS, ("style.css",)),
    "client.js": (_JS, ("leave.js", "forms.js", "hold.js", "zone.js")),
    "proof.js": (_JS, ("proof.js",)),
    "staff.js": (_JS, ("forms.js",)),
}


def install(app: Flask) -> None:
    """Serve the bundles, and let templates name them by ``asset("style.css")``."""
    for name in BUNDLES:
        app.add_url_rule(
            f"/static/{name}",
            f"asset_{name.replace('.', '_')}",
            _send_bundle,
            defaults={"name": name},
        )
    app.jinja_env.globals.update(asset=address_of, asset_digest=digest_of)


def address_of(name: str) -> str:
    """Return a bundle's address; it changes when its content does."""
    return url_for(f"asset_{name.replace('.', '_')}", v=digest_of(name))


@lru_cache
def content_of(name: str) -> str:
    """Return a bundle's text; each script in a block, so that none sees another's names."""
    content_type, files = BUNDLES[name]
    texts = [(FOLDER / file).read_text(encoding="utf-8") for file in files]
    if content_type == _JS:
        return '"use strict";\n' + "".join(f"{{\n{text}}}\n" for text in texts)
    return "".join(texts)


@lru_cache
def digest_of(name: str) -> str:
    """Return a short digest of a bundle's content."""
    return hashlib.sha256(content_of(name).encode()).hexdigest()[:12]


def send_text(text: str, content_type: str) -> Response:
    """Answer with a public text that never changes under its address, compressed if wished.

    Only for what is the same for everybody: compressed secrets can be guessed by their length.
    """
    response = Response(text, content_type=content_type)
    if request.accept_encodings["gzip"]:
        response = Response(_compressed(text), content_type=content_type)
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = FOREVER
    return response


@lru_cache(maxsize=64)
def _compressed(text: str) -> bytes:
    return gzip.compress(text.encode(), mtime=0)


def _send_bundle(name: str) -> ResponseReturnValue:
    return send_text(content_of(name), BUNDLES[name][0])

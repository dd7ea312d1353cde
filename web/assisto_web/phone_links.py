"""Telephone numbers and addresses in a centre's own words become links: one touch in need."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

# Numbers with a leading zero or plus, and the short ones for emergencies.
NUMBER = re.compile(r"(?<![\w.])(?:(?:\+\d|0)[\d /-]{4,}\d|11[0-2]|116 ?\d{3})(?![\w])")

# Addresses of pages and of mail; a full stop at the end belongs to the sentence.
ADDRESS = re.compile(r"https://[^\s<>\"]+[^\s<>\".,;:)]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def text_links(text: str) -> Markup:
    """Return the text, escaped, with addresses and telephone numbers as links."""
    parts, end = [], 0
    for found in ADDRESS.finditer(text):
        parts.append(phone_links(text[end : found.start()]))
        scheme = "" if found[0].startswith("https://") else "mailto:"
        link = Markup('<a href="{}{}" rel="noreferrer">{}</a>')
        parts.append(link.format(scheme, found[0], found[0]))
        end = found.end()
    return Markup("").join([*parts, phone_links(text[end:])])


def phone_links(text: str) -> Markup:
    """Return the text, escaped, with its telephone numbers as links."""
    parts, end = [], 0
    for found in NUMBER.finditer(text):
        digits = re.sub(r"[^\d+]", "", found[0])
        parts.append(escape(text[end : found.start()]))
        parts.append(Markup('<a class="number" href="tel:{}">{}</a>').format(digits, found[0]))
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])

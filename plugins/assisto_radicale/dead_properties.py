"""Dead properties, stored as text, or as XML where they have elements or attributes.

RFC 4918 §4.3: what a client has set comes back as it was, with ``xml:lang``,
mixed content and attributes; only prefixes may be others. A stored value that
begins with ``MARK``, which no XML text can hold, is the whole element.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assisto_radicale.xmltext import clark_name, element, escape, short_name, tags_of

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

MARK = "\x01"
_XML = "{http://www.w3.org/XML/1998/namespace}"
LANG = f"{_XML}lang"


def key_of(clark: str) -> str:
    """Return the key under which a property is stored; one without namespace is ``{}name``."""
    return short_name(clark) if clark.startswith("{") else f"{{}}{clark}"


def name_of(key: str) -> str:
    """Return the Clark name of a stored property."""
    return clark_name(key).removeprefix("{}")


def stored_value(prop: ET.Element, *, lang: str = "") -> str:
    """Return a property's value as it is stored; ``lang`` is what it inherits."""
    attributes = dict(prop.attrib)
    if lang:
        attributes.setdefault(LANG, lang)
    if not len(prop) and not attributes:
        return prop.text or ""
    return MARK + _written(prop, attributes)


def as_element(clark: str, value: str) -> str:
    """Return a property as XML, of a value from ``as_value`` or of a live property."""
    return value[len(MARK) :] if value.startswith(MARK) else element(clark, value)


def as_value(stored: str) -> str:
    """Return a stored value for ``as_element``."""
    return stored if stored.startswith(MARK) else escape(stored)


def plain_text(stored: str) -> str:
    """Return the text of a stored value that may have attributes but no elements."""
    if not stored.startswith(MARK):
        return stored
    inner = stored.partition(">")[2].rpartition("<")[0]
    for reference, character in (("&lt;", "<"), ("&gt;", ">"), ("&#13;", "\r"), ("&amp;", "&")):
        inner = inner.replace(reference, character)
    return inner


def _written(node: ET.Element, attributes: dict[str, str]) -> str:
    start, end = tags_of(node.tag)
    told = "".join(_attribute(name, value, n) for n, (name, value) in enumerate(attributes.items()))
    inner = escape(node.text or "") + "".join(
        _written(child, child.attrib) + escape(child.tail or "") for child in node
    )
    return f"{start[:-1]}{told}>{inner}{end}"


def _attribute(name: str, value: str, number: int) -> str:
    quoted = escape(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    if name.startswith(_XML):
        return f' xml:{name.removeprefix(_XML)}="{quoted}"'
    if not name.startswith("{"):
        return f' {name}="{quoted}"'
    namespace, _, local = name[1:].rpartition("}")
    declared = escape(namespace).replace('"', "&quot;")
    return f' xmlns:a{number}="{declared}" a{number}:{local}="{quoted}"'

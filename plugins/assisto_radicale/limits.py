"""How much one request may cost."""

from __future__ import annotations

MAX_XML_SIZE = 4_000_000
"""Octets of an XML request body: a multiget of some ten thousand hrefs."""

MAX_INSTANCES = 5_000
"""Instances of one object that a report writes out or looks through."""

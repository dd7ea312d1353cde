"""How much one report may look through and write out; the rest is in ``[limits]`` of config."""

from __future__ import annotations

MAX_INSTANCES = 5_000
"""Instances of one object that a report writes out or looks through."""

MAX_WRITTEN = 50_000
"""Instances of all objects that one report writes out."""

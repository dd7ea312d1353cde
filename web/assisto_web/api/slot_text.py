"""A month of slots as JSON text: ``slots_json`` for thousands of them, piece by piece."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import chain
from operator import itemgetter

from assisto_caldav.config import Config
from assisto_caldav.domain.localtime import rfc3339, zone
from assisto_caldav.usecases.find_slots import FreeSlot, SlotWish
from assisto_web.api.shapes import public_counsellor

SlotLine = tuple[int, str]
"""A slot's start, and its JSON."""

_by_start = itemgetter(0)


def slot_lines(config: Config, wish: SlotWish, found: list[FreeSlot]) -> list[SlotLine]:
    """Write one counsellor's slots; but for their times they are alike."""
    if not found:
        return []
    institution = config.institutions[wish.institution]
    place, first = zone(institution.zone), found[0]
    alike = {
        "service": first.service,
        "channels": [channel.value for channel in first.channels],
        **public_counsellor(institution, first.counsellor),
    }
    rest = json.dumps(alike, separators=(",", ":")).removeprefix("{")
    return [
        (
            slot.start,
            f'{{"start":"{rfc3339(slot.start, place)}","end":"{rfc3339(slot.end, place)}",{rest}',
        )
        for slot in found
    ]


def slots_text(counsellors: Sequence[list[SlotLine]]) -> bytes:
    """Join everybody's slots by start; equal ones, where no counsellor is named, are one."""
    lines = sorted(chain.from_iterable(counsellors), key=_by_start)
    texts = dict.fromkeys(text for _, text in lines)
    return f'{{"slots":[{",".join(texts)}]}}\n'.encode()

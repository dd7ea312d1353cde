"""Names that services have had: devices go on writing them for a while (design §5.1)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from assisto_caldav.domain.booking_times import remembered_names
from assisto_caldav.domain.institution import Institution
from assisto_caldav.ports import Ports, Unit

_SETTING = "service names of {}"


def former_names(unit: Unit, institution: Institution) -> Mapping[str, str]:
    """Return service ids by every name that was remembered; "" where it is none's any more."""
    found = unit.settings.get(_SETTING.format(institution.id))
    return json.loads(found) if found else {}


def remember_names(ports: Ports, institution: Institution) -> Mapping[str, str]:
    """Remember today's names before config changes them; return all that are remembered."""
    with ports.database.reading() as unit:
        before = former_names(unit, institution)
    if remembered_names(before, institution.services) == before:
        return before
    with ports.database.writing() as unit:
        now_known = remembered_names(former_names(unit, institution), institution.services)
        text = json.dumps(now_known, ensure_ascii=False, sort_keys=True)
        unit.settings.set(_SETTING.format(institution.id), text)
    return now_known

"""Runs in .venv-clients: what python-caldav sees and does. Prints one JSON object.

caldav_answers.py URL LOGIN PASSWORD ACT [UID] [VALUE]
"""

import json
import sys
from datetime import timedelta

import caldav


def main() -> dict[str, object]:
    url, login, password, act, *rest = sys.argv[1:]
    client = caldav.DAVClient(
        url=url, username=login, password=password, enable_rfc6764=False, require_tls=False
    )
    principal = client.principal()
    calendars = {
        calendar.url.path.rstrip("/").rpartition("/")[2]: calendar
        for calendar in principal.calendars()
    }
    if act == "discover":
        return {
            "home": str(principal.calendar_home_set.url),
            "calendars": sorted(calendars),
            "addresses": [str(a) for a in principal.calendar_user_address_set()],
        }
    if act == "make":
        made = principal.make_calendar(name="Privates", cal_id=rest[0])
        made.save_event(rest[1])
        return {"events": [event.data for event in made.events()]}
    return answer(calendars["appointments"], act, *rest)


def answer(calendar, act: str, uid: str, value: str = "") -> dict[str, object]:
    event = calendar.event_by_uid(uid)
    if act == "show":
        return {"data": event.data}
    if act == "delete":
        event.delete()
        return {}
    with event.edit_icalendar_component() as component:
        if act == "partstat":
            component["ATTENDEE"].params["PARTSTAT"] = value
        elif act == "status":
            component["STATUS"] = value
        elif act == "move":
            hours = timedelta(hours=int(value))
            component.DTSTART, component.DTEND = component.DTSTART + hours, component.DTEND + hours
    event.save(increase_seqno=False)
    return {}


print(json.dumps(main()))

"""The demo: two centres full of plausible data, the same on every first start of a day."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from assisto_caldav.clock import FrozenClock
from assisto_caldav.config import Config
from assisto_caldav.demo_client import PASSWORD, PSEUDONYM, meet_grace
from assisto_caldav.domain.appointment import Appointment, State
from assisto_caldav.domain.booking_times import WeeklyRule
from assisto_caldav.domain.client_details import ClientDetails
from assisto_caldav.domain.event_lines import calendar_text, dated, stamps
from assisto_caldav.domain.institution import Institution, StaffEntry
from assisto_caldav.domain.localtime import date_of, zone
from assisto_caldav.ports import Ports
from assisto_caldav.usecases.absences import Absence, save_absence
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.answer import confirm, decline
from assisto_caldav.usecases.booking_times import list_rules, save_rule
from assisto_caldav.usecases.calendars import put_object
from assisto_caldav.usecases.devices import add_app_password
from assisto_caldav.usecases.find_slots import SlotWish, find_slots
from assisto_caldav.usecases.request import (
    RequestForm,
    cancel_by_client,
    request_appointment,
)

SEED = 7
MARK = "demo"
HOUR = 3600
DAY = 24 * HOUR
WEEKS_BACK = 2
WEEKS_AHEAD = 3
RULES = (
    ((0, 2), time(9), time(13)),
    ((1, 3), time(13), time(18)),
    ((4,), time(9), time(12)),
)
OWN_EVENTS = (("Supervision", 14, 16), ("Fallbesprechung", 11, 12), ("Fortbildung", 9, 12))
MAIL = "grace@post.example"


@dataclass(frozen=True, slots=True)
class Story:
    """A request that was made some days ago, by whom, and what became of it."""

    days_ago: float
    text: str
    name: str = ""
    email: str = ""
    phone: str = ""
    ending: str = "confirm"


@dataclass(frozen=True, slots=True)
class OwnEvent:
    """An event of a counsellor's own: a day, and hours of its wall time."""

    name: str
    title: str
    day: date
    start_hour: int
    end_hour: int
    rule: str = ""


STORIES = (
    Story(12.2, "Ich weiß gerade nicht weiter und würde gern mit jemandem sprechen."),
    Story(11.5, "Meine Tochter schläft seit Wochen schlecht.", "M. K.", MAIL),
    Story(9.8, "", "Sonne", phone="0151 000000"),
    Story(8.1, "Es geht um die Trennung. Geht es auch am Nachmittag?", "", MAIL, ending="decline"),
    Story(7.4, "Wir streiten nur noch.", "Jona", MAIL),
    Story(5.9, "Ich rufe lieber an, als zu schreiben.", phone="0160 000000"),
    Story(4.3, "Letzte Woche hat es gut getan. Ich möchte weitermachen.", "M. K.", MAIL),
    Story(3.6, "Ich habe Angst vor dem Gespräch mit meinem Chef.", ending="withdraw"),
    Story(2.2, "Mein Bruder trinkt, und ich weiß nicht, was ich tun soll.", "Kim", MAIL),
    Story(0.30, "Können wir über Schulden reden?", "", MAIL, ending=""),
    Story(0.21, "", ending=""),
    Story(0.12, "Ich bin zum ersten Mal bei einer Beratung.", "Robin", phone="0170 0", ending=""),
)


def is_demo(ports: Ports) -> bool:
    """Say whether the data folder is the demo's."""
    with ports.database.reading() as unit:
        return unit.settings.get(MARK) is not None


def is_in_use(ports: Ports) -> bool:
    """Say whether anybody has an account in the database."""
    with ports.database.reading() as unit:
        return bool(unit.people.all_staff())


def claim(ports: Ports) -> None:
    """Mark a new data folder as the demo's, before anything else is in it."""
    if is_demo(ports):
        return
    with ports.database.writing() as unit:
        unit.settings.set(MARK, "begun")


def fill(ports: Ports) -> None:
    """Make passwords, booking times, events and appointments, once for a data folder."""
    with ports.database.reading() as unit:
        if unit.settings.get(MARK) == "full":
            return
    source = random.Random(SEED)  # noqa: S311 -- plausible data, no secret
    for institution in ports.config.current().institutions.values():
        for entry in institution.staff:
            _give_access(ports, entry)
        for entry in institution.counsellors:
            _draw_times(ports, institution, entry, source)
        for story in () if _has_appointments(ports, institution) else STORIES:
            _tell(ports, institution, story, source)
        meet_grace(ports, institution)
    with ports.database.writing() as unit:
        unit.settings.set(MARK, "full")


def password_of(login: str) -> str:
    """Return "demo-alice" for alice@mitte.example."""
    return f"demo-{login.partition('@')[0]}"


def _give_access(ports: Ports, entry: StaffEntry) -> None:
    password = password_of(entry.login)
    password_hash = ports.passwords.hash(password)
    with ports.database.writing() as unit:
        member = unit.people.staff(entry.login)
        if member is None or member.password_hash:
            return
        unit.people.save_staff(
            replace(
                member,
                password_hash=password_hash,
                place="Raum 2, 1. Stock",
                phone="030 1234567",
                video_room=f"https://video.example/{entry.public_id}",
            )
        )
        add_app_password(
            unit, ports, Actor(entry.login, "demo"), label="Vorführung", secret=password
        )


def _draw_times(
    ports: Ports, institution: Institution, entry: StaffEntry, source: random.Random
) -> None:
    if list_rules(ports, entry.login):
        return
    actor = Actor(entry.login, "demo")
    today = date_of(ports.clock.now(), zone(institution.zone))
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=WEEKS_BACK)
    for weekdays, start, end in RULES:
        begins = first + timedelta(days=min(weekdays))
        save_rule(ports, actor, WeeklyRule(weekdays=weekdays, start=start, end=end, first=begins))
    away = monday + timedelta(days=7 * source.randint(3, 5))
    save_absence(ports, actor, Absence(away, away + timedelta(days=4), title="Urlaub"))
    events = [OwnEvent("team", "Teamsitzung", first + timedelta(days=1), 9, 10, "FREQ=WEEKLY")]
    for number in range(WEEKS_AHEAD):
        day = monday + timedelta(days=7 * number + source.randrange(5))
        events.append(OwnEvent(f"event-{number}", *_with_day(source.choice(OWN_EVENTS), day)))
    for event in events:
        _put_event(ports, actor, event, own_zone=zone(institution.zone))


def _with_day(event: tuple[str, int, int], day: date) -> tuple[str, date, int, int]:
    title, start, end = event
    return title, day, start, end


def _put_event(ports: Ports, actor: Actor, event: OwnEvent, *, own_zone: ZoneInfo) -> None:
    lines = {
        **stamps(ports.clock.now(), 0),
        "DTSTART": dated("DTSTART", event.day, time(event.start_hour), own_zone),
        "DTEND": dated("DTEND", event.day, time(event.end_hour), own_zone),
        "RRULE": f"RRULE:{event.rule}" if event.rule else None,
        "SUMMARY": f"SUMMARY:{event.title}",
    }
    put_object(
        ports,
        actor,
        owner=actor.login,
        collection="appointments",
        href=f"{event.name}.ics",
        raw=calendar_text(f"{event.name}-{actor.login}", lines, own_zone).encode(),
    )


def _has_appointments(ports: Ports, institution: Institution) -> bool:
    logins = [entry.login for entry in institution.counsellors]
    with ports.database.reading() as unit:
        return bool(unit.appointments.of_counsellors(logins, [state.value for state in State]))


def _tell(ports: Ports, institution: Institution, story: Story, source: random.Random) -> None:
    """Let a story happen when it did; nothing happens where no slot was free."""
    then = ports.clock.now() - int(story.days_ago * DAY)
    past = replace(ports, clock=FrozenClock(then))
    service = source.choice(institution.active_services)
    channel = source.choice(institution.channels_of(service))
    today = date_of(then, zone(institution.zone))
    last = today + timedelta(weeks=1 if story.ending else WEEKS_AHEAD)
    wish = SlotWish(institution.id, service.id, channel, today, last, None)
    free = find_slots(past, wish)
    if not free:
        return
    slot = source.choice(free)
    details = ClientDetails(name=story.name, email=story.email, phone=story.phone, text=story.text)
    form = RequestForm(
        institution=institution.id,
        service=service.id,
        channel=channel,
        start=slot.start,
        counsellor=slot.counsellor,
        details=details,
    )
    made, code = request_appointment(past, form)
    answered = replace(ports, clock=FrozenClock(then + 2 * HOUR))
    _end(answered, made, code, story.ending)


def _end(ports: Ports, made: Appointment, code: str, ending: str) -> None:
    counsellor = Actor(made.counsellor, "web")
    if ending == "confirm":
        confirm(ports, counsellor, made.id)
    elif ending == "decline":
        decline(ports, counsellor, made.id, text="Leider ist diese Woche schon alles belegt.")
    elif ending == "withdraw":
        cancel_by_client(ports, institution=made.institution, code=code, via="web")


def greeting(config: Config) -> str:
    """Return what the demo prints at its start: addresses and logins."""
    base = config.server.public_url.rstrip("/")
    lines = [
        "",
        f"  Assisto CalDAV: Vorführung auf {base}/",
        "",
        *(f"  {base}/{entry.id}/  {entry.name}" for entry in config.institutions.values()),
        f"  {base}/staff/  Anmeldung für Berater:innen",
        f"  {base}/dav/  CalDAV",
        f"  {base}/demo/mails  Mails, die verschickt worden wären",
        "",
        "  Anmeldung im Web und in der Kalender-App:",
    ]
    for institution in config.institutions.values():
        lines += [f"    {entry.login}  {password_of(entry.login)}" for entry in institution.staff]
    account = f"{PSEUDONYM}  {PASSWORD}"
    lines += [
        "",
        "  Konto einer Klientin, bei jeder Einrichtung unter „Mein Konto“:",
        f"    {account}",
    ]
    return "\n".join([*lines, ""])

"""Read ``[[staff]]``: who works at a centre, and as what."""

from __future__ import annotations

from assisto_caldav.config.booking import check_unique, read_segment
from assisto_caldav.config.finding import read_spoken_by
from assisto_caldav.config.table import Table
from assisto_caldav.domain.identity import Login, bare_address, is_mail_address
from assisto_caldav.domain.institution import Language, StaffEntry, StaffRole


def read_staff(
    root: Table, service_ids: frozenset[str], spoken: tuple[str, ...]
) -> tuple[StaffEntry, ...]:
    """Read everybody; a login that another institution has is found later."""
    logins: set[str] = set()
    public_ids: set[str] = set()
    staff = []
    for table in root.tables("staff"):
        login, public_id = _read_login(table), read_segment(table, "public_id")
        check_unique(table, "login", login, logins)
        check_unique(table, "public_id", public_id, public_ids)
        entry = StaffEntry(
            login=login,
            name=table.required_text("name"),
            public_id=public_id,
            roles=frozenset(table.required_choices("roles", StaffRole)),
            services=_read_services(table, service_ids),
            language=table.choice("language", Language.GERMAN),
            languages=read_spoken_by(table, spoken),
        )
        table.finish()
        staff.append(entry)
    return tuple(staff)


def _read_login(table: Table) -> Login:
    text = table.required_text("login")
    login = bare_address(text)
    if text and not is_mail_address(login):
        table.complain("login", f"„{text}“ ist keine E-Mail-Adresse wie berger@centre.example.")
    return Login(login)


def _read_services(table: Table, service_ids: frozenset[str]) -> frozenset[str] | None:
    given = table.texts("services")
    for number, service_id in enumerate(given):
        if service_id not in service_ids:
            problem = f"Eine Beratungsleistung „{service_id}“ gibt es nicht."
            table.complain("services", problem, number=number)
    return frozenset(given) if table.has("services") else None

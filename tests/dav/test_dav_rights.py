"""The whole cast, every method, every kind of collection, against one table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assisto_caldav.ports import Ports
from assisto_radicale.mount import make_dav_app
from tests.dav.world import ALICE, BOB, CAROL, FRANK, MALLORY, XMLNS, DavClient, make_event

HOME = f"/{BOB}/"

# r: read; w: write what is inside; p: set properties; m: make calendars inside; d: delete it.
# Alice is a colleague and administrator, Frank an administrator only.
EXPECTED = {
    #                             Alice  Bob     Carol  Frank
    "/":                         ("r",   "r",    "r",   "r"),
    HOME:                        ("r",   "rm",   "",    "r"),
    f"{HOME}appointments/":      ("",    "rwp",  "",    ""),
    f"{HOME}booking-times/":     ("",    "rwp",  "",    ""),
    f"{HOME}absences/":          ("rw",  "rwp",  "",    "rw"),
    f"{HOME}closing-days/":      ("",    "r",    "",    ""),
    f"{HOME}public-holidays/":   ("",    "r",    "",    ""),
    f"{HOME}team/":              ("",    "rp",   "",    ""),
    f"{HOME}inbox/":             ("",    "rpt",  "",    ""),
    f"{HOME}outbox/":            ("",    "rp",   "",    ""),
    f"{HOME}mine/":              ("",    "rwpd", "",    ""),
    f"/{ALICE}/closing-days/":   ("rw",  "",     "",    ""),
    f"/{ALICE}/public-holidays/": ("r",  "",     "",    ""),
    f"/{ALICE}/absences/":       ("rwp", "",     "",    "rw"),
    f"/{FRANK}/":                ("",    "",     "",    "r"),
    f"/{FRANK}/absences/":       ("",    "",     "",    ""),
    f"/{FRANK}/closing-days/":   ("",    "",     "",    ""),
    "/mitte/":                   ("r",   "r",    "",    "r"),
    "/mitte/closing-days/":      ("rw",  "r",    "",    "rw"),
    "/mitte/public-holidays/":   ("r",   "r",    "",    "r"),
    "/mitte/team/":              ("",    "",     "",    ""),
    "/nord/closing-days/":       ("",    "",     "r",   ""),
}  # fmt: skip
STAFF = (ALICE, BOB, CAROL, FRANK)
OUTSIDE = ("grace", "olaf", MALLORY, "")
CASES = [
    (path, login, rights)
    for path, row in EXPECTED.items()
    for login, rights in zip(STAFF, row, strict=True)
]
BUILT_IN = [path for path in EXPECTED if path.count("/") == 3 and not path.endswith("/mine/")]
METHODS = [
    "OPTIONS",
    "GET",
    "HEAD",
    "PUT",
    "DELETE",
    "MOVE",
    "MKCALENDAR",
    "MKCOL",
    "PROPFIND",
    "PROPPATCH",
    "REPORT",
    "POST",
]
PRIVILEGES = {
    "r": {"read", "read-current-user-privilege-set"},
    "w": {"write-content", "bind", "unbind"},
    "p": {"write-properties"},
    "m": {"bind", "unbind"},
    "d": set(),
    "t": {"unbind"},
}
NO = (403, 404)
PRIVILEGE_SET = "<D:current-user-privilege-set/>"
PROPPATCH = (
    f"<D:propertyupdate {XMLNS}><D:set><D:prop><ICAL:calendar-color>#112233"
    "</ICAL:calendar-color></D:prop></D:set></D:propertyupdate>"
)
SYNC = "<D:sync-token/><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop>"


@pytest.fixture
def staff(ports: Ports) -> dict[str, DavClient]:
    app = make_dav_app(ports)
    clients = {login: DavClient(app, login) for login in STAFF}
    assert clients[BOB].request("MKCALENDAR", f"{HOME}mine/").status == 201
    for login, path in places_to_write():
        assert clients[login].put(f"{path}one.ics", make_event("one")).status == 201
    return clients


def places_to_write() -> Iterator[tuple[str, str]]:
    """One writer for each collection in which something lies."""
    for path, row in EXPECTED.items():
        writers = [login for login, rights in zip(STAFF, row, strict=True) if "w" in rights]
        if writers and not (path.endswith("/closing-days/") and path != "/mitte/closing-days/"):
            yield writers[0], path


def may_read(client: DavClient, path: str) -> bool:
    is_collection = path.count("/") == 3
    answers = [
        client.request("GET", path).status == 200,
        client.request("HEAD", path).status == 200,
        client.propfind(path, PRIVILEGE_SET).status == 207,
    ]
    if is_collection and "outbox" not in path:
        answers.append(client.report(path, "D:sync-collection", SYNC).status == 207)
    return the_one(answers)


def may_write(client: DavClient, path: str) -> bool:
    if path.count("/") != 3:
        return False
    new, there = f"{path}new.ics", f"{path}moved.ics"
    answers = [
        client.put(new, make_event("new")).status == 201,
        client.request("MOVE", new, destination=f"/dav{there}").status == 201,
        client.request("DELETE", there).status == 204,
        client.request("DELETE", f"{path}one.ics").status == 204,
    ]
    return the_one(answers)


def may_set_properties(client: DavClient, path: str) -> bool:
    return client.request("PROPPATCH", path, PROPPATCH).status == 207


def may_make(client: DavClient, path: str) -> bool:
    if path.count("/") != 2:
        return False
    kind = "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>"
    body = f"<D:mkcol {XMLNS}><D:set><D:prop>{kind}</D:prop></D:set></D:mkcol>"
    answers = [
        client.request("MKCALENDAR", f"{path}by-mkcalendar/").status == 201,
        client.request("MKCOL", f"{path}by-mkcol/", body).status == 201,
    ]
    return the_one(answers)


def may_delete(client: DavClient, path: str) -> bool:
    return client.request("DELETE", path).status == 204


def the_one(answers: list[bool]) -> bool:
    """All methods agree."""
    assert len(set(answers)) == 1, answers
    return answers[0]


def may_take_away(client: DavClient, path: str) -> bool:
    """Remove what others have put there, without writing oneself."""
    gone = client.request("DELETE", f"{path}nothing.ics").status == 404
    return gone and client.put(f"{path}nothing.ics", "x").conditions == ["D:need-privileges"]


DEEDS = {
    "r": may_read,
    "w": may_write,
    "p": may_set_properties,
    "m": may_make,
    "d": may_delete,
    "t": may_take_away,
}


@pytest.mark.parametrize(("path", "login", "rights"), CASES)
def test_what_is_in_the_table_can_be_done_and_nothing_else(
    staff: dict[str, DavClient], path: str, login: str, rights: str
) -> None:
    done = "".join(letter for letter, deed in DEEDS.items() if deed(staff[login], path))

    assert done == rights


@pytest.mark.parametrize(("path", "login", "rights"), CASES)
def test_the_privilege_set_says_what_can_be_done(
    staff: dict[str, DavClient], path: str, login: str, rights: str
) -> None:
    told = staff[login].propfind(path, PRIVILEGE_SET)

    if not rights:
        assert told.status in NO
        return
    [properties] = told.responses().values()
    assert isinstance(properties, dict)
    granted = {
        node.tag.partition("}")[2]
        for node in properties["D:current-user-privilege-set"].iterfind("./*/*")
    }
    of_interest = set().union(*PRIVILEGES.values())
    is_calendar = path.count("/") == 3 and not path.endswith("box/")
    assert ("read-free-busy" in granted) is is_calendar
    assert granted & of_interest == set().union(*(PRIVILEGES[letter] for letter in rights))


@pytest.mark.parametrize("path", BUILT_IN)
@pytest.mark.parametrize("login", STAFF)
def test_reserved_names_are_not_made_and_built_in_collections_stay(
    staff: dict[str, DavClient], path: str, login: str
) -> None:
    made = staff[login].request("MKCALENDAR", path)
    deleted = staff[login].request("DELETE", path)

    assert (made.status, made.conditions) == (403, ["D:need-privileges"])
    is_default = path == f"/{login}/appointments/" and made.status == deleted.status
    condition = "C:default-calendar-needed" if is_default else "D:need-privileges"
    assert (deleted.status, deleted.conditions) == (403, [condition])


@pytest.mark.parametrize(("path", "login", "rights"), [case for case in CASES if not case[2]])
def test_without_rights_no_method_does_anything(
    staff: dict[str, DavClient], path: str, login: str, rights: str
) -> None:
    statuses = {
        (method, member): staff[login]
        .request(
            method,
            path if path.count("/") < 3 else f"{path}{member}",
            make_event("one", "SUMMARY:changed") if method == "PUT" else "",
            destination=f"/dav/{login}/absences/stolen.ics",
            content_type="text/calendar" if method == "PUT" else "application/xml",
        )
        .status
        for method in METHODS
        for member in ("", "one.ics")
        if method != "OPTIONS"
    }

    assert {done for done, status in statuses.items() if not 400 <= status < 500} == set()


@pytest.mark.parametrize("path", EXPECTED)
@pytest.mark.parametrize("login", OUTSIDE)
def test_clients_and_strangers_are_asked_to_log_in(
    staff: dict[str, DavClient], path: str, login: str
) -> None:
    outsider = DavClient(staff[ALICE].app, login)

    statuses = {outsider.request(method, path).status for method in METHODS}

    assert statuses == {401}

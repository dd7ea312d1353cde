"""Live properties of the root, of principals and of collections, as XML text.

RFC 4918 §15, RFC 3744, RFC 4791 §5.2 and §6.2, RFC 6578 §4, RFC 6638 §2 and §9.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import formatdate
from typing import TYPE_CHECKING, TypeAlias

from assisto_caldav.domain.collection import BUILT_IN, CALENDARS, Collection, CollectionKind
from assisto_caldav.domain.moments import utc
from assisto_caldav.domain.privileges import has_home
from assisto_caldav.errors import NotFoundError
from assisto_caldav.usecases.shared_collections import owner_of
from assisto_caldav.usecases.staff import find_entry
from assisto_radicale import synctoken
from assisto_radicale.access_control import SHARED
from assisto_radicale.dead_properties import as_value, key_of
from assisto_radicale.hrefs import Target, href_of
from assisto_radicale.institution_principal import institution_value
from assisto_radicale.report_sets import PRINCIPAL_REPORTS, ROOT_REPORTS, collection_reports
from assisto_radicale.rights import privileges
from assisto_radicale.xmltext import CALENDARSERVER, caldav, dav, escape
from assisto_radicale.zone_properties import (
    TIMEZONE,
    TIMEZONE_ID,
    timezone_id_value,
    timezone_value,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assisto_caldav.config.model import ObjectLimits
    from assisto_caldav.domain.privileges import RoleFacts
    from assisto_caldav.ports import Ports


@dataclass(frozen=True, slots=True)
class Scene:
    """Who looks, and from where."""

    ports: Ports
    prefix: str
    facts: RoleFacts

    @property
    def user(self) -> str:
        """Return the login of who looks."""
        return self.facts.login

    def href(self, target: Target) -> str:
        """Return the ``D:href`` of a resource of ours."""
        return f"<D:href>{href_of(self.prefix, target)}</D:href>"


_ORDER = {
    kind: str(place) for place, kind in enumerate((k for k in BUILT_IN if k in CALENDARS), start=1)
}
_TYPES = {
    CollectionKind.INBOX: "<C:schedule-inbox/>",
    CollectionKind.OUTBOX: "<C:schedule-outbox/>",
}

RootMaker: TypeAlias = "Callable[[Scene], str]"
HomeMaker: TypeAlias = "Callable[[Scene, Target], str | None]"
CollectionMaker: TypeAlias = "Callable[[Scene, Collection], str | None]"


def _privilege_set(granted: tuple[str, ...]) -> str:
    return "".join(f"<D:privilege><{name}/></D:privilege>" for name in granted)


def _home_of(scene: Scene, target: Target) -> str:
    return scene.href(target.home)


def _me(scene: Scene) -> str:
    return scene.href(Target(scene.user))


def http_date(instant: int) -> str:
    """Return an instant as RFC 9110 §5.6.7 writes it."""
    return formatdate(instant, usegmt=True)


ROOT: Mapping[str, RootMaker] = {
    dav("resourcetype"): lambda _: "<D:collection/>",
    dav("displayname"): lambda _: "Assisto CalDAV",
    dav("current-user-principal"): _me,
    dav("principal-collection-set"): lambda scene: scene.href(Target()),
    dav("current-user-privilege-set"): lambda scene: _privilege_set(
        privileges(scene.facts, Target())
    ),
    dav("supported-report-set"): lambda _: ROOT_REPORTS,
}


def _staff_name(scene: Scene, target: Target) -> str:
    try:
        return escape(find_entry(scene.ports, target.owner)[1].name)
    except NotFoundError:
        return escape(target.owner)


def _with_home(maker: HomeMaker) -> HomeMaker:
    """Give the property to those who have a home, counsellors."""
    return lambda scene, target: (
        maker(scene, target) if has_home(scene.facts, target.owner) else None
    )


def _child(name: CollectionKind) -> HomeMaker:
    return _with_home(lambda scene, target: scene.href(Target(target.owner, name.value)))


HOME: Mapping[str, HomeMaker] = {
    dav("resourcetype"): lambda *_: "<D:collection/><D:principal/>",
    dav("displayname"): _staff_name,
    dav("current-user-principal"): lambda scene, _: _me(scene),
    dav("principal-URL"): _home_of,
    dav("owner"): _home_of,
    dav("principal-collection-set"): lambda scene, _: scene.href(Target()),
    dav("current-user-privilege-set"): lambda scene, target: _privilege_set(
        privileges(scene.facts, target)
    ),
    dav("supported-report-set"): lambda *_: PRINCIPAL_REPORTS,
    dav("alternate-URI-set"): lambda _, target: f"<D:href>mailto:{escape(target.owner)}</D:href>",
    dav("group-member-set"): lambda *_: "",
    dav("group-membership"): lambda scene, _: scene.href(Target(scene.facts.institution)),
    caldav("calendar-home-set"): _with_home(_home_of),
    caldav("calendar-user-address-set"): lambda scene, target: (
        f"<D:href>mailto:{escape(target.owner)}</D:href>{_home_of(scene, target)}"
    ),
    caldav("calendar-user-type"): lambda *_: "INDIVIDUAL",
    caldav("schedule-inbox-URL"): _child(CollectionKind.INBOX),
    caldav("schedule-outbox-URL"): _child(CollectionKind.OUTBOX),
    f"{{{CALENDARSERVER}}}email-address-set": lambda _, target: (
        f"<CS:email-address>{escape(target.owner)}</CS:email-address>"
    ),
}


def _for_calendars(maker: CollectionMaker) -> CollectionMaker:
    """Give the property to calendars alone."""
    return lambda scene, item: maker(scene, item) if item.kind in CALENDARS else None


def _for_synced(maker: CollectionMaker) -> CollectionMaker:
    """Give the property to all but the outbox, which never has members."""
    return lambda scene, item: maker(scene, item) if item.kind in synctoken.SYNCED else None


def _resourcetype(_: Scene, item: Collection) -> str:
    return f"<D:collection/>{_TYPES.get(item.kind, '<C:calendar/>')}"


def _components(_: Scene, item: Collection) -> str:
    return "".join(f'<C:comp name="{name}"/>' for name in item.components)


def _transp(_: Scene, item: Collection) -> str:
    return "<C:transparent/>" if item.is_transparent else "<C:opaque/>"


def _token(_: Scene, item: Collection) -> str:
    return synctoken.token_of(item)


def _default_calendar(scene: Scene, item: Collection) -> str | None:
    if item.kind is not CollectionKind.INBOX:
        return None
    return scene.href(Target(item.owner, CollectionKind.APPOINTMENTS.value))


def _collection_privileges(scene: Scene, item: Collection) -> str:
    return _privilege_set(privileges(scene.facts, Target(item.owner, item.name)))


def _limit(told: Callable[[ObjectLimits], str]) -> CollectionMaker:
    """Give calendars a limit of the configuration."""
    return _for_calendars(lambda scene, _: told(scene.ports.config.current().limits))


COLLECTION: Mapping[str, CollectionMaker] = {
    dav("resourcetype"): _resourcetype,
    dav("owner"): lambda scene, item: scene.href(Target(owner_of(item))),
    dav("current-user-principal"): lambda scene, _: _me(scene),
    dav("current-user-privilege-set"): _collection_privileges,
    dav("principal-collection-set"): lambda scene, _: scene.href(Target()),
    dav("supported-report-set"): lambda _, item: collection_reports(item),
    dav("sync-token"): _for_synced(_token),
    f"{{{CALENDARSERVER}}}getctag": _for_synced(_token),
    dav("getlastmodified"): lambda _, item: http_date(item.modified_at),
    dav("getcontenttype"): _for_calendars(lambda *_: "text/calendar; charset=utf-8"),
    caldav("supported-calendar-component-set"): _for_calendars(_components),
    caldav("supported-calendar-data"): _for_calendars(
        lambda *_: '<C:calendar-data content-type="text/calendar" version="2.0"/>'
    ),
    caldav("supported-collation-set"): _for_calendars(
        lambda *_: "".join(
            f"<C:supported-collation>i;{name}</C:supported-collation>"
            for name in ("ascii-casemap", "octet", "unicode-casemap")
        )
    ),
    caldav("max-resource-size"): _limit(lambda limits: str(limits.max_object_bytes)),
    caldav("max-instances"): _limit(lambda limits: str(limits.max_instances)),
    caldav("max-attendees-per-instance"): _limit(lambda limits: str(limits.max_attendees)),
    caldav("min-date-time"): _limit(lambda limits: utc(limits.min_date_time)),
    caldav("max-date-time"): _limit(lambda limits: utc(limits.max_date_time)),
    caldav("schedule-calendar-transp"): _for_calendars(_transp),
    TIMEZONE: _for_calendars(timezone_value),
    TIMEZONE_ID: _for_calendars(timezone_id_value),
    caldav("schedule-default-calendar-URL"): _default_calendar,
}

SETTABLE = frozenset(
    {dav("displayname"), TIMEZONE, TIMEZONE_ID, caldav("schedule-calendar-transp")}
)
"""Live properties of calendars that their owners change."""

PROTECTED = (frozenset(COLLECTION) | frozenset(HOME) | frozenset(SHARED)) - SETTABLE | {
    dav("getetag"),
    caldav("schedule-tag"),
}
"""Live properties: no PROPPATCH changes them (RFC 4918 §15)."""

_DISPLAYNAME = dav("displayname")
_NOT_IN_ALLPROP = frozenset(
    name for name in (*COLLECTION, *HOME) if not name.startswith("{DAV:}")
) | {
    caldav("calendar-description"),
    dav("alternate-URI-set"),
    dav("group-member-set"),
    dav("group-membership"),
    dav("principal-URL"),
    dav("current-user-privilege-set"),
    dav("supported-report-set"),
    dav("principal-collection-set"),
    dav("sync-token"),
}


def in_allprop(name: str) -> bool:
    """Tell whether allprop includes a live property (RFC 4918 §9.1, RFC 4791 §5.2)."""
    return name not in _NOT_IN_ALLPROP


def stored_properties(item: Collection) -> dict[str, str]:
    """Return the dead properties and defaults for those that are not set, by short names."""
    found = {"D:displayname": item.name}
    if item.kind in _ORDER:
        found["ICAL:calendar-order"] = _ORDER[item.kind]
    return found | dict(item.props)


def collection_value(scene: Scene, item: Collection, name: str) -> str | None:
    """Return a property of a collection for ``as_element``, None when it has none."""
    maker = COLLECTION.get(name)
    if maker is not None:
        return maker(scene, item)
    shared = SHARED.get(name)
    if shared is not None:
        return shared(scene, Target(item.owner, item.name))
    value = stored_properties(item).get(key_of(name))
    return None if value is None else as_value(value)


def home_value(scene: Scene, target: Target, name: str) -> str | None:
    """Return a property of a principal as XML, None when it has none."""
    if target.owner == scene.facts.institution:
        return institution_value(scene, name)
    maker = HOME.get(name) or SHARED.get(name)
    return maker(scene, target) if maker else None


def root_value(scene: Scene, name: str) -> str | None:
    """Return a property of the root as XML, None when it has none."""
    maker = ROOT.get(name)
    if maker is not None:
        return maker(scene)
    shared = SHARED.get(name)
    return shared(scene, Target()) if shared else None

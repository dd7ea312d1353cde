"""The institution as a principal of its own (RFC 3744 §2): it has an address, and no home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assisto_radicale.access_control import SHARED
from assisto_radicale.hrefs import Target
from assisto_radicale.report_sets import PRINCIPAL_REPORTS
from assisto_radicale.rights import privileges
from assisto_radicale.xmltext import caldav, dav, escape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assisto_caldav.domain.institution import Institution
    from assisto_radicale.properties import Scene


def _own(scene: Scene) -> str:
    return scene.href(Target(scene.facts.institution))


def _addresses(scene: Scene, institution: Institution) -> str:
    # The ORGANIZER of every appointment, so that apps can tell who that is.
    address = escape(institution.appointment_address.lower())
    return f"<D:href>mailto:{address}</D:href>{_own(scene)}"


def _privileges(scene: Scene, _: Institution) -> str:
    granted = privileges(scene.facts, Target(scene.facts.institution))
    return "".join(f"<D:privilege><{name}/></D:privilege>" for name in granted)


_VALUES: Mapping[str, Callable[[Scene, Institution], str]] = {
    dav("resourcetype"): lambda *_: "<D:collection/><D:principal/>",
    dav("displayname"): lambda _, institution: escape(institution.name),
    dav("current-user-principal"): lambda scene, _: scene.href(Target(scene.user)),
    dav("current-user-privilege-set"): _privileges,
    dav("principal-URL"): lambda scene, _: _own(scene),
    dav("owner"): lambda scene, _: _own(scene),
    dav("principal-collection-set"): lambda scene, _: scene.href(Target()),
    dav("supported-report-set"): lambda *_: PRINCIPAL_REPORTS,
    dav("alternate-URI-set"): lambda _, institution: (
        f"<D:href>mailto:{escape(institution.appointment_address.lower())}</D:href>"
    ),
    dav("group-membership"): lambda *_: "",
    dav("group-member-set"): lambda scene, institution: "".join(
        scene.href(Target(entry.login)) for entry in institution.staff
    ),
    caldav("calendar-user-type"): lambda *_: "GROUP",
    caldav("calendar-user-address-set"): _addresses,
}


def institution_value(scene: Scene, name: str) -> str | None:
    """Return a property of the institution of who looks, as XML; None when it has none."""
    shared = SHARED.get(name)
    if shared is not None:
        return shared(scene, Target(scene.facts.institution))
    maker = _VALUES.get(name)
    institution = scene.ports.config.current().institutions.get(scene.facts.institution)
    return maker(scene, institution) if maker and institution else None

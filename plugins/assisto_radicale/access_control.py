"""The properties of RFC 3744 that every resource has: rights come from roles alone.

No ACL method and so no ``access-control`` in the DAV header: who may do what
follows from config, and ``D:acl`` shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from assisto_caldav.domain.collection import CALENDARS, CollectionKind
from assisto_caldav.domain.privileges import role_facts
from assisto_radicale.hrefs import Target
from assisto_radicale.rights import kind_named, privileges
from assisto_radicale.xmltext import dav

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from assisto_radicale.properties import Scene


class _Privilege(NamedTuple):
    """A privilege with what it contains (RFC 3744 §5.3)."""

    name: str
    description: str
    contains: tuple[_Privilege, ...] = ()


_WRITE = _Privilege(
    "D:write",
    "Ändern",
    (
        _Privilege("D:write-properties", "Eigenschaften ändern"),
        _Privilege("D:write-content", "Inhalte ändern"),
        _Privilege("D:bind", "Hinzufügen"),
        _Privilege("D:unbind", "Entfernen"),
    ),
)
_SEES_RIGHTS = _Privilege("D:read-current-user-privilege-set", "Eigene Rechte lesen")
_FREEBUSY = _Privilege("C:read-free-busy", "Frei/belegt lesen")
_SEND = _Privilege(
    "C:schedule-send",
    "Einladungen senden",
    (
        _Privilege("C:schedule-send-invite", "Einladen"),
        _Privilege("C:schedule-send-reply", "Antworten"),
        _Privilege("C:schedule-send-freebusy", "Nach Frei/belegt fragen"),
    ),
)
_DELIVER = _Privilege(
    "C:schedule-deliver",
    "Einladungen zustellen",
    (
        _Privilege("C:schedule-deliver-invite", "Einladungen zustellen"),
        _Privilege("C:schedule-deliver-reply", "Antworten zustellen"),
        _Privilege("C:schedule-query-freebusy", "Frei/belegt abfragen"),
    ),
)
_OF_SCHEDULING: Mapping[CollectionKind, tuple[_Privilege, ...]] = {
    CollectionKind.INBOX: (_DELIVER,),
    CollectionKind.OUTBOX: (_SEND,),
}


def _supported(_: Scene, target: Target) -> str:
    kind = kind_named(target.collection) if target.collection else None
    reads: tuple[_Privilege, ...] = (_SEES_RIGHTS,)
    if kind in CALENDARS:
        # RFC 4791 §6.1.1: whoever may read may read that.
        reads = (*reads, _FREEBUSY)
    more = _OF_SCHEDULING.get(kind, ()) if kind is not None else ()
    everything = (_Privilege("D:read", "Lesen", reads), _WRITE, *more)
    return _tree(_Privilege("D:all", "Alles", everything), is_abstract=True)


def _tree(privilege: _Privilege, *, is_abstract: bool = False) -> str:
    return (
        f"<D:supported-privilege><D:privilege><{privilege.name}/></D:privilege>"
        f"{'<D:abstract/>' if is_abstract else ''}"
        f'<D:description xml:lang="de">{privilege.description}</D:description>'
        f"{''.join(map(_tree, privilege.contains))}</D:supported-privilege>"
    )


def _acl(scene: Scene, target: Target) -> str:
    return "".join(_aces(scene, target))


def _aces(scene: Scene, target: Target) -> Iterator[str]:
    """Yield what each member of staff may do, as ``rights`` answers it for them."""
    institution = scene.ports.config.current().institutions[scene.facts.institution]
    for entry in institution.staff:
        granted = privileges(role_facts(institution, entry.login), target)
        if granted:
            inner = "".join(f"<D:privilege><{name}/></D:privilege>" for name in granted)
            yield (
                f"<D:ace><D:principal>{scene.href(Target(entry.login))}</D:principal>"
                f"<D:grant>{inner}</D:grant><D:protected/></D:ace>"
            )


SHARED: Mapping[str, Callable[[Scene, Target], str]] = {
    dav("supported-privilege-set"): _supported,
    dav("acl"): _acl,
    dav("acl-restrictions"): lambda *_: "<D:grant-only/><D:no-invert/>",
    dav("principal-collection-set"): lambda scene, _: scene.href(Target()),
}
"""Properties of every resource, by Clark name; none is in allprop."""

"""Every method of Radicale's that we override still has the signature that we know."""

from __future__ import annotations

import inspect

import pytest
import radicale
import radicale.app
import radicale.auth
import radicale.rights
import radicale.storage

from assisto_radicale.app import Application
from assisto_radicale.auth import Auth
from assisto_radicale.collection import Home, StoredCollection
from assisto_radicale.rights import Rights
from assisto_radicale.storage import Storage

PAIRS = [
    (Application, radicale.app.Application),
    (Auth, radicale.auth.BaseAuth),
    (Rights, radicale.rights.BaseRights),
    (Storage, radicale.storage.BaseStorage),
    (StoredCollection, radicale.storage.BaseCollection),
    (Home, radicale.storage.BaseCollection),
]
OURS_ALONE = {"__init__", "__module__", "__doc__", "__annotations__"}


def overridden() -> list[tuple[type, type, str]]:
    return [
        (ours, theirs, name)
        for ours, theirs in PAIRS
        for name in vars(ours)
        if name not in OURS_ALONE and hasattr(theirs, name)
    ]


def names_and_defaults(member: object) -> list[tuple[str, object, object]]:
    function = member.fget if isinstance(member, property) else member
    assert callable(function)
    return [
        (one.name, one.kind, one.default) for one in inspect.signature(function).parameters.values()
    ]


def test_the_installed_radicale_is_the_one_that_we_know() -> None:
    assert radicale.VERSION == "3.9.0"


@pytest.mark.parametrize(
    ("ours", "theirs", "name"), overridden(), ids=lambda value: getattr(value, "__name__", value)
)
def test_an_override_has_the_signature_of_what_it_overrides(
    ours: type, theirs: type, name: str
) -> None:
    mine, original = inspect.getattr_static(ours, name), inspect.getattr_static(theirs, name)
    if not callable(original) and not isinstance(original, property):
        assert type(mine) is type(original)
        return

    assert isinstance(mine, property) == isinstance(original, property)
    assert names_and_defaults(mine) == names_and_defaults(original)


def test_every_method_that_radicale_answers_is_answered_by_us() -> None:
    theirs = {name for name in dir(radicale.app.Application) if name.startswith("do_")}

    assert theirs <= set(vars(Application))

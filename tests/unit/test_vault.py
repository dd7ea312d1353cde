from __future__ import annotations

import base64
from pathlib import Path

import pytest

from assisto_caldav.adapters.vault import AesVault, fingerprint, load_or_create_key
from assisto_caldav.errors import ConfigError, SealedValueError

KEY = bytes(range(32))
PLACE = {"table": "appointment", "column": "name", "row": "a1"}


@pytest.fixture
def vault() -> AesVault:
    return AesVault(KEY)


@pytest.mark.parametrize("text", ["Grace", "Grüße 🎈", "x" * 100_000, "v1:"])
def test_a_sealed_text_opens_in_its_place(vault: AesVault, text: str) -> None:
    sealed = vault.seal(text, **PLACE)

    assert sealed.startswith("v1:")
    assert text not in sealed.removeprefix("v1:")
    assert vault.open(sealed, **PLACE) == text


def test_the_empty_text_stays_empty(vault: AesVault) -> None:
    assert vault.seal("", **PLACE) == ""
    assert vault.open("", **PLACE) == ""


def test_one_text_is_sealed_differently_each_time(vault: AesVault) -> None:
    assert vault.seal("Grace", **PLACE) != vault.seal("Grace", **PLACE)


@pytest.mark.parametrize("moved", [{"table": "outbox"}, {"column": "email"}, {"row": "a2"}])
def test_a_value_that_was_moved_does_not_open(vault: AesVault, moved: dict[str, str]) -> None:
    sealed = vault.seal("Grace", **PLACE)

    with pytest.raises(SealedValueError):
        vault.open(sealed, **{**PLACE, **moved})


@pytest.mark.parametrize("position", [3, 20, -3])
def test_a_value_that_was_altered_does_not_open(vault: AesVault, position: int) -> None:
    letters = list(vault.seal("Grace", **PLACE))
    letters[position] = "A" if letters[position] != "A" else "B"

    with pytest.raises(SealedValueError):
        vault.open("".join(letters), **PLACE)


@pytest.mark.parametrize("value", ["v1:", "v1:AAAA", "v1:é", "plain text", "v2:AAAA"])
def test_what_was_never_sealed_does_not_open(vault: AesVault, value: str) -> None:
    with pytest.raises(SealedValueError):
        vault.open(value, **PLACE)


def test_another_key_opens_nothing(vault: AesVault) -> None:
    sealed = vault.seal("Grace", **PLACE)

    with pytest.raises(SealedValueError):
        AesVault(KEY[::-1]).open(sealed, **PLACE)


def test_a_fingerprint_tells_keys_apart_and_does_not_hold_the_key() -> None:
    assert fingerprint(KEY) == AesVault(KEY).fingerprint
    assert fingerprint(KEY) != fingerprint(KEY[::-1])
    assert fingerprint(KEY) not in KEY.hex()


def test_the_first_start_makes_a_key_file_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "assisto.key"

    key = load_or_create_key(path, environ={})

    assert len(key) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["assisto.key"]
    assert load_or_create_key(path, environ={}) == key


def test_the_environment_wins_over_the_file_and_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "assisto.key"

    key = load_or_create_key(path, environ={"ASSISTO_KEY": base64.b64encode(KEY).decode()})

    assert key == KEY
    assert not path.exists()


@pytest.mark.parametrize("text", ["", "too short", "A" * 44, "é" * 43])
def test_a_broken_key_file_is_reported_and_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "assisto.key"
    path.write_text(text, "utf-8")

    with pytest.raises(ConfigError, match=r"assisto\.key"):
        load_or_create_key(path, environ={})

    assert path.read_text("utf-8") == text

"""Unexpected errors in the log: where, never what was said."""

from __future__ import annotations

from assisto_caldav.failures import frames_of

SAID = "Grace schreibt: geheim"


def raised(*, chained: bool) -> BaseException:
    try:
        try:
            {}[SAID]
        except KeyError as exc:
            if chained:
                raise RuntimeError(SAID) from exc
            raise
    except (KeyError, RuntimeError) as caught:
        return caught


def test_an_error_is_told_by_its_type_and_frames_alone() -> None:
    told = frames_of(raised(chained=False))

    assert told.startswith("KeyError\n")
    assert "in raised" in told
    assert SAID not in told


def test_what_led_to_an_error_comes_first() -> None:
    told = frames_of(raised(chained=True))

    assert told.index("KeyError") < told.index("then:") < told.index("RuntimeError")
    assert SAID not in told


def test_errors_that_lead_to_each_other_end() -> None:
    one, other = ValueError(SAID), TypeError(SAID)
    one.__cause__, other.__cause__ = other, one

    assert frames_of(one).count("ValueError") == 1

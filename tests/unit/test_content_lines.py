"""Reading and editing single content lines."""

from __future__ import annotations

from contextlib import suppress

import pytest

from assisto_caldav.domain.content_lines import (
    escape_text,
    fold,
    iter_lines,
    parse_line,
    replace_properties,
    unescape_text,
)
from assisto_caldav.errors import InvalidCalendarObjectError

EVENT = (
    "BEGIN:VCALENDAR\r\n"
    "VERSION:2.0\r\n"
    "BEGIN:VEVENT\r\n"
    "UID:a\r\n"
    "summary:Smith, John and a very long name that the author folded right he\r\n"
    " re\r\n"
    "BEGIN:VALARM\r\n"
    "SUMMARY:Alarm\r\n"
    "END:VALARM\r\n"
    "STATUS:TENTATIVE\r\n"
    "END:VEVENT\r\n"
    "END:VCALENDAR\r\n"
)


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r", "\r\r\n"])
def test_lines_are_unfolded_whatever_their_line_ends(line_end: str) -> None:
    text = EVENT.replace("\r\n", line_end)

    lines = list(iter_lines(text))

    assert lines[4].text.endswith("folded right here")
    assert len(lines) == 11


def test_a_line_knows_its_place_and_its_component() -> None:
    lines = list(iter_lines(EVENT))

    alarm = lines[6]
    assert (alarm.path, alarm.component) == (("VCALENDAR", "VEVENT", "VALARM"), 2)
    assert EVENT[alarm.start : alarm.end] == "SUMMARY:Alarm\r\n"
    assert lines[8].component == 1
    assert "".join(EVENT[line.start : line.end] for line in lines) == EVENT


@pytest.mark.parametrize(
    "text",
    [
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n",
        "BEGIN:VCALENDAR\n",
        "END:VCALENDAR\n",
        "BEGIN:A\n" * 100 + "END:A\n" * 100,
    ],
)
def test_components_that_do_not_match_are_refused(text: str) -> None:
    with pytest.raises(InvalidCalendarObjectError):
        list(iter_lines(text))


def test_a_line_longer_than_the_limit_is_refused() -> None:
    text = "X:" + "ä\n " * 50

    assert list(iter_lines(text, max_octets=102))
    with pytest.raises(InvalidCalendarObjectError, match="longer"):
        list(iter_lines(text, max_octets=101))


@pytest.mark.timeout(60)  # a hang is what it finds, on any machine
@pytest.mark.parametrize("unit", ["\r\n ", "\n \r", "\r", "\n\t", " ", "X:\r\r", '";,'])
def test_a_megabyte_of_foldings_is_read_in_linear_time(unit: str) -> None:
    lines = list(iter_lines("X;Y=" + unit * (1_000_000 // len(unit))))
    with suppress(InvalidCalendarObjectError):
        assert parse_line(lines[0].text).name == "X"


def test_a_line_is_split_into_name_parameters_and_value() -> None:
    found = parse_line(
        'attendee;CN="Doe: Jane; Dr.";member="mailto:a@x","mailto:b@x";X=^^^n^\':mailto:j@x:y'
    )

    assert found.name == "ATTENDEE"
    assert found.param("CN") == "Doe: Jane; Dr."
    assert found.params["MEMBER"] == ("mailto:a@x", "mailto:b@x")
    assert found.param("X") == '^\n"'
    assert found.value == "mailto:j@x:y"


def test_a_lone_quotation_mark_in_a_parameter_is_a_letter() -> None:
    found = parse_line('ATTENDEE;CN=Bob 5" Smith;PARTSTAT=ACCEPTED:mailto:bob@mitte.example')

    assert found.param("PARTSTAT") == "ACCEPTED"


@pytest.mark.parametrize("line", ["", "SUMMARY", ":x", "X;Y", "X;Y=1", 'X;Y="1'])
def test_a_line_without_name_or_colon_is_refused(line: str) -> None:
    with pytest.raises(InvalidCalendarObjectError):
        parse_line(line)


def test_folding_never_cuts_a_character_and_stays_below_75_octets() -> None:
    line = "SUMMARY:" + "Größe 😀" * 40

    folded = fold(line)

    assert all(len(part.encode()) <= 75 for part in folded.split("\r\n"))
    assert next(iter_lines(folded)).text == line


def test_replacing_a_property_leaves_every_other_byte_alone() -> None:
    changed = replace_properties(EVENT, 1, {"Status": "STATUS:CONFIRMED"})

    assert changed == EVENT.replace("STATUS:TENTATIVE", "STATUS:CONFIRMED")


def test_a_folded_property_is_replaced_whole_but_not_the_one_of_the_alarm() -> None:
    changed = replace_properties(EVENT, 1, {"SUMMARY": "SUMMARY:Termin"})

    assert "SUMMARY:Termin\r\nBEGIN:VALARM\r\nSUMMARY:Alarm" in changed
    assert "Smith" not in changed
    assert "\r\n re" not in changed


def test_an_unchanged_line_keeps_its_own_folding() -> None:
    same = next(line.text for line in iter_lines(EVENT) if line.name == "SUMMARY")

    assert replace_properties(EVENT, 1, {"SUMMARY": same}) == EVENT


def test_a_missing_property_is_inserted_before_the_first_inner_component() -> None:
    changed = replace_properties(EVENT, 1, {"SEQUENCE": "SEQUENCE:1", "TRANSP": None})

    assert changed == EVENT.replace("BEGIN:VALARM", "SEQUENCE:1\r\nBEGIN:VALARM")


def test_removing_a_property_removes_its_whole_line() -> None:
    assert replace_properties(EVENT, 1, {"STATUS": None}) == EVENT.replace(
        "STATUS:TENTATIVE\r\n", ""
    )


def test_new_lines_take_the_line_ends_of_the_file() -> None:
    changed = replace_properties(EVENT.replace("\r\n", "\n"), 2, {"ACTION": "ACTION:" + "x" * 80})

    assert "\r" not in changed
    assert "SUMMARY:Alarm\nACTION:xxx" in changed


def test_several_lines_of_one_name_are_replaced_in_their_order() -> None:
    text = "BEGIN:A\nX:1\nX:2\nX:3\nY:1\nEND:A\n"

    assert replace_properties(text, 0, {"X": ["X:1", "X:b"]}) == "BEGIN:A\nX:1\nX:b\nY:1\nEND:A\n"
    assert replace_properties(text, 0, {"Y": ["Y:1", "Y:2"]}) == text.replace("Y:1\n", "Y:1\nY:2\n")


def test_editing_a_component_that_is_not_there_is_refused() -> None:
    with pytest.raises(InvalidCalendarObjectError, match="no such component"):
        replace_properties(EVENT, 9, {"X": "X:1"})


def test_text_survives_escaping() -> None:
    text = "a,b;c\\d\r\ne\nf\\n"

    assert escape_text(text) == "a\\,b\\;c\\\\d\\ne\\nf\\\\n"
    assert unescape_text(escape_text(text)) == "a,b;c\\d\ne\nf\\n"


def test_an_unescaped_comma_is_kept() -> None:
    assert unescape_text("Smith, John\\, Jr.") == "Smith, John, Jr."

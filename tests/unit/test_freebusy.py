"""How a component counts as busy time."""

from __future__ import annotations

import pytest

from assisto_caldav.domain.component import parse_components
from assisto_caldav.domain.freebusy import fbtype

OWN = ("mailto:Alice@mitte.example",)
DECLINED = "ATTENDEE;PARTSTAT=DECLINED:mailto:{}"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], "BUSY"),
        (["DTSTART;VALUE=DATE:20270201"], "BUSY"),
        (["TRANSP:OPAQUE"], "BUSY"),
        (["TRANSP:transparent"], "FREE"),
        (["STATUS:TENTATIVE"], "BUSY-TENTATIVE"),
        (["STATUS:CONFIRMED"], "BUSY"),
        (["STATUS:CANCELLED"], "FREE"),
        ([DECLINED.format("alice@mitte.example")], "FREE"),
        ([DECLINED.format("bob@mitte.example")], "BUSY"),
        (["ATTENDEE;PARTSTAT=TENTATIVE:mailto:alice@mitte.example"], "BUSY"),
        (["X-MICROSOFT-CDO-BUSYSTATUS:FREE"], "FREE"),
        (["X-MICROSOFT-CDO-BUSYSTATUS:OOF"], "BUSY-UNAVAILABLE"),
        (["X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE"], "BUSY-TENTATIVE"),
        (["X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE"], "BUSY"),
        (["X-MICROSOFT-CDO-BUSYSTATUS:OOF", "TRANSP:TRANSPARENT"], "FREE"),
        (["X-MICROSOFT-CDO-BUSYSTATUS:BUSY", "STATUS:TENTATIVE"], "BUSY-TENTATIVE"),
    ],
)
def test_an_event_is_busy_unless_it_says_otherwise(lines: list[str], expected: str) -> None:
    text = "\n".join(("BEGIN:VEVENT", *lines, "END:VEVENT"))

    assert fbtype(parse_components(text)[0], OWN) == expected


@pytest.mark.parametrize("name", ["VTODO", "VJOURNAL"])
def test_tasks_and_journals_never_block(name: str) -> None:
    component = parse_components(f"BEGIN:{name}\nTRANSP:OPAQUE\nEND:{name}")[0]

    assert fbtype(component, OWN) == "FREE"

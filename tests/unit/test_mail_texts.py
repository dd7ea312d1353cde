"""The words of mails: complete in every language, neutral where strangers may look."""

from __future__ import annotations

import re

import pytest

from assisto_caldav.adapters.mail.catalogue import catalogue

LANGUAGES = ("de", "en")
FACT = re.compile(r"\{[{%]\s*(?:for \w+ in |if )?(\w+)")
TOPICS = re.compile(r"berat|counsel|gespräch|therap|krise|crisis", re.IGNORECASE)


def entries(language: str) -> dict[str, dict[str, str]]:
    whole = catalogue(language)
    return {
        f"{audience}.{kind}": entry
        for audience in ("staff", "client")
        for kind, entry in whole[audience].items()
    }


def test_every_language_has_every_mail() -> None:
    assert entries("en").keys() == entries("de").keys()


@pytest.mark.parametrize("name", sorted(entries("de")))
def test_a_mail_tells_the_same_facts_in_every_language(name: str) -> None:
    german, english = entries("de")[name], entries("en")[name]

    for part in ("subject", "body"):
        assert set(FACT.findall(german[part])) == set(FACT.findall(english[part]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_mails_to_clients_have_a_subject_that_betrays_nothing(language: str) -> None:
    subjects = {entry["subject"] for entry in catalogue(language)["client"].values()}

    assert len(subjects) == 1
    assert not TOPICS.search(subjects.pop())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_line_to_a_client_names_no_topic(language: str) -> None:
    for entry in catalogue(language)["client"].values():
        assert not TOPICS.search(entry["body"].strip().splitlines()[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_mail_shouts(language: str) -> None:
    for entry in entries(language).values():
        assert "!" not in entry["subject"] + entry["body"]

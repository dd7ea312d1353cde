"""The words of mails: complete in every language, neutral where strangers may look."""

from __future__ import annotations

import re

import pytest

from assisto_caldav.adapters.mail.catalogue import catalogue, languages, own_words
from assisto_caldav.domain.languages import INFORMAL_GERMAN

LANGUAGES = sorted(languages())
# The informal texts say only what differs from the German ones.
WHOLE = sorted(languages() - {INFORMAL_GERMAN})
FACT = re.compile(r"\{[{%]\s*(?:for \w+ in |if )?(\w+)")
# "Sie" after a full stop may be a request or an appointment.
FORMAL = re.compile(r"\b(Ihnen|Ihr\w*)\b|(?<=[a-zäöü,] )Sie\b")
TOPICS = re.compile(r"berat|counsel|gespräch|therap|krise|crisis", re.IGNORECASE)


def entries(language: str) -> dict[str, dict[str, str]]:
    whole = catalogue(language)
    return {
        f"{audience}.{kind}": entry
        for audience in ("staff", "client")
        for kind, entry in whole[audience].items()
    }


def missing_from(language: str) -> set[str]:
    """Return what a language's own file must say and does not: what clients read."""
    german, own = catalogue("de"), own_words(language)
    mails = {f"client.{kind}" for kind in german["client"].keys() - own.get("client", {}).keys()}
    words = german["channels"].keys() - own.get("channels", {}).keys()
    footer = {"client"} - own.get("footer", {}).keys()
    return mails | {f"channels.{word}" for word in words} | {f"footer.{name}" for name in footer}


@pytest.mark.parametrize("language", WHOLE)
def test_every_language_has_every_text_of_mails_to_clients(language: str) -> None:
    assert missing_from(language) == set()


def test_a_missing_mail_text_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    words = {**own_words("en"), "client": {}}
    monkeypatch.setattr("tests.unit.test_mail_texts.own_words", lambda language: words)

    assert "client.received" in missing_from("en")


def test_staff_read_every_mail_in_english() -> None:
    assert own_words("en").keys() == own_words("de").keys()
    assert own_words("en")["staff"].keys() == own_words("de")["staff"].keys()
    assert own_words("en")["changes"].keys() == own_words("de")["changes"].keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_has_a_mail_that_german_has_not(language: str) -> None:
    assert entries(language).keys() == entries("de").keys()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(entries("de")))
def test_a_mail_tells_the_same_facts_in_every_language(name: str, language: str) -> None:
    german, other = entries("de")[name], entries(language)[name]

    for part in ("subject", "body"):
        assert set(FACT.findall(german[part])) == set(FACT.findall(other[part]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_times_have_their_day_and_their_ends(language: str) -> None:
    times = catalogue(language)["times"]

    assert {"{day}", "{start}", "{end}"} == set(re.findall(r"\{\w+\}", times["interval"]))
    assert {"{day}", "{start}"} == set(re.findall(r"\{\w+\}", times["instant"]))


def test_informal_mails_to_clients_never_say_the_formal_word() -> None:
    informal = catalogue(INFORMAL_GERMAN)

    for entry in informal["client"].values():
        assert not FORMAL.search(entry["subject"] + entry["body"])
    assert not FORMAL.search(informal["footer"]["client"])


@pytest.mark.parametrize("entry", sorted(catalogue("de-x-einfach")["client"]))
def test_simple_mails_have_short_sentences(entry: str) -> None:
    body = catalogue("de-x-einfach")["client"][entry]["body"]
    sentences = re.split(r"[.?:]\s", re.sub(r"\{[%{].*?[%}]\}", "", body))

    assert max(len(sentence.split()) for sentence in sentences) <= 12


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

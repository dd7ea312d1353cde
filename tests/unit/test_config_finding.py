"""Languages of counselling and routing questions: what is read, and what is complained of."""

from __future__ import annotations

import tomllib

import pytest

from assisto_caldav.config.document import Document
from assisto_caldav.config.finding import read_routing, read_spoken, read_spoken_by
from assisto_caldav.config.table import Table
from assisto_caldav.domain.channel import Channel
from tests.office import COUPLE, TALK


def read(text: str) -> tuple[Table, Document]:
    document = Document("mitte.toml")
    return Table(tomllib.loads(text), document), document


def problems(document: Document) -> list[str]:
    return [f"{one.key}: {one.text}" for one in document.problems]


def test_without_a_word_counselling_is_in_german() -> None:
    table, document = read("")

    assert read_spoken(table) == ("de",)
    assert problems(document) == []


@pytest.mark.parametrize("tag", ["klingon", "de-x-einfach", "ar-XB"])
def test_a_language_that_nobody_speaks_is_refused(tag: str) -> None:
    table, document = read(f'languages = ["de", "{tag}"]')

    read_spoken(table)

    (problem,) = problems(document)
    assert problem.startswith(f"languages[1]: „{tag}“ ist keine Sprache")
    assert "„tr“" in problem


def test_no_language_at_all_is_refused() -> None:
    table, document = read("languages = []")

    read_spoken(table)

    assert problems(document) == ["languages: Hier muss mindestens eine Sprache stehen."]


def test_a_person_counsels_in_the_languages_of_the_centre() -> None:
    table, document = read('languages = ["tr", "fr"]')

    read_spoken_by(table, ("de", "tr"))

    assert problems(document) == [
        "languages[1]: „fr“ fehlt in den Sprachen der Einrichtung („languages“ ganz oben)."
    ]


ROUTING = """
[[routing]]
question = "Was passt?"
[routing.en]
question = "What fits?"
[[routing.answers]]
text = "Nur eine Frage"
service = "s1"
channel = "phone"
[[routing.answers]]
text = "Etwas anderes"
hint = "Rufen Sie dort an."
[routing.answers.en]
hint = "Call them."
"""


def test_a_question_leads_to_a_service_or_says_who_else_helps() -> None:
    table, document = read(ROUTING)

    (question,) = read_routing(table, (TALK, COUPLE))

    assert problems(document) == []
    assert question.question_in("en").text == "What fits?"
    first, second = question.answers
    assert (first.service, first.channel) == ("s1", Channel.PHONE)
    assert first.text_in("en").language == "de"
    assert second.hint_in("en").text == "Call them."


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ('service = "s9"', "service: Eine Beratungsleistung „s9“ gibt es nicht."),
        ("", "service: Eine Antwort führt entweder"),
        ('service = "s1"\nhint = "x"', "service: Eine Antwort führt entweder"),
        ('service = "s2"\nchannel = "phone"', "channel: Auf diesem Kanal"),
        ('service = "s1"\nchannel = "fax"', "channel: „fax“ gibt es hier nicht; möglich ist"),
        ('hint = "x"\nchannel = "phone"', "channel: Auf diesem Kanal"),
        ('service = "s1"\nservise = "s1"', "servise: Diesen Schlüssel gibt es hier nicht."),
    ],
)
def test_an_answer_that_leads_nowhere_is_refused(answer: str, problem: str) -> None:
    text = f'[[routing]]\nquestion = "?"\n[[routing.answers]]\ntext = "Ja"\n{answer}'
    table, document = read(text)

    assert read_routing(table, (TALK, COUPLE)) == ()
    (found,) = problems(document)
    assert found.startswith(f"routing[0].answers[0].{problem}")


def test_a_question_needs_answers() -> None:
    table, document = read('[[routing]]\nquestion = "?"')

    assert read_routing(table, (TALK,)) == ()
    assert "braucht Antworten" in problems(document)[0]

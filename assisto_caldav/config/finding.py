"""Read what helps visitors to find: languages of counselling, and routing questions."""

from __future__ import annotations

from collections.abc import Collection

from assisto_caldav.config.table import Table
from assisto_caldav.config.translations import read_translations
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.languages import GERMAN, TONGUES, is_known
from assisto_caldav.domain.routing import RoutingAnswer, RoutingQuestion
from assisto_caldav.domain.service import Service


def read_spoken(root: Table) -> tuple[str, ...]:
    """Read the languages in which a centre counsels."""
    given = root.texts("languages", (GERMAN,))
    known = [tag for tag in TONGUES if is_known(tag) and "-x-" not in tag]
    for number, tag in enumerate(given):
        if tag not in known:
            names = ", ".join(f"„{one}“" for one in known)
            problem = f"„{tag}“ ist keine Sprache, die wir kennen; möglich ist {names}."
            root.complain("languages", problem, number=number)
    if not given:
        root.complain("languages", "Hier muss mindestens eine Sprache stehen.")
    return tuple(dict.fromkeys(given))


def read_spoken_by(table: Table, spoken: Collection[str]) -> tuple[str, ...]:
    """Read the languages in which one person counsels, out of the centre's."""
    given = table.texts("languages")
    for number, tag in enumerate(given):
        if tag not in spoken:
            problem = f"„{tag}“ fehlt in den Sprachen der Einrichtung („languages“ ganz oben)."
            table.complain("languages", problem, number=number)
    return tuple(dict.fromkeys(given))


def read_routing(root: Table, services: Collection[Service]) -> tuple[RoutingQuestion, ...]:
    """Read ``[[routing]]`` with its ``[[routing.answers]]``: the sound ones."""
    found = []
    for table in root.tables("routing"):
        question = RoutingQuestion(
            question=table.required_text("question"),
            answers=tuple(_read_answer(each, services) for each in table.tables("answers")),
            translations=read_translations(table, ("question",)),
        )
        if not question.answers:
            table.complain("answers", "Eine Frage braucht Antworten: [[routing.answers]].")
        table.finish()
        if table.is_sound:
            found.append(question)
    return tuple(found)


def _read_answer(table: Table, services: Collection[Service]) -> RoutingAnswer:
    service_id, hint = table.text("service"), table.lines("hint")
    channel = _read_channel(table)
    service = next((one for one in services if one.id == service_id), None)
    if bool(service_id) == bool(hint):
        problem = "Eine Antwort führt entweder zu einer Leistung („service“) oder sagt, wer sonst"
        table.complain("service", f"{problem} hilft („hint“).")
    elif service_id and service is None:
        table.complain("service", f"Eine Beratungsleistung „{service_id}“ gibt es nicht.")
    elif channel and (service is None or channel not in service.channels):
        table.complain("channel", "Auf diesem Kanal gibt es diese Beratungsleistung nicht.")
    answer = RoutingAnswer(
        text=table.required_text("text"),
        service=service_id,
        channel=channel,
        hint=hint,
        translations=read_translations(table, ("text", "hint")),
    )
    table.finish()
    return answer


def _read_channel(table: Table) -> Channel | None:
    given = table.text("channel")
    if not given:
        return None
    if given not in set(Channel):
        words = ", ".join(f"„{each.value}“" for each in Channel)
        table.complain("channel", f"„{given}“ gibt es hier nicht; möglich ist {words}.")
        return None
    return Channel(given)

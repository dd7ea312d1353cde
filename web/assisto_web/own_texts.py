"""What a centre writes itself, in the visitor's language or marked as another one."""

from __future__ import annotations

from flask import Flask
from markupsafe import Markup, escape

from assisto_caldav.domain.institution import Institution
from assisto_caldav.domain.languages import GERMAN, INFORMAL_GERMAN, Said, tongue_of
from assisto_caldav.domain.routing import RoutingAnswer, RoutingQuestion
from assisto_caldav.domain.service import Service
from assisto_web.i18n import current_locale, text_direction


def install(app: Flask) -> None:
    """Give templates the texts of institutions."""
    app.jinja_env.globals.update(
        own_text=own_text,
        service_name=service_name,
        service_description=service_description,
        routing_question=routing_question,
        routing_answer=routing_answer,
        routing_hint=routing_hint,
        lang_of=lang_of,
        marked=marked,
    )


def own_text(institution: Institution, key: str) -> Said:
    """Return one of the centre's texts for this visitor, by its key in config."""
    return institution.texts.said(key, institution.language_for(current_locale()))


def service_name(institution: Institution, service: Service) -> Said:
    """Return a service's public name for this visitor."""
    return service.name_in(institution.language_for(current_locale()))


def service_description(institution: Institution, service: Service) -> Said:
    """Return a service's description for this visitor."""
    return service.description_in(institution.language_for(current_locale()))


def routing_question(institution: Institution, question: RoutingQuestion) -> Said:
    """Return a question of the centre's for this visitor."""
    return question.question_in(institution.language_for(current_locale()))


def routing_answer(institution: Institution, answer: RoutingAnswer) -> Said:
    """Return one of its answers for this visitor."""
    return answer.text_in(institution.language_for(current_locale()))


def routing_hint(institution: Institution, answer: RoutingAnswer) -> Said:
    """Return whom else an answer names, for this visitor."""
    return answer.hint_in(institution.language_for(current_locale()))


def lang_of(text: Said) -> Markup:
    """Return the attribute that tells screen readers of another language than the page's."""
    page = current_locale()
    is_the_same = text.language == page or (text.language == INFORMAL_GERMAN and page == GERMAN)
    if is_the_same:
        return Markup("")
    direction = tongue_of(text.language).direction
    turned = Markup(' dir="{}"').format(direction) if direction != text_direction() else ""
    return Markup(' lang="{}"{}').format(text.language, turned)


def marked(text: Said) -> Markup:
    """Return a text for the middle of a line, marked where it is in another language."""
    attributes = lang_of(text)
    return (
        Markup("<span{}>{}</span>").format(attributes, text.text)
        if attributes
        else escape(text.text)
    )

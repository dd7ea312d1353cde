"""Languages: what is read where a text is missing, the gender form, a centre's own texts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel import Locale

from assisto_caldav.config import check, load
from assisto_caldav.domain import standard_texts
from assisto_caldav.domain.gender import GenderForm, in_form
from assisto_caldav.domain.institution import FormOfAddress
from assisto_caldav.domain.languages import (
    PSEUDO,
    TONGUES,
    Said,
    Translation,
    chain,
    said,
    tongue_of,
)
from assisto_caldav.domain.texts import TEXT_KEYS
from tests.office import make_institution

CENTRE = """\
name = "Beratungsstelle Mitte"
appointment_address = "termine@mitte.example"
{first}
[[services]]
id = "gespraech"
name = "Erstgespräch"
public_name = "Gespräch"
duration_minutes = 50
channels = ["on_site"]
{service}
[[staff]]
login = "alice@mitte.example"
name = "Alice Berger"
public_id = "alice"
roles = ["counsellor", "administrator"]

[texts]
{texts}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "institutions").mkdir()
    path = tmp_path / "assisto.toml"
    path.write_text("", encoding="utf-8")
    return path


def write(config: Path, *, first: str = "", service: str = "", texts: str = "") -> Path:
    text = CENTRE.format(first=first, service=service, texts=texts)
    (config.parent / "institutions" / "mitte.toml").write_text(text, encoding="utf-8")
    return config


def problems(config: Path) -> list[str]:
    return [f"{problem.key}: {problem.text}" for problem in check(config, {})]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("de", ("de",)),
        ("de-x-einfach", ("de-x-einfach", "de")),
        ("de-x-du", ("de-x-du", "de")),
        ("en", ("en", "de")),
        ("pt-BR", ("pt-BR", "pt", "de")),
        ("en_GB", ("en-GB", "en", "de")),
        ("", ("", "de")),
    ],
)
def test_a_missing_text_is_looked_for_in_the_nearest_language(
    tag: str, expected: tuple[str, ...]
) -> None:
    assert chain(tag) == expected


@pytest.mark.parametrize("tag", TONGUES)
def test_the_table_agrees_with_unicode_about_dates_and_directions(tag: str) -> None:
    tongue = TONGUES[tag]

    assert Locale.parse(tongue.cldr).text_direction == tongue.direction
    assert tongue.cldr.startswith(tag.partition("-")[0])


def test_a_language_that_nobody_knows_is_german() -> None:
    assert tongue_of("xx-YY").tag == "de"
    assert tongue_of("en-AU").tag == "en"


def test_catalogues_have_folders_that_babel_can_read() -> None:
    assert TONGUES["de-x-einfach"].folder == "de_einfach"
    assert TONGUES["en"].folder == "en"


def test_a_text_says_in_which_language_it_is() -> None:
    ours = (Translation("en", "welcome", "Hello"), Translation("en", "crisis", ""))

    assert said(ours, "welcome", "Hallo", "en") == Said("Hello", "en")
    assert said(ours, "crisis", "In Not", "en") == Said("In Not", "de")
    assert said(ours, "welcome", "Hallo", "de-x-einfach") == Said("Hallo", "de")


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("colon", "Berater:in", "Berater:in"),
        ("star", "Klient:innen und jede:r", "Klient*innen und jede*r"),
        ("underscore", "Die Berater:in", "Die Berater_in"),
        ("pair", "Die Klient:in liest sie", "Die Klientin oder der Klient liest sie"),
        ("pair", "an Berater:in", "an Beraterin oder Berater"),
        ("pair", "eine Berater:in", "eine Beraterin oder ein Berater"),
        ("pair", "von einer Berater:in", "von einer Beraterin oder einem Berater"),
        ("pair", "Klient:innen", "Klientinnen und Klienten"),
        ("pair", "aller Berater:innen", "aller Beraterinnen und Berater"),
        ("pair", "mit den Berater:innen", "mit den Beraterinnen und Beratern"),
        ("pair", "jede:r selbst", "jede oder jeder selbst"),
        ("star", "Zeit: in zwei Tagen, 10:30 Uhr", "Zeit: in zwei Tagen, 10:30 Uhr"),
        ("pair", "Zeit: in zwei Tagen, 10:30 Uhr", "Zeit: in zwei Tagen, 10:30 Uhr"),
    ],
)
def test_the_gender_form_is_the_centres(form: str, text: str, expected: str) -> None:
    assert in_form(text, GenderForm(form)) == expected


@pytest.mark.parametrize("language", standard_texts.LANGUAGES)
def test_standard_texts_are_whole_in_every_language(language: str) -> None:
    centre = make_institution()

    texts = standard_texts.texts_in(language, standard_texts.Facts(centre, officer="Frau Otto"))

    assert set(texts) == set(TEXT_KEYS)
    assert all(texts[key] for key in TEXT_KEYS if key != "welcome")
    assert "{" not in "".join(texts.values())
    assert "0800 111 0 111" in texts["crisis"]
    assert "https://www.schlichtungsstelle-bgg.de" in texts["accessibility"]
    assert "termine@mitte.example" in texts["accessibility"]
    assert "Frau Otto" in texts["data_protection"]
    for number in (centre.retention.declined_days, centre.retention.audit_days):
        assert str(number) in texts["data_protection"]


@pytest.mark.parametrize(
    ("language", "plain", "provider"),
    [
        ("de", "Unverschlüsselt", "Mailanbieter"),
        ("en", "unencrypted", "mail providers"),
        (
            "de-x-einfach",
            "kann jeder lesen, der unsere Datenbank öffnen darf",
            "laufen unsere Mails",
        ),
    ],
)
def test_the_notice_promises_no_more_than_the_software_does(
    language: str, plain: str, provider: str
) -> None:
    facts = standard_texts.Facts(make_institution())

    notice = standard_texts.texts_in(language, facts)["data_protection"]

    assert plain in notice
    assert provider in notice


def test_informal_standard_texts_never_say_the_formal_word() -> None:
    facts = standard_texts.Facts(make_institution(), officer="Otto")

    told = " ".join(standard_texts.texts_in("de-x-du", facts).values())

    # A mail "sie" and a notice's "Sie nennen" begin a sentence and are not the reader.
    assert re.findall(r"\b(?:Ihnen|Ihr\w*)\b|(?<=[a-zäöü,] )Sie\b", told) == []
    assert "deine Daten" in told


def test_our_texts_are_in_the_gender_form_too() -> None:
    facts = standard_texts.Facts(make_institution(gender_form=GenderForm.STAR))

    assert "Berater*in," in standard_texts.texts_in("de", facts)["data_protection"]


def test_a_centre_writes_its_texts_in_several_languages(config: Path) -> None:
    texts = """\
welcome = "Guten Tag."
[texts.en]
welcome = "Good morning."
[texts.de-x-einfach]
crisis = "Rufen Sie 112 an."
"""
    service = '[services.en]\npublic_name = "Talk"\n'

    centre = load(write(config, texts=texts, service=service), {}).institutions["mitte"]

    assert centre.texts.said("welcome", "en") == Said("Good morning.", "en")
    assert centre.texts.said("welcome", "de-x-einfach") == Said("Guten Tag.", "de")
    assert centre.texts.said("crisis", "de-x-einfach").text == "Rufen Sie 112 an."
    assert "danger of life" in centre.texts.said("crisis", "en").text
    assert centre.services[0].name_in("en") == Said("Talk", "en")
    assert centre.services[0].name_in("de-x-einfach") == Said("Gespräch", "de")


def test_a_text_of_its_own_stands_for_ours_in_every_language(config: Path) -> None:
    texts = 'crisis = "Unsere Nummer: 110."'

    centre = load(write(config, texts=texts), {}).institutions["mitte"]

    for language in ("en", "de-x-einfach", "de-x-du"):
        assert centre.texts.said("crisis", language) == Said("Unsere Nummer: 110.", "de")


@pytest.mark.parametrize(
    ("place", "text", "expected"),
    [
        ("texts", '[texts.xx]\nwelcome = "?"', "texts.xx: „xx“ ist keine Sprache, die wir kennen"),
        ("texts", f'[texts.{PSEUDO}]\nwelcome = "?"', f"texts.{PSEUDO}: „{PSEUDO}“ ist keine"),
        ("texts", '[texts.de]\nwelcome = "?"', "texts.de: Die deutschen Texte stehen"),
        ("texts", '[texts.en]\nwelcom = "?"', "texts.en.welcom: Diesen Schlüssel gibt es hier"),
        ("texts", "[texts.en]\nwelcome = 1", "texts.en.welcome: 1 passt nicht"),
        ("service", '[services.xx]\npublic_name = "?"', "services[0].xx: „xx“ ist keine"),
        ("service", '[services.en]\nname = "?"', "services[0].en.name: Diesen Schlüssel"),
        ("service", '[services.en]\npublic_name = "a\\nb"', "services[0].en.public_name: Das muss"),
        ("first", 'form_of_address = "du"', "form_of_address: „du“ gibt es hier nicht"),
        ("texts", 'sign_language_video = "film.mp4"', "Die Datei „film.mp4“ gibt es nicht"),
        ("texts", 'sign_language_video = "../assisto.toml"', "Das muss eine Adresse mit https://"),
        ("texts", 'sign_language_video = "http://film.example/"', "Das muss eine Adresse"),
        ("texts", 'sign_language_video = "/etc/passwd"', "Das muss eine Adresse"),
    ],
)
def test_what_is_wrong_is_told(config: Path, place: str, text: str, expected: str) -> None:
    found = problems(write(config, **{place: text}))

    assert len(found) == 1
    assert expected in found[0]


def test_a_film_lies_beside_the_file_of_the_institution_or_elsewhere(config: Path) -> None:
    film = config.parent / "institutions" / "film.mp4"
    film.write_bytes(b"film")

    own = load(write(config, texts='sign_language_video = "film.mp4"'), {})
    foreign = load(write(config, texts='sign_language_video = "https://film.example/1"'), {})

    assert own.institutions["mitte"].texts.sign_language_video == str(film.resolve())
    assert foreign.institutions["mitte"].texts.sign_language_video == "https://film.example/1"


def test_an_informal_centre_says_du_in_german_alone() -> None:
    centre = make_institution(form_of_address=FormOfAddress.INFORMAL)

    assert [centre.language_for(tag) for tag in ("de", "en", "de-x-einfach")] == [
        "de-x-du",
        "en",
        "de-x-einfach",
    ]
    assert make_institution().language_for("de") == "de"

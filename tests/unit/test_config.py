"""TOML files to a configuration, and every problem with file, line and key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assisto_caldav.config import Config, check, load, main_check
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.institution import Language, Limits, StaffRole
from assisto_caldav.errors import ConfigError

MITTE = """\
name = "Beratungsstelle Mitte"
appointment_address = "termine@mitte.example"

[[services]]
id = "gespraech"
name = "Erstgespräch"
duration_minutes = 50
channels = ["on_site"]

[[staff]]
login = "Alice@Mitte.example"
name = "Alice Berger"
public_id = "alice"
roles = ["counsellor", "administrator"]
"""
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_files(server: str = "", **institutions: str) -> Path:
        folder = tmp_path / "config" / "institutions"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in (institutions or {"mitte": MITTE}).items():
            (folder / f"{name}.toml").write_text(text, encoding="utf-8")
        path = tmp_path / "config" / "assisto.toml"
        path.write_text(server, encoding="utf-8")
        return path

    return write_files


def problems_of(path: Path, **environ: str) -> list[str]:
    """Return the problems as lines, without the folder that changes with each test."""
    folder = f"{path.parent}/"
    return [str(problem).replace(folder, "") for problem in check(path, environ)]


def test_an_empty_server_file_gives_the_defaults(write: Write) -> None:
    config = load(write(""), {})

    assert config.server.public_url == "http://127.0.0.1:8000"
    assert config.sessions.idle_minutes == 30
    assert config.mail.folder is None
    assert config.institutions["mitte"].limits == Limits()


def test_an_institution_is_read_into_values(write: Write) -> None:
    centre = load(write(), {}).institutions["mitte"]

    assert centre.id == "mitte"
    assert centre.services[0].channels == (Channel.ON_SITE,)
    assert centre.services[0].public_name == "Beratung"
    assert centre.staff[0].login == "alice@mitte.example"
    assert centre.staff[0].roles == frozenset(StaffRole)
    assert centre.sender_address == "termine@mitte.example"
    assert not centre.choose_counsellor
    assert "0800 111 0 111" in centre.texts.crisis


def test_the_shipped_configuration_is_right() -> None:
    shipped = Path(__file__).parents[2] / "config" / "assisto.toml"

    config = load(shipped, {})

    mitte, nord = config.institutions["mitte"], config.institutions["nord"]
    assert [(entry.login, entry.public_id) for entry in (*mitte.staff, *nord.staff)] == [
        ("alice@mitte.example", "alice"),
        ("bob@mitte.example", "bob"),
        ("frank@mitte.example", "frank"),
        ("carol@nord.example", "carol"),
    ]
    assert [entry.public_id for entry in mitte.counsellors] == ["alice", "bob"]
    assert [entry.public_id for entry in mitte.administrators] == ["alice", "frank"]
    assert mitte.choose_counsellor
    assert nord.choose_counsellor


def test_all_problems_of_all_files_are_reported_together(write: Write) -> None:
    mitte = MITTE.replace("= 50", "= 0").replace('"on_site"', '"brieftaube"')
    nord = 'name = "Nord"\nzone = "Europe/Hamburg"\nappointment_address = "Nord"\n'
    path = write("[server]\nport = 70000\n", mitte=mitte, nord=nord)

    problems = problems_of(path)

    assert problems == [
        "assisto.toml:2: server.port: 70000 geht nicht; möglich ist 1 bis 65535.",
        "institutions/mitte.toml:7: services[0].duration_minutes: 0 ist keine Dauer; mindestens 5.",
        "institutions/mitte.toml:8: services[0].channels[0]: „brieftaube“ gibt es hier nicht; "
        "möglich ist „on_site“, „phone“, „chat“, „video“.",
        "institutions/nord.toml:2: zone: „Europe/Hamburg“ ist keine Zeitzone; "
        "richtig ist etwa „Europe/Berlin“.",
        "institutions/nord.toml:3: appointment_address: "
        "„Nord“ ist keine E-Mail-Adresse wie termine@centre.example.",
    ]


def test_loading_raises_all_problems(write: Write) -> None:
    path = write("[server]\nport = 0\nworkers = 0\n")

    with pytest.raises(ConfigError) as caught:
        load(path, {})

    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("prot = 1", "1: prot: Diesen Schlüssel gibt es hier nicht."),
        ("[server]\nprot = 1", "2: server.prot: Diesen Schlüssel gibt es hier nicht. "
         "Gemeint ist wohl „port“."),
        ("[serwer]\nport = 1", "1: serwer: Diesen Schlüssel gibt es hier nicht. "
         "Gemeint ist wohl „server“."),
        ("server = 1", "1: server: 1 passt nicht; nötig ist ein Abschnitt [server]."),
        ('[server]\nport = "80"', "2: server.port: „80“ passt nicht; nötig ist eine ganze Zahl."),
        ("[server]\nport = true", "2: server.port: true passt nicht; nötig ist eine ganze Zahl."),
        ("[server]\nport = 80.0", "2: server.port: 80.0 passt nicht; nötig ist eine ganze Zahl."),
        ("editable = 1", "1: editable: 1 passt nicht; nötig ist true oder false."),
        ('[server]\naddress = "host"',
         "2: server.address: „host“ ist keine IP-Adresse, etwa 127.0.0.1."),
        ('[server]\naddress = "0.0.0.0"', "1: server.public_url: Das fehlt; "
         "nötig ist die Adresse, die Besucher:innen sehen."),
        ('[server]\npublic_url = "http://centre.example"',
         "2: server.public_url: Kennwörter und Anfragen brauchen https://."),
        ('[server]\npublic_url = "https://centre.example/termine"', "2: server.public_url: "
         "„https://centre.example/termine“ ist keine Adresse wie https://termine.example, "
         "ohne Pfad."),
        ('[server]\ntrusted_proxies = [\n  "10.0.0.0/8",\n  "proxy",\n]',
         "4: server.trusted_proxies[1]: "
         "„proxy“ ist keine IP-Adresse und kein Netz wie 10.0.0.0/8."),
        ('[database]\nurl = "mysql://x"', "2: database.url: Nötig ist „sqlite:assisto.db“ oder "
         "„postgresql://name@rechner/datenbank“."),
        ('[database]\nurl = "postgresql://a:geheim@host/db"', "2: database.url: "
         "Das Kennwort gehört nicht hierher, sondern in „password_file“."),
        ('[secrets]\nkey_file = "../data/assisto.key"', "2: secrets.key_file: Der Schlüssel darf "
         "nicht im Datenordner liegen: dort nimmt ihn jede Sicherung mit."),
        ('[mail]\nsmtp_user = "termine"',
         "2: mail.smtp_user: Dazu fehlt das Kennwort: „smtp_password_file“."),
        ('[mail]\nsmtp_password_file = "nirgends"', "2: mail.smtp_password_file: "
         "„nirgends“ lässt sich nicht lesen: No such file or directory"),
        ('[log]\nlevel = "laut"', "2: log.level: „laut“ gibt es hier nicht; "
         "möglich ist „debug“, „info“, „warning“, „error“."),
    ],
)  # fmt: skip
def test_a_mistake_in_the_server_file_is_named(write: Write, server: str, expected: str) -> None:
    assert problems_of(write(server)) == [f"assisto.toml:{expected}"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('name = "Beratungsstelle Mitte"\n', "", "mitte.toml: name: Das fehlt; "
         "nötig ist ein Text in Anführungszeichen."),
        ('"Beratungsstelle Mitte"', '" "', "mitte.toml:1: name: Hier muss etwas stehen."),
        ('"Beratungsstelle Mitte"', r'"Mitte\u0007"', "mitte.toml:1: name: "
         "Der Text enthält Steuerzeichen; bitte entfernen."),
        ('"Erstgespräch"', '"Alle"', "mitte.toml:6: services[0].name: Kein Komma und nicht "
         "„alle“: so unterscheiden Buchungszeiten die Leistungen."),
        ('"gespraech"', '"Gespräch"', "mitte.toml:5: services[0].id: „Gespräch“ geht nicht; "
         "nur a-z, 0-9 und -, höchstens 40 Zeichen."),
        ('["on_site"]', "[]", "mitte.toml:8: services[0].channels: Hier muss etwas stehen; "
         "möglich ist „on_site“, „phone“, „chat“, „video“."),
        ('["on_site"]', '["chat"]', "mitte.toml:8: services[0].channels: Keinen dieser Kanäle "
         "bietet die Einrichtung an; siehe „channels“ ganz oben."),
        ("= 50", "= 5000",
         "mitte.toml:7: services[0].duration_minutes: 5000 Minuten sind zu lang; höchstens 720."),
        ("duration_minutes = 50\n", "", "mitte.toml:4: services[0].duration_minutes: Das fehlt; "
         "nötig ist eine ganze Zahl."),
        ("roles =", 'services = ["tanz"]\nroles =', "mitte.toml:14: staff[0].services[0]: "
         "Eine Beratungsleistung „tanz“ gibt es nicht."),
        ('"Alice@Mitte.example"', '"Alice"', "mitte.toml:11: staff[0].login: "
         "„Alice“ ist keine E-Mail-Adresse wie berger@centre.example."),
    ],
)  # fmt: skip
def test_a_mistake_in_an_institution_is_named(
    write: Write, old: str, new: str, expected: str
) -> None:
    assert problems_of(write(mitte=MITTE.replace(old, new))) == [f"institutions/{expected}"]


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        ("[limits]\nhorizon_days = 730", "17: limits.horizon_days: 730 geht nicht; "
         "möglich ist 1 bis 729."),
        ("[limits]\nnotice_hours = 96\nhorizon_days = 4", "17: limits.notice_hours: "
         "So ist nie etwas frei: der Vorlauf reicht über „horizon_days“ hinaus."),
        ('[public_holidays]\ncountry = "XX"', "17: public_holidays.country: "
         "„XX“ ist kein Land, dessen Feiertage wir kennen, etwa „DE“."),
        ('[[closing_days]]\nname = "Zu"\ndate = "2026-12-24"', "18: closing_days[0].date: "
         "„2026-12-24“ passt nicht; nötig ist ein Datum ohne Anführungszeichen, "
         "etwa 2026-12-24."),
        ('[[closing_days]]\nname = "Zu"\ndate = 2026-12-24\nlast_date = 2026-12-23',
         "19: closing_days[0].last_date: Der letzte Tag liegt vor dem ersten, dem 2026-12-24."),
        ('[[closing_days]]\nname = "Zu"\ndate = 2028-02-29\nyearly = true',
         "19: closing_days[0].yearly: Den 29. Februar gibt es nicht jedes Jahr."),
        ('[[staff]]\nlogin = "alice@mitte.example"\nname = "Bob"\npublic_id = "bob"\n'
         'roles = ["counsellor"]', "17: staff[1].login: „alice@mitte.example“ gibt es schon."),
        ('[[staff]]\nlogin = "bob@mitte.example"\nname = "Bob"\npublic_id = "alice"\n'
         'roles = ["counsellor"]', "19: staff[1].public_id: „alice“ gibt es schon."),
    ],
)  # fmt: skip
def test_a_mistake_that_needs_a_second_look_is_named(
    write: Write, added: str, expected: str
) -> None:
    path = write(mitte=f"{MITTE}\n{added}\n")

    assert problems_of(path) == [f"institutions/mitte.toml:{expected}"]


def test_an_unknown_land_is_told_the_known_ones(write: Write) -> None:
    (problem,) = problems_of(write(mitte=f'{MITTE}\n[public_holidays]\nland = "Berlin"\n'))

    assert "mitte.toml:17: public_holidays.land: „Berlin“ gibt es in DE nicht" in problem
    assert "BE, BW, BY" in problem


def test_nobody_works_in_two_institutions(write: Write) -> None:
    path = write(mitte=MITTE, nord=MITTE)

    (problem,) = problems_of(path)

    assert problem.startswith("institutions/nord.toml:11: staff[0].login: „alice@mitte.example“")


@pytest.mark.parametrize("name", ["staff", "dav", "demo", "a", "l"])
def test_an_institution_does_not_shadow_our_own_addresses(write: Write, name: str) -> None:
    (problem,) = problems_of(write(**{name: MITTE}))

    assert problem == (
        f"institutions/{name}.toml: „{name}“ ist schon vergeben; bitte die Datei anders nennen."
    )


def test_a_file_name_must_fit_into_an_address(write: Write) -> None:
    (problem,) = problems_of(write(**{"Köln": MITTE}))

    assert "Der Dateiname wird Teil der Adresse" in problem


def test_a_server_without_institutions_is_a_problem(write: Write) -> None:
    path = write()
    (path.parent / "institutions" / "mitte.toml").unlink()

    (problem,) = problems_of(path)

    assert "liegt keine Datei einer Einrichtung" in problem


@pytest.mark.parametrize(
    ("source", "line"),
    [("[server]\nport = \n", 2), ("[server]\nport = 1\nport = 2\n", 3), ('name = "offen', 1)],
)
def test_a_syntax_error_is_reported_with_its_line(write: Write, source: str, line: int) -> None:
    (problem,) = problems_of(write(source))

    assert problem.startswith(f"assisto.toml:{line}: So ist die Datei kein gültiges TOML: ")


def test_a_file_in_another_encoding_is_reported_with_its_line(write: Write) -> None:
    path = write()
    path.write_bytes(b"[server]\n# f\xfcr den Server\n")

    (problem,) = problems_of(path)

    assert problem.startswith("assisto.toml:2: Die Datei ist nicht in UTF-8 gespeichert")


def test_the_mark_and_line_ends_of_windows_are_no_mistake(write: Write) -> None:
    path = write()
    path.write_bytes(b"\xef\xbb\xbf[server]\r\n\r\nport = 0\r\n")

    assert problems_of(path) == [
        "assisto.toml:3: server.port: 0 geht nicht; möglich ist 1 bis 65535."
    ]


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    (problem,) = check(tmp_path / "assisto.toml", {})

    assert "Die Datei lässt sich nicht lesen" in str(problem)


def test_secrets_come_from_files(write: Write) -> None:
    path = write(
        '[database]\nurl = "postgresql://assisto@db.example/a"\npassword_file = "db"\n'
        '[mail]\nsmtp_user = "termine"\nsmtp_password_file = "smtp"\n'
    )
    (path.parent / "db").write_text("p@ss/wort\n", encoding="utf-8")
    (path.parent / "smtp").write_text("geheim\n", encoding="utf-8")

    config = load(path, {})

    assert config.database.url == "postgresql://assisto:p%40ss%2Fwort@db.example/a"
    assert config.mail.smtp_password == "geheim"
    assert "geheim" not in repr(config)
    assert "p%40ss" not in repr(config)


def test_the_environment_goes_before_the_files(write: Write, tmp_path: Path) -> None:
    environ = {
        "ASSISTO_DATA": str(tmp_path / "elsewhere"),
        "ASSISTO_PORT": "9000",
        "ASSISTO_SMTP_PASSWORD": "geheim",
    }

    config = load(write('[mail]\nsmtp_user = "termine"\n'), environ)

    assert config.data_folder == tmp_path / "elsewhere"
    assert config.database.sqlite_path == tmp_path / "elsewhere" / "assisto.db"
    assert config.secrets.key_file == tmp_path / "elsewhere.key"
    assert (config.server.port, config.server.public_url) == (9000, "http://127.0.0.1:9000")
    assert config.mail.smtp_password == "geheim"


def test_a_port_of_the_environment_that_is_none_is_reported(write: Write) -> None:
    (problem,) = problems_of(write(), ASSISTO_PORT="viele")

    assert "ASSISTO_PORT" in problem


def test_relative_paths_begin_at_the_file(write: Write, tmp_path: Path) -> None:
    config = load(write('data_folder = "../centre"\n[secrets]\nkey_file = "assisto.key"\n'), {})

    assert config.data_folder == tmp_path / "centre"
    assert config.secrets.key_file == tmp_path / "config" / "assisto.key"


def test_the_demo_writes_mails_into_its_folder(write: Write) -> None:
    config = load(write('[server]\npublic_url = "https://a.example"\n'), {"ASSISTO_DEMO": "1"})

    assert config.demo
    assert config.mail.folder == config.data_folder / "mails"
    assert config.server.public_url == "http://127.0.0.1:8000"


def test_the_demo_runs_on_this_machine_alone(write: Write) -> None:
    path = write('[server]\naddress = "0.0.0.0"\npublic_url = "https://a.example"\n')

    (problem,) = problems_of(path, ASSISTO_DEMO="1")

    assert "Die Demo läuft nur auf diesem Rechner" in problem


def test_texts_of_the_centre_replace_the_standard_ones(write: Write) -> None:
    path = write(mitte=f'{MITTE}\n[texts]\ncrisis = "Rufen Sie uns an."\n')

    texts = load(path, {}).institutions["mitte"].texts

    assert texts.crisis == "Rufen Sie uns an."
    assert "Beratungsstelle Mitte" in texts.imprint
    assert "nach 30 Tagen" in texts.data_protection


def test_checking_prints_what_is_wrong(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    path = write("[server]\nport = 0\n")

    status = main_check(path)

    assert status == 1
    assert f"{path}:2: server.port: 0 geht nicht" in capsys.readouterr().out


def test_checking_says_that_all_is_well(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    status = main_check(write())

    assert status == 0
    assert "in Ordnung: Beratungsstelle Mitte" in capsys.readouterr().out


def test_institutions_cannot_be_changed_in_place(write: Write) -> None:
    config: Config = load(write(), {})

    with pytest.raises(TypeError):
        config.institutions["nord"] = config.institutions["mitte"]  # type: ignore[index] - shows that it is refused


@pytest.mark.parametrize(
    ("old", "new", "key", "line"),
    [
        ('"Beratungsstelle Mitte"', r'"Beratungsstelle\nMitte"', "name", 1),
        ('"Alice Berger"', r'"Alice\r\nBerger"', "staff[0].name", 12),
        ('"Erstgespräch"', r'"Erst\tgespräch"', "services[0].name", 6),
        ('"termine@mitte.example"', r'"termine@mitte.example\nx"', "appointment_address", 2),
    ],
)
def test_a_name_or_an_address_is_one_line(
    write: Write, old: str, new: str, key: str, line: int
) -> None:
    found = problems_of(write(mitte=MITTE.replace(old, new)))

    wanted = f"institutions/mitte.toml:{line}: {key}: Das muss in einer Zeile stehen"
    assert any(problem.startswith(wanted) for problem in found)


def test_control_characters_are_named_with_file_line_and_key(write: Write) -> None:
    found = problems_of(write(mitte=MITTE.replace("Alice Berger", r"Alice\u0085Berger")))

    problem = "Der Text enthält Steuerzeichen; bitte entfernen."
    assert found == [f"institutions/mitte.toml:12: staff[0].name: {problem}"]


def test_an_address_may_have_lines(write: Write) -> None:
    text = MITTE.replace(
        "\n\n[[services]]", '\naddress = """\nStelle\nGasse 1"""\n\n[[services]]', 1
    )

    assert load(write(mitte=text), {}).institutions["mitte"].address == "Stelle\nGasse 1"


def test_a_hold_is_never_capped_below_its_first_minutes(write: Write) -> None:
    long = MITTE + "\n[limits]\nhold_minutes = 90\n"

    limits = load(write(mitte=long), {}).institutions["mitte"].limits

    assert limits.hold_longest_minutes == 90
    found = problems_of(write(mitte=long + "hold_longest_minutes = 60\n"))
    assert len(found) == 1
    assert "limits.hold_longest_minutes: Das ist kürzer" in found[0]


def test_the_language_of_mails_to_staff_is_german_or_english(write: Write) -> None:
    english = MITTE.replace('public_id = "alice"', 'public_id = "alice"\nlanguage = "en"')

    assert load(write(), {}).institutions["mitte"].staff[0].language is Language.GERMAN
    assert (
        load(write(mitte=english), {}).institutions["mitte"].staff[0].language is Language.ENGLISH
    )
    assert len(problems_of(write(mitte=english.replace('"en"', '"fr"')))) == 1


BEHIND_TLS = '[server]\npublic_url = "https://termine.example"\n'


def test_a_proxy_that_is_not_named_is_asked_for(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main_check(write(BEHIND_TLS))

    assert status == 0
    assert "server.trusted_proxies" in capsys.readouterr().out


@pytest.mark.parametrize(
    "server",
    [
        BEHIND_TLS + 'trusted_proxies = ["127.0.0.1"]\n',
        BEHIND_TLS + 'address = "192.0.2.1"\n',
        "",
    ],
)
def test_a_server_that_sees_its_visitors_is_not_warned_about(
    write: Write, capsys: pytest.CaptureFixture[str], server: str
) -> None:
    main_check(write(server))

    assert "trusted_proxies" not in capsys.readouterr().out


def test_the_notice_on_data_protection_tells_all_that_the_law_asks_for(write: Write) -> None:
    text = MITTE + (
        "\n[retention]\ndeclined_days = 11\nother_days = 22\naudit_days = 33\n"
        '\n[texts]\ndata_protection_officer = "Frau Otto"\n'
    )

    texts = load(write(mitte=text), {}).institutions["mitte"].texts

    for notice, words in (
        (texts.data_protection_in("de"), GERMAN_NOTICE),
        (texts.data_protection_in("en"), ENGLISH_NOTICE),
    ):
        missing = [word for word in words if word not in notice]
        assert missing == []
        assert "{" not in notice
        assert "Video" not in notice


GERMAN_NOTICE = (
    "Verantwortlich", "Beratungsstelle Mitte", "termine@mitte.example", "Frau Otto", "Wozu",
    "Art. 6 Abs. 1 Buchst. a", "Art. 9 Abs. 2 Buchst. a", "Buchst. f", "zurücknehmen",
    "Sie müssen nichts angeben", "Unverschlüsselt", "Zeit, Beratungsleistung, Beratungskanal",
    "Verschlüsselt", "Mailanbieter", "Kalenderprogrammen", "Kürzel", "außerhalb der EU",
    "entscheidet kein Programm", "nach 11 Tagen", "22 Tage", "nach 33 Tagen", "Auskunft",
    "Berichtigung", "Löschung", "Einschränkung", "widersprechen", "mitnehmen",
    "Datenschutzaufsicht",
)  # fmt: skip
ENGLISH_NOTICE = (
    "Responsible", "Beratungsstelle Mitte", "termine@mitte.example", "Frau Otto", "What for",
    "Art. 6(1)(a)", "Art. 9(2)(a)", "Art. 6(1)(f)", "withdraw", "need not tell us anything",
    "unencrypted", "the kind of counselling, the channel", "Encrypted", "mail providers",
    "calendar apps", "sign", "outside the EU", "No program decides", "after 11 days", "22 days",
    "33 days", "access", "rectification", "erasure", "restriction", "object", "take it with you",
    "supervisory authority",
)  # fmt: skip


def test_a_notice_of_the_centre_stands_in_every_language(write: Write) -> None:
    own = MITTE + '\n[texts]\ndata_protection = "Unsere Hinweise."\n'

    texts = load(write(mitte=own), {}).institutions["mitte"].texts

    assert texts.data_protection_in("en") == texts.data_protection_in("de") == "Unsere Hinweise."


def test_the_notice_tells_of_the_service_and_of_video_where_they_are_shown(write: Write) -> None:
    text = 'channels = ["on_site", "video"]\ncalendar_shows = "service"\n' + MITTE

    texts = load(write(mitte=text), {}).institutions["mitte"].texts

    assert "der Ort, die Beratungsleistung und ein Kürzel" in texts.data_protection
    assert "the place, the kind of counselling and a short sign" in texts.data_protection_in("en")
    assert "Videoraum" in texts.data_protection
    assert "video room" in texts.data_protection_in("en")

"""Errors in the reader's language: each kind that a colleague can meet, told in English and in Dutch."""

import ast
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from db.engine import hold_lock, make_engine
from tests.cli.command_line import ROOT, CommandLine

Prepare = Callable[[Path, pytest.MonkeyPatch], AbstractContextManager[None]]


def nothing(_home: Path, _monkeypatch: pytest.MonkeyPatch) -> AbstractContextManager[None]:
    return nullcontext()


@dataclass(frozen=True)
class Mistake:
    """A command that cannot be done, and what it says; HOME stands for the folder of the test."""

    arguments: tuple[str, ...]
    english: str
    dutch: str
    status: int = 2
    prepare: Prepare = nothing
    stdin: bytes = b""


def set_to(name: str, value: str) -> Prepare:
    """Give a setting a value; HOME in it stands for the folder of the test."""

    def prepare(home: Path, monkeypatch: pytest.MonkeyPatch) -> AbstractContextManager[None]:
        monkeypatch.setenv(name, value.replace("HOME", str(home)))
        return nullcontext()

    return prepare


def written(name: str, content: str | bytes, *, setting: str = "") -> Prepare:
    """Write a file, and let a setting name it."""

    def prepare(home: Path, monkeypatch: pytest.MonkeyPatch) -> AbstractContextManager[None]:
        (home / name).write_bytes(content.encode() if isinstance(content, str) else content)
        if setting:
            monkeypatch.setenv(setting, name)
        return nullcontext()

    return prepare


def database_of_version(version: str) -> Prepare:
    def prepare(home: Path, _monkeypatch: pytest.MonkeyPatch) -> AbstractContextManager[None]:
        engine = make_engine(f"sqlite:///{home}/tracker.db")
        with engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{version}'")
        engine.dispose()
        return nullcontext()

    return prepare


def no_database(home: Path, _monkeypatch: pytest.MonkeyPatch) -> AbstractContextManager[None]:
    (home / "tracker.db").unlink()
    return nullcontext()


def no_calls(home: Path, _monkeypatch: pytest.MonkeyPatch) -> AbstractContextManager[None]:
    engine = make_engine(f"sqlite:///{home}/tracker.db")
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM calls")
    engine.dispose()
    return nullcontext()


@contextmanager
def somebody_runs(home: Path, _monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    engine = make_engine(f"sqlite:///{home}/tracker.db")
    with hold_lock(engine, "run"):
        yield
    engine.dispose()


@contextmanager
def somebody_writes(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TRACKER_DATABASE_URL", f"sqlite:///{home}/tracker.db?timeout=0.05")
    engine = make_engine(f"sqlite:///{home}/tracker.db")
    with engine.begin():
        yield
    engine.dispose()


PRIORITIES = "inkoop, klimaat, circulair, cultuur, sociaal"
TO_ADDRESSES = (
    "domein-sociaal@example.org, domein-fysiek@example.org, domein-bedrijfsvoering@example.org, "
    "adviseur-europa@example.org"
)

MISTAKES = {
    "reference": Mistake(
        ("calls", "show", "NOPE"),
        "No call found for 'NOPE'. Look with: tracker calls list",
        "Geen oproep gevonden voor 'NOPE'. Zoek met: tracker calls list",
    ),
    "reference of why-not": Mistake(
        ("why-not", "NOPE", "--priority", "klimaat"),
        "No call found for 'NOPE'. Look with: tracker calls list",
        "Geen oproep gevonden voor 'NOPE'. Zoek met: tracker calls list",
    ),
    "priority": Mistake(
        ("matches", "--priority", "wonen"),
        f"There is no priority 'wonen'. There are: {PRIORITIES}.",
        f"Er is geen prioriteit 'wonen'. Wel: {PRIORITIES}.",
    ),
    "priority of a verdict": Mistake(
        ("feedback", "1", "yes", "--priority", "wonen"),
        f"There is no priority 'wonen'. There are: {PRIORITIES}.",
        f"Er is geen prioriteit 'wonen'. Wel: {PRIORITIES}.",
    ),
    "half a verdict": Mistake(
        ("feedback", "1", "yes"),
        "Give a call, a priority and yes or no (or --undo). "
        "Example: tracker feedback LIFE-2026-CET-ENERPOV yes --priority klimaat",
        "Geef een oproep, een prioriteit en ja of nee, of --undo. "
        "Voorbeeld: tracker feedback LIFE-2026-CET-ENERPOV ja --priority klimaat",
    ),
    "status": Mistake(
        ("calls", "list", "--status", "gone"),
        "There is no status 'gone'. There are: open, forthcoming, closed, vanished, unknown.",
        "Er is geen status 'gone'. Wel: open, forthcoming, closed, vanished, unknown.",
    ),
    "programme": Mistake(
        ("calls", "list", "--programme", "xyzzy"),
        "There is no programme 'xyzzy'. See: tracker sources",
        "Er is geen programma 'xyzzy'. Kijk met: tracker sources",
    ),
    "no text": Mistake(
        ("match",),
        'Give a text, or --file PATH, or - to read it. Example: tracker match "warmtenet in de wijk"',
        "Geef een tekst, of --file PAD, of - om hem in te lezen. "
        'Voorbeeld: tracker match "warmtenet in de wijk"',
    ),
    "empty text": Mistake(("match", " "), "There is no text to match.", "Er is geen tekst om mee te zoeken."),
    "input that is no text": Mistake(
        ("match", "-"),
        "The standard input cannot be read as text: 'utf-8' codec can't decode byte 0xff in position 0: "
        "invalid start byte",
        "De standaardinvoer is niet als tekst te lezen: het is geen tekst in UTF-8",
        stdin=b"\xff\xff",
    ),
    "missing paper": Mistake(
        ("match", "--file", "nota.docx"),
        "nota.docx cannot be read as text: No such file or directory",
        "nota.docx is niet als tekst te lezen: het bestaat niet",
    ),
    "paper of another kind": Mistake(
        ("match", "--file", "nota.xls"),
        "nota.xls cannot be read as text: expected a file that ends in .txt, .md, .docx, .pdf",
        "nota.xls is niet als tekst te lezen: "
        "verwacht werd een bestand dat eindigt op .txt, .md, .docx, .pdf",
        prepare=written("nota.xls", "x"),
    ),
    "old Word file": Mistake(
        ("match", "--file", "nota.docx"),
        "nota.docx cannot be read as text: it is protected with a password, or an old .doc file; "
        "save it as .docx",
        "nota.docx is niet als tekst te lezen: het heeft een wachtwoord, of het is een oud .doc-bestand; "
        "bewaar het als .docx",
        prepare=written("nota.docx", b"\xd0\xcf\x11\xe0"),
    ),
    "no calls yet": Mistake(
        ("match", "warmtenet"),
        "There are no calls yet. Read them first: tracker collect",
        "Er zijn nog geen oproepen. Lees ze eerst: tracker collect",
        prepare=no_calls,
    ),
    "digest both ways": Mistake(
        ("digest", "--preview", "--dry-run"),
        "--preview and --dry-run: choose one",
        "--preview en --dry-run: kies er een",
    ),
    "digest for one": Mistake(
        ("digest", "--contact", "x@example.org"),
        "--contact, --date and --json need --preview or --dry-run: a digest is for all, and now",
        "--contact, --date en --json horen bij --preview of --dry-run: een digest is voor iedereen, en nu",
    ),
    "contact": Mistake(
        ("digest", "--dry-run", "--contact", "x@example.org"),
        f"There is no contact 'x@example.org'. There are: {TO_ADDRESSES}.",
        f"Er is geen contact 'x@example.org'. Wel: {TO_ADDRESSES}.",
    ),
    "date": Mistake(
        ("digest", "--preview", "--date", "maandag"),
        "--date: expected a day such as 2026-11-30, not 'maandag'",
        "--date: verwacht werd een dag zoals 2026-11-30, niet 'maandag'",
    ),
    "moment": Mistake(
        ("--at", "maandag", "matches"),
        "--at: expected a moment such as 2026-05-04T08:00, not 'maandag'",
        "--at: verwacht werd een moment zoals 2026-05-04T08:00, niet 'maandag'",
    ),
    "rehearsal on real work": Mistake(
        ("--at", "2026-05-04T08:00", "matches"),
        "--at works only on a database made as a rehearsal, and this one holds real work. "
        "Set TRACKER_DATABASE_URL to a new file, for example sqlite:///rehearsal.db, and try again.",
        "--at werkt alleen op een database die als oefening is gemaakt, en in deze staat echt werk. "
        "Zet TRACKER_DATABASE_URL op een nieuw bestand, bijvoorbeeld sqlite:///rehearsal.db, en probeer "
        "het opnieuw.",
    ),
    "candidate": Mistake(
        ("watch", "confirm", "abc"),
        "There is no candidate 'abc'. See: tracker watch list",
        "Er is geen kandidaat 'abc'. Kijk met: tracker watch list",
    ),
    "account": Mistake(
        ("users", "role", "x@example.org", "reader"),
        "there is no such account; see: tracker users list",
        "dit account is er niet; kijk met: tracker users list",
    ),
    "address of an account": Mistake(
        ("users", "add", "x", "Anna"),
        "expected an address such as naam@example.org",
        "verwacht werd een adres zoals naam@example.org",
    ),
    "language of an account": Mistake(
        ("users", "add", "x@example.org", "Anna", "--language", "fr"),
        "--language: expected nl or en, not 'fr'",
        "--language: verwacht werd nl of en, niet 'fr'",
    ),
    "contact that did not leave": Mistake(
        ("contacts", "return", "x@example.org"),
        "x@example.org did not leave and does not pause",
        "x@example.org heeft zich niet afgemeld en pauzeert niet",
    ),
    "contact of whom nothing is kept": Mistake(
        ("contacts", "export", "x@example.org"),
        "nothing is kept about x@example.org",
        "over x@example.org wordt niets bewaard",
    ),
    "own call twice": Mistake(
        ("calls", "add", "--title", "x", "--file", "x.toml"),
        "Give --file, or a call by the other options, not both.",
        "Geef --file, of een oproep met de andere opties, niet allebei.",
    ),
    "own call's date": Mistake(
        ("calls", "add", "--title", "x", "--deadline", "maandag"),
        "--deadline: a date such as 2027-03-01 or 2027-03-01T17:00 was expected, not 'maandag'",
        "--deadline: verwacht werd een datum zoals 2027-03-01 of 2027-03-01T17:00, niet 'maandag'",
    ),
    "own call's file": Mistake(
        ("calls", "add", "--file", "x.toml"),
        "x.toml cannot be read as text: [Errno 2] No such file or directory: 'x.toml'",
        "x.toml is niet als tekst te lezen: het bestaat niet",
    ),
    "own call without a table": Mistake(
        ("calls", "add", "--file", "x.toml"),
        "the file of own calls has no [[call]] table; each call is one",
        "De oproepen zijn niet te lezen: the file of own calls has no [[call]] table; each call is one",
        prepare=written("x.toml", ""),
    ),
    "same call": Mistake(
        ("calls", "join", "1", "1"), "These are the same call already.", "Dit is al dezelfde oproep."
    ),
    "mistyped call": Mistake(
        ("calls", "show", "life-2026-cet-enerpow"),
        "No call found for 'life-2026-cet-enerpow'. "
        "Did you mean LIFE-2026-CET-ENERPOV, LIFE-2026-CET-ENERCOM, LIFE-2026-CET-EMPOWER? "
        "Look with: tracker calls list",
        "Geen oproep gevonden voor 'life-2026-cet-enerpow'. "
        "Bedoelt u LIFE-2026-CET-ENERPOV, LIFE-2026-CET-ENERCOM, LIFE-2026-CET-EMPOWER? "
        "Zoek met: tracker calls list",
    ),
    "another verdict": Mistake(
        ("feedback", "1", "misschien", "--priority", "klimaat"),
        "Give a call, a priority and yes or no (or --undo). "
        "Example: tracker feedback LIFE-2026-CET-ENERPOV yes --priority klimaat",
        "Geef een oproep, een prioriteit en ja of nee, of --undo. "
        "Voorbeeld: tracker feedback LIFE-2026-CET-ENERPOV ja --priority klimaat",
    ),
    "draft as JSON": Mistake(
        ("match", "wijk", "--draft-priority", "--json"),
        "A draft priority is TOML, for the profile: leave out --json.",
        "Een conceptprioriteit is TOML, voor het profiel: laat --json weg.",
    ),
    "why not, under what": Mistake(
        ("why-not", "1"),
        "Say with --priority which priority is meant: inkoop, klimaat, circulair, cultuur, sociaal",
        "Zeg met --priority welke prioriteit u bedoelt: inkoop, klimaat, circulair, cultuur, sociaal",
    ),
    "no database": Mistake(
        ("matches",),
        "there is no database HOME/tracker.db yet; make it with `tracker database upgrade`, "
        "or see whether the database address (TRACKER_DATABASE_URL) names the right file",
        "er is nog geen database HOME/tracker.db; maak hem met `tracker database upgrade`, "
        "of kijk of het adres van de database (TRACKER_DATABASE_URL) het goede bestand noemt",
        status=1,
        prepare=no_database,
    ),
    "empty database": Mistake(
        ("matches",),
        "the database has no tables yet; run `tracker database upgrade`",
        "de database heeft nog geen tabellen; maak ze met `tracker database upgrade`",
        status=1,
        prepare=written("tracker.db", ""),
    ),
    "older database": Mistake(
        ("run",),
        "the database is of an older version; run `tracker database upgrade`",
        "de database is van een oudere versie; werk hem bij met `tracker database upgrade`",
        status=1,
        prepare=database_of_version("0001"),
    ),
    "newer database": Mistake(
        ("matches",),
        "the database was made by a newer version of this product (schema 9999); install that one",
        "de database is gemaakt door een nieuwere versie van dit product (schema 9999); installeer die",
        status=1,
        prepare=database_of_version("9999"),
    ),
    "busy run": Mistake(
        ("run",),
        "another run is running on this database; wait until it has finished",
        "op deze database loopt al een andere opdracht (run); wacht tot die klaar is",
        status=1,
        prepare=somebody_runs,
    ),
    "busy database": Mistake(
        ("feedback", "1", "yes", "--priority", "klimaat"),
        "another process is using the database; try again when it has finished",
        "een ander programma gebruikt de database; probeer het opnieuw als dat klaar is",
        status=1,
        prepare=somebody_writes,
    ),
    "file that is no database": Mistake(
        ("matches",),
        "the file is not a database; see whether the database address names the right file",
        "het bestand is geen database; kijk of het adres van de database het goede bestand noemt",
        status=1,
        prepare=written("tracker.db", "x" * 5000),
    ),
    "folder of the database": Mistake(
        ("run",),
        "the database folder HOME/tracker.db/below cannot be made (Not a directory); "
        "make it or choose another address",
        "de map HOME/tracker.db/below voor de database kan niet worden gemaakt (een deel van het pad is geen "
        "map); maak hem zelf of kies een ander adres",
        status=1,
        prepare=set_to("TRACKER_DATABASE_URL", "sqlite:///HOME/tracker.db/below/x.db"),
    ),
    "missing profile": Mistake(
        ("matches",),
        "missing.toml: a readable file was expected (No such file or directory)",
        "missing.toml: verwacht werd een leesbaar bestand (het bestaat niet)",
        status=1,
        prepare=set_to("TRACKER_PROFILE", "missing.toml"),
    ),
    "profile without a key": Mistake(
        ("matches",),
        "profile.toml: name: this key was expected and is missing",
        "profile.toml: name: deze sleutel werd verwacht en ontbreekt",
        status=1,
        prepare=written("profile.toml", 'slug = "haarlem"\n', setting="TRACKER_PROFILE"),
    ),
    "missing contacts": Mistake(
        ("digest", "--preview"),
        "missing.toml: cannot be read: No such file or directory",
        "missing.toml: het contactenbestand is niet te lezen: het bestaat niet",
        status=1,
        prepare=set_to("TRACKER_CONTACTS", "missing.toml"),
    ),
    "contact without an address": Mistake(
        ("digest", "--preview"),
        "contacts.toml: contact 1, email: expected an address such as \"naam@example.org\", got 'x'",
        "contacts.toml: contact 1, email: verwacht werd een adres zoals \"naam@example.org\", niet 'x'",
        status=1,
        prepare=written(
            "contacts.toml", '[[contact]]\nname = "A"\nemail = "x"\n', setting="TRACKER_CONTACTS"
        ),
    ),
    "setting": Mistake(
        ("matches",),
        "TRACKER_SMTP_PORT: expected a whole number from 1 to 65535",
        "TRACKER_SMTP_PORT: verwacht werd een geheel getal van 1 tot en met 65535",
        status=1,
        prepare=set_to("TRACKER_SMTP_PORT", "0"),
    ),
    "setting of a form": Mistake(
        ("matches",),
        "TRACKER_SCHEDULE_DIGEST: expected a time such as 06:30",
        "TRACKER_SCHEDULE_DIGEST: verwacht werd een tijd zoals 06:30",
        status=1,
        prepare=set_to("TRACKER_SCHEDULE_DIGEST", "vroeg"),
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_an_error_is_told_in_the_language_of_its_reader(
    tracker: CommandLine, home: Path, monkeypatch: pytest.MonkeyPatch, mistake: Mistake
) -> None:
    with mistake.prepare(home, monkeypatch):
        for language, told in (("en", mistake.english), ("nl", mistake.dutch)):
            monkeypatch.setenv("TRACKER_LANGUAGE", language)
            said = tracker(*mistake.arguments, stdin=mistake.stdin)
            expected = f"tracker: {told.replace('HOME', str(home))}\n"
            assert (said.status, said.out, said.err) == (mistake.status, "", expected)


@pytest.mark.parametrize(
    ("language", "none", "several", "not_there"),
    [
        (
            "en",
            "There is no verdict on NAME to take back.",
            "NAME has a verdict under inkoop, klimaat: say which with --priority",
            "There is no verdict on NAME under sociaal to take back.",
        ),
        (
            "nl",
            "Er is geen oordeel over NAME om terug te nemen.",
            "NAME heeft een oordeel bij inkoop, klimaat: zeg welk met --priority",
            "Er is geen oordeel over NAME bij sociaal om terug te nemen.",
        ),
    ],
)
def test_a_verdict_that_cannot_be_taken_back(
    tracker: CommandLine,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    none: str,
    several: str,
    not_there: str,
) -> None:
    name = tracker.good("calls", "show", "1", "--json").json["identifier"]
    monkeypatch.setenv("TRACKER_LANGUAGE", language)
    assert tracker("feedback", "1", "--undo").err == f"tracker: {none}\n".replace("NAME", name)
    for priority in ("klimaat", "inkoop"):
        tracker.good("feedback", "1", "yes", "--priority", priority)
    assert tracker("feedback", "1", "--undo").err == f"tracker: {several}\n".replace("NAME", name)
    said = tracker("feedback", "1", "--undo", "--priority", "sociaal")
    assert said.err == f"tracker: {not_there}\n".replace("NAME", name)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "There is no source named 'xyzzy'. There are: culture, "),
        ("nl", "Er is geen bron 'xyzzy'. Wel: culture, "),
    ],
)
@pytest.mark.parametrize(
    "command", [("collect", "--source"), ("sources", "check"), ("calls", "list", "--source")]
)
def test_a_source_that_does_not_exist(
    tracker: CommandLine,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    language: str,
    told: str,
) -> None:
    monkeypatch.setenv("TRACKER_LANGUAGE", language)
    said = tracker(*command, "xyzzy")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith(f"tracker: {told}")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "127.0.0.1:{} cannot be listened on (Address already in use); try another --port"),
        ("nl", "op 127.0.0.1:{} kan niet worden geluisterd (een ander programma luistert daar al); "
         "kies een andere --port"),
    ],
)  # fmt: skip
def test_a_port_that_is_taken(
    tracker: CommandLine, home: Path, monkeypatch: pytest.MonkeyPatch, language: str, told: str
) -> None:
    monkeypatch.setenv("TRACKER_LANGUAGE", language)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = tracker("serve", "--port", str(port))
    assert (said.status, said.err) == (2, f"tracker: {told.format(port)}\n")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "WRONG   contacts: missing.toml: cannot be read: No such file or directory"),
        ("nl", "FOUT    contacts: missing.toml: het contactenbestand is niet te lezen: het bestaat niet"),
    ],
)
def test_the_doctor_tells_an_error_in_the_same_language(
    tracker: CommandLine, home: Path, monkeypatch: pytest.MonkeyPatch, language: str, told: str
) -> None:
    monkeypatch.setenv("TRACKER_LANGUAGE", language)
    monkeypatch.setenv("TRACKER_CONTACTS", "missing.toml")
    assert told in tracker("doctor").out.splitlines()


def test_a_wrong_setting_hides_no_language_in_the_settings_file(
    tracker: CommandLine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TRACKER_LANGUAGE")
    (home / ".env").write_text("TRACKER_LANGUAGE=nl\nTRACKER_SMTP_PORT=0\n")
    assert "verwacht werd een geheel getal" in tracker("matches").err


@pytest.mark.parametrize(
    ("locale", "told"), [("nl_NL.UTF-8", "verwacht werd 'nl' of 'en'"), ("C", "expected 'nl' or 'en'")]
)
def test_a_language_that_is_none_is_told_in_that_of_the_system(
    tracker: CommandLine, home: Path, monkeypatch: pytest.MonkeyPatch, locale: str, told: str
) -> None:
    monkeypatch.setenv("LANG", locale)
    monkeypatch.setenv("TRACKER_LANGUAGE", "fr")
    said = tracker("matches")
    assert (said.status, said.err) == (1, f"tracker: TRACKER_LANGUAGE: {told}\n")


ON_PAGES_ONLY = {"answers.py", "links.py", "review.py", "weighing.py"}
"""Modules of `tracker` whose errors no command raises."""

IN_BOTH_LANGUAGES = {
    "ConfigError",
    "SchemaOutOfDateError",
    "StorageBusyError",
    "StorageError",
    "UsageError",
    "WrongValueError",
}


def test_no_error_of_a_command_lacks_its_dutch() -> None:
    """A new error without `nl` would pass for English, and nobody would notice."""
    places = ("tracker/*.py", "tracker/c*/*.py", "tracker/digest/*.py", "db/*.py")
    files = [file for place in places for file in ROOT.glob(place)]
    lacking, seen = [], 0
    for file in files:
        if file.name in ON_PAGES_ONLY:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in IN_BOTH_LANGUAGES:
                seen += 1
                if "nl" not in {keyword.arg for keyword in node.keywords}:
                    lacking.append(f"{file.relative_to(ROOT)}:{node.lineno}")
    assert lacking == []
    assert seen > 60

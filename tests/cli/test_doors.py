"""What every command has in common: help, errors of one line, the schema, and what is imported when."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from db import schema
from db.engine import make_engine
from tests.cli.command_line import ROOT, CommandLine, run_process
from tracker.cli.main import app


def commands() -> Iterator[tuple[str, ...]]:
    """Give each command of the command line, as its words."""
    return words_of(typer.main.get_command(app), ())


def words_of(command: object, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    below = getattr(command, "commands", {})
    if not below or getattr(command, "invoke_without_command", False):
        yield path
    for name, one in below.items():
        yield from words_of(one, (*path, name))


ALL = sorted(commands())


@pytest.mark.parametrize("words", [(), ("calls",), ("database",), *ALL], ids=" ".join)
def test_help_teaches(tracker: CommandLine, clean_environment: None, words: tuple[str, ...]) -> None:
    said = tracker.good(*words, "--help")
    explanation = said.out.split("\n\n")[1]
    assert said.out.lstrip().startswith(f"Usage: {' '.join(('tracker', *words))}")
    assert len(explanation.strip()) > 20
    assert not explanation.startswith("Options:")
    assert "\x1b" not in said.out


def test_the_commands_are_those_of_the_issue() -> None:
    assert {" ".join(words) for words in ALL} >= {
        "run", "collect", "rank", "matches", "digest", "calls list", "calls show", "match", "sources",
        "database upgrade", "config", "demo", "schedule",
    }  # fmt: skip


@pytest.mark.parametrize(
    "arguments", [("rnu",), ("matches", "--limit", "0"), ("matches", "--limit", "many"), ("calls", "show")]
)
def test_wrong_use_is_exit_status_2(
    tracker: CommandLine, empty_home: Path, arguments: tuple[str, ...]
) -> None:
    said = tracker(*arguments)
    assert (said.status, said.out) == (2, "")
    assert "Traceback" not in said.err


READERS = [
    ("calls", "list"), ("calls", "show", "1"), ("matches",), ("match", "wijk"), ("sources",), ("rank",),
    ("digest",), ("digest", "--preview"),
]  # fmt: skip
WRITERS = [("run",), ("collect",), ("schedule",)]


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_a_database_without_tables_names_the_command_that_makes_them(
    tracker: CommandLine, empty_home: Path, words: tuple[str, ...]
) -> None:
    (empty_home / "tracker.db").touch()
    said = tracker(*words)
    assert (said.status, said.out) == (1, "")
    assert said.err == "tracker: the database has no tables yet; run `tracker database upgrade`\n"


@pytest.mark.parametrize("words", [*READERS, *WRITERS], ids=" ".join)
def test_a_database_of_an_older_version_names_the_command_that_mends_it(
    tracker: CommandLine, home: Path, words: tuple[str, ...]
) -> None:
    engine = make_engine(f"sqlite:///{home}/tracker.db")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000_unknown'")
    said = tracker(*words)
    assert (said.status, said.out) == (1, "")
    assert "newer version" in said.err
    assert said.err.count("\n") == 1
    engine.dispose()


def test_the_database_can_be_upgraded_twice_and_from_nothing(tracker: CommandLine, empty_home: Path) -> None:
    for _ in range(2):
        assert tracker.good("database", "upgrade").out == "The database is up to date.\n"
    engine = make_engine(f"sqlite:///{empty_home}/tracker.db")
    schema.downgrade(engine, "base")
    engine.dispose()
    assert "tracker database upgrade" in tracker("calls", "list").err
    tracker.good("database", "upgrade")
    assert tracker.good("calls", "list", "--json").json == []


@pytest.mark.parametrize("command", ["matches", "match wijk", "doctor", "deliveries", "rank", "digest"])
def test_a_mistyped_address_of_the_database_leaves_nothing_behind(
    tracker: CommandLine, home: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("TRACKER_DATABASE_URL", f"sqlite:///{home}/elders/tracker.db")
    said = tracker(*command.split())
    assert said.status == 1
    assert f"there is no database {home}/elders/tracker.db yet" in said.out + said.err
    assert not (home / "elders").exists()


def test_a_database_can_be_made_as_a_rehearsal(tracker: CommandLine, empty_home: Path) -> None:
    tracker.good("database", "upgrade", "--rehearsal")
    assert tracker.good("--at", "2026-05-04T08:00", "calls", "list", "--json").json == []


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("TRACKER_SMTP_PORT", "0", "TRACKER_SMTP_PORT: expected a whole number from 1 to 65535"),
        (
            "TRACKER_DATABASE_URL",
            "postgresql://x:hush@127.0.0.1:1/none",
            "the database server cannot be used",
        ),
        ("TRACKER_PROFILE", "missing.toml", "missing.toml"),
        ("TRACKER_CONTACTS", "missing.toml", "missing.toml"),
    ],
)
@pytest.mark.parametrize("as_process", [False, True], ids=["here", "process"])
def test_an_error_is_one_line_without_a_traceback(
    tracker: CommandLine,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    message: str,
    as_process: bool,
) -> None:
    monkeypatch.setenv(name, value)
    said = run_process("run") if as_process else tracker("run")
    assert (said.status, said.out) == (1, "")
    assert said.err.startswith("tracker: ")
    assert message in said.err
    assert "hush" not in said.err
    assert said.err.count("\n") == 1


def test_config_shows_the_settings_and_warns_of_keys_that_mean_nothing(
    tracker: CommandLine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_SMPT_HOST", "mail.example.org")
    monkeypatch.setenv("TRACKER_XYZZY", "1")
    monkeypatch.setenv("TRACKER_SMTP_PASSWORD", "hush")
    for options in ((), ("--json",)):
        said = tracker.good("config", *options)
        assert "hush" not in said.out
        assert said.err == (
            "TRACKER_SMPT_HOST is no setting; perhaps TRACKER_SMTP_HOST was meant\n"
            "TRACKER_XYZZY is no setting\n"
        )
    assert said.json["TRACKER_SMTP_PASSWORD"] == "********"
    assert said.json["TRACKER_LANGUAGE"] == "en"


def test_the_demo_runs_offline_and_says_that_it_is_the_demo(
    tracker: CommandLine, clean_environment: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_LANGUAGE", "nl")
    monkeypatch.setenv("TRACKER_DATABASE_URL", f"sqlite:///{tmp_path}/real.db")
    said = tracker.good("demo", "--folder", "shown")
    assert said.out.startswith("Dit is de demo")
    (line,) = re.findall(r"^ *export (.+)$", said.out, re.MULTILINE)
    with monkeypatch.context() as shell:
        for part in shlex.split(line):
            shell.setenv(*part.split("=", 1))
        assert len(tracker.good("contacts", "list", "--json").json) == 4
        assert {one["name"]: one["state"] for one in tracker.good("sources", "--json").json}[
            "euroaccess"
        ] == "well"
    assert "  .venv/bin/tracker matches\n" in said.out
    assert len(list((tmp_path / "shown").glob("*.html"))) == 4
    assert not (tmp_path / "real.db").exists()
    assert tracker.good("demo", "--folder", "shown").out.startswith("Dit is de demo")


HEAVY = (
    "sklearn",
    "numpy",
    "scipy",
    "sqlalchemy",
    "alembic",
    "httpx",
    "bs4",
    "lxml",
    "babel",
    "jinja2",
    "apscheduler",
)


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    program = f"import sys, tracker.cli.main; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_a_reader_that_goes_away_is_no_error(home: Path) -> None:
    command = f"set -o pipefail; {sys.executable} -m tracker.cli calls list --json | head -n 1"
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "[\n", "")


@pytest.mark.parametrize(("asked", "status"), [("frobnicate", 2), ("help", 0)])
def test_the_workflow_script_tells_its_usage_and_refuses_what_it_does_not_know(
    asked: str, status: int
) -> None:
    said = subprocess.run(["bash", str(ROOT / "run.sh"), asked], capture_output=True, text=True, check=False)
    told, silent = (said.stderr, said.stdout) if status else (said.stdout, said.stderr)
    assert (said.returncode, silent) == (status, "")
    assert told.startswith("Usage: ./run.sh ")

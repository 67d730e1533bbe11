"""`tracker sources`, `check` and `record`, over stand-ins of every source."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from scrapers.registry import sources
from tests.cli.command_line import CommandLine
from tracker.app import AMSTERDAM, wall_clock
from tracker.demo.server import PortalStandIn
from tracker.demo.web import NOTHING_HERE, Answer, WebStandIn

NAMES = sorted(source.name for source in sources() if source.name != "manual")
FILE = '[[call]]\ntitle = "A call of our own"\nurl = "https://own.example.org/1"\n'


class Refusing(WebStandIn):
    """Answers as the publishers would until it refuses."""

    refuses = False

    def answer(self, method: str, path: str, *, query: str, body: bytes) -> Answer:
        if self.refuses:
            return (403, "text/html", b"<html>no</html>") if path != "/robots.txt" else NOTHING_HERE
        return super().answer(method, path, query=query, body=body)


@pytest.fixture
def web(
    empty_home: Path, portal: PortalStandIn, tracker: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Refusing]:
    with Refusing(wall_clock().astimezone(AMSTERDAM).date()) as stand_in:
        addresses = {"sedia": portal.url, **stand_in.addresses}
        monkeypatch.setenv("TRACKER_SOURCE_URLS", json.dumps(addresses))
        monkeypatch.setenv("TRACKER_INTERREG_APP_ID", "demo")
        monkeypatch.setenv("TRACKER_INTERREG_KEY", "demo")
        yield stand_in


def content(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "tracker.db")) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize("name", NAMES)
def test_a_source_is_checked_without_storing_anything(
    tracker: CommandLine, web: Refusing, empty_home: Path, name: str
) -> None:
    tracker.good("database", "upgrade")
    before = content(empty_home)
    said = tracker.good("sources", "check", name, "--json").json
    assert said["name"] == name
    assert said["calls"] or said["watched"]
    assert (said["problems"], said["gaps"]) == ([], [])
    people = tracker.good("sources", "check", name).out
    assert f"{len(said['calls'])} calls read, nothing stored." in people
    assert content(empty_home) == before


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("portal")])
def test_a_source_that_refuses_is_told_by_its_error_and_status_3(
    tracker: CommandLine, web: Refusing, empty_home: Path, name: str
) -> None:
    web.refuses = True
    said = tracker("sources", "check", name, "--json")
    error = "NeedsKeyError" if name == "interreg" else "BlockedError"
    assert (said.status, said.json["error_code"]) == (3, error)
    people = tracker("sources", "check", name)
    assert (people.status, people.err) == (3, "")
    assert people.out.startswith(f"{name}: {error}: ")


def test_own_calls_are_checked_from_their_file(
    tracker: CommandLine, empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty_home / "own.toml").write_text(FILE)
    monkeypatch.setenv("TRACKER_OWN_CALLS", "own.toml")
    (call,) = tracker.good("sources", "check", "manual", "--json").json["calls"]
    assert call["title"] == "A call of our own"


def test_an_unknown_source_says_which_there_are(tracker: CommandLine, empty_home: Path) -> None:
    for command in ("check", "record"):
        said = tracker("sources", command, "koup")
        assert (said.status, said.out) == (2, "")
        assert said.err.startswith("tracker: There is no source named 'koup'. There are: ")


@pytest.mark.parametrize("name", ["culture", "interreg"])
def test_a_recording_is_made_and_renewed_and_kept_when_the_source_fails(
    tracker: CommandLine, web: Refusing, empty_home: Path, name: str
) -> None:
    folder = empty_home / "recorded"
    folder.mkdir()
    first = tracker.good("sources", "record", name, "--into", "recorded")
    kept = {file.name: file.read_bytes() for file in (folder / name).iterdir()}
    assert {"expected.json", "index.json", "options.json"} < set(kept)
    assert '"demo"' not in kept["options.json"].decode(), "a key is not recorded"
    assert not first.out.startswith("0 lines differ")
    assert tracker.good("sources", "record", name, "--into", "recorded").out.startswith("0 lines differ")
    web.refuses = True
    said = tracker("sources", "record", name, "--into", "recorded")
    assert (said.status, said.err) == (3, "")
    assert {file.name: file.read_bytes() for file in (folder / name).iterdir()} == kept


def test_what_is_off_is_not_read_and_is_no_trouble(tracker: CommandLine, web: Refusing) -> None:
    tracker.good("run")
    state = {one["name"]: one for one in tracker.good("sources", "--json").json}
    for name in ("euroaccess", "manual"):
        assert (state[name]["state"], state[name]["on_schedule"], state[name]["next_run"]) == (
            "off", False, None,
        )  # fmt: skip
    assert {one["state"] for name, one in state.items() if one["on_schedule"]} <= {"well", "well-none-open"}


def test_the_operator_switches_a_source_on(
    tracker: CommandLine, web: Refusing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_SOURCES_ON", "euroaccess")
    tracker.good("run")
    state = {one["name"]: one for one in tracker.good("sources", "--json").json}
    assert (state["euroaccess"]["state"], state["euroaccess"]["on_schedule"]) == ("well", True)

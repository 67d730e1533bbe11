"""`tracker sources`, `check` and `record`, over stand-ins of every source."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from scrapers.contract import run_crawl
from scrapers.recorder import Replay, crawl_as_json, recorded_site
from scrapers.registry import sources
from tests.cli.command_line import CommandLine
from tracker.app import AMSTERDAM, App, wall_clock
from tracker.demo.server import PortalStandIn
from tracker.demo.web import NOTHING_HERE, Answer, WebStandIn

NAMES = sorted(source.name for source in sources() if source.name != "manual")
FILE = '[[call]]\ntitle = "A call of our own"\nurl = "https://own.example.org/1"\n'


class Refusing(WebStandIn):
    """Answers as the publishers would until it refuses."""

    refuses = False
    refuses_index = False

    def answer(self, method: str, path: str, *, query: str, body: bytes) -> Answer:
        if self.refuses:
            return (403, "text/html", b"<html>no</html>") if path != "/robots.txt" else NOTHING_HERE
        if self.refuses_index and path.endswith("/queries"):
            return 403, "application/json", b"{}"
        return super().answer(method, path, query=query, body=body)


@pytest.fixture
def web(
    empty_home: Path, portal: PortalStandIn, tracker: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Refusing]:
    with Refusing(wall_clock().astimezone(AMSTERDAM).date()) as stand_in:
        addresses = {"sedia": portal.url, **stand_in.addresses}
        monkeypatch.setenv("TRACKER_SOURCE_URLS", json.dumps(addresses))
        monkeypatch.setenv("TRACKER_INTERREG_APP_ID", "APP1")
        monkeypatch.setenv("TRACKER_INTERREG_KEY", "a-key")
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
    assert said["state"] == ("well-none-open" if name == "page-watch" else "well")
    people = tracker.good("sources", "check", name).out
    assert f"{len(said['calls'])} calls read, nothing stored." in people
    assert "State: well" in people
    assert content(empty_home) == before


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("portal")])
def test_a_source_that_refuses_is_told_by_its_error_and_status_3(
    tracker: CommandLine, web: Refusing, empty_home: Path, name: str
) -> None:
    web.refuses = True
    said = tracker("sources", "check", name, "--json")
    error = "NeedsKeyError" if name == "interreg" else "BlockedError"
    state = "needs-key" if name == "interreg" else "blocked"
    assert (said.status, said.json["error_code"], said.json["state"]) == (3, error, state)
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


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_made_at_a_replaced_address_can_be_read_again(
    tracker: CommandLine, web: Refusing, empty_home: Path, name: str
) -> None:
    folder = empty_home / "recorded"
    tracker.good("sources", "record", name, "--into", "recorded")
    source = next(one for one in sources() if one.name == name)
    web.refuses = True
    again = run_crawl(source, Replay(folder / name), site=recorded_site(source, folder / name))
    assert crawl_as_json(again) == json.loads((folder / name / "expected.json").read_text())


@pytest.mark.parametrize("name", ["culture", "interreg"])
def test_a_recording_is_made_and_renewed_and_kept_when_the_source_fails(
    tracker: CommandLine, web: Refusing, empty_home: Path, name: str
) -> None:
    folder = empty_home / "recorded"
    folder.mkdir()
    first = tracker.good("sources", "record", name, "--into", "recorded")
    kept = {file.name: file.read_bytes() for file in (folder / name).iterdir()}
    assert {"expected.json", "index.json", "options.json"} < set(kept)
    assert all(b"a-key" not in content for content in kept.values()), "a key is not recorded"
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


def state_of(tracker: CommandLine, name: str) -> tuple[int, str]:
    """Give the exit status of `sources` and the state of one."""
    said = tracker("sources", "--json")
    return said.status, next(one["state"] for one in said.json if one["name"] == name)


def test_confirming_a_passage_does_not_make_a_refused_source_well(
    tracker: CommandLine, web: Refusing
) -> None:
    tracker.good("collect", "--source", "page-watch")
    key = tracker.good("watch", "list", "--json").json[0]["key"]
    web.refuses = True
    tracker("collect", "--source", "page-watch")
    assert state_of(tracker, "page-watch") == (3, "blocked")
    tracker.good("watch", "confirm", key)
    assert len(tracker.good("calls", "list", "--source", "page-watch", "--json").json) == 1
    assert state_of(tracker, "page-watch") == (3, "blocked")


def test_adding_a_call_does_not_make_a_broken_file_of_own_calls_well(
    tracker: CommandLine, empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty_home / "own.toml").write_text("no table")
    monkeypatch.setenv("TRACKER_OWN_CALLS", "own.toml")
    tracker("collect", "--source", "manual")
    assert state_of(tracker, "manual") == (3, "layout-changed")
    tracker.good("calls", "add", "--title", "A call of our own", "--url", "https://own.example.org/1")
    assert len(tracker.good("calls", "list", "--source", "manual", "--json").json) == 1
    assert state_of(tracker, "manual") == (3, "layout-changed")


def test_a_source_that_is_off_stays_off_when_it_is_read_by_name(
    tracker: CommandLine, web: Refusing, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracker.good("collect", "--source", "euroaccess")
    listed = {one["name"]: one for one in tracker.good("sources", "--json").json}["euroaccess"]
    assert (listed["state"], listed["on_schedule"]) == ("off", False)
    assert listed["last_good"] is not None
    assert listed["open"] > 0
    web.refuses = True
    assert tracker("collect", "--source", "euroaccess").status != 0
    assert state_of(tracker, "euroaccess") == (0, "off")
    monkeypatch.setenv("TRACKER_SOURCES_ON", "euroaccess")
    assert state_of(tracker, "euroaccess") == (3, "blocked")


@pytest.mark.parametrize("key", ["", "refused"])
def test_interreg_without_a_good_key_says_so_and_where_to_find_one_though_its_pages_are_read(
    tracker: CommandLine, web: Refusing, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("TRACKER_INTERREG_KEY", key)
    web.refuses_index = True
    tracker("collect", "--source", "interreg")
    assert state_of(tracker, "interreg") == (0, "needs-key")
    (listed,) = [one for one in tracker.good("sources", "--json").json if one["name"] == "interreg"]
    assert listed["open"] > 0, "the programmes' own pages were read"
    people = tracker.good("sources").out
    assert "needs a key since" in people
    assert people.count("https://interreg.eu/calls-for-projects/") == 1
    for setting in ("TRACKER_INTERREG_APP_ID", "TRACKER_INTERREG_KEY"):
        assert setting in people
        assert setting in tracker.good("sources", "check", "interreg").out
    assert "State: needs a key" in tracker.good("sources", "check", "interreg").out
    assert tracker.good("sources", "check", "interreg", "--json").json["state"] == "needs-key"


def test_the_operator_switches_a_source_on(
    tracker: CommandLine, web: Refusing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_SOURCES_ON", "euroaccess")
    tracker.good("run")
    state = {one["name"]: one for one in tracker.good("sources", "--json").json}
    assert (state["euroaccess"]["state"], state["euroaccess"]["on_schedule"]) == ("well", True)


def test_a_check_names_a_language_that_the_source_forgot(
    tracker: CommandLine, web: Refusing, monkeypatch: pytest.MonkeyPatch
) -> None:
    koop = replace(next(source for source in sources() if source.name == "koop"), languages=("en",))
    monkeypatch.setattr(App, "sources", lambda _app, _names=(): [koop])
    said = tracker.good("sources", "check", "koop", "--json").json
    assert said["problems"] == ["a text is in 'nl', which `languages` of the source does not name"]
    assert "! a text is in 'nl'" in tracker.good("sources", "check", "koop").out

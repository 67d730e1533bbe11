"""`calls`, `matches`, `match` and `sources`, through the real command line, over the demo's calls."""

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from db import calls
from db.engine import make_engine, session_scope
from tests.cli.command_line import PORTAL, CommandLine
from tests.db.samples import data
from tracker.core.call import Fact, FactName
from tracker.demo.server import PortalStandIn

CALL_KEYS = [
    "id", "source", "source_ref", "identifier", "title", "title_nl", "programme", "status", "claim",
    "opens_on", "deadlines", "deadline_kind", "next_deadline", "budget", "url", "first_seen", "last_seen",
]  # fmt: skip
DEADLINE_KEYS = ["date", "time", "kind"]
BUDGET_KEYS = [
    "total", "currency", "shared", "per_project_min", "per_project_max", "expected_grants", "funding_rate",
]  # fmt: skip
DETAIL_KEYS = [
    *CALL_KEYS, "call_identifier", "call_title", "programme_code", "action_type", "tags", "facts", "texts",
    "vanished_at", "region", "sightings", "history", "matches", "answers",
]  # fmt: skip
MATCH_KEYS = [
    "priority", "rank", "score", "strength", "reasons", "role", "role_sentence", "blocked", *CALL_KEYS
]  # fmt: skip
REASON_KEYS = ["kind", "term", "phrase", "where", "snippet", "share", "language"]
SOURCE_KEYS = [
    "name", "title", "state", "since", "last_good", "found", "stored", "open", "problems", "gaps", "error",
    "trend", "next_run", "programmes", "on_schedule",
]  # fmt: skip
ANSI = re.compile(r"\x1b\[")


def calls_list(tracker: CommandLine, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tracker.good("calls", "list", *options, "--json").json
    return found


def test_calls_list_gives_exactly_the_promised_shape(tracker: CommandLine, home: Path) -> None:
    found = calls_list(tracker)
    assert len(found) >= 60
    assert all(list(call) == CALL_KEYS for call in found)
    assert all(list(call["budget"]) == BUDGET_KEYS for call in found)
    assert {tuple(deadline) for call in found for deadline in call["deadlines"]} == {tuple(DEADLINE_KEYS)}
    assert {deadline["kind"] for call in found for deadline in call["deadlines"]} >= {"single", "stage_1"}
    over = [call["status"] in {"closed", "vanished"} for call in found]
    assert over == sorted(over)  # what is over comes last
    dates = [call["next_deadline"] or "no date" for call in found]
    assert dates == sorted(dates[: over.count(False)]) + sorted(dates[over.count(False) :])


def test_calls_list_filters(tracker: CommandLine, home: Path) -> None:
    everything = calls_list(tracker)
    current = calls_list(tracker, "--status", "open, forthcoming")
    assert {call["status"] for call in current} == {"open", "forthcoming"}
    assert [call for call in everything if call["status"] in {"open", "forthcoming"}] == current
    life = calls_list(tracker, "--programme", "LIFE")
    assert life == calls_list(tracker, "--programme", "life")
    assert life == [call for call in everything if call["programme"] == "life"] != []
    cascade = calls_list(tracker, "--source", "portal-cascade")
    assert {call["source"] for call in cascade} == {"portal-cascade"}
    assert calls_list(tracker, "--limit", "3") == everything[:3]
    both = calls_list(tracker, "--programme", "life", "--status", "forthcoming", "--limit", "1")
    assert both == [call for call in life if call["status"] == "forthcoming"][:1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ("--status", "opne"),
            "There is no status 'opne'. There are: open, forthcoming, closed, vanished, unknown.",
        ),
        (("--programme", "nonsense"), "There is no programme 'nonsense'. See: tracker sources"),
        (("--source", "portaal"), "There is no source named 'portaal'. There are: "),
    ],
)
def test_calls_list_says_what_there_is(
    tracker: CommandLine, home: Path, options: tuple[str, ...], message: str
) -> None:
    said = tracker("calls", "list", *options)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith(f"tracker: {message}")
    assert said.err.count("\n") == 1


def test_a_pipe_gets_no_colour_and_a_call_is_one_line(tracker: CommandLine, home: Path) -> None:
    for call in calls_list(tracker):
        if len(call["title"]) > 90:
            break
    said = tracker.good("calls", "list")
    lines = [line for line in said.out.splitlines() if call["identifier"] in line]
    assert any(call["title"] in line for line in lines)
    for command in (("calls", "list"), ("matches",), ("sources",), ("config",), ("match", "wijk")):
        assert not ANSI.search(tracker.good(*command).out)


def test_calls_list_is_dutch_where_that_is_asked(
    tracker: CommandLine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_LANGUAGE", "nl")
    dutch = next(c["title_nl"] for c in calls_list(tracker) if c["title_nl"] and c["title_nl"] != c["title"])
    said = tracker.good("calls", "list").out
    assert "oproep" in said
    assert dutch in said


def test_the_language_is_that_of_the_system_unless_it_is_set(
    tracker: CommandLine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TRACKER_LANGUAGE")
    monkeypatch.setenv("LANG", "nl_NL.UTF-8")
    assert "oproepen" in tracker.good("calls", "list").out
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert "calls" in tracker.good("calls", "list").out


def test_calls_show_finds_a_call_by_each_of_its_names(tracker: CommandLine, home: Path) -> None:
    topic = next(call for call in calls_list(tracker, "--source", "portal"))
    shown = [
        tracker.good("calls", "show", ref, "--json").json
        for ref in (topic["identifier"], topic["identifier"].lower(), str(topic["id"]), topic["source_ref"])
    ]
    assert list(shown[0]) == DETAIL_KEYS
    assert all(one == shown[0] for one in shown)
    assert {key: shown[0][key] for key in CALL_KEYS} == topic


def test_a_name_that_cascade_calls_share_asks_which(tracker: CommandLine, home: Path) -> None:
    cascade = calls_list(tracker, "--source", "portal-cascade")
    names = [call["identifier"] for call in cascade]
    shared = next(name for name in names if names.count(name) > 1)
    said = tracker("calls", "show", shared)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith(f"tracker: {shared!r} is more than one call. Which?")
    for call in cascade:
        if call["identifier"] == shared:
            assert f"  {call['id']}  {shared}  {call['title']}" in said.err.splitlines()
            assert tracker.good("calls", "show", str(call["id"]), "--json").json["id"] == call["id"]


def test_an_unknown_reference_says_where_to_look(
    tracker: CommandLine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = tracker("calls", "show", "NO-SUCH-CALL")
    assert (said.status, said.out) == (2, "")
    assert said.err == "tracker: No call found for 'NO-SUCH-CALL'. Look with: tracker calls list\n"
    monkeypatch.setenv("TRACKER_LANGUAGE", "nl")
    assert "Geen oproep gevonden" in tracker("calls", "show", "NO-SUCH-CALL").err


def test_every_call_can_be_shown_to_people(tracker: CommandLine, home: Path) -> None:
    for call in calls_list(tracker)[::6]:
        said = tracker.good("calls", "show", str(call["id"])).out
        assert call["title"] in said
        assert call["url"] in said.splitlines()[-1] or call["url"] in said


def test_the_history_of_a_call_is_told_in_both_ways(
    tracker: CommandLine, home: Path, portal: PortalStandIn
) -> None:
    changed = [row for row in portal.rows if row["metadata"].get("deadlineDate")]
    for row in changed:  # all deadlines move, all amounts go, all texts change
        row["metadata"]["deadlineDate"] = ["2031-02-03T00:00:00.000+0000"]
        row["metadata"].pop("budgetOverview", None)
        row["metadata"]["descriptionByte"] = ["<p>Another text.</p>"]
    tracker("collect", *PORTAL)
    moved = next(call for call in calls_list(tracker) if call["next_deadline"] == "2031-02-03")
    history = tracker.good("calls", "show", str(moved["id"]), "--json").json["history"]
    assert all(list(change) == ["at", "field", "old", "new", "run"] for change in history)
    fields = {change["field"]: change for change in history}
    assert fields["deadlines"]["new"] == moved["deadlines"]
    assert list(fields["deadlines"]["old"][0]) == DEADLINE_KEYS
    people = tracker.good("calls", "show", str(moved["id"])).out
    assert "3 February 2031" in people.split("History")[1]
    assert "Deadline(" not in people
    assert "datetime" not in people


def test_matches_gives_exactly_the_promised_shape(tracker: CommandLine, home: Path) -> None:
    found = tracker.good("matches", "--limit", "4", "--json").json
    assert all(list(match) == MATCH_KEYS for match in found)
    reasons = [reason for match in found for reason in match["reasons"]]
    assert reasons
    assert all(list(reason) == REASON_KEYS for reason in reasons)
    for slug in {match["priority"] for match in found}:
        assert [match["rank"] for match in found if match["priority"] == slug] == [1, 2, 3, 4]
    blocked = tracker.good("matches", "--blocked", "--json").json
    assert all(match["blocked"] for match in blocked)


def test_matches_of_one_priority(tracker: CommandLine, home: Path) -> None:
    found = tracker.good("matches", "--priority", "klimaat", "--limit", "5", "--json").json
    assert [(match["priority"], match["rank"]) for match in found] == [("klimaat", n) for n in range(1, 6)]
    said = tracker.good("matches", "--priority", "klimaat", "--limit", "5").out
    assert all(match["identifier"] in said for match in found)


def test_an_unknown_priority_says_which_there_are(tracker: CommandLine, home: Path) -> None:
    said = tracker("matches", "--priority", "klimat")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("tracker: There is no priority 'klimat'. There are: ")
    assert "klimaat" in said.err
    assert said.err.count("\n") == 1


IDEA = "warmtenet en energiebesparing in de wijk, met woningcorporaties"


def test_an_idea_a_file_and_the_standard_input_give_the_same(tracker: CommandLine, home: Path) -> None:
    (home / "idea.txt").write_text(IDEA, encoding="utf-8")
    by_text = tracker.good("match", IDEA, "--json").json
    assert all(list(match) == MATCH_KEYS for match in by_text)
    assert 0 < len(by_text) <= 10
    assert tracker.good("match", "--file", "idea.txt", "--json").json == by_text
    assert tracker.good("match", "-", "--json", stdin=IDEA.encode()).json == by_text
    assert tracker.good("match", IDEA, "--limit", "2", "--json").json == by_text[:2]
    people = tracker.good("match", IDEA).out
    assert f"More on {by_text[0]['identifier']}: tracker calls show {by_text[0]['id']}\n" in people


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        ((), b"", "Give a text, or --file PATH"),
        (("text", "--file", "idea.txt"), b"", "Give a text, or --file PATH"),
        (("",), b"", "There is no text to match."),
        (("  \n",), b"", "There is no text to match."),
        (("-",), b"", "There is no text to match."),
        (("-",), b"\xff\xfe\x00", "The standard input cannot be read as text"),
        (("--file", "missing.txt"), b"", "missing.txt cannot be read as text"),
        (("--file", "."), b"", ". cannot be read as text"),
        (("--file", "binary.pdf"), b"", "binary.pdf cannot be read as text"),
        (("--file", "empty.txt"), b"", "There is no text to match."),
    ],
)
def test_what_is_no_text_to_match_is_wrong_use(
    tracker: CommandLine, home: Path, arguments: tuple[str, ...], stdin: bytes, message: str
) -> None:
    (home / "binary.pdf").write_bytes(b"%PDF-1.7\n\xe2\xe3\xcf\xd3\x00")
    (home / "empty.txt").write_text(" \n")
    said = tracker("match", *arguments, stdin=stdin)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith(f"tracker: {message}")
    assert said.err.count("\n") == 1


def test_words_that_no_call_has_find_nothing_and_say_so(tracker: CommandLine, home: Path) -> None:
    assert "Nothing found" in tracker.good("match", "xyzzy plugh").out
    assert tracker.good("match", "xyzzy plugh", "--json").json == []


def test_sources_gives_exactly_the_promised_shape(tracker: CommandLine, home: Path) -> None:
    found = tracker.good("sources", "--json").json
    assert all(list(source) == SOURCE_KEYS for source in found)
    by_name = {source["name"]: source for source in found}
    portal = by_name["portal"]
    assert (portal["state"], by_name["portal-cascade"]["state"]) == ("well", "well")
    assert portal["found"] == portal["stored"] >= portal["open"] == sum(portal["programmes"].values()) > 0
    people = tracker.good("sources").out
    assert f"life {portal['programmes']['life']}" in people


def test_sources_that_were_never_read_are_no_trouble_yet(tracker: CommandLine, empty_home: Path) -> None:
    tracker.good("database", "upgrade")
    found = tracker.good("sources", "--json").json
    assert {source["state"] for source in found if source["on_schedule"]} == {"never-run"}
    assert "never run" in tracker.good("sources").out


def test_a_list_of_nothing_is_an_empty_list(tracker: CommandLine, empty_home: Path) -> None:
    tracker.good("database", "upgrade")
    assert calls_list(tracker) == []
    assert tracker.good("matches", "--json").json == []
    said = tracker("match", "wijk")
    assert (said.status, said.err) == (
        2,
        "tracker: There are no calls yet. Read them first: tracker collect\n",
    )


def test_reading_lists_changes_no_call(tracker: CommandLine, home: Path) -> None:
    def content() -> list[str]:
        with closing(sqlite3.connect(home / "tracker.db")) as connection:
            return list(connection.iterdump())

    before = content()
    for command in (("calls", "list"), ("matches",), ("match", "wijk"), ("sources",)):
        tracker.good(*command)
    assert content() == before


def test_a_call_from_a_list_names_the_publisher_s_own_page(tracker: CommandLine, home: Path) -> None:
    page = "https://publisher.example.org/call"
    engine = make_engine(f"sqlite:///{home}/tracker.db")
    with session_scope(engine) as session:
        told = replace(data("listed"), facts=(Fact(FactName.LINK, page, ""),))
        number = calls.insert(session, told, at=datetime.now(UTC), run_id=None)
    engine.dispose()
    assert f"The publisher's own page: {page}\n" in tracker.good("calls", "show", str(number)).out


LESS_FOR_A_CITY = """
[[call]]
title = "Tidal lagoon nurseries for oyster beds"
url = "https://own.example.org/1"
text = "Tidal lagoon nurseries. Oyster beds in tidal lagoon nurseries. Growers of oyster beds may apply."
programme = "province-nh"
[[call]]
title = "Oyster beds"
url = "https://own.example.org/2"
text = "Cities and municipalities may apply for oyster beds. Local authorities lead the work in their cities."
programme = "province-nh"
"""


def test_the_strongest_word_stands_first_also_where_another_call_says_more(
    tracker: CommandLine, home: Path
) -> None:
    (home / "own.toml").write_text(LESS_FOR_A_CITY)
    tracker.good("calls", "add", "--file", "own.toml")
    asked = ("match", "tidal lagoon nurseries with oyster beds", "--json")
    found = tracker.good(*asked).json
    assert [one["strength"] for one in found[:2]] == ["strong", "possible"]
    assert found[0]["score"] < found[1]["score"]
    assert tracker.good(*asked, "--limit", "1").json == found[:1]

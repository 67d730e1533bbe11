"""`tracker watch`: what waits on watched pages, and what a person says of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command_line import CommandLine
from tracker.app import AMSTERDAM, wall_clock
from tracker.demo.web import WebStandIn

KEYS = [
    "key", "page", "url", "programme", "place", "neighbour", "title", "sentence", "opens_on", "deadline",
    "amounts", "state", "first_seen", "last_seen", "call", "changes", "has_left",
]  # fmt: skip


@pytest.fixture
def watching(empty_home: Path, tracker: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebStandIn]:
    """Give the stand-in of the watched pages, read once."""
    with WebStandIn(wall_clock().astimezone(AMSTERDAM).date()) as web:
        monkeypatch.setenv("TRACKER_SOURCE_URLS", json.dumps(dict(web.addresses)))
        tracker.good("collect", "--source", "page-watch")
        yield web


def listed(tracker: CommandLine, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tracker.good("watch", "list", *options, "--json").json
    return found


def calls(tracker: CommandLine) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tracker.good("calls", "list", "--json").json
    return found


def of_page(tracker: CommandLine, page: str) -> dict[str, Any]:
    return next(one for one in listed(tracker) if one["page"] == page)


def test_passages_of_all_pages_wait_and_are_no_calls(tracker: CommandLine, watching: WebStandIn) -> None:
    found = listed(tracker)
    assert all(list(one) == KEYS for one in found)
    assert {one["page"] for one in found} == {"kansen-voor-west", "jtf-ijmond", "urbact"}
    assert {one["state"] for one in found} == {"new"}
    assert all(one["deadline"] and one["sentence"] for one in found)
    assert calls(tracker) == []
    people = tracker.good("watch", "list").out
    assert all(one["key"][:8] in people and one["title"] in people for one in found)


def test_a_confirmed_passage_is_a_call_for_the_region(tracker: CommandLine, watching: WebStandIn) -> None:
    one = of_page(tracker, "kansen-voor-west")
    assert "This is a call now." in tracker.good("watch", "confirm", one["key"][:8]).out
    (call,) = calls(tracker)
    assert (call["source"], call["source_ref"], call["title"]) == ("page-watch", one["key"], one["title"])
    assert (call["next_deadline"], call["programme"]) == (one["deadline"], "efro-west")
    shown = tracker.good("calls", "show", str(call["id"]), "--json").json
    assert shown["region"]["fit"] == "region"
    assert shown["history"] == []
    assert one["key"] not in {other["key"] for other in listed(tracker)}
    states = {other["key"]: other["state"] for other in listed(tracker, "--all")}
    assert states[one["key"]] == "confirmed"


def test_what_is_for_neighbours_is_said_to_be(tracker: CommandLine, watching: WebStandIn) -> None:
    tracker.good("watch", "confirm", of_page(tracker, "jtf-ijmond")["key"])
    (call,) = calls(tracker)
    shown = tracker.good("calls", "show", str(call["id"]), "--json").json
    assert shown["region"]["fit"] == "neighbour"
    tracker.good("rank")
    assert [one["id"] for one in tracker.good("matches", "--json").json] == []


def test_what_was_decided_sticks_when_the_pages_are_read_with_other_dates(
    tracker: CommandLine, empty_home: Path, watching: WebStandIn
) -> None:
    before = listed(tracker)
    confirmed, dismissed = (of_page(tracker, page) for page in ("urbact", "jtf-ijmond"))
    tracker.good("watch", "confirm", confirmed["key"])
    assert dismissed["title"] in tracker.good("watch", "dismiss", dismissed["key"]).out
    watching.today = watching.today.replace(year=watching.today.year + 1)
    tracker.good("collect", "--source", "page-watch")
    after = {one["key"]: one for one in listed(tracker, "--all")}
    assert set(after) == {one["key"] for one in before} | set(after)
    assert (after[confirmed["key"]]["state"], after[dismissed["key"]]["state"]) == ("confirmed", "dismissed")
    assert after[confirmed["key"]]["deadline"] > confirmed["deadline"]
    assert {one["key"] for one in listed(tracker)} == set(after) - {dismissed["key"]}
    (call,) = calls(tracker)
    assert call["next_deadline"] == confirmed["deadline"], "the page alone does not move a call"
    moved = next(one for one in listed(tracker) if one["key"] == confirmed["key"])
    assert (moved["call"], moved["has_left"]) == (call["id"], False)
    change = next(one for one in moved["changes"] if one["field"] == "deadlines")
    assert [change["confirmed"][0]["date"], change["page"][0]["date"]] == [
        confirmed["deadline"],
        moved["deadline"],
    ]
    for page in tracker.good("watch", "list", "--changes", "--json").json:
        assert page["came"]
        assert page["went"]
        assert not set(page["came"]) & set(page["went"])
        lines = tracker.good("watch", "list", "--changes").out.splitlines()
        assert {f"  + {page['came'][0]}", f"  - {page['went'][0]}"} <= set(lines)
    people = tracker.good("watch", "list").out
    assert f"{confirmed['page']}: changed on " in people
    assert f"call nr. {call['id']}" in people
    assert "! page now says: closes " in people
    assert "; confirm again" in people
    assert "The call says now what the page says." in tracker.good("watch", "confirm", confirmed["key"]).out
    assert confirmed["key"] not in {one["key"] for one in listed(tracker)}
    (call,) = calls(tracker)
    assert call["next_deadline"] == after[confirmed["key"]]["deadline"]
    history = tracker.good("calls", "show", str(call["id"]), "--json").json["history"]
    assert "deadlines" in {change["field"] for change in history}


def test_a_confirmed_passage_that_is_dismissed_withdraws_its_call_and_can_come_back(
    tracker: CommandLine, watching: WebStandIn
) -> None:
    key = of_page(tracker, "kansen-voor-west")["key"]
    tracker.good("watch", "confirm", key)
    (call,) = calls(tracker)
    assert call["status"] in {"open", "forthcoming"}
    said = tracker.good("watch", "dismiss", key).out
    assert f"Call nr. {call['id']} is withdrawn" in said
    gone = tracker.good("calls", "show", str(call["id"]), "--json").json
    assert gone["status"] == "vanished"
    reasons = [change["new"] for change in gone["history"] if change["field"] == "withdrawn"]
    assert reasons == ["dismissed: a person says that the passage is no call"]
    assert "a person says that the passage is no call" in tracker.good("calls", "show", str(call["id"])).out
    tracker.good("watch", "confirm", key)
    (back,) = calls(tracker)
    assert (back["id"], back["status"]) == (call["id"], call["status"])


def test_a_change_of_the_page_can_be_refused(tracker: CommandLine, watching: WebStandIn) -> None:
    key = of_page(tracker, "urbact")["key"]
    tracker.good("watch", "confirm", key)
    (call,) = calls(tracker)
    watching.today = watching.today.replace(year=watching.today.year + 1)
    tracker.good("collect", "--source", "page-watch")
    assert f"tracker watch keep {key[:8]}" in tracker.good("watch", "list").out
    assert tracker.good("watch", "keep", key[:8]).out == "The call stays as it is.\n"
    assert key not in {one["key"] for one in listed(tracker)}
    assert {one["key"]: one["state"] for one in listed(tracker, "--all")}[key] == "kept"
    (same,) = calls(tracker)
    assert (same["id"], same["next_deadline"]) == (call["id"], call["next_deadline"])
    other = of_page(tracker, "kansen-voor-west")["key"]
    said = tracker("watch", "keep", other)
    assert said.status == 2
    assert "is no call" in said.err


def test_a_passage_that_was_no_call_yet_is_dismissed_in_one_line(
    tracker: CommandLine, watching: WebStandIn
) -> None:
    one = of_page(tracker, "urbact")
    assert tracker.good("watch", "dismiss", one["key"]).out == f"Gone: {one['title']}\n"


@pytest.mark.parametrize("command", ["confirm", "dismiss", "keep"])
def test_an_unknown_key_is_one_line(tracker: CommandLine, watching: WebStandIn, command: str) -> None:
    said = tracker("watch", command, "nothing")
    assert (said.status, said.out) == (2, "")
    assert said.err == "tracker: There is no candidate 'nothing'. See: tracker watch list\n"


def test_nothing_waits_before_a_page_was_read(tracker: CommandLine, empty_home: Path) -> None:
    tracker.good("database", "upgrade")
    assert tracker.good("watch", "list").out == "Nothing waits.\n"
    assert tracker.good("watch", "list", "--changes").out == "No page has changed.\n"
    assert listed(tracker) == []

"""`tracker calls add`, `duplicates`, `join` and `apart`, and where sources disagree, as a person sees it."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command_line import PORTAL, CommandLine
from tracker.app import AMSTERDAM, wall_clock
from tracker.demo.server import PortalStandIn
from tracker.demo.web import WebStandIn

TITLE, PAGE = "Fund for the reuse of monuments", "https://province.example.org/monuments"
FILE = """
[[call]]
title = "Fund for the reuse of monuments"
title_nl = "Fonds voor herbestemming van monumenten"
url = "https://province.example.org/monuments"
programme = "province-nh"
opens = 2027-01-11
deadline = 2031-03-01T17:00:00
total = 1500000

[[call]]
ref = "swap"
title = "Exchange of civil servants"
url = "https://network.example.org/swap"
"""


def calls_of(tracker: CommandLine, source: str, *at: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tracker.good(*at, "calls", "list", "--source", source, "--json").json
    return found


def shown(tracker: CommandLine, ref: str, *at: str) -> dict[str, Any]:
    found: dict[str, Any] = tracker.good(*at, "calls", "show", ref, "--json").json
    return found


def add(tracker: CommandLine, *options: str, title: str = TITLE) -> str:
    return tracker.good("calls", "add", "--title", title, "--url", PAGE, *options).out


def test_a_call_is_added_by_its_title_and_page_and_twice_is_no_change(
    tracker: CommandLine, home: Path
) -> None:
    assert "1 added, 0 changed, 0 the same" in add(tracker, "--deadline", "2031-03-01")
    assert "0 added, 0 changed, 1 the same" in add(tracker, "--deadline", "2031-03-01")
    (call,) = calls_of(tracker, "manual")
    assert (call["title"], call["url"], call["next_deadline"]) == (TITLE, PAGE, "2031-03-01")
    assert shown(tracker, str(call["id"]))["history"] == []


def test_a_changed_date_is_a_change_with_history(tracker: CommandLine, home: Path) -> None:
    add(tracker, "--deadline", "2031-03-01")
    assert "0 added, 1 changed, 0 the same" in add(tracker, "--deadline", "2031-05-01T17:00")
    (call,) = calls_of(tracker, "manual")
    assert call["deadlines"] == [{"date": "2031-05-01", "time": "17:00", "kind": "single"}]
    (change,) = shown(tracker, str(call["id"]))["history"]
    assert change["field"] == "deadlines"
    assert [one[0]["date"] for one in (change["old"], change["new"])] == ["2031-03-01", "2031-05-01"]


@pytest.mark.parametrize(
    "title", ['"Quoted" \\ back', "Café – 50 % € voor de wijk", "Groen 🌳 erbij", "a\tb\nc"]
)
def test_any_title_is_kept_as_it_was_written(tracker: CommandLine, home: Path, title: str) -> None:
    add(tracker, title=title)
    assert [call["title"] for call in calls_of(tracker, "manual")] == [title]


def test_calls_of_a_file_are_added_and_read_again(tracker: CommandLine, home: Path) -> None:
    (home / "own.toml").write_text(FILE, encoding="utf-8")
    assert "2 added, 0 changed, 0 the same" in tracker.good("calls", "add", "--file", "own.toml").out
    (home / "own.toml").write_text(FILE.replace("2031-03-01T17", "2031-04-01T12"), encoding="utf-8")
    assert "0 added, 1 changed, 1 the same" in tracker.good("calls", "add", "--file", "own.toml").out
    fund, swap = sorted(calls_of(tracker, "manual"), key=lambda call: str(call["source_ref"]))
    assert (fund["programme"], fund["title_nl"]) == ("province-nh", "Fonds voor herbestemming van monumenten")
    assert fund["deadlines"] == [{"date": "2031-04-01", "time": "12:00", "kind": "single"}]
    assert (swap["source_ref"], swap["programme"]) == ("swap", "other")


def test_own_calls_in_a_file_of_the_settings_are_read_with_the_others(
    tracker: CommandLine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "own.toml").write_text(FILE, encoding="utf-8")
    monkeypatch.setenv("TRACKER_OWN_CALLS", "own.toml")
    (run,) = tracker.good("collect", "--source", "manual", "--json").json
    assert (run["state"], run["new"]) == ("good", 2)
    state = {one["name"]: one["state"] for one in tracker.good("sources", "--json").json}
    assert state["manual"] == "well"


BAD = [
    ("title = ", "the file of own calls is not TOML"),
    ("", "the file of own calls has no [[call]] table"),
    ("[call]\ntitle = 'One call'\nurl = 'https://e.org'", "the file of own calls has no [[call]] table"),
    (FILE + "[[call]]\ntitle = 'No address'\n", "no-address: url: Field required"),
    (FILE + "[[call]]\ntitle = 'Ftp'\nurl = 'ftp://e.org'\n", "ftp: url: String should match pattern"),
    (FILE.replace("2027-01-11", "'soon'"), "fund-for-the-reuse-of-monuments: opens: "),
    (FILE.replace("province-nh", "no-such"), "programme: 'no-such' is not known"),
    (FILE.replace("total =", "totaal ="), "totaal: Extra inputs are not permitted"),
    (FILE.replace("1500000", "-1"), "total: Input should be greater than 0"),
]


@pytest.mark.parametrize(("text", "message"), BAD, ids=[message[:40] for _, message in BAD])
def test_a_bad_entry_is_refused_with_all_the_others(
    tracker: CommandLine, home: Path, text: str, message: str
) -> None:
    (home / "own.toml").write_text(text, encoding="utf-8")
    said = tracker("calls", "add", "--file", "own.toml")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("tracker: ")
    assert message in said.err
    assert said.err.count("\n") == 1
    assert calls_of(tracker, "manual") == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--title", "No page"), "url: Field required"),
        (("--url", PAGE), "title: Field required"),
        (("--title", TITLE, "--url", PAGE, "--deadline", "1 March 2027"), "2027-03-01"),
        (("--title", TITLE, "--url", PAGE, "--deadline", "2027-02-30"), "2027-03-01"),
        (("--title", TITLE, "--url", PAGE, "--opens", "soon"), "2027-03-01"),
        (("--file", "missing.toml"), "missing.toml cannot be read as text"),
        (("--file", "own.toml", "--title", TITLE), "--file"),
    ],
)
def test_wrong_options_are_one_clear_line(
    tracker: CommandLine, home: Path, options: tuple[str, ...], message: str
) -> None:
    (home / "own.toml").write_text(FILE, encoding="utf-8")
    said = tracker("calls", "add", *options)
    assert (said.status, said.out) == (2, "")
    assert message in said.err
    assert said.err.count("\n") == 1
    assert calls_of(tracker, "manual") == []


def dated(tracker: CommandLine) -> dict[str, Any]:
    """Give a call of the portal that closes on a day to come."""
    ahead = tracker.good("calls", "list", "--source", "portal", "--status", "open,forthcoming", "--json").json
    return next(call for call in ahead if len(call["deadlines"]) == 1 and not call["deadlines"][0]["time"])


def add_twin(tracker: CommandLine) -> tuple[str, str]:
    """Enter a call that looks like one of the portal; gives their numbers, the portal's first."""
    call = dated(tracker)
    add(tracker, "--deadline", call["next_deadline"], title=call["title"])
    (own,) = calls_of(tracker, "manual")
    return str(call["id"]), str(own["id"])


def test_calls_that_look_alike_are_proposed_and_joined_for_good(tracker: CommandLine, home: Path) -> None:
    keep, gone = add_twin(tracker)
    (pair,) = tracker.good("calls", "duplicates", "--json").json
    assert [str(call["id"]) for call in pair["calls"]] == [keep, gone]
    assert pair["likeness"] == 1.0
    assert f"tracker calls join {keep} {gone}" in tracker.good("calls", "duplicates").out

    before = shown(tracker, keep)
    assert f"Joined as nr. {keep}." in tracker.good("calls", "join", keep, gone).out
    after = shown(tracker, keep)
    assert [(one["source"], one["leads"]) for one in after["sightings"]] == [
        ("portal", True),
        ("manual", False),
    ]
    assert {**after, "sightings": []} == {**before, "sightings": [], "last_seen": after["last_seen"]}

    runs = tracker.good("collect", *PORTAL, "--json").json
    assert all((run["new"], run["changed"]) == (0, 0) for run in runs)
    assert "0 added, 0 changed, 1 the same" in add(
        tracker, "--deadline", before["next_deadline"], title=before["title"]
    )
    assert int(gone) not in {call["id"] for call in tracker.good("calls", "list", "--json").json}
    assert tracker.good("calls", "duplicates", "--json").json == []
    assert "Nothing looks alike." in tracker.good("calls", "duplicates").out
    assert tracker("calls", "show", gone).status == 2


def test_the_same_identifier_with_another_date_is_proposed_and_the_publisher_leads_when_joined(
    tracker: CommandLine, home: Path
) -> None:
    call = dated(tracker)
    written = call["identifier"].lower().replace("-", " ")
    entry = f'[[call]]\ntitle = "Voor de wijk"\nurl = "{PAGE}"\nidentifier = "{written}"\n'
    (home / "own.toml").write_text(entry + "deadline = 2031-03-01\n")
    tracker.good("calls", "add", "--file", "own.toml")
    (pair,) = tracker.good("calls", "duplicates", "--json").json
    assert (pair["same_identifier"], pair["deadlines_differ"]) == (True, True)
    people = tracker.good("calls", "duplicates").out
    assert "same identifier · note: they state other dates" in people
    assert "1 Mar 2031" in people
    (own,) = calls_of(tracker, "manual")
    tracker.good("calls", "join", str(own["id"]), str(call["id"]))
    kept = shown(tracker, str(own["id"]))
    assert (kept["source"], kept["title"], kept["next_deadline"]) == (
        "portal", call["title"], call["next_deadline"],
    )  # fmt: skip
    assert "Note: manual says another date: 1 Mar 2031" in tracker.good("calls", "show", str(own["id"])).out


def test_calls_that_were_kept_apart_are_not_proposed_again(tracker: CommandLine, home: Path) -> None:
    one, other = add_twin(tracker)
    assert "Noted: these are two." in tracker.good("calls", "apart", other, one).out
    assert tracker.good("calls", "duplicates", "--json").json == []
    tracker.good("collect", *PORTAL)
    assert tracker.good("calls", "duplicates", "--json").json == []
    assert shown(tracker, one)["id"] != shown(tracker, other)["id"]


@pytest.mark.parametrize("command", ["join", "apart"])
def test_a_call_is_not_its_own_twin(tracker: CommandLine, home: Path, command: str) -> None:
    ref = str(dated(tracker)["id"])
    said = tracker("calls", command, ref, ref)
    assert (said.status, said.out) == (2, "")
    assert "same call" in said.err


def lines_of(home: Path) -> list[tuple[str, int, str]]:
    with closing(sqlite3.connect(home / "tracker.db")) as connection:
        return connection.execute(
            "SELECT d.edition, l.call_id, l.reason FROM lines l JOIN deliveries d ON d.id = l.delivery_id"
        ).fetchall()


@pytest.mark.parametrize(("decided", "is_told"), [("join", False), ("apart", True)])
def test_no_call_is_announced_again_after_a_join(
    tracker: CommandLine, empty_home: Path, decided: str, is_told: bool
) -> None:
    """A portal's call is told this week; its twin, met later, is told next week only if they are two."""
    today = wall_clock().astimezone(AMSTERDAM).date()
    now, later = (("--at", f"{today + timedelta(days=days)}T09:00") for days in (0, 7))
    tracker.good(*now, "run", *PORTAL)
    told = {call_id for _, call_id, _ in lines_of(empty_home)}
    calls = tracker.good(*now, "matches", "--limit", "5", "--json").json
    call = next(one for one in calls if one["id"] in told and one["next_deadline"] and not one["blocked"])
    body = next(text for text in shown(tracker, str(call["id"]), *now)["texts"] if text["language"] == "en")
    options = ("--title", call["title"], "--url", PAGE, "--deadline", call["next_deadline"])
    tracker.good(*now, "calls", "add", *options, "--text", body["body"])
    (twin,) = calls_of(tracker, "manual", *now)

    tracker.good(*now, "calls", decided, str(twin["id"]), str(call["id"]))
    tracker.good(*later, "run", *PORTAL)

    first = {edition for edition, call_id, _ in lines_of(empty_home) if call_id in told}
    new_later = {
        call_id
        for edition, call_id, reason in lines_of(empty_home)
        if edition not in (min(first),) and reason == "new"
    }
    assert (twin["id"] in new_later) is is_told
    assert call["id"] not in new_later


@pytest.fixture
def whole_home(empty_home: Path, portal: PortalStandIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a folder whose settings name a stand-in for every source."""
    with WebStandIn(wall_clock().astimezone(AMSTERDAM).date()) as web:
        monkeypatch.setenv("TRACKER_SOURCE_URLS", json.dumps({"sedia": portal.url, **web.addresses}))
        yield empty_home


@pytest.mark.parametrize("order", [("portal", "euroaccess"), ("euroaccess", "portal")])
def test_a_call_of_two_sources_is_shown_once_with_both_and_with_what_they_disagree_on(
    tracker: CommandLine, whole_home: Path, order: tuple[str, str]
) -> None:
    for name in order:
        tracker.good("collect", "--source", name)
    shared = [
        one
        for call in calls_of(tracker, "portal")
        if len((one := shown(tracker, str(call["id"])))["sightings"]) > 1
    ]
    assert len(shared) == 2
    for one in shared:
        assert [(s["source"], s["leads"]) for s in one["sightings"]] == [
            ("portal", True),
            ("euroaccess", False),
        ]
        portals, lists = ([d["date"] for d in s["deadlines"]] for s in one["sightings"])
        assert [deadline["date"] for deadline in one["deadlines"]] == portals
        people = tracker.good("calls", "show", str(one["id"])).out
        assert "also in euroaccess: https://www.euro-access.eu/" in people
        assert ("Note: euroaccess says another date" in people) is not bool(set(portals) & set(lists))

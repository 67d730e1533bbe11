"""Each fault of the portal, alone and with others: it is told by name, harms nothing, and leaves no trace.

In every test the portal has news when the fault strikes, so that a reading that is stored by mistake shows.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.proof.product import PORTAL, Product
from tests.scrapers.rows import cascade_call, topic
from tracker.cli.main import app
from tracker.demo.faults import Fault, FaultKind
from tracker.demo.server import PortalStandIn

FIRST, SECOND, THIRD = "2026-11-23T06:30", "2026-11-24T06:30", "2026-11-25T06:30"
TOPICS, CASCADE = "1", "8"
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """A fault, and how it must be told: the error's class and the source's state."""

    name: str
    fault: dict[str, Any]
    error: str
    state: str

    def faults(self, **selection: Any) -> list[Fault]:
        return [Fault(**self.fault, **selection)]


def _case(name: str, kind: FaultKind, error: str, state: str, **more: Any) -> Case:
    return Case(name, {"kind": kind, **more}, error, state)


CASES = [
    _case("status 500", FaultKind.STATUS, "FetchError", "down", code=500),
    _case("status 503", FaultKind.STATUS, "FetchError", "down", code=503, retry_after=0),
    _case("come back in an hour", FaultKind.STATUS, "FetchError", "down", code=503, retry_after=3600),
    _case("status 404", FaultKind.STATUS, "FetchError", "down", code=404),
    _case("status 401", FaultKind.STATUS, "BlockedError", "blocked", code=401),
    _case("status 403", FaultKind.STATUS, "BlockedError", "blocked", code=403),
    _case("status 429", FaultKind.STATUS, "BlockedError", "blocked", code=429, retry_after=0),
    _case("challenge page", FaultKind.HTML, "BlockedError", "blocked"),
    _case("truncated", FaultKind.TRUNCATED, "ContractError", "layout-changed"),
    _case("page without rows", FaultKind.EMPTY_PAGE, "ContractError", "layout-changed"),
    _case("second page without rows", FaultKind.EMPTY_PAGE, "ContractError", "layout-changed", page=2),
    _case("nothing is open", FaultKind.EMPTY_PAGE, "ContractError", "layout-changed", total=0),
    _case("another page", FaultKind.WRONG_PAGE_ECHO, "ContractError", "layout-changed"),
    _case("another size", FaultKind.WRONG_SIZE_ECHO, "ContractError", "layout-changed"),
    _case("another type", FaultKind.WRONG_TYPE, "ContractError", "layout-changed"),
    _case("another language", FaultKind.WRONG_LANGUAGE, "ContractError", "layout-changed"),
    _case("another claim", FaultKind.WRONG_CLAIM, "ContractError", "layout-changed"),
    _case("moving total", FaultKind.MOVING_TOTAL, "ContractError", "layout-changed"),
    _case("rows twice", FaultKind.DUPLICATE_ROWS, "ContractError", "layout-changed"),
    _case("hangs", FaultKind.HANG, "FetchError", "down", seconds=2.0),
    _case("reset", FaultKind.RESET, "FetchError", "down"),
    _case("junk", FaultKind.JUNK, "ContractError", "layout-changed", size=500_000),
]


def _index(number: int = 110, *, news: bool = False) -> Rows:
    """Make an index of more than one page; with `news` calls are gone, new, renamed and moved."""
    rows = []
    for place in range(3 if news else 0, number + (4 if news else 0)):
        fields: dict[str, Any] = {}
        if news and place % 3 == 0:
            fields = {"title": [f"Another title {place}"], "deadlineDate": ["2027-03-01T00:00:00.000+0000"]}
        rows += [
            topic(48100000 + place, language=language, identifier=[f"LIFE-2027-T-{place:04}"], **fields)
            for language in ("en", "nl")
        ]
    for place in range(1 if news else 0, 6):
        fields = {"caName": [f"Renamed {place}"]} if news else {}
        rows += [cascade_call(12000 + place, language=language, **fields) for language in ("en", "nl")]
    return rows


@dataclass
class Rehearsal:
    """The command line on a database of its own, in this process."""

    product: Product
    portal: PortalStandIn
    runner: CliRunner = field(default_factory=CliRunner)

    def enter(self, patch: pytest.MonkeyPatch) -> None:
        """Set the environment."""
        for key, value in self.product.environment().items():
            patch.setenv(key, value)

    def collect(self, at: str) -> Result:
        names = [word for name in PORTAL for word in ("--source", name)]
        return self._invoke("--at", at, "collect", "--json", *names)

    def states(self, at: str) -> tuple[dict[str, str], int]:
        shown = self._invoke("--at", at, "sources", "--json")
        states = {one["name"]: one["state"] for one in json.loads(shown.stdout)}
        return {name: states[name] for name in PORTAL}, shown.exit_code

    def _invoke(self, *arguments: str) -> Result:
        result = self.runner.invoke(app, arguments)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def runs(self) -> dict[str, dict[str, Any]]:
        """Give the last run row of each source."""
        return {row["source"]: row for row in self.product.rows("SELECT * FROM runs ORDER BY id")}


@pytest.fixture(scope="module")
def first_reading(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database in which the index was read once, to be copied."""
    with PortalStandIn(_index()) as portal, pytest.MonkeyPatch.context() as patch:
        ready = Rehearsal(Product(tmp_path_factory.mktemp("first"), portal.url), portal)
        ready.enter(patch)
        assert ready.collect(FIRST).exit_code == 0
        return ready.product.file


@pytest.fixture
def rehearsal(first_reading: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rehearsal]:
    with PortalStandIn(_index(news=True)) as portal:
        ready = Rehearsal(Product(tmp_path, portal.url), portal)
        with (
            closing(sqlite3.connect(first_reading)) as kept,
            closing(sqlite3.connect(ready.product.file)) as own,
        ):
            kept.backup(own)
        ready.enter(monkeypatch)
        yield ready


def _assert_whole_again(rehearsal: Rehearsal) -> None:
    rehearsal.portal.faults = []
    assert rehearsal.collect(THIRD).exit_code == 0
    states, status = rehearsal.states(THIRD)
    assert set(states.values()) == {"well"}
    assert status == 0
    run = rehearsal.runs()["portal"]
    assert (run["found"], run["new"], run["changed"], run["unchanged"]) == (111, 4, 36, 71)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_fault_costs_its_source_one_run_and_nothing_else(case: Case, rehearsal: Rehearsal) -> None:
    before = rehearsal.product.content("portal")
    rehearsal.portal.faults = case.faults(type=TOPICS)

    assert rehearsal.collect(SECOND).exit_code == 3

    runs = rehearsal.runs()
    run = runs["portal"]
    assert (run["state"], run["error_code"], run["found"]) == ("failed", case.error, 0)
    assert run["error"]
    assert run["finished_at"]
    assert rehearsal.product.content("portal") == before
    states, status = rehearsal.states(SECOND)
    assert (states["portal"], status) == (case.state, 3)
    other = runs["portal-cascade"]
    assert (other["state"], other["found"], other["changed"]) == ("good", 5, 5)
    assert states["portal-cascade"] == "well"
    _assert_whole_again(rehearsal)


@pytest.mark.parametrize("case", CASES[::3], ids=lambda case: case.name)
def test_a_fault_of_the_dutch_series_costs_the_dutch_news_alone(case: Case, rehearsal: Rehearsal) -> None:
    before = _dutch(rehearsal.product)
    rehearsal.portal.faults = case.faults(language="nl")

    assert rehearsal.collect(SECOND).exit_code == 0

    run = rehearsal.runs()["portal"]
    assert (run["state"], run["found"], run["new"], run["changed"]) == ("partial", 111, 4, 36)
    assert json.loads(run["gaps"])[0].startswith("nl: ")
    after = _dutch(rehearsal.product)
    assert {ref: text for ref, text in after.items() if ref in before} == before
    assert len(after) == len(before)
    absent = rehearsal.product.rows("SELECT * FROM sightings WHERE absent_days <> '[]'")
    assert absent == []
    states, status = rehearsal.states(SECOND)
    assert states == {"portal": "partly", "portal-cascade": "partly"}
    assert status == 0
    rehearsal.portal.faults = []
    rehearsal.collect(THIRD)
    assert set(rehearsal.states(THIRD)[0].values()) == {"well"}
    assert len(_dutch(rehearsal.product)) == len(before) + 4


def _dutch(product: Product) -> dict[tuple[str, str], str]:
    rows = product.rows(
        "SELECT s.source, s.source_ref, t.title FROM texts t JOIN sightings s ON s.call_id = t.call_id "
        "WHERE t.language = 'nl'"
    )
    return {(row["source"], row["source_ref"]): row["title"] for row in rows}


PAIRS: Sequence[tuple[Case, Case]] = [
    (CASES[place], CASES[(place * 7 + 3) % len(CASES)]) for place in range(0, len(CASES), 3)
]


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=lambda case: case.name)
def test_several_faults_at_once_are_told_apart(one: Case, other: Case, rehearsal: Rehearsal) -> None:
    """The first series of one source breaks in one way, the second's in another, the Dutch ones as well."""
    if "page" in other.fault:  # the cascade calls fill one page only
        other = CASES[0]
    before = rehearsal.product.content()
    rehearsal.portal.faults = [
        *one.faults(type=TOPICS, language="en"),
        *other.faults(type=CASCADE, language="en"),
        *one.faults(type=TOPICS, language="nl"),
    ]

    assert rehearsal.collect(SECOND).exit_code == 3

    runs = rehearsal.runs()
    assert {name: run["error_code"] for name, run in runs.items()} == {
        "portal": one.error,
        "portal-cascade": other.error,
    }
    assert rehearsal.product.content() == before
    states, status = rehearsal.states(SECOND)
    assert states == {"portal": one.state, "portal-cascade": other.state}
    assert status == 3
    _assert_whole_again(rehearsal)


PASSING = ("status 500", "status 429", "truncated", "moving total", "rows twice", "hangs", "reset")


@pytest.mark.parametrize("case", [one for one in CASES if one.name in PASSING], ids=lambda case: case.name)
def test_what_strikes_once_is_got_over_by_asking_again(case: Case, rehearsal: Rehearsal) -> None:
    rehearsal.portal.faults = [Fault(**case.fault, type=TOPICS, language="en", times=1)]

    assert rehearsal.collect(SECOND).exit_code == 0

    run = rehearsal.runs()["portal"]
    assert (run["state"], run["found"]) == ("good", 111)

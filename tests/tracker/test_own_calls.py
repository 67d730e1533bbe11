"""Calls that people enter, through the application, on both databases: kept once, changed with history."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest

from db import calls, runs
from db.engine import Engine, session_scope
from tests.databases import address
from tracker.app import App
from tracker.config import load_settings
from tracker.core.call import Call, Deadline, DeadlineKind, MomentKind
from tracker.core.errors import UsageError
from tracker.core.run import Run, RunState
from tracker.desk import Desk
from tracker.ingest import BY_HAND

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ENTRY = """[[call]]
ref = "monuments"
title = "Fund for the reuse of monuments"
url = "https://province.example.org/monuments"
programme = "province-nh"
deadline = 2027-03-01T17:00:00
"""
OTHER = '[[call]]\ntitle = "Exchange of civil servants"\nurl = "https://network.example.org/swap"\n'


@pytest.fixture
def app(engine: Engine, clean_environment: None) -> Iterator[App]:
    made = App(settings=load_settings({"database_url": address(engine)}), clock=lambda: NOW)
    yield made
    made.engine.dispose()


def counts(run: Run) -> tuple[int, int, int]:
    return run.new, run.changed, run.unchanged


def kept(engine: Engine) -> dict[str, Call]:
    with session_scope(engine) as session:
        return {ref: stored.call for ref, stored in calls.sightings(session, "manual").items()}


def test_calls_are_kept_once_and_a_changed_date_is_history(app: App, engine: Engine) -> None:
    assert counts(Desk(app).add_calls(ENTRY + OTHER)) == (2, 0, 0)
    assert counts(Desk(app).add_calls(ENTRY + OTHER)) == (0, 0, 2)
    before = kept(engine)["monuments"]
    assert before.data.deadlines == (Deadline(date(2027, 3, 1), time(17)),)
    assert counts(Desk(app).add_calls(ENTRY.replace("03-01T17", "04-01T12"))) == (0, 1, 0)
    after = kept(engine)["monuments"]
    assert after.data.deadlines == (Deadline(date(2027, 4, 1), time(12)),)
    with session_scope(engine) as session:
        (change,) = calls.changes(session, after.id)
    assert (change.field, change.old, change.new) == (
        "deadlines", before.data.deadlines, after.data.deadlines,
    )  # fmt: skip


def test_a_call_that_leaves_the_file_stays(app: App, engine: Engine) -> None:
    Desk(app).add_calls(ENTRY + OTHER)
    for _ in range(4):
        assert Desk(app).add_calls(OTHER).vanished == 0
    assert set(kept(engine)) == {"monuments", "exchange-of-civil-servants"}


def test_cut_offs_are_kept_in_order(app: App, engine: Engine) -> None:
    Desk(app).add_calls(OTHER + "cut_offs = [2027-09-01, 2027-03-01]\n")
    data = kept(engine)["exchange-of-civil-servants"].data
    assert data.deadline_kind is DeadlineKind.CUT_OFFS
    assert data.deadlines == tuple(
        Deadline(day, kind=MomentKind.CUT_OFF) for day in (date(2027, 3, 1), date(2027, 9, 1))
    )


@pytest.mark.parametrize(
    "bad",
    ["[[call]]\n", OTHER + "deadline = 'soon'\n", OTHER + "extra = 1\n", OTHER + "rate = 101\n", "x =", ""],
)
def test_one_wrong_entry_refuses_all_and_leaves_no_trace(app: App, engine: Engine, bad: str) -> None:
    with pytest.raises(UsageError):
        Desk(app).add_calls((ENTRY + bad) if bad.startswith("[[") else bad)
    assert kept(engine) == {}
    with session_scope(engine) as session:
        assert runs.latest(session, "manual") == runs.latest(session, BY_HAND) == []


def test_an_own_call_is_found_by_the_publishers_identifier(app: App, engine: Engine) -> None:
    Desk(app).add_calls(ENTRY + 'identifier = "PNH-2027-12"\n')
    (call,) = kept(engine).values()
    assert call.data.identifier == "PNH-2027-12"
    with session_scope(engine) as session:
        assert [one.id for one in calls.find(session, "pnh-2027-12")] == [call.id]
        (run,) = runs.latest(session, BY_HAND)
        assert runs.latest(session, "manual") == [], "what a person enters says nothing of how a source is"
    assert run.state is RunState.GOOD

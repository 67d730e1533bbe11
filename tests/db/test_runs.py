"""Runs, on both databases."""

from db import runs
from db.engine import Engine, session_scope
from tests.db.samples import LATER, NOW
from tracker.core.run import Run, RunState


def finished(run_id: int, state: RunState, *, source: str = "portal") -> Run:
    return Run(
        id=run_id,
        source=source,
        started_at=NOW,
        finished_at=LATER,
        state=state,
        found=12,
        new=1,
        changed=2,
        unchanged=9,
        vanished=3,
        problems=5,
        gaps=("nl: the pages stopped",),
        error_code="",
        error="",
        programmes={"life": 7, "": 5},
    )


def test_a_run_is_started_and_finished(engine: Engine) -> None:
    with session_scope(engine) as session:
        run_id = runs.start(session, "portal", at=NOW)
        assert runs.get(session, run_id) == Run(id=run_id, source="portal", started_at=NOW)
        runs.finish(session, finished(run_id, RunState.PARTIAL))
        assert runs.get(session, run_id) == finished(run_id, RunState.PARTIAL)
        assert runs.get(session, run_id + 1) is None


def test_finishing_keeps_the_noted_start(engine: Engine) -> None:
    with session_scope(engine) as session:
        run_id = runs.start(session, "portal", at=LATER)
        runs.finish(session, finished(run_id, RunState.GOOD))
        run = runs.get(session, run_id)
    assert run is not None
    assert run.started_at == LATER


def test_runs_of_dead_processes_are_abandoned(engine: Engine) -> None:
    with session_scope(engine) as session:
        done, dead = (runs.start(session, "portal", at=NOW) for _ in range(2))
        runs.finish(session, finished(done, RunState.GOOD))
        assert runs.abandon_unfinished(session, at=LATER) == 1
        assert runs.abandon_unfinished(session, at=LATER) == 0
        assert runs.get(session, dead) == Run(
            id=dead, source="portal", started_at=NOW, finished_at=LATER, state=RunState.ABANDONED
        )
        assert runs.get(session, done) == finished(done, RunState.GOOD)


def test_the_latest_runs_and_the_last_good_one(engine: Engine) -> None:
    states = [RunState.GOOD, RunState.PARTIAL, RunState.FAILED]
    with session_scope(engine) as session:
        ids = [runs.start(session, "portal", at=NOW) for _ in states]
        for run_id, state in zip(ids, states, strict=True):
            runs.finish(session, finished(run_id, state))
        runs.start(session, "subsidies", at=NOW)
        assert [run.id for run in runs.latest(session, "portal")] == ids[::-1]
        assert [run.id for run in runs.latest(session, "portal", limit=2)] == [ids[2], ids[1]]
        assert runs.last_good(session, "portal") == finished(ids[1], RunState.PARTIAL)
        assert runs.last_good(session, "subsidies") is None

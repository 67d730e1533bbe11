"""How a source is, from its runs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tracker.core.run import Run, RunState, SourceState
from tracker.health import STALE_AFTER, Health, failure_state, health_of

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
GOOD, PARTIAL, FAILED = RunState.GOOD, RunState.PARTIAL, RunState.FAILED
RUNNING, ABANDONED = RunState.RUNNING, RunState.ABANDONED


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def history(*states: RunState, error: str = "FetchError", newest: float = 0.1) -> list[Run]:
    """Give runs of these states, newest first, one a day."""
    return [
        Run(
            id=100 - age,
            source="portal",
            started_at=days_ago(newest + age),
            state=state,
            error_code=error if state is FAILED else "",
        )
        for age, state in enumerate(states)
    ]


def state_of(runs: Sequence[Run], *, open_calls: int = 5, is_off: bool = False) -> SourceState:
    return health_of(runs, NOW, open_calls=open_calls, is_off=is_off).state


STATES = [
    ((), SourceState.NEVER_RUN),
    ((RUNNING,), SourceState.NEVER_RUN),
    ((ABANDONED, ABANDONED), SourceState.NEVER_RUN),
    ((GOOD,), SourceState.WELL),
    ((GOOD, FAILED), SourceState.WELL),
    ((RUNNING, GOOD), SourceState.WELL),
    ((ABANDONED, GOOD), SourceState.WELL),
    ((PARTIAL, GOOD), SourceState.PARTLY),
    ((GOOD, PARTIAL), SourceState.WELL),
    ((FAILED, GOOD), SourceState.DOWN),
    ((FAILED,), SourceState.DOWN),
    ((ABANDONED, FAILED, GOOD), SourceState.DOWN),
]


@pytest.mark.parametrize(("states", "state"), STATES)
def test_the_last_finished_run_decides(states: tuple[RunState, ...], state: SourceState) -> None:
    assert state_of(history(*states)) is state


@pytest.mark.parametrize(
    ("error", "state", "broken"),
    [
        ("FetchError", SourceState.DOWN, True),
        ("KeyError", SourceState.DOWN, True),  # a bug of ours
        ("BlockedError", SourceState.BLOCKED, True),
        ("LayoutChangedError", SourceState.LAYOUT_CHANGED, True),
        ("ContractError", SourceState.LAYOUT_CHANGED, True),
        ("EmptyResultError", SourceState.LAYOUT_CHANGED, True),
        ("NeedsKeyError", SourceState.NEEDS_KEY, False),
    ],
)
def test_a_failed_run_tells_what_kind_of_trouble_it_is(error: str, state: SourceState, broken: bool) -> None:
    run = history(FAILED, error=error)[0]
    assert failure_state(run.error_code) is state
    assert state_of([run, *history(GOOD, newest=1)]) is state
    assert state.is_broken is broken


def test_a_key_that_is_lacking_is_said_though_the_rest_was_read() -> None:
    runs = [replace(run, error_code="NeedsKeyError") for run in history(PARTIAL, PARTIAL)]
    health = health_of([*runs, *history(GOOD, newest=3)], NOW, open_calls=5)
    assert (health.state, health.since, health.last_good) == (
        SourceState.NEEDS_KEY, days_ago(1.1), runs[0],
    )  # fmt: skip


def test_nothing_open_after_a_good_reading_is_another_state_than_trouble() -> None:
    assert state_of(history(GOOD), open_calls=0) is SourceState.WELL_NONE_OPEN
    assert not SourceState.WELL_NONE_OPEN.is_broken


def test_what_is_derived_stands_on_its_runs() -> None:
    runs = history(RUNNING, FAILED, PARTIAL, GOOD)
    health = health_of(runs, NOW, open_calls=5)
    assert health == Health(
        state=SourceState.DOWN, since=runs[1].started_at, last_run=runs[1], last_good=runs[2]
    )


@pytest.mark.parametrize(
    ("states", "since"),
    [
        ((FAILED, GOOD), 0.1),
        ((FAILED, FAILED, FAILED, GOOD, FAILED), 2.1),
        ((FAILED, FAILED), 1.1),  # as far back as we know
        ((FAILED, ABANDONED, FAILED, GOOD), 2.1),  # a run that died ends no trouble
        ((PARTIAL, PARTIAL, GOOD), 1.1),
        ((PARTIAL, FAILED, PARTIAL), 0.1),
    ],
)
def test_trouble_began_with_the_first_run_that_had_it(states: tuple[RunState, ...], since: float) -> None:
    assert health_of(history(*states), NOW, open_calls=5).since == days_ago(since)


def test_a_source_that_is_well_has_no_since() -> None:
    assert health_of(history(GOOD, FAILED), NOW, open_calls=5).since is None


@pytest.mark.parametrize("state", [GOOD, PARTIAL])
def test_a_source_not_read_for_days_is_down_since_its_last_run(state: RunState) -> None:
    edge = STALE_AFTER.total_seconds() / 86400
    assert state_of(history(state, newest=edge)) is not SourceState.DOWN
    stale = health_of(history(state, newest=edge + 0.01), NOW, open_calls=5)
    assert stale.state is SourceState.DOWN
    assert stale.since == days_ago(edge + 0.01)
    assert stale.last_good is not None


def test_runs_that_die_do_not_hide_that_nothing_was_read() -> None:
    runs = [*history(ABANDONED, ABANDONED), *history(GOOD, newest=4)]
    assert state_of(runs) is SourceState.DOWN


@pytest.mark.parametrize(
    ("states", "newest", "state"),
    [
        ((), 0.1, SourceState.OFF),
        ((GOOD,), 30, SourceState.OFF),  # silence is expected of a source that is off
        ((FAILED,), 0.1, SourceState.OFF),
    ],
)
def test_a_source_that_is_off_is_off_however_it_was_read_by_name(
    states: tuple[RunState, ...], newest: float, state: SourceState
) -> None:
    assert state_of(history(*states, newest=newest), is_off=True) is state

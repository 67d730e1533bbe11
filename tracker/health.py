"""How each source is, derived from its runs: one truth for the command line, the digest and the web page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scrapers.contract import Crawl
from tracker.core.call import ALIVE, status_at
from tracker.core.run import Run, RunState, SourceState

STALE_AFTER = timedelta(days=3)
"""A source that was not read for this long counts as down: an unexplained silence is not "well"."""

NEEDS_KEY = "NeedsKeyError"
LAYOUT_ERRORS = {"LayoutChangedError", "ContractError", "EmptyResultError"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """A source's state, since when, and the runs it was derived from.

    `since` is the start of the first run of the present trouble, or the last run where silence is it.
    """

    state: SourceState
    since: datetime | None = None
    last_run: Run | None = None
    last_good: Run | None = None


def health_of(history: Sequence[Run], now: datetime, *, open_calls: int, is_off: bool = False) -> Health:
    """Derive a source's health from its runs, newest first; touches nothing.

    Runs that still go on or whose process died say nothing, unless there is nothing else. A source that is
    off is off, also when a person read it by its name. A key that is lacking is said however much was read.
    """
    finished = [run for run in history if run.state not in {RunState.RUNNING, RunState.ABANDONED}]
    good = next((run for run in finished if run.state in {RunState.GOOD, RunState.PARTIAL}), None)
    last = finished[0] if finished else None
    if is_off:
        return Health(state=SourceState.OFF, last_run=last, last_good=good)
    if last is None:
        return Health(state=SourceState.NEVER_RUN)
    if last.state is RunState.FAILED:
        return Health(
            state=failure_state(last.error_code),
            since=_trouble_began(finished),
            last_run=last,
            last_good=good,
        )
    if now - last.started_at > STALE_AFTER:
        return Health(state=SourceState.DOWN, since=last.started_at, last_run=last, last_good=good)
    if last.state is RunState.PARTIAL:
        since = _partial_began(finished)
        lacks_key = last.error_code == NEEDS_KEY
        state = SourceState.NEEDS_KEY if lacks_key else SourceState.PARTLY
        return Health(state=state, since=since, last_run=last, last_good=good)
    state = SourceState.WELL if open_calls else SourceState.WELL_NONE_OPEN
    return Health(state=state, last_run=last, last_good=good)


def crawl_state(crawl: Crawl, now: datetime) -> SourceState:
    """Give the state that a reading means that was not stored."""
    if any(gap.needs_key for gap in crawl.gaps):
        return SourceState.NEEDS_KEY
    if crawl.gaps:
        return SourceState.PARTLY
    is_any_open = crawl.listed or any(status_at(data, now) in ALIVE for data in crawl.calls)
    return SourceState.WELL if is_any_open else SourceState.WELL_NONE_OPEN


def failure_state(error_code: str) -> SourceState:
    """Give the state that the error of a failed reading means, by its class name."""
    if error_code == "BlockedError":
        return SourceState.BLOCKED
    if error_code == NEEDS_KEY:
        return SourceState.NEEDS_KEY
    return SourceState.LAYOUT_CHANGED if error_code in LAYOUT_ERRORS else SourceState.DOWN


def _trouble_began(finished: Sequence[Run]) -> datetime:
    began = finished[0]
    for run in finished:
        if run.state is not RunState.FAILED:
            break
        began = run
    return began.started_at


def _partial_began(finished: Sequence[Run]) -> datetime:
    began = finished[0]
    for run in finished:
        if run.state is not RunState.PARTIAL:
            break
        began = run
    return began.started_at

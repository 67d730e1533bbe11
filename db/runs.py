"""Keeps the runs: which source was read when, and how that ended."""

from dataclasses import fields
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Select, select, update

from db.engine import Session
from db.models import RunRow
from tracker.core.run import Run, RunState


def start(session: Session, source: str, *, at: datetime) -> int:
    """Note that a reading of `source` began at `at`; gives the run's id."""
    row = RunRow(**_values(Run(id=0, source=source, started_at=at)))
    session.add(row)
    session.flush()
    return row.id


def finish(session: Session, run: Run) -> None:
    """Note how the started run ended; its source and its start stay as they were noted."""
    values = {name: value for name, value in _values(run).items() if name not in ("source", "started_at")}
    session.execute(update(RunRow).where(RunRow.id == run.id).values(**values))


def abandon_unfinished(session: Session, *, at: datetime) -> int:
    """Close the runs that a dead process left running; gives how many. The caller holds the run lock."""
    result = session.execute(
        update(RunRow)
        .where(RunRow.state == RunState.RUNNING.value)
        .values(state=RunState.ABANDONED.value, finished_at=at)
    )
    return cast(CursorResult[Any], result).rowcount


def get(session: Session, run_id: int) -> Run | None:
    """Give one run, or None."""
    row = session.scalars(_fresh().where(RunRow.id == run_id)).one_or_none()
    return None if row is None else _run(row)


def latest(session: Session, source: str, limit: int = 20) -> list[Run]:
    """Give the latest runs of `source`, the newest first."""
    query = _fresh().where(RunRow.source == source).order_by(RunRow.id.desc()).limit(limit)
    return [_run(row) for row in session.scalars(query)]


def last_good(session: Session, source: str) -> Run | None:
    """Give the latest run of `source` that stored something (good or partial), or None."""
    states = (RunState.GOOD.value, RunState.PARTIAL.value)
    query = _fresh().where(RunRow.source == source, RunRow.state.in_(states))
    row = session.scalars(query.order_by(RunRow.id.desc()).limit(1)).one_or_none()
    return None if row is None else _run(row)


def _fresh() -> Select[RunRow]:
    return select(RunRow).execution_options(populate_existing=True)


def _values(run: Run) -> dict[str, Any]:
    values = {field.name: getattr(run, field.name) for field in fields(Run) if field.name != "id"}
    return {
        **values,
        "state": run.state.value,
        "gaps": list(run.gaps),
        "programmes": dict(run.programmes),
    }


def _run(row: RunRow) -> Run:
    values = {field.name: getattr(row, field.name) for field in fields(Run)}
    return Run(**{**values, "state": RunState(row.state), "gaps": tuple(row.gaps)})

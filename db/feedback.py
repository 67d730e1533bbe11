"""Keeps what reviewers said of calls under a priority; nothing that was said is lost."""

from datetime import datetime

from sqlalchemy import select

from db.engine import Session
from db.models import CallRow, VerdictRow
from tracker.core.feedback import Verdict


def add(session: Session, profile: str, verdict: Verdict) -> None:
    """Keep a verdict; it goes before what was said earlier of the same call and priority."""
    session.add(
        VerdictRow(
            profile=profile,
            call_id=verdict.call_id,
            priority=verdict.priority,
            wanted=verdict.wanted,
            because=verdict.because,
            at=verdict.at,
        )
    )
    session.flush()


def undo(session: Session, profile: str, *, priority: str, call_id: int, at: datetime) -> Verdict | None:
    """Take back the last verdict on a call under a priority and give it; the one before holds again."""
    row = session.scalars(
        select(VerdictRow)
        .where(
            VerdictRow.profile == profile,
            VerdictRow.priority == priority,
            VerdictRow.call_id == call_id,
            VerdictRow.undone_at.is_(None),
        )
        .order_by(VerdictRow.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    row.undone_at = at
    session.flush()
    return _verdict(row, family="")


def active(session: Session, profile: str) -> list[Verdict]:
    """Give the verdicts that hold: the last one on each call and priority, in the order they were given."""
    query = (
        select(VerdictRow, CallRow.call_identifier)
        .join(CallRow, CallRow.id == VerdictRow.call_id)
        .where(VerdictRow.profile == profile, VerdictRow.undone_at.is_(None))
        .order_by(VerdictRow.id)
    )
    last = {
        (row.priority, row.call_id): (row, family)
        for row, family in session.execute(query.execution_options(populate_existing=True))
    }
    kept = sorted(last.values(), key=lambda pair: pair[0].id)
    return [_verdict(row, family=family) for row, family in kept]


def standing(session: Session, profile: str, *, priority: str, call_id: int) -> Verdict | None:
    """Give the verdict that holds on a call under a priority, or None."""
    held = (one for one in active(session, profile) if (one.priority, one.call_id) == (priority, call_id))
    return next(held, None)


def _verdict(row: VerdictRow, *, family: str) -> Verdict:
    return Verdict(
        call_id=row.call_id,
        priority=row.priority,
        wanted=row.wanted,
        at=row.at,
        because=row.because,
        family=family,
    )

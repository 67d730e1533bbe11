"""Reads what the overview and quick questions need, without reading what calls say."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select

from db.engine import Session
from db.models import CallRow, ChangeRow, DeadlineRow, MatchRow, ProjectionRow, SightingRow
from db.review_models import ReviewRow
from db.rows import change_of, chunks
from tracker.core.call import ALIVE, Change
from tracker.core.profile import Strength
from tracker.core.review import ReviewState


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A call that is open or coming and fits a priority, by its dates alone."""

    call_id: int
    priority: str
    strength: Strength
    next_deadline: date | None
    decide_by: date | None
    first_seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What tells calls of several sources apart or alike: the leading source, the identifier, the days."""

    call_id: int
    source: str
    identifier: str
    days: frozenset[date]


def generation(session: Session) -> tuple[int, int, int]:
    """Give a mark that differs once any call was added, joined away or says something else than before."""
    calls, last = session.execute(select(func.count(CallRow.id), func.max(CallRow.id))).one()
    return calls, last or 0, session.scalar(select(func.max(ChangeRow.id))) or 0


def fits(session: Session, profile: str, *, minimum: Strength) -> list[Fit]:
    """Give what is open or coming and fits each priority at least so well, by priority and rank."""
    strengths = [one.value for one in Strength if one.rank >= minimum.rank]
    of_profile = (ProjectionRow.call_id == MatchRow.call_id) & (ProjectionRow.profile == profile)
    query = (
        select(
            MatchRow.call_id,
            MatchRow.priority,
            MatchRow.strength,
            ProjectionRow.next_deadline,
            ProjectionRow.decide_by,
            CallRow.first_seen,
        )
        .join(ProjectionRow, of_profile)
        .join(CallRow, CallRow.id == MatchRow.call_id)
        .where(MatchRow.profile == profile, MatchRow.blocked == "", MatchRow.strength.in_(strengths))
        .where(ProjectionRow.status.in_([status.value for status in ALIVE]))
        .order_by(MatchRow.priority, MatchRow.rank, MatchRow.call_id)
    )
    return [
        Fit(
            call_id=call_id,
            priority=priority,
            strength=Strength(strength),
            next_deadline=next_deadline,
            decide_by=decide_by,
            first_seen=first_seen,
        )
        for call_id, priority, strength, next_deadline, decide_by, first_seen in session.execute(query)
    ]


def review_states(session: Session, profile: str) -> dict[int, ReviewState]:
    """Give how far the city is with each call that somebody took up, by the call's id."""
    rows = session.execute(select(ReviewRow.call_id, ReviewRow.state).where(ReviewRow.profile == profile))
    return {call_id: ReviewState(state) for call_id, state in rows}


def best_priorities(session: Session, profile: str, ids: Collection[int]) -> dict[int, str]:
    """Give the priority that each of these calls fits best, by its id; a call that fits none is left out."""
    found: dict[int, str] = {}
    for chunk in chunks(ids):
        query = select(ProjectionRow.call_id, ProjectionRow.priority).where(
            ProjectionRow.profile == profile, ProjectionRow.call_id.in_(chunk), ProjectionRow.priority != ""
        )
        found |= {row.call_id: row.priority for row in session.execute(query)}
    return found


def shown_by(session: Session) -> dict[str, list[int]]:
    """Give the calls that each source ever showed, by the source's name; one that it shows twice is twice."""
    found: dict[str, list[int]] = defaultdict(list)
    query = select(SightingRow.source, SightingRow.call_id).order_by(SightingRow.id)
    for source, call_id in session.execute(query):
        found[source].append(call_id)
    return found


def outlines(session: Session) -> list[Outline]:
    """Give the outline of every call, by its id."""
    days: dict[int, set[date]] = defaultdict(set)
    for call_id, day in session.execute(select(DeadlineRow.call_id, DeadlineRow.date)):
        days[call_id].add(day)
    leading = (SightingRow.call_id == CallRow.id) & SightingRow.leads
    query = select(CallRow.id, SightingRow.source, CallRow.identifier).join(SightingRow, leading)
    return [
        Outline(call_id=call_id, source=source, identifier=identifier, days=frozenset(days[call_id]))
        for call_id, source, identifier in session.execute(query.order_by(CallRow.id))
    ]


def changes_since(session: Session, since: datetime, *, fields: Collection[str]) -> list[Change]:
    """Give the changes of these fields from a moment on, the newest first."""
    return _changes(session, ChangeRow.at >= since, ChangeRow.field.in_(fields))


def changes_of_run(session: Session, run_id: int) -> list[Change]:
    """Give what one reading of a source changed in calls that were known, the newest first."""
    return _changes(session, ChangeRow.run_id == run_id)


def _changes(session: Session, *conditions: ColumnElement[bool]) -> list[Change]:
    query = select(ChangeRow).where(*conditions)
    return [
        change_of(row) for row in session.scalars(query.order_by(ChangeRow.at.desc(), ChangeRow.id.desc()))
    ]


def times_moved(session: Session, ids: Collection[int]) -> dict[int, int]:
    """Count how often the dates of each of these calls moved; those that never did are left out."""
    counts: dict[int, int] = {}
    for chunk in chunks(ids):
        query = select(ChangeRow.call_id, func.count(ChangeRow.id)).group_by(ChangeRow.call_id)
        query = query.where(ChangeRow.call_id.in_(chunk), ChangeRow.field == "deadlines")
        for call_id, count in session.execute(query):
            counts[call_id] = count
    return counts

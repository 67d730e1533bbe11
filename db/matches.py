"""Keeps how calls fit the priorities of a profile, and the projection that lists filter by."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, case, delete, insert, select

from db.engine import Session
from db.models import CallRow, MatchRow, ProjectionRow, SightingRow
from db.rows import chunks, read_calls_by_id
from db.values import reason_from_json, to_json
from tracker.core.call import Call, Status
from tracker.core.match import CityRole, Match, Projection, RegionFit
from tracker.core.profile import Strength


def replace(session: Session, profile: str, matches: Iterable[Match], *, priority: str | None = None) -> None:
    """Keep these matches of `profile` instead of all it had, or instead of those of one priority."""
    gone = delete(MatchRow).where(MatchRow.profile == profile)
    session.execute(gone if priority is None else gone.where(MatchRow.priority == priority))
    for chunk in chunks(matches):
        session.execute(insert(MatchRow), [{"profile": profile, **to_json(match)} for match in chunk])


def ranked(
    session: Session,
    profile: str,
    *,
    priority: str | None = None,
    limit: int | None = None,
    blocked: bool = False,
) -> list[tuple[Call, Match]]:
    """Give calls with their matches by priority and rank; with `blocked` only those closed to the city.

    `limit` counts over all priorities that are asked for.
    """
    query = select(MatchRow).where(MatchRow.profile == profile)
    query = query.where(MatchRow.blocked != "" if blocked else MatchRow.blocked == "")
    if priority is not None:
        query = query.where(MatchRow.priority == priority)
    query = query.order_by(MatchRow.priority, MatchRow.rank, MatchRow.call_id).limit(limit)
    found = _matches(session, query)
    calls = read_calls_by_id(session, {match.call_id for match in found})
    return [(calls[match.call_id], match) for match in found]


def of_call(session: Session, profile: str, call_id: int) -> list[Match]:
    """Give how one call fits each priority of `profile`, the best fit first."""
    query = select(MatchRow).where(MatchRow.profile == profile, MatchRow.call_id == call_id)
    return _matches(session, query.order_by(*_BEST_FIRST))


def of_calls(session: Session, profile: str, ids: Collection[int]) -> dict[int, list[Match]]:
    """Give how each of these calls fits each priority of `profile`, the best fit first, by the call's id."""
    found: dict[int, list[Match]] = {call_id: [] for call_id in ids}
    for chunk in chunks(ids):
        query = select(MatchRow).where(MatchRow.profile == profile, MatchRow.call_id.in_(chunk))
        for match in _matches(session, query.order_by(*_BEST_FIRST)):
            found[match.call_id].append(match)
    return found


def strength_rank(column: Any) -> ColumnElement[int]:  # noqa: ANN401 - a column of strengths, or a function
    """Give the rank of a strength, to order by: 0 for none, the strongest highest."""
    return case({one.value: one.rank for one in Strength}, value=column, else_=0)


_BEST_FIRST = (strength_rank(MatchRow.strength).desc(), MatchRow.score.desc(), MatchRow.priority)
"""The order of how one call fits several priorities: by the word, then by score."""


def replace_projections(session: Session, profile: str, projections: Iterable[Projection]) -> None:
    """Keep these projections of `profile` instead of all it had."""
    session.execute(delete(ProjectionRow).where(ProjectionRow.profile == profile))
    for chunk in chunks(projections):
        rows = [{"profile": profile, **_projection_values(projection)} for projection in chunk]
        session.execute(insert(ProjectionRow), rows)


def projections(session: Session, profile: str) -> dict[int, Projection]:
    """Give the projection of each call for `profile`, by the call's id."""
    query = select(ProjectionRow).where(ProjectionRow.profile == profile)
    rows = session.scalars(query.execution_options(populate_existing=True))
    return {row.call_id: _projection(row) for row in rows}


def projections_of(session: Session, profile: str, ids: Collection[int]) -> dict[int, Projection]:
    """Give the projection of each of these calls for `profile`, by the call's id."""
    found: dict[int, Projection] = {}
    for chunk in chunks(ids):
        query = select(ProjectionRow).where(
            ProjectionRow.profile == profile, ProjectionRow.call_id.in_(chunk)
        )
        rows = session.scalars(query.execution_options(populate_existing=True))
        found |= {row.call_id: _projection(row) for row in rows}
    return found


def list_calls(
    session: Session,
    profile: str,
    *,
    statuses: Collection[Status] | None = None,
    programmes: Collection[str] | None = None,
    source: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> list[tuple[Call, Projection | None]]:
    """Give a page of calls by their next deadline, those without one last.

    A call that was not projected yet has no status: `statuses` leaves it out.
    """
    of_profile = (ProjectionRow.call_id == CallRow.id) & (ProjectionRow.profile == profile)
    query = select(CallRow.id, ProjectionRow).join(ProjectionRow, of_profile, isouter=True)
    if statuses is not None:
        query = query.where(ProjectionRow.status.in_([str(status) for status in statuses]))
    if programmes is not None:
        query = query.where(CallRow.programme.in_(programmes))
    if source is not None:
        query = query.where(CallRow.id.in_(select(SightingRow.call_id).where(SightingRow.source == source)))
    query = query.order_by(ProjectionRow.next_deadline.asc().nulls_last(), CallRow.id)
    query = query.limit(limit).offset(offset).execution_options(populate_existing=True)
    found = [(call_id, None if row is None else _projection(row)) for call_id, row in session.execute(query)]
    calls = read_calls_by_id(session, [call_id for call_id, _ in found])
    return [(calls[call_id], projection) for call_id, projection in found]


def _matches(session: Session, query: Select[MatchRow]) -> list[Match]:
    rows = session.scalars(query.execution_options(populate_existing=True))
    return [
        Match(
            call_id=row.call_id,
            priority=row.priority,
            score=row.score,
            strength=Strength(row.strength),
            rank=row.rank,
            reasons=tuple(reason_from_json(reason) for reason in row.reasons),
            role=CityRole(row.role),
            role_sentence=row.role_sentence,
            blocked=row.blocked,
        )
        for row in rows
    ]


def _projection_values(projection: Projection) -> dict[str, Any]:
    return {
        "call_id": projection.call_id,
        "status": projection.status.value,
        "next_deadline": projection.next_deadline,
        "decide_by": projection.decide_by,
        "strength": projection.strength.value,
        "priority": projection.priority,
        "region_fit": projection.region_fit.value,
    }


def _projection(row: ProjectionRow) -> Projection:
    return Projection(
        call_id=row.call_id,
        status=Status(row.status),
        next_deadline=row.next_deadline,
        decide_by=row.decide_by,
        strength=Strength(row.strength),
        priority=row.priority,
        region_fit=RegionFit(row.region_fit),
    )

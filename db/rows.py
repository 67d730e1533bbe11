"""Reads calls from their four tables, in four queries however many there are."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, select

from db.engine import Session
from db.models import CallRow, ChangeRow, DeadlineRow, SightingRow, TextRow
from db.values import fact_from_json, field_from_json
from tracker.core.call import (
    Budget,
    Call,
    CallData,
    CallText,
    Change,
    Claim,
    Deadline,
    DeadlineKind,
    MomentKind,
)

Item = TypeVar("Item")

CHUNK = 1000
"""How many values one statement carries: SQLite allows 32766, PostgreSQL 65535."""


def chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Cut `items` into lists that one statement can carry."""
    iterator = iter(items)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def read_calls(session: Session, condition: ColumnElement[bool]) -> dict[int, Call]:
    """Give the calls whose row satisfies `condition`, by our id and in its order."""
    wanted = select(CallRow.id).where(condition)
    rows = session.scalars(_fresh(select(CallRow).where(condition).order_by(CallRow.id))).all()
    if not rows:
        return {}
    deadlines = _deadlines(session, wanted)
    texts = _texts(session, wanted)
    sightings = _leading_sightings(session, wanted)
    return {
        row.id: _call(
            row, deadlines=deadlines.get(row.id, ()), texts=texts[row.id], sighting=sightings[row.id]
        )
        for row in rows
    }


def read_calls_by_id(session: Session, ids: Collection[int]) -> dict[int, Call]:
    """Give the calls with these ids of ours; one that does not exist is left out."""
    calls: dict[int, Call] = {}
    for chunk in chunks(ids):
        calls.update(read_calls(session, CallRow.id.in_(chunk)))
    return calls


Row = TypeVar("Row")


def _fresh(query: Select[Row]) -> Select[Row]:
    """Read what the database holds now, also for rows that this session has read before."""
    return query.execution_options(populate_existing=True)


def _deadlines(session: Session, wanted: Select[int]) -> Mapping[int, Sequence[Deadline]]:
    query = select(DeadlineRow.call_id, DeadlineRow.date, DeadlineRow.time, DeadlineRow.kind)
    query = query.where(DeadlineRow.call_id.in_(wanted)).order_by(DeadlineRow.position)
    found: dict[int, list[Deadline]] = defaultdict(list)
    for call_id, day, time, kind in session.execute(query):
        found[call_id].append(Deadline(day, time, MomentKind(kind)))
    return found


def _texts(session: Session, wanted: Select[int]) -> Mapping[int, Sequence[CallText]]:
    query = select(
        TextRow.call_id,
        TextRow.language,
        TextRow.title,
        TextRow.body,
        TextRow.keywords,
        TextRow.destination,
        TextRow.conditions,
    )
    query = query.where(TextRow.call_id.in_(wanted)).order_by(TextRow.position)
    found: dict[int, list[CallText]] = defaultdict(list)
    for call_id, language, title, body, keywords, destination, conditions in session.execute(query):
        found[call_id].append(CallText(language, title, body, tuple(keywords), destination, conditions))
    return found


def _leading_sightings(session: Session, wanted: Select[int]) -> Mapping[int, tuple[str, str]]:
    """Give the source that leads each call, and its reference there; what it says is not read."""
    query = select(SightingRow.call_id, SightingRow.source, SightingRow.source_ref)
    leading = session.execute(query.where(SightingRow.call_id.in_(wanted), SightingRow.leads))
    return {call_id: (source, source_ref) for call_id, source, source_ref in leading}


def _call(
    row: CallRow, *, deadlines: Sequence[Deadline], texts: Sequence[CallText], sighting: tuple[str, str]
) -> Call:
    source, source_ref = sighting
    return Call(
        id=row.id,
        data=CallData(
            source=source,
            source_ref=source_ref,
            identifier=row.identifier,
            url=row.url,
            texts=tuple(texts),
            programme=row.programme,
            programme_code=row.programme_code,
            call_identifier=row.call_identifier,
            call_title=row.call_title,
            claim=None if row.claim is None else Claim(row.claim),
            opens_on=row.opens_on,
            deadlines=tuple(deadlines),
            deadline_kind=DeadlineKind(row.deadline_kind),
            budget=_budget(row),
            action_type=row.action_type,
            tags=tuple(row.tags),
            facts=tuple(fact_from_json(fact) for fact in row.facts),
        ),
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        vanished_at=row.vanished_at,
    )


def _budget(row: CallRow) -> Budget:
    return Budget(
        total=row.budget_total,
        currency=row.budget_currency,
        shared=row.budget_shared,
        per_project_min=row.budget_per_project_min,
        per_project_max=row.budget_per_project_max,
        expected_grants=row.budget_expected_grants,
        funding_rate=row.budget_funding_rate,
    )


def change_of(row: ChangeRow) -> Change:
    """Give one line of a call's history, with values as `CallData` has them."""
    return Change(
        call_id=row.call_id,
        at=row.at,
        field=row.field,
        old=field_from_json(row.field, row.old),
        new=field_from_json(row.field, row.new),
        run_id=row.run_id,
    )


def days_from_json(stored: Iterable[str]) -> tuple[dt.date, ...]:
    """Give the dates of a JSON column."""
    return tuple(dt.date.fromisoformat(day) for day in stored)

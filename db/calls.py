"""Keeps calls, the sightings they come from and every change of them."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, delete, func, or_, select, true
from sqlalchemy import insert as insert_rows
from sqlalchemy import update as update_rows

from db import reviews
from db.engine import Session
from db.models import (
    AnswerRow,
    CallRow,
    ChangeRow,
    DeadlineRow,
    LineRow,
    PairRow,
    SightingRow,
    TextRow,
    VerdictRow,
)
from db.rows import change_of, chunks, days_from_json, read_calls
from db.values import call_data_from_json, to_json
from tracker.core.call import Call, CallData, Change, Deadline, FactName

LARGEST_ID = 2**31 - 1
"""The largest number that an id column of PostgreSQL can hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSighting:
    """A call as one source shows it: what it said, and on which days a good listing of it lacked the call.

    `leads` tells that this source's word is the call's.
    """

    call: Call
    data: CallData
    leads: bool
    source: str
    source_ref: str
    absent_days: tuple[date, ...]

    @property
    def languages(self) -> frozenset[str]:
        """The languages in which the source showed it."""
        return frozenset(text.language for text in self.data.texts)


def sightings(session: Session, source: str) -> dict[str, StoredSighting]:
    """Give all that `source` ever showed, by its own references."""
    of_source = SightingRow.source == source
    calls = read_calls(session, CallRow.id.in_(select(SightingRow.call_id).where(of_source)))
    return {stored.source_ref: stored for stored in _stored(session, of_source, calls=calls)}


def references(session: Session, source: str) -> list[str]:
    """Give the references of all that `source` ever showed, without reading what it said."""
    return list(session.scalars(select(SightingRow.source_ref).where(SightingRow.source == source)))


def sightings_of(session: Session, call_id: int) -> list[StoredSighting]:
    """Give the sightings of one call, the first one first."""
    calls = read_calls(session, CallRow.id == call_id)
    return _stored(session, SightingRow.call_id == call_id, calls=calls)


def all_calls(session: Session, programmes: Collection[str] | None = None) -> list[Call]:
    """Give all calls, or those of some programmes, in the order in which we met them."""
    condition = true() if programmes is None else CallRow.programme.in_(programmes)
    return list(read_calls(session, condition).values())


def get(session: Session, call_id: int) -> Call | None:
    """Give one call by our id, or None."""
    return read_calls(session, CallRow.id == call_id).get(call_id)


def find(session: Session, ref: str) -> list[Call]:
    """Give the calls that may be meant by `ref`: an identifier (any case), our id, a source's reference."""
    wanted = ref.strip()
    conditions: list[ColumnElement[bool]] = [
        func.lower(CallRow.identifier) == wanted.lower(),
        CallRow.id.in_(select(SightingRow.call_id).where(SightingRow.source_ref == wanted)),
    ]
    if wanted.isdecimal() and len(wanted) <= len(str(LARGEST_ID)) and int(wanted) <= LARGEST_ID:
        conditions.append(CallRow.id == int(wanted))
    return list(read_calls(session, or_(*conditions)).values())


def changes(session: Session, call_id: int) -> list[Change]:
    """Give the history of one call, the oldest change first, with values as `CallData` has them."""
    query = select(ChangeRow).where(ChangeRow.call_id == call_id).order_by(ChangeRow.id)
    return [change_of(row) for row in session.scalars(query)]


def insert(session: Session, data: CallData, *, at: datetime, run_id: int | None) -> int:
    """Keep a call that was never seen before; gives our id of it.

    `run_id` is taken for the symmetry with `update`: a first sight is no change and writes no history.
    """
    row = CallRow(**_call_values(data), first_seen=at, last_seen=at)
    session.add(row)
    session.flush()
    _write_parts(session, row.id, data)
    attach(session, row.id, data, leads=True, at=at)
    return row.id


def attach(session: Session, call_id: int, data: CallData, *, leads: bool, at: datetime) -> None:
    """Keep a source's first sighting of a call that is known; one that `leads` takes over from the others."""
    if leads:
        session.execute(update_rows(SightingRow).where(SightingRow.call_id == call_id).values(leads=False))
    session.add(
        SightingRow(
            call_id=call_id,
            source=data.source,
            source_ref=data.source_ref,
            url=data.url,
            first_seen=at,
            last_seen=at,
            absent_days=[],
            leads=leads,
            data=to_json(data),
        )
    )
    session.flush()


def let_lead(session: Session, sighting: StoredSighting) -> None:
    """Note that this sighting's word is its call's from now on, and no other's."""
    of_call = SightingRow.call_id == sighting.call.id
    is_it = (SightingRow.source == sighting.source) & (SightingRow.source_ref == sighting.source_ref)
    session.execute(update_rows(SightingRow).where(of_call).values(leads=is_it))


def update_sighting(session: Session, data: CallData, *, at: datetime) -> None:
    """Let a known sighting say what `data` says; the call itself stays as its leading source has it."""
    session.execute(
        update_rows(SightingRow)
        .where(SightingRow.source == data.source, SightingRow.source_ref == data.source_ref)
        .values(url=data.url, last_seen=at, absent_days=[], data=to_json(data))
    )


def twins(session: Session, data: CallData, *, by_identifier: bool) -> list[Call]:
    """Give the calls of other sources that have this call's address or, if asked, its identifier.

    An address is a call's own, or the publisher's that a list gives beside it (the fact LINK).
    """
    pages = _pages(data)
    linked = [cast(CallRow.facts, String).contains(json.dumps(page), autoescape=True) for page in pages]
    same: list[ColumnElement[bool]] = [CallRow.url.in_(pages), *linked]
    if by_identifier and data.identifier:
        same.append(func.lower(CallRow.identifier) == data.identifier.lower())
    shown = select(SightingRow.call_id).where(SightingRow.source == data.source)
    found = read_calls(session, or_(*same) & CallRow.id.not_in(shown)).values()
    identifier = data.identifier.lower() if by_identifier else ""
    return [
        call
        for call in found
        if _pages(call.data) & pages or (identifier and call.data.identifier.lower() == identifier)
    ]


def _pages(data: CallData) -> set[str]:
    return {data.url, *(fact.value for fact in data.facts if fact.name is FactName.LINK)}


def update(
    session: Session,
    call_id: int,
    data: CallData,
    *,
    changes: Sequence[Change],
    at: datetime,
    run_id: int | None,
) -> None:
    """Let a call and its sighting say what `data` says, seen at `at`, with a row of history a change."""
    rewrite(session, call_id, data, changes=changes, at=at, run_id=run_id)
    session.execute(update_rows(CallRow).where(CallRow.id == call_id).values(last_seen=at))
    update_sighting(session, data, at=at)


def rewrite(
    session: Session,
    call_id: int,
    data: CallData,
    *,
    changes: Sequence[Change],
    at: datetime,
    run_id: int | None,
) -> None:
    """Let a call say what `data` says, with history; its sightings and when it was seen stay as they are."""
    session.execute(update_rows(CallRow).where(CallRow.id == call_id).values(**_call_values(data)))
    session.execute(delete(DeadlineRow).where(DeadlineRow.call_id == call_id))
    session.execute(delete(TextRow).where(TextRow.call_id == call_id))
    _write_parts(session, call_id, data)
    for change in changes:
        _note(session, call_id, change.field, old=change.old, new=change.new, at=at, run_id=run_id)


def join(session: Session, keep: int, gone: int) -> None:
    """Make two of our calls one: what is known of `gone` becomes known of `keep`, whose word stays.

    Sightings, history, verdicts, answers, what contacts were told and what was decided move; the next `rank`
    ranks anew.
    """
    session.execute(
        update_rows(SightingRow).where(SightingRow.call_id == gone).values(call_id=keep, leads=False)
    )
    for table in (ChangeRow, LineRow, AnswerRow, VerdictRow):
        session.execute(update_rows(table).where(table.call_id == gone).values(call_id=keep))
    reviews.move(session, keep, gone)
    for row in session.scalars(select(PairRow).where((PairRow.low_id == gone) | (PairRow.high_id == gone))):
        other = row.high_id if row.low_id == gone else row.low_id
        if other != keep:
            low, high = sorted((keep, other))
            session.merge(PairRow(low_id=low, high_id=high, decided_at=row.decided_at))
    session.execute(delete(CallRow).where(CallRow.id == gone))
    session.flush()


def mark_seen(session: Session, source: str, refs: Iterable[str], at: datetime) -> None:
    """Note that `source` showed these references at `at`; their days of absence are forgotten."""
    for chunk in chunks(refs):
        shown = (SightingRow.source == source, SightingRow.source_ref.in_(chunk))
        session.execute(update_rows(SightingRow).where(*shown).values(last_seen=at, absent_days=[]))
        seen = select(SightingRow.call_id).where(*shown)
        session.execute(
            update_rows(CallRow)
            .where(CallRow.id.in_(seen))
            .values(last_seen=at)
            .execution_options(synchronize_session=False)
        )


def mark_absent(session: Session, source: str, ref: str, days: tuple[date, ...]) -> None:
    """Note on which days a good listing of `source` lacked this reference, instead of those noted before."""
    session.execute(
        update_rows(SightingRow)
        .where(SightingRow.source == source, SightingRow.source_ref == ref)
        .values(absent_days=to_json(days))
    )


def set_vanished(
    session: Session, call_id: int, vanished_at: datetime | None, *, at: datetime, run_id: int | None
) -> None:
    """Note that a call vanished, or with None that it is back, as a change of `vanished`."""
    before = session.scalars(select(CallRow.vanished_at).where(CallRow.id == call_id)).one()
    session.execute(update_rows(CallRow).where(CallRow.id == call_id).values(vanished_at=vanished_at))
    _note(session, call_id, "vanished", old=before, new=vanished_at, at=at, run_id=run_id)


def note_withdrawn(session: Session, call_id: int, because: str, *, at: datetime) -> None:
    """Note why people say that a call is none, as a change of `withdrawn`."""
    _note(session, call_id, "withdrawn", old="", new=because, at=at, run_id=None)


def record_status(
    session: Session, call_id: int, *, old: str | None, new: str, at: datetime, run_id: int | None
) -> None:
    """Note that a call's derived status became another, as a change of `status`."""
    _note(session, call_id, "status", old=old, new=new, at=at, run_id=run_id)


def _stored(
    session: Session, condition: ColumnElement[bool], *, calls: dict[int, Call]
) -> list[StoredSighting]:
    query = select(SightingRow).where(condition).order_by(SightingRow.id)
    return [
        StoredSighting(
            call=calls[row.call_id],
            source=row.source,
            source_ref=row.source_ref,
            data=call_data_from_json(row.data),
            leads=row.leads,
            absent_days=days_from_json(row.absent_days),
        )
        for row in session.scalars(query.execution_options(populate_existing=True))
    ]


def _note(
    session: Session,
    call_id: int,
    field: str,
    *,
    old: object,
    new: object,
    at: datetime,
    run_id: int | None,
) -> None:
    session.add(
        ChangeRow(call_id=call_id, run_id=run_id, at=at, field=field, old=to_json(old), new=to_json(new))
    )
    session.flush()


def _call_values(data: CallData) -> dict[str, Any]:
    budget = data.budget
    return {
        "identifier": data.identifier,
        "call_identifier": data.call_identifier,
        "call_title": data.call_title,
        "programme": data.programme,
        "programme_code": data.programme_code,
        "claim": None if data.claim is None else data.claim.value,
        "opens_on": data.opens_on,
        "deadline_kind": data.deadline_kind.value,
        "url": data.url,
        "action_type": data.action_type,
        "budget_total": budget.total,
        "budget_currency": budget.currency,
        "budget_shared": budget.shared,
        "budget_per_project_min": budget.per_project_min,
        "budget_per_project_max": budget.per_project_max,
        "budget_expected_grants": budget.expected_grants,
        "budget_funding_rate": budget.funding_rate,
        "tags": list(data.tags),
        "facts": to_json(data.facts),
        "content_hash": data.content_hash(),
    }


def _write_parts(session: Session, call_id: int, data: CallData) -> None:
    deadlines = [
        {"call_id": call_id, "position": position, **_deadline_values(deadline)}
        for position, deadline in enumerate(data.deadlines)
    ]
    texts = [
        {"call_id": call_id, "position": position, **to_json(text)}
        for position, text in enumerate(data.texts)
    ]
    if deadlines:
        session.execute(insert_rows(DeadlineRow), deadlines)
    if texts:
        session.execute(insert_rows(TextRow), texts)


def _deadline_values(deadline: Deadline) -> dict[str, Any]:
    return {"date": deadline.date, "time": deadline.time, "kind": deadline.kind.value}

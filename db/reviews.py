"""Keeps what a city decides about calls: reviews, their audit trail, notes and assessments."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update

from db.engine import Session
from db.models import CallRow
from db.review_models import AssessmentRow, NoteRow, ReviewEventRow, ReviewRow
from db.rows import chunks
from tracker.core.profile import Domain
from tracker.core.review import (
    Advice,
    Answered,
    Assessment,
    Note,
    RejectionReason,
    Review,
    ReviewEvent,
    ReviewState,
)

_FURTHEST = (
    ReviewState.WON,
    ReviewState.LOST,
    ReviewState.SUBMITTED,
    ReviewState.PREPARING,
    ReviewState.SHORTLISTED,
    ReviewState.LOOKING,
    ReviewState.NOT_FOR_US,
    ReviewState.NEW,
)
"""Which of two reviews stays when their calls become one: work that was begun is not put back."""


def lock(session: Session, call_id: int) -> bool:
    """Let nobody else decide about a call until this transaction ends; False where there is no such call.

    SQLite lets only one transaction write anyhow.
    """
    row = select(CallRow.id).where(CallRow.id == call_id).with_for_update(key_share=True)
    return session.scalar(row) is not None


def get(session: Session, profile: str, call_id: int) -> Review:
    """Give the review of one call, a new one where nobody decided anything yet."""
    return of_calls(session, profile, [call_id])[call_id]


def of_calls(session: Session, profile: str, ids: Collection[int]) -> dict[int, Review]:
    """Give the review of each of these calls, by the call's id."""
    found: dict[int, Review] = {}
    for chunk in chunks(ids):
        query = select(ReviewRow).where(ReviewRow.profile == profile, ReviewRow.call_id.in_(chunk))
        rows = {row.call_id: row for row in session.scalars(_fresh(query))}
        found |= {one: _review(rows[one]) if one in rows else Review(call_id=one) for one in chunk}
    return found


def put(session: Session, profile: str, review: Review) -> None:
    """Keep a review instead of the one before; who calls this holds the call's `lock`."""
    session.merge(
        ReviewRow(
            profile=profile,
            call_id=review.call_id,
            state=review.state.value,
            reason=review.reason.value if review.reason else None,
            person_id=review.person_id,
            domain=review.domain.value if review.domain else None,
            due_on=review.due_on,
            version=review.version,
            updated_at=review.updated_at,
        )
    )
    session.flush()


def add_event(session: Session, profile: str, event: ReviewEvent) -> None:
    """Add a line to the audit trail of a call."""
    session.add(
        ReviewEventRow(
            profile=profile,
            call_id=event.call_id,
            person_id=event.person_id,
            at=event.at,
            field=event.field,
            old=event.old,
            new=event.new,
            because=event.because,
        )
    )
    session.flush()


def trail(session: Session, profile: str, call_id: int) -> list[ReviewEvent]:
    """Give the audit trail of one call, the oldest line first."""
    query = select(ReviewEventRow).where(ReviewEventRow.profile == profile, ReviewEventRow.call_id == call_id)
    return _events(session, query.order_by(ReviewEventRow.at, ReviewEventRow.id))


def events(session: Session, profile: str, *, since: datetime, limit: int | None = None) -> list[ReviewEvent]:
    """Give the lines of all calls' trails from `since` on, the newest first."""
    query = select(ReviewEventRow).where(ReviewEventRow.profile == profile, ReviewEventRow.at >= since)
    newest_first = query.order_by(ReviewEventRow.at.desc(), ReviewEventRow.id.desc())
    return _events(session, newest_first.limit(limit))


def add_note(
    session: Session, profile: str, call_id: int, *, person_id: int, text: str, at: datetime
) -> Note:
    """Keep a note with a call."""
    row = NoteRow(profile=profile, call_id=call_id, person_id=person_id, at=at, text=text, withdrawn_at=None)
    session.add(row)
    session.flush()
    return _note(row)


def notes(session: Session, profile: str, call_id: int) -> list[Note]:
    """Give the notes with a call, the oldest first, withdrawn ones too."""
    query = select(NoteRow).where(NoteRow.profile == profile, NoteRow.call_id == call_id)
    return [_note(row) for row in session.scalars(_fresh(query.order_by(NoteRow.at, NoteRow.id)))]


def withdraw_note(session: Session, note_id: int, *, at: datetime) -> None:
    """Note that a note is not shown any more; its text stays."""
    session.execute(update(NoteRow).where(NoteRow.id == note_id).values(withdrawn_at=at))


def add_assessment(session: Session, profile: str, assessment: Assessment) -> int:
    """Keep a filled-in framework beside those before it; gives its number."""
    answers = {slug: [one.score, one.sentence] for slug, one in assessment.answers.items()}
    row = AssessmentRow(
        profile=profile,
        call_id=assessment.call_id,
        person_id=assessment.person_id,
        at=assessment.at,
        version=assessment.version,
        framework=assessment.framework,
        blockers=dict(assessment.blockers),
        answers=answers,
        advice=assessment.advice.value,
        decision=assessment.decision.value if assessment.decision else None,
        because=assessment.because,
    )
    session.add(row)
    session.flush()
    return row.id


def assessments(session: Session, profile: str, call_id: int) -> list[Assessment]:
    """Give the assessments of a call as they were filled in, the oldest first."""
    query = select(AssessmentRow).where(AssessmentRow.profile == profile, AssessmentRow.call_id == call_id)
    rows = session.scalars(_fresh(query.order_by(AssessmentRow.at, AssessmentRow.id)))
    return [_assessment(row) for row in rows]


def move(session: Session, keep: int, gone: int) -> None:
    """Let all that was decided about `gone` belong to `keep`, for the two are one call, in every profile.

    Of two reviews the one that is further in the work stays (among equals `keep`'s), with a version that
    neither had; what the other said stands in the trail.
    """
    for call_id in sorted((keep, gone)):
        lock(session, call_id)
    for table in (ReviewEventRow, NoteRow, AssessmentRow):
        session.execute(
            update(table).where(table.call_id == gone).values(call_id=keep).execution_options(**_UNSEEN)
        )
    both = select(ReviewRow).where(ReviewRow.call_id.in_((keep, gone)))
    reviews: dict[str, dict[int, ReviewRow]] = {}
    for row in session.scalars(_fresh(both)):
        reviews.setdefault(row.profile, {})[row.call_id] = row
    for profile, rows in reviews.items():
        if gone in rows:
            _move_review(session, profile, rows.get(keep), rows[gone], keep=keep)
    session.flush()


def _move_review(
    session: Session, profile: str, kept: ReviewRow | None, gone: ReviewRow, *, keep: int
) -> None:
    chosen, version = _review(gone), gone.version
    if kept is not None:
        version = max(kept.version, gone.version) + 1
        if _FURTHEST.index(ReviewState(kept.state)) <= _FURTHEST.index(chosen.state):
            chosen = _review(kept)
    session.delete(gone)
    put(session, profile, replace(chosen, call_id=keep, version=version))


_UNSEEN: dict[str, Any] = {"synchronize_session": False}
"""Statements over many rows: what this session read of them before is read anew by `_fresh`."""


def _fresh(query: Select[Any]) -> Select[Any]:
    """Read what the database holds now, also for rows that this session has read before."""
    return query.execution_options(populate_existing=True)


def _review(row: ReviewRow) -> Review:
    return Review(
        call_id=row.call_id,
        state=ReviewState(row.state),
        reason=RejectionReason(row.reason) if row.reason else None,
        person_id=row.person_id,
        domain=Domain(row.domain) if row.domain else None,
        due_on=row.due_on,
        version=row.version,
        updated_at=row.updated_at,
    )


def _events(session: Session, query: Select[Any]) -> list[ReviewEvent]:
    return [
        ReviewEvent(
            call_id=row.call_id,
            person_id=row.person_id,
            at=row.at,
            field=row.field,
            old=row.old,
            new=row.new,
            because=row.because,
        )
        for row in session.scalars(_fresh(query))
    ]


def _note(row: NoteRow) -> Note:
    return Note(
        id=row.id,
        call_id=row.call_id,
        person_id=row.person_id,
        at=row.at,
        text=row.text,
        withdrawn_at=row.withdrawn_at,
    )


def _assessment(row: AssessmentRow) -> Assessment:
    return Assessment(
        id=row.id,
        call_id=row.call_id,
        person_id=row.person_id,
        at=row.at,
        version=row.version,
        framework=row.framework,
        blockers=row.blockers,
        answers={slug: Answered(*answered) for slug, answered in row.answers.items()},
        advice=Advice(row.advice),
        decision=Advice(row.decision) if row.decision else None,
        because=row.because,
    )

"""Keeps which troubles the operator was told of, and when the digests were last composed."""

from datetime import datetime

from sqlalchemy import delete, select

from db.engine import Session
from db.models import MetaRow, NoticeRow

COMPOSED = "composed_at"
"""The key in `meta` of the moment at which the digests were last composed."""


def told(session: Session) -> dict[str, datetime]:
    """Give the troubles that the operator was told of and that last, with when."""
    return {row.key: row.told_at for row in session.scalars(select(NoticeRow))}


def note_told(session: Session, key: str, *, at: datetime) -> None:
    """Note that the operator is told of a trouble."""
    session.merge(NoticeRow(key=key, told_at=at))


def note_over(session: Session, key: str) -> None:
    """Note that a trouble is over, so that a new one of its kind is told again."""
    session.execute(delete(NoticeRow).where(NoticeRow.key == key))


def note_composed(session: Session, at: datetime) -> None:
    """Note that the digests that were due have been composed."""
    session.merge(MetaRow(key=COMPOSED, value=at.isoformat()))


def last_composed(session: Session) -> datetime | None:
    """Give when the digests were last composed, None where they never were."""
    row = session.get(MetaRow, COMPOSED, populate_existing=True)
    return None if row is None else datetime.fromisoformat(row.value)

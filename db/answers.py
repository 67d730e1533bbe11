"""Keeps what contacts answer about calls, and who wants no mail for a while or ever.

An address is kept as the contacts file wrote it then, and found however it is written: in Anna@ or anna@.
"""

from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, delete, func, select, update

from db.engine import Session
from db.models import AbsenceRow, AnswerRow
from tracker.core.answer import Absence, Answer, AnswerKind
from tracker.core.profile import Domain


def add(session: Session, answer: Answer) -> None:
    """Keep an answer; earlier ones stay."""
    session.add(
        AnswerRow(
            contact=answer.contact,
            call_id=answer.call_id,
            delivery_id=answer.delivery_id,
            kind=answer.kind.value,
            at=answer.at,
            until=answer.until,
            to_domain=answer.to_domain.value if answer.to_domain else None,
            note=answer.note,
        )
    )
    session.flush()


def of_call(session: Session, call_id: int) -> list[Answer]:
    """Give every answer about a call, by anyone, the oldest first."""
    return _answers(session, select(AnswerRow).where(AnswerRow.call_id == call_id))


def of_contact(session: Session, contact: str) -> list[Answer]:
    """Give every answer of a contact, the oldest first."""
    return _answers(session, select(AnswerRow).where(_is_by(contact)))


def standing(session: Session, contact: str) -> dict[int, Answer]:
    """Give the answer of a contact that counts for each call, by the call's id."""
    return {answer.call_id: answer for answer in of_contact(session, contact)}


def passed_on(session: Session) -> list[Answer]:
    """Give each answer that passes a call on and was not replaced by a later one, the oldest first."""
    every = _answers(session, select(AnswerRow))
    last = {(answer.contact.lower(), answer.call_id): answer for answer in every}
    return [one for one in last.values() if one.to_domain is not None]


def set_absence(session: Session, contact: str, *, at: datetime, until: date | None) -> None:
    """Note that a contact wants no mail before `until`, or none at all; replaces what was said before."""
    end_absence(session, contact)
    session.add(AbsenceRow(contact=contact, at=at, until=until))
    session.flush()


def end_absence(session: Session, contact: str) -> None:
    """Note that a contact wants mail (again)."""
    session.execute(delete(AbsenceRow).where(_is_away(contact)))


def absence(session: Session, contact: str) -> Absence | None:
    """Give what a contact said about not wanting mail, or None; it may be over."""
    query = select(AbsenceRow).where(_is_away(contact)).order_by(AbsenceRow.at.desc())
    row = session.scalars(query.execution_options(populate_existing=True)).first()
    return None if row is None else Absence(contact=row.contact, at=row.at, until=row.until)


def erase(session: Session, contact: str, pseudonym: str) -> int:
    """Put `pseudonym` for a contact and take away the words of their notes; gives how many answers."""
    count = len(of_contact(session, contact))
    session.execute(update(AnswerRow).where(_is_by(contact)).values(contact=pseudonym, note=""))
    end_absence(session, contact)
    return count


def _is_by(contact: str) -> ColumnElement[bool]:
    return func.lower(AnswerRow.contact) == contact.lower()


def _is_away(contact: str) -> ColumnElement[bool]:
    return func.lower(AbsenceRow.contact) == contact.lower()


def _answers(session: Session, query: Select[AnswerRow]) -> list[Answer]:
    rows = session.scalars(query.order_by(AnswerRow.id).execution_options(populate_existing=True))
    return [
        Answer(
            contact=row.contact,
            call_id=row.call_id,
            delivery_id=row.delivery_id,
            kind=AnswerKind(row.kind),
            at=row.at,
            until=row.until,
            to_domain=Domain(row.to_domain) if row.to_domain else None,
            note=row.note,
        )
        for row in rows
    ]

"""Keeps the outbox and the ledger: each message, whether it arrived, and what it told its contact.

An address is kept as the contacts file wrote it then, and found however it is written: in Anna@ or anna@.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, insert, select, update

from db.engine import Session
from db.models import DeliveryRow, LineRow
from db.rows import chunks
from tracker.core.delivery import Channel, Delivery, DeliveryState, Line, LineReason

TOLD_STATES = (DeliveryState.SENT.value, DeliveryState.UNSURE.value)
"""States that count as told. Unsure is among them: what may have arrived is not sent again by itself."""


def add(
    session: Session,
    *,
    contact: str,
    edition: str,
    channel: Channel,
    subject: str,
    message_id: str,
    message: bytes,
    html: str,
    lines: Sequence[Line],
    created_at: datetime,
) -> int:
    """Keep a composed message as pending; gives its id.

    One contact gets one message an edition and channel: a second one is an IntegrityError. Look with `find`
    first, under the lock of the digest.
    """
    row = DeliveryRow(
        contact=contact,
        edition=edition,
        channel=channel.value,
        state=DeliveryState.PENDING.value,
        subject=subject,
        message_id=message_id,
        message=message,
        html=html,
        created_at=created_at,
        attempts=0,
        error="",
    )
    session.add(row)
    session.flush()
    values = [
        {"delivery_id": row.id, "position": position, **_line_values(line)}
        for position, line in enumerate(lines)
    ]
    if values:
        session.execute(insert(LineRow), values)
    return row.id


def find(session: Session, contact: str, edition: str, channel: Channel) -> Delivery | None:
    """Give the message of an edition to a contact by a channel, or None."""
    found = _deliveries(
        session,
        select(DeliveryRow).where(
            _is_to(contact),
            DeliveryRow.edition == edition,
            DeliveryRow.channel == channel.value,
        ),
    )
    return found[0] if found else None


def get(session: Session, delivery_id: int) -> Delivery | None:
    """Give one message by its id, or None."""
    found = _deliveries(session, select(DeliveryRow).where(DeliveryRow.id == delivery_id))
    return found[0] if found else None


def write(session: Session, delivery_id: int, *, subject: str, message: bytes, html: str) -> None:
    """Fill in a message that was added empty, because its text names its own id (in signed links)."""
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id == delivery_id)
        .values(subject=subject, message=message, html=html)
        .execution_options(synchronize_session=False)
    )


def pending(session: Session, channel: Channel, *, due_at: datetime | None = None) -> list[Delivery]:
    """Give the messages that wait to be handed over, the oldest first; with `due_at` those due by then."""
    waiting = _in_state(session, channel, state=DeliveryState.PENDING)
    if due_at is None:
        return waiting
    return [one for one in waiting if one.next_attempt_at is None or one.next_attempt_at <= due_at]


def interrupted(session: Session, channel: Channel) -> list[Delivery]:
    """Give the messages being handed over: under the digest's lock, those that a dead process left so."""
    return _in_state(session, channel, state=DeliveryState.SENDING)


def mark(
    session: Session,
    delivery_id: int,
    state: DeliveryState,
    *,
    at: datetime,
    error: str = "",
    next_attempt_at: datetime | None = None,
) -> None:
    """Note a message's new state and error; `at` becomes its moment of sending when the state is `sent`."""
    values: dict[str, Any] = {"state": state.value, "error": error, "next_attempt_at": next_attempt_at}
    if state is DeliveryState.SENT:
        values["sent_at"] = at
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id == delivery_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def begin(session: Session, delivery_id: int) -> bool:
    """Count an attempt to hand a message over; False where it waits no more (its reader left meanwhile)."""
    begun = session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id == delivery_id, DeliveryRow.state == DeliveryState.PENDING.value)
        .values(attempts=DeliveryRow.attempts + 1, error="", next_attempt_at=None)
        .returning(DeliveryRow.id)
        .execution_options(synchronize_session=False)
    )
    return begun.first() is not None


def drop_waiting(session: Session, contact: str, *, why: str) -> None:
    """Recall the digests that wait for a contact; what is being sent at this moment cannot be."""
    session.execute(
        update(DeliveryRow)
        .where(
            _is_to(contact),
            DeliveryRow.state == DeliveryState.PENDING.value,
            DeliveryRow.channel != Channel.OPERATOR.value,
        )
        .values(state=DeliveryState.DROPPED.value, error=why, next_attempt_at=None)
        .execution_options(synchronize_session=False)
    )


def told(session: Session, contact: str, channel: Channel) -> dict[int, Line]:
    """Give what a contact was last told of each call by this channel, by the call's id."""
    query = (
        select(LineRow)
        .join(DeliveryRow, DeliveryRow.id == LineRow.delivery_id)
        .where(*_told_to(contact, channel))
        .order_by(LineRow.delivery_id, LineRow.position)
    )
    return {row.call_id: _line(row) for row in session.scalars(query)}


def times_told(session: Session, contact: str, channel: Channel) -> dict[int, int]:
    """Give how often a contact was told of each call by this channel, by the call's id."""
    query = (
        select(LineRow.call_id, func.count().label("times"))
        .join(DeliveryRow, DeliveryRow.id == LineRow.delivery_id)
        .where(*_told_to(contact, channel))
        .group_by(LineRow.call_id)
    )
    return {row.call_id: row.times for row in session.execute(query)}


def has_any(session: Session, contact: str, channel: Channel) -> bool:
    """Tell whether a contact has been told anything by this channel, be it that nothing was found."""
    query = select(DeliveryRow.id).where(*_told_to(contact, channel)).limit(1)
    return session.scalars(query).first() is not None


def told_at(session: Session, contact: str, channel: Channel) -> datetime | None:
    """Give when the last message that told a contact anything by this channel was composed, or None."""
    query = select(func.max(DeliveryRow.created_at)).where(*_told_to(contact, channel))
    return session.scalars(query).one()


def last_told_at(session: Session, contact: str, channel: Channel) -> dict[int, datetime]:
    """Give when the last message that told a contact of each call was composed, by the call's id."""
    query = (
        select(LineRow.call_id, func.max(DeliveryRow.created_at).label("at"))
        .join(DeliveryRow, DeliveryRow.id == LineRow.delivery_id)
        .where(*_told_to(contact, channel))
        .group_by(LineRow.call_id)
    )
    return {row.call_id: row.at for row in session.execute(query)}


def listing(
    session: Session,
    *,
    contact: str | None = None,
    states: Collection[DeliveryState] = (),
    limit: int | None = 50,
) -> list[Delivery]:
    """Give the latest messages, to everyone or to one contact, in these states or any, the newest first."""
    query = select(DeliveryRow).order_by(DeliveryRow.id.desc()).limit(limit)
    if states:
        query = query.where(DeliveryRow.state.in_([state.value for state in states]))
    return _deliveries(session, query if contact is None else query.where(_is_to(contact)))


def start_anew(session: Session, delivery_id: int) -> None:
    """Let a message be tried as if it never was: pending, without attempts, at once."""
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id == delivery_id)
        .values(state=DeliveryState.PENDING.value, attempts=0, next_attempt_at=None)
        .execution_options(synchronize_session=False)
    )


def erase(session: Session, contact: str, pseudonym: str) -> int:
    """Put `pseudonym` for a contact and take the texts of their messages away; gives how many there are.

    What was not sent yet has failed: nobody gets it. The lines stay, as a count of what was told.
    """
    found = session.scalars(select(DeliveryRow).where(_is_to(contact))).all()
    for row in found:
        row.contact = pseudonym
        row.message_id = f"<{row.id}@{pseudonym}>"
        row.message, row.html, row.subject, row.next_attempt_at = b"", "", "", None
        row.error = "erased" if row.error else ""
        if row.state in {DeliveryState.PENDING.value, DeliveryState.SENDING.value}:
            row.state, row.error = DeliveryState.FAILED.value, "erased"
    session.flush()
    return len(found)


def _is_to(contact: str) -> ColumnElement[bool]:
    """First the spellings are collected, from the index alone, so that no message is read for its address."""
    spellings = select(DeliveryRow.contact).where(func.lower(DeliveryRow.contact) == contact.lower())
    return DeliveryRow.contact.in_(spellings)


def _told_to(contact: str, channel: Channel) -> tuple[ColumnElement[bool], ...]:
    return (
        _is_to(contact),
        DeliveryRow.channel == channel.value,
        DeliveryRow.state.in_(TOLD_STATES),
    )


def _in_state(session: Session, channel: Channel, *, state: DeliveryState) -> list[Delivery]:
    query = select(DeliveryRow).where(DeliveryRow.channel == channel.value, DeliveryRow.state == state.value)
    return _deliveries(session, query.order_by(DeliveryRow.id))


def _deliveries(session: Session, query: Select[DeliveryRow]) -> list[Delivery]:
    rows = session.scalars(query.execution_options(populate_existing=True)).all()
    lines = _lines(session, [row.id for row in rows])
    return [_delivery(row, lines=lines[row.id]) for row in rows]


def _lines(session: Session, delivery_ids: Iterable[int]) -> defaultdict[int, list[Line]]:
    found: defaultdict[int, list[Line]] = defaultdict(list)
    for chunk in chunks(delivery_ids):
        query = select(LineRow).where(LineRow.delivery_id.in_(chunk)).order_by(LineRow.position)
        for row in session.scalars(query):
            found[row.delivery_id].append(_line(row))
    return found


def _delivery(row: DeliveryRow, *, lines: Sequence[Line]) -> Delivery:
    values = {field.name: getattr(row, field.name) for field in fields(Delivery) if field.name != "lines"}
    values["channel"] = Channel(row.channel)
    values["state"] = DeliveryState(row.state)
    return Delivery(**values, lines=tuple(lines))


def _line_values(line: Line) -> dict[str, Any]:
    return {
        "call_id": line.call_id,
        "reason": line.reason.value,
        "priority": line.priority,
        "shown": line.shown,
        "deadline": line.deadline,
        "previous_deadline": line.previous_deadline,
    }


def _line(row: LineRow) -> Line:
    return Line(
        call_id=row.call_id,
        reason=LineReason(row.reason),
        priority=row.priority,
        shown=row.shown,
        deadline=row.deadline,
        previous_deadline=row.previous_deadline,
    )

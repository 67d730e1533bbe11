"""Reads where every call stands without reading its texts, for questions that must be answered at once."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.engine import Session
from db.models import CallRow, DeadlineRow
from tracker.core.call import CallData, Claim, Deadline, MomentKind, Status, status_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A call by its programme and status; `key` changes whenever what it says changes."""

    key: str
    programme: str
    status: Status


def standings(session: Session, now: datetime) -> dict[int, Standing]:
    """Give where each stored call stands at `now`, by our id of it."""
    deadlines: dict[int, list[Deadline]] = defaultdict(list)
    for call_id, day, time, kind in session.execute(
        select(DeadlineRow.call_id, DeadlineRow.date, DeadlineRow.time, DeadlineRow.kind)
    ):
        deadlines[call_id].append(Deadline(day, time, MomentKind(kind)))
    rows = session.execute(
        select(
            CallRow.id,
            CallRow.content_hash,
            CallRow.programme,
            CallRow.claim,
            CallRow.opens_on,
            CallRow.vanished_at,
        ).order_by(CallRow.id)
    )
    found = {}
    for call_id, key, programme, claim, opens_on, vanished_at in rows:
        dates = CallData(
            source="",
            source_ref="",
            identifier="",
            url="",
            texts=(),
            claim=Claim(claim) if claim else None,
            opens_on=opens_on,
            deadlines=tuple(deadlines[call_id]),
        )
        status = status_at(dates, now)
        if vanished_at and status is not Status.CLOSED:
            status = Status.VANISHED
        found[call_id] = Standing(key=key, programme=programme, status=status)
    return found

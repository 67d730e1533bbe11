"""Keeps watched pages, and what people said of candidates found on them and of calls that look alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy import update as update_rows

from db.engine import Session
from db.models import CandidateRow, PairRow, WatchedPageRow
from tracker.core.call import Deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """A watched page as it was read last; `changed_at` is when its text last became another."""

    name: str
    url: str
    text: str
    read_at: datetime
    changed_at: datetime


class CandidateState(StrEnum):
    """What a person said of a candidate."""

    NEW = "new"
    CONFIRMED = "confirmed"
    KEPT = "kept"  # confirmed, and left as it is though its page says otherwise or shows it no more
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCandidate:
    """A passage of a watched page that may be a call; `amounts` are whole euros."""

    key: str
    page: str
    url: str
    programme: str
    place: str
    neighbour: bool
    language: str
    title: str
    sentence: str
    text: str
    opens_on: date | None
    deadline: Deadline | None
    amounts: tuple[Decimal, ...]
    first_seen: datetime
    last_seen: datetime
    state: CandidateState = CandidateState.NEW


_BEFORE = " (before)"
"""Ends the name under which a page is kept as it was before its text last changed."""


def page_before(session: Session, name: str) -> KeptPage | None:
    """Give a watched page as it was before its text last changed, or None where it never did."""
    return page(session, name + _BEFORE)


def page(session: Session, name: str) -> KeptPage | None:
    """Give a watched page as it was read last, or None before the first time."""
    row = session.get(WatchedPageRow, name)
    if row is None:
        return None
    return KeptPage(name=row.name, url=row.url, text=row.text, read_at=row.read_at, changed_at=row.changed_at)


def pages(session: Session) -> list[KeptPage]:
    """Give every watched page as it was read last, by name."""
    names = session.scalars(select(WatchedPageRow.name).order_by(WatchedPageRow.name))
    kept = [page(session, name) for name in names if not name.endswith(_BEFORE)]
    return [one for one in kept if one is not None]


def keep_page(session: Session, name: str, *, url: str, text: str, at: datetime) -> bool:
    """Keep what a page says now, and what it said before; gives whether that is something else."""
    row = session.get(WatchedPageRow, name)
    if row is None:
        session.add(WatchedPageRow(name=name, url=url, text=text, read_at=at, changed_at=at))
        session.flush()
        return True
    changed = row.text != text
    if changed:
        before = WatchedPageRow(
            name=name + _BEFORE, url=row.url, text=row.text, read_at=row.read_at, changed_at=row.changed_at
        )
        session.merge(before)
    row.url, row.text, row.read_at = url, text, at
    row.changed_at = at if changed else row.changed_at
    session.flush()
    return changed


def keep_candidates(session: Session, found: Iterable[KeptCandidate]) -> int:
    """Keep the candidates of a page; what a person decided stays decided. Gives how many are new."""
    new = 0
    for one in found:
        row = session.get(CandidateRow, one.key)
        if row is None:
            session.add(CandidateRow(**_values(one), state=one.state.value, first_seen=one.first_seen))
            new += 1
            continue
        for name, value in _values(one).items():
            setattr(row, name, value)
    session.flush()
    return new


def candidates(session: Session, *, state: CandidateState | None = None) -> list[KeptCandidate]:
    """Give the candidates, the newest first; all, or those in one state."""
    query = select(CandidateRow).order_by(CandidateRow.first_seen.desc(), CandidateRow.key)
    if state is not None:
        query = query.where(CandidateRow.state == state.value)
    return [_candidate(row) for row in session.scalars(query)]


def _values(one: KeptCandidate) -> dict[str, Any]:
    deadline = one.deadline
    return {
        "key": one.key,
        "page": one.page,
        "url": one.url,
        "programme": one.programme,
        "place": one.place,
        "neighbour": one.neighbour,
        "language": one.language,
        "title": one.title,
        "sentence": one.sentence,
        "text": one.text,
        "opens_on": one.opens_on,
        "deadline": deadline.date if deadline else None,
        "hour": deadline.time if deadline else None,
        "amounts": [str(amount) for amount in one.amounts],
        "last_seen": one.last_seen,
    }


def _candidate(row: CandidateRow) -> KeptCandidate:
    return KeptCandidate(
        key=row.key,
        page=row.page,
        url=row.url,
        programme=row.programme,
        place=row.place,
        neighbour=row.neighbour,
        language=row.language,
        title=row.title,
        sentence=row.sentence,
        text=row.text,
        opens_on=row.opens_on,
        deadline=Deadline(row.deadline, row.hour) if row.deadline else None,
        amounts=tuple(Decimal(amount) for amount in row.amounts),
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        state=CandidateState(row.state),
    )


def decide_candidate(session: Session, key: str, state: CandidateState) -> None:
    """Note what a person decided of a candidate."""
    session.execute(update_rows(CandidateRow).where(CandidateRow.key == key).values(state=state.value))


def ask_again(session: Session, page: str) -> None:
    """Let a person look again at what was left as it is on a page: it says something else now."""
    is_kept = (CandidateRow.page == page) & (CandidateRow.state == CandidateState.KEPT.value)
    session.execute(update_rows(CandidateRow).where(is_kept).values(state=CandidateState.CONFIRMED.value))


def apart(session: Session) -> frozenset[tuple[int, int]]:
    """Give the pairs of calls (lower id first) that a person said are two."""
    return frozenset((row.low_id, row.high_id) for row in session.scalars(select(PairRow)))


def keep_apart(session: Session, one: int, other: int, *, at: datetime) -> None:
    """Note that two calls that look alike are two."""
    session.merge(PairRow(low_id=min(one, other), high_id=max(one, other), decided_at=at))
    session.flush()

"""The list of calls that people work from: what it holds, in which order, and what each row tells."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from db import lists, matches, people, reviews
from db.engine import Engine, Session, session_scope
from db.lists import Counts, Sort, Wanted
from db.rows import read_calls_by_id
from tracker.core.call import Call, Change
from tracker.core.match import Match, Projection
from tracker.core.person import Person
from tracker.core.profile import Municipality
from tracker.core.review import Review
from tracker.filters import AMSTERDAM, Filters, wanted_by

__all__ = ["Counts", "Filters", "Found", "Relaxed", "Row", "Sort", "everything", "find", "relaxations"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One call in a list. `match` is the fit that it is here for; one that is blocked says why it is none.

    `news` is the last change that matters to who applies.
    """

    call: Call
    projection: Projection
    match: Match | None
    review: Review
    assignee: Person | None = None
    news: Change | None = None

    @property
    def decide_by(self) -> date | None:
        """The day by which the city must decide (Amsterdam)."""
        return self.projection.decide_by

    @property
    def touched(self) -> datetime:
        """When something about it was new last: first sight, a change of the call, or a decision."""
        moments = [self.call.first_seen, self.news.at if self.news else None, self.review.updated_at]
        return max(moment for moment in moments if moment is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of a list. `filters` are those asked for, with the page that there is."""

    filters: Filters
    rows: tuple[Row, ...]
    counts: Counts
    pages: int

    @property
    def total(self) -> int:
        """How many calls the whole list holds."""
        return self.counts.total

    @property
    def page(self) -> int:
        """The number of this page, from 1."""
        return self.filters.page


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A filter that can go, by its name, and how many calls there are without it."""

    name: str
    filters: Filters
    total: int


def find(
    engine: Engine, municipality: Municipality, filters: Filters, *, now: datetime, person: Person | None
) -> Found:
    """Give the page of calls that the filters ask for; `person` is who is meant by "me".

    A page past the end is the last one.
    """
    slug, today = municipality.slug, now.astimezone(AMSTERDAM).date()
    with session_scope(engine, read_only=True) as session:
        wanted = _wanted(session, municipality, filters, now=now, person=person)
        counts = lists.count(session, slug, wanted)
        pages = max(1, -(-counts.total // filters.per_page))
        shown = replace(filters, page=min(filters.page, pages))
        ids = lists.page(
            session,
            slug,
            wanted,
            sort=filters.sort,
            today=today,
            limit=shown.per_page,
            offset=(shown.page - 1) * shown.per_page,
        )
        rows = _rows(session, slug, ids)
    return Found(filters=shown, rows=rows, counts=counts, pages=pages)


def everything(
    engine: Engine, municipality: Municipality, filters: Filters, *, now: datetime, person: Person | None
) -> tuple[Row, ...]:
    """Give all calls that the filters ask for, on one page: for exports."""
    slug, today = municipality.slug, now.astimezone(AMSTERDAM).date()
    with session_scope(engine, read_only=True) as session:
        wanted = _wanted(session, municipality, filters, now=now, person=person)
        return _rows(session, slug, lists.page(session, slug, wanted, sort=filters.sort, today=today))


def count(
    engine: Engine, municipality: Municipality, filters: Filters, *, now: datetime, person: Person | None
) -> int:
    """Count the calls that the filters ask for."""
    with session_scope(engine, read_only=True) as session:
        wanted = _wanted(session, municipality, filters, now=now, person=person)
        return lists.total(session, municipality.slug, wanted)


def relaxations(
    engine: Engine, municipality: Municipality, filters: Filters, *, now: datetime, person: Person | None
) -> tuple[Relaxed, ...]:
    """Tell which one filter can go so that calls are found, the one that gives most first."""
    with session_scope(engine, read_only=True) as session:
        found = []
        for name in filters.narrowing():
            wider = filters.without(name)
            wanted = _wanted(session, municipality, wider, now=now, person=person)
            found.append(Relaxed(name, wider, lists.total(session, municipality.slug, wanted)))
    return tuple(sorted((one for one in found if one.total), key=lambda one: -one.total))


def _wanted(
    session: Session, municipality: Municipality, filters: Filters, *, now: datetime, person: Person | None
) -> Wanted:
    wanted = wanted_by(filters, municipality, now=now, person=person)
    among = lists.holding(session, municipality.slug, filters.words, statuses=filters.status)
    return replace(wanted, among=among)


def _rows(session: Session, profile: str, page: Iterable[tuple[int, str]]) -> tuple[Row, ...]:
    """Read what a page shows: the same few queries however many calls there are."""
    priority_of = dict(page)
    ids = list(priority_of)
    calls = read_calls_by_id(session, ids)
    projections = matches.projections_of(session, profile, ids)
    fits = matches.of_calls(session, profile, ids)
    decided = reviews.of_calls(session, profile, ids)
    news = lists.latest_news(session, ids)
    somebody = {person.id: person for person in people.everyone(session)}
    return tuple(
        Row(
            call=calls[call_id],
            projection=projections[call_id],
            match=_shown(fits[call_id], priority),
            review=decided[call_id],
            assignee=somebody.get(decided[call_id].person_id or 0),
            news=news.get(call_id),
        )
        for call_id, priority in priority_of.items()
    )


def _shown(fits: Iterable[Match], priority: str) -> Match | None:
    """Choose the fit that a call is here for, else the one that says why the city cannot apply."""
    return next(
        (match for match in fits if match.priority == priority or (not priority and match.blocked)), None
    )

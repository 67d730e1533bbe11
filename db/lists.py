"""Filters, counts, sorts and pages calls in SQL, so that a list of ten thousand answers at once."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Double,
    FromClause,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
    union,
)

from db.engine import Session
from db.matches import strength_rank
from db.models import CallRow, ChangeRow, MatchRow, ProjectionRow, SightingRow, TextRow
from db.review_models import ReviewRow
from db.rows import change_of, chunks
from tracker.core.call import Change, Status
from tracker.core.match import RegionFit
from tracker.core.profile import Domain, Strength
from tracker.core.review import ReviewState

TOLD_FIELDS = ("deadlines", "opens_on", "budget", "status", "vanished")
"""The changes that are news to a person who works with a list."""


class Sort(StrEnum):
    """What comes first in a list."""

    FIT = "fit"
    DECIDE = "decide"
    DEADLINE = "deadline"
    BUDGET = "budget"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which calls a list holds; what is None or empty does not narrow it, what is named must all hold.

    `priorities` are those that the call must fit, `strengths` the words for how. `domain_priorities` are the
    priorities of `domains`: they tell whose a call is that nobody gave to a domain. `grant_min` and
    `grant_max` are what one project may get; `also_without_amount` keeps calls that do not say. `news_since`
    asks for calls that were met or changed since. `among` are the only calls to look at (`holding`).
    """

    statuses: Collection[Status]
    priorities: Collection[str] = ()
    strengths: Collection[Strength] = ()
    programmes: Collection[str] = ()
    sources: Collection[str] = ()
    domains: Collection[Domain] = ()
    domain_priorities: Collection[str] = ()
    deadline_from: date | None = None
    deadline_to: date | None = None
    decide_from: date | None = None
    decide_to: date | None = None
    grant_min: Decimal | None = None
    grant_max: Decimal | None = None
    also_without_amount: bool = False
    regions: Collection[RegionFit] = ()
    states: Collection[ReviewState] = ()
    person_id: int | None = None
    is_unassigned: bool = False
    news_since: datetime | None = None
    among: Collection[int] | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many calls a list holds, and how many it would with another state, strength or priority.

    Each count takes all other filters as they are and leaves its own out.
    """

    total: int
    states: dict[ReviewState, int]
    strengths: dict[Strength, int]
    priorities: dict[str, int]


def holding(
    session: Session, profile: str, words: Iterable[str], *, statuses: Collection[Status]
) -> set[int] | None:
    """Give the calls of these statuses in which each of `words` stands, in any language; None without words.

    A word may stand anywhere in a title, a keyword, the text or the identifier, in any case and also inside
    another word. The longest is looked for first: it leaves the fewest texts to read for the others.
    """
    found: set[int] | None = None
    for word in sorted(words, key=len, reverse=True):
        among = _of_statuses(profile, statuses) if found is None else found
        texts = select(TextRow.call_id).where(_is_among(TextRow.call_id, among), _stands_in_text(word))
        named = select(CallRow.id).where(_is_among(CallRow.id, among), _stands_in([CallRow.identifier], word))
        found = set(session.scalars(union(texts, named)))
    return found


def count(session: Session, profile: str, wanted: Wanted) -> Counts:
    """Count the calls of a list, by state, strength and priority."""
    fit = _best(profile, wanted.priorities)
    state, strength = _state().label("state"), fit.strength.label("strength")
    others = _conditions(wanted, fit, leave_out=("states", "strengths"))
    query = _joined(profile, fit, state, strength, func.count()).where(*others).group_by(state, strength)
    table = [(ReviewState(of), Strength(how), number) for of, how, number in session.execute(query)]
    is_state = {one: not wanted.states or one in wanted.states for one in ReviewState}
    is_strength = {one: not wanted.strengths or one in wanted.strengths for one in Strength}
    return Counts(
        total=sum(number for of, how, number in table if is_state[of] and is_strength[how]),
        states={
            one: sum(number for of, how, number in table if of is one and is_strength[how])
            for one in ReviewState
        },
        strengths={
            one: sum(number for of, how, number in table if how is one and is_state[of]) for one in Strength
        },
        priorities=_count_priorities(session, profile, wanted),
    )


def total(session: Session, profile: str, wanted: Wanted) -> int:
    """Count the calls of a list, and nothing else."""
    fit = _best(profile, wanted.priorities)
    found: int = session.scalar(_joined(profile, fit, func.count()).where(*_conditions(wanted, fit))) or 0
    return found


def _count_priorities(session: Session, profile: str, wanted: Wanted) -> dict[str, int]:
    """Count the calls that fit each priority, well or badly, whichever fits best."""
    fits = _matches(profile).subquery()
    fit = _Fit(fits.c.priority, fits.c.strength, fits)
    others = _conditions(wanted, fit, leave_out=("priorities",))
    query = _joined(profile, fit, fit.priority, func.count().label("number")).where(_is_fit(fit), *others)
    found = session.execute(query.group_by(fit.priority).order_by(fit.priority))
    return {row.priority: row.number for row in found}


def page(
    session: Session,
    profile: str,
    wanted: Wanted,
    *,
    sort: Sort,
    today: date,
    limit: int | None = None,
    offset: int = 0,
) -> list[tuple[int, str]]:
    """Give a page of a list: our ids of the calls, each with the priority that it is here for ("" for none).

    Dates that are past (before `today`) and what is not known come last.
    """
    fit = _best(profile, wanted.priorities)
    by_fit = (strength_rank(fit.strength).desc(), MatchRow.rank.asc().nulls_last(), MatchRow.score.desc())
    orders = {Sort.FIT: (), **_orders(today)}
    is_its = (MatchRow.profile == profile) & (MatchRow.priority == fit.priority)
    query = _joined(profile, fit, ProjectionRow.call_id, fit.priority)
    if sort in {Sort.BUDGET, Sort.NEWEST}:
        query = query.join(CallRow, CallRow.id == ProjectionRow.call_id)
    query = (
        query.outerjoin(MatchRow, (MatchRow.call_id == ProjectionRow.call_id) & is_its)
        .where(*_conditions(wanted, fit))
        .order_by(*orders[sort], *by_fit, ProjectionRow.call_id)
    )
    return [(call_id, slug) for call_id, slug in session.execute(query.limit(limit).offset(offset))]


def latest_news(session: Session, ids: Iterable[int]) -> dict[int, Change]:
    """Give the last change that is news of each of these calls, by the call's id; most have none."""
    found: dict[int, Change] = {}
    for chunk in chunks(ids):
        is_news = (ChangeRow.call_id.in_(chunk), ChangeRow.field.in_(TOLD_FIELDS))
        for row in session.scalars(select(ChangeRow).where(*is_news).order_by(ChangeRow.id)):
            found[row.call_id] = change_of(row)
    return found


def programmes(session: Session) -> list[str]:
    """Give the programmes of which a call is stored."""
    return list(session.scalars(select(CallRow.programme).distinct().order_by(CallRow.programme)))


def is_decided_on(session: Session, profile: str) -> bool:
    """Tell whether anybody decided anything about any call yet."""
    return session.scalar(select(ReviewRow.call_id).where(ReviewRow.profile == profile).limit(1)) is not None


@dataclass(frozen=True, slots=True)
class _Fit:
    """The columns that say which priority a call is listed for and how well it fits; `table` has them."""

    priority: ColumnElement[str]
    strength: ColumnElement[str]
    table: FromClause | None = None


def _best(profile: str, priorities: Collection[str]) -> _Fit:
    """Give each call's best fit among the priorities, strongest first, then by score; blocked ones are none.

    Among all priorities, that is what its projection says.
    """
    if not priorities:
        return _Fit(ProjectionRow.priority.expression, ProjectionRow.strength.expression)
    order = (strength_rank(MatchRow.strength).desc(), MatchRow.score.desc(), MatchRow.priority)
    place = func.row_number().over(partition_by=MatchRow.call_id, order_by=order).label("place")
    chosen = _matches(profile).where(MatchRow.priority.in_(priorities)).add_columns(place).subquery()
    best = select(chosen).where(chosen.c.place == 1).subquery()
    return _Fit(best.c.priority, best.c.strength, best)


def _matches(profile: str) -> Select[int, str, str]:
    """Select how calls fit priorities, without what the city cannot apply for."""
    columns = select(MatchRow.call_id, MatchRow.priority, MatchRow.strength)
    return columns.where(MatchRow.profile == profile, MatchRow.blocked == "")


def _joined(profile: str, fit: _Fit, *columns: Any) -> Select[Any]:  # noqa: ANN401 - columns of any type
    """Join what every question needs: the projection of a call, its review if any, and its fit."""
    review = (ReviewRow.call_id == ProjectionRow.call_id) & (ReviewRow.profile == profile)
    query = select(*columns).select_from(ProjectionRow).outerjoin(ReviewRow, review)
    if fit.table is not None:
        query = query.join(fit.table, fit.table.c.call_id == ProjectionRow.call_id)
    return query.where(ProjectionRow.profile == profile)


def _conditions(wanted: Wanted, fit: _Fit, *, leave_out: Collection[str] = ()) -> list[ColumnElement[bool]]:
    """Give what must hold, without what is named as in `Wanted`; what does not narrow says nothing."""
    conditions = {
        "statuses": ProjectionRow.status.in_(_values(wanted.statuses)),
        "strengths": fit.strength.in_(_values(wanted.strengths)) if wanted.strengths else None,
        "priorities": _is_fit(fit) if wanted.priorities else None,
        "programmes": _of_calls(CallRow.programme.in_(wanted.programmes)) if wanted.programmes else None,
        "sources": _is_shown_by(wanted.sources) if wanted.sources else None,
        "domains": _is_of(wanted, fit) if wanted.domains else None,
        "deadline": _is_between(ProjectionRow.next_deadline, wanted.deadline_from, wanted.deadline_to),
        "decide": _is_between(ProjectionRow.decide_by, wanted.decide_from, wanted.decide_to),
        "grant": _gives(wanted),
        "regions": ProjectionRow.region_fit.in_(_values(wanted.regions)) if wanted.regions else None,
        "states": _state().in_(_values(wanted.states)) if wanted.states else None,
        "person": ReviewRow.person_id == wanted.person_id if wanted.person_id is not None else None,
        "unassigned": _is_unassigned() if wanted.is_unassigned else None,
        "news": _is_news(wanted.news_since) if wanted.news_since else None,
        "among": _is_among(ProjectionRow.call_id, wanted.among) if wanted.among is not None else None,
    }
    return [one for name, one in conditions.items() if one is not None and name not in leave_out]


def _of_calls(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return ProjectionRow.call_id.in_(select(CallRow.id).where(condition))


def _of_statuses(profile: str, statuses: Collection[Status]) -> Select[int]:
    is_one = (ProjectionRow.profile == profile) & ProjectionRow.status.in_(_values(statuses))
    return select(ProjectionRow.call_id).where(is_one)


def _values(chosen: Iterable[StrEnum]) -> list[str]:
    return [one.value for one in chosen]


def _state() -> ColumnElement[str]:
    return func.coalesce(ReviewRow.state, ReviewState.NEW.value)


def _is_fit(fit: _Fit) -> ColumnElement[bool]:
    return fit.strength != Strength.NONE.value


def _is_shown_by(sources: Collection[str]) -> ColumnElement[bool]:
    return ProjectionRow.call_id.in_(select(SightingRow.call_id).where(SightingRow.source.in_(sources)))


def _is_of(wanted: Wanted, fit: _Fit) -> ColumnElement[bool]:
    by_theme = and_(ReviewRow.domain.is_(None), _is_fit(fit), fit.priority.in_(wanted.domain_priorities))
    return or_(ReviewRow.domain.in_(_values(wanted.domains)), by_theme)


def _is_between(column: Any, first: date | None, last: date | None) -> ColumnElement[bool] | None:  # noqa: ANN401
    parts = [column >= first] if first else []
    parts += [column <= last] if last else []
    return and_(*parts) if parts else None


def _gives(wanted: Wanted) -> ColumnElement[bool] | None:
    """A grant of the size asked for is possible; a bound that the source does not state stays open."""
    if wanted.grant_min is None and wanted.grant_max is None:
        return None
    low = cast(CallRow.budget_per_project_min, Double)
    high = cast(CallRow.budget_per_project_max, Double)
    says_nothing = and_(low.is_(None), high.is_(None))
    suits = [~says_nothing]
    if wanted.grant_min is not None:
        suits.append(or_(high.is_(None), high >= float(wanted.grant_min)))
    if wanted.grant_max is not None:
        suits.append(or_(low.is_(None), low <= float(wanted.grant_max)))
    return _of_calls(or_(says_nothing, and_(*suits)) if wanted.also_without_amount else and_(*suits))


def _is_unassigned() -> ColumnElement[bool]:
    return and_(ReviewRow.person_id.is_(None), ReviewRow.domain.is_(None))


def _is_news(since: datetime) -> ColumnElement[bool]:
    changed = select(ChangeRow.call_id).where(ChangeRow.at >= since, ChangeRow.field.in_(TOLD_FIELDS))
    return or_(_of_calls(CallRow.first_seen >= since), ProjectionRow.call_id.in_(changed))


def _is_among(column: Any, ids: Collection[int] | Select[int]) -> ColumnElement[bool]:  # noqa: ANN401
    """Write numbers into the statement: a list of them may be longer than a driver takes values."""
    chosen: Any = ids
    if not isinstance(ids, Select):
        chosen = bindparam(None, sorted(ids), expanding=True, literal_execute=True)
    condition: ColumnElement[bool] = column.in_(chosen)
    return condition


def _orders(today: date) -> dict[Sort, Sequence[ColumnElement[Any]]]:
    limits = (CallRow.budget_per_project_max, CallRow.budget_per_project_min)
    return {
        Sort.DECIDE: _soonest(ProjectionRow.decide_by, today),
        Sort.DEADLINE: _soonest(ProjectionRow.next_deadline, today),
        Sort.BUDGET: (func.coalesce(*(cast(one, Double) for one in limits)).desc().nulls_last(),),
        Sort.NEWEST: (CallRow.first_seen.desc(),),
    }


def _soonest(column: Any, today: date) -> tuple[ColumnElement[Any], ...]:  # noqa: ANN401 - a column of dates
    return case((column >= today, 0), (column < today, 1), else_=2), column.asc()


def _stands_in_text(word: str) -> ColumnElement[bool]:
    """The keywords are a JSON list, in which letters outside ASCII are written as their numbers."""
    escaped = [json.dumps(spelling)[1:-1] for spelling in _spellings(word)]
    keywords = func.lower(cast(TextRow.keywords, String))
    in_keywords = [keywords.contains(spelling, autoescape=True) for spelling in escaped]
    return or_(_stands_in([TextRow.title, TextRow.body], word), *in_keywords)


def _stands_in(columns: Iterable[Any], word: str) -> ColumnElement[bool]:
    spellings = _spellings(word)
    return or_(
        *(func.lower(column).contains(one, autoescape=True) for column in columns for one in spellings)
    )


def _spellings(word: str) -> list[str]:
    """Give the ways in which a word may stand in a text after SQL's `lower`.

    Small, with a capital or in capitals: SQLite, and PostgreSQL in the plain locale, make only ASCII small.
    """
    small = word.lower()
    return list(
        dict.fromkeys(_plain_small(one) for one in (small, small[:1].upper() + small[1:], small.upper()))
    )


def _plain_small(text: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)

"""One row of the list of calls in words: why it is here, until when, how much, and what is new."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from scrapers.programmes import find
from tracker.core.call import Budget, CallData, Deadline, DeadlineKind, Status
from tracker.core.match import CityRole, Match, ReasonKind
from tracker.core.profile import Municipality, Strength
from tracker.core.review import ReviewState
from tracker.digest.calls import TermView, terms_of
from tracker.digest.formats import amount
from tracker.digest.words import words_in
from tracker.lists import Row
from tracker.reasons import side_reason
from tracker.telling.facts import DEADLINE_KINDS, of_two, programme_of
from tracker.telling.history import ChangeView, view_change
from tracker.telling.say import BOTH

WEEK = timedelta(days=7)
NEWS = timedelta(days=14)
"""How long a change is told beside a call."""
LOOKED_AT = (ReviewState.LOOKING, ReviewState.SHORTLISTED)
"""The states of a call that waits for the decision to go on."""
DONE = (ReviewState.SUBMITTED, ReviewState.WON, ReviewState.LOST, ReviewState.NOT_FOR_US)
"""The states in which nothing is to be done by the day that was set."""
LONGEST_PROGRAMME = 22
"""Characters of a programme's name that a column holds in two lines."""
_ROLES: dict[CityRole, BOTH] = {
    CityRole.LEAD: ("gemeente als trekker", "city as lead"),
    CityRole.PARTNER: ("gemeente als partner", "city as partner"),
    CityRole.TEST_SITE: ("gemeente als proefstad", "city as test site"),
}
_SHORT = {"miljoen": "mln", "miljard": "mld", "million": "m", "billion": "bn"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """What one row shows. `blocked` says why the city cannot apply; `closing` how it closes without a day.

    `programme` is short, and `programme_name` the whole name where that is longer. `is_urgent` marks what
    needs a decision or an action within a week.
    """

    row: Row
    status: Status
    programme: str
    programme_name: str
    priority: str
    is_fit: bool
    terms: tuple[TermView, ...]
    role: str
    blocked: str
    news: ChangeView | None
    deadline: Deadline | None
    closing: str
    grant: str
    is_late: bool
    is_urgent: bool


def view_row(row: Row, municipality: Municipality, *, language: str, now: datetime, today: date) -> RowView:
    """Put a row in the reader's language."""
    match, deadline, data = row.match, row.call.next_deadline(now), row.call.data
    priority = municipality.priority(match.priority) if match else None
    is_blocked = match is not None and match.blocked != ""
    is_fit = match is not None and not is_blocked and match.strength is not Strength.NONE
    name, short = programme_of(data, language), short_programme(data, language)
    is_news = row.news is not None and row.news.at >= now - NEWS
    return RowView(
        row=row,
        status=row.call.status_at(now),
        programme=short,
        programme_name=name if name != short else "",
        is_fit=is_fit,
        priority=priority.text(language).title if priority and not is_blocked else "",
        terms=terms_of(match.reasons, words_in(language)) if match and not is_blocked else (),
        role=of_two(_ROLES[match.role], language) if match and match.role in _ROLES else "",
        blocked=_blockers(match, language) if match and is_blocked else "",
        news=view_change(row.news, language) if row.news and is_news else None,
        deadline=deadline,
        closing="" if deadline else _closing(data.deadline_kind, language),
        grant=say_grant(data.budget, language),
        is_late=row.decide_by is not None and row.decide_by < today,
        is_urgent=_needs_decision(row, today, is_fit=is_fit) or _needs_action(row, today),
    )


def short_programme(data: CallData, language: str) -> str:
    """Give a programme's name where it is short enough for a column, else its abbreviation."""
    name, programme = programme_of(data, language), find(data.programme)
    return programme.abbreviation if programme and len(name) > LONGEST_PROGRAMME else name


def _needs_decision(row: Row, today: date, *, is_fit: bool) -> bool:
    """A call that fits nothing and that nobody looked at needs no decision."""
    is_near = row.decide_by is not None and today <= row.decide_by <= today + WEEK
    return is_near and (row.review.state in LOOKED_AT or (is_fit and row.review.state is ReviewState.NEW))


def _needs_action(row: Row, today: date) -> bool:
    due = row.review.due_on
    return due is not None and due <= today + WEEK and row.review.state not in DONE


def _blockers(match: Match, language: str) -> str:
    found = [reason for reason in match.reasons if reason.kind is ReasonKind.BLOCKER]
    return ", ".join(side_reason(reason, language) for reason in found)


def _closing(kind: DeadlineKind, language: str) -> str:
    return of_two(DEADLINE_KINDS[kind], language)


def say_grant(budget: Budget, language: str) -> str:
    """Say in a few signs what one project may get, such as `€ 8 – 10 mln`; nothing where it is not stated."""
    low, high = (
        _short(end, budget.currency, language) if end else ""
        for end in (budget.per_project_min, budget.per_project_max)
    )
    if not low or low == high:
        return of_two(("tot {}", "up to {}"), language).format(high) if high and not low else high
    if not high:
        return of_two(("vanaf {}", "from {}"), language).format(low)
    unit = high.rpartition("\u00a0")[2]
    if unit in _SHORT.values() and low.endswith(f"\u00a0{unit}"):
        low = low.removesuffix(f"\u00a0{unit}")
        high = high.removeprefix("€\u00a0").removeprefix("€")
    return f"{low} – {high}"


def _short(value: Decimal, currency: str, language: str) -> str:
    said = amount(value, currency, words_in(language))
    number, space, unit = said.rpartition("\u00a0")
    return f"{number}{space}{_SHORT.get(unit, unit)}"

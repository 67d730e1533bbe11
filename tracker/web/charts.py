"""Lays out the charts of the overview: where each mark stands; the template draws them as SVG."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date

from db.activity import Fit
from tracker.core.profile import Priority

MONTHS = 12
WEEK_WIDTH = 20
"""Units of the drawing for a week: a circle with a number of three digits fits."""
LEFT = 70
"""Units left of the first week, for the words `beslis` and `sluit`."""
TITLE_HEIGHT, ROW_HEIGHT, LANE_GAP, TOP = 22, 24, 14, 26


@dataclass(frozen=True, slots=True)
class Dot:
    """So many calls in the week that begins on `week`, drawn at (x, y)."""

    x: int
    y: int
    count: int
    week: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One priority: its marks, and its counts by month, the last one of all that comes after the months."""

    slug: str
    title: str
    y: int
    decisions: tuple[Dot, ...]
    deadlines: tuple[Dot, ...]
    decisions_by_month: tuple[int, ...]
    deadlines_by_month: tuple[int, ...]
    decision_passed: int
    without_deadline: int


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the drawing: where it begins, its short name, its first and last day."""

    x: int
    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Timeline:
    """The deadlines and the moments to decide of the next twelve months, a lane for each priority."""

    width: int
    height: int
    months: tuple[Month, ...]
    lanes: tuple[Lane, ...]

    @property
    def after(self) -> date:
        """The first day after the months."""
        return self.months[-1].last + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart: its length in percent of the longest, and the address behind it."""

    label: str
    count: int
    length: int
    url: str = ""


def timeline(fits: Sequence[Fit], priorities: Iterable[Priority], *, today: date, language: str) -> Timeline:
    """Lay out the moments from the week of `today` on, those of one week and priority together."""
    months = _months(today, language)
    lanes, y = [], TOP
    for priority in priorities:
        own = [fit for fit in fits if fit.priority == priority.slug]
        lanes.append(_lane(priority, own, y=y, today=today, months=months, language=language))
        y += TITLE_HEIGHT + 2 * ROW_HEIGHT + LANE_GAP
    return Timeline(_x(_monday(months[-1].last), _monday(today)) + WEEK_WIDTH, y, months, tuple(lanes))


def bars(counts: Sequence[tuple[str, int, str]]) -> tuple[Bar, ...]:
    """Lay out (label, count, address) as bars; the longest is 100."""
    longest = max((count for _, count, _ in counts), default=0) or 1
    return tuple(Bar(label, count, round(100 * count / longest), url) for label, count, url in counts)


def _lane(
    priority: Priority,
    fits: Sequence[Fit],
    *,
    y: int,
    today: date,
    months: Sequence[Month],
    language: str,
) -> Lane:
    decisions = [fit.decide_by for fit in fits if fit.decide_by is not None and fit.decide_by >= today]
    deadlines = [fit.next_deadline for fit in fits if fit.next_deadline is not None]
    row = y + TITLE_HEIGHT
    return Lane(
        slug=priority.slug,
        title=priority.text(language).title,
        y=y,
        decisions=_dots(decisions, y=row + ROW_HEIGHT // 2, months=months, today=today),
        deadlines=_dots(deadlines, y=row + ROW_HEIGHT + ROW_HEIGHT // 2, months=months, today=today),
        decisions_by_month=_by_month(decisions, months),
        deadlines_by_month=_by_month(deadlines, months),
        decision_passed=sum(1 for fit in fits if fit.decide_by is not None and fit.decide_by < today),
        without_deadline=sum(1 for fit in fits if fit.next_deadline is None),
    )


def _dots(days: Iterable[date], *, y: int, months: Sequence[Month], today: date) -> tuple[Dot, ...]:
    """Put the moments from this week to the end of the last month in their weeks."""
    start, last = _monday(today), months[-1].last
    weeks: Mapping[date, int] = Counter(_monday(day) for day in days if start <= day <= last)
    return tuple(Dot(_x(week, start), y, count, week) for week, count in sorted(weeks.items()))


def _x(week: date, start: date) -> int:
    return LEFT + (week - start).days // 7 * WEEK_WIDTH + WEEK_WIDTH // 2


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _months(today: date, language: str) -> tuple[Month, ...]:
    """Give the month of today and the eleven after it."""
    start, locale = _monday(today), "nl" if language == "nl" else "en_GB"
    found, first = [], today.replace(day=1)
    for _ in range(MONTHS):
        following = (first + timedelta(days=32)).replace(day=1)
        days = max(0, (first - start).days)
        name = format_date(first, "MMM y" if first.month == 1 else "MMM", locale=locale)
        found.append(Month(LEFT + days * WEEK_WIDTH // 7, name, first, following - timedelta(days=1)))
        first = following
    return tuple(found)


def _by_month(days: Iterable[date], months: Sequence[Month]) -> tuple[int, ...]:
    days = list(days)
    in_months = [sum(1 for day in days if month.first <= day <= month.last) for month in months]
    return *in_months, sum(1 for day in days if day > months[-1].last)

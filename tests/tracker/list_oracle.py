"""The list of calls in plain Python, as the words of `Filters` say it: what SQL is held against."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from db import calls, matches, reviews
from db.calls import sightings_of
from db.engine import Engine, session_scope
from tracker.core.call import Call, Change
from tracker.core.match import Match, Projection
from tracker.core.profile import Municipality, Strength
from tracker.core.review import Review, ReviewState
from tracker.filters import AMSTERDAM, Filters
from tracker.lists import Sort

NEWS = {"deadlines", "opens_on", "budget", "status", "vanished"}


@dataclass(frozen=True)
class Known:
    """All that is stored of one call."""

    call: Call
    projection: Projection
    fits: list[Match]
    review: Review
    sources: set[str]
    changes: list[Change]

    def best(self, priorities: Iterable[str]) -> Match | None:
        """Give the best fit that is open to the city, among some priorities or (none named) all."""
        chosen = set(priorities)
        among = [one for one in self.fits if not one.blocked and (not chosen or one.priority in chosen)]
        return min(among, key=lambda one: (-one.strength.rank, -one.score, one.priority), default=None)


def read_all(engine: Engine, profile: str) -> list[Known]:
    """Read everything, one call at a time."""
    with session_scope(engine, read_only=True) as session:
        projections = matches.projections(session, profile)
        return [
            Known(
                call=call,
                projection=projections[call.id],
                fits=matches.of_call(session, profile, call.id),
                review=reviews.get(session, profile, call.id),
                sources={one.source for one in sightings_of(session, call.id)},
                changes=calls.changes(session, call.id),
            )
            for call in calls.all_calls(session)
        ]


@dataclass(frozen=True)
class Oracle:
    """Answers what `tracker.lists` answers, by looking at each call."""

    known: list[Known]
    municipality: Municipality
    now: datetime
    person_id: int

    @property
    def today(self) -> date:
        return self.now.astimezone(AMSTERDAM).date()

    def ids(self, filters: Filters) -> list[int]:
        """Give our ids of the calls of the whole list, in order."""
        kept = [one for one in self.known if self.holds(one, filters)]
        return [one.call.id for one in sorted(kept, key=lambda one: self._key(one, filters))]

    def holds(self, one: Known, filters: Filters) -> bool:
        checks: tuple[Callable[[Known, Filters], bool], ...] = (
            self._is_status,
            self._fits,
            self._is_of_domain,
            self._is_in_time,
            self._gives,
            self._is_reviewed,
            self._is_news,
            self._has_words,
        )
        data, projection = one.call.data, one.projection
        return (
            (not filters.programme or data.programme in filters.programme)
            and (not filters.source or bool(one.sources & set(filters.source)))
            and (not filters.region or projection.region_fit in filters.region)
            and all(check(one, filters) for check in checks)
        )

    def _is_status(self, one: Known, filters: Filters) -> bool:
        return one.projection.status in filters.status

    def strength(self, one: Known, filters: Filters) -> Strength:
        best = one.best(filters.priority)
        return best.strength if best else Strength.NONE

    def _fits(self, one: Known, filters: Filters) -> bool:
        strength = self.strength(one, filters)
        if filters.priority and strength is Strength.NONE:
            return False
        return filters.strength is None or strength.rank >= filters.strength.rank

    def _is_of_domain(self, one: Known, filters: Filters) -> bool:
        if not filters.domain:
            return True
        if one.review.domain is not None:
            return one.review.domain in filters.domain
        best = one.best(filters.priority)
        if best is None or best.strength is Strength.NONE:
            return False
        return bool(set(self.municipality.chosen(best.priority).domains) & set(filters.domain))

    def _is_in_time(self, one: Known, filters: Filters) -> bool:
        closes, decide = one.projection.next_deadline, one.projection.decide_by
        asked = [
            (closes, filters.deadline_from, date.max) if filters.deadline_from else None,
            (closes, date.min, filters.deadline_to) if filters.deadline_to else None,
            self._ahead(closes, filters.days),
            self._ahead(decide, filters.decide_within),
        ]
        return all(day is not None and first <= day <= last for day, first, last in filter(None, asked))

    def _ahead(self, day: date | None, days: int | None) -> tuple[date | None, date, date] | None:
        return None if days is None else (day, self.today, self.today + timedelta(days))

    def _gives(self, one: Known, filters: Filters) -> bool:
        if filters.budget_min is None and filters.budget_max is None:
            return True
        low, high = one.call.data.budget.per_project_min, one.call.data.budget.per_project_max
        if low is None and high is None:
            return filters.budget_unknown
        is_enough = filters.budget_min is None or high is None or high >= filters.budget_min
        is_little = filters.budget_max is None or low is None or low <= filters.budget_max
        return is_enough and is_little

    def _is_reviewed(self, one: Known, filters: Filters) -> bool:
        review = one.review
        if filters.state and review.state not in filters.state:
            return False
        if filters.assignee == "none":
            return review.person_id is None and review.domain is None
        if filters.assignee:
            wanted = self.person_id if filters.assignee == "me" else int(filters.assignee)
            return review.person_id == wanted
        return True

    def _is_news(self, one: Known, filters: Filters) -> bool:
        if filters.news is None:
            return True
        since = self.now - timedelta(filters.news)
        moments = [change.at for change in one.changes if change.field in NEWS]
        return any(moment >= since for moment in [one.call.first_seen, *moments])

    def _has_words(self, one: Known, filters: Filters) -> bool:
        data = one.call.data
        words = [word for text in data.texts for word in (text.title, text.body, *text.keywords)]
        everything = [text.casefold() for text in (*words, data.identifier)]
        return all(any(word.casefold() in text for text in everything) for word in filters.words)

    def _key(self, one: Known, filters: Filters) -> tuple[object, ...]:
        budget, projection = one.call.data.budget, one.projection
        amount = budget.per_project_max if budget.per_project_max is not None else budget.per_project_min
        first = {
            Sort.FIT: (),
            Sort.DECIDE: self._soonest(projection.decide_by),
            Sort.DEADLINE: self._soonest(projection.next_deadline),
            Sort.BUDGET: (amount is None, -(amount or 0)),
            Sort.NEWEST: (-one.call.first_seen.timestamp(),),
        }[filters.sort]
        best = one.best(filters.priority)
        by_fit = (-best.strength.rank, best.rank, -best.score) if best else (0, float("inf"), 0.0)
        return (*first, *by_fit, one.call.id)

    def _soonest(self, day: date | None) -> tuple[object, ...]:
        return (2, date.max) if day is None else (int(day < self.today), day)

    def states(self, filters: Filters) -> dict[ReviewState, int]:
        """Count by state what the list would hold with another state."""
        every = self._kept(filters.without("state"))
        return {state: sum(one.review.state is state for one in every) for state in ReviewState}

    def strengths(self, filters: Filters) -> dict[Strength, int]:
        """Count by strength what the list would hold without a least strength."""
        every = self._kept(filters.without("strength"))
        return {how: sum(self.strength(one, filters) is how for one in every) for how in Strength}

    def priorities(self, filters: Filters) -> dict[str, int]:
        """Count what the list would hold with each priority alone."""
        counted = {
            one.slug: len(self._kept(filters.but(priority=(one.slug,))))
            for one in self.municipality.priorities
        }
        return {slug: number for slug, number in counted.items() if number}

    def _kept(self, filters: Filters) -> list[Known]:
        return [one for one in self.known if self.holds(one, filters)]

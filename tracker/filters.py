"""What a list of calls is narrowed by: read from an address, written back to it, asked of the database."""

import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from db.lists import Sort, Wanted
from tracker.core.call import ALIVE, Status
from tracker.core.match import RegionFit
from tracker.core.person import Person
from tracker.core.profile import Domain, Municipality, Strength
from tracker.core.review import ReviewState
from tracker.numbers import LARGEST, whole_number

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LONGEST_TEXT = 200
"""Characters of what is looked for; the rest is cut off."""
PAGE_SIZES = (25, 50, 100)
ME, NOBODY, EVERY = "me", "none", "all"
USUAL = tuple(status for status in Status if status in ALIVE)
"""What is listed where neither a status nor a state is asked for: what a city can still do something with."""
_MOST_DAYS = 1100  # three years
_MOST_EUROS = 10**12
_MOST_PAGES = 10**6
_MOST_WORDS = 8
_LONGEST_NAME = 60  # characters of a slug or a source's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list holds and its order. Different fields must all hold, of one field's values any.

    `priority` and `source` are names, `programme` are slugs. `days` and `decide_within` count from today,
    `news` back from now: first seen, or changed in what matters. `budget_min` and `budget_max` are whole
    euros that one project may get; `budget_unknown` keeps calls that state no amount. `strength` is the
    least. `assignee` is "me", "none" or a person's number. `ignored` names what was asked for in vain.
    """

    text: str = ""
    priority: tuple[str, ...] = ()
    status: tuple[Status, ...] = USUAL
    programme: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    domain: tuple[Domain, ...] = ()
    deadline_from: date | None = None
    deadline_to: date | None = None
    days: int | None = None
    decide_within: int | None = None
    budget_min: int | None = None
    budget_max: int | None = None
    budget_unknown: bool = False
    strength: Strength | None = None
    region: tuple[RegionFit, ...] = ()
    state: tuple[ReviewState, ...] = ()
    assignee: str = ""
    news: int | None = None
    sort: Sort = Sort.FIT
    page: int = 1
    per_page: int = PAGE_SIZES[0]
    ignored: tuple[str, ...] = ()

    @classmethod
    def from_query(cls, pairs: Iterable[tuple[str, str]]) -> "Filters":
        """Read the pairs of an address; a value that cannot be is named in `ignored` and narrows nothing.

        Empty values and names that are no filter are passed over, as forms and pages add them. A state
        without a status asks for every status: what the city handed in is mostly over.
        """
        values: dict[str, Any] = {}
        ignored: list[str] = []
        for name, text in pairs:
            value = text.strip()
            if name not in _READERS or not value:
                continue
            try:
                read = _READERS[name](value)
            except ValueError:
                ignored.append(f"{name}={value[:_LONGEST_NAME]}")
                continue
            values[name] = (*values.get(name, ()), *read) if isinstance(read, tuple) else read
        unique = {name: _unique(value) for name, value in values.items()}
        if "state" in unique:
            unique.setdefault("status", tuple(Status))
        return cls(**unique, ignored=tuple(dict.fromkeys(ignored)))

    @classmethod
    def from_text(cls, query: str) -> "Filters":
        """Read the query part of an address, as a subscription keeps it."""
        return cls.from_query(parse_qsl(query))

    def to_query(self) -> str:
        """Write the query part of an address that gives these filters again; empty for the usual list."""
        pairs: list[tuple[str, str]] = []
        for name in self.narrowing(order_too=True):
            value = getattr(self, name)
            if name == "status" and set(value) == set(Status):
                value = EVERY
            values = value if isinstance(value, tuple) else (value,)
            pairs += [(name, "1" if one is True else str(one)) for one in values]
        return urlencode(pairs)

    def but(self, **changes: Any) -> "Filters":  # noqa: ANN401 - fields of several types
        """Give these filters with some of them changed, at the first page unless a page is named."""
        return replace(self, **{"page": 1, "ignored": (), **changes})

    def without(self, *names: str) -> "Filters":
        """Give these filters with the named ones as they usually are."""
        return self.but(**{name: self._usual(name) for name in names})

    def lacking(self, name: str, value: object) -> "Filters":
        """Give these filters without one of a filter's values; with no state left, what is over goes too."""
        rest = tuple(one for one in getattr(self, name) if one != value)
        if name == "state" and not rest and self.status == self._usual("status"):
            return self.but(state=(), status=USUAL)
        return self.but(**{name: rest})

    def _usual(self, name: str) -> Any:  # noqa: ANN401 - fields of several types
        """Give what a filter is where it is not asked for."""
        return tuple(Status) if name == "status" and self.state else getattr(_NONE, name)

    def narrowing(self, *, order_too: bool = False) -> list[str]:
        """Name the filters that are not as usual; those for order and paging only if asked."""
        left_out = {"ignored"} if order_too else {"ignored", "sort", "page", "per_page"}
        return [
            field.name
            for field in fields(self)
            if field.name not in left_out and getattr(self, field.name) != self._usual(field.name)
        ]

    @property
    def words(self) -> tuple[str, ...]:
        """The words that must stand in a call; signs around them do not count."""
        found = (word.strip(string.punctuation) for word in self.text.split())
        return tuple(dict.fromkeys(word.lower() for word in found if word))[:_MOST_WORDS]


_NONE = Filters()


def wanted_by(
    filters: Filters, municipality: Municipality, *, now: datetime, person: Person | None
) -> Wanted:
    """Say in the database's words what the filters ask for at `now`, all but the text.

    "me" is `person`; where nobody is signed in, it is nobody's list.
    """
    today = now.astimezone(AMSTERDAM).date()
    first, last = _window(filters, today)
    themes = [one.slug for one in municipality.priorities if set(one.domains) & set(filters.domain)]
    decide = None if filters.decide_within is None else today + timedelta(filters.decide_within)
    return Wanted(
        statuses=filters.status,
        priorities=filters.priority,
        strengths=_at_least(filters.strength),
        programmes=filters.programme,
        sources=filters.source,
        domains=filters.domain,
        domain_priorities=themes,
        deadline_from=first,
        deadline_to=last,
        decide_from=None if decide is None else today,
        decide_to=decide,
        grant_min=None if filters.budget_min is None else Decimal(filters.budget_min),
        grant_max=None if filters.budget_max is None else Decimal(filters.budget_max),
        also_without_amount=filters.budget_unknown,
        regions=filters.region,
        states=filters.state,
        person_id=_person_id(filters.assignee, person),
        is_unassigned=filters.assignee == NOBODY,
        news_since=None if filters.news is None else now - timedelta(filters.news),
    )


def _person_id(assignee: str, person: Person | None) -> int | None:
    if assignee == ME:
        return person.id if person else 0  # a number that nobody has
    return int(assignee) if assignee.isdecimal() else None


def _at_least(minimum: Strength | None) -> tuple[Strength, ...]:
    return () if minimum is None else tuple(one for one in Strength if one.rank >= minimum.rank)


def _window(filters: Filters, today: date) -> tuple[date | None, date | None]:
    """Give the first and last day of the deadline; a number of days narrows what dates say."""
    if filters.days is None:
        return filters.deadline_from, filters.deadline_to
    end = today + timedelta(filters.days)
    return max(filters.deadline_from or today, today), min(filters.deadline_to or end, end)


def _unique(value: Any) -> Any:  # noqa: ANN401 - values of several types
    """Give each value once; ours in their own order, so that equal lists have equal addresses."""
    if not isinstance(value, tuple):
        return value
    once = tuple(dict.fromkeys(value))
    kind = type(once[0])
    return tuple(one for one in kind if one in once) if issubclass(kind, StrEnum) else once


def _statuses(text: str) -> tuple[Status, ...]:
    return tuple(Status) if text == EVERY else (Status(text),)


def _name(text: str) -> tuple[str, ...]:
    if len(text) > _LONGEST_NAME or not text.replace("-", "").replace("_", "").isalnum():
        raise ValueError("not the form of a name")
    return (text,)


def _number(text: str, *, least: int, most: int) -> int:
    number = whole_number(text, least=least, most=most)
    if number is None:
        raise ValueError(f"not a whole number from {least} to {most}")
    return number


def _euros(text: str) -> int:
    """People write € 1.250.000 as well as 1250000."""
    return _number(
        text.lstrip("€").replace(".", "").replace("\u00a0", "").replace(" ", ""), least=0, most=_MOST_EUROS
    )


def _assignee(text: str) -> str:
    return text if text in {ME, NOBODY} else str(_number(text, least=1, most=LARGEST))


def _page_size(text: str) -> int:
    number = _number(text, least=1, most=max(PAGE_SIZES))
    if number not in PAGE_SIZES:
        raise ValueError("not a size of a page")
    return number


def _clean(text: str) -> str:
    return " ".join(text.replace("\x00", " ").split())[:LONGEST_TEXT]


def _days(text: str) -> int:
    return _number(text, least=0, most=_MOST_DAYS)


_READERS: Mapping[str, Callable[[str], Any]] = {
    "text": _clean,
    "priority": _name,
    "status": _statuses,
    "programme": _name,
    "source": _name,
    "domain": lambda text: (Domain(text),),
    "deadline_from": date.fromisoformat,
    "deadline_to": date.fromisoformat,
    "days": _days,
    "decide_within": _days,
    "budget_min": _euros,
    "budget_max": _euros,
    "budget_unknown": lambda text: bool(_number(text, least=0, most=1)),
    "strength": Strength,
    "region": lambda text: (RegionFit(text),),
    "state": lambda text: (ReviewState(text),),
    "assignee": _assignee,
    "news": _days,
    "sort": Sort,
    "page": lambda text: _number(text, least=1, most=_MOST_PAGES),
    "per_page": _page_size,
}
"""How a value of an address is read; a ValueError says that it cannot be. A tuple is added to the others."""

"""The bar above a list: what can be chosen, how many calls each choice gives, and what is chosen now."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from scrapers.registry import sources
from tracker.core.call import Status
from tracker.core.match import RegionFit
from tracker.core.person import Person
from tracker.core.profile import Domain, Municipality, Strength
from tracker.core.review import ReviewState
from tracker.digest.formats import amount
from tracker.digest.words import words_in
from tracker.filters import ME, NOBODY, Filters
from tracker.lists import Counts, Sort
from tracker.telling.facts import of_two, plain_day, programme_name
from tracker.telling.say import BOTH, word

DAYS = (14, 30, 60, 90, 180)
"""How far ahead somebody looks for a moment to decide or a deadline."""
SORTS: Mapping[Sort, BOTH] = {
    Sort.FIT: ("past het best", "best fit"),
    Sort.DECIDE: ("eerst beslissen", "decide first"),
    Sort.DEADLINE: ("sluit eerst", "closes first"),
    Sort.BUDGET: ("hoogste bedrag", "highest amount"),
    Sort.NEWEST: ("nieuwste", "newest"),
}
_VIEWS: tuple[tuple[BOTH, str], ...] = (
    (("Deze week", "This week"), "strength=possible&news=7"),
    (("Mijn oproepen", "My calls"), "status=all&assignee=me&sort=decide"),
    (
        ("Beslis binnenkort", "Decide soon"),
        "status=open&status=forthcoming&status=unknown&decide_within=14&strength=possible"
        "&state=new&state=looking&state=shortlisted&state=preparing&sort=decide",
    ),
)


@dataclass(frozen=True, slots=True)
class Option:
    """One value that can be chosen; `count` is how many calls it gives, None where that is not counted."""

    value: str
    label: str
    is_chosen: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that narrows the list, in words, and the filters without it."""

    name: str
    label: str
    rest: Filters


@dataclass(frozen=True, slots=True)
class View:
    """A view with a name, and whether it is the one that is shown."""

    title: str
    filters: Filters
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """All that can be chosen above a list."""

    priorities: Sequence[Option]
    strengths: Sequence[Option]
    states: Sequence[Option]
    statuses: Sequence[Option]
    programmes: Sequence[Option]
    sources: Sequence[Option]
    domains: Sequence[Option]
    regions: Sequence[Option]
    assignees: Sequence[Option]
    deciding: Sequence[Option]
    closing: Sequence[Option]
    sorts: Sequence[Option]


def make_bar(
    filters: Filters,
    counts: Counts,
    *,
    municipality: Municipality,
    programmes: Iterable[str],
    people: Iterable[Person],
    language: str,
) -> Bar:
    """Make the bar in the reader's language; `programmes` are those of which there are calls."""

    def closed(kind: type[StrEnum], chosen: Any, number: Mapping[Any, int] | None = None) -> list[Option]:  # noqa: ANN401
        return [
            Option(one.value, word(one, language), one in chosen, number.get(one, 0) if number else None)
            for one in kind
        ]

    def named(values: Iterable[str], chosen: Any, say: Callable[[str], str]) -> list[Option]:  # noqa: ANN401
        return [Option(one, say(one), one in chosen) for one in values]

    return Bar(
        priorities=_priorities(filters, counts, municipality, language),
        strengths=_strengths(filters, counts, language),
        states=closed(ReviewState, filters.state, counts.states),
        statuses=closed(Status, filters.status),
        programmes=named(programmes, filters.programme, lambda slug: programme_name(slug, language)),
        sources=named(_titles(language), filters.source, lambda name: _titles(language)[name]),
        domains=closed(Domain, filters.domain),
        regions=closed(RegionFit, filters.region),
        assignees=_assignees(filters, people, language),
        deciding=_days(filters.decide_within, language),
        closing=_days(filters.days, language),
        sorts=[Option(one.value, of_two(SORTS[one], language), one is filters.sort) for one in Sort],
    )


def _priorities(filters: Filters, counts: Counts, municipality: Municipality, language: str) -> list[Option]:
    return [
        Option(
            one.slug,
            one.text(language).title,
            one.slug in filters.priority,
            counts.priorities.get(one.slug, 0),
        )
        for one in municipality.priorities
    ]


def _strengths(filters: Filters, counts: Counts, language: str) -> list[Option]:
    """Each choice is "this or better", so it gives the calls of all that are as strong."""
    return [
        Option(
            one.value,
            word(one, language)
            + ("" if one is Strength.STRONG else of_two((" of beter", " or better"), language)),
            one is filters.strength,
            sum(number for how, number in counts.strengths.items() if how.rank >= one.rank),
        )
        for one in (Strength.STRONG, Strength.GOOD, Strength.POSSIBLE)
    ]


def _titles(language: str) -> dict[str, str]:
    return {one.name: (one.title_nl if language == "nl" else "") or one.title for one in sources()}


def _assignees(filters: Filters, people: Iterable[Person], language: str) -> list[Option]:
    fixed = [
        (ME, of_two(("van mij", "mine"), language)),
        (NOBODY, of_two(("van niemand", "nobody’s"), language)),
    ]
    others = [(str(person.id), person.name) for person in people]
    return [Option(value, label, value == filters.assignee) for value, label in (*fixed, *others)]


def _days(chosen: int | None, language: str) -> list[Option]:
    numbers = sorted({*DAYS, chosen} - {None}, key=int) if chosen is not None else list(DAYS)
    unit = of_two(("dagen", "days"), language)
    return [Option(str(number), f"< {number} {unit}", number == chosen) for number in numbers]


def views(filters: Filters, language: str) -> list[View]:
    """Give the views that everybody has, by the name that people call them."""
    made = [(of_two(title, language), Filters.from_text(query)) for title, query in _VIEWS]
    asked = filters.but(per_page=Filters().per_page).to_query()
    return [View(title, one, one.to_query() == asked) for title, one in made]


def chips(
    filters: Filters, municipality: Municipality, people: Iterable[Person], language: str
) -> list[Chip]:
    """Say in words each thing that narrows a list."""
    say = _Sayer(municipality, {str(person.id): person.name for person in people}, language)
    found = []
    for name in filters.narrowing():
        value = getattr(filters, name)
        if isinstance(value, tuple) and name != "status":
            found += [Chip(name, say.one(name, one), filters.lacking(name, one)) for one in value]
        else:
            found.append(Chip(name, say.one(name, value), filters.without(name)))
    return found


@dataclass(frozen=True, slots=True)
class _Sayer:
    """Says what a filter asks for."""

    municipality: Municipality
    names: Mapping[str, str]
    language: str

    def one(self, name: str, value: Any) -> str:  # noqa: ANN401 - a value of any filter
        sayers: Mapping[str, Callable[[Any], str]] = {
            "text": lambda text: f"“{text}”",
            "priority": self._priority,
            "status": self._statuses,
            "programme": lambda slug: programme_name(slug, self.language),
            "source": lambda source: _titles(self.language).get(source, source),
            "deadline_from": lambda day: self._of(("sluit vanaf {}", "closes from {}"), self._day(day)),
            "deadline_to": lambda day: self._of(("sluit uiterlijk {}", "closes by {}"), self._day(day)),
            "days": lambda days: self._of(("sluit binnen {} dagen", "closes within {} days"), days),
            "decide_within": lambda days: self._of(("beslis binnen {} dagen", "decide within {} days"), days),
            "budget_min": lambda euros: self._of(
                ("{} per project of meer", "{} a project or more"), self._euros(euros)
            ),
            "budget_max": lambda euros: self._of(
                ("{} per project of minder", "{} a project or less"), self._euros(euros)
            ),
            "budget_unknown": lambda _: self._of(("ook zonder bedrag", "also without an amount")),
            "strength": self._strength,
            "assignee": self._assignee,
            "news": lambda days: self._of(
                ("nieuw of gewijzigd in {} dagen", "new or changed in {} days"), days
            ),
        }
        return sayers[name](value) if name in sayers else word(value, self.language)

    def _of(self, pair: BOTH, *values: object) -> str:
        return of_two(pair, self.language).format(*values)

    def _day(self, day: date) -> str:
        return plain_day(day, self.language)

    def _euros(self, number: int) -> str:
        return amount(Decimal(number), "EUR", words_in(self.language))

    def _priority(self, slug: str) -> str:
        priority = self.municipality.priority(slug)
        return priority.text(self.language).title if priority else slug

    def _statuses(self, chosen: Sequence[Status]) -> str:
        if len(chosen) == len(Status):
            return self._of(("ook wat voorbij is", "also what is over"))
        return self._of((" of ", " or ")).join(word(one, self.language) for one in chosen)

    def _strength(self, least: Strength) -> str:
        better = "" if least is Strength.STRONG else self._of((" of beter", " or better"))
        return word(least, self.language) + better

    def _assignee(self, value: str) -> str:
        if value in {ME, NOBODY}:
            return self._of(("van mij", "mine") if value == ME else ("van niemand", "nobody’s"))
        return self._of(("van {}", "of {}"), self.names.get(value, value))

"""Counts what fits now over all domains and themes, for the adviser's edition; pure."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from tracker.core.profile import Domain, Strength, Theme
from tracker.digest import formats
from tracker.digest.edition import Candidate, EditionPlan
from tracker.digest.vocabulary import Words


@dataclass(frozen=True, slots=True)
class BarView:
    """One row of the chart: its name, its length in percent of the longest, and what it says."""

    name: str
    length: int
    said: str


@dataclass(frozen=True, slots=True)
class OverviewView:
    """Two small charts: the balance of themes, and the calls of each domain."""

    themes: tuple[BarView, ...]
    domains: tuple[BarView, ...]


def view_overview(plan: EditionPlan, words: Words) -> OverviewView | None:
    """Give the overview of all that fits well or strongly now, or None where nothing does.

    What possibly fits is left out, as on the overview page, so that both give the same picture. A call counts
    for the theme of its best priority, and for each domain of that priority: a call for two domains stands in
    both rows.
    """
    fitting = [candidate for candidate in plan.fitting if _fits_well(candidate)]
    if not fitting:
        return None
    themes = Counter(candidate.priority.theme for candidate in fitting)
    domains = Counter(domain for candidate in fitting for domain in candidate.priority.domains)
    newly = [entry.candidate for entry in plan.new if _fits_well(entry.candidate)]
    new = Counter(domain for candidate in newly for domain in candidate.priority.domains)
    return OverviewView(
        themes=tuple(_theme_bar(theme, themes, words) for theme in Theme),
        domains=tuple(
            BarView(
                name=words.domains[domain],
                length=_length(domains[domain], max(domains.values())),
                said=_say_domain(domains[domain], 0 if plan.first else new[domain], words),
            )
            for domain in Domain
        ),
    )


def _fits_well(candidate: Candidate) -> bool:
    return candidate.match.strength.rank >= Strength.GOOD.rank


def _theme_bar(theme: Theme, counts: Counter[Theme], words: Words) -> BarView:
    share = formats.percent(Decimal(round(100 * counts[theme] / counts.total())), words)
    return BarView(
        name=words.themes[theme],
        length=_length(counts[theme], max(counts.values())),
        said=words.overview_row.format(n=counts[theme], percent=share),
    )


def _say_domain(count: int, new: int, words: Words) -> str:
    return f"{count} ({words.count(words.overview_new, new)})" if new else str(count)


def _length(count: int, longest: int) -> int:
    return round(100 * count / longest)

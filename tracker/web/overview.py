"""The overview: when what must be decided, the balance, how far the city is, what changed this week."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from tracker.core.call import Call
from tracker.core.profile import Domain, Municipality, Theme
from tracker.core.review import ReviewState
from tracker.overview import MOST_SHOWN, WEEK, Overview, look_over
from tracker.web.charts import Bar, bars, timeline
from tracker.web.history import view_change
from tracker.web.pages import Pages, Visit, reader
from tracker.web.review_column import Step, steps_of
from tracker.web.say import word

AT_WORK = (
    ReviewState.LOOKING,
    ReviewState.SHORTLISTED,
    ReviewState.PREPARING,
    ReviewState.SUBMITTED,
    ReviewState.WON,
)
"""The states of a call that the city works on, or worked on with success."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What fits now beside what the city works on, in the same rows."""

    fitting: tuple[Bar, ...]
    at_work: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """What a colleague did with a call."""

    call: Call
    step: Step


def router(pages: Pages) -> APIRouter:
    """Give the route of the overview."""
    routes = APIRouter()

    @routes.get("/overview")
    def show(request: Request, visit: Annotated[Visit, Depends(reader(pages))]) -> Response:
        municipality, language = pages.app.municipality, visit.language
        seen = look_over(pages.app.engine, municipality, now=pages.now())
        return pages.render(
            request,
            "overview.html.j2",
            visit,
            timeline=timeline(seen.fits, municipality.priorities, today=pages.today(), language=language),
            themes=balance_of_themes(seen, municipality, language),
            domains=balance_of_domains(seen, municipality, language),
            funnel=funnel(seen, language),
            seen=seen,
            changes=[(call, change, view_change(change, language)) for call, change in seen.changes],
            done=done_this_week(pages, language),
        )

    return routes


def balance_of_themes(seen: Overview, municipality: Municipality, language: str) -> Balance:
    """Count calls by the theme of the priorities that they fit; a call can count for two themes."""
    themes = {priority.slug: (priority.theme,) for priority in municipality.priorities}
    rows = [(theme, word(theme, language).capitalize(), "") for theme in Theme]
    return _balance(seen, themes, rows)


def balance_of_domains(seen: Overview, municipality: Municipality, language: str) -> Balance:
    """Count calls by the domains of the priorities that they fit; a call can count for several."""
    domains = {priority.slug: priority.domains for priority in municipality.priorities}
    rows = [(domain, word(domain, language), f"/calls?domain={domain.value}") for domain in Domain]
    return _balance(seen, domains, rows)


def _balance(
    seen: Overview,
    groups: Mapping[str, tuple[StrEnum, ...]],
    rows: Sequence[tuple[StrEnum, str, str]],
) -> Balance:
    fitting = {(fit.call_id, group) for fit in seen.fits for group in groups.get(fit.priority, ())}
    at_work = {
        (call_id, group)
        for call_id, priority in seen.worked_on.items()
        if seen.states[call_id] in AT_WORK
        for group in groups.get(priority, ())
    }
    counted = [Counter(group for _, group in found) for found in (fitting, at_work)]
    return Balance(*(bars([(label, counts[group], url) for group, label, url in rows]) for counts in counted))


def funnel(seen: Overview, language: str) -> tuple[Bar, ...]:
    """Count calls by how far the city is with them; new are those that fit and that nobody took up."""
    counts = Counter(seen.states.values())
    untouched = {fit.call_id for fit in seen.fits} - set(seen.states)
    counts[ReviewState.NEW] += len(untouched)
    return bars(
        [(word(state, language), counts[state], f"/calls?state={state.value}") for state in ReviewState]
    )


def done_this_week(pages: Pages, language: str) -> list[Done]:
    """Give what colleagues did with calls in the last seven days, the newest first."""
    events = pages.reviewing.events(since=pages.now() - WEEK, limit=MOST_SHOWN)
    names = {person.id: person.name for person in pages.accounts.people()}
    calls = pages.desk.calls({event.call_id for event in events})
    together = groupby(events, key=lambda event: (event.call_id, event.at, event.person_id))
    return [
        Done(calls[call_id], step)
        for (call_id, _, _), lines in together
        for step in steps_of(lines, names, pages.app.municipality, language)
    ]

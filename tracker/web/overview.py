"""The overview: when what must be decided, the balance, how far the city is, what changed this week."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import groupby, islice
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from tracker.core.call import Call, Status
from tracker.core.profile import Domain, Municipality, Strength, Theme
from tracker.core.review import ReviewState
from tracker.filters import Filters
from tracker.lists import count
from tracker.overview import MOST_SHOWN, WEEK, Overview, look_over
from tracker.telling.history import view_change
from tracker.telling.say import word
from tracker.web.calls import address_of
from tracker.web.charts import Bar, bars, timeline
from tracker.web.pages import Pages, Visit, reader
from tracker.web.review_column import FIELDS, Step, steps_of

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
            domains=balance_of_domains(
                partial(
                    count,
                    pages.app.engine,
                    municipality,
                    now=pages.now(),
                    person=visit.person,
                ),
                language,
            ),
            funnel=funnel(seen, language),
            seen=seen,
            changes=[(call, change, view_change(change, language)) for call, change in seen.changes],
            done=done_this_week(pages, language),
        )

    return routes


def balance_of_themes(seen: Overview, municipality: Municipality, language: str) -> Balance:
    """Count calls by the theme of the priorities that they fit; a call can count for two themes."""
    themes = {priority.slug: priority.theme for priority in municipality.priorities}
    fitting = {(fit.call_id, themes[fit.priority]) for fit in seen.fits if fit.priority in themes}
    at_work = {
        (call_id, themes[priority])
        for call_id, priority in seen.worked_on.items()
        if seen.states[call_id] in AT_WORK and priority in themes
    }
    counted = [Counter(theme for _, theme in found) for found in (fitting, at_work)]
    rows = [(theme, word(theme, language).capitalize()) for theme in Theme]
    return Balance(*(bars([(label, counts[theme], "") for theme, label in rows]) for counts in counted))


def balance_of_domains(count_calls: Callable[[Filters], int], language: str) -> Balance:
    """Count the calls of each domain's two lists, what fits and what is at work; the numbers lead to them."""
    fitting = {domain: Filters(domain=(domain,), strength=Strength.GOOD) for domain in Domain}
    at_work = {domain: Filters(domain=(domain,), state=AT_WORK, status=tuple(Status)) for domain in Domain}
    return Balance(
        *(
            bars(
                [(word(domain, language), count_calls(one), address_of(one)) for domain, one in lists.items()]
            )
            for lists in (fitting, at_work)
        )
    )


def funnel(seen: Overview, language: str) -> tuple[Bar, ...]:
    """Count calls by how far the city is with them; new are those that fit and that nobody took up."""
    counts = Counter(seen.states.values())
    fitting = {fit.call_id for fit in seen.fits}
    counts[ReviewState.NEW] = sum(
        seen.states.get(call_id, ReviewState.NEW) is ReviewState.NEW for call_id in fitting
    )
    lists = {state: Filters(state=(state,), status=tuple(Status)) for state in ReviewState}
    lists[ReviewState.NEW] = Filters(state=(ReviewState.NEW,), strength=Strength.GOOD)
    return bars([(word(state, language), counts[state], address_of(one)) for state, one in lists.items()])


def done_this_week(pages: Pages, language: str) -> list[Done]:
    """Give what colleagues did with calls in the last seven days, the newest first and each of it whole."""
    enough = MOST_SHOWN * len(FIELDS)  # a step has a line for each field at most
    events = pages.reviewing.events(since=pages.now() - WEEK, limit=enough)
    names = {person.id: person.name for person in pages.accounts.people()}
    calls = pages.desk.calls({event.call_id for event in events})
    together = groupby(events, key=lambda event: (event.call_id, event.at, event.person_id))
    return [
        Done(calls[call_id], step)
        for (call_id, _, _), lines in islice(together, MOST_SHOWN)
        for step in steps_of(lines, names, pages.app.municipality, language)
    ]

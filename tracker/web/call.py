"""The page of one call: all that is known of it, with the source's own words one click away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from db.calls import StoredSighting
from scrapers.registry import sources
from tracker.app import OVER
from tracker.core.call import Call, CallData, Deadline, MomentKind, Status
from tracker.core.match import Match
from tracker.core.profile import Municipality
from tracker.core.review import Review
from tracker.digest.calls import say_burden, say_contribution, say_deadline
from tracker.digest.words import words_in
from tracker.joining import disagreements
from tracker.region import region_of
from tracker.similar import Similar
from tracker.telling.facts import DEADLINE_KINDS, facts_of, links_of, of_two, programme_of
from tracker.telling.history import first_moment, timeline, told
from tracker.telling.say import BOTH
from tracker.web.explained import Parts, explain, mark, phrases_in
from tracker.web.pages import Pages, Visit, reader
from tracker.web.review import review_context
from tracker.web.review_column import known_call
from tracker.working_days import BackPlan, back_plan

SIMILAR = 6
"""How many similar calls a page shows."""

_COMPARED: tuple[tuple[str, BOTH], ...] = (
    ("deadlines", ("Sluitdatum", "Deadline")),
    ("opens_on", ("Gaat open", "Opens")),
    ("budget", ("Geld", "Money")),
    ("deadline_kind", ("Manier van sluiten", "How it closes")),
)
"""The fields in which sources are compared."""


@dataclass(frozen=True, slots=True)
class DeadlineView:
    """One deadline in a sentence, and whether it is past."""

    said: str
    is_past: bool


@dataclass(frozen=True, slots=True)
class StepView:
    """One step before a deadline: what is to be done by `day`, and whether that day is past."""

    day: date
    said: str
    is_past: bool
    is_decision: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that a source says otherwise than the call as we show it."""

    label: str
    here: str
    there: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SightingView:
    """How one source shows a call; `disagrees` says that it names another closing day."""

    source: str
    title: str
    url: str
    leads: bool
    disagrees: bool
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class TextView:
    """A call's words in one language, cut up at the words by which it fits."""

    language: str
    title: Parts
    keywords: tuple[Parts, ...]
    parts: tuple[tuple[str, tuple[Parts, ...]], ...]


@dataclass(frozen=True, slots=True)
class SimilarView:
    """A call that is like this one, where it stands at its source and in the city's work."""

    found: Similar
    status: Status
    deadline: Deadline | None
    review: Review


def router(pages: Pages) -> APIRouter:
    """Give the route of a call's page."""
    routes = APIRouter()

    @routes.get("/calls/{call_id}")
    def show(call_id: int, request: Request, visit: Annotated[Visit, Depends(reader(pages))]) -> Response:
        call = known_call(pages, call_id)
        return call_page(request, pages, visit, call)

    return routes


def call_page(request: Request, pages: Pages, visit: Visit, call: Call) -> Response:
    """Answer with the page of a call."""
    language, now = visit.language, pages.now()
    municipality = pages.app.municipality
    fits, sightings = pages.desk.matches_of(call), pages.desk.sightings_of(call)
    explanations = explain(fits, municipality, language)
    shown = next((fit for fit in fits if explanations and fit.priority == explanations[0].slug), None)
    values: dict[str, Any] = {
        "call": call,
        "status_now": call.status_at(now),
        "is_over": call.status_at(now) in OVER,
        "programme": programme_of(call.data, language),
        "kind": of_two(DEADLINE_KINDS[call.data.deadline_kind], language),
        "facts": facts_of(call.data, language),
        "stated": {fact.name.value for fact in call.data.facts},
        "region": region_of(call.data, municipality),
        "means": means_of(call.data, language),
        "explanations": explanations,
        "texts": texts_of(call.data, shown),
        "deadlines": deadlines_of(call, pages, language),
        "steps": steps_of(call, pages, language),
        "history": (
            *timeline(pages.desk.changes_of(call), language),
            first_moment(call, source_title(call.data.source, language), language),
        ),
        "sightings": sightings_of(call, sightings, language),
        "links": links_of([(source_title(one.source, language), one.data) for one in sightings], language),
        "similar": similar_of(call, pages),
    }
    values |= review_context(pages, visit, call)
    return pages.render(request, "call.html.j2", visit, **values)


def means_of(data: CallData, language: str) -> list[tuple[str, str]]:
    """Give what a call asks of the city in money and work, each a label and a value."""
    words = words_in(language)
    said = [sentence.partition(": ") for sentence in (say_contribution(data, words), say_burden(data, words))]
    return [(label, value) for label, _, value in said if value]


def source_title(name: str, language: str) -> str:
    """Name a source as people do; one that is no longer read keeps its own name."""
    source = next((one for one in sources() if one.name == name), None)
    if source is None:
        return name
    return (source.title_nl or source.title) if language == "nl" else source.title


def texts_of(data: CallData, fit: Match | None) -> tuple[TextView, ...]:
    """Give a call's words in each language, Dutch first, marked with those of the match that is shown."""
    ordered = sorted(data.texts, key=lambda text: text.language != "nl")
    views = []
    for text in ordered:
        phrases = phrases_in(fit, "nl" if text.language == "nl" else "en") if fit else ()
        parts = tuple(
            (name, tuple(mark(line, phrases) for line in getattr(text, name).split("\n") if line.strip()))
            for name in ("body", "conditions", "destination")
        )
        views.append(
            TextView(
                text.language,
                mark(text.title, phrases),
                tuple(mark(word, phrases) for word in text.keywords),
                tuple(part for part in parts if part[1]),
            )
        )
    return tuple(views)


def deadlines_of(call: Call, pages: Pages, language: str) -> tuple[DeadlineView, ...]:
    """Say each deadline of a call, the first one first; without any, how the call closes."""
    words, kind, now = words_in(language), call.data.deadline_kind, pages.now()
    ordered = sorted(call.data.deadlines, key=Deadline.moment)
    if not ordered:
        return (DeadlineView(say_deadline(kind, None, words), is_past=False),)
    return tuple(DeadlineView(say_deadline(kind, one, words), one.is_past(now)) for one in ordered)


def steps_of(call: Call, pages: Pages, language: str) -> tuple[StepView, ...]:
    """Plan back from the next deadline that a newcomer can meet; nothing where there is none ahead."""
    deadline = call.next_deadline(pages.now())
    if deadline is None or deadline.is_past(pages.now()) or deadline.kind is MomentKind.STAGE_2:
        return ()
    municipality = pages.app.municipality
    plan = back_plan(deadline.date, municipality)
    steps = [
        StepView(day, of_two(said, language), day < pages.today(), day == plan.decide_by and is_decision)
        for day, said, is_decision in _steps(plan, municipality)
    ]
    return tuple(sorted(steps, key=lambda step: step.day))


def _steps(plan: BackPlan, municipality: Municipality) -> tuple[tuple[date, BOTH, bool], ...]:
    times = municipality.lead_times
    return (
        (plan.decide_by, ("Beslis of we meedoen", "Decide whether to take part"), True),
        (
            plan.decide_with_council,
            ("Beslis, als de gemeenteraad ook moet beslissen", "Decide, where the council must decide too"),
            False,
        ),
        (
            plan.preparation,
            (
                f"Begin met schrijven ({times.preparation} werkdagen)",
                f"Start writing ({times.preparation} working days)",
            ),
            False,
        ),
        (
            plan.partners,
            (
                f"Begin met partners zoeken ({times.partners} werkdagen)",
                f"Start finding partners ({times.partners} working days)",
            ),
            False,
        ),
        (
            plan.council,
            (
                f"Voorstel bij de gemeenteraad, als die moet beslissen ({times.council} werkdagen)",
                f"Proposal with the council, where it must decide ({times.council} working days)",
            ),
            False,
        ),
        (
            plan.college,
            (
                f"Voorstel bij het college ({times.college} werkdagen)",
                f"Proposal with the college ({times.college} working days)",
            ),
            False,
        ),
        (plan.deadline, ("De oproep sluit", "The call closes"), False),
    )


def sightings_of(call: Call, found: Sequence[StoredSighting], language: str) -> tuple[SightingView, ...]:
    """Say how each source shows a call, the leading one first, and what each says otherwise."""
    against = disagreements(call, found)
    return tuple(
        SightingView(
            source=one.source,
            title=source_title(one.source, language),
            url=next((link.url for link in links_of([("", one.data)], language)), ""),
            leads=one.leads,
            disagrees=one in against,
            differences=() if one.leads else _differences(call.data, one.data, language),
        )
        for one in found
    )


def _differences(here: CallData, there: CallData, language: str) -> tuple[Difference, ...]:
    """Compare what two sources both state; what one of them leaves out is no difference."""
    empty = CallData(source="", source_ref="", identifier="", url="", texts=())
    return tuple(
        Difference(of_two(label, language), told(ours, language), told(theirs, language))
        for name, label in _COMPARED
        if not _says_the_same(ours := getattr(here, name), theirs := getattr(there, name))
        and getattr(empty, name) not in (ours, theirs)
    )


def _says_the_same(ours: Any, theirs: Any) -> bool:  # noqa: ANN401 - any field of a call
    """Compare two values; of deadlines only the days, for an hour that one leaves out is no difference."""
    if isinstance(ours, tuple) and isinstance(theirs, tuple):
        return {one.date for one in ours} == {one.date for one in theirs}
    return bool(ours == theirs)


def similar_of(call: Call, pages: Pages) -> tuple[SimilarView, ...]:
    """Give the calls that say much the same, with how far the city came with each."""
    found, now = pages.desk.similar_to(call, SIMILAR), pages.now()
    reviews = pages.reviewing.reviews_of([one.call.id for one in found])
    return tuple(
        SimilarView(one, one.call.status_at(now), one.call.next_deadline(now), reviews[one.call.id])
        for one in found
    )

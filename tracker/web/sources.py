"""The sources' pages: how each is, its readings, passages that may be calls, calls that may be one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from tracker.core.call import Call
from tracker.core.person import Role
from tracker.core.run import RunState
from tracker.digest.calls import safe_url
from tracker.joining import Lookalikes
from tracker.numbers import whole_number
from tracker.telling.facts import of_two, programme_name, programme_of
from tracker.telling.history import FIELDS, told, view_change
from tracker.telling.say import BOTH
from tracker.watch import Passage
from tracker.web.call import source_title
from tracker.web.pages import Fields, Form, Pages, Visit, reader, reviewer, see_other
from tracker.web.review_column import known_call

RUN_STATES: Mapping[RunState, BOTH] = {
    RunState.RUNNING: ("bezig", "running"),
    RunState.GOOD: ("goed", "good"),
    RunState.PARTIAL: ("deels gelezen", "partly read"),
    RunState.FAILED: ("mislukt", "failed"),
    RunState.ABANDONED: ("afgebroken", "abandoned"),
}


@dataclass(frozen=True, slots=True)
class PassageView:
    """A passage that may be a call, and in words what the page says otherwise than was confirmed."""

    passage: Passage
    programme: str
    url: str
    closes: str
    changes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class PairView:
    """Two calls that may be one, the one that we know longest first: its number stays."""

    pair: Lookalikes
    sides: tuple["SideOfPair", "SideOfPair"]


@dataclass(frozen=True, slots=True)
class SideOfPair:
    """One of two calls that look alike, as a person compares them."""

    call: Call
    source: str
    programme: str
    rows: tuple[tuple[str, str], ...]


def router(pages: Pages) -> APIRouter:
    """Give the routes for sources, candidates and duplicates: a reader sees, a reviewer decides."""
    routes = APIRouter()
    _add_sources(routes, pages)
    _add_candidates(routes, pages)
    _add_duplicates(routes, pages)
    return routes


def _add_sources(routes: APIRouter, pages: Pages) -> None:
    @routes.get("/sources")
    def overview(request: Request, visit: Annotated[Visit, Depends(reader(pages))]) -> Response:
        return pages.render(
            request,
            "sources.html.j2",
            visit,
            reports=pages.app.source_reports(),
            title_of=lambda name: source_title(name, visit.language),
            candidates=len(pages.desk.candidates()),
            duplicates=len(pages.desk.duplicates()),
        )

    @routes.get("/sources/{name}")
    def source(name: str, request: Request, visit: Annotated[Visit, Depends(reader(pages))]) -> Response:
        report = next((one for one in pages.app.source_reports() if one.source.name == name), None)
        if report is None:
            raise HTTPException(404, "there is no such source")
        return pages.render(
            request,
            "source.html.j2",
            visit,
            report=report,
            title=source_title(name, visit.language),
            runs=pages.desk.runs_of(name),
            states=RUN_STATES,
        )

    @routes.get("/sources/{name}/runs/{run_id}")
    def run(
        name: str, run_id: int, request: Request, visit: Annotated[Visit, Depends(reader(pages))]
    ) -> Response:
        found = pages.desk.run(run_id)
        if found is None or found[0].source != name:
            raise HTTPException(404, "there is no such run")
        one, changes = found
        return pages.render(
            request,
            "run.html.j2",
            visit,
            run=one,
            state=of_two(RUN_STATES[one.state], visit.language),
            title=source_title(name, visit.language),
            programmes=sorted(
                (programme_name(slug, visit.language), count) for slug, count in one.programmes.items()
            ),
            changes=[(call, view_change(change, visit.language)) for call, change in changes],
        )


def _add_candidates(routes: APIRouter, pages: Pages) -> None:
    @routes.get("/candidates")
    def candidates(request: Request, visit: Annotated[Visit, Depends(reader(pages))]) -> Response:
        every = request.query_params.get("show") == "all"
        passages = pages.desk.candidates(every=every)
        return pages.render(
            request,
            "candidates.html.j2",
            visit,
            passages=[_view_passage(one, visit.language) for one in passages],
            every=every,
            may_decide=visit.person.may(Role.REVIEWER),
            done=request.query_params.get("done", ""),
        )

    @routes.post("/candidates")
    def decide(fields: Fields, _visit: Annotated[Visit, Depends(reviewer(pages))]) -> Response:
        key = fields.get("key", "")
        if fields.get("do") == "confirm":
            with pages.app.working():
                done = pages.desk.confirm_candidate(key)
                pages.app.rank()
            return see_other(f"/candidates?done={'confirmed' if done.new else 'taken-over'}")
        if fields.get("do") == "dismiss":
            with pages.app.working():
                pages.desk.dismiss_candidate(key)
            return see_other("/candidates?done=dismissed")
        if fields.get("do") == "keep":
            with pages.app.working():
                pages.desk.keep_candidate(key)
            return see_other("/candidates?done=kept")
        raise HTTPException(422, "confirm, keep or dismiss was expected")


def _add_duplicates(routes: APIRouter, pages: Pages) -> None:
    @routes.get("/duplicates")
    def duplicates(request: Request, visit: Annotated[Visit, Depends(reader(pages))]) -> Response:
        return pages.render(
            request,
            "duplicates.html.j2",
            visit,
            pairs=[_view_pair(pair, visit.language) for pair in pages.desk.duplicates()],
            may_decide=visit.person.may(Role.REVIEWER),
            done=request.query_params.get("done", ""),
        )

    @routes.post("/duplicates")
    def decide(fields: Fields, _visit: Annotated[Visit, Depends(reviewer(pages))]) -> Response:
        one, other = (_call_named(pages, fields, name) for name in ("one", "other"))
        if fields.get("do") == "join":
            with pages.app.working():
                pages.desk.join_calls(*sorted((one, other), key=lambda call: call.id))
            return see_other("/duplicates?done=joined")
        if fields.get("do") == "apart":
            pages.desk.keep_apart(one, other)
            return see_other("/duplicates?done=apart")
        raise HTTPException(422, "join or apart was expected")


def _call_named(pages: Pages, fields: Form, name: str) -> Call:
    number = whole_number(fields.get(name, ""))
    if number is None:
        raise HTTPException(422, "the number of a call was expected")
    return known_call(pages, number)


def _view_passage(passage: Passage, language: str) -> PassageView:
    one = passage.candidate
    return PassageView(
        passage=passage,
        programme=programme_name(one.programme, language),
        url=safe_url(one.url),
        closes=told(one.deadline, language),
        changes=tuple(
            (of_two(FIELDS[field], language), told(old, language), told(new, language))
            for field, old, new in passage.changes
        ),
    )


def _view_pair(pair: Lookalikes, language: str) -> PairView:
    one, other = sorted((pair.one, pair.other), key=lambda call: call.id)
    return PairView(pair, (_side(one, language), _side(other, language)))


def _side(call: Call, language: str) -> SideOfPair:
    data = call.data
    rows = (
        (of_two(FIELDS[field], language), told(getattr(data, field), language))
        for field in ("identifier", "deadlines", "opens_on", "budget")
    )
    return SideOfPair(call, source_title(data.source, language), programme_of(data, language), tuple(rows))

"""The read API: the same lists, calls and matches as JSON, in the manner of the Dutch API Design Rules (2.1).

Version in the path and in `API-Version`, plural nouns, no trailing slashes, ISO 8601, problems by RFC 9457,
and its own description at `/api/v1/openapi.json`, which alone needs no key.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, HTTPException, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException as AnyHTTPException

from db import calls as kept_calls
from db.engine import session_scope
from tracker.core.call import Call
from tracker.core.errors import StorageBusyError
from tracker.core.person import Person, SubscriptionKind
from tracker.exports import why
from tracker.lists import Filters, Row, find
from tracker.shapes import call_detail_shape, call_shape, change_shape, match_shape, source_shape
from tracker.web.api_shapes import (
    CallDetail,
    CallPage,
    CallQuery,
    ChangeShape,
    ListedCall,
    MatchShape,
    PriorityShape,
    Problem,
    SourceShape,
)
from tracker.web.pages import NotSignedInError, Pages

API = "/api/v1"
VERSION = "1.0.0"
MOST_MATCHES = 100
LARGEST_ID = 2**31 - 1  # what the database's whole numbers hold
PROBLEM = "application/problem+json"

Id = Annotated[int, Path(alias="id", ge=1, le=LARGEST_ID, description="Our number of the call.")]
Who = Callable[..., Person]


def make_api(pages: Pages) -> FastAPI:
    """Make the API, an application of its own that the web application mounts at `API`."""
    api = FastAPI(
        title="Europese kansen",
        version=VERSION,
        description="European calls, ranked for the city's priorities. Keys are on your account page.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=_refusals(),
    )
    _answer_problems(api)
    _name_version(api)
    who = _who(pages)
    _add_list(api, pages, who)
    _add_calls(api, pages, who)
    _add_others(api, pages, who)
    return api


def _refusals() -> dict[int | str, dict[str, Any]]:
    told = {
        401: "no key, or one that no longer works",
        404: "there is no such thing",
        422: "a parameter is not right",
        503: "the database is busy; try again",
    }
    content = {PROBLEM: {"schema": Problem.model_json_schema()}}
    return {status: {"description": description, "content": content} for status, description in told.items()}


def _who(pages: Pages) -> Who:
    """Give the dependency that tells whose key or session asks."""
    scheme = HTTPBearer(auto_error=False, description="A key from your account page.")

    def check(
        request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(scheme)]
    ) -> Person:
        if given is None:
            return pages.visit(request).person
        found = pages.accounts.subscriber_of(given.credentials, SubscriptionKind.API)
        if found is None:
            raise NotSignedInError
        return found[0]

    return check


def _add_list(api: FastAPI, pages: Pages, who: Who) -> None:
    @api.get("/calls", summary="A page of calls, filtered and sorted as on the page", tags=["calls"])
    def calls(
        request: Request,
        response: Response,
        person: Annotated[Person, Depends(who)],
        query: Annotated[CallQuery, Query()],
    ) -> CallPage:
        filters = Filters.from_query(request.query_params.multi_items())
        if filters.ignored:
            raise HTTPException(422, f"not understood: {', '.join(filters.ignored)}")
        now = pages.now()
        found = find(pages.app.engine, pages.app.municipality, filters, now=now, person=person)
        _link_pages(response, request, page=found.page, last=found.pages)
        return CallPage(
            items=[_listed(row, now) for row in found.rows],
            total=found.total,
            page=found.page,
            pages=found.pages,
        )


def _add_calls(api: FastAPI, pages: Pages, who: Who) -> None:
    @api.get("/calls/{id}", summary="Everything that is known of a call", tags=["calls"])
    def call(number: Id, person: Annotated[Person, Depends(who)]) -> CallDetail:
        return CallDetail.model_validate(call_detail_shape(_call(pages, number), pages.now()))

    @api.get("/calls/{id}/changes", summary="A call's history, the oldest first", tags=["calls"])
    def changes(number: Id, person: Annotated[Person, Depends(who)]) -> list[ChangeShape]:
        found = pages.desk.changes_of(_call(pages, number))
        return [ChangeShape.model_validate(change_shape(one)) for one in found]

    @api.get("/calls/{id}/matches", summary="How a call fits each priority, the best first", tags=["calls"])
    def matches(number: Id, person: Annotated[Person, Depends(who)]) -> list[MatchShape]:
        asked, now = _call(pages, number), pages.now()
        found = pages.desk.matches_of(asked)
        return [MatchShape.model_validate(match_shape(asked, one, now)) for one in found]


def _add_others(api: FastAPI, pages: Pages, who: Who) -> None:
    @api.get("/priorities", summary="The city's chosen priorities", tags=["priorities"])
    def priorities(person: Annotated[Person, Depends(who)]) -> list[PriorityShape]:
        return [
            PriorityShape(
                slug=one.slug,
                theme=one.theme.value,
                domains=[domain.value for domain in one.domains],
                title_nl=one.nl.title,
                title_en=one.en.title,
                niche_nl=one.nl.niche,
                niche_en=one.en.niche,
            )
            for one in pages.app.municipality.priorities
        ]

    @api.get("/priorities/{slug}/matches", summary="The ranking for a priority", tags=["priorities"])
    def ranking(
        slug: str,
        person: Annotated[Person, Depends(who)],
        limit: Annotated[int, Query(ge=1, le=MOST_MATCHES)] = 10,
    ) -> list[MatchShape]:
        if pages.app.municipality.priority(slug) is None:
            raise HTTPException(404, "there is no such priority")
        found, now = pages.desk.ranked(slug, limit=limit, blocked=False), pages.now()
        return [MatchShape.model_validate(match_shape(call, match, now)) for call, match in found]

    @api.get("/sources", summary="The sources and how each is", tags=["sources"])
    def sources(person: Annotated[Person, Depends(who)]) -> list[SourceShape]:
        return [SourceShape.model_validate(source_shape(one)) for one in pages.app.source_reports()]


def _call(pages: Pages, number: int) -> Call:
    with session_scope(pages.app.engine, read_only=True) as session:
        call = kept_calls.get(session, number)
    if call is None:
        raise HTTPException(404, "there is no such call")
    return call


def _listed(row: Row, now: datetime) -> ListedCall:
    fits = row.match is not None and not row.match.blocked
    return ListedCall.model_validate(
        call_shape(row.call, now)
        | {
            "priority": row.match.priority if row.match and fits else None,
            "strength": row.match.strength.value if row.match and fits else None,
            "why": why(row),
            "decide_by": row.decide_by,
            "state": row.review.state.value,
            "assignee": row.assignee.name if row.assignee else None,
            "due_on": row.review.due_on,
        }
    )


def _link_pages(response: Response, request: Request, *, page: int, last: int) -> None:
    """Name the pages beside this one (RFC 8288)."""
    places = {"first": 1, "prev": page - 1, "next": page + 1, "last": last}
    others = [(name, value) for name, value in request.query_params.multi_items() if name != "page"]
    links = [
        f'<{API}/calls?{urlencode([*others, ("page", number)])}>; rel="{name}"'
        for name, number in places.items()
        if 1 <= number <= last
    ]
    response.headers["Link"] = ", ".join(links)


def _name_version(api: FastAPI) -> None:
    @api.middleware("http")
    async def name(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await go_on(request)
        response.headers["API-Version"] = VERSION
        return response


def _answer_problems(api: FastAPI) -> None:
    """Answer what goes wrong as RFC 9457 has it."""

    @api.exception_handler(NotSignedInError)
    async def nobody(_request: Request, _error: Exception) -> Response:
        return _problem(401, "give a key: Authorization: Bearer …", headers={"WWW-Authenticate": "Bearer"})

    @api.exception_handler(AnyHTTPException)
    async def refused(_request: Request, error: AnyHTTPException) -> Response:
        return _problem(error.status_code, str(error.detail), headers=dict(error.headers or {}))

    @api.exception_handler(RequestValidationError)
    async def wrong(_request: Request, error: RequestValidationError) -> Response:
        places = (f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors())
        return _problem(422, "; ".join(places))

    @api.exception_handler(StorageBusyError)
    async def busy(_request: Request, error: StorageBusyError) -> Response:
        return _problem(503, str(error), headers={"Retry-After": "5"})


def _problem(status: int, detail: str, *, headers: dict[str, str] | None = None) -> Response:
    title = HTTPStatus(status).phrase
    problem = Problem(type="about:blank", title=title, status=status, detail=detail)
    return JSONResponse(problem.model_dump(), status_code=status, media_type=PROBLEM, headers=headers)

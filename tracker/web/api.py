"""The read API: the same lists, calls and matches as JSON, in the manner of the Dutch API Design Rules (2.1).

Version in the path and in `API-Version`, plural nouns, query keys in camelCase, no trailing slashes, ISO
8601, problems by RFC 9457, 400 for what is asked wrongly, and its own description at `/api/v1/openapi.json`,
which alone needs no key and may be read from any site. Its words are English, as those of the portal are.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from email.utils import parseaddr
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, HTTPException, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from tracker.core.call import Call
from tracker.core.errors import StorageBusyError
from tracker.core.person import Person, SubscriptionKind
from tracker.core.review import Review
from tracker.exports import why
from tracker.lists import Filters, Row, find
from tracker.numbers import LARGEST
from tracker.region import region_of
from tracker.shapes import (
    call_detail_shape,
    call_shape,
    change_shape,
    match_shape,
    region_shape,
    sighting_shape,
    source_shape,
)
from tracker.web.api_shapes import (
    FILTER_OF,
    CallDetail,
    CallPage,
    CallQuery,
    ChangeShape,
    ListedCall,
    MatchShape,
    Name,
    PriorityShape,
    Problem,
    ReviewShape,
    SourceShape,
)
from tracker.web.pages import NotSignedInError, Pages
from tracker.web.review_column import known_call

API = "/api/v1"
VERSION = "1.0.0"
DESCRIPTION = (
    "European calls, ranked for the city's priorities. Read only. Keys are made with a list's *Volgen* and "
    "revoked on your account page. The page of a call is `/calls/{id}`."
)
MOST_MATCHES = 100
PROBLEM = "application/problem+json"

_TOLD = {
    400: "a parameter is not right; `detail` says which",
    401: "no key, or one that no longer works",
    404: "there is no such thing",
    503: "the database is busy; try again",
}
_VERSION_HEADER = {"API-Version": {"description": "The full version.", "schema": {"type": "string"}}}
_LINK_HEADER = {
    "Link": {
        "description": "The first, previous, next and last page (RFC 8288).",
        "schema": {"type": "string"},
    }
}

Responses = dict[int | str, dict[str, Any]]
Id = Annotated[int, Path(alias="id", ge=1, le=LARGEST, description="Our number of the call.")]
Who = Callable[..., Person]


class _Api(FastAPI):
    """An application that tells of its own 400 where its parameters are wrong, not of FastAPI's 422.

    `asked` is whom to ask (`info.contact`); FastAPI itself would check its mail address with a library more.
    """

    asked: dict[str, str]

    def openapi(self) -> dict[str, Any]:
        """Describe the API (OpenAPI 3.1)."""
        described = super().openapi()
        described["info"]["contact"] = self.asked
        for path in described["paths"].values():
            for operation in path.values():
                operation["responses"].pop("422", None)
        for name in ("HTTPValidationError", "ValidationError"):
            described["components"]["schemas"].pop(name, None)
        return described


class _HeadAsGet:
    """Lets the routes answer HEAD as GET; the server itself sends no body where it was asked HEAD."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a copy on: the server still has to know what was asked."""
        is_head = scope["type"] == "http" and scope["method"] == "HEAD"
        await self._app({**scope, "method": "GET"} if is_head else scope, receive, send)


def is_in_api(request: Request) -> bool:
    """Tell whether an address is of the API, also one that is not handed on to it, such as `API` itself."""
    return f"{request.url.path}/".startswith(f"{API}/")


def refusal(error: AnyHTTPException) -> Response:
    """Say as the API does what is wrong with an address of it that was not handed on to it."""
    return _problem(error.status_code, str(error.detail), headers={"API-Version": VERSION})


def make_api(pages: Pages) -> FastAPI:
    """Make the API, an application of its own that the web application mounts at `API`."""
    api = _Api(
        title="Europese kansen",
        version=VERSION,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        responses={200: {"headers": _VERSION_HEADER}, **_problems(401, 503)},
    )
    api.asked = _contact(pages)
    _answer_problems(api)
    _name_version(api)
    api.add_middleware(_HeadAsGet)
    who = _who(pages)
    _add_list(api, pages, who)
    _add_calls(api, pages, who)
    _add_others(api, pages, who)
    return api


def _problems(*statuses: int) -> Responses:
    """Describe what an answer with one of these statuses holds."""
    told = {"headers": _VERSION_HEADER, "content": {PROBLEM: {"schema": Problem.model_json_schema()}}}
    return {status: {"description": _TOLD[status], **told} for status in statuses}


def _operation_id(route: APIRoute) -> str:
    return route.name


def _contact(pages: Pages) -> dict[str, str]:
    """Say whom programs' makers can ask: who sends our mails, at the address where we are found."""
    name, email = parseaddr(pages.app.settings.smtp_sender)
    contact = {"name": name or "Europese kansen", "email": email}
    url = pages.app.settings.public_url
    return contact | ({"url": url} if url else {})


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
    @api.get(
        "/calls",
        summary="A page of calls, filtered and sorted as on the page",
        tags=["calls"],
        responses={200: {"headers": _VERSION_HEADER | _LINK_HEADER}, **_problems(400)},
    )
    def calls(
        request: Request,
        response: Response,
        person: Annotated[Person, Depends(who)],
        query: Annotated[CallQuery, Query()],
    ) -> CallPage:
        asked = request.query_params.multi_items()
        filters = Filters.from_query((FILTER_OF[name], value) for name, value in asked)
        if filters.ignored:
            raise HTTPException(400, f"not understood: {', '.join(filters.ignored)}")
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
    problems = _problems(400, 404)

    @api.get("/calls/{id}", summary="Everything that is known of a call", tags=["calls"], responses=problems)
    def call(number: Id, person: Annotated[Person, Depends(who)]) -> CallDetail:
        return _detail(pages, known_call(pages, number))

    @api.get(
        "/calls/{id}/changes",
        summary="A call's history, the oldest first",
        tags=["calls"],
        responses=problems,
    )
    def changes(number: Id, person: Annotated[Person, Depends(who)]) -> list[ChangeShape]:
        found = pages.desk.changes_of(known_call(pages, number))
        return [ChangeShape.model_validate(change_shape(one)) for one in found]

    @api.get(
        "/calls/{id}/matches",
        summary="How a call fits each priority, the best first",
        tags=["calls"],
        responses=problems,
    )
    def matches(number: Id, person: Annotated[Person, Depends(who)]) -> list[MatchShape]:
        asked, now = known_call(pages, number), pages.now()
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

    @api.get(
        "/priorities/{slug}/matches",
        summary="The ranking for a priority",
        tags=["priorities"],
        responses=_problems(400, 404),
    )
    def ranking(
        slug: Annotated[Name, Path()],
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


def _listed(row: Row, now: datetime) -> ListedCall:
    fits = row.match is not None and not row.match.blocked
    return ListedCall.model_validate(
        call_shape(row.call, now)
        | {
            "priority": row.match.priority if row.match and fits else None,
            "strength": row.match.strength.value if row.match and fits else None,
            "why": why(row),
            "region_fit": row.projection.region_fit,
            "decide_by": row.decide_by,
            "review": _review(row.review, row.assignee),
            "touched": row.touched,
        }
    )


def _detail(pages: Pages, call: Call) -> CallDetail:
    review = pages.reviewing.review_of(call.id)
    assignee = pages.accounts.person(review.person_id) if review.person_id else None
    return CallDetail.model_validate(
        call_detail_shape(call, pages.now())
        | {
            "region": region_shape(region_of(call.data, pages.app.municipality)),
            "sightings": [sighting_shape(one) for one in pages.desk.sightings_of(call)],
            "review": _review(review, assignee),
        }
    )


def _review(review: Review, assignee: Person | None) -> ReviewShape:
    return ReviewShape(
        state=review.state,
        reason=review.reason,
        assignee=assignee.name if assignee else None,
        domain=review.domain,
        due_on=review.due_on,
        updated_at=review.updated_at,
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
        if request.url.path == f"{API}/openapi.json":
            response.headers["Access-Control-Allow-Origin"] = "*"  # /core/publish-openapi
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
        return _problem(400, "; ".join(places))

    @api.exception_handler(StorageBusyError)
    async def busy(_request: Request, error: StorageBusyError) -> Response:
        return _problem(503, str(error), headers={"Retry-After": "5"})

    @api.exception_handler(Exception)
    async def bug(_request: Request, _error: Exception) -> Response:
        """Say nothing of what is inside; the error itself goes on to the server's log."""
        return _problem(500, "something is wrong on our side", headers={"API-Version": VERSION})


def _problem(status: int, detail: str, *, headers: dict[str, str] | None = None) -> Response:
    title = HTTPStatus(status).phrase
    problem = Problem(type="about:blank", title=title, status=status, detail=detail)
    return JSONResponse(problem.model_dump(), status_code=status, media_type=PROBLEM, headers=headers)

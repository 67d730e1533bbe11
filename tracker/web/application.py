"""The web application of `tracker serve`: the review page, and the pages behind the links in mails."""

from importlib.resources import files
from pathlib import Path

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException as AnyHTTPException

from db import schema
from tracker.app import App
from tracker.core.errors import ConfigError, StorageBusyError, TrackerError, UsageError
from tracker.numbers import whole_number
from tracker.web import accounts, administration, call, calls, exports, overview, review, sources
from tracker.web.answers import AnswerDesk, answer_router
from tracker.web.api import API, is_in_api, make_api, refusal
from tracker.web.pages import (
    ASSETS,
    LANGUAGE,
    Fields,
    NotSignedInError,
    Pages,
    own_path,
    refuse_foreign,
    see_other,
    to_sign_in,
)
from tracker.web.security import add_security_headers
from tracker.web.warming import warming

YEAR = 365 * 24 * 3600  # seconds

ROUTERS = (
    accounts.router,
    administration.router,
    calls.router,
    call.router,
    review.router,
    overview.router,
    sources.router,
    exports.router,
)


def make_application(app: App) -> FastAPI:
    """Make the application; without a public address or a key there are no links in mails, and no answers.

    Raises:
        ConfigError: the profile or contacts are not right, or there is an address and no key to sign with.
    """
    is_https = bool(app.settings.public_url and app.settings.public_url.startswith("https://"))
    pages = Pages(app=app, is_https=is_https)
    # an address with a slash too many is not there: a redirect would name whatever host was asked for
    web = FastAPI(
        title="Europese kansen",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=warming(pages.desk),
    )
    pages.accounts.sync_contacts(app.contacts)
    add_security_headers(web, is_https=is_https)
    _answer_errors(web, pages)
    for make_router in ROUTERS:
        web.include_router(make_router(pages), dependencies=[Depends(refuse_impossible_numbers)])
    _include_answers(web, app)
    web.mount(API, make_api(pages), name="api")
    web.mount(ASSETS, StaticFiles(directory=Path(str(files("tracker.web"))) / "static"), name="static")

    @web.get("/", include_in_schema=False)
    def start() -> Response:
        return see_other("/calls")

    @web.post("/language", include_in_schema=False)
    def choose_language(request: Request, fields: Fields) -> Response:
        refuse_foreign(request)
        answer = see_other(own_path(fields.get("next", "")))
        language = "en" if fields.get("language") == "en" else "nl"
        answer.set_cookie(LANGUAGE, language, max_age=YEAR, secure=is_https, httponly=True, samesite="lax")
        return answer

    @web.get("/health", response_class=PlainTextResponse)
    def health() -> Response:
        try:
            schema.check(app.engine)
        except TrackerError as error:
            return PlainTextResponse(f"{error}\n", status_code=503)
        return PlainTextResponse("ok\n")

    return web


def refuse_impossible_numbers(request: Request) -> None:
    """Answer that a page is not there where its address has a number that no row of ours can have.

    Raises:
        HTTPException: 404.
    """
    for part in request.path_params.values():
        if str(part).isdecimal() and whole_number(str(part)) is None:
            raise HTTPException(404, "there is no such number")


def _include_answers(web: FastAPI, app: App) -> None:
    links = app.links()
    if links is None:
        if app.settings.public_url:
            raise ConfigError("expected a value, for links in mails are signed", key="TRACKER_SECRET_KEY")
        return
    desk = AnswerDesk(
        engine=app.engine,
        links=links,
        contacts=lambda: app.contacts,
        clock=app.now,
        language=app.settings.language or "nl",
    )
    web.include_router(answer_router(desk))


def _answer_errors(web: FastAPI, pages: Pages) -> None:
    """Answer what goes wrong with a page that says what happened and what to do."""

    @web.exception_handler(NotSignedInError)
    def _nobody(request: Request, _error: Exception) -> Response:
        return to_sign_in(request)

    @web.exception_handler(AnyHTTPException)
    async def _refused(request: Request, error: AnyHTTPException) -> Response:
        if is_in_api(request):
            return refusal(error)
        return await run_in_threadpool(
            _error_page, request, pages, status=error.status_code, detail=str(error.detail)
        )

    @web.exception_handler(RequestValidationError)
    def _no_such_address(request: Request, error: Exception) -> Response:
        """Only addresses are checked by their types (forms are read by hand): this one can be no page."""
        return _error_page(request, pages, status=404, detail=str(error))

    @web.exception_handler(UsageError)
    def _not_as_asked(request: Request, error: Exception) -> Response:
        dutch = error.nl if isinstance(error, UsageError) else ""
        return _error_page(request, pages, status=422, detail=str(error), dutch=dutch)

    @web.exception_handler(StorageBusyError)
    def _busy(request: Request, error: Exception) -> Response:
        return _error_page(request, pages, status=503, detail=str(error))


def _error_page(request: Request, pages: Pages, *, status: int, detail: str, dutch: str = "") -> Response:
    try:
        visit = pages.visit(request)
    except NotSignedInError:
        visit = None
    return pages.render(
        request, "error.html.j2", visit, status=status, code=status, detail=detail, dutch=dutch
    )

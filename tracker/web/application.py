"""The web application of `tracker serve`: the answer pages, and whether the product is well."""

from fastapi import FastAPI, Response
from fastapi.responses import PlainTextResponse

from db import schema
from tracker.app import App
from tracker.core.errors import ConfigError, TrackerError
from tracker.web.answers import Desk, answer_router
from tracker.web.security import add_security_headers


def make_application(app: App) -> FastAPI:
    """Make the application.

    Raises:
        ConfigError: there is no public address or no key to sign with.
    """
    links = app.links()
    if links is None:
        key = "TRACKER_SECRET_KEY" if app.settings.public_url else "TRACKER_PUBLIC_URL"
        raise ConfigError("expected a value, for links in mails are signed and point here", key=key)
    web = FastAPI(title="Europese kansen", docs_url=None, redoc_url=None, openapi_url=None)
    add_security_headers(web, is_https=links.base.startswith("https://"))
    desk = Desk(
        engine=app.engine,
        links=links,
        contacts=lambda: app.contacts,
        clock=app.now,
        language=app.settings.language or "nl",
    )
    web.include_router(answer_router(desk))

    @web.get("/health", response_class=PlainTextResponse)
    def health() -> Response:
        try:
            schema.check(app.engine)
        except TrackerError as error:
            return PlainTextResponse(f"{error}\n", status_code=503)
        return PlainTextResponse("ok\n")

    return web

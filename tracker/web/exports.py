"""Exports of exactly what a list is filtered to, and subscriptions to it by a personal secret address."""

from collections.abc import Sequence
from email.utils import parseaddr
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from db import standings
from db.engine import session_scope
from tracker.core.person import Person, SubscriptionKind
from tracker.exports import XLSX, columns, write_atom, write_csv, write_moments, write_xlsx
from tracker.lists import Filters, Row, everything
from tracker.web.pages import Fields, Pages, Visit, reader
from tracker.web.say import word

MOST_ENTRIES = 200
"""How many calls a news feed shows: what changed last."""
_KINDS = {"ics": SubscriptionKind.CALENDAR, "atom": SubscriptionKind.ATOM}


def router(pages: Pages) -> APIRouter:
    """Give the routes of exports and of subscriptions."""
    routes = APIRouter()
    _add_exports(routes, pages)
    _add_subscribing(routes, pages)
    _add_feeds(routes, pages)
    return routes


def _add_exports(routes: APIRouter, pages: Pages) -> None:
    who = Depends(reader(pages))

    @routes.get("/calls.xlsx")
    def spreadsheet(request: Request, visit: Annotated[Visit, who]) -> Response:
        rows = _rows(pages, request, visit.person)
        table = columns(rows, language=visit.language, word=word, now=pages.now())
        title = "Oproepen" if visit.language == "nl" else "Calls"
        return _file(pages, write_xlsx(table, title=title), ending="xlsx", media_type=XLSX)

    @routes.get("/calls.csv")
    def separated(request: Request, visit: Annotated[Visit, who]) -> Response:
        rows = _rows(pages, request, visit.person)
        table = columns(rows, language=visit.language, word=word, now=pages.now())
        content = write_csv(table, language=visit.language)
        return _file(pages, content, ending="csv", media_type="text/csv; charset=utf-8")

    @routes.get("/calls.ics")
    def calendar(request: Request, visit: Annotated[Visit, who]) -> Response:
        rows = _rows(pages, request, visit.person)
        content = _calendar(pages, rows, visit.person, language=visit.language, base=_base(pages, request))
        return _file(pages, content, ending="ics", media_type="text/calendar; charset=utf-8")


def _add_subscribing(routes: APIRouter, pages: Pages) -> None:
    who = Depends(reader(pages))

    @routes.get("/subscribe")
    def ask(request: Request, visit: Annotated[Visit, who]) -> Response:
        filters = Filters.from_query(request.query_params.multi_items())
        return pages.render(request, "subscribe.html.j2", visit, filters=filters, kinds=SubscriptionKind)

    @routes.post("/subscribe")
    def subscribe(request: Request, visit: Annotated[Visit, who], fields: Fields) -> Response:
        kind = fields.get("kind", "")
        if kind not in tuple(SubscriptionKind):
            raise HTTPException(422, "there is no such kind of subscription")
        filters = Filters.from_text(fields.get("filters", ""))
        title = fields.get("title") or ("Mijn oproepen" if visit.language == "nl" else "My calls")
        subscription, secret = pages.accounts.subscribe(
            visit.person, SubscriptionKind(kind), title=title, filters=filters.to_query()
        )
        return pages.render(
            request,
            "subscribed.html.j2",
            visit,
            subscription=subscription,
            secret=secret,
            base=_base(pages, request),
            kinds=SubscriptionKind,
        )


def _add_feeds(routes: APIRouter, pages: Pages) -> None:
    @routes.get("/feeds/{secret}.{ending}")
    def feed(request: Request, secret: str, ending: str) -> Response:
        kind = _KINDS.get(ending)
        found = pages.accounts.subscriber_of(secret, kind) if kind else None
        if found is None:
            raise HTTPException(404)
        person, subscription = found
        rows = everything(
            pages.app.engine,
            pages.app.municipality,
            Filters.from_text(subscription.filters),
            now=pages.now(),
            person=person,
        )
        base = _base(pages, request)
        if kind is SubscriptionKind.CALENDAR:
            content = _calendar(pages, rows, person, language=person.language, base=base)
            return Response(content, media_type="text/calendar; charset=utf-8")
        newest = sorted(rows, key=lambda row: row.touched, reverse=True)[:MOST_ENTRIES]
        content = write_atom(
            newest,
            address=f"{base}/feeds/{secret}.atom",
            base=base,
            title=subscription.title,
            language=person.language,
            now=pages.now(),
        )
        return Response(content, media_type="application/atom+xml; charset=utf-8")


def _rows(pages: Pages, request: Request, person: Person) -> Sequence[Row]:
    """Give the calls of the page that the export stands on, all of them."""
    filters = Filters.from_query(request.query_params.multi_items())
    return everything(pages.app.engine, pages.app.municipality, filters, now=pages.now(), person=person)


def _calendar(pages: Pages, rows: Sequence[Row], person: Person, *, language: str, base: str) -> bytes:
    with session_scope(pages.app.engine, read_only=True) as session:
        moved = standings.times_moved(session, [row.call.id for row in rows])
    sender = parseaddr(pages.app.settings.smtp_sender)[1]
    name = "Europese kansen" if language == "nl" else "European funding"
    return write_moments(
        rows,
        owner=person.email,
        language=language,
        sequences=moved,
        base=base,
        sender=sender,
        name=name,
        now=pages.now(),
    )


def _base(pages: Pages, request: Request) -> str:
    """Give the address that the world knows us by: as it is set, else as it was asked."""
    return pages.app.settings.public_url or str(request.base_url).rstrip("/")


def _file(pages: Pages, content: bytes, *, ending: str, media_type: str) -> Response:
    name = quote(f"oproepen-{pages.today().isoformat()}.{ending}")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)

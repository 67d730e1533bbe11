"""Exports of exactly what a list is filtered to, and subscriptions to it by a personal secret address."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from email.utils import parseaddr
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from db import activity
from db.engine import session_scope
from tracker.account_rules import AccountError
from tracker.core.person import Person, Subscription, SubscriptionKind
from tracker.exports import XLSX, Column, columns, write_atom, write_csv, write_moments, write_xlsx
from tracker.lists import Filters, Row, everything
from tracker.telling.facts import programme_of
from tracker.telling.say import BOTH, word
from tracker.web.accounts import PROBLEMS
from tracker.web.pages import Fields, Pages, Visit, reader

CALENDAR = "text/calendar; charset=utf-8"
MOST_ENTRIES = 200
"""How many calls a news feed shows: what changed last."""
_KINDS = {"ics": SubscriptionKind.CALENDAR, "atom": SubscriptionKind.ATOM}
_NO_KIND: BOTH = ("Kies waarin je de lijst wilt zien.", "Choose where you want to see the list.")


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
        table = _table(pages, request, visit)
        title = "Oproepen" if visit.language == "nl" else "Calls"
        return _file(pages, visit, write_xlsx(table, title=title), ending="xlsx", media_type=XLSX)

    @routes.get("/calls.csv")
    def separated(request: Request, visit: Annotated[Visit, who]) -> Response:
        table = _table(pages, request, visit)
        content = write_csv(table, language=visit.language)
        return _file(pages, visit, content, ending="csv", media_type="text/csv; charset=utf-8")

    @routes.get("/calls.ics")
    def calendar(request: Request, visit: Annotated[Visit, who]) -> Response:
        rows = _rows(pages, request, visit.person)
        content = _calendar(pages, rows, visit.person, language=visit.language, base=_base(pages, request))
        return _file(pages, visit, content, ending="ics", media_type=CALENDAR)


def _add_subscribing(routes: APIRouter, pages: Pages) -> None:
    who = Depends(reader(pages))

    @routes.get("/subscribe")
    def ask(request: Request, visit: Annotated[Visit, who]) -> Response:
        return _ask_page(request, pages, visit, Filters.from_query(request.query_params.multi_items()))

    @routes.post("/subscribe")
    def subscribe(request: Request, visit: Annotated[Visit, who], fields: Fields) -> Response:
        kind, title = fields.get("kind", ""), fields.get("title", "")
        filters = Filters.from_text(fields.get("filters", "")).but()
        if kind not in tuple(SubscriptionKind):
            return _ask_page(request, pages, visit, filters, title=title, problem=_NO_KIND)
        usual = "Mijn oproepen" if visit.language == "nl" else "My calls"
        try:
            subscription, secret = pages.accounts.subscribe(
                visit.person, SubscriptionKind(kind), title=title or usual, filters=filters.to_query()
            )
        except AccountError as error:
            problem = PROBLEMS[error.problem]
            return _ask_page(request, pages, visit, filters, title=title, kind=kind, problem=problem)
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
        filters, now = Filters.from_text(subscription.filters), pages.now()
        rows = everything(pages.app.engine, pages.app.municipality, filters, now=now, person=person)
        base = _base(pages, request)
        if kind is SubscriptionKind.CALENDAR:
            content = _calendar(pages, rows, person, language=person.language, base=base)
            return _fresh(request, content, media_type=CALENDAR)
        address = f"{base}/feeds/{secret}.atom"
        content = _news(rows, person, subscription, address=address, base=base, now=now)
        return _fresh(request, content, media_type="application/atom+xml; charset=utf-8")


def _ask_page(
    request: Request,
    pages: Pages,
    visit: Visit,
    filters: Filters,
    *,
    title: str = "",
    kind: str = SubscriptionKind.CALENDAR,
    problem: BOTH | None = None,
) -> Response:
    return pages.render(
        request,
        "subscribe.html.j2",
        visit,
        status=422 if problem else 200,
        filters=filters,
        called=title,
        chosen=kind,
        kinds=SubscriptionKind,
        problem=problem,
    )


def _fresh(request: Request, content: bytes, *, media_type: str) -> Response:
    """Answer who looks again and again: only with what changed since (RFC 9110, 13.1.2).

    A calendar says when it was written, which is no change.
    """
    lasting = b"\n".join(line for line in content.splitlines() if not line.startswith(b"DTSTAMP"))
    tag = f'"{hashlib.sha256(lasting).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if known & {tag, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)


def _news(
    rows: Sequence[Row], person: Person, subscription: Subscription, *, address: str, base: str, now: datetime
) -> bytes:
    newest = sorted(rows, key=lambda row: row.touched, reverse=True)[:MOST_ENTRIES]
    return write_atom(
        newest,
        address=address,
        base=base,
        title=subscription.title,
        language=person.language,
        since=subscription.created_at,
        now=now,
    )


def _rows(pages: Pages, request: Request, person: Person) -> Sequence[Row]:
    """Give the calls of the page that the export stands on, all of them."""
    filters = Filters.from_query(request.query_params.multi_items())
    return everything(pages.app.engine, pages.app.municipality, filters, now=pages.now(), person=person)


def _table(pages: Pages, request: Request, visit: Visit) -> list[Column]:
    rows = _rows(pages, request, visit.person)
    return columns(
        rows,
        municipality=pages.app.municipality,
        language=visit.language,
        word=word,
        programme=programme_of,
        now=pages.now(),
    )


def _calendar(pages: Pages, rows: Sequence[Row], person: Person, *, language: str, base: str) -> bytes:
    with session_scope(pages.app.engine, read_only=True) as session:
        moved = activity.times_moved(session, [row.call.id for row in rows])
    sender = parseaddr(pages.app.settings.smtp_sender)[1]
    name = "Europese kansen" if language == "nl" else "European opportunities"
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


def _file(pages: Pages, visit: Visit, content: bytes, *, ending: str, media_type: str) -> Response:
    name = f"{'oproepen' if visit.language == 'nl' else 'calls'}-{pages.today().isoformat()}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)

"""The list of calls that people work from: `/calls`, filtered by its address."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response

from db import lists
from db.engine import session_scope
from tracker.core.person import Role
from tracker.core.review import RejectionReason
from tracker.filters import PAGE_SIZES, Filters
from tracker.lists import Found, Sort, find, relaxations
from tracker.numbers import whole_number
from tracker.web.filter_bar import chips, make_bar, views
from tracker.web.pages import Pages, Visit, reader, see_other
from tracker.web.rows import view_row

ASKS = ("reject", "assign")
"""What a row can ask for in a form of its own, by the field `ask` of the address."""


def router(pages: Pages) -> APIRouter:
    """Give the route of the list."""
    routes = APIRouter()

    @routes.get("/calls")
    def show(request: Request, visit: Annotated[Visit, Depends(reader(pages))]) -> Response:
        query = request.query_params
        filters = Filters.from_query(query.multi_items())
        if not filters.ignored and any(not value.strip() for _, value in query.multi_items()):
            return see_other(
                address_of(filters)
            )  # a form sends its empty fields too: an address to keep has none
        engine, municipality = pages.app.engine, pages.app.municipality
        found = find(engine, municipality, filters, now=pages.now(), person=visit.person)
        return pages.render(
            request,
            "calls.html.j2",
            visit,
            **_list_values(pages, visit, found),
            **_bar_values(pages, visit, found),
            **_acting_values(pages, request, visit),
        )

    return routes


def address_of(filters: Filters, path: str = "/calls", **changes: object) -> str:
    """Give the address of a list, or with another `path` of an export of it, with some filters changed."""
    query = (filters.but(**changes) if changes else filters).to_query()
    return f"{path}?{query}" if query else path


def done_address(filters: Filters, call_id: int) -> str:
    """Give the address that tells on this list what was decided on a call, at its row."""
    return f"{_and(address_of(filters), done=call_id)}#call-{call_id}"


def ask_address(filters: Filters, call_id: int, ask: str) -> str:
    """Give the address of this list with a row's form open; a fragment would keep the form from the focus."""
    return _and(address_of(filters), row=call_id, ask=ask)


def _and(address: str, **fields: object) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(fields)}"


def _list_values(pages: Pages, visit: Visit, found: Found) -> dict[str, Any]:
    municipality, now = pages.app.municipality, pages.now()
    filters = found.filters
    relaxed = (
        ()
        if found.total
        else relaxations(pages.app.engine, municipality, filters, now=now, person=visit.person)
    )
    return {
        "found": found,
        "filters": filters,
        "rows": [
            view_row(row, municipality, language=visit.language, now=now, today=pages.today())
            for row in found.rows
        ],
        "relaxed": relaxed,
        "address_of": address_of,
        "done_address": done_address,
        "ask_address": ask_address,
        "sort_of": {sort.value: sort for sort in Sort},
        "page_sizes": PAGE_SIZES,
        "reasons": tuple(RejectionReason),
    }


def _bar_values(pages: Pages, visit: Visit, found: Found) -> dict[str, Any]:
    municipality, language = pages.app.municipality, visit.language
    with session_scope(pages.app.engine, read_only=True) as session:
        programmes = lists.programmes(session)
        is_first = not lists.is_decided_on(session, municipality.slug)
    people = pages.reviewing.assignable()
    return {
        "bar": make_bar(
            found.filters,
            found.counts,
            municipality=municipality,
            programmes=programmes,
            people=people,
            language=language,
        ),
        "chips": chips(found.filters, municipality, people, language),
        "views": views(found.filters, language),
        "people": people,
        "has_calls": bool(programmes),
        "is_first": is_first,
    }


def _acting_values(pages: Pages, request: Request, visit: Visit) -> dict[str, Any]:
    """Say which row has its form open, and which call was just decided on."""
    may_review = visit.person.may(Role.REVIEWER)
    asked, ask = whole_number(request.query_params.get("row", "")), request.query_params.get("ask", "")
    done = whole_number(request.query_params.get("done", ""))
    changed = pages.desk.call(done) if done is not None else None
    return {
        "may_review": may_review,
        "open_row": asked if may_review and ask in ASKS else None,
        "ask": ask,
        "changed": changed,
        "changed_review": pages.reviewing.review_of(changed.id) if changed else None,
    }

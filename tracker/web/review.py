"""What people decide on a call's page: state, assignment, notes and verdicts, each a form of its own."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from db.engine import hold_lock
from tracker.core.call import Call
from tracker.core.errors import ConflictError
from tracker.core.feedback import Verdict
from tracker.core.profile import Domain
from tracker.core.review import RejectionReason, Review, ReviewState
from tracker.feedback import Effect
from tracker.numbers import whole_number
from tracker.review import LONGEST_BECAUSE, Problem, as_seen, problem_with
from tracker.web import weighing
from tracker.web.pages import Fields, Form, Pages, Visit, own_path, reader, reviewer, see_other
from tracker.web.review_column import (
    Asked,
    asked_of,
    choices,
    column_for,
    known_call,
    standing_verdicts,
    steps_of,
)

VERDICT_LOCK = "verdict"
VERDICT_PATIENCE = 180.0
"""Seconds that a verdict waits for the ranking after another one: each must see those before it."""

BAD_DATE = "bad_date"
"""The due date is no date; beside the problems of `tracker.review`."""

Choice = TypeVar("Choice", bound=StrEnum)


def router(pages: Pages) -> APIRouter:
    """Give the routes of the review."""
    routes = APIRouter()
    _add_changes(routes, pages)
    _add_ways_back(routes, pages)
    _add_notes(routes, pages)
    _add_verdicts(routes, pages)
    routes.include_router(weighing.router(pages))
    return routes


def review_context(pages: Pages, visit: Visit, call: Call) -> dict[str, object]:
    """Give what `_review.html.j2` needs, the right column of the call's page."""
    return {"column": column_for(pages, visit, call)}


def _add_changes(routes: APIRouter, pages: Pages) -> None:
    may_review = Depends(reviewer(pages))

    @routes.post("/calls/{call_id}/review")
    def change(
        call_id: int, request: Request, fields: Fields, visit: Annotated[Visit, may_review]
    ) -> Response:
        call = known_call(pages, call_id)
        present = pages.reviewing.review_of(call_id)
        asked, bad_date = read_asked(fields, present, visit)
        problem = bad_date or problem_with(_wanted(asked, call_id), asked.because)
        if problem:
            return _again(request, pages, visit, call, asked=asked, problem=problem)
        try:
            pages.reviewing.change(
                call_id,
                visit.person,
                seen=asked.seen,
                state=asked.state,
                reason=asked.reason,
                person_id=asked.person_id,
                domain=asked.domain,
                due_on=asked.due_on,
                because=asked.because,
            )
        except ConflictError as conflict:
            return _again(request, pages, visit, call, asked=asked, conflict=conflict)
        return _back(fields, call_id, "changed")

    @routes.post("/calls/{call_id}/undo")
    def undo(call_id: int, request: Request, fields: Fields, visit: Annotated[Visit, may_review]) -> Response:
        call = known_call(pages, call_id)
        try:
            pages.reviewing.undo(call_id, visit.person, seen=_number(fields.get("seen", "")))
        except ConflictError as conflict:
            return _again(request, pages, visit, call, asked=None, conflict=conflict)
        return _back(fields, call_id, "undone")


def _add_ways_back(routes: APIRouter, pages: Pages) -> None:
    """Lead to the call who asks for the address of a form, as the choice of another language on it does."""

    def see_call(call_id: int, _visit: Annotated[Visit, Depends(reader(pages))]) -> Response:
        return see_other(f"/calls/{call_id}")

    for form in ("review", "undo", "notes", "verdicts", "verdicts/undo"):
        routes.add_api_route(f"/calls/{{call_id}}/{form}", see_call, methods=["GET"], response_model=None)


def _add_notes(routes: APIRouter, pages: Pages) -> None:
    may_review = Depends(reviewer(pages))

    @routes.post("/calls/{call_id}/notes")
    def note(call_id: int, fields: Fields, visit: Annotated[Visit, may_review]) -> Response:
        known_call(pages, call_id)
        pages.reviewing.add_note(call_id, visit.person, fields.get("text", ""))
        return _back(fields, call_id, "noted")

    @routes.post("/calls/{call_id}/notes/{note_id}/withdraw")
    def withdraw(call_id: int, note_id: int, fields: Fields, visit: Annotated[Visit, may_review]) -> Response:
        known_call(pages, call_id)
        pages.reviewing.withdraw_note(call_id, visit.person, note_id)
        return _back(fields, call_id, "withdrawn")


def _add_verdicts(routes: APIRouter, pages: Pages) -> None:
    may_review = Depends(reviewer(pages))

    @routes.post("/calls/{call_id}/verdicts")
    def judge(call_id: int, fields: Fields, visit: Annotated[Visit, may_review]) -> Response:
        call, slug = known_call(pages, call_id), fields.get("priority", "")
        pages.app.municipality.chosen(slug)
        if fields.get("wanted") not in {"yes", "no"}:
            raise HTTPException(422, "the verdict is yes or no")
        wanted, because = fields["wanted"] == "yes", fields.get("because", "")
        if len(because) > LONGEST_BECAUSE:
            raise HTTPException(422, f"the explanation has {LONGEST_BECAUSE} characters at most")
        with hold_lock(pages.app.engine, VERDICT_LOCK, patience=VERDICT_PATIENCE):
            old = _verdict_on(pages, call, slug)
            if old is not None and (old.wanted, old.because) == (wanted, because):
                return _back(fields, call_id, "judged_before")
            tell = partial(
                pages.reviewing.note_verdict,
                call_id=call_id,
                person=visit.person,
                priority=slug,
                old=old.wanted if old else None,
                because=because,
            )
            effect = pages.desk.give_feedback(call, slug, wanted=wanted, because=because, tell=tell)
        return _back(fields, call_id, "judged", **_moved(effect))

    @routes.post("/calls/{call_id}/verdicts/undo")
    def take_back(call_id: int, fields: Fields, visit: Annotated[Visit, may_review]) -> Response:
        call, slug = known_call(pages, call_id), fields.get("priority", "")
        with hold_lock(pages.app.engine, VERDICT_LOCK, patience=VERDICT_PATIENCE):
            old = _verdict_on(pages, call, slug)
            if old is None:
                return _back(fields, call_id, "judged_before")
            tell = partial(
                pages.reviewing.note_verdict,
                call_id=call_id,
                person=visit.person,
                priority=slug,
                old=old.wanted,
            )
            effect = pages.desk.undo_feedback(call, slug, tell=tell)
        return _back(fields, call_id, "taken_back", **_moved(effect))


def read_asked(fields: Form, present: Review, visit: Visit) -> tuple[Asked, str]:
    """Read the review form; a field that is not in it stays as it is. Gives a problem with the date, or "".

    Raises:
        HTTPException: 422, a field has a value that no form of ours offers.
    """
    asked, problem = asked_of(present), ""
    asked = replace(asked, seen=_number(fields.get("seen", "")), because=_lines(fields.get("because", "")))
    if "state" in fields:
        asked = replace(asked, state=_one_of(ReviewState, fields["state"]))
    if "reason" in fields:
        asked = replace(asked, reason=_maybe(RejectionReason, fields["reason"]))
    if "domain" in fields:
        asked = replace(asked, domain=_maybe(Domain, fields["domain"]))
    if "assignee" in fields:
        chosen = fields["assignee"]
        person_id = visit.person.id if chosen == "me" else _number(chosen) if chosen else None
        asked = replace(asked, person_id=person_id)
    if "due_on" in fields:
        due_on, problem = None, "" if not fields["due_on"] else BAD_DATE
        with suppress(ValueError):
            due_on, problem = date.fromisoformat(fields["due_on"]), ""
        asked = replace(asked, due_on=due_on)
    return asked, problem


def applied_anew(asked: Asked, conflict: ConflictError) -> Asked:
    """Put what a person changed on the form over what the review says now; the rest follows the review."""
    seen, now = asked_of(as_seen(conflict.present, conflict.events)), asked_of(conflict.present)
    return Asked(
        seen=now.seen,
        state=now.state if asked.state is seen.state else asked.state,
        reason=now.reason if asked.reason is seen.reason else asked.reason,
        person_id=now.person_id if asked.person_id == seen.person_id else asked.person_id,
        domain=now.domain if asked.domain is seen.domain else asked.domain,
        due_on=now.due_on if asked.due_on == seen.due_on else asked.due_on,
        because=asked.because,
    )


def _again(
    request: Request,
    pages: Pages,
    visit: Visit,
    call: Call,
    *,
    asked: Asked | None,
    problem: str | Problem = "",
    conflict: ConflictError | None = None,
) -> Response:
    """Show the form once more with what the person filled in, and what is wrong or what somebody else did."""
    present = conflict.present if conflict else pages.reviewing.review_of(call.id)
    everyone = pages.accounts.people()
    names = {person.id: person.name for person in everyone}
    events = conflict.events if conflict else ()
    return pages.render(
        request,
        "review_again.html.j2",
        visit,
        status=409 if conflict else 422,
        call=call,
        asked=applied_anew(asked, conflict) if asked and conflict else asked,
        choices=choices(present, everyone),
        problem=str(problem),
        is_conflict=conflict is not None,
        present=present,
        assignee=names.get(present.person_id or 0, ""),
        steps=steps_of(events, names, pages.app.municipality, visit.language),
    )


def _verdict_on(pages: Pages, call: Call, slug: str) -> Verdict | None:
    found = standing_verdicts(pages)
    return next((one for one in found if (one.call_id, one.priority) == (call.id, slug)), None)


def _moved(effect: Effect) -> dict[str, str]:
    """Give what a verdict moved as fields of an address; a place that there is not is left out."""
    places = {"was": effect.before, "now": effect.after, "moved": effect.moved}
    numbers = {name: str(place) for name, place in places.items() if place is not None}
    return {"priority": effect.verdict.priority, **numbers}


def _back(fields: Mapping[str, str], call_id: int, done: str, **more: str) -> Response:
    """Go back to where the form stood (a list may say so), else to the call, and tell what was done."""
    if fields.get("next"):
        return see_other(own_path(fields["next"]))
    return see_other(f"/calls/{call_id}?{urlencode({'done': done, **more})}#review")


def _wanted(asked: Asked, call_id: int) -> Review:
    is_no = asked.state is ReviewState.NOT_FOR_US
    return Review(call_id=call_id, state=asked.state, reason=asked.reason if is_no else None)


def _one_of(kind: type[Choice], text: str) -> Choice:
    if text not in tuple(kind):
        raise HTTPException(422, f"{text!r} is none of: {', '.join(kind)}")
    return kind(text)


def _maybe(kind: type[Choice], text: str) -> Choice | None:
    return _one_of(kind, text) if text else None


def _number(text: str) -> int:
    number = whole_number(text)
    if number is None:
        raise HTTPException(422, "a number was expected in this form")
    return number


def _lines(text: str) -> str:
    """Give a text with the line ends of this side: browsers send two signs for one."""
    return text.replace("\r\n", "\n")

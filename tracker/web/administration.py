"""What an administrator does: people and their accounts, and the messages that went out."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from tracker.account_rules import AccountError, Problem
from tracker.core.delivery import DeliveryState
from tracker.core.person import Person, Role
from tracker.core.profile import Domain
from tracker.mailroom import Mailroom
from tracker.privacy import PSEUDONYM
from tracker.telling.say import BOTH
from tracker.web.accounts import PROBLEMS
from tracker.web.pages import Fields, Form, Pages, Visit, administrator, see_other

SHOWN = 200
"""How many messages one page shows, the newest first; `tracker deliveries` shows more."""

AGAIN = (DeliveryState.PENDING, DeliveryState.UNSURE, DeliveryState.FAILED)
"""What can be sent again; the use case has the last word."""


def router(pages: Pages) -> APIRouter:
    """Give the routes for people and deliveries."""
    routes = APIRouter()
    _add_people(routes, pages)
    _add_person(routes, pages)
    _add_deliveries(routes, pages)
    return routes


def _add_people(routes: APIRouter, pages: Pages) -> None:
    @routes.get("/people")
    def people(request: Request, visit: Annotated[Visit, Depends(administrator(pages))]) -> Response:
        return _people_page(request, pages, visit)

    @routes.post("/people")
    def add(
        request: Request, visit: Annotated[Visit, Depends(administrator(pages))], fields: Fields
    ) -> Response:
        try:
            person, password = pages.accounts.add(
                fields.get("email", ""),
                fields.get("name", ""),
                role=_role(fields),
                language="en" if fields.get("language") == "en" else "nl",
                domains=[domain for domain in Domain if domain.value in fields.all("domain")],
            )
        except AccountError as error:
            return _people_page(request, pages, visit, problem=PROBLEMS[error.problem], filled=fields)
        return _person_page(request, pages, visit, person, password=password)


def _add_person(routes: APIRouter, pages: Pages) -> None:
    @routes.get("/people/{person_id}")
    def person(
        person_id: int, request: Request, visit: Annotated[Visit, Depends(administrator(pages))]
    ) -> Response:
        with _known():
            found = pages.accounts.person(person_id)
        return _person_page(request, pages, visit, found)

    @routes.post("/people/{person_id}/role")
    def set_role(
        person_id: int,
        request: Request,
        visit: Annotated[Visit, Depends(administrator(pages))],
        fields: Fields,
    ) -> Response:
        with _known():
            try:
                pages.accounts.set_role(person_id, _role(fields))
            except AccountError as error:
                return _refused(request, pages, visit, person_id, error)
        return see_other(f"/people/{person_id}?done=role")

    @routes.post("/people/{person_id}/active")
    def set_active(
        person_id: int,
        request: Request,
        visit: Annotated[Visit, Depends(administrator(pages))],
        fields: Fields,
    ) -> Response:
        with _known():
            try:
                pages.accounts.set_active(person_id, is_active=fields.get("active") == "yes")
            except AccountError as error:
                return _refused(request, pages, visit, person_id, error)
        return see_other(f"/people/{person_id}?done=active")

    @routes.post("/people/{person_id}/password")
    def reset_password(
        person_id: int, request: Request, visit: Annotated[Visit, Depends(administrator(pages))]
    ) -> Response:
        with _known():
            password = pages.accounts.reset_password(person_id)
            return _person_page(request, pages, visit, pages.accounts.person(person_id), password=password)

    @routes.post("/people/{person_id}/sign-out")
    def sign_out(person_id: int, visit: Annotated[Visit, Depends(administrator(pages))]) -> Response:
        with _known():
            pages.accounts.person(person_id)
        pages.accounts.sign_out_everywhere(person_id)
        return see_other(f"/people/{person_id}?done=signed-out")

    @routes.get("/people/{person_id}/role")
    @routes.get("/people/{person_id}/active")
    @routes.get("/people/{person_id}/password")
    def see_person(person_id: int) -> Response:
        """Lead to the person who comes back to the address of a form, by changing the language for one."""
        return see_other(f"/people/{person_id}")


def _add_deliveries(routes: APIRouter, pages: Pages) -> None:
    mailroom = Mailroom(pages.app)

    @routes.get("/deliveries")
    def deliveries(request: Request, visit: Annotated[Visit, Depends(administrator(pages))]) -> Response:
        named = request.query_params.get("state", "")
        chosen = [state for state in DeliveryState if state.value == named]
        return pages.render(
            request,
            "deliveries.html.j2",
            visit,
            deliveries=mailroom.deliveries(chosen, limit=SHOWN),
            chosen=chosen[0] if chosen else None,
            states=tuple(DeliveryState),
            again=AGAIN,
            unsure=DeliveryState.UNSURE,
            shown=SHOWN,
            done=request.query_params.get("done", ""),
        )

    @routes.post("/deliveries/{delivery_id}/resend")
    def resend(delivery_id: int, _visit: Annotated[Visit, Depends(administrator(pages))]) -> Response:
        with pages.app.working():
            handed = mailroom.resend(delivery_id)
        return see_other(f"/deliveries?done=resent-{handed.state.value}")

    @routes.post("/deliveries/{delivery_id}/arrived")
    def arrived(delivery_id: int, _visit: Annotated[Visit, Depends(administrator(pages))]) -> Response:
        with pages.app.working():
            mailroom.note_arrival(delivery_id)
        return see_other("/deliveries?done=arrived")


@contextmanager
def _known() -> Iterator[None]:
    """Answer that there is no such page where an account is not there."""
    try:
        yield
    except AccountError as error:
        if error.problem is Problem.UNKNOWN:
            raise HTTPException(404, str(error)) from error
        raise


def _role(fields: Form) -> Role:
    """Give the role that was chosen; what is none of ours may the least."""
    return next((role for role in Role if role.value == fields.get("role")), Role.READER)


def _refused(request: Request, pages: Pages, visit: Visit, person_id: int, error: AccountError) -> Response:
    """Show a person again, with why nothing was changed."""
    if error.problem is Problem.UNKNOWN:
        raise error
    person = pages.accounts.person(person_id)
    return _person_page(request, pages, visit, person, problem=PROBLEMS[error.problem])


def _people_page(
    request: Request, pages: Pages, visit: Visit, *, problem: BOTH | None = None, filled: Form | None = None
) -> Response:
    everyone = [one for one in pages.accounts.people() if not one.email.startswith(PSEUDONYM)]
    return pages.render(
        request,
        "people.html.j2",
        visit,
        status=422 if problem else 200,
        accounts=[one for one in everyone if one.role is not None],
        contacts=[one for one in everyone if one.role is None and one.is_active],
        now=pages.now(),
        domains=tuple(Domain),
        problem=problem,
        filled=filled or Form(b""),
    )


def _person_page(
    request: Request,
    pages: Pages,
    visit: Visit,
    person: Person,
    *,
    password: str = "",
    problem: BOTH | None = None,
) -> Response:
    """Show one person; `password` is a new one, to be shown this once."""
    return pages.render(
        request,
        "person.html.j2",
        visit,
        status=422 if problem else 200,
        person=person,
        now=pages.now(),
        password=password,
        problem=problem,
        done=request.query_params.get("done", ""),
    )

"""Signing in and out, and one's own account: password, sessions, subscriptions."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, HTTPException, Request, Response

from tracker.account_rules import AccountError, Problem, SignInError, csrf_of
from tracker.passwords import SHORTEST
from tracker.telling.say import BOTH
from tracker.web.pages import (
    Fields,
    NotSignedInError,
    Pages,
    Visit,
    compare,
    own_path,
    reader,
    refuse_foreign,
    see_other,
)

PROBLEMS: dict[Problem, BOTH] = {
    Problem.NOT_AN_ADDRESS: (
        "Dit is geen mailadres. Schrijf het zoals naam@example.org.",
        "This is no mail address. Write it as naam@example.org.",
    ),
    Problem.NO_NAME: ("Vul een naam in, op één regel.", "Fill in a name, on one line."),
    Problem.TAKEN: ("Dit adres heeft al een account.", "This address has an account already."),
    Problem.UNKNOWN: ("Dit is er niet (meer).", "This is not there (any more)."),
    Problem.LAST_ADMINISTRATOR: (
        "Dit is de enige beheerder. Maak eerst iemand anders beheerder.",
        "This is the only administrator. Make somebody else administrator first.",
    ),
    Problem.LENGTH: (
        f"Een wachtwoord heeft minstens {SHORTEST} tekens.",
        f"A password has at least {SHORTEST} characters.",
    ),
    Problem.EASY: (
        "Dit wachtwoord is makkelijk te raden. Neem meer verschillende tekens en niet je eigen naam.",
        "This password is easy to guess. Use more different characters, and not your own name.",
    ),
    Problem.TOO_MANY: (
        "Je hebt te veel abonnementen. Trek er eerst een in.",
        "You have too many subscriptions. Revoke one first.",
    ),
}
"""What the pages say of each problem, in Dutch and English."""

WRONG_OLD: BOTH = (
    "Je oude wachtwoord klopt niet. Na vijf keer fout moet je wachten.",
    "Your old password is not right. After five failures you have to wait.",
)
NOT_TWICE: BOTH = (
    "Je nieuwe wachtwoord staat er niet twee keer hetzelfde.",
    "Your new password is not there twice in the same way.",
)


def router(pages: Pages) -> APIRouter:
    """Give the routes for signing in and out, and for one's own account."""
    routes = APIRouter()
    _add_signing_in(routes, pages)
    _add_account(routes, pages)
    return routes


def _add_signing_in(routes: APIRouter, pages: Pages) -> None:
    @routes.get("/sign-in")
    def ask(request: Request) -> Response:
        onward = own_path(request.query_params.get("next", ""))
        try:
            pages.visit(request)
        except NotSignedInError:
            return _sign_in_page(request, pages, onward=onward)
        return see_other(onward)

    @routes.post("/sign-in")
    def sign_in(request: Request, fields: Fields) -> Response:
        refuse_foreign(request)
        email, onward = fields.get("email", ""), own_path(fields.get("next", ""))
        try:
            signed = pages.accounts.sign_in(email, fields.get("password", ""))
        except SignInError as error:
            _log_refusal(error)
            return _sign_in_page(request, pages, onward=onward, email=email, is_refused=True)
        before = request.cookies.get(pages.cookie)
        if before:
            pages.accounts.sign_out(before)
        return _with_session(see_other(onward), pages, signed.secret)

    @routes.post("/sign-out")
    def sign_out(request: Request, fields: Fields) -> Response:
        """End the session; one that is over already is no error, its form is still on somebody's screen."""
        refuse_foreign(request)
        secret = request.cookies.get(pages.cookie, "")
        if secret and not compare(fields.get("csrf", ""), csrf_of(secret)):
            raise HTTPException(403, "csrf")
        if secret:
            pages.accounts.sign_out(secret)
        answer = see_other("/sign-in?done=signed-out")
        answer.delete_cookie(pages.cookie, secure=pages.is_https, httponly=True, samesite="lax")
        return answer


def _add_account(routes: APIRouter, pages: Pages) -> None:
    @routes.get("/account")
    def account(request: Request, visit: Annotated[Visit, Depends(reader(pages))]) -> Response:
        return _account_page(request, pages, visit)

    @routes.post("/account/password")
    def change_password(
        request: Request, visit: Annotated[Visit, Depends(reader(pages))], fields: Fields
    ) -> Response:
        new = fields.get("new", "")
        if new != fields.get("again", ""):
            return _account_page(request, pages, visit, problem=NOT_TWICE)
        try:
            signed = pages.accounts.set_password(visit.person, fields.get("old", ""), new)
        except SignInError as error:
            _log_refusal(error)
            return _account_page(request, pages, visit, problem=WRONG_OLD)
        except AccountError as error:
            return _account_page(request, pages, visit, problem=PROBLEMS[error.problem])
        return _with_session(see_other("/account?done=password"), pages, signed.secret)

    @routes.get("/account/password")
    def see_account() -> Response:
        """Lead to the account who comes back to the address of its form, by changing the language for one."""
        return see_other("/account")

    @routes.post("/account/sign-out-everywhere")
    def sign_out_everywhere(visit: Annotated[Visit, Depends(reader(pages))]) -> Response:
        pages.accounts.sign_out_everywhere(visit.person.id)
        return see_other("/sign-in?done=signed-out")

    @routes.post("/account/subscriptions/{subscription_id}/revoke")
    def revoke(subscription_id: int, visit: Annotated[Visit, Depends(reader(pages))]) -> Response:
        try:
            pages.accounts.revoke(visit.person, subscription_id)
        except AccountError as error:
            raise HTTPException(404, str(error)) from error
        return see_other("/account?done=revoked")


def _sign_in_page(
    request: Request, pages: Pages, *, onward: str, email: str = "", is_refused: bool = False
) -> Response:
    return pages.render(
        request,
        "sign_in.html.j2",
        None,
        status=401 if is_refused else 200,
        onward=onward,
        email=email[:200],
        is_refused=is_refused,
        done=request.query_params.get("done", ""),
    )


def _account_page(request: Request, pages: Pages, visit: Visit, *, problem: BOTH | None = None) -> Response:
    return pages.render(
        request,
        "account.html.j2",
        visit,
        status=422 if problem else 200,
        subscriptions=pages.accounts.subscriptions(visit.person),
        problem=problem,
        shortest=SHORTEST,
        done=request.query_params.get("done", ""),
    )


def _with_session(answer: Response, pages: Pages, secret: str) -> Response:
    """Hand the browser its secret, for as long as it is open: the server decides when the session ends."""
    answer.set_cookie(pages.cookie, secret, secure=pages.is_https, httponly=True, samesite="lax", path="/")
    return answer


def _log_refusal(error: SignInError) -> None:
    """Tell the operator of an account that was locked; without its address, for it may be a password."""
    if error.locked_until is not None:
        structlog.get_logger().warning("sign-in locked", until=error.locked_until.isoformat())

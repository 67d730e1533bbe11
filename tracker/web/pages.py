"""What every page needs: who is here, in which language, words and formats, and how a page is answered."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any
from urllib.parse import parse_qsl, quote

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency
from fastapi import Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from tracker import account_rules, filters, passwords
from tracker.accounts import Accounts, csrf_of
from tracker.app import AMSTERDAM, App
from tracker.core.match import CityRole
from tracker.core.person import Person, Role
from tracker.desk import Desk
from tracker.digest.formats import amount
from tracker.digest.formats import percent as percent_in
from tracker.digest.words import words_in
from tracker.review import LONGEST_BECAUSE, LONGEST_NOTE, Reviewing
from tracker.telling.say import role_meaning, word
from tracker.web.security import read_body

SESSION = "kansen-session"
SECURE_SESSION = "__Host-kansen-session"
"""Over https the browser itself sees that this cookie is ours alone."""
LANGUAGE = "kansen-language"
ASSETS = "/static"
LONGEST: Mapping[str, int] = {
    "name": account_rules.LONGEST_TEXT,
    "password": passwords.LONGEST,
    "sought": filters.LONGEST_TEXT,
    "because": LONGEST_BECAUSE,
    "note": LONGEST_NOTE,
}
"""How many characters the fields of the forms take: what their own rules accept."""
PAGE_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
"""With less than the own origin as referrer, a browser sends forms without naming where they come from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody who is signed in, on one request; `csrf` stands in every form, `secret` is the session's."""

    person: Person
    language: str
    csrf: str
    secret: str


class NotSignedInError(Exception):
    """Nobody is signed in: a page sends to the sign-in, anything else is refused."""


class Form(Mapping[str, str]):
    """The fields of a form: the first value of each, `all` for those that may be given more than once."""

    def __init__(self, body: bytes) -> None:
        text = body.decode("utf-8", "replace")
        try:
            pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=200)
        except ValueError as error:
            raise HTTPException(422, "the form has too many fields") from error
        self._fields: dict[str, list[str]] = {}
        for name, value in pairs:
            self._fields.setdefault(name, []).append(value.replace("\x00", "").strip())

    def __getitem__(self, name: str) -> str:
        return self._fields[name][0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def all(self, name: str) -> list[str]:
        """Give every value of a field."""
        return self._fields.get(name, [])


async def read_fields(request: Request) -> Form:
    """Read the fields of a posted form (a dependency).

    Raises:
        HTTPException: 413 or 422, it is longer than a form of ours can be.
    """
    return Form(await read_body(request))


Fields = Annotated[Form, Depends(read_fields)]


@dataclass(frozen=True)
class Pages:
    """What the routes of the review page share."""

    app: App
    is_https: bool = False

    @cached_property
    def desk(self) -> Desk:
        """What people ask and decide about calls."""
        return Desk(self.app)

    @cached_property
    def accounts(self) -> Accounts:
        """Who may come in."""
        return Accounts(self.app.engine, self.app.now)

    @cached_property
    def reviewing(self) -> Reviewing:
        """What the city decides about calls."""
        return Reviewing(self.app.engine, self.app.municipality.slug, self.app.now)

    @property
    def cookie(self) -> str:
        """The name of the session's cookie."""
        return SECURE_SESSION if self.is_https else SESSION

    def now(self) -> datetime:
        """Give the present moment."""
        return self.app.now()

    def today(self) -> date:
        """Give the day in Amsterdam."""
        return self.now().astimezone(AMSTERDAM).date()

    def visit(self, request: Request) -> Visit:
        """Tell who is here.

        Raises:
            NotSignedInError: nobody is, or the session is over.
        """
        secret = request.cookies.get(self.cookie, "")
        person = self.accounts.visit_of(secret) if secret else None
        if person is None:
            raise NotSignedInError
        language = language_of(request, person.language)
        return Visit(person=person, language=language, csrf=csrf_of(secret), secret=secret)

    def render(
        self, request: Request, name: str, visit: Visit | None, *, status: int = 200, **values: object
    ) -> HTMLResponse:
        """Answer with a page."""
        language = visit.language if visit else language_of(request, self.app.settings.language or "nl")
        html = self.templates.get_template(name).render(
            visit=visit,
            language=language,
            here=here(request),
            path=request.url.path,
            demo=self.app.demo,
            city=self.app.municipality.name,
            today=self.today(),
            Role=Role,
            **values,
        )
        return HTMLResponse(html, status_code=status, headers=PAGE_HEADERS)

    @cached_property
    def templates(self) -> Environment:
        """The templates with their words and formats."""
        environment = Environment(
            loader=PackageLoader("tracker.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals["say"] = _say
        environment.globals["longest"] = LONGEST
        environment.filters.update(_FILTERS)
        return environment


def language_of(request: Request, usual: str) -> str:
    """Give the language that the reader chose on the page, else the usual one."""
    chosen = request.cookies.get(LANGUAGE)
    return chosen if chosen in {"nl", "en"} else usual


def here(request: Request) -> str:
    """Give this page's own address, without the host: where a form of ours leads back to."""
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def own_path(address: str, otherwise: str = "/calls") -> str:
    """Give an address only if it is a page of ours: a path, and nothing that a browser reads as a host."""
    is_ours = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if is_ours and address.isprintable() and "\\" not in address else otherwise


def see_other(path: str) -> RedirectResponse:
    """Answer a form that did its work: the browser reads the page anew."""
    return RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"})


def to_sign_in(request: Request) -> Response:
    """Send somebody who is not signed in to the sign-in, and back here after it."""
    if request.method in {"GET", "HEAD"}:
        return see_other(f"/sign-in?next={quote(here(request), safe='')}")
    return Response("not signed in\n", status_code=401, media_type="text/plain")


def reader(pages: Pages) -> Callable[..., Visit]:
    """Give the dependency for pages that everybody with an account may see."""
    return _needs(pages, Role.READER)


def reviewer(pages: Pages) -> Callable[..., Visit]:
    """Give the dependency for what reviewers may do."""
    return _needs(pages, Role.REVIEWER)


def administrator(pages: Pages) -> Callable[..., Visit]:
    """Give the dependency for what administrators may do."""
    return _needs(pages, Role.ADMINISTRATOR)


def _needs(pages: Pages, role: Role) -> Callable[..., Visit]:
    def check(request: Request) -> Visit:
        visit = pages.visit(request)
        if not visit.person.may(role):
            raise HTTPException(403, role.value)
        return visit

    def check_form(visit: Annotated[Visit, Depends(check)], request: Request, fields: Fields) -> Visit:
        if request.method not in {"GET", "HEAD"}:
            refuse_foreign(request)
            if not compare(fields.get("csrf", ""), visit.csrf):
                raise HTTPException(403, "csrf")
        return visit

    return check_form


def compare(given: str, expected: str) -> bool:
    """Compare two secrets in a time that tells nothing."""
    import hmac

    return hmac.compare_digest(given.encode(), expected.encode())


def refuse_foreign(request: Request) -> None:
    """Refuse a form that another site sent.

    Raises:
        HTTPException: 403, the browser says that the form came from elsewhere.
    """
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    host = request.headers.get("host", "")
    is_ours = origin is None or origin.partition("://")[2] == host
    if site not in {"same-origin", "none"} or not is_ours:
        raise HTTPException(403, "csrf")


@pass_context
def _say(context: Context, dutch: str, english: str) -> str:
    return dutch if context["language"] == "nl" else english


@pass_context
def _word(context: Context, value: Any) -> str:  # noqa: ANN401 - any of our closed sets
    return word(value, context["language"])


@pass_context
def _role_meaning(context: Context, role: CityRole) -> str:
    return role_meaning(role, context["language"])


@pass_context
def _day(context: Context, day: date | datetime | None) -> str:
    """Say `dinsdag 16 februari 2027`."""
    return _date(context, day, "EEEE d MMMM y")


@pass_context
def _short_day(context: Context, day: date | datetime | None) -> str:
    """Say `12 jan`, with the year only when it is another one than today's."""
    if day is None:
        return ""
    return _date(context, day, "d MMM" if day.year == context["today"].year else "d MMM y")


def _date(context: Context, day: date | datetime | None, pattern: str) -> str:
    if day is None:
        return ""
    local = day.astimezone(AMSTERDAM).date() if isinstance(day, datetime) else day
    return format_date(local, pattern, locale=_locale(context))


@pass_context
def _moment(context: Context, moment: datetime | None) -> str:
    """Say `16 feb 2027 17.00`, Amsterdam time."""
    if moment is None:
        return ""
    pattern = "d MMM y HH.mm" if context["language"] == "nl" else "d MMM y HH:mm"
    return format_datetime(moment.astimezone(AMSTERDAM), pattern, locale=_locale(context))


@pass_context
def _money(context: Context, value: Decimal | None, currency: str = "EUR") -> str:
    """Say `€ 1.234.567`, exactly."""
    if value is None:
        return ""
    pattern = "¤\u00a0#,##0.##" if context["language"] == "nl" else "¤#,##0.##"
    return format_currency(value, currency, pattern, locale=_locale(context), currency_digits=False)


@pass_context
def _money_short(context: Context, value: Decimal | None, currency: str = "EUR") -> str:
    """Say `€ 1,2 miljoen`."""
    return "" if value is None else amount(value, currency, words_in(context["language"]))


@pass_context
def _percent(context: Context, value: Decimal | float | None) -> str:
    """Say `95 %`; the value is in percent."""
    return "" if value is None else percent_in(Decimal(str(value)), words_in(context["language"]))


def _locale(context: Context) -> str:
    return "nl" if context["language"] == "nl" else "en_GB"


_FILTERS: dict[str, Callable[..., str]] = {
    "word": _word,
    "role_meaning": _role_meaning,
    "day": _day,
    "short_day": _short_day,
    "moment": _moment,
    "money": _money,
    "money_short": _money_short,
    "percent": _percent,
}

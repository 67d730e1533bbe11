"""The pages behind the links in a mail: a GET asks, only a POST does (link scanners must not vote).

`answer_router` is what the review page's application includes; it needs no login, the link is the authority.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files

from babel.dates import format_date
from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from db import answers as kept_answers
from db import deliveries
from db.engine import Engine, Session, session_scope
from db.rows import read_calls_by_id
from tracker import answers
from tracker.core.answer import Answer, AnswerKind
from tracker.core.call import text_of
from tracker.core.delivery import Delivery
from tracker.core.profile import Contact, Domain
from tracker.links import LinkError, Links, Purpose, Ticket
from tracker.web.pages import Fields
from tracker.web.words import PageWords, page_words

STYLE = "/answers.css"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDesk:
    """What the pages need: the database, the links, whom we write to now, and the clock."""

    engine: Engine
    links: Links
    contacts: Callable[[], tuple[Contact, ...]]
    clock: Callable[[], datetime]
    language: str = "nl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one page shows; with `press` it is a question, and `other` is a link to another one."""

    heading: str
    call: str = ""
    lines: tuple[str, ...] = ()
    press: str = ""
    domains: tuple[Domain, ...] = ()
    weeks: tuple[int, ...] = ()
    other: str = ""
    other_url: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A link that is right: what it says, its message, and to whom that went."""

    ticket: Ticket
    delivery: Delivery
    contact: Contact


def answer_router(desk: AnswerDesk) -> APIRouter:
    """Give the routes of the answer pages."""
    router = APIRouter()

    @router.api_route("/a/{token}", methods=["GET", "HEAD"], response_class=HTMLResponse)
    def ask(token: str) -> Response:
        with session_scope(desk.engine, read_only=True) as session:
            try:
                asked = _open(session, desk, token)
            except LinkError as error:
                return _refuse(desk, error)
            words = page_words(asked.contact.language)
            return _show(_question(session, desk, asked, words), words)

    @router.post("/a/{token}", response_class=HTMLResponse)
    def do(token: str, fields: Fields) -> Response:
        with session_scope(desk.engine) as session:
            try:
                asked = _open(session, desk, token)
            except LinkError as error:
                return _refuse(desk, error)
            words = page_words(asked.contact.language)
            return _show(_act(session, desk, asked, words, form=fields), words)

    @router.get(STYLE)
    def style() -> Response:
        sheet = files("tracker.web").joinpath("templates/answers.css").read_text(encoding="utf-8")
        return Response(sheet, media_type="text/css", headers={"Cache-Control": "max-age=3600"})

    return router


def _open(session: Session, desk: AnswerDesk, token: str) -> Asked:
    """See that a link is right and its contact is still one of ours.

    Raises:
        LinkError: it is not.
    """
    ticket = desk.links.read(token, now=desk.clock())
    delivery = deliveries.get(session, ticket.delivery_id)
    if delivery is None or not ticket.belongs_to(delivery):
        raise LinkError
    if ticket.call_id and ticket.call_id not in {line.call_id for line in delivery.lines}:
        raise LinkError
    address = delivery.contact.casefold()
    contact = next((one for one in desk.contacts() if one.email.casefold() == address), None)
    if contact is None:
        raise LinkError
    return Asked(ticket, delivery, contact)


def _question(session: Session, desk: AnswerDesk, asked: Asked, words: PageWords) -> Page:
    purpose = asked.ticket.purpose
    is_leaving = purpose is Purpose.LEAVE
    return Page(
        heading=words.ask[purpose],
        call=_title(session, asked, words),
        lines=(words.effect[purpose],),
        press=words.press[purpose],
        domains=_other_domains(desk, asked) if purpose is Purpose.NOT_MY_DOMAIN else (),
        weeks=answers.WEEKS if purpose in {Purpose.LATER, Purpose.PAUSE} else (),
        other=words.rather_pause if is_leaving else "",
        other_url=_link_to(desk, asked, Purpose.PAUSE) if is_leaving else "",
    )


def _act(
    session: Session, desk: AnswerDesk, asked: Asked, words: PageWords, *, form: Mapping[str, str]
) -> Page:
    purpose, now = asked.ticket.purpose, desk.clock()
    if purpose.value in tuple(AnswerKind):
        return _answer(session, desk, asked, words, form=form)
    lines: tuple[str, ...] = (words.effect[purpose],)
    if purpose is Purpose.RETURN:
        kept_answers.end_absence(session, asked.contact.email)
    else:
        until = answers.until(now, _weeks(form)) if purpose is Purpose.PAUSE else None
        answers.leave(session, asked.contact.email, now=now, until=until)
        lines = (words.paused_until.format(date=_day(until, words)),) if until else ()
    is_back = purpose is Purpose.RETURN
    return Page(
        heading=words.done[purpose],
        lines=lines,
        other="" if is_back else words.come_back,
        other_url="" if is_back else _link_to(desk, asked, Purpose.RETURN),
    )


def _answer(
    session: Session, desk: AnswerDesk, asked: Asked, words: PageWords, *, form: Mapping[str, str]
) -> Page:
    chosen = form.get("domain", "")
    answer = answers.give(
        session,
        asked.delivery,
        asked.ticket.call_id,
        kind=AnswerKind(asked.ticket.purpose.value),
        now=desk.clock(),
        weeks=_weeks(form),
        to_domain=Domain(chosen) if chosen in _other_domains(desk, asked) else None,
        note=form.get("note", ""),
    )
    return Page(
        heading=words.thanks,
        call=_title(session, asked, words),
        lines=(words.done[asked.ticket.purpose], *_consequence(answer, words), words.change_mind),
    )


def _consequence(answer: Answer, words: PageWords) -> tuple[str, ...]:
    if answer.until is not None:
        return (words.hidden_until.format(date=_day(answer.until, words)),)
    if answer.to_domain is not None:
        return (words.passed.format(domain=words.domains[answer.to_domain]),)
    return ()


def _other_domains(desk: AnswerDesk, asked: Asked) -> tuple[Domain, ...]:
    """Give the domains to which a call can be passed: those with somebody else who reads our mails."""
    read = {domain for one in desk.contacts() if one.email != asked.contact.email for domain in one.domains}
    return tuple(domain for domain in Domain if domain in read - set(asked.contact.domains))


def _title(session: Session, asked: Asked, words: PageWords) -> str:
    call = read_calls_by_id(session, {asked.ticket.call_id}).get(asked.ticket.call_id)
    return text_of(call.data, (words.language, "en")).title if call else ""


def _link_to(desk: AnswerDesk, asked: Asked, purpose: Purpose) -> str:
    ticket = Ticket(purpose, asked.ticket.delivery_id, 0, asked.ticket.mark)
    return desk.links.token(ticket, now=desk.clock())  # beside this page, wherever it is


def _weeks(form: Mapping[str, str]) -> int:
    chosen = form.get("weeks", "")
    return int(chosen) if chosen in {str(number) for number in answers.WEEKS} else answers.USUAL_WEEKS


def _day(day: date, words: PageWords) -> str:
    return format_date(day, "EEEE d MMMM y", locale=words.locale)


def _refuse(desk: AnswerDesk, error: LinkError) -> Response:
    words = page_words(desk.language)
    heading = words.too_old if error.expired else words.not_right
    help_line = words.too_old_help if error.expired else words.not_right_help
    page = Page(heading=heading, lines=(help_line, words.nothing_happened))
    return _show(page, words, status=410 if error.expired else 404)


def _show(page: Page, words: PageWords, *, status: int = 200) -> Response:
    html = (
        _templates()
        .get_template("page.html.j2")
        .render(
            page=page,
            words=words,
            style=f"..{STYLE}",
            longest_note=answers.LONGEST_NOTE,
            usual_weeks=answers.USUAL_WEEKS,
        )
    )
    return HTMLResponse(
        html, status_code=status, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    )


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("tracker.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

"""Reads the cards of Portico, the European Urban Initiative's catalogue of calls for cities.

Only what stands inside a card counts: the filters at the top of the page repeat the words of the status.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bs4 import BeautifulSoup, Tag

from scrapers.contract import Fetch
from scrapers.dates import parse_moment
from scrapers.money import parse_money
from scrapers.platforms.html_pages import absolute
from scrapers.platforms.soup import read_soup
from scrapers.text import clean
from tracker.core.call import Claim
from tracker.core.errors import LayoutChangedError

CARDS = "article.node--type-call-for-proposals"
CLAIMS = {"open": Claim.OPEN, "upcoming": Claim.FORTHCOMING, "closed": Claim.CLOSED}
MOST_PAGES = 30

_STATUS = re.compile(r"(?:status\s*:\s*)?(open|upcoming|closed)", re.IGNORECASE)
_DEADLINE = re.compile(r"\bDeadline date\s*:?\s*(\d{1,2}/\d{1,2}/\d{2,4})", re.IGNORECASE)
_AMOUNT = re.compile(r"\bFunding support\s*:?\s*(?P<amount>[^\n]*(?:€|\bEUR\b|\beuro)[^\n]*)", re.IGNORECASE)
_APPLICANTS = re.compile(r"\b(?:urban|local|regional|public)\b.*\bauthorit|\bmunicipalit", re.IGNORECASE)
_OWNER = re.compile(r"^By\s+(?P<owner>\S.*)$", re.IGNORECASE)
_MORE = re.compile(r"find out more\b", re.IGNORECASE)
_NOT_A_SLUG = re.compile(r"[^a-z0-9]+")


class CardError(Exception):
    """A card cannot be understood; `reference` names the card and `field` is where."""

    def __init__(self, message: str, *, reference: str, field: str) -> None:
        super().__init__(message)
        self.reference = reference
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One call of the catalogue. `amount` is the support that one applicant gets, in euros.

    `url` is where to read more; `words` are the card's lines, for people and for matching.
    """

    reference: str
    title: str
    claim: Claim
    owner: str
    url: str
    deadline: date | None
    amount: Decimal | None
    amount_words: str
    applicants: tuple[str, ...]
    words: tuple[str, ...]


def read_catalogue(fetch: Fetch, url: str, *, source: str) -> list[Card | CardError]:
    """Read the catalogue's cards, following its pager where it has one.

    Raises:
        ScrapeError: a page of it cannot be read.
        LayoutChangedError: no card with a status stands on it; closed calls stay listed there.
    """
    cards: list[Card | CardError] = []
    asked: set[str] = set()
    following: str | None = url
    while following and following not in asked:
        if len(asked) == MOST_PAGES:
            message = f"{url} has more than {MOST_PAGES} pages"
            raise LayoutChangedError(message, source=source, url=url, field="pager")
        asked.add(following)
        soup = read_soup(fetch, following, source=source)
        cards += list(cards_in(soup, base=following))
        following = _next_page(soup, base=following)
    if not any(isinstance(card, Card) for card in cards):
        first = next((f", first: {card}" for card in cards), "")
        message = f"{url} shows no card with a title and a status ({len(cards)} cards{first})"
        raise LayoutChangedError(message, source=source, url=url, field=CARDS)
    return cards


def slug_of(words: str) -> str:
    """Give words in the form that addresses have: lower case, with dashes."""
    return _NOT_A_SLUG.sub("-", words.lower()).strip("-")


def cards_in(soup: BeautifulSoup, *, base: str) -> Iterator[Card | CardError]:
    """Give the cards of the page at `base`, or for each that cannot be understood its error."""
    for article in soup.select(CARDS):
        try:
            yield _card(article, base=base)
        except CardError as error:
            yield error


def _next_page(soup: BeautifulSoup, *, base: str) -> str | None:
    link = soup.select_one(".pager__item--next a[href], a[rel~=next][href]")
    return absolute(str(link["href"]), base=base) if link else None


def _card(article: Tag, *, base: str) -> Card:
    words = tuple(clean(line) for line in article.stripped_strings)
    title = _title(article)
    if not title:
        raise CardError("it has no title", reference=" ".join(words)[:80], field="title-node")
    owner, owner_url = _owner(article, base)
    reference = _reference(article, title, owner)
    status = next((found for line in words if (found := _STATUS.fullmatch(line))), None)
    if status is None:
        raise CardError("it has no status", reference=reference, field="status")
    amount_words, amount = _amount("\n".join(words))
    return Card(
        reference=reference,
        title=title,
        claim=CLAIMS[status[1].lower()],
        owner=owner,
        url=_target(article, base) or owner_url or base,
        deadline=_deadline(" ".join(words), reference),
        amount=amount,
        amount_words=amount_words,
        applicants=tuple(line for line in words if _APPLICANTS.search(line) and line != title),
        words=tuple(
            line for line in words if line != title and not _STATUS.fullmatch(line) and not _MORE.match(line)
        ),
    )


def _title(article: Tag) -> str:
    found = article.select_one("[class*=title-node]") or article.select_one("h2, h3")
    return clean(found.get_text(" ")) if found else ""


def _reference(article: Tag, title: str, owner: str) -> str:
    """Give the publisher's number of a card; without one, owner and title, which is all that names it."""
    number = str(article.get("data-history-node-id") or "").strip()
    return number or slug_of(f"{owner} {title}")


def _owner(article: Tag, base: str) -> tuple[str, str]:
    for link in article.select("a[href]"):
        if found := _OWNER.match(clean(link.get_text(" "))):
            return found["owner"], absolute(str(link["href"]), base=base)
    return "", ""


def _target(article: Tag, base: str) -> str:
    """Give where "Find out more" leads, unless that is a PDF: the owner's page tells people more."""
    for link in article.select("a[href]"):
        if _MORE.match(clean(link.get_text(" "))):
            url = absolute(str(link["href"]), base=base)
            return "" if url.lower().partition("?")[0].endswith(".pdf") else url
    return ""


def _deadline(words: str, reference: str) -> date | None:
    """Read the deadline, whose date stands behind its label or in the next element."""
    found = _DEADLINE.search(words)
    if found is None:
        return None
    try:
        return parse_moment(found[1], locale="en").date
    except ValueError as error:
        raise CardError(str(error), reference=reference, field="deadline") from error


def _amount(lines: str) -> tuple[str, Decimal | None]:
    """Read the support in euros and its words; an amount in words alone ("to be announced") is none."""
    found = _AMOUNT.search(lines)
    if found is None:
        return "", None
    try:
        return clean(found[0]), parse_money(found["amount"], locale="en").value
    except ValueError:  # "70 % of the costs", two amounts: it is shown in its words
        return clean(found[0]), None

"""Reads the listings that the Commission's sites share (Europa Component Library, "ECL"): pure functions.

The shape is known from public programs that read sister sites; labels on the cards of calls are not.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bs4 import BeautifulSoup, Tag

from scrapers.contract import RowProblem
from scrapers.dates import Moment, find_moments, parse_date
from scrapers.platforms.html_pages import absolute
from scrapers.platforms.soup import link_of, words_of
from scrapers.text import html_to_text
from tracker.core.call import Claim
from tracker.core.errors import LayoutChangedError

OLDEST = dt.timedelta(days=365)
"""A page about a call without dates is taken for a past one after so long."""

_CARDS = "article.ecl-content-item, div.ecl-content-item, article.ecl-card"
_TITLES = ".ecl-content-block__title a[href], .ecl-card__title a[href]"
_HEADINGS = "h1, .ecl-page-header__title"
_META = ".ecl-content-block__primary-meta-item, .ecl-card__meta-item"
_PORTAL = re.compile(
    r"//ec\.europa\.eu/info/funding-tenders/\S*(?:topic-details|competitive-calls-cs|topicdetails)",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(r"_[a-z]{2}$")

_YEAR = re.compile(r"\b20[0-9]{2}\b")

_CLAIMS = {
    "open": Claim.OPEN,
    "ongoing": Claim.OPEN,
    "forthcoming": Claim.FORTHCOMING,
    "upcoming": Claim.FORTHCOMING,
    "closed": Claim.CLOSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card of a listing; `labels` are the terms of its description list in lower case.

    `published` is the date that stands on the card without a label: when the page was published, never when
    a call closes.
    """

    reference: str
    url: str
    title: str
    kinds: tuple[str, ...]
    published: dt.date | None
    description: str
    labels: dict[str, Tag]

    @property
    def is_on_portal(self) -> bool:
        """Tell whether the card only leads to a call of the EU portal, which has a source of its own."""
        return _PORTAL.search(self.url) is not None


@dataclass(frozen=True, slots=True)
class Cards:
    """What one page of a listing holds: its cards, and those that could not be understood."""

    cards: tuple[Card, ...]
    problems: tuple[RowProblem, ...]


def read_cards(soup: BeautifulSoup, *, url: str) -> Cards:
    """Give the cards of one page of a listing, each once.

    `url` is the publisher's own address of the page, to which relative links belong.
    """
    main = soup.find("main") or soup
    cards: dict[str, Card] = {}
    problems = []
    for number, tag in enumerate(main.select(_CARDS), start=1):
        card = _card(tag, url)
        if card is None:
            problems.append(RowProblem(f"card {number}", "the card has no title with a link", _TITLES))
        elif has_unread_deadline(card):
            problems.append(RowProblem(card.reference, "the deadline cannot be read", "deadline"))
        else:
            cards.setdefault(card.reference, card)
    return Cards(tuple(cards.values()), tuple(problems))


def check_first_page(soup: BeautifulSoup, page: Cards, *, source: str, url: str) -> None:
    """See that a listing's first page is one; past calls stay listed, so it is never without cards.

    Raises:
        LayoutChangedError: the page has no heading, or no card with a title.
    """
    if not any(words_of(heading) for heading in soup.select(_HEADINGS)):
        raise LayoutChangedError("the listing has no heading", source=source, url=url, field=_HEADINGS)
    if not page.cards:
        raise LayoutChangedError("the listing has no card with a title", source=source, url=url, field=_CARDS)


def page_url(url: str, number: int) -> str:
    """Give the address of a page of a listing, counted from 0; the first is the listing's own."""
    if not number:
        return url
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query) if pair[0] != "page"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("page", str(number))])))


def deadlines_of(card: Card) -> tuple[Moment, ...]:
    """Give the moments that the card calls a deadline, and no other date of it."""
    return tuple(moment for tag in _labelled(card, "deadline") for moment in moments_of(tag))


def has_unread_deadline(card: Card) -> bool:
    """Tell whether the card states a deadline with a year that is no moment known here."""
    stated = [words_of(tag) for tag in _labelled(card, "deadline")]
    return not deadlines_of(card) and any(_YEAR.search(words) for words in stated)


def opening_of(card: Card) -> dt.date | None:
    """Give the date that the card calls its opening."""
    moments = [moment for tag in _labelled(card, "opening", "open from") for moment in moments_of(tag)]
    return moments[0].date if moments else None


def claim_of(card: Card) -> Claim | None:
    """Give the status that the card states, or None."""
    words = (words_of(tag).casefold() for tag in _labelled(card, "status"))
    return next((_CLAIMS[word] for word in words if word in _CLAIMS), None)


def is_past(card: Card, today: dt.date | None) -> bool:
    """Tell whether a card that states neither a deadline nor a status is too old to be about an open call."""
    if today is None or card.published is None or deadlines_of(card) or claim_of(card):
        return False
    return card.published < today - OLDEST


def moments_of(tag: Tag) -> tuple[Moment, ...]:
    """Give the moments in a value, as people read them; a `datetime` alone gives its date.

    Its hour is left out: the Commission's sites write noon (UTC) where only a date is meant.
    """
    shown = find_moments(words_of(tag), locale="en")
    if shown:
        return shown
    stated = (str(time.get("datetime") or "") for time in tag.select("time[datetime]"))
    return tuple(Moment(date) for date in map(_date, stated) if date is not None)


def _card(tag: Tag, url: str) -> Card | None:
    link = tag.select_one(_TITLES)
    address = absolute(link_of(link), base=url)
    title = words_of(link)
    if not address or not title:
        return None
    description = tag.select_one(".ecl-content-block__description, .ecl-card__description")
    return Card(
        reference=_reference(address, url),
        url=address,
        title=title,
        kinds=tuple(words_of(item) for item in tag.select(_META) if not item.find("time") and words_of(item)),
        published=_published(tag),
        description=html_to_text(description.decode_contents()) if description else "",
        labels=dict(_labels(tag)),
    )


def _reference(address: str, url: str) -> str:
    """Give a call's path without its language; another site's has that site in front."""
    parts = urlsplit(address)
    path = _LANGUAGE.sub("", parts.path.strip("/")) + (f"?{parts.query}" if parts.query else "")
    return path if parts.netloc == urlsplit(url).netloc else f"{parts.netloc}/{path}"


def _labels(tag: Tag) -> Iterator[tuple[str, Tag]]:
    for term in tag.select("dl.ecl-description-list dt"):
        value = term.find_next_sibling("dd")
        if value is not None:
            yield words_of(term).rstrip(" :").casefold(), value


def _labelled(card: Card, *starts: str) -> Iterator[Tag]:
    return (tag for label, tag in card.labels.items() if label.startswith(starts))


def _published(tag: Tag) -> dt.date | None:
    time = tag.select_one(".ecl-content-block__primary-meta-container time[datetime]")
    if time is not None:
        return _date(str(time["datetime"]))
    block = tag.select_one(".ecl-date-block")
    if block is None:
        return None
    parts = (words_of(block.select_one(f".ecl-date-block__{name}")) for name in ("day", "month", "year"))
    moments = find_moments(" ".join(parts), locale="en")
    return moments[0].date if moments else None


def _date(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:  # a date that nobody reads is no reason to lose a call
        return None

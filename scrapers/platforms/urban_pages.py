"""Reads the European Urban Initiative's own pages: its standing opportunities, and a call's detail page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from scrapers.contract import Fetch
from scrapers.dates import Window, find_windows
from scrapers.money import find_amounts
from scrapers.platforms.html_pages import main_text
from scrapers.platforms.soup import read_soup
from scrapers.sentences import sentences
from tracker.core.call import Deadline, Fact, FactName
from tracker.core.errors import LayoutChangedError

HOME = "https://www.urban-initiative.eu"

_FIXED_LINE = re.compile(r"\b\d{1,2} \w+(?: \d{4})? [-–—] \d{1,2} \w+ \d{4}\b")
_CLOSED = re.compile(r"^the call for proposals is (?:now )?closed\b", re.IGNORECASE)
_CITIES = re.compile(r"\burban authorities from (?:the )?EU member states\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Standing:
    """An opportunity that has no deadline. `cards` knows its card in the catalogue by the title.

    `proof` are the words of its page without which it is not given.
    """

    reference: str
    title: str
    url: str
    cards: re.Pattern[str]
    proof: re.Pattern[str]


STANDING = (
    Standing(
        "city-to-city-exchanges",
        "EUI City-to-City Exchanges",
        f"{HOME}/capacity-building/city-to-city-exchanges/call",
        re.compile(r"\bcity[-\s]to[-\s]city\b", re.IGNORECASE),
        re.compile(r"\bcontinuously open\b|\bopen continuously\b|\brolling basis\b", re.IGNORECASE),
    ),
    Standing(
        "peer-reviews",
        "EUI Peer Reviews",
        f"{HOME}/capacity-building/peer-reviews/ongoing-call-peer-reviews",
        re.compile(r"\bpeer[-\s]reviews?\b(?!ers)", re.IGNORECASE),
        re.compile(
            r"\bcontinuously open\b|\bopen continuously\b|\brolling basis\b|\bongoing call\b", re.IGNORECASE
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class StandingPage:
    """What the page of a standing opportunity says: its words, and the sentence that proves it open."""

    body: str
    proof: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """What a call's own page adds to its card: `line` is where it says so, `total` the whole budget."""

    opens_on: date | None = None
    deadline: Deadline | None = None
    total: Decimal | None = None
    is_closed: bool = False
    line: str = ""


def read_standing(fetch: Fetch, standing: Standing, *, url: str, source: str) -> StandingPage:
    """Read the page of a standing opportunity.

    Raises:
        ScrapeError: the page cannot be read.
        LayoutChangedError: it no longer says that one can apply at any time.
    """
    text = main_text(read_soup(fetch, url, source=source))
    proof = next((sentence for sentence in sentences(text) if standing.proof.search(sentence)), None)
    if proof is None:
        message = f"{url} no longer says that one can apply at any time"
        raise LayoutChangedError(message, source=source, url=url, field=standing.proof.pattern)
    cities = [sentence for sentence in sentences(text) if _CITIES.search(sentence)][:1]
    facts = [
        fact
        for sentence in cities
        for fact in (
            Fact(FactName.APPLICANTS, "public_bodies", sentence),
            Fact(FactName.COUNTRIES, "EU Member States", sentence),
        )
    ]
    return StandingPage(text, proof, tuple(facts))


def read_detail(fetch: Fetch, url: str, *, near: date | None, source: str) -> Detail:
    """Read a call's own page; `near` is the deadline of its card.

    Raises:
        ScrapeError: the page cannot be read.
    """
    return detail_in(main_text(read_soup(fetch, url, source=source)), near=near)


def detail_in(text: str, *, near: date | None) -> Detail:
    """Give what a line such as `25 February 2026 - 15 June 2026 at 14.00 CEST - EUR 60 million ERDF` says.

    Where several lines have that shape (an earlier call is told of too), it is the one that closes on `near`,
    else the next later one (more time was given): a page that lags must not close a call.
    """
    is_closed = any(_CLOSED.match(sentence) for sentence in sentences(text))
    lines = [line for line in text.splitlines() if _FIXED_LINE.search(line)]
    found = [(line, window) for line in lines for window in find_windows(line, locale="en")]
    chosen = _choose(found, near)
    if chosen is None:
        return Detail(is_closed=is_closed)
    line, window = chosen
    opens, closes = window.opens, window.closes.in_brussels() if window.closes else None
    amounts = find_amounts(line, locale="en")
    return Detail(
        opens_on=opens.date if opens else None,
        deadline=Deadline(closes.date, closes.time) if closes else None,
        total=amounts[0].value if len(amounts) == 1 else None,
        is_closed=is_closed,
        line=line,
    )


def _choose(found: Sequence[tuple[str, Window]], near: date | None) -> tuple[str, Window] | None:
    ends = {window.closes.date: (line, window) for line, window in found if window.closes}
    if near is None:
        return ends[max(ends)] if ends else None
    later = [end for end in ends if end >= near]
    return ends[min(later)] if later else None

"""A stand-in for the Commission's culture site: our own calls on its cards, six on two pages, on any day.

For the demonstration and the tests. One card only leads to the portal, one has no deadline.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qs

__all__ = ["CALLS", "CARDS", "SampleCard", "answer"]

CALLS = "/calls"
HTML = "text/html; charset=utf-8"
ON_A_PAGE = 4
PORTAL = "https://ec.europa.eu/info/funding-tenders/opportunities/portal/screen/opportunities/topic-details"


@dataclass(frozen=True, kw_only=True)
class SampleCard:
    """One card; dates are in days from today, None where the card does not state one."""

    link: str
    title: str
    words: str
    published_in: int
    kind: str = "Call for proposals"
    closes_in: int | None = None
    hour: str = ""
    opens_in: int | None = None
    status: str = ""


CARDS = (
    SampleCard(
        link="/calls/capital-of-culture-2033_en",
        title="European Capital of Culture 2033: the competition in the Netherlands",
        words="Cities that want to carry the title in 2033 hand in a first plan for a year of culture.",
        published_in=-30,
        kind="Call for applications",
        opens_in=-30,
        closes_in=200,
        hour="17:00 CET",
    ),
    SampleCard(
        link="/calls/prize-for-living-heritage_en",
        title="Prize for living heritage in small and middle-sized cities",
        words="Museums, archives and municipalities show how residents look after their heritage together.",
        published_in=-12,
        kind="Prize",
        closes_in=48,
        hour="12:00 noon CET",
        status="Open",
    ),
    SampleCard(
        link=f"{PORTAL}/CREA-CULT-2026-COOP-1",
        title="European Cooperation Projects Small Scale",
        words="This card only leads to the portal.",
        published_in=-60,
        closes_in=30,
    ),
    SampleCard(
        link="/calls/residencies-on-the-move_en",
        title="Residencies on the move: travel grants for hosts",
        words="City theatres and ateliers receive makers from other countries for some weeks.",
        published_in=-5,
        kind="Mobility",
    ),
    SampleCard(
        link="https://heritage.example/label-2027",
        title="Heritage label: places that tell of Europe",
        words="Sites with a story for all of Europe apply through their country.",
        published_in=-90,
        kind="Label",
        opens_in=20,
        closes_in=95,
        status="Forthcoming",
    ),
    SampleCard(
        link="/calls/night-of-the-libraries_en",
        title="Night of the libraries: small grants",
        words="Local libraries open at night, with music and debate.",
        published_in=-200,
        closes_in=-20,
        status="Closed",
    ),
)


def answer(method: str, path: str, query: str, body: bytes, today: dt.date) -> tuple[int, str, bytes] | None:
    """Answer as the site would: status, content type, bytes; None for a path that is not its own."""
    if method != "GET" or path != CALLS:
        return None
    page = int(parse_qs(query).get("page", ["0"])[0])
    shown = CARDS[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]
    cards = "".join(_card(card, today) for card in shown)
    return 200, HTML, _page(cards or "<p>No results</p>").encode()


def _card(card: SampleCard, today: dt.date) -> str:
    published = today + dt.timedelta(days=card.published_in)
    return f"""<article class="ecl-content-item"><div class="ecl-content-block">
    <ul class="ecl-content-block__primary-meta-container">
      <li class="ecl-content-block__primary-meta-item">{card.kind}</li>
      <li class="ecl-content-block__primary-meta-item"><time datetime="{published}T12:00:00Z">
        {published.day} {published:%B %Y}</time></li></ul>
    <h3 class="ecl-content-block__title">
      <a href="{card.link}" data-ecl-title-link>{escape(card.title)}</a></h3>
    <div class="ecl-content-block__description"><p>{escape(card.words)}</p></div>
    {_labels(card, today)}</div></article>"""


def _labels(card: SampleCard, today: dt.date) -> str:
    values = (
        ("Status", card.status),
        ("Opening date", _day(card.opens_in, today)),
        ("Deadline date", f"{_day(card.closes_in, today)}{', ' if card.hour else ''}{card.hour}"),
    )
    terms = "".join(
        f'<dt class="ecl-description-list__term">{label}</dt>'
        f'<dd class="ecl-description-list__definition">{value}</dd>'
        for label, value in values
        if value
    )
    return f'<dl class="ecl-description-list ecl-description-list--horizontal">{terms}</dl>' if terms else ""


def _day(days: int | None, today: dt.date) -> str:
    if days is None:
        return ""
    day = today + dt.timedelta(days=days)
    return f"{day.day} {day:%B %Y}"


def _page(cards: str) -> str:
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Calls - Culture and Creativity</title></head>
<body><header class="ecl-site-header"><h2>European Commission</h2></header>
<main><div class="ecl-page-header"><h1 class="ecl-page-header__title">Calls</h1></div>{cards}</main>
</body></html>"""

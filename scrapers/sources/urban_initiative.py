"""Calls for cities of the European Urban Initiative (EUI) and of those that it lists in its catalogue.

Publisher: European Urban Initiative, for the European Commission; other owners' calls under their own name.
Covers: Innovative Actions, City-to-City Exchanges, peer reviews, and what the Portico catalogue lists for
    cities (NetZeroCities, New European Bauhaus prizes); closed calls stay listed and are given as closed.
Access: server-rendered pages: the catalogue, the two standing opportunities, and the own page of each EUI
    call that is open or coming; about five requests a run.
Terms: public pages of an EU-funded body; facts and links are kept.
Caveats: markup known from public programs only; deadlines of permanent calls are placeholders years ahead and
    are not taken for deadlines; "funding support" is read as what one applicant gets.
Checked on: not checked live.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from scrapers.contract import Fetch, Gap, Item, Listing, RowProblem, Site, Source
from scrapers.platforms.html_pages import follow
from scrapers.platforms.portico import Card, CardError, read_catalogue
from scrapers.platforms.urban_calls import call_of_card, call_of_standing, has_detail, standing_of
from scrapers.platforms.urban_pages import STANDING, Detail, read_detail, read_standing
from tracker.core.errors import ScrapeError

NAME = "urban-initiative"
CATALOGUE = "https://portico.urban-initiative.eu/urban-panorama/call-for-proposals"


def crawl(fetch: Fetch, site: Site) -> Iterator[Item]:
    """Read the catalogue, then the pages that it lacks or that say more than a card.

    Raises:
        ScrapeError: the catalogue cannot be read.
        LayoutChangedError: no card with a status stands on it.
    """
    cards: dict[str, Card] = {}
    standing: dict[str, Card] = {}
    for card in read_catalogue(fetch, site.url, source=NAME):
        if isinstance(card, CardError):
            yield RowProblem(card.reference, str(card), card.field)
        elif (shown := standing_of(card)) and shown.reference not in standing:
            standing[shown.reference] = card
        elif card.reference in cards:
            yield RowProblem(f"{card.reference} (again)", "two cards have this name", "title")
        else:
            cards[card.reference] = card
    yield from _standing_items(fetch, site, standing)
    for card in cards.values():
        yield from _card_items(fetch, site, card)


def _standing_items(fetch: Fetch, site: Site, cards: Mapping[str, Card]) -> Iterator[Item]:
    """Give each standing opportunity from its page, else from its card, under one and the same reference.

    What is stored already is left as it is: a card alone would put a placeholder where "rolling" stood.
    """
    for standing in STANDING:
        url = follow(standing.url, site_url=site.url, own_url=CATALOGUE)
        try:
            page = read_standing(fetch, standing, url=url, source=NAME)
        except ScrapeError as error:
            yield Gap(standing.reference, str(error))
            card = cards.get(standing.reference)
            if card and not _is_known(site, standing.reference):
                call = call_of_card(card, detail=Detail(), today=_today(site), source=NAME)
                yield replace(call, source_ref=standing.reference)
        else:
            yield call_of_standing(standing, page, source=NAME)


def _card_items(fetch: Fetch, site: Site, card: Card) -> Iterator[Item]:
    """Give a card's call; where its own page cannot be read, a known one stays as it was stored."""
    detail = Detail()
    if has_detail(card):
        url = follow(card.url, site_url=site.url, own_url=CATALOGUE)
        try:
            detail = read_detail(fetch, url, near=card.deadline, source=NAME)
        except ScrapeError as error:
            yield Gap(card.reference, str(error))
            if _is_known(site, card.reference):
                return
    yield call_of_card(card, detail=detail, today=_today(site), source=NAME)


def _is_known(site: Site, reference: str) -> bool:
    return reference in site.options.get("known", "").splitlines()


def _today(site: Site) -> date | None:
    today = site.options.get("today")
    return date.fromisoformat(today) if today else None


SOURCE = Source(
    name=NAME,
    title="European Urban Initiative",
    area="calls for cities of the European Urban Initiative and its partners",
    area_nl="oproepen voor steden van het European Urban Initiative en zijn partners",
    url=CATALOGUE,
    listing=Listing.COMPLETE,
    crawl=crawl,
    programmes=("eui", "urban-other"),
)

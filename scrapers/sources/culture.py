"""Calls on the Commission's culture site that the EU portal does not carry.

Publisher: European Commission, Directorate-General for Education, Youth, Sport and Culture.
Covers: what a city can apply to beside the portal's grants: European Capital of Culture, heritage label,
    prizes, mobility (Culture Moves Europe). Cards that lead to the portal are counted and left out.
Access: the site's listing of calls, server-rendered cards, page after page (`?page=1`), at most thirty.
Terms: reuse is allowed with mention of the source (Commission Decision 2011/833/EU).
Caveats: the cards' labels for a deadline have not been seen live; without one the deadline is unknown, and
    the date of publication is never taken for it. Old pages stay listed: a card without deadline and status
    that is older than a year is left out. Pages are in English; the site throttles bursts.
Checked on: not checked live; the card's shape is known from public programs that read sister sites.
"""

import datetime as dt
from collections.abc import Iterator

import structlog

from scrapers.contract import Fetch, Gap, Item, Listing, Site, Source
from scrapers.platforms.ecl import (
    Card,
    Cards,
    check_first_page,
    claim_of,
    deadlines_of,
    is_past,
    opening_of,
    page_url,
    read_cards,
)
from scrapers.platforms.soup import read_soup, words_of
from scrapers.programmes import find
from tracker.core.call import CallData, CallText, Deadline, DeadlineKind, MomentKind
from tracker.core.errors import ScrapeError

NAME = "culture"
CALLS = "https://culture.ec.europa.eu/calls"
PROGRAMME = "creative-europe"
MOST_PAGES = 30

log = structlog.get_logger(__name__)


def crawl(fetch: Fetch, site: Site) -> Iterator[Item]:
    """Read the listing page by page, until one has no card or repeats what was read.

    A later page that cannot be read is a gap: its calls are not taken for gone.

    Raises:
        ScrapeError: the first page cannot be read.
        LayoutChangedError: the first page has no heading or no card.
    """
    seen: dict[str, Card] = {}
    for number in range(MOST_PAGES):
        try:
            page = _read_page(fetch, site, number)
        except ScrapeError as error:
            if not number:
                raise
            yield Gap(f"page {number}", str(error))
            break
        fresh = {card.reference: card for card in page.cards if card.reference not in seen}
        if not fresh and (page.cards or not page.problems):
            break
        seen |= fresh
        yield from page.problems
    else:
        yield Gap(
            f"page {MOST_PAGES}", f"the listing goes on after {MOST_PAGES} pages; reading stopped there"
        )
    on_portal = sum(card.is_on_portal for card in seen.values())
    log.info("culture.read", cards=len(seen), on_portal=on_portal)
    today = site.options.get("today")
    for card in seen.values():
        if not card.is_on_portal and not is_past(card, dt.date.fromisoformat(today) if today else None):
            yield call_of(card)


def _read_page(fetch: Fetch, site: Site, number: int) -> Cards:
    soup = read_soup(fetch, page_url(site.url, number), source=NAME)
    page = read_cards(soup, url=CALLS)
    if not number:
        check_first_page(soup, page, source=NAME, url=site.url)
    return page


def call_of(card: Card) -> CallData:
    """Make a call of a card; several deadlines are cut-offs."""
    moments = [moment.in_brussels() for moment in deadlines_of(card)]
    kind = MomentKind.CUT_OFF if len(moments) > 1 else MomentKind.SINGLE
    closes = DeadlineKind.CUT_OFFS if len(moments) > 1 else DeadlineKind.FIXED
    label = card.labels.get("programme") or card.labels.get("funding programme")
    programme = find(words_of(label))
    return CallData(
        source=NAME,
        source_ref=card.reference,
        identifier=f"{NAME}-{card.reference}",
        url=card.url,
        texts=(CallText("en", card.title, body=card.description),),
        programme=programme.slug if programme else PROGRAMME,
        claim=claim_of(card),
        opens_on=opening_of(card),
        deadlines=tuple(Deadline(moment.date, moment.time, kind) for moment in moments),
        deadline_kind=closes if moments else DeadlineKind.UNKNOWN,
        tags=card.kinds,
    )


SOURCE = Source(
    name=NAME,
    title="European Commission, culture and creativity",
    area="Capital of Culture, prizes and mobility beside the portal",
    title_nl="Europese Commissie, cultuur en creativiteit",
    area_nl="Culturele Hoofdstad, prijzen en reisbeurzen naast de portal",
    url=CALLS,
    listing=Listing.COMPLETE,
    crawl=crawl,
    platform="ecl",
    programmes=(PROGRAMME,),
)

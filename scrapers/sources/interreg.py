"""Calls of the Interreg programmes that Noord-Holland may join.

Publisher: Interact, for all Interreg programmes (interreg.eu); as a fallback the secretariats of Interreg
    North-West Europe and Interreg North Sea.
Covers: open and forthcoming calls of North-West Europe, North Sea, Interreg Europe and URBACT, and of any
    other programme that names the Netherlands (and Noord-Holland, where it names regions).
Access: POST to the search index behind the page (Algolia), with the application id and the search key that
    the page sends from every browser; two requests a run. Without a key that works: three public pages, whose
    closed calls are given too, so that "read fine, none open" can be seen.
Terms: public pages of EU-funded bodies; facts and links are kept. The key is the page's own, public one.
Caveats: the key may rotate; field names are known from one public program only; no budgets; the fallback
    knows two programmes, and its pages are prose. Most of the time few or no calls are open.
Checked on: not checked live.
"""

from collections import Counter
from collections.abc import Iterator

import structlog

from scrapers.contract import Fetch, Gap, Item, Listing, RowProblem, Site, Source
from scrapers.platforms.algolia import QUERIES, Index, search
from scrapers.platforms.interreg_calls import (
    Hit,
    HitError,
    call_of,
    is_open_to_region,
    label_of,
    name_of,
    programme_of,
    read_hit,
    source_ref_of,
)
from scrapers.platforms.programme_pages import NORTH_SEA, NORTH_WEST_EUROPE, read_pages
from tracker.core.errors import EmptyResultError, LayoutChangedError, NeedsKeyError

NAME = "interreg"
INDEX = "prod_en-us_content"
MOST_HITS = 500
ALL_CALLS = "contentType:callForProjectsPage"
LIVE_CALLS = f"{ALL_CALLS} AND (callStatus:Open OR callStatus:Forthcoming)"
HINT = (
    "Open https://interreg.eu/calls-for-projects/ in a browser, find in the network tab of its developer"
    " tools the request to algolia.net, and put its x-algolia-application-id into TRACKER_INTERREG_APP_ID and"
    " its x-algolia-api-key into TRACKER_INTERREG_KEY"
)

log = structlog.get_logger(__name__)


def crawl(fetch: Fetch, site: Site) -> Iterator[Item]:
    """Read the index, or the programmes' own pages where its key is missing or refused.

    Raises:
        NeedsKeyError: the key is missing or refused, and none of the pages can be read either.
        EmptyResultError: the index holds no call at all, not even a closed one.
        ScrapeError: the index cannot be read or trusted for another reason. The pages do not replace it then:
            the calls of yesterday are better than those of two programmes, and the trouble may pass.
    """
    try:
        items = _read_index(fetch, site)
    except NeedsKeyError as trouble:
        calls, gaps = read_pages(
            fetch, site, (NORTH_WEST_EUROPE, *NORTH_SEA), own_url=SOURCE.url, source=NAME
        )
        if not calls:
            raise
        items = [Gap("index", str(trouble), needs_key=True), *gaps, *calls]
    yield from items


def _read_index(fetch: Fetch, site: Site) -> list[Item]:
    """Ask for what is live, after a question that proves that the index holds calls."""
    options = site.options
    index = Index(NAME, site.url, options.get("app_id", ""), options.get("key", ""), INDEX, HINT)
    if not search(fetch, index, filters=ALL_CALLS, most=0).total:
        message = f"the index {INDEX} holds no call at all, not even a closed one"
        raise EmptyResultError(message, source=NAME, url=site.url, found=0)
    found = search(fetch, index, filters=LIVE_CALLS, most=MOST_HITS)
    items = list(_items_of(found.hits))
    if found.hits and len(items) == len(found.hits) and all(isinstance(item, RowProblem) for item in items):
        message = f"none of the {len(items)} calls could be understood, first: {items[0]}"
        raise LayoutChangedError(message, source=NAME, url=site.url, field="hits")
    if found.total > len(found.hits):
        items.append(Gap("index", f"{found.total} calls were announced and {len(found.hits)} given"))
    return items


def _items_of(answered: list[object]) -> Iterator[Item]:
    """Give the calls that the region may join, each once; the others are counted in the log."""
    hits: dict[str, Hit] = {}
    for raw in answered:
        try:
            hit = read_hit(raw)
            hits.setdefault(hit.id, hit)
        except HitError as error:
            yield RowProblem(label_of(raw), str(error), error.field)
    kept = [hit for hit in hits.values() if is_open_to_region(hit)]
    log.info("interreg.not_for_the_region", kept=len(kept), dropped=len(hits) - len(kept))
    names = Counter((programme_of(hit), name_of(hit)) for hit in kept)
    for hit in kept:
        name = name_of(hit) if names[programme_of(hit), name_of(hit)] == 1 else ""
        try:
            yield call_of(hit, name=name, source=NAME)
        except HitError as error:
            yield RowProblem(source_ref_of(hit, name), str(error), error.field)


SOURCE = Source(
    name=NAME,
    title="Interreg calls",
    area="calls of the Interreg programmes",
    title_nl="Interreg-oproepen",
    area_nl="oproepen van de Interreg-programma’s",
    url=QUERIES,
    listing=Listing.COMPLETE,
    crawl=crawl,
    authority=2,  # a register: a programme's own word counts more
    programmes=("interreg-nwe", "interreg-north-sea", "interreg-europe", "interreg-other", "urbact"),
)

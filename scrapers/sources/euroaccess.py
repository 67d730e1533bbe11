"""EuroAccess: a private list of European calls, as a cross-check of the publishers' own sources.

Publisher: EuroVienna EU-consulting & -management GmbH (euro-access.eu).
Covers: open calls of about thirty programmes: Horizon Europe, EU4Health, Interreg, I3, New European Bauhaus,
    PPPA and, at times, URBACT, DUT, European Urban Initiative and Creative Europe. Incomplete, and it lags.
Access: one page with all calls, then one page for each call that is not stored yet; no key, no feed.
Terms: a private database: read its terms before switching this source on. Facts and links are kept, none of
    its own texts.
Caveats: off on the schedule until the operator switches it on. A programme that we have no name for has the
    slug `other`; its own name is kept as `programme_code` and `call_title`.
Checked on: not checked live; the shape is that of pages captured in October 2025.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

from scrapers.contract import Fetch, Item, Listed, Listing, RowProblem, Site, Source
from scrapers.platforms.euroaccess_pages import (
    Details,
    ListRow,
    RowError,
    check_row,
    programme_of,
    read_details,
    read_list,
)
from scrapers.platforms.html_pages import follow
from scrapers.platforms.soup import read_soup
from tracker.core.call import CallData, CallText, Deadline, DeadlineKind
from tracker.core.errors import FetchError

NAME = "euroaccess"
HOST = "https://www.euro-access.eu"
CALLS = f"{HOST}/en/calls"
ALL = "keyword=&submit=&sent=search"
"""The form sent empty: all open calls on one page."""

MOST_FAILURES = 3
"""So many calls' pages in a row that do not come, and the site is not asked for more."""


def crawl(fetch: Fetch, site: Site) -> Iterator[Item]:
    """Read the list, and the pages of the calls that are not in the option `known` (source_refs, one a line).

    Raises:
        ScrapeError: the list cannot be read or trusted, or one call's page after another does not come.
    """
    url = list_url(site.url)
    rows = read_list(read_soup(fetch, url, source=NAME), source=NAME, url=url)
    known = set(site.options.get("known", "").split())
    failures = 0
    for row in {row.reference: row for row in rows}.values():
        try:
            yield _item(row, fetch, site, is_known=row.reference in known)
            failures = 0
        except RowError as error:
            yield RowProblem(row.reference, str(error), error.field)
        except FetchError as error:
            failures += 1
            if failures == MOST_FAILURES:
                raise
            yield RowProblem(row.reference, str(error), "page")


def list_url(url: str) -> str:
    """Give the address of the list of all calls; one with a query already is taken as it is."""
    parts = urlsplit(url)
    return url if parts.query else urlunsplit(parts._replace(query=ALL))


def _item(row: ListRow, fetch: Fetch, site: Site, *, is_known: bool) -> Item:
    deadlines = check_row(row)
    if is_known:
        return Listed(row.reference, row.title, deadlines)
    url = f"{HOST}{row.path}"
    soup = read_soup(fetch, follow(url, site_url=site.url, own_url=CALLS), source=NAME)
    return call_of(row, read_details(soup), deadlines=deadlines)


def call_of(row: ListRow, details: Details, *, deadlines: tuple[Deadline, ...]) -> CallData:
    """Make a call of its row and the facts of its page; without a call number its identifier is our own."""
    return CallData(
        source=NAME,
        source_ref=row.reference,
        identifier=details.number or f"{NAME}-{row.reference}",
        url=f"{HOST}{row.path}",
        texts=(CallText("en", row.title, keywords=details.topics),),
        programme=programme_of(row.programme),
        programme_code=row.programme,
        call_title=row.programme,
        opens_on=details.opens_on,
        deadlines=deadlines,
        deadline_kind=DeadlineKind.FIXED if deadlines else DeadlineKind.UNKNOWN,
        budget=details.budget,
        facts=details.facts,
    )


SOURCE = Source(
    name=NAME,
    title="EuroAccess",
    area="a cross-check of calls that other sources carry",
    area_nl="een controle op oproepen die ook bij andere bronnen staan",
    url=CALLS,
    listing=Listing.COMPLETE,
    crawl=crawl,
    on_schedule=False,
    authority=1,
)

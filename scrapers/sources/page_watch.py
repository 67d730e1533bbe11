"""Pages that are watched because nobody has recorded their shape: a person confirms what counts as a call.

Publisher: whoever publishes the pages that the profile names (Kansen voor West, JTF IJmond, URBACT).
Covers: passages that speak of an opening, a call or a subsidy and state an amount or a date.
Access: one plain request for each page; no key. Addresses come from the profile (option `pages`).
Terms: public pages of public bodies; the text is kept to show what changed.
Caveats: candidates have low confidence and are no calls before a person has confirmed them; a page that draws
    its content with a script gives no text.
Checked on: not checked live.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from scrapers.contract import Fetch, Gap, Item, Listing, Site, Source, WatchedPage
from scrapers.platforms.html_pages import follow
from scrapers.platforms.page_watch import candidates_of, page_text
from scrapers.platforms.soup import read_soup
from tracker.core.errors import ConfigError, LayoutChangedError, ScrapeError

NAME = "page-watch"


class PageToWatch(BaseModel):
    """One page that the profile names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    url: str
    programme: str = ""
    place: str = ""
    neighbour: bool = False
    language: Literal["nl", "en"] = "nl"


_PAGES = TypeAdapter(tuple[PageToWatch, ...])


def crawl(fetch: Fetch, site: Site) -> Iterator[Item]:
    """Read every page that the option `pages` (a JSON list) names; one that cannot be read is a gap.

    Raises:
        ConfigError: the option is no list of pages.
        ScrapeError: not one page could be read; the first page's error.
    """
    pages = pages_of(site)
    today = site.options.get("today")
    errors: list[ScrapeError] = []
    for page in pages:
        try:
            yield _read(page, fetch, site, dt.date.fromisoformat(today) if today else None)
        except ScrapeError as error:
            errors.append(error)
            yield Gap(page.name, str(error))
    if errors and len(errors) == len(pages):
        raise errors[0]


def pages_of(site: Site) -> tuple[PageToWatch, ...]:
    """Give the pages that are to be watched.

    Raises:
        ConfigError: the option `pages` is no list of pages.
    """
    try:
        return _PAGES.validate_json(site.options.get("pages") or "[]")
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{place}: {first['msg']}".removeprefix(": "), key="pages") from error


def _read(page: PageToWatch, fetch: Fetch, site: Site, today: dt.date | None) -> WatchedPage:
    url = follow(page.url, site_url=site.url, own_url="") if site.url else page.url
    soup = read_soup(fetch, url, source=NAME)
    text = page_text(soup)
    if not text:
        message = f"{url} has no text of its own: it may be drawn by a script"
        raise LayoutChangedError(message, source=NAME, url=url, field="text")
    return WatchedPage(
        name=page.name,
        url=page.url,
        text=text,
        candidates=candidates_of(soup, page=page.name, locale=page.language, today=today),
        programme=page.programme,
        place=page.place,
        neighbour=page.neighbour,
        language=page.language,
    )


SOURCE = Source(
    name=NAME,
    title="Watched pages",
    area="openings of Kansen voor West, JTF IJmond and URBACT",
    title_nl="Gevolgde pagina’s",
    area_nl="openstellingen van Kansen voor West, JTF IJmond en URBACT",
    url="",
    listing=Listing.INCREMENT,
    crawl=crawl,
    languages=("nl", "en"),
    authority=1,
)

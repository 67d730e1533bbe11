"""What all page sources share: reading a whole HTML page, and the addresses of what it links to."""

from urllib.parse import urljoin, urlsplit, urlunsplit

from bs4 import BeautifulSoup

from scrapers.contract import Fetch, Page, Request
from scrapers.text import html_to_text
from tracker.core.errors import LayoutChangedError

LARGEST_PAGE = 5_000_000
"""Bytes; the listings that are read here have a few hundred thousand at most."""


def read_html(fetch: Fetch, url: str, *, source: str) -> Page:
    """Get a page and see that it is one: HTML, of a sane size, and complete.

    A listing that is cut in the middle would otherwise look like one from which calls have gone.

    Raises:
        FetchError: no usable answer came.
        BlockedError: the publisher refuses us.
        LayoutChangedError: the answer is no whole HTML page.
    """
    page = fetch(Request(url))
    if len(page.content) > LARGEST_PAGE:
        trouble = f"has {len(page.content):,} bytes, more than any page of this site should"
    elif "<html" not in page.text.lower():
        trouble = "is no HTML page"
    elif "</html>" not in page.text.lower():
        trouble = "breaks off before its end"
    else:
        return page
    raise LayoutChangedError(f"{url} {trouble}", source=source, url=url, field="html")


def main_text(soup: BeautifulSoup) -> str:
    """Give the words of a page's main part, without menus and foot; of all of it where none is marked."""
    return html_to_text(str(soup.select_one("main, [role=main]") or soup))


def follow(url: str, *, site_url: str, own_url: str) -> str:
    """Give the address at which a further page of a source is read.

    Where the operator replaced the source's `own_url` by one on another host (`site_url`), the further pages
    are read on that host too, under the same path.
    """
    site, own = urlsplit(site_url), urlsplit(own_url)
    if site.netloc == own.netloc:
        return url
    return urlunsplit(urlsplit(url)._replace(scheme=site.scheme, netloc=site.netloc))


def absolute(link: str, *, base: str) -> str:
    """Make a link absolute; nothing where it is no web address (`mailto:`, `javascript:`)."""
    link = link.strip()
    if not link:
        return ""
    if link.lower().startswith("www."):
        return f"https://{link}"
    try:
        url = urljoin(base, link)
        return url if urlsplit(url).scheme in {"http", "https"} else ""
    except ValueError:  # "https://[": no address at all
        return ""

"""Reads a publisher's page into a tree of tags, and sees that it is the page that was asked for."""

import re
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString

from scrapers.contract import Fetch, Page
from scrapers.platforms.html_pages import read_html
from scrapers.text import clean
from tracker.core.errors import LayoutChangedError

_UTF_8 = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*utf-?8", re.IGNORECASE)
LARGEST_TREE = 1_000_000
"""Bytes of a page that is made a tree, which takes much memory; the largest known has 200,000."""
_START = 4_000
"""Bytes; a page states its charset near its start."""


def read_soup(fetch: Fetch, url: str, *, source: str) -> BeautifulSoup:
    """Get a whole HTML page of the host that was asked, as a tree of tags.

    Raises:
        FetchError: no usable answer came.
        BlockedError: the publisher refuses us.
        LayoutChangedError: the answer is no whole HTML page, or comes from another host.
    """
    page = read_html(fetch, url, source=source)
    if _host(page.url) != _host(url):
        message = f"{url} leads to {_host(page.url)}, another site: look whether the publisher has moved"
        raise LayoutChangedError(message, source=source, url=url, field="address")
    if len(page.content) > LARGEST_TREE:
        message = f"{url} has {len(page.content):,} bytes, more than any page of this site should"
        raise LayoutChangedError(message, source=source, url=url, field="html")
    return BeautifulSoup(text_of(page), "lxml")


def text_of(page: Page) -> str:
    """Give a page's text; what the page itself calls UTF-8, and is, is read so, whatever the header says.

    A server that announces another charset by habit would otherwise turn "é" into two letters, unnoticed.
    """
    if _UTF_8.search(page.content[:_START]):
        try:
            return page.content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return page.text
    return page.text


def words_of(tag: Tag | None) -> str:
    """Give a tag's words on one line; a line break parts words, and comments are left out."""
    if tag is None:
        return ""
    strings = (text for text in tag.find_all(string=True) if not isinstance(text, PreformattedString))
    return clean(" ".join(strings))


def link_of(tag: Tag | None) -> str:
    """Give a link's address as the page states it, or nothing."""
    return str(tag.get("href") or "").strip() if tag else ""


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")

"""Reads a page as people and their tools do: its text, its links, and what a strict policy would refuse."""

import re

import httpx
from bs4 import BeautifulSoup, Tag


def page(client: httpx.Client, path: str, *, status: int = 200) -> BeautifulSoup:
    """Open a page."""
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code, answer.text)
    return BeautifulSoup(answer.text, "lxml")


def said(part: BeautifulSoup | Tag) -> str:
    """Give the text of a page or of a part of it, on one line."""
    return " ".join(part.get_text(" ").split())


def part(page: BeautifulSoup | Tag, selector: str) -> Tag:
    """Give the one part of a page that a selector names."""
    (found,) = page.select(selector)
    return found


def section(page: BeautifulSoup, name: str) -> Tag:
    """Give the section whose heading has this id."""
    return part(page, f"section[aria-labelledby={name}]")


def refused(page: BeautifulSoup) -> list[str]:
    """Give what our content policy would refuse, or what leads a reader out of the web."""
    found = [str(tag) for tag in page.select("[style], style, script:not([src]), iframe, object, embed")]
    found += [str(tag) for tag in page.find_all(True) if any(name.startswith("on") for name in tag.attrs)]
    links = [str(tag.get("href", "")) for tag in page.find_all("a")]
    found += [link for link in links if not re.match(r"/(?!/)|#|https?://", link)]
    outward = [tag for tag in page.find_all("a") if str(tag.get("href")).startswith("http")]
    return found + [str(tag) for tag in outward if set(tag.get("rel") or ()) < {"noopener", "noreferrer"}]


def fields(form: Tag, **changed: str) -> dict[str, str]:
    """Give the hidden fields of a form, some of them changed or added."""
    hidden = {str(one["name"]): str(one["value"]) for one in form.select("input[type=hidden]")}
    return {**hidden, **changed}

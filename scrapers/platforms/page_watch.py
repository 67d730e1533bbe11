"""Finds what may be a call in pages whose shape nobody has recorded: pure functions, low confidence.

A passage counts that speaks of an opening, a call or a subsidy and states an amount or a date. What is found
is for a person to confirm; nothing of it is a call before that.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString

from scrapers.contract import Candidate
from scrapers.dates import Locale, Window, find_moments, find_windows
from scrapers.money import find_amounts
from scrapers.sentences import sentence_at
from scrapers.text import clean
from tracker.core.call import Deadline

LONGEST_TEXT = 200_000
"""Characters of a page's text that are kept."""
LONGEST_PASSAGE = 4_000
MOST_CANDIDATES = 100

_WORDS = re.compile(
    r"\b(?:openstelling\w*|opengesteld|\w*subsidie\w*|oproep\w*|calls?|grants?|funding)\b", re.IGNORECASE
)
_LISTING = re.compile(r"\b(?:openstellingen|\w*subsidies|calls|oproepen|grants)\b", re.IGNORECASE)
_OUTSIDE = ["nav", "header", "footer", "form", "aside", "script", "style", "noscript", "template"]
_LEVELS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = {
    *(
        "address",
        "article",
        "blockquote",
        "caption",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
    ),
    *(
        "fieldset",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "thead",
    ),
    *("tr", "ul", *_LEVELS),
}
_HEADING = "\u2063"  # invisible signs, which no page needs
_ROW = "\u2064"
_COLUMNS = 3
"""A table with so many columns lists things, a narrower one states the facts of one thing."""


@dataclass(frozen=True, slots=True)
class _Place:
    """The block of a page in which words stand, and the sign that its line gets."""

    block: int
    mark: str = ""
    is_outside: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading with its text, or one row of a listing; `under` is the heading of that listing."""

    title: str
    text: str
    under: str = ""
    level: int = 6
    is_row: bool = False


def page_text(soup: BeautifulSoup) -> str:
    """Give the words of a page's main part, a line a block; what surrounds it on every page is left out."""
    marked = re.sub(f"{_HEADING}[1-6]", "", _marked_text(soup)).replace(_ROW, " ")
    return "\n".join(map(clean, marked.splitlines()))[:LONGEST_TEXT]


def candidates_of(
    soup: BeautifulSoup, *, page: str, locale: Locale, today: dt.date | None = None
) -> tuple[Candidate, ...]:
    """Give the passages of a page that may be calls, each once.

    Those that state an end before `today` are left out. `page` is the name under which the page is watched: a
    part of each candidate's key.
    """
    found: dict[str, Candidate] = {}
    for passage in passages_of(_marked_text(soup)[:LONGEST_TEXT]):
        if not _may_be_call(passage, locale):
            continue
        candidate = _candidate(passage, page=page, locale=locale)
        if candidate.key in found:  # the heading repeats: the first words of the text part them
            candidate = _candidate(passage, page=page, locale=locale, more=_first_words(passage.text))
        ended = candidate.deadline and today and candidate.deadline.date < today
        if not ended:
            found.setdefault(candidate.key, candidate)
    return tuple(found.values())[:MOST_CANDIDATES]


def passages_of(marked: str) -> Iterator[Passage]:
    """Split marked text at its headings, and the rows of its listings from the text around them.

    "Openstelling warmte" keeps the headings below it ("When?", "Budget"); "Alle openstellingen" is a listing,
    and each heading below it a passage of its own.
    """
    current, listing = Passage("", ""), Passage("", "")
    for line in marked.splitlines():
        if line.startswith(_ROW):
            yield _row(line, under=current.title)
            continue
        if line.startswith(_HEADING):
            level, title = int(line[1]), line[2:].strip()
            if not _belongs_to(current, level, title):
                yield current
                if _LISTING.search(current.title) and 1 < current.level < level:
                    listing = current
                under = listing.title if listing.level < level else ""
                current = Passage(title, "", under, level)
                continue
            line = title
        if len(current.text) < LONGEST_PASSAGE:
            current = replace(current, text=f"{current.text}\n{line[:LONGEST_PASSAGE]}".strip())
    yield current


def _row(line: str, *, under: str) -> Passage:
    """Make a passage of a listing's row; its first cell with words is its title."""
    cells = [cell.strip() for cell in line.split(_ROW) if cell.strip()]
    title = next((cell for cell in cells if re.search(r"[^\W\d]{3}", cell)), "")
    return Passage(title, " ".join(cells), under, is_row=True)


def _belongs_to(current: Passage, level: int, title: str) -> bool:
    """Tell whether a heading only states one more thing of the call in whose passage it stands."""
    is_one_call = _WORDS.search(current.title) and not _LISTING.search(current.title)
    return bool(is_one_call and level > current.level and not _WORDS.search(title))


def key_of(page: str, words: str) -> str:
    """Give a key that stays while dates and amounts change, of a page's name and a passage's title."""
    plain = " ".join(re.findall(r"\w+", words.casefold()))
    return hashlib.sha256(f"{page}\n{plain}".encode()).hexdigest()[:16]


def _marked_text(soup: BeautifulSoup) -> str:
    """Give a page's lines in one pass over its tags, headings and the rows of listings marked by signs.

    One pass, because a hostile page of a hundred thousand tags must not cost hours.
    """
    main = soup.select_one("main, [role=main], #main, #content") or soup.body or soup
    places: dict[int, _Place] = {id(main): _Place(id(main))}
    lines: list[tuple[_Place, list[str]]] = []
    for part in main.descendants:
        parent = part.parent
        place = places.get(id(parent)) if parent else None
        if place is None or place.is_outside:
            continue
        if isinstance(part, Tag):
            places[id(part)] = _place(part, place)
            if part.name == "br":
                lines.append((place, []))
            elif part.name in {"td", "th"} and lines and lines[-1][0] == place:
                lines[-1][1].append(_ROW if place.mark == _ROW else " ")
        elif not isinstance(part, PreformattedString):
            if not lines or lines[-1][0] != place:
                lines.append((place, []))
            lines[-1][1].append(str(part))
    joined = ((place.mark, clean("".join(words))) for place, words in lines)
    return "\n".join(f"{mark}{words}" for mark, words in joined if words)


def _place(tag: Tag, around: _Place) -> _Place:
    """Tell in which block the words of a tag stand; what is within a heading or row stays in it."""
    if tag.name in _OUTSIDE:
        return _Place(id(tag), is_outside=True)
    if around.mark or tag.name not in _BLOCKS:
        return around
    if tag.name in _LEVELS:
        return _Place(id(tag), f"{_HEADING}{tag.name[1]}")
    return _Place(id(tag), _ROW if tag.name == "tr" and _is_of_listing(tag) else "")


def _is_of_listing(row: Tag) -> bool:
    """Tell whether a row lists one thing of many; a row of headings does not."""
    cells = [cell.name for cell in row.children if isinstance(cell, Tag) and cell.name in {"td", "th"}]
    return len(cells) >= _COLUMNS and "td" in cells


def _may_be_call(passage: Passage, locale: Locale) -> bool:
    whole = f"{passage.title}\n{passage.text}"
    if not passage.title or not _WORDS.search(f"{passage.under}\n{whole}"):
        return False
    return bool(find_moments(whole, locale=locale) or find_amounts(whole, locale=locale))


def _candidate(passage: Passage, *, page: str, locale: Locale, more: str = "") -> Candidate:
    text = passage.text[:LONGEST_PASSAGE]
    whole = text if passage.is_row else f"{passage.title}\n{text}".strip()
    window = _last_window(find_windows(whole, locale=locale))
    opens, closes = (window.opens, window.closes) if window else (None, None)
    amounts = (amount.value for amount in find_amounts(whole, locale=locale))
    return Candidate(
        key=key_of(page, f"{passage.title} {more}"),
        title=passage.title,
        sentence=window.sentence if window else _telling_sentence(whole, locale),
        text=text,
        opens_on=opens.date if opens else None,
        deadline=Deadline(closes.date, closes.time) if closes else None,
        dates=_unique(moment.date for moment in find_moments(whole, locale=locale)),
        amounts=tuple(dict.fromkeys(amounts)),
    )


def _last_window(windows: tuple[Window, ...]) -> Window | None:
    """Give the window that ends last: an older one often stands beside the present one."""
    with_end = [window for window in windows if window.closes]
    return max(with_end, key=_end, default=windows[-1] if windows else None)


def _end(window: Window) -> dt.date:
    return window.closes.date if window.closes else dt.date.min


def _telling_sentence(text: str, locale: Locale) -> str:
    """Give the sentence with the first amount, else the first that speaks of a call, else the first line."""
    amounts = find_amounts(text, locale=locale)
    if amounts:
        return amounts[0].sentence
    word = _WORDS.search(text)
    return sentence_at(text, *word.span()) if word else text.partition("\n")[0]


def _first_words(text: str) -> str:
    return " ".join(re.findall(r"[^\W\d]+", text)[:6])


def _unique(dates: Iterable[dt.date]) -> tuple[dt.date, ...]:
    return tuple(dict.fromkeys(dates))

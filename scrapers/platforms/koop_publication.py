"""A publication of Staatscourant or Provinciaal blad as a list of passages, each with where it stands.

The captured publications prove the envelope (root, titles, `al`, `lijst`, `tussenkop`); the shape of an
`artikel` is known from the publisher's schema only, so the walk leans on little: the nearest article, heading
and list item before a passage.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from scrapers.platforms.sru import every, first, local_name, tree_of, words
from scrapers.text import clean

_ENVELOPES = {"staatscourant", "provinciaalblad", "gemeenteblad"}
_SKIPPED = {"metadata", "plaatje", "illustratie", "noot", "li.nr", "lidnr", "kop", "thead"}
_NOTES = {"nota-toelichting", "toelichting", "algemeen-toelichting", "artikelsgewijs"}
_ARTICLE_LINE = re.compile(
    r"Artikel\s+([0-9A-Z][\w.:]*?)\.?(?:\s+(?P<title>[A-ZÀ-Ý][^.;:]{2,90}))?", re.ASCII
)
_AMENDS_ARTICLE = re.compile(
    r"\b[Aa]rtikel\s+([0-9A-Z][\w.:]*?),?(?:\s[^.;:]{0,60})?\s(?:komt\s+te\s+luiden|wordt\s+als\s+volgt\s+gewijzigd)"
)


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph, list item or table row, and what stands around it.

    `article` is the number of the nearest article ("2b.1"), `heading` the nearest title, `item` the list
    item ("b"), `lead` the paragraph that leads a list in; `is_note` marks the explanatory notes.
    """

    text: str
    article: str = ""
    heading: str = ""
    item: str = ""
    lead: str = ""
    is_note: bool = False

    @property
    def context(self) -> str:
        """All that is said about this passage, the nearest first."""
        return "\n".join(part for part in (self.text, self.lead, self.heading) if part)


@dataclass(frozen=True, slots=True)
class Publication:
    """What a publication says, without its wrapper."""

    title: str
    passages: tuple[Passage, ...]

    @property
    def text(self) -> str:
        """All passages, a line each."""
        return "\n".join(passage.text for passage in self.passages)


@dataclass(slots=True)
class _Place:
    """Where the walk is: what the next passage stands under."""

    under: Passage = field(default_factory=lambda: Passage(""))
    previous: str = ""
    columns: tuple[str, ...] = ()


def parse_publication(content: bytes) -> Publication:
    """Read a publication's XML.

    Raises:
        ValueError: it is no whole XML, or no publication of a kind that is known here.
    """
    root = tree_of(content)
    bodies = [child for child in root if local_name(child) in _ENVELOPES]
    if local_name(root) != "officiele-publicatie" or len(bodies) != 1:
        raise ValueError(f"it is no publication but <{local_name(root)}>")
    head = next((child for child in bodies[0] if local_name(child) == "kop"), None)
    return Publication(words(first(head, "titel")), tuple(_walk(bodies[0], _Place())))


def _walk(element: Element, place: _Place) -> Iterator[Passage]:
    for child in element:
        name = local_name(child)
        if name in _SKIPPED:
            continue
        if name in {"al", "row"}:
            yield from _passage(child, place)
        elif name == "tussenkop":
            place.under = replace(place.under, heading=_text_of(child))
            yield replace(place.under, text=_text_of(child))
        else:
            yield from _under(child, name, place)


def _under(element: Element, name: str, place: _Place) -> Iterator[Passage]:
    """Walk into an element; what it names counts for its own passages only."""
    outer = place.under
    if name in _NOTES:
        place.under = replace(outer, is_note=True)
    elif name == "table":
        place.columns = tuple(_text_of(cell) for cell in every(first(element, "thead"), "entry"))
    elif name == "lijst":
        place.under = replace(outer, lead=place.previous or outer.lead)
    elif name == "li":
        number = words(next((child for child in element if local_name(child) == "li.nr"), None)).strip(
            " .)°("
        )
        place.under = replace(outer, item=".".join(part for part in (outer.item, number) if part))
    heading = next((child for child in element if local_name(child) == "kop"), None)
    if heading is not None:
        place.under = _titled(place.under, heading)
    yield from _walk(element, place)
    if name in {"lijst", "li", "artikel"} or name in _NOTES:
        place.under = outer


def _titled(under: Passage, heading: Element) -> Passage:
    number = words(first(heading, "nr")).strip(" .")
    title = words(first(heading, "titel"))
    is_article = words(first(heading, "label")).lower().startswith("artikel")
    return replace(under, article=number if is_article else under.article, heading=title or under.heading)


def _passage(element: Element, place: _Place) -> Iterator[Passage]:
    """Yield a paragraph or a table row; one that names an article in words opens that article."""
    text = _text_of(element) if local_name(element) == "al" else _row_text(element, place.columns)
    if not text:
        return
    line = _ARTICLE_LINE.fullmatch(text)
    amended = line or _AMENDS_ARTICLE.search(text)
    if amended:
        heading = line["title"] if line and line["title"] else place.under.heading
        place.under = replace(place.under, article=amended[1], heading=heading, item="")
    place.previous = text
    yield replace(place.under, text=text)


def _row_text(row: Element, columns: Sequence[str]) -> str:
    """Join a row's cells, each after the name of its column: "Deelplafond 14 | Plafond € 3.000.000"."""
    cells = [_text_of(cell) for cell in every(row, "entry")]
    named = zip(cells, columns, strict=True) if len(columns) == len(cells) else ((cell, "") for cell in cells)
    return " | ".join(
        cell if cell.lower().startswith(column.lower()) else f"{column} {cell}"
        for cell, column in named
        if cell
    )


def _text_of(element: Element) -> str:
    """Give an element's words without its footnotes."""
    if local_name(element) == "noot":
        return ""
    parts = [element.text or ""]
    for child in element:
        parts += [_text_of(child), child.tail or ""]
    return clean("".join(parts))

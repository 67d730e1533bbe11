"""Reads EuroAccess's list of calls and a call's own page: pure functions, facts and links only.

EuroAccess is a private database, so nothing that it wrote itself is taken: no description, no objectives.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from scrapers.dates import Moment, parse_moment
from scrapers.money import find_amounts
from scrapers.platforms.applicants import applicant_facts
from scrapers.platforms.html_pages import absolute
from scrapers.platforms.soup import link_of, words_of
from scrapers.programmes import find
from scrapers.text import clean
from tracker.core.call import Budget, Deadline, Fact, FactName
from tracker.core.errors import ContractError, LayoutChangedError

OTHER = "other"
"""The slug of a programme that we have no name for; its own name is kept with the call."""
OTHER_INTERREG = "interreg-other"

_TOTAL = re.compile(r"\b(\d[\d.,]*)\s+calls?\s+found\b", re.IGNORECASE)
_PATH = re.compile(r"/(?:en|de)/calls/(\d+)(?:/[^?#]*)?")
_PERIOD = re.compile(r"\s+(?:programme|program)?\s*(?:20\d\d\s*[-–]\s*20\d\d)?$", re.IGNORECASE)
_ENTRIES = re.compile(r",\s+(?=[A-Z])(?![^()]*\))")

_NAMES = {
    "connecting europe facility for transport": "cef",
    "connecting europe facility - digital": "cef",
    "interregional innovation investments": "i3",
    "pilot projects and preparatory actions (pppas)": "pppa",
    "new european bauhaus facility": "horizon-europe",  # the portal lists it under Horizon Europe
    "european institute of innovation and technology": "horizon-europe",  # a part of it (Pillar III)
    "driving urban transitions partnership (dut)": "dut",
    "urbact iv": "urbact",
    "interreg north west europe": "interreg-nwe",
    "interreg north sea region": "interreg-north-sea",
}


class RowError(ValueError):
    """A row or page lacks what a call cannot do without; `field` names it."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of the list, as text; `reference` is the publisher's number, or the row's place without one."""

    reference: str
    programme: str
    title: str
    path: str
    deadline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """The facts on a call's own page."""

    number: str
    opens_on: dt.date | None
    budget: Budget
    facts: tuple[Fact, ...]
    topics: tuple[str, ...]


def read_list(soup: BeautifulSoup, *, source: str, url: str) -> tuple[ListRow, ...]:
    """Give the rows of the list, after comparing their number with the total that the page states.

    Raises:
        LayoutChangedError: there is no total or no table, or no row has a deadline.
        ContractError: the table has another number of rows than the page says.
    """
    headings = (_TOTAL.search(words_of(heading)) for heading in soup.find_all(["h2", "h3", "h4"]))
    total = next((int(re.sub(r"\D", "", found[1])) for found in headings if found), None)
    table = soup.select_one("table#calls-overview")
    if total is None or table is None:
        missing = '"… Calls found"' if total is None else "table#calls-overview"
        raise LayoutChangedError(f"the list has no {missing}", source=source, url=url, field=missing)
    rows = tuple(_row(tag, number) for number, tag in enumerate(table.select("tbody > tr"), start=1))
    if len(rows) != total:
        message = f"the page says that it has {total} calls and shows {len(rows)}"
        raise ContractError(message, source=source, url=url)
    if rows and not any(row.deadline for row in rows):
        raise LayoutChangedError("no call has a deadline", source=source, url=url, field="deadline")
    return rows


def _row(tag: Tag, number: int) -> ListRow:
    """Read a row by its places: programme, call, deadline; a fourth cell is an arrow without words."""
    cells = tag.find_all("td", recursive=False)
    link = cells[1].find("a", href=True) if len(cells) > 1 else None
    path = urlsplit(link_of(link)).path
    found = _PATH.fullmatch(path)
    return ListRow(
        reference=found[1] if found else f"row {number}",
        programme=words_of(cells[0]) if cells else "",
        title=words_of(link),
        path=path if found else "",
        deadline=words_of(cells[2]) if len(cells) > 2 else "",
    )


def check_row(row: ListRow) -> tuple[Deadline, ...]:
    """See that a row has what a call needs, and give its deadline; an empty one is not known.

    Raises:
        RowError: the title, link or programme is missing, or the deadline cannot be read.
    """
    for field, value in (("link", row.path), ("title", row.title), ("programme", row.programme)):
        if not value:
            raise RowError(f"the row has no {field}", field=field)
    if not row.deadline:
        return ()
    moment = _moment(row.deadline, "deadline")
    return (Deadline(moment.date, moment.time),)


def read_details(soup: BeautifulSoup) -> Details:
    """Read a call's own page.

    Each of its tables stands there twice, the second time within a comment, which the parser leaves out.

    Raises:
        RowError: the page has no table of facts, or its opening date cannot be read.
    """
    values = {label.casefold(): value for label, value in _labelled(soup)}
    if "funding program" not in values:
        raise RowError('the call\'s page has no "Funding Program"', field="#calldata")
    opening = words_of(soup.find(id="call-opening td")).removeprefix("Opening").strip()
    contribution = words_of(values.get("estimated eu contribution per project"))
    return Details(
        number=words_of(values.get("call number")),
        opens_on=_moment(opening, "opening").date if opening else None,
        budget=_budget(contribution),
        facts=(*_link(values), *_countries(values), *_entities(values)),
        topics=tuple(dict.fromkeys(words_of(tag) for tag in soup.select("#calldata div.topics"))),
    )


def programme_of(name: str) -> str:
    """Give our slug of a programme by the name that EuroAccess uses, `other` for one that we do not have.

    "Horizon Europe: Cluster 5 - …" is Horizon Europe, "EU4Health programme 2021-2027" is EU4Health; every
    Interreg programme that is not open to Noord-Holland is `interreg-other`.
    """
    whole = clean(name)
    for text in (whole, whole.partition(":")[0], _PERIOD.sub("", whole)):
        if slug := _NAMES.get(text.casefold()):
            return slug
        if programme := find(text):
            return programme.slug
    return OTHER_INTERREG if whole.casefold().startswith("interreg") else OTHER


def _labelled(soup: BeautifulSoup) -> Iterator[tuple[str, Tag]]:
    for row in soup.select("#calldata > .subtable div.tr.flex"):
        label = row.find(class_="title")
        value = label.find_next_sibling() if label else None
        if label is not None and value is not None:
            yield words_of(label), value


def _countries(values: dict[str, Tag]) -> Iterator[Fact]:
    """Give a fact for each group of countries; groups are parted by line breaks."""
    tag = values.get("regions / countries for funding")
    for group in _lines(tag) if tag else ():
        yield Fact(FactName.COUNTRIES, group, group)


def _lines(tag: Tag) -> list[str]:
    for line_break in tag("br"):
        line_break.replace_with("\n")
    return [clean(line) for line in tag.get_text().splitlines() if line.strip()]


def _entities(values: dict[str, Tag]) -> tuple[Fact, ...]:
    words = words_of(values.get("eligible entities"))
    return applicant_facts(entry for entry in _ENTRIES.split(words) if entry)


def _budget(words: str) -> Budget:
    """Read what one project may get; English separators ("max. € 750,000.00")."""
    amounts = [amount.value for amount in find_amounts(words, locale="en")]
    if not amounts:
        return Budget()
    if len(amounts) == 1:
        is_minimum = "min" in words.casefold() and "max" not in words.casefold()
        return Budget(per_project_min=amounts[0]) if is_minimum else Budget(per_project_max=amounts[0])
    return Budget(per_project_min=min(amounts), per_project_max=max(amounts))


def _link(values: dict[str, Tag]) -> Iterator[Fact]:
    """Give the address of the publisher's own page, by which a call is joined with other sources."""
    tag = values.get("link to the call")
    address = absolute(link_of(tag.find("a", href=True)), base="") if tag else ""
    if address:
        yield Fact(FactName.LINK, address, address)


def _moment(text: str, field: str) -> Moment:
    try:
        return parse_moment(text, locale="en")
    except ValueError as error:
        raise RowError(f"{field}: {error}", field=field) from error

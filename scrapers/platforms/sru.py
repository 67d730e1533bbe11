"""The SRU 2.0 search interface of the Dutch government's repository: asks a query, page by page.

What is known of it comes from public harvesters. An unknown index or too narrow a clause answers a silent
zero, and an error comes as `<diagnostics>` in a good answer; prefixes differ, so names are matched without
their namespace.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError, fromstring

from scrapers.contract import Fetch, Page, Request, RowProblem
from scrapers.text import clean
from tracker.core.errors import ContractError

ENDPOINT = "https://repository.overheid.nl/sru"
"""The address of the search interface."""
STAATSCOURANT = "Staatscourant"
PROVINCIAAL_BLAD = "Provinciaal blad"
PAGE_SIZE = 100
MOST_RECORDS = 5_000
"""More than a subsidy query can find in years: beyond it the clause has lost its meaning."""


@dataclass(frozen=True, slots=True)
class SruRecord:
    """One publication as the index describes it; `page_url` is for people, `xml_url` (or "") for us."""

    identifier: str
    title: str
    creator: str
    publication_name: str
    available: dt.date
    page_url: str
    xml_url: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of an answer: how many records there are in all, and those of this page."""

    total: int
    records: tuple[SruRecord | RowProblem, ...]


def search(fetch: Fetch, endpoint: str, *, query: str) -> Iterator[SruRecord | RowProblem]:
    """Give all records that a query finds, in the order of the index.

    Raises:
        ContractError: an answer is no SRU answer, or the listing ends before its own total.
    """
    start = 1
    while True:
        answer = ask(fetch, endpoint, query=query, start=start)
        yield from answer.records
        start += len(answer.records)
        if start > answer.total:
            return
        if not answer.records or start > MOST_RECORDS:
            message = f"the listing ended after {start - 1} of {answer.total} records of the query {query}"
            raise ContractError(message, url=endpoint)


def ask(fetch: Fetch, endpoint: str, *, query: str, start: int = 1, most: int = PAGE_SIZE) -> Answer:
    """Give one page of what a query finds: at most `most` records from number `start` (counted from 1).

    Raises:
        ContractError: the answer is no SRU answer, or a diagnostic.
    """
    params = {
        "operation": "searchRetrieve",
        "version": "2.0",
        "query": query,
        "startRecord": str(start),
        "maximumRecords": str(most),
    }
    return parse_answer(fetch(Request(endpoint, params=params)), query=query)


def parse_answer(page: Page, *, query: str) -> Answer:
    """Read one answer; `query` is named in the errors.

    Raises:
        ContractError: the answer is no SRU answer, or a diagnostic.
    """
    try:
        root = tree_of(page.content)
    except ValueError as error:
        raise ContractError(f"the query {query} was not answered with XML: {error}", url=page.url) from error
    trouble = first(root, "diagnostics")
    if trouble is not None:
        raise ContractError(f"the query {query} was refused: {words(trouble)}", url=page.url)
    total = words(first(root, "numberOfRecords"))
    if local_name(root) != "searchRetrieveResponse" or not total.isdecimal():
        raise ContractError(f"the query {query} was not answered with a number of records", url=page.url)
    records = tuple(_record_or_problem(element) for element in every(root, "record"))
    return Answer(int(total), records)


def record_of(element: Element) -> SruRecord:
    """Read one `record`.

    Raises:
        ValueError: it has no identifier, title or day of publication.
    """
    core, mantle, enriched = (first(element, name) for name in ("owmskern", "owmsmantel", "enrichedData"))
    identifier, title = words(first(core, "identifier")), words(first(core, "title"))
    available = words(first(mantle, "available")) or words(first(mantle, "issued"))
    if not identifier or not title:
        raise ValueError("a record has no identifier or no title")
    items = {item.get("manifestation"): words(item) for item in every(enriched, "itemUrl")}
    return SruRecord(
        identifier=identifier,
        title=title,
        creator=words(first(core, "creator")),
        publication_name=words(first(element, "publicatienaam")),
        available=dt.date.fromisoformat(available),
        page_url=words(first(enriched, "preferredUrl")),
        xml_url=items.get("xml", ""),
    )


def on_host_of(endpoint: str, url: str) -> str:
    """Give the address of a publication on the host that was searched.

    The interface and the publications share a host, so an operator who replaces the one replaces the other,
    and an answer cannot send us elsewhere.
    """
    host = urlsplit(endpoint)
    return urlsplit(url)._replace(scheme=host.scheme, netloc=host.netloc).geturl()


def tree_of(content: bytes) -> Element:
    """Read XML.

    Raises:
        ValueError: it is cut, malformed, or declares a document type (which no answer of ours has).
    """
    if b"<!DOCTYPE" in content[:2000] or b"<!ENTITY" in content:
        raise ValueError("it declares a document type")
    try:
        return fromstring(content)  # noqa: S314 - entities are refused above, and expat loads nothing
    except (ParseError, LookupError) as error:
        raise ValueError(str(error)) from error


def local_name(element: Element) -> str:
    """Give an element's name without its namespace, which differs from answer to answer."""
    return element.tag.rpartition("}")[2].rpartition(":")[2]


def every(element: Element | None, name: str) -> Iterator[Element]:
    """Give all elements of a name under `element`, at any depth."""
    return (
        (child for child in element.iter() if local_name(child) == name) if element is not None else iter(())
    )


def first(element: Element | None, name: str) -> Element | None:
    """Give the first element of a name under `element`, or None."""
    return next(every(element, name), None)


def words(element: Element | None) -> str:
    """Give the text in and under an element, in single spaces; "" where there is no element."""
    return clean("".join(element.itertext())) if element is not None else ""


def _record_or_problem(element: Element) -> SruRecord | RowProblem:
    try:
        return record_of(element)
    except ValueError as error:
        name = words(first(element, "identifier")) or f"record {words(first(element, 'recordPosition'))}"
        return RowProblem(name, str(error), "record")

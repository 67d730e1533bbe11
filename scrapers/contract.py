"""The contract between a source and the product: what is handed in, what is yielded, what a crawl gives.

A source never makes a client, reads a clock or sees the database. It gets `fetch` and a `Site`, and yields
`CallData`, `RowProblem` and `Gap` objects; it raises a `ScrapeError` when the reading cannot be trusted.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tracker.core.call import CallData
from tracker.core.errors import LayoutChangedError


class Listing(StrEnum):
    """What absence from a source's listing means."""

    COMPLETE = "complete"  # all that is open or coming: absence says something
    INCREMENT = "increment"  # what is new or changed: absence says nothing


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `parts` makes it a multipart form whose parts are typed application/json."""

    url: str
    method: str = "GET"
    params: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    json: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """One good answer (2xx). `url` is where it came from after redirects; `text` is decoded `content`."""

    url: str
    status: int
    content_type: str
    content: bytes
    text: str


Fetch = Callable[[Request], Page]
"""Gets one answer, politely and patiently; raises FetchError or BlockedError."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where a source is read: its address (replaceable by the operator) and its options."""

    url: str
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that could not be understood. It still counts as seen, so its call is not taken for gone."""

    source_ref: str
    message: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of the listing (a language series: `nl`) that could not be read while the rest could."""

    part: str
    message: str


Item = CallData | RowProblem | Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One publisher's listing, as data. `platform` names the shared engine (its address can be replaced too).

    `languages` are the series it reads, the anchor first; `area` is what a person loses when it is not read.
    """

    name: str
    title: str
    area: str
    url: str
    listing: Listing
    crawl: Callable[[Fetch, Site], Iterator[Item]]
    platform: str = ""
    languages: tuple[str, ...] = ("en",)
    on_schedule: bool = True
    programmes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """All that one reading of a source gave."""

    listing: Listing
    calls: tuple[CallData, ...]
    problems: tuple[RowProblem, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @property
    def languages_missing(self) -> frozenset[str]:
        """The language series that were not read."""
        return frozenset(gap.part for gap in self.gaps)


def run_crawl(source: Source, fetch: Fetch, *, site: Site) -> Crawl:
    """Read a source to the end.

    Raises:
        ScrapeError: the reading as a whole cannot be trusted.
        LayoutChangedError: more than one row in ten, and at least three, could not be understood.
    """
    items = list(source.crawl(fetch, site))
    calls = tuple(item for item in items if isinstance(item, CallData))
    problems = tuple(item for item in items if isinstance(item, RowProblem))
    gaps = tuple(item for item in items if isinstance(item, Gap))
    if len(problems) >= 3 and len(problems) * 10 > len(problems) + len(calls):
        raise LayoutChangedError(
            f"{len(problems)} of {len(problems) + len(calls)} rows could not be understood, first: "
            f"{problems[0].source_ref}: {problems[0].message}",
            source=source.name,
            url=site.url,
            field=problems[0].field,
        )
    return Crawl(listing=source.listing, calls=calls, problems=problems, gaps=gaps)

"""The contract between a source and the product: what is handed in, what is yielded, what a crawl gives.

A source never makes a client, reads a clock or sees the database. It gets `fetch` and a `Site`, and yields
`CallData`, `RowProblem` and `Gap` objects; it raises a `ScrapeError` when the reading cannot be trusted.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from tracker.core.call import CallData, Deadline
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
    """Where a source is read: its address (replaceable by the operator) and its options.

    The options, all of them text: `today` (ISO date), `since` (ISO date of the last complete reading less two
    days; absent before the first), `known` (the references that are stored, a line each), `pages` (the pages
    to watch, JSON), `app_id` and `key` (of an interface that wants them).
    """

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
    """A part of the listing (a language series: `nl`) that could not be read while the rest could.

    `needs_key` says that a key would help: the operator must find one, however well the rest was read.
    """

    part: str
    message: str
    needs_key: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A call that is already stored, as the list alone shows it now; whatever is not said here is as it was.

    Yielded by a source that reads a call's own page only once (option `known`). It counts as seen.
    """

    source_ref: str
    title: str
    deadlines: tuple[Deadline, ...]

    def over(self, stored: CallData) -> CallData:
        """Give the stored call with what the list says now."""
        first, *others = stored.texts
        return replace(stored, texts=(replace(first, title=self.title), *others), deadlines=self.deadlines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A passage of a watched page that may be a call: mined with low confidence, for a person to confirm.

    `key` stays the same while dates and amounts in the passage change. `text` is the whole passage and
    `sentence` the one that the dates were read from. `dates` are all that stand there, `amounts` whole euros.
    """

    key: str
    title: str
    sentence: str
    text: str
    opens_on: dt.date | None = None
    deadline: Deadline | None = None
    dates: tuple[dt.date, ...] = ()
    amounts: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedPage:
    """The text of a page whose shape nobody has recorded, and what in it may be a call.

    `programme`, `place`, `neighbour` and `language` are what the profile says of the page.
    """

    name: str
    url: str
    text: str
    candidates: tuple[Candidate, ...] = ()
    programme: str = ""
    place: str = ""
    neighbour: bool = False
    language: str = "nl"


Item = CallData | Listed | WatchedPage | RowProblem | Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One publisher's listing, as data. `platform` names the shared engine (its address can be replaced too).

    `languages` are the series it reads, the anchor first; `area` is what a person loses when it is not read,
    `area_nl` the same in Dutch and `title_nl` the Dutch title where it differs.
    `authority` decides whose word counts where several sources show one call: the publisher's own is 3, a
    register of a programme 2, somebody else's list 1. `own_identifiers` is False where calls carry the
    identifier of another call, so that nothing is joined by it.
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
    authority: int = 3
    own_identifiers: bool = True
    title_nl: str = ""
    area_nl: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """All that one reading of a source gave."""

    listing: Listing
    calls: tuple[CallData, ...]
    problems: tuple[RowProblem, ...] = ()
    gaps: tuple[Gap, ...] = ()
    listed: tuple[Listed, ...] = ()
    watched: tuple[WatchedPage, ...] = ()

    def with_stored(self, stored: Mapping[str, CallData]) -> "Crawl":
        """Give this crawl with its `listed` calls made whole from what is stored, by source_ref."""
        whole = tuple(listed.over(stored[listed.source_ref]) for listed in self.listed)
        return replace(self, calls=self.calls + whole, listed=())

    @property
    def languages_missing(self) -> frozenset[str]:
        """The language series that were not read."""
        return frozenset(gap.part for gap in self.gaps)


def unnamed_languages(source: Source, crawl: Crawl) -> tuple[str, ...]:
    """Give the languages of texts that the source does not name in `languages`; none is right."""
    said = {text.language for call in crawl.calls for text in call.texts}
    return tuple(sorted(said - set(source.languages)))


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
    listed = tuple(item for item in items if isinstance(item, Listed))
    watched = tuple(item for item in items if isinstance(item, WatchedPage))
    rows = len(problems) + len(calls) + len(listed)
    if len(problems) >= 3 and len(problems) * 10 > rows:
        raise LayoutChangedError(
            f"{len(problems)} of {rows} rows could not be understood, first: "
            f"{problems[0].source_ref}: {problems[0].message}",
            source=source.name,
            url=site.url,
            field=problems[0].field,
        )
    return Crawl(
        listing=source.listing, calls=calls, problems=problems, gaps=gaps, listed=listed, watched=watched
    )

"""The EU portal's search index ("SEDIA") as an engine: reads its series, joins the languages, yields calls.

The interface is hardly documented; what is known of it comes from public projects that tested it. So
everything that can be checked is checked, and a reading that cannot be trusted is an error, never an empty
list.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from scrapers.contract import Fetch, Gap, Item, RowProblem, Site
from scrapers.platforms.sedia_rows import RowError, call_of, is_current, source_ref_of
from scrapers.platforms.sedia_series import Series, SeriesRows, read_series
from scrapers.platforms.sedia_wire import Row, RowKind
from tracker.core.errors import ScrapeError

SEARCH = "https://api.tech.ec.europa.eu/search-api/prod/rest/search"
"""The address of the search interface."""


@dataclass(slots=True)
class _Joined:
    """The rows of all languages by the call that they are about, and what could not be understood."""

    calls: dict[str, dict[str, Row]] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)


def crawl(
    fetch: Fetch, site: Site, *, source: str, kind: RowKind, languages: tuple[str, ...]
) -> Iterator[Item]:
    """Read the open and forthcoming calls of one kind in all `languages`, the first of which is the anchor.

    A later language that cannot be read is a gap: its calls are still known from the anchor.

    Raises:
        ScrapeError: the anchor's series cannot be read or trusted.
    """
    anchor, *others = languages
    read = {anchor: read_series(fetch, Series(source, site.url, kind, anchor))}
    for language in others:
        try:
            read[language] = read_series(fetch, Series(source, site.url, kind, language))
        except ScrapeError as error:
            yield Gap(language, str(error))
    yield from items_of(read, kind, source=source)


def items_of(read: Mapping[str, SeriesRows], kind: RowKind, *, source: str) -> Iterator[Item]:
    """Turn the series that were read, by language and the anchor first, into calls and problems."""
    joined = join_languages(read, kind)
    yield from joined.problems
    for source_ref, rows in joined.calls.items():
        yield from _items_of_call(rows, kind, source=source, source_ref=source_ref)


def join_languages(read: Mapping[str, SeriesRows], kind: RowKind) -> _Joined:
    """Put the rows of one call together, by the publisher's number; a call in one language alone is kept."""
    joined = _Joined()
    for language, series in read.items():
        joined.problems += series.problems
        for row in series.rows:
            try:
                source_ref = source_ref_of(row, kind)
            except RowError as error:
                joined.problems.append(RowProblem(row.reference, str(error), error.field))
                continue
            languages = joined.calls.setdefault(source_ref, {})
            known = languages.get(language)
            languages[language] = row if known is None else _better(known, row, kind)
    return joined


def _better(one: Row, other: Row, kind: RowKind) -> Row:
    """Choose between two rows of one call: the present style of reference before an archive copy's."""
    return max(one, other, key=lambda row: (is_current(row, kind), row.reference))


def _items_of_call(rows: dict[str, Row], kind: RowKind, *, source: str, source_ref: str) -> Iterator[Item]:
    """Yield a call, or the problem of its anchor row; a bad row of a later language costs that text alone."""
    anchor, *others = rows
    good = {anchor: rows[anchor]}
    for language in others:
        try:
            call_of({language: rows[language]}, kind, source=source)
        except RowError as error:
            yield RowProblem(source_ref, f"{language}: {error}", error.field)
        else:
            good[language] = rows[language]
    try:
        yield call_of(good, kind, source=source)
    except RowError as error:
        yield RowProblem(source_ref, str(error), error.field)

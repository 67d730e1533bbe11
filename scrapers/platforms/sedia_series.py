"""Reads one series of the EU portal's index (a row type in a language) and checks all that can be checked."""

import json
import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from scrapers.contract import Fetch, Page, RowProblem
from scrapers.platforms.sedia_wire import ASKED_STATUS, LIVE, PAGE_SIZE, Answer, Row, RowKind, search_request
from tracker.core.errors import ContractError

LARGEST_SERIES = 10_000
"""Rows; the index gives no more for one question, and more means that it ignored the filter."""


@dataclass(frozen=True, slots=True)
class Series:
    """One row type in one language, and who asks for it."""

    source: str
    url: str
    kind: RowKind
    language: str

    def broken(self, message: str) -> ContractError:
        """Make the error for an answer that is not what was asked."""
        return ContractError(f"{self.language} series: {message}", source=self.source, url=self.url)


@dataclass(slots=True)
class SeriesRows:
    """All rows of a series, and those that have not the shape of a row."""

    rows: list[Row] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


def read_series(fetch: Fetch, series: Series) -> SeriesRows:
    """Read a series to its end, once more from its start where an answer breaks the contract.

    The index changes while it is read, so a total that moves or a row that comes twice may be true once.

    Raises:
        ContractError: an answer was twice not what was asked, or there were twice no rows at all.
        FetchError, BlockedError: no answer came.
    """
    try:
        return _read_once(fetch, series)
    except ContractError:
        return _read_once(fetch, series)


def _read_once(fetch: Fetch, series: Series) -> SeriesRows:
    found = SeriesRows()
    references: Counter[str] = Counter()
    total, number, pages = -1, 1, 1
    while number <= pages:
        answer = _ask(fetch, series, number=number)
        if number == 1:
            total, pages = answer.total, _page_count(series, answer.total)
        _check_answer(series, answer, number=number, total=total)
        for place, raw in enumerate(answer.rows):
            references[_reference(raw) or f"page {number}, row {place + 1}"] += 1
            _add(found, series, raw)
        number += 1
    _check_count(series, references, total=total)
    return found


def _ask(fetch: Fetch, series: Series, *, number: int) -> Answer:
    request = search_request(series.url, series.kind, language=series.language, page=number)
    page = fetch(request)
    try:
        return Answer.model_validate(_json_object(page))
    except ValidationError as error:
        raise series.broken(f"page {number} has not the shape of a search answer: {_why(error)}") from error
    except ValueError as error:
        raise series.broken(f"page {number} is no JSON object ({error})") from error


def _json_object(page: Page) -> dict[str, Any]:
    if "html" in page.content_type or page.text.lstrip()[:1] == "<":
        raise ValueError("it is an HTML page")
    try:
        content = json.loads(page.text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(content, dict):
        raise ValueError(f"it is a {type(content).__name__}")
    return content


def _page_count(series: Series, total: int) -> int:
    if total == 0:
        raise series.broken("the index says that nothing is open or forthcoming, which cannot be")
    if total > LARGEST_SERIES:
        raise series.broken(f"{total:,} rows is more than the index gives; it ignored the filter")
    return math.ceil(total / PAGE_SIZE)


def _check_answer(series: Series, answer: Answer, *, number: int, total: int) -> None:
    """Check that an answer is for the page that was asked, and that the index stood still."""
    if answer.page != number:
        raise series.broken(f"page {number} was asked and page {answer.page} came")
    if answer.size != PAGE_SIZE:
        raise series.broken(f"{PAGE_SIZE} rows a page were asked and {answer.size} came")
    if answer.total != total:
        raise series.broken(f"the total went from {total} to {answer.total} between pages 1 and {number}")
    if not answer.rows:
        raise series.broken(f"page {number} has no rows, though there are {total}")


def _add(found: SeriesRows, series: Series, raw: object) -> None:
    """Add a row, or the problem that it is."""
    try:
        row = Row.model_validate(raw)
    except ValidationError as error:
        reference = _reference(raw)
        digits = reference[: len(reference) - len(reference.lstrip("0123456789"))]
        found.problems.append(RowProblem(digits or reference or "unknown", _why(error)))
        return
    _check_row(series, row)
    found.rows.append(row)


def _check_row(series: Series, row: Row) -> None:
    """Check that a row is of what was asked; what it does not say of itself is not held against it."""
    asked = {
        "type": {series.kind.code},
        "DATASOURCE": {LIVE},
        "status": set(ASKED_STATUS),
        "language": {series.language},
    }
    for name, wanted in asked.items():
        said = {row.language} - {""} if name == "language" else set(row.all(name))
        if not said <= wanted:
            strange = ", ".join(sorted(said - wanted))
            raise series.broken(f"row {row.reference} has {name} {strange}, which was not asked")


def _check_count(series: Series, references: Counter[str], *, total: int) -> None:
    if len(references) == total and references.total() == total:
        return
    twice = [reference for reference, count in references.items() if count > 1]
    example = f"; {len(twice)} came more than once, such as {twice[0]}" if twice else ""
    raise series.broken(f"{total} rows were announced and {len(references)} different ones came{example}")


def _reference(raw: object) -> str:
    reference = raw.get("reference") if isinstance(raw, dict) else None
    return reference if isinstance(reference, str) else ""


def _why(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else first["msg"]

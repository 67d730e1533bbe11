"""The search index of the EU portal in miniature: filters, order and pages over rows held in memory.

Pure functions for the stand-in server. They copy what was observed of the real index, its oddities included:
without a sort (or by a field that is not unique) pages overlap, and rows without the sort field vanish.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]

API_VERSION = "2.154"
LARGEST_PAGE = 100
DEFAULT_PAGE = 10
_FULL_TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$")
_JITTER = 20  # rows move at most so many places between pages when nothing sorts them


class QueryFormatError(Exception):
    """The query uses a clause that the index refuses (HTTP 400, `Invalid Query format`)."""


@dataclass(frozen=True, kw_only=True)
class Search:
    """One question to the index, already parsed; None or empty means that the part was not sent."""

    text: str
    query: dict[str, Any] | None = None
    languages: tuple[str, ...] = ()
    sort_field: str | None = None
    descending: bool = False
    page: int = 1
    page_size: int = DEFAULT_PAGE


def answer(rows: Sequence[Row], search: Search) -> dict[str, Any]:
    """Answer a search with the whole envelope of the index, every field of it filled."""
    size = min(search.page_size, LARGEST_PAGE)
    hits = _ordered([row for row in rows if _is_hit(row, search)], search)
    start = (search.page - 1) * size
    return {
        "apiVersion": API_VERSION,
        "terms": search.text,
        "responseTime": 42,
        "totalResults": len(hits),
        "pageNumber": search.page,
        "pageSize": size,
        "sort": search.sort_field or "relevance",
        "groupByField": "sortStatus",
        "queryLanguage": {"language": "en", "probability": 0},
        "spellingSuggestion": "",
        "bestBets": [],
        "results": hits[start : start + size],
        "warnings": [],
    }


def _is_hit(row: Row, search: Search) -> bool:
    if search.languages and row.get("language") not in search.languages:
        return False
    if search.query is not None and not _matches(row, search.query):
        return False
    return _has_text(row, search.text)


def _has_text(row: Row, text: str) -> bool:
    """Match free text: quoted is a phrase, unquoted is a loose OR over its words, stars are everything."""
    wanted = text.strip()
    if not wanted.strip("*"):
        return True
    metadata = row.get("metadata", {})
    fields = ("identifier", "title", "callIdentifier", "descriptionByte", "description", "keywords", "caName")
    haystack = " ".join(value for field in fields for value in metadata.get(field, ())).casefold()
    if wanted.startswith('"') and wanted.endswith('"'):
        return wanted.strip('"').casefold() in haystack
    return any(word.casefold() in haystack for word in wanted.split())


def check_query(clause: object) -> None:
    """Refuse a query that the real index refuses, whatever rows there are to look at."""
    if not isinstance(clause, dict) or len(clause) != 1:
        raise QueryFormatError("a clause is an object with one key")
    ((name, body),) = clause.items()
    if not isinstance(body, dict):
        raise QueryFormatError(name)
    if name == "bool":
        _check_bool(body)
    elif name not in ("term", "terms", "range") or len(body) != 1:
        raise QueryFormatError(name)
    elif name == "terms" and not isinstance(next(iter(body.values())), list):
        raise QueryFormatError("terms wants a list")
    elif name == "range" and not isinstance(next(iter(body.values())), dict):
        raise QueryFormatError("range wants an object")


def _check_bool(body: dict[str, Any]) -> None:
    for occurrence, clauses in body.items():
        if occurrence not in ("must", "must_not"):
            raise QueryFormatError(occurrence)
        for inner in _as_list(clauses):
            check_query(inner)


def _matches(row: Row, clause: dict[str, Any]) -> bool:
    ((name, body),) = clause.items()
    if name == "bool":
        needed = all(_matches(row, inner) for inner in _as_list(body.get("must", [])))
        return needed and not any(_matches(row, inner) for inner in _as_list(body.get("must_not", [])))
    ((field, wanted),) = body.items()
    values = row.get("metadata", {}).get(field, [])
    if name == "range":
        return any(_in_range(value, wanted) for value in values)
    if isinstance(wanted, dict):
        wanted = wanted.get("value")
    return not {str(item) for item in _as_list(wanted)}.isdisjoint(values)


def _in_range(value: str, bounds: dict[str, Any]) -> bool:
    """Compare only bounds in the index's own time format; any other matches every row, as it really does."""
    checks = {"gte": value.__ge__, "gt": value.__gt__, "lte": value.__le__, "lt": value.__lt__}
    for name, bound in bounds.items():
        if name in checks and _FULL_TIME.match(str(bound)) and not checks[name](str(bound)):
            return False
    return True


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _ordered(rows: list[Row], search: Search) -> list[Row]:
    """Put hits in the order in which this page sees them; ties fall differently on every page."""
    field = search.sort_field
    if field is None:
        reach = 2 * _JITTER + 1
        places = [(place + _noise(row, search.page) % reach, row) for place, row in enumerate(rows)]
        return [row for _place, row in sorted(places, key=lambda pair: pair[0])]
    having = [row for row in rows if row.get("metadata", {}).get(field)]
    having.sort(key=lambda row: _noise(row, search.page))
    having.sort(key=lambda row: str(row["metadata"][field][0]).casefold(), reverse=search.descending)
    return having


def _noise(row: Row, page: int) -> int:
    """Give a number that looks random, yet is the same for the same row and page in every run."""
    source = row.get("metadata", {}).get("DATASOURCE", [""])[:1]
    return zlib.crc32(f"{page}|{row.get('reference')}|{source}".encode())

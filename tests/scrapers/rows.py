"""Rows of the EU portal's index as the tests need them: the real shape, in words of our own."""

import json
from collections.abc import Mapping
from typing import Any

from scrapers.contract import Page, Request
from scrapers.platforms.sedia_rows import call_of
from scrapers.platforms.sedia_wire import TOPICS, Row, RowKind
from tracker.core.call import CallData

RowData = dict[str, Any]


def topic(number: int = 48100001, *, language: str = "en", **fields: Any) -> RowData:
    """Make a grant topic's row; `fields` replace or add metadata (None takes a field away)."""
    identifier = f"LIFE-2027-TEST-{number % 10000:04d}"
    metadata: dict[str, Any] = {
        "type": ["1"],
        "DATASOURCE": ["SEDIA"],
        "language": [language],
        "status": ["31094502"],
        "identifier": [identifier],
        "callIdentifier": ["LIFE-2027-TEST"],
        "callTitle": ["Test call of the year"],
        "ccm2Id": [str(number)],
        "title": [{"en": "Shade for streets", "nl": "Schaduw voor straten"}.get(language, "Shade")],
        "frameworkProgramme": ["43252405"],
        "startDate": ["2026-10-01T00:00:00.000+0000"],
        "deadlineDate": ["2027-02-16T00:00:00.000+0000"],
        "deadlineModel": ["single-stage"],
        "typesOfAction": ["LIFE  Project Grants"],
        "descriptionByte": ["<p>Trees cool a street.</p>"],
    }
    return _row(f"{number}TOPICS{language}", language, metadata | fields)


def cascade_call(number: int = 12001, *, language: str = "en", **fields: Any) -> RowData:
    """Make a cascade call's row, whose identifier and title are its parent topic's."""
    metadata: dict[str, Any] = {
        "type": ["8"],
        "DATASOURCE": ["SEDIA"],
        "language": [language],
        "status": ["31094502"],
        "identifier": ["DIGITAL-2025-PARENT-01"],
        "callIdentifier": ["DIGITAL-2025-PARENT"],
        "title": ["The parent topic"],
        "callccm2Id": [str(number)],
        "caName": [f"Vouchers for small towns {number}"],
        "frameworkProgramme": ["43152860"],
        "startDate": ["2026-09-01T00:00:00.000+0000"],
        "deadlineDate": ["2027-01-15T17:00:00.000+0000"],
        "deadlineModel": ["single-stage"],
        "description": ["<p>Towns test a tool.</p>"],
        "budget": ["500000"],
        "currency": ["EUR"],
    }
    return _row(f"{number}COMPETITIVE_CALL{language}", language, metadata | fields)


def _row(reference: str, language: str, metadata: Mapping[str, Any]) -> RowData:
    kept = {key: value for key, value in metadata.items() if value is not None}
    return {
        "apiVersion": "2.154",
        "reference": reference,
        "url": "https://ec.europa.eu/x",
        "title": None,
        "language": language,
        "database": "SEDIA",
        "summary": next(iter(kept.get("caName") or kept.get("title") or [None])),
        "metadata": kept,
    }


def parsed(data: RowData) -> Row:
    """Read a row as the engine does."""
    return Row.model_validate(data)


def call(data: RowData, kind: RowKind = TOPICS) -> CallData:
    """Make the call of a single row."""
    row = parsed(data)
    return call_of({row.language: row}, kind, source="portal")


def page_of(content: object, *, content_type: str = "application/json") -> Page:
    """Make an answer with `content` as JSON, or as it is where it is a string."""
    text = content if isinstance(content, str) else json.dumps(content)
    return Page("https://index.test/search", 200, content_type, text.encode(), text)


def answer(rows: list[RowData], *, total: int | None = None, page: int = 1, size: int = 100) -> RowData:
    """Make the envelope of one page."""
    return {
        "apiVersion": "2.154",
        "totalResults": len(rows) if total is None else total,
        "pageNumber": page,
        "pageSize": size,
        "results": rows,
        "warnings": [],
    }


class Pages:
    """A fetch that answers with the given pages, one after another, and notes what was asked."""

    def __init__(self, *pages: Page) -> None:
        self.left = list(pages)
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Page:
        self.asked.append(request)
        return self.left.pop(0)


def as_fetch(*answers: object) -> Pages:
    """Make a fetch of JSON answers."""
    return Pages(*(page if isinstance(page, Page) else page_of(page) for page in answers))

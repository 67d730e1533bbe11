"""The wire format of the EU portal's search index ("SEDIA"): what is asked, and the shape of answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field, field_validator, model_validator

from scrapers.contract import Request
from tracker.core.call import Claim

PAGE_SIZE = 100
"""The most rows that a page can have; larger wishes are cut silently."""

LIVE = "SEDIA"
"""The data source that is kept up to date; the archive copies have another."""

CLAIMS = {"31094501": Claim.FORTHCOMING, "31094502": Claim.OPEN, "31094503": Claim.CLOSED}
"""The index's status codes, as its own facet labels them."""

ASKED_STATUS = ("31094501", "31094502")

_ENVELOPE_OF_A_ROW = {
    *(
        "apiVersion",
        "reference",
        "url",
        "contentType",
        "databaseLabel",
        "database",
        "summary",
        "content",
        "weight",
    ),
    *("groupById", "accessRestriction", "pages", "checksum", "enrichedMetadata", "children", "citation"),
    *("highlightedFragments", "metadata"),
}


@dataclass(frozen=True, slots=True)
class RowKind:
    """One of the index's row types: its code, the field that numbers its rows, and a reference's mark."""

    code: str
    sort_field: str
    mark: str


TOPICS = RowKind("1", "identifier", "TOPICS")
"""Grant topics: what a city can apply to."""

CASCADE_CALLS = RowKind("8", "callccm2Id", "COMPETITIVE_CALL")
"""Calls that funded projects hold among third parties."""


class Answer(BaseModel):
    """One page of answers. Its rows are read one by one, so that one bad row spoils no other."""

    total: int = Field(alias="totalResults", ge=0)
    page: int = Field(alias="pageNumber")
    size: int = Field(alias="pageSize")
    rows: list[Any] = Field(alias="results")


class Row(BaseModel):
    """One row of the index: a call in one language. `metadata` has a list of strings for each field."""

    reference: str = Field(min_length=1)
    language: str = ""
    summary: str | None = None
    metadata: dict[str, list[str]]

    @model_validator(mode="before")
    @classmethod
    def _gather_fields(cls, row: object) -> object:
        """Give a row without `metadata` one: a few have their fields at the top level."""
        if not isinstance(row, dict) or row.get("metadata"):
            return row
        return {**row, "metadata": {key: row[key] for key in row.keys() - _ENVELOPE_OF_A_ROW}}

    @field_validator("metadata", mode="before")
    @classmethod
    def _make_lists(cls, metadata: object) -> object:
        """Make each value a list of strings: scalars and nulls occur."""
        if not isinstance(metadata, dict):
            return metadata
        return {key: _strings(value) for key, value in metadata.items()}

    @field_validator("language", "summary", mode="before")
    @classmethod
    def _take_first(cls, value: object) -> object:
        """Take the first of a list: at the top level of a row without `metadata` these are lists too."""
        return next(iter(value), "") if isinstance(value, list) else value

    @model_validator(mode="after")
    def _fill_language(self) -> "Row":
        self.language = self.language or self.first("language")
        return self

    def first(self, field: str) -> str:
        """Give a field's first value, or nothing."""
        return next(iter(self.all(field)), "")

    def all(self, field: str) -> list[str]:
        """Give all values of a field."""
        return self.metadata.get(field, [])


def search_request(url: str, kind: RowKind, *, language: str, page: int) -> Request:
    """Ask for one page of the open and forthcoming rows of one kind in one language.

    Sorted by the number that is unique within the kind: without a sort, rows repeat and vanish between pages.
    """
    terms: Mapping[str, tuple[str, ...]] = {
        "type": (kind.code,),
        "DATASOURCE": (LIVE,),
        "status": ASKED_STATUS,
    }
    query = {"bool": {"must": [{"terms": {field: list(values)}} for field, values in terms.items()]}}
    return Request(
        url=url,
        method="POST",
        params={"apiKey": "SEDIA", "text": "***", "pageSize": str(PAGE_SIZE), "pageNumber": str(page)},
        parts={
            "query": json.dumps(query),
            "languages": json.dumps([language]),
            "sort": json.dumps({"field": kind.sort_field, "order": "ASC"}),
        },
    )


def _strings(value: object) -> object:
    if value is None:
        return []
    values = value if isinstance(value, list) else [value]
    return [str(item) if isinstance(item, int | float) else item for item in values if item is not None]

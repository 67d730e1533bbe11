"""Faults that the stand-in of the EU portal can be told to show, for the tests of the client.

Each kind is something that was seen on the live interface, or that any interface over a network can do.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Answer = dict[str, Any]

CHALLENGE_PAGE = (
    b"<!DOCTYPE html><html><head><title>Just a moment</title></head>"
    b"<body><h1>Checking your browser before you go on</h1></body></html>"
)


class FaultKind(StrEnum):
    """What goes wrong with an answer."""

    STATUS = "status"  # another HTTP status than 200
    HTML = "html"  # 200 with a challenge page instead of JSON
    TRUNCATED = "truncated"  # JSON cut in half, with a matching Content-Length
    EMPTY_PAGE = "empty_page"  # 200 without rows
    WRONG_PAGE_ECHO = "wrong_page_echo"
    WRONG_SIZE_ECHO = "wrong_size_echo"
    WRONG_TYPE = "wrong_type"  # the first row is a type-6 notice
    WRONG_LANGUAGE = "wrong_language"  # the first row is German
    WRONG_CLAIM = "wrong_claim"  # the first row is closed
    MOVING_TOTAL = "moving_total"  # the total grows with every answer
    DUPLICATE_ROWS = "duplicate_rows"  # the second half of the page repeats the first
    HANG = "hang"  # the answer comes after `seconds`
    RESET = "reset"  # the connection is reset in the middle of the body
    JUNK = "junk"  # `size` random bytes


@dataclass(frozen=True, kw_only=True, eq=False)
class Fault:
    """One thing that goes wrong, on which requests, and how often; for the tests of a client.

    `language`, `type` and `page` select requests (None: all); `times` is how many are hit (None: always).
    `total` overrides the total of an empty page. Two faults with the same fields are still two: uses are
    counted for each.
    """

    kind: FaultKind
    code: int = 500
    retry_after: int | None = None
    seconds: float = 1.0
    size: int = 5_000_000
    total: int | None = None
    language: str | None = None
    type: str | None = None
    page: int | None = None
    times: int | None = None

    def selects(self, *, languages: tuple[str, ...], types: tuple[str, ...], page: int) -> bool:
        """Say whether a request with these languages, row types and page number is one to spoil."""
        if self.language is not None and self.language not in languages:
            return False
        if self.type is not None and self.type not in types:
            return False
        return self.page is None or self.page == page


def spoil(answer: Answer, fault: Fault, *, use: int) -> Answer:
    """Return a changed copy of an answer for the kinds that alter its content; others come back as they were.

    `use` counts from 1 how often this fault has struck, so that a moving total moves with each answer.
    """
    change = _CHANGES.get(fault.kind)
    if change is None:
        return answer
    changed = copy.deepcopy(answer)
    change(changed, fault, use)
    return changed


def _empty(answer: Answer, fault: Fault, _use: int) -> None:
    answer["results"] = []
    if fault.total is not None:
        answer["totalResults"] = fault.total


def _echo_page(answer: Answer, _fault: Fault, _use: int) -> None:
    answer["pageNumber"] += 1


def _echo_size(answer: Answer, _fault: Fault, _use: int) -> None:
    answer["pageSize"] = answer["pageSize"] // 2 + 7


def _set_type(answer: Answer, _fault: Fault, _use: int) -> None:
    for row in answer["results"][:1]:
        row["metadata"]["type"] = ["6"]


def _set_language(answer: Answer, _fault: Fault, _use: int) -> None:
    for row in answer["results"][:1]:
        row["language"] = "de"
        row["metadata"]["language"] = ["de"]


def _set_claim(answer: Answer, _fault: Fault, _use: int) -> None:
    for row in answer["results"][:1]:
        row["metadata"]["status"] = ["31094503"]


def _move_total(answer: Answer, _fault: Fault, use: int) -> None:
    answer["totalResults"] += use


def _repeat_rows(answer: Answer, _fault: Fault, _use: int) -> None:
    rows = answer["results"]
    half = (len(rows) + 1) // 2
    answer["results"] = rows[:half] + copy.deepcopy(rows[: len(rows) - half])


_CHANGES: dict[FaultKind, Callable[[Answer, Fault, int], None]] = {
    FaultKind.EMPTY_PAGE: _empty,
    FaultKind.WRONG_PAGE_ECHO: _echo_page,
    FaultKind.WRONG_SIZE_ECHO: _echo_size,
    FaultKind.WRONG_TYPE: _set_type,
    FaultKind.WRONG_LANGUAGE: _set_language,
    FaultKind.WRONG_CLAIM: _set_claim,
    FaultKind.MOVING_TOTAL: _move_total,
    FaultKind.DUPLICATE_ROWS: _repeat_rows,
}

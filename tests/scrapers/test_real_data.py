"""The parser over captured answers of the real index, where TRACKER_REAL_DATA names their folder."""

import json
import os
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scrapers.contract import Item, RowProblem
from scrapers.dates import parse_date
from scrapers.eligibility import facts_of
from scrapers.platforms.sedia import items_of
from scrapers.platforms.sedia_series import Series, SeriesRows, read_series
from scrapers.platforms.sedia_wire import CASCADE_CALLS, LIVE, TOPICS, Row, RowKind
from scrapers.text import html_to_text
from tests.scrapers.rows import page_of
from tracker.core.call import CallData, DeadlineKind, FactName
from tracker.core.errors import ContractError

FOLDER = os.environ.get("TRACKER_REAL_DATA", "")
pytestmark = pytest.mark.skipif(
    not FOLDER, reason="TRACKER_REAL_DATA does not name a folder of captured answers"
)
PORTAL = Path(FOLDER) / "portal"


def lines(name: str) -> list[dict[str, Any]]:
    with (PORTAL / name).open() as file:
        return [json.loads(line) for line in file]


def items(data: list[dict[str, Any]], kind: RowKind) -> list[Item]:
    by_language: dict[str, SeriesRows] = {"en": SeriesRows()}
    for row in map(Row.model_validate, data):
        if row.all("type") == [kind.code]:
            by_language.setdefault(row.language, SeriesRows()).rows.append(row)
    return list(items_of(by_language, kind, source="portal"))


def calls(found: list[Item]) -> list[CallData]:
    return [item for item in found if isinstance(item, CallData)]


@pytest.mark.parametrize(("kind", "count"), [(TOPICS, 586), (CASCADE_CALLS, 102)])
def test_every_row_that_was_open_on_a_day_is_understood(kind: RowKind, count: int) -> None:
    data = [row for row in lines("search_rows_2026-08-22.ndjson") if row["metadata"]["type"] == [kind.code]]
    found = items(data, kind)
    assert len(data) == count
    assert [item for item in found if isinstance(item, RowProblem)] == []
    made = calls(found)
    assert len(made) == len({call.source_ref for call in made}) == count
    assert all(call.deadlines and call.opens_on and call.claim and call.programme for call in made)
    assert not [call.programme for call in made if call.programme.startswith("unknown")]
    assert all(deadline.time is None for call in made for deadline in call.deadlines)


def test_every_date_is_the_one_that_was_written() -> None:
    dates = [
        d for row in lines("search_rows_2026-08-22.ndjson") for d in row["metadata"].get("deadlineDate", [])
    ]
    assert len(dates) > 700
    assert all(parse_date(written).isoformat() == written[:10] for written in dates)


def test_the_kinds_of_deadline_are_those_of_the_models() -> None:
    made = calls(items(lines("search_rows_2026-08-22.ndjson"), TOPICS))
    kinds = Counter(call.deadline_kind for call in made)
    assert kinds == {DeadlineKind.FIXED: 537, DeadlineKind.CUT_OFFS: 32, DeadlineKind.TWO_STAGE: 17}


def raw_answer(name: str) -> dict[str, Any]:
    content = json.loads((PORTAL / name).read_text())
    assert isinstance(content, dict)
    return content


def test_a_raw_topic_is_read_with_its_text_and_its_own_money() -> None:
    results = raw_answer("search_unfiltered_5results_v2.143.json")["results"]
    (call,) = calls(items(results, TOPICS))
    assert call.source_ref == "48400948"
    assert {text.language for text in call.texts} == {"en", "sv", "cs"}
    assert call.budget.total == Decimal(15_000_000)
    assert (call.budget.per_project_min, call.budget.per_project_max) == (
        Decimal(4_000_000),
        Decimal(6_000_000),
    )
    assert call.action_type == "HORIZON Research and Innovation Actions"
    words = call.text("en")
    assert words is not None
    assert words.body.startswith("Expected Outcome:\n- Improved methods")
    assert words.keywords[0] == "Cloud Architectures"


@pytest.mark.parametrize(
    "name",
    ["search_unfiltered_5results_v2.143.json", "search_topicid_unfiltered_type6_v2.143.json"],
)
def test_an_answer_that_ignored_the_filter_is_refused(name: str) -> None:
    page = page_of(raw_answer(name))
    with pytest.raises(ContractError):
        read_series(lambda _: page, Series("portal", "https://index.test", TOPICS, "en"))


def test_an_archive_copy_is_parsed_but_never_asked_for() -> None:
    row = raw_answer("v2.101_2023_single_result.json")
    (call,) = calls(items([row], TOPICS))
    assert call.source_ref == "45646358"
    assert call.deadlines[0].date.isoformat() == "2024-04-18"  # 19:00 at +0200, kept as written
    copies = [r for r in lines("search_rows_2026-08-22.ndjson") if r["metadata"]["DATASOURCE"] != [LIVE]]
    page = page_of({"totalResults": 1, "pageNumber": 1, "pageSize": 100, "results": copies[:1]})
    with pytest.raises(ContractError, match="which was not asked"):
        read_series(lambda _: page, Series("portal", "https://index.test", TOPICS, "en"))


def test_facts_of_six_hundred_texts_are_few_and_stand_there() -> None:
    texts = [
        html_to_text(f"{row['topicConditions']}\n{row['description']}")
        for row in lines("open_topics_fulltext_2026-08.ndjson")
    ]
    found = [(text, fact) for text in texts for fact in facts_of(text)]
    assert all(fact.sentence in text for text, fact in found)
    rates = {fact.value for _, fact in found if fact.name is FactName.FUNDING_RATE}
    assert rates <= {"30", "50", "70", "80", "90"}  # read by a person, each in its sentence
    assert 100 < sum(fact.name is FactName.COST_MODEL for _, fact in found) < 200

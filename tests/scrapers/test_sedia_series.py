"""Every check that a series of the portal's index goes through, one broken promise at a time."""

import json
from typing import Any

import pytest

from scrapers.contract import Gap, Item, Page, Request, RowProblem, Site
from scrapers.platforms.sedia import crawl
from scrapers.platforms.sedia_series import Series, read_series
from scrapers.platforms.sedia_wire import CASCADE_CALLS, TOPICS, search_request
from tests.scrapers.rows import answer, as_fetch, cascade_call, page_of, topic
from tracker.core.call import CallData
from tracker.core.errors import BlockedError, ContractError, FetchError

SERIES = Series("portal", "https://index.test/search", TOPICS, "en")
ROWS = [topic(48100000 + number) for number in range(250)]


def pages_of(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        answer(rows[start : start + 100], total=len(rows), page=start // 100 + 1)
        for start in range(0, len(rows), 100)
    ]


def test_the_request_is_the_recipe_that_careful_projects_agree_on() -> None:
    request = search_request("https://index.test/search", TOPICS, language="nl", page=3)
    assert request.method == "POST"
    assert request.params == {"apiKey": "SEDIA", "text": "***", "pageSize": "100", "pageNumber": "3"}
    assert {name: json.loads(part) for name, part in request.parts.items()} == {
        "query": {
            "bool": {
                "must": [
                    {"terms": {"type": ["1"]}},
                    {"terms": {"DATASOURCE": ["SEDIA"]}},
                    {"terms": {"status": ["31094501", "31094502"]}},
                ]
            }
        },
        "languages": ["nl"],
        "sort": {"field": "identifier", "order": "ASC"},
    }


def test_cascade_calls_are_sorted_by_the_number_that_is_their_own() -> None:
    request = search_request("https://index.test/search", CASCADE_CALLS, language="en", page=1)
    assert json.loads(request.parts["sort"])["field"] == "callccm2Id"
    assert '{"type": ["8"]}' in request.parts["query"]


def test_all_pages_are_read_to_the_total() -> None:
    fetch = as_fetch(*pages_of(ROWS))
    found = read_series(fetch, SERIES)
    assert [row.reference for row in found.rows] == [row["reference"] for row in ROWS]
    assert [request.params["pageNumber"] for request in fetch.asked] == ["1", "2", "3"]


BROKEN: dict[str, tuple[object, str]] = {
    "another page": (answer([topic()], page=2), "page 1 was asked and page 2 came"),
    "another size": (answer([topic()], size=50), "100 rows a page were asked and 50 came"),
    "another type": (answer([topic(type=["6"])]), "has type 6"),
    "another language": (answer([topic(language="sv")]), "has language sv"),
    "a closed row": (answer([topic(status=["31094503"])]), "has status 31094503"),
    "an unknown claim": (answer([topic(status=["99999998"])]), "has status 99999998"),
    "an archive row": (answer([topic(DATASOURCE=["SEDIA_PRD_CENTRICITY"])]), "has DATASOURCE SEDIA_PRD"),
    "a row twice": (answer([topic(), topic()]), "came more than once, such as 48100001TOPICSen"),
    "fewer rows": (answer([topic()], total=2), "2 rows were announced and 1 different ones came"),
    "more rows": (answer([topic(), topic(48100002)], total=1), "1 rows were announced and 2"),
    "an empty page": (answer([], total=5), "page 1 has no rows, though there are 5"),
    "an unfiltered index": (answer([topic()], total=4_200_000), "ignored the filter"),
    "html": (page_of("<!DOCTYPE html><p>Hi", content_type="text/html"), "it is an HTML page"),
    "html called json": (page_of("<html></html>"), "it is an HTML page"),
    "cut json": (page_of('{"totalResults": 5, "resu'), "is no JSON object"),
    "a list": (page_of([1, 2]), "it is a list"),
    "nothing": (page_of(""), "is no JSON object"),
    "no total": ({"pageNumber": 1, "pageSize": 100, "results": []}, "totalResults: Field required"),
    "rows that are no list": (answer([topic()]) | {"results": {}}, "results: Input should be a valid list"),
    "an error object": ({"type": "throwable", "message": "oops"}, "has not the shape"),
    "deep nonsense": (page_of("[" * 100_000), "nested too deeply"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_answer_that_was_not_asked_for_is_read_once_more_and_then_final(name: str) -> None:
    broken, message = BROKEN[name]
    fetch = as_fetch(broken, broken)
    with pytest.raises(ContractError, match=message) as caught:
        read_series(fetch, SERIES)
    assert (caught.value.source, caught.value.url) == ("portal", "https://index.test/search")
    assert fetch.left == []


@pytest.mark.parametrize("name", BROKEN)
def test_what_was_wrong_once_is_read_again_from_the_start(name: str) -> None:
    good = pages_of(ROWS)
    fetch = as_fetch(BROKEN[name][0], *good)
    assert len(read_series(fetch, SERIES).rows) == 250
    assert [request.params["pageNumber"] for request in fetch.asked] == ["1", "1", "2", "3"]


def test_a_total_that_moves_is_read_again() -> None:
    first, second, third = pages_of(ROWS)
    moved = second | {"totalResults": 251}
    fetch = as_fetch(first, moved, first, second, third)
    assert len(read_series(fetch, SERIES).rows) == 250
    with pytest.raises(ContractError, match="the total went from 250 to 251 between pages 1 and 2"):
        read_series(as_fetch(first, moved, first, moved), SERIES)


def test_an_empty_page_in_the_middle_is_no_end() -> None:
    first, second, _ = pages_of(ROWS)
    empty = second | {"results": []}
    with pytest.raises(ContractError, match="page 2 has no rows"):
        read_series(as_fetch(first, empty, first, empty), SERIES)


def test_nothing_at_all_open_cannot_be() -> None:
    with pytest.raises(ContractError, match="cannot be"):
        read_series(as_fetch(answer([]), answer([])), SERIES)
    assert len(read_series(as_fetch(answer([]), answer([topic()])), SERIES).rows) == 1


@pytest.mark.parametrize(
    "raw",
    [
        "a string",
        None,
        {},
        {"reference": 5},
        {"reference": "48100009TOPICSen", "metadata": ["x"]},
        {"reference": "48100009TOPICSen", "metadata": {"title": [{"a": 1}]}},
    ],
)
def test_a_row_without_the_shape_of_one_is_a_problem_and_spoils_no_other(raw: Any) -> None:
    found = read_series(as_fetch(answer([topic(), raw])), SERIES)
    assert len(found.rows) == 1
    assert len(found.problems) == 1


def test_the_problem_of_a_row_names_its_call_so_that_it_counts_as_seen() -> None:
    bad = topic(48100009) | {"metadata": 5}
    found = read_series(as_fetch(answer([bad])), SERIES)
    assert found.problems[0].source_ref == "48100009"


def crawled(*answers: object, languages: tuple[str, ...] = ("en", "nl")) -> list[Item]:
    site = Site("https://index.test/search")
    return list(crawl(as_fetch(*answers), site, source="portal", kind=TOPICS, languages=languages))


def test_languages_are_joined_on_the_publishers_number() -> None:
    english, dutch = answer([topic(1), topic(2)]), answer([topic(2, language="nl"), topic(3, language="nl")])
    calls = {item.source_ref: item for item in crawled(english, dutch) if isinstance(item, CallData)}
    assert {ref: [text.language for text in call.texts] for ref, call in calls.items()} == {
        "1": ["en"],
        "2": ["en", "nl"],
        "3": ["nl"],
    }
    assert calls["2"].title == "Shade for streets"
    assert calls["2"].title_nl == "Schaduw voor straten"


def test_the_facts_come_from_the_anchor_language() -> None:
    dutch = topic(1, language="nl", deadlineDate=["2027-09-09T00:00:00.000+0000"])
    (call,) = crawled(answer([topic(1)]), answer([dutch]))
    assert isinstance(call, CallData)
    assert call.deadlines[0].date.isoformat() == "2027-02-16"


@pytest.mark.parametrize(
    "dutch", [answer([]), answer([topic()]), page_of("<html>"), answer([topic(language="nl")], total=9)]
)
def test_dutch_that_cannot_be_read_is_a_gap(dutch: object) -> None:
    gap, call = crawled(answer([topic()]), dutch, dutch)
    assert isinstance(gap, Gap)
    assert gap.part == "nl"
    assert gap.message.startswith("nl series: ")
    assert isinstance(call, CallData)


def test_dutch_that_is_refused_is_a_gap() -> None:
    def fetch(request: Request) -> Page:
        if json.loads(request.parts["languages"]) == ["nl"]:
            raise BlockedError("refused")
        return page_of(answer([topic()]))

    items = list(crawl(fetch, Site("u"), source="portal", kind=TOPICS, languages=("en", "nl")))
    assert items[0] == Gap("nl", "refused")


def test_english_that_cannot_be_read_is_an_error() -> None:
    def fetch(request: Request) -> Page:
        raise FetchError("down", url=request.url)

    with pytest.raises(FetchError):
        list(crawl(fetch, Site("u"), source="portal", kind=TOPICS, languages=("en", "nl")))
    with pytest.raises(ContractError):
        crawled(page_of("<html>"), page_of("<html>"))


def test_a_bug_in_a_fetch_is_not_hidden_as_a_gap() -> None:
    def fetch(request: Request) -> Page:
        if json.loads(request.parts["languages"]) == ["nl"]:
            raise KeyError("bug")
        return page_of(answer([topic()]))

    with pytest.raises(KeyError):
        list(crawl(fetch, Site("u"), source="portal", kind=TOPICS, languages=("en", "nl")))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": []}, "title"),
        ({"identifier": []}, "identifier"),
        ({"deadlineDate": ["soon"]}, "deadlineDate"),
        ({"startDate": ["2027-02-30T00:00:00.000+0000"]}, "startDate"),
    ],
)
def test_a_row_that_lacks_what_a_call_needs_is_a_problem(fields: dict[str, Any], field: str) -> None:
    bad = topic(1, **fields)
    problem, call = crawled(answer([bad, topic(2)]), languages=("en",))
    assert isinstance(problem, RowProblem)
    assert (problem.source_ref, problem.field) == ("1", field)
    assert isinstance(call, CallData)


def test_a_bad_dutch_row_costs_its_text_alone() -> None:
    bad = topic(1, language="nl", deadlineDate=["binnenkort"])
    problem, call = crawled(answer([topic(1)]), answer([bad]))
    assert isinstance(problem, RowProblem)
    assert problem.message.startswith("nl: ")
    assert isinstance(call, CallData)
    assert call.title_nl is None


def test_of_two_styles_of_reference_for_one_topic_the_present_one_wins() -> None:
    old = topic(1, title=["An old copy"]) | {"reference": "1LIFEProjectGrants1701907200000"}
    for rows in ([old, topic(1)], [topic(1), old]):
        (call,) = crawled(answer(rows), languages=("en",))
        assert isinstance(call, CallData)
        assert call.title == "Shade for streets"


def test_cascade_calls_join_on_their_own_number() -> None:
    rows = [cascade_call(1), cascade_call(2)], [cascade_call(2, language="nl")]
    fetch = as_fetch(*map(answer, rows))
    items = list(crawl(fetch, Site("u"), source="portal-cascade", kind=CASCADE_CALLS, languages=("en", "nl")))
    assert [item.source_ref for item in items if isinstance(item, CallData)] == ["1", "2"]

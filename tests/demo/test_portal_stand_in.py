"""The stand-in of the EU portal behaves as the real interface does, and our sample keeps its facts."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tracker.demo import portal
from tracker.demo.server import Fault, FaultKind, PortalStandIn

Answer = dict[str, Any]

TODAY = date(2026, 11, 24)
ANY_DAYS = [
    date(2026, 6, 10),
    date(2026, 6, 13),
    TODAY,
    date(2026, 12, 31),
    date(2027, 3, 2),
    date(2031, 2, 28),
]
LIVE_TOPICS: Answer = {
    "bool": {
        "must": [
            {"terms": {"type": ["1"]}},
            {"terms": {"DATASOURCE": ["SEDIA"]}},
            {"terms": {"status": ["31094501", "31094502"]}},
        ]
    }
}


@pytest.fixture
def stand_in() -> Iterator[PortalStandIn]:
    with PortalStandIn(portal.rows(TODAY)) as running:
        yield running


def part(value: object) -> tuple[str, str, str]:
    return ("blob", json.dumps(value), "application/json")


def search(
    stand_in: PortalStandIn,
    query: Answer | None = None,
    *,
    languages: list[str] | None = None,
    sort: str | None = None,
    order: str = "ASC",
    page: int = 1,
    size: int = 100,
    text: str = "***",
) -> httpx.Response:
    files = {"query": part(query or LIVE_TOPICS)}
    if languages:
        files["languages"] = part(languages)
    if sort:
        files["sort"] = part({"field": sort, "order": order})
    parameters = {"apiKey": "SEDIA", "text": text, "pageSize": str(size), "pageNumber": str(page)}
    return httpx.post(stand_in.url, params=parameters, files=files, timeout=5)


def references(answer: Answer) -> list[str]:
    return [row["reference"] for row in answer["results"]]


def pages(stand_in: PortalStandIn, *, size: int, sort: str | None, languages: list[str] | None) -> list[str]:
    found: list[str] = []
    total, page = 1, 1
    while len(found) < total:
        answer = search(stand_in, sort=sort, languages=languages, size=size, page=page).json()
        total, page = answer["totalResults"], page + 1
        found += references(answer)
    return found


# The interface


def test_it_listens_on_loopback_only(stand_in: PortalStandIn) -> None:
    assert stand_in.url.startswith("http://127.0.0.1:")
    assert stand_in.url.endswith("/search-api/prod/rest/search")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
def test_other_methods_are_refused(stand_in: PortalStandIn, method: str) -> None:
    assert httpx.request(method, stand_in.url, params={"text": "***"}).status_code == 405


def test_another_path_is_not_found(stand_in: PortalStandIn) -> None:
    assert httpx.post(stand_in.url + "es", params={"text": "***"}).status_code == 404


def test_text_is_required(stand_in: PortalStandIn) -> None:
    answer = httpx.post(stand_in.url, params={"apiKey": "SEDIA"}, files={"query": part(LIVE_TOPICS)})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"query": json.dumps(LIVE_TOPICS)}},
        {"files": {"query": ("blob", json.dumps(LIVE_TOPICS))}},
        {"files": {"query": (None, json.dumps(LIVE_TOPICS), "text/plain")}},
        {"files": {"query": ("blob", "{not json", "application/json")}},
    ],
)
def test_parts_without_json_make_it_fall_over(stand_in: PortalStandIn, body: Answer) -> None:
    answer = httpx.post(stand_in.url, params={"text": "***"}, **body)
    assert answer.status_code == 500
    assert answer.json() == {"type": "throwable", "message": "An internal error occurred"}


def test_parts_need_no_file_name(stand_in: PortalStandIn) -> None:
    files = {
        "query": (None, json.dumps(LIVE_TOPICS), "application/json"),
        "displayLanguage": (None, "en", "text/plain"),
    }
    answer = httpx.post(stand_in.url, params={"text": "***"}, files=files).json()
    assert {row["metadata"]["type"][0] for row in answer["results"]} == {"1"}


def test_a_json_body_is_taken_and_its_filters_ignored(stand_in: PortalStandIn) -> None:
    answer = httpx.post(stand_in.url, params={"text": "***"}, json=LIVE_TOPICS).json()
    assert answer["totalResults"] == len(stand_in.rows)
    assert stand_in.requests[-1].query is None


def test_an_empty_body_gives_everything(stand_in: PortalStandIn) -> None:
    assert httpx.post(stand_in.url, params={"text": "*"}).json()["totalResults"] == len(stand_in.rows)


@pytest.mark.parametrize("clause", ["prefix", "wildcard", "match", "exists"])
def test_other_clauses_are_refused(stand_in: PortalStandIn, clause: str) -> None:
    answer = search(stand_in, {"bool": {"must": [{clause: {"identifier": "HORIZON"}}]}})
    assert answer.status_code == 400
    assert answer.json() == {"type": "businessError", "message": "Invalid Query format"}


def test_terms_and_their_opposite_are_honoured(stand_in: PortalStandIn) -> None:
    query = {
        "bool": {
            "must": [{"terms": {"type": ["1"]}}, {"term": {"frameworkProgramme": "43252405"}}],
            "must_not": [{"terms": {"DATASOURCE": ["SEDIA_PRD_CENTRICITY"]}}, {"term": {"language": "nl"}}],
        }
    }
    rows = search(stand_in, query).json()["results"]
    assert rows
    assert {row["metadata"]["frameworkProgramme"][0] for row in rows} == {"43252405"}
    assert {row["metadata"]["DATASOURCE"][0] for row in rows} == {"SEDIA"}
    assert "nl" not in {row["language"] for row in rows}


def test_a_range_over_a_bare_date_matches_every_row(stand_in: PortalStandIn) -> None:
    def total(bound: str) -> int:
        return int(search(stand_in, {"range": {"deadlineDate": {"gte": bound}}}).json()["totalResults"])

    assert total("2099-01-01") == total("2000-01-01") > 100
    assert total("2099-01-01T00:00:00.000+0000") == 0


def test_the_languages_part_filters_and_without_it_topics_repeat(stand_in: PortalStandIn) -> None:
    english = search(stand_in, languages=["en"]).json()
    both = search(stand_in, languages=["en", "nl"]).json()
    assert {row["language"] for row in english["results"]} == {"en"}
    assert both["totalResults"] > english["totalResults"]
    assert search(stand_in).json()["totalResults"] > both["totalResults"]


def test_text_is_a_loose_or_unless_quoted(stand_in: PortalStandIn) -> None:
    loose = search(stand_in, text="town twinning").json()["totalResults"]
    exact = search(stand_in, text='"town twinning"').json()["totalResults"]
    assert loose > exact > 0


def test_sort_orders_and_pages_then_hold_every_row_once(stand_in: PortalStandIn) -> None:
    found = pages(stand_in, size=20, sort="identifier", languages=["en"])
    assert len(set(found)) == len(found)
    names = [
        row["metadata"]["identifier"][0].casefold()
        for row in search(stand_in, sort="identifier", languages=["en"], order="DESC").json()["results"]
    ]
    assert names == sorted(names, reverse=True)


@pytest.mark.parametrize(("sort", "languages"), [(None, ["en"]), ("identifier", None)])
def test_without_a_unique_sort_pages_overlap(
    stand_in: PortalStandIn, sort: str | None, languages: list[str] | None
) -> None:
    found = pages(stand_in, size=7, sort=sort, languages=languages)
    assert len(set(found)) < len(found)
    assert found == pages(stand_in, size=7, sort=sort, languages=languages)


def test_sorting_on_a_field_drops_rows_without_it(stand_in: PortalStandIn) -> None:
    everything = {"terms": {"DATASOURCE": ["SEDIA"]}}
    sorted_answer = search(stand_in, everything, sort="callccm2Id").json()
    assert 0 < sorted_answer["totalResults"] < search(stand_in, everything).json()["totalResults"]


def test_pages_are_capped_at_a_hundred_without_a_word(stand_in: PortalStandIn) -> None:
    answer = search(stand_in, {"terms": {"DATASOURCE": ["SEDIA"]}}, size=500).json()
    assert answer["pageSize"] == len(answer["results"]) == 100
    assert answer["totalResults"] > 100


def test_the_envelope_has_every_field(stand_in: PortalStandIn) -> None:
    answer = search(stand_in, page=2, size=10).json()
    assert set(answer) == {
        "apiVersion", "terms", "responseTime", "totalResults", "pageNumber", "pageSize", "sort",
        "groupByField", "queryLanguage", "spellingSuggestion", "bestBets", "results", "warnings",
    }  # fmt: skip
    assert (answer["pageNumber"], answer["pageSize"]) == (2, 10)


def test_rows_may_be_replaced_while_it_runs(stand_in: PortalStandIn) -> None:
    stand_in.rows = stand_in.rows[:3]
    assert httpx.post(stand_in.url, params={"text": "***"}).json()["totalResults"] == 3


def test_requests_are_kept_as_understood(stand_in: PortalStandIn) -> None:
    search(stand_in, languages=["nl"], sort="identifier", page=3, size=7)
    seen = stand_in.requests[-1]
    assert (seen.query, seen.languages, seen.types) == (LIVE_TOPICS, ("nl",), ("1",))
    assert (seen.sort, seen.page, seen.page_size) == ({"field": "identifier", "order": "ASC"}, 3, 7)
    assert seen.headers["content-type"].startswith("multipart/form-data")


@pytest.mark.parametrize("body", [b"x" * 1_500_000, iter([b"x" * 1000] * 3)])
def test_bodies_that_are_too_large_or_endless_are_refused(
    stand_in: PortalStandIn, body: bytes | Iterator[bytes]
) -> None:
    assert httpx.post(stand_in.url, params={"text": "*"}, content=body).status_code == 413


# Faults


def spoiled(stand_in: PortalStandIn, fault: Fault, *, page: int = 1) -> httpx.Response:
    stand_in.faults = [fault]
    return search(stand_in, languages=["en"], sort="identifier", page=page, size=20)


def test_fault_status_with_patience(stand_in: PortalStandIn) -> None:
    answer = spoiled(stand_in, Fault(kind=FaultKind.STATUS, code=503, retry_after=7))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")


def test_fault_html_and_truncated(stand_in: PortalStandIn) -> None:
    page = spoiled(stand_in, Fault(kind=FaultKind.HTML))
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    with pytest.raises(ValueError, match="column"):
        spoiled(stand_in, Fault(kind=FaultKind.TRUNCATED)).json()


def test_fault_empty_page_keeps_or_overrides_the_total(stand_in: PortalStandIn) -> None:
    answer = spoiled(stand_in, Fault(kind=FaultKind.EMPTY_PAGE)).json()
    assert (answer["results"], answer["totalResults"] > 50) == ([], True)
    assert spoiled(stand_in, Fault(kind=FaultKind.EMPTY_PAGE, total=0)).json()["totalResults"] == 0


def test_fault_wrong_echoes(stand_in: PortalStandIn) -> None:
    assert spoiled(stand_in, Fault(kind=FaultKind.WRONG_PAGE_ECHO)).json()["pageNumber"] != 1
    assert spoiled(stand_in, Fault(kind=FaultKind.WRONG_SIZE_ECHO)).json()["pageSize"] != 20


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        (FaultKind.WRONG_TYPE, "type", "6"),
        (FaultKind.WRONG_LANGUAGE, "language", "de"),
        (FaultKind.WRONG_CLAIM, "status", "31094503"),
    ],
)
def test_fault_wrong_rows(stand_in: PortalStandIn, kind: FaultKind, field: str, value: str) -> None:
    before = [dict(row["metadata"]) for row in stand_in.rows]
    answer = spoiled(stand_in, Fault(kind=kind)).json()
    assert answer["results"][0]["metadata"][field] == [value]
    assert [row["metadata"] for row in stand_in.rows] == before


def test_fault_moving_total(stand_in: PortalStandIn) -> None:
    fault = Fault(kind=FaultKind.MOVING_TOTAL)
    totals = {spoiled(stand_in, fault, page=page).json()["totalResults"] for page in (1, 2, 3)}
    assert len(totals) == 3


def test_fault_duplicate_rows(stand_in: PortalStandIn) -> None:
    found = references(spoiled(stand_in, Fault(kind=FaultKind.DUPLICATE_ROWS)).json())
    assert (len(found), len(set(found))) == (20, 10)


def test_fault_hang_and_leaving_does_not_wait(stand_in: PortalStandIn) -> None:
    stand_in.faults = [Fault(kind=FaultKind.HANG, seconds=60)]
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(stand_in.url, params={"text": "***"}, timeout=0.2)
    started = time.monotonic()
    stand_in.__exit__(None, None, None)
    assert time.monotonic() - started < 5


def test_fault_reset(stand_in: PortalStandIn) -> None:
    with pytest.raises(httpx.TransportError):
        spoiled(stand_in, Fault(kind=FaultKind.RESET))


def test_fault_junk(stand_in: PortalStandIn) -> None:
    assert len(spoiled(stand_in, Fault(kind=FaultKind.JUNK, size=2_000_000)).content) == 2_000_000


def test_a_fault_strikes_only_what_it_selects_and_so_often(stand_in: PortalStandIn) -> None:
    fault = Fault(kind=FaultKind.STATUS, language="en", type="1", page=2, times=1)
    assert spoiled(stand_in, fault, page=1).status_code == 200
    assert search(stand_in, languages=["nl"], page=2).status_code == 200
    assert spoiled(stand_in, fault, page=2).status_code == 500
    assert spoiled(stand_in, fault, page=2).status_code == 200


# The sample


def test_the_sample_is_large_bilingual_and_unique() -> None:
    calls = portal.read_recording()["calls"]
    assert len(calls) >= 70
    assert sum("nl" in call["languages"] for call in calls) * 2 >= len(calls)
    numbers = [call.get("ccm2_id") or call["call_ccm2_id"] for call in calls]
    assert len(set(numbers)) == len(calls)
    keys = [
        (row["metadata"]["DATASOURCE"][0], row["reference"], row["language"]) for row in portal.rows(TODAY)
    ]
    assert len(set(keys)) == len(keys)


def test_every_programme_of_the_plan_is_there() -> None:
    found = Counter(call["programme"] for call in portal.read_recording()["calls"] if call["kind"] == "topic")
    least = {
        "Horizon Europe": 30, "LIFE": 8, "CERV": 8, "Creative Europe": 4, "Digital Europe": 4, "Erasmus+": 3,
        "I3": 2, "SMP": 3, "EU4Health": 1, "PPPA": 2, "ESF+": 2, "EDF": 2, "Just Transition Mechanism": 1,
        "ERDF technical assistance": 1,
    }  # fmt: skip
    assert all(found[programme] >= number for programme, number in least.items()), found


def test_the_odd_ones_are_there() -> None:
    calls = portal.read_recording()["calls"]
    topics = [call for call in calls if call["kind"] == "topic"]
    cascades = Counter(call["identifier"] for call in calls if call["kind"] == "cascade")
    models = Counter(call["deadline_model"] for call in topics)
    assert models["two-stage"] >= 3
    assert models["multiple cut-off"] >= 2
    assert sum(not call["deadlines"] for call in topics) == 1
    assert sum(call["languages"] == ["nl"] for call in topics) == 1
    assert sum(not call.get("text_en") and not call.get("text_nl") for call in topics) == 1
    assert max(cascades.values()) >= 3
    assert cascades.total() == 8


def test_a_total_is_invented_and_never_an_amount_per_project() -> None:
    for call in portal.read_recording()["calls"]:
        if "total" not in call:
            continue
        assert "total" in call["invented"], call["identifier"]
        assert call["total"] not in (call.get("per_project") or {}).values(), call["identifier"]


@pytest.mark.skipif("TRACKER_REAL_DATA" not in os.environ, reason="needs the folder with real answers")
def test_facts_are_those_of_the_real_topics() -> None:
    recorded = Path(os.environ["TRACKER_REAL_DATA"], "portal", "open_topics_fulltext_2026-08.ndjson")
    real = {topic["topicId"]: topic for topic in map(json.loads, recorded.read_text("utf-8").splitlines())}
    calls = [call for call in portal.read_recording()["calls"] if call["identifier"] in real]
    assert len(calls) > 60
    for call in calls:
        topic = real[call["identifier"]]
        if call["kind"] == "topic":
            assert topic["reference"] == f"{call['ccm2_id']}TOPICSen"
            assert call["title"] == " ".join(topic["title"].split())
            assert call["call_identifier"] == topic["callIdentifier"]
            assert call["action_type"] == topic["typesOfAction"]
            assert call["deadline_model"] == topic["deadlineModel"]
            amounts = call.get("per_project", {"min": topic["budgetMin"], "max": topic["budgetMax"]})
            assert amounts == {"min": topic["budgetMin"], "max": topic["budgetMax"]}


def test_texts_are_long_enough_and_hold_no_person_or_place_of_a_machine() -> None:
    recording = portal.read_recording()
    for call in recording["calls"]:
        words = " ".join(text for _kind, text in call.get("text_en", [])).split()
        assert not words or 75 <= len(words) <= 200, (call["identifier"], len(words))
    written = json.dumps([recording, portal.rows(TODAY)])
    assert written.count("@") == written.count("@example.org")
    assert "/work" not in written


@pytest.mark.parametrize("today", ANY_DAYS)
def test_dates_keep_their_weekday_and_the_sample_never_runs_dry(today: date) -> None:
    shift = portal.shift_on(today)
    assert shift.days % 7 == 0
    assert abs((today - date(2026, 6, 10)) - shift) <= timedelta(days=3)
    ahead = []
    for call in portal.sample_calls(today):
        moved = call.opens_on - date.fromisoformat(call["opens_on"]) - shift
        assert moved == timedelta(weeks=call["moved_weeks"] or 0)
        following = [day for day in call.days if day >= today]
        assert following or not call.days, call["identifier"]
        if following and call.opens_on <= today:
            ahead.append((min(following) - today).days)
    assert len(ahead) > 50
    assert 7 <= min(ahead) <= max(ahead) <= 40 * 7


@pytest.mark.parametrize("today", ANY_DAYS)
def test_claims_are_the_same_on_any_day_and_noise_is_past(today: date) -> None:
    claims = [row["metadata"]["status"] for row in portal.call_rows(today)]
    assert claims == [row["metadata"]["status"] for row in portal.call_rows(TODAY)]
    ours = {row["reference"] for row in portal.call_rows(today)}
    for row in portal.rows(today):
        metadata = row["metadata"]
        noise = row["reference"] not in ours or metadata["DATASOURCE"] != ["SEDIA"]
        if metadata["type"] == ["1"] and noise and row["language"] == "en":
            assert max(metadata["deadlineDate"])[:10] < today.isoformat(), row["reference"]


def test_rows_have_the_traps_of_the_index() -> None:
    rows = portal.rows(TODAY)
    values = [value for row in rows for value in row["metadata"].values()]
    assert all(isinstance(value, list) and all(isinstance(item, str) for item in value) for value in values)
    pages = [page for row in rows for page in row["metadata"].get("descriptionByte", [])]
    assert any('<span class="topicdescriptionkind">' in page for page in pages)
    assert any("&amp;amp;" in page for page in pages)
    assert any("&#xa0;" in page for page in pages)
    archive = [row["metadata"] for row in rows if row["metadata"]["DATASOURCE"] == ["SEDIA_PRD_CENTRICITY"]]
    assert any(
        json.loads(row["keywords"][0])[0] == row["identifier"][0] for row in archive if "keywords" in row
    )
    assert {row["metadata"]["type"][0] for row in rows} == {"0", "1", "2", "6", "8"}
    assert {row["language"] for row in rows} == {"en", "nl", "de", "fr"}
    assert any("  " in kind for row in rows for kind in row["metadata"].get("typesOfAction", []))


def test_a_budget_is_that_of_the_parent_and_siblings_share_a_prefix() -> None:
    name = "HORIZON-NEB-2026-01-PARTICIPATION-01"
    row = next(row for row in portal.call_rows(TODAY) if row["metadata"]["identifier"] == [name])
    overview = json.loads(row["metadata"]["budgetOverview"][0])
    lines = [line for group in overview["budgetTopicActionMap"].values() for line in group]
    own = [line for line in lines if line["action"].startswith(f"{name} ")]
    assert len(lines) > len([line for line in lines if name in line["action"]]) == 2
    assert len(own) == 1
    assert sum(map(int, own[0]["budgetYearMap"].values())) == 12_600_000


def test_a_shared_pot_stands_on_every_sibling() -> None:
    row = next(row for row in portal.call_rows(TODAY) if row["metadata"]["identifier"][0].startswith("EDF-"))
    (group,) = json.loads(row["metadata"]["budgetOverview"][0])["budgetTopicActionMap"].values()
    assert [sum(map(int, line["budgetYearMap"].values())) for line in group] == [422_000_000] * 2


def test_cascade_rows_show_their_parent() -> None:
    rows = [row for row in portal.call_rows(TODAY) if row["metadata"]["type"] == ["8"]]
    for row in rows:
        assert not row["url"].endswith(row["metadata"]["callccm2Id"][0])
        assert row["reference"] == f"{row['metadata']['callccm2Id'][0]}COMPETITIVE_CALL{row['language']}"
        assert row["summary"] == row["metadata"]["caName"][0] != row["metadata"]["title"][0]
    assert len({row["url"] for row in rows}) < len(
        {row["reference"] for row in rows if row["language"] == "en"}
    )

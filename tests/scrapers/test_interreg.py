"""The Interreg source over real HTTP: the index, the pages that replace it, and their faults."""

import json
from collections.abc import Iterator
from datetime import date, time
from typing import Any

import pytest

from scrapers.contract import Crawl, Gap, Page, Request, run_crawl
from scrapers.http import Client
from scrapers.platforms.algolia import QUERIES as LIVE_QUERIES
from scrapers.platforms.interreg_calls import HitError, call_of, is_open_to_region, read_hit
from scrapers.platforms.programme_pages import NORTH_SEA, NORTH_WEST_EUROPE, calls_in, read_calls
from scrapers.recorder import EXPECTED, Replay
from scrapers.recorder import crawl_as_json as as_json
from scrapers.registry import site_for
from scrapers.sources.interreg import ALL_CALLS, LIVE_CALLS, SOURCE
from tests.scrapers.recording import KEY, TODAY, WITH_KEY
from tests.scrapers.web_server import Reply, WebServer, web_server
from tracker.core.call import CallData, Claim, Deadline, DeadlineKind, Fact, FactName
from tracker.core.errors import (
    BlockedError,
    ContractError,
    EmptyResultError,
    FetchError,
    LayoutChangedError,
    NeedsKeyError,
    ScrapeError,
)
from tracker.demo import interreg as stand_in
from tracker.demo.faults import CHALLENGE_PAGE

PAGES = (stand_in.NORTH_WEST_EUROPE, stand_in.FUTURE_NORTH_SEA, stand_in.PREVIOUS_NORTH_SEA)
JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html; charset=utf-8"}


def replies_of_the_index() -> list[Reply]:
    """The stand-in's answers to the two questions: is anything there, and what is live."""
    replies = []
    for most, filters in ((0, ALL_CALLS), (500, LIVE_CALLS)):
        query = {"indexName": "prod_en-us_content", "query": "", "hitsPerPage": most, "filters": filters}
        given = stand_in.answer(
            "POST", stand_in.QUERIES, "", json.dumps({"requests": [query]}).encode(), TODAY
        )
        assert given is not None
        replies.append(Reply(given[0], given[2], JSON))
    return replies


def page(path: str) -> bytes:
    given = stand_in.answer("GET", path, "", b"", TODAY)
    assert given is not None
    return given[2]


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as running:
        running.on(stand_in.QUERIES, *replies_of_the_index())
        for path in PAGES:
            running.on(path, Reply(200, page(path), HTML))
        yield running


def read(server: WebServer, options: dict[str, str] = KEY) -> Crawl:
    with Client(contact=None, delay=0, backoff=0, timeout=0.3, attempts=2, max_bytes=1_000_000) as client:
        site = site_for(SOURCE, {"interreg": server.url + stand_in.QUERIES}, options=options)
        return run_crawl(SOURCE, client, site=site)


def answer_with(server: WebServer, *hits: object, total: int | None = None) -> None:
    """Have the index give these hits as what is live."""
    found = {"nbHits": len(hits) if total is None else total, "hits": list(hits)}
    body = json.dumps({"results": [found]}).encode()
    server.on(stand_in.QUERIES, replies_of_the_index()[0], Reply(200, body, JSON))


def hit(**changes: Any) -> dict[str, Any]:
    """The first hit of the stand-in, with changes; None takes a field away."""
    changed = {**stand_in.hits(TODAY)[0], **changes}
    return {name: value for name, value in changed.items() if value is not None}


def test_the_calls_for_the_region_are_read_from_the_index(server: WebServer) -> None:
    crawl = read(server)
    assert [call.source_ref for call in crawl.calls] == [
        *("interreg-nwe-call-6", "interreg-north-sea-call-6", "ir-urb-apn", "ir-nwe-cap"),
    ]
    assert (crawl.problems, crawl.gaps) == ((), ())
    assert [call.programme for call in crawl.calls] == [
        *("interreg-nwe", "interreg-north-sea", "urbact", "interreg-nwe"),
    ]
    assert server.paths() == [stand_in.QUERIES] * 2


def test_the_index_is_read_as_it_was_approved() -> None:
    crawl = run_crawl(SOURCE, Replay(WITH_KEY), site=site_for(SOURCE, {}, options=KEY))
    assert as_json(crawl) == json.loads((WITH_KEY / EXPECTED).read_text())


def test_the_key_goes_into_headers_and_never_into_the_address(server: WebServer) -> None:
    read(server)
    asked = [seen for seen in server.seen if seen.method == "POST"]
    assert {seen.headers["x-algolia-api-key"] for seen in asked} == {"search-only"}
    assert {seen.headers["x-algolia-application-id"] for seen in asked} == {"APP1"}
    assert not any("search-only" in seen.path or b"search-only" in seen.body for seen in asked)
    queries = [json.loads(seen.body)["requests"][0] for seen in asked]
    assert [(query["hitsPerPage"], query["filters"]) for query in queries] == [
        (0, "contentType:callForProjectsPage"),
        (500, "contentType:callForProjectsPage AND (callStatus:Open OR callStatus:Forthcoming)"),
    ]


def test_a_call_says_all_that_the_index_says(server: WebServer) -> None:
    call = read(server).calls[0]
    assert (call.claim, call.opens_on) == (Claim.OPEN, date(2026, 10, 25))
    assert call.deadlines == (Deadline(date(2027, 1, 28), time(12)),)
    assert call.deadline_kind is DeadlineKind.FIXED
    assert call.url == "https://nweurope.eu/calls-for-projects/call-6"
    assert (call.identifier, call.source_ref) == ("NWE Call 6", "interreg-nwe-call-6")
    assert call.texts[0].keywords == ("Circular economy", "Climate adaptation")
    assert "Municipalities can lead." in call.texts[0].body
    countries = "Belgium, France, Germany, Ireland, Luxembourg, Netherlands"
    assert set(call.facts) == {
        Fact(FactName.COUNTRIES, countries, countries),
        Fact(FactName.PLACE, "NL32, BE2", "NL32, BE2"),
        Fact(FactName.APPLICANTS, "public_bodies", "Local public authority"),
        Fact(FactName.APPLICANTS, "higher education and research", "Higher education and research"),
    }


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2027-01-28T11:00:00Z", Deadline(date(2027, 1, 28), time(12))),
        ("2027-06-28T11:00:00.000Z", Deadline(date(2027, 6, 28), time(13))),
        ("2027-01-28T11:00:00+00:00", Deadline(date(2027, 1, 28), time(12))),
        ("2027-06-30T21:59:59Z", Deadline(date(2027, 6, 30), time(23, 59, 59))),
        ("2027-01-28T00:00:00Z", Deadline(date(2027, 1, 28))),
        ("2027-06-29T22:00:00Z", Deadline(date(2027, 6, 30))),  # an editor in Brussels chose 30 June
        ("2027-01-28", Deadline(date(2027, 1, 28))),
    ],
)
def test_the_hour_of_a_deadline_is_that_of_brussels(written: str, expected: Deadline) -> None:
    call = call_of(read_hit(hit(callDeadlineDate=written)), source="interreg")
    assert call.deadlines == (expected,)


@pytest.mark.parametrize(
    ("programme", "countries", "nuts", "is_open"),
    [
        ("North-West Europe", [], [], True),
        ("Interreg VI B North Sea", ["Norway"], ["NO01"], True),
        ("Interreg Europe", [], [], True),
        ("URBACT IV", ["Spain"], [], True),
        ("Interreg Central Europe", ["Austria"], [], False),
        ("Danube Region", ["Austria"], ["AT12"], False),
        ("Aurora", ["Sweden", "The Netherlands"], [], True),
        ("Flanders-Netherlands", ["Netherlands"], ["NL34", "BE21"], False),
        ("Flanders-Netherlands", ["Netherlands"], ["Noord-Brabant"], True),  # no codes: the country decides
        ("Pilot", [], ["NL"], True),
        ("Pilot", [], ["NL324"], True),
        ("Pilot", [], ["BE21"], False),
        ("Pilot", [], [], True),  # nothing is said: nothing is dropped
    ],
)
def test_who_may_join_is_told_by_programme_country_and_region(
    programme: str, countries: list[str], nuts: list[str], is_open: bool
) -> None:
    found = hit(
        associatedProgrammes=[programme], callEligibleCountryNames=countries, callEligibleCountryNuts=nuts
    )
    assert is_open_to_region(read_hit(found)) is is_open


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": None}, "title"),
        ({"callStatus": None}, "callStatus"),
        ({"callStatus": "Closed"}, "callStatus"),
        ({"callDeadlineDate": "soon"}, "callDeadlineDate"),
        ({"callDeadlineDate": "2027-02-31T00:00:00Z"}, "callDeadlineDate"),
        ({"callExternalUrl": "javascript:alert(1)", "contentUrl": None}, "callExternalUrl"),
        ({"associatedProgrammes": [7]}, "associatedProgrammes.0"),
    ],
)
def test_a_bad_hit_costs_itself_alone(server: WebServer, changes: dict[str, Any], field: str) -> None:
    answer_with(server, hit(**{"title": "Urban greens", **changes}), hit(objectID="good"))
    crawl = read(server)
    assert [call.source_ref for call in crawl.calls] == ["interreg-nwe-call-6"]
    assert [(problem.source_ref, problem.field) for problem in crawl.problems] == [("ir-nwe-6", field)]


@pytest.mark.parametrize("link", ["javascript:alert(1)", "", None, "https://["])
def test_the_indexs_own_page_stands_in_for_a_link_that_is_none(link: str | None) -> None:
    call = call_of(read_hit(hit(callExternalUrl=link, contentUrl="/calls/x")), source="interreg")
    assert call.url == "https://interreg.eu/calls/x"


def test_a_link_without_a_scheme_is_completed() -> None:
    call = call_of(read_hit(hit(callExternalUrl="www.nweurope.eu/call-6")), source="interreg")
    assert call.url == "https://www.nweurope.eu/call-6"


def test_a_hit_that_comes_twice_is_given_once(server: WebServer) -> None:
    answer_with(server, hit(), hit())
    assert len(read(server).calls) == 1


def test_more_hits_than_are_given_make_the_reading_partial(server: WebServer) -> None:
    answer_with(server, hit(), total=501)
    assert read(server).gaps == (Gap("index", "501 calls were announced and 1 given"),)


def test_none_open_is_no_error_where_the_index_holds_closed_calls(server: WebServer) -> None:
    answer_with(server)
    crawl = read(server)
    assert (crawl.calls, crawl.problems, crawl.gaps) == ((), (), ())


def test_an_index_without_any_call_is_an_error(server: WebServer) -> None:
    server.on(stand_in.QUERIES, Reply(200, b'{"results": [{"nbHits": 0, "hits": []}]}', JSON))
    with pytest.raises(EmptyResultError, match="not even a closed one"):
        read(server)


def test_fields_that_were_renamed_are_a_changed_layout(server: WebServer) -> None:
    answer_with(server, {"objectID": "1", "name": "Call"}, {"objectID": "2", "name": "Call"})
    with pytest.raises(LayoutChangedError, match="none of the 2 calls"):
        read(server)


@pytest.mark.parametrize("options", [{}, {"app_id": "APP1"}, {"key": "search-only"}])
def test_without_a_key_the_programmes_pages_are_read_and_the_gap_is_told(
    server: WebServer, options: dict[str, str]
) -> None:
    crawl = read(server, options)
    assert [call.identifier for call in crawl.calls] == [
        *("NWE Call 6", "NWE Call 5", "NWE Call 4"),
        *("North Sea Call 6", "North Sea Call 5"),
    ]
    assert [gap.part for gap in crawl.gaps] == ["index"]
    for words in ("no key is set", "network tab", "TRACKER_INTERREG_APP_ID", "TRACKER_INTERREG_KEY"):
        assert words in crawl.gaps[0].message
    assert stand_in.QUERIES not in server.paths()


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refused_key_falls_back_to_the_pages(server: WebServer, status: int) -> None:
    server.on(stand_in.QUERIES, Reply(status, b'{"message": "Invalid Application-ID or API key"}', JSON))
    crawl = read(server)
    assert len(crawl.calls) == 5
    assert [gap.part for gap in crawl.gaps] == ["index"]
    assert f"HTTP {status}" in crawl.gaps[0].message


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refused_key_without_pages_needs_a_key(server: WebServer, status: int) -> None:
    for path in (stand_in.QUERIES, *PAGES):
        server.on(path, Reply(status))
    with pytest.raises(NeedsKeyError, match="TRACKER_INTERREG_KEY") as caught:
        read(server)
    assert "search-only" not in str(caught.value)


def test_a_page_that_cannot_be_read_is_a_gap_beside_the_others(server: WebServer) -> None:
    server.on(stand_in.NORTH_WEST_EUROPE, Reply(500))
    crawl = read(server, {})
    assert {call.programme for call in crawl.calls} == {"interreg-north-sea"}
    assert [gap.part for gap in crawl.gaps] == ["index", "https://nweurope.eu/calls-for-projects"]


def junk(size: int) -> Reply:
    return Reply(200, b"\x00\xff<junk>" * (size // 8), JSON)


INDEX_FAULTS = {
    "challenge page": (Reply(200, CHALLENGE_PAGE, HTML), BlockedError),
    "too many requests": (Reply(429, headers={"Retry-After": "3600"}), BlockedError),
    "server error": (Reply(500), FetchError),
    "half an answer": (Reply(200, b'{"results": [{"nbHits": 7, "hits": [{"objectID"', JSON), ContractError),
    "cut transfer": (Reply(200, b'{"results": [', JSON, cut=True), FetchError),
    "no results": (Reply(200, b'{"results": []}', JSON), ContractError),
    "another shape": (Reply(200, b'{"results": [{"total": 7}]}', JSON), ContractError),
    "a page instead": (Reply(200, b"<html><body>Welcome</body></html>", HTML), ContractError),
    "junk": (junk(500_000), ContractError),
    "10 MB of junk": (junk(10_000_000), FetchError),
    "redirect elsewhere": (Reply(302, headers={"Location": "/moved"}), ContractError),
    "hanging server": (Reply(hang=5), FetchError),
}


@pytest.mark.parametrize(("reply", "error"), INDEX_FAULTS.values(), ids=INDEX_FAULTS)
def test_a_fault_of_the_index_is_no_matter_of_keys(
    server: WebServer, reply: Reply, error: type[ScrapeError]
) -> None:
    server.on("/moved", Reply(200, b"<html><body>A new site</body></html>", HTML))
    server.on(stand_in.QUERIES, reply)
    with pytest.raises(ScrapeError) as caught:
        read(server)
    assert type(caught.value) is error


def test_a_listing_in_another_charset_than_announced_keeps_its_letters(server: WebServer) -> None:
    body = json.dumps({"results": [{"nbHits": 1, "hits": [hit(title="Café Call")]}]}, ensure_ascii=False)
    anchor = replies_of_the_index()[0]
    wrong = {"Content-Type": "application/json; charset=ascii"}
    server.on(stand_in.QUERIES, anchor, Reply(200, body.encode(), wrong))
    assert read(server).calls[0].title == "Café Call"


WHOLE = page(stand_in.NORTH_WEST_EUROPE)
PAGE_FAULTS = {
    "refused": Reply(403),
    "challenge page": Reply(200, CHALLENGE_PAGE, HTML),
    "half a page": Reply(200, WHOLE[: len(WHOLE) // 2], HTML),
    "no calendar": Reply(200, WHOLE.replace(b"Call calendar", b"News"), HTML),
    "a calendar without calls": Reply(
        200, WHOLE.replace(b"Call 6", b"").replace(b"Call 5", b"").replace(b"Call 4", b""), HTML
    ),
    "no calls": Reply(200, WHOLE.replace(b"Call ", b"Round "), HTML),
    "10 MB of junk": Reply(200, b"<html>" * 1_700_000, HTML),
    "redirect elsewhere": Reply(302, headers={"Location": "/moved"}),
    "hanging server": Reply(hang=5),
}


@pytest.mark.parametrize("reply", PAGE_FAULTS.values(), ids=PAGE_FAULTS)
def test_a_fault_of_a_page_never_looks_like_no_call(server: WebServer, reply: Reply) -> None:
    server.on("/moved", Reply(200, b"<html><body>A new site</body></html>", HTML))
    server.on(stand_in.NORTH_WEST_EUROPE, reply)
    crawl = read(server, {})
    assert "https://nweurope.eu/calls-for-projects" in [gap.part for gap in crawl.gaps]
    assert len(crawl.calls) == 2


def test_a_page_that_is_far_too_large_is_not_parsed() -> None:
    large = b"<html>" + b"Call calendar " * 400_000 + b"</html>"

    def fetch(request: Request) -> Page:
        return Page(request.url, 200, "text/html", large, large.decode())

    with pytest.raises(LayoutChangedError, match="more than any page"):
        read_calls(fetch, NORTH_WEST_EUROPE, url=NORTH_WEST_EUROPE.url, source="interreg")


def calendar(*lines: str) -> list[CallData]:
    return list(calls_in("\n".join(["Call calendar", *lines]), NORTH_WEST_EUROPE, source="interreg"))


def test_the_wordings_that_were_seen_are_read() -> None:
    (fifth, sixth) = calendar(
        *("Call 5 (closed)", "Call 5 opened on 26 June 2024 and closed on 16 January 2025."),
        *("Call 6 for green towns (open)", "The call is open until Thursday, 16 January 2027 12.00 noon CET"),
    )
    assert (fifth.claim, fifth.opens_on) == (Claim.CLOSED, date(2024, 6, 26))
    assert fifth.deadlines == (Deadline(date(2025, 1, 16)),)
    assert (sixth.claim, sixth.opens_on) == (Claim.OPEN, None)
    assert sixth.deadlines == (Deadline(date(2027, 1, 16), time(12)),)
    assert sixth.source_ref == "interreg-nwe-call-6"
    assert sixth.title == "Interreg North-West Europe Call 6 for green towns"


def test_a_call_without_a_status_word_leaves_it_to_its_dates() -> None:
    text = "Call 5 opened on 1 May 2025 and closed on 22 July 2025"
    (call,) = calls_in(text, NORTH_SEA[1], source="interreg")
    assert (call.claim, call.opens_on) == (None, date(2025, 5, 1))
    assert call.deadlines == (Deadline(date(2025, 7, 22)),)


def test_an_announced_call_without_dates_is_forthcoming() -> None:
    (call,) = calendar("Call 7 will open in the course of next year.")
    assert (call.claim, call.deadlines) == (Claim.FORTHCOMING, ())


def test_dates_of_one_call_are_never_given_to_another() -> None:
    (sixth, fifth) = calendar(
        "Call 6 (upcoming)", "Call 5 (closed)", "Call 5 opened on 26 June 2024 and closed on 16 January 2025."
    )
    assert (sixth.claim, sixth.deadlines) == (Claim.FORTHCOMING, ())
    assert fifth.deadlines == (Deadline(date(2025, 1, 16)),)


def test_what_stands_before_the_calendar_is_no_call() -> None:
    text = "Call 9 (open)\nCall calendar\nCall 5 (closed)"
    assert [call.identifier for call in calls_in(text, NORTH_WEST_EUROPE, source="interreg")] == [
        "NWE Call 5"
    ]


def test_a_call_that_the_page_names_twice_is_one_call() -> None:
    assert len(calendar("Call 6 (open)", "Call 5 (closed)", "Call 6 (open)")) == 2


def test_two_calls_of_one_number_stay_apart() -> None:
    calls = calendar("Call 3 (closed)", "Call 3 for small projects (open)")
    assert [call.source_ref for call in calls] == [
        *("interreg-nwe-call-3", "interreg-nwe-call-3-for-small-projects"),
    ]


def test_calls_that_one_page_tells_of_have_an_address_each(server: WebServer) -> None:
    urls = [call.url for call in read(server, {}).calls]
    assert len(urls) == len(set(urls))


def test_a_call_stays_the_same_when_the_page_stands_in_for_the_index(server: WebServer) -> None:
    by_index = {call.source_ref: call for call in read(server).calls}
    by_page = {call.source_ref: call for call in read(server, {}).calls}
    both = by_index.keys() & by_page.keys()
    assert both == {"interreg-nwe-call-6", "interreg-north-sea-call-6"}
    for reference in both:
        assert by_index[reference].identifier == by_page[reference].identifier
        assert by_index[reference].deadlines == by_page[reference].deadlines


def test_two_hits_of_one_number_keep_the_indexs_own(server: WebServer) -> None:
    answer_with(server, hit(), hit(objectID="step-2", title="NWE Call 6, second step"))
    assert [call.source_ref for call in read(server).calls] == ["ir-nwe-6", "step-2"]


def test_a_named_hit_with_a_bad_date_still_counts_as_seen(server: WebServer) -> None:
    answer_with(server, hit(callDeadlineDate="soon"), hit(objectID="other", title="Other"))
    assert [problem.source_ref for problem in read(server).problems] == ["interreg-nwe-call-6"]


def test_each_application_has_a_host_of_its_own() -> None:
    asked = []

    def fetch(request: Request) -> Page:
        asked.append(request.url)
        raise FetchError("nobody answers", url=request.url)

    with pytest.raises(FetchError):
        run_crawl(SOURCE, fetch, site=site_for(SOURCE, {}, options=KEY))
    assert asked == ["https://APP1-dsn.algolia.net/1/indexes/*/queries"]
    assert SOURCE.url == LIVE_QUERIES


def test_the_stand_in_leaves_alone_what_is_not_its_own() -> None:
    assert stand_in.answer("GET", "/other", "", b"", TODAY) is None
    assert stand_in.answer("GET", stand_in.QUERIES, "", b"", TODAY) is None
    bad = stand_in.answer("POST", stand_in.QUERIES, "", b"{", TODAY)
    assert bad is not None
    assert bad[0] == 400


def test_a_hit_error_says_where() -> None:
    with pytest.raises(HitError) as caught:
        read_hit({"objectID": "1"})
    assert caught.value.field == "title"

"""The whole source over loopback HTTP: sanity anchors, increments, closings, faults, and captured answers."""

import datetime as dt
import os
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs, unquote

import pytest

from scrapers.contract import Crawl, Site, run_crawl
from scrapers.http import Client
from scrapers.platforms.koop import QUERIES
from scrapers.platforms.koop_mining import mine
from scrapers.platforms.koop_publication import parse_publication
from scrapers.platforms.sru import on_host_of, record_of, tree_of
from scrapers.sources.koop import SOURCE
from tests.scrapers.koop_pages import TODAY, Answering, served, stand_in
from tracker.core.call import Claim, FactName, Status, status_at
from tracker.core.errors import ContractError, EmptyResultError, FetchError, LayoutChangedError

Reply = tuple[int, str, bytes] | None
NOON = dt.datetime.combine(TODAY, dt.time(12), dt.UTC)


def read(answering: Answering = stand_in, **options: str) -> Crawl:
    with served(answering) as endpoint, Client(contact=None, delay=0, attempts=1) as client:
        return run_crawl(SOURCE, client, site=Site(endpoint, {"today": TODAY.isoformat(), **options}))


def spoiled(part: str, reply: Reply) -> Answering:
    """Answer as the stand-in does, but for what has `part` in its address."""

    def answering(path: str, query: str) -> Reply:
        return reply if part in unquote(f"{path}?{query}".replace("+", " ")) else stand_in(path, query)

    return answering


def test_a_day_of_the_stand_in_has_the_windows_that_the_demonstration_needs() -> None:
    crawl = read()
    open_now = [call for call in crawl.calls if status_at(call, NOON) is Status.OPEN]
    places = Counter(fact.value for call in open_now for fact in call.facts if fact.name is FactName.PLACE)
    assert len(open_now) >= 4
    assert places["Noord-Holland"] >= 2
    assert places["Rotterdam"] == 1
    assert any(call.programme == "esf-nl" for call in open_now)
    assert [call.claim for call in crawl.calls].count(Claim.CLOSED) == 1
    assert not crawl.problems
    assert not crawl.gaps


@pytest.mark.parametrize("today", [dt.date(2027, 2, 28), dt.date(2028, 2, 29), dt.date(2030, 12, 31)])
def test_the_stand_in_never_runs_dry(today: dt.date) -> None:
    def answering(path: str, query: str) -> Reply:
        return stand_in(path, query, today=today)

    now = dt.datetime.combine(today, dt.time(12), dt.UTC)
    crawl = read(answering, today=today.isoformat())
    statuses = Counter(status_at(call, now) for call in crawl.calls)
    assert statuses == {Status.OPEN: 6, Status.FORTHCOMING: 1, Status.CLOSED: 1}


def test_what_was_published_before_the_last_reading_is_not_read_again() -> None:
    asked: list[str] = []

    def answering(path: str, query: str) -> Reply:
        asked.append(path)
        return stand_in(path, query)

    crawl = read(answering, since=(TODAY - dt.timedelta(days=2)).isoformat())
    assert crawl.calls == ()
    assert not [path for path in asked if path.startswith("/frbr/")]
    crawl = read(since=(TODAY - dt.timedelta(days=6)).isoformat())
    found = {call.call_identifier for call in crawl.calls}
    assert found == {"stcrt-2026-90010", "prb-2026-9080", "stcrt-2026-90030"}


def test_a_closing_finds_its_opening_in_older_publications_that_are_not_given_again() -> None:
    whole, part = read(), read(since=(TODAY - dt.timedelta(days=4)).isoformat())
    (closed,) = (call for call in part.calls if call.claim is Claim.CLOSED)
    assert closed in whole.calls
    assert closed.call_identifier == "stcrt-2026-90030"
    assert [call for call in part.calls if call.call_identifier == "stcrt-2026-90020"] == []


def test_without_a_day_the_newest_publication_says_what_today_is() -> None:
    with served() as endpoint, Client(contact=None, delay=0) as client:
        assert run_crawl(SOURCE, client, site=Site(endpoint)).calls == read().calls


def test_publications_are_asked_on_the_host_that_the_operator_gave() -> None:
    asked: list[str] = []

    def answering(path: str, query: str) -> Reply:
        asked.append(path)
        return stand_in(path, query)

    read(answering)
    assert sum(path.startswith("/frbr/officielepublicaties/") for path in asked) >= 8


def test_no_question_leans_on_the_rubric_or_on_the_day_of_indexing() -> None:
    asked: list[str] = []

    def answering(path: str, query: str) -> Reply:
        if path == "/sru":
            asked.extend(parse_qs(query)["query"])
            assert set(parse_qs(query)) == {"operation", "version", "query", "startRecord", "maximumRecords"}
        return stand_in(path, query)

    read(answering)
    assert len(asked) == 1 + 2 * len(QUERIES)
    assert not any("ubriek" in query or "dt.modified" in query or "dt.type" in query for query in asked)
    assert all('c.product-area=="officielepublicaties"' in query for query in asked)


def _empty() -> Reply:
    return stand_in("/sru", "operation=searchRetrieve&query=unknown%3D%3D%22x%22")


def test_a_silent_zero_is_an_error_and_not_an_empty_day() -> None:
    with pytest.raises(EmptyResultError, match="silent zero"):
        read(spoiled("/sru", _empty()))


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name[0])
def test_a_query_that_no_longer_finds_its_known_publication_is_named(query: object) -> None:
    assert isinstance(query, type(QUERIES[0]))
    with pytest.raises(ContractError, match=rf"query {query.name[0]} .* no longer finds {query.known}"):
        read(spoiled(f'dt.available>="{query.known_from}"', _empty()))


DIAGNOSTICS = (
    b'<s:searchRetrieveResponse xmlns:s="urn:s"><s:numberOfRecords>0</s:numberOfRecords>'
    b"<s:diagnostics><message>Index does not exist</message></s:diagnostics></s:searchRetrieveResponse>"
)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (DIAGNOSTICS, "Index does not exist"),
        (b"<html><body>Storing</body></html>", "not answered with a number"),
        (b"junk " * 100_000, "not answered with XML"),
        (b"", "not answered with XML"),
    ],
)
def test_a_good_answer_that_is_none_fails_the_reading(body: bytes, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        read(spoiled("/sru", (200, "application/xml", body)))


def test_half_a_page_of_records_fails_the_reading() -> None:
    whole = stand_in("/sru", "operation=searchRetrieve&query=w.publicatienaam%3D%3D%22Staatscourant%22")
    assert whole is not None
    with pytest.raises(ContractError, match="not answered with XML"):
        read(spoiled('dt.creator=="Rotterdam"', (200, whole[1], whole[2][: len(whole[2]) // 2])))


def test_one_publication_that_cannot_be_reached_is_a_gap_and_the_rest_is_read() -> None:
    crawl = read(spoiled("90050.xml", (500, "text/plain", b"")))
    assert [gap.part for gap in crawl.gaps] == ["stcrt-2026-90050"]
    assert len(crawl.calls) == len(read().calls) - 1


def test_publications_that_cannot_be_reached_at_all_fail_the_reading() -> None:
    with pytest.raises(FetchError, match="publications cannot be read"):
        read(spoiled("/frbr/", (404, "text/plain", b"")))


def test_a_publication_that_is_cut_is_a_problem_and_the_rest_is_read() -> None:
    whole = stand_in("/frbr/officielepublicaties/stcrt/2026/stcrt-2026-90050/1/xml/stcrt-2026-90050.xml", "")
    assert whole is not None
    crawl = read(spoiled("90050.xml", (200, whole[1], whole[2][:-200])))
    assert [problem.source_ref for problem in crawl.problems] == ["stcrt-2026-90050"]


def altered(old: bytes, new: bytes) -> Answering:
    """Answer as the stand-in does, with one passage of its answers replaced."""

    def answering(path: str, query: str) -> Reply:
        status, kind, body = stand_in(path, query) or (404, "text/plain", b"")
        return status, kind, body.replace(old, new)

    return answering


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (
            b'"xml">https://repository.overheid.nl/frbr/officielepublicaties/stcrt/2026/stcrt-2026-90050',
            b'"x">',
            "90050",
        ),
        (b"<dcterms:identifier>stcrt-2026-90050</dcterms:identifier>", b"", "record"),
    ],
)
def test_a_record_that_leads_nowhere_is_a_problem_and_the_rest_is_read(
    old: bytes, new: bytes, named: str
) -> None:
    crawl = read(altered(old, new))
    (problem,) = crawl.problems
    assert named in problem.source_ref
    assert len(crawl.calls) == len(read().calls) - 1


def test_a_raised_part_ceiling_is_given_with_its_window_from_an_older_publication() -> None:
    closing = (
        b"zal worden gesloten op",
        "wordt verhoogd van € 4.749.206 tot € 6.000.000; vorige keer:".encode(),
    )
    since = (TODAY - dt.timedelta(days=4)).isoformat()
    both = altered(*closing)

    def answering(path: str, query: str) -> Reply:
        status, kind, body = both(path, query) or (404, "text/plain", b"")
        return status, kind, body.replace("2021–2027: sluiting".encode(), "2021–2027: verhoging".encode())

    (raised,) = (call for call in read(answering, since=since).calls if "deelplafond-7" in call.source_ref)
    assert raised.budget.total == 6_000_000
    assert raised.source_ref == next(c.source_ref for c in read().calls if c.claim is Claim.CLOSED)
    assert raised.claim is Claim.OPEN


def test_the_first_reading_goes_back_two_years_and_no_further() -> None:
    asked: list[str] = []

    def answering(path: str, query: str) -> Reply:
        asked.append(unquote(query.replace("+", " ")))
        return stand_in(path, query)

    read(answering)
    assert sum(f'dt.available>="{TODAY - dt.timedelta(days=730)}"' in query for query in asked) == len(
        QUERIES
    )


def test_publications_of_another_shape_fail_the_reading() -> None:
    with pytest.raises(LayoutChangedError, match="is no publication but <publicatie>"):
        read(spoiled("/frbr/", (200, "application/xml", b"<publicatie/>")))


FOLDER = os.environ.get("TRACKER_REAL_DATA", "")
needs_captures = pytest.mark.skipif(
    not FOLDER, reason="TRACKER_REAL_DATA does not name a folder of captured answers"
)


def captured(name: str) -> bytes:
    return (Path(FOLDER) / "cohesion" / "koop" / name).read_bytes()


@needs_captures
def test_a_captured_record_is_read() -> None:
    record = record_of(tree_of(captured("searchrec.xml")))
    assert record.identifier == "gmb-2023-174296"
    assert (record.creator, record.publication_name) == ("Bergeijk", "Gemeenteblad")
    assert record.available == dt.date(2023, 4, 20)
    assert record.page_url == "https://zoek.officielebekendmakingen.nl/gmb-2023-174296.html"
    assert record.xml_url.endswith("/gmb/2023/gmb-2023-174296/1/xml/gmb-2023-174296.xml")
    assert on_host_of(SOURCE.url, record.xml_url) == record.xml_url


@needs_captures
@pytest.mark.parametrize(
    ("name", "title", "passages"),
    [
        ("stcrt.xml", "Ter inzage: omgevingsvergunning", 4),
        ("prb.xml", "Provincie Utrecht Wet luchtvaart: Bekendmaking TUG-ontheffing", 21),
    ],
)
def test_a_captured_publication_is_read_and_holds_no_window(name: str, title: str, passages: int) -> None:
    publication = parse_publication(captured(name))
    assert publication.title.startswith(title)
    assert len(publication.passages) == passages
    assert mine(publication) == ()


@needs_captures
def test_a_captured_list_item_is_known_by_its_number_and_what_leads_it_in() -> None:
    items = [passage for passage in parse_publication(captured("prb.xml")).passages if passage.item]
    assert items[0].item == "1"
    assert items[0].lead.startswith("Belanghebbenden kunnen tegen deze beschikking")


@needs_captures
@pytest.mark.parametrize("name", ["opmeta1.xml", "opmeta2.xml"])
def test_captured_metadata_is_no_publication(name: str) -> None:
    with pytest.raises(ValueError, match="is no publication"):
        parse_publication(captured(name))

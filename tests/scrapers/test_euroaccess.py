"""EuroAccess over real HTTP: the list, the calls' own pages, the real captures, and every fault."""

import os
import tracemalloc
from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from scrapers.contract import Crawl, Page, Request, RowProblem, Site, run_crawl
from scrapers.http import Client
from scrapers.platforms.euroaccess_pages import check_row, programme_of, read_details, read_list
from scrapers.platforms.soup import text_of
from scrapers.programmes import find
from scrapers.registry import site_for
from scrapers.sources.euroaccess import SOURCE, list_url
from tests.scrapers.page_faults import HTML, JUNK, faults_of, moved
from tests.scrapers.recording import TODAY
from tests.scrapers.web_server import Reply, WebServer, web_server
from tracker.core.call import CallData, Deadline, DeadlineKind, FactName
from tracker.core.errors import BlockedError, ContractError, FetchError, LayoutChangedError
from tracker.demo import euroaccess as stand_in

SAMPLE = stand_in.calls_on(TODAY)


def page(path: str) -> bytes:
    given = stand_in.answer("GET", path, "", b"", TODAY)
    assert given is not None
    return given[2]


LIST = page(stand_in.CALLS)
FAULTS = faults_of(LIST)


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as running:
        for path in (stand_in.CALLS, *(call.path for call in SAMPLE)):
            running.on(path, Reply(200, page(path), HTML))
        yield running


def read(server: WebServer, *, known: str = "") -> Crawl:
    with Client(contact=None, delay=0, backoff=0, timeout=0.3, attempts=2, max_bytes=2_000_000) as client:
        site = site_for(SOURCE, {"euroaccess": server.url + stand_in.CALLS}, options={"known": known})
        return run_crawl(SOURCE, client, site=site)


def by_ref(crawl: Crawl) -> dict[str, CallData]:
    return {call.source_ref: call for call in crawl.calls}


def show(server: WebServer, content: str | bytes) -> None:
    server.on(stand_in.CALLS, Reply(200, content.encode() if isinstance(content, str) else content, HTML))


def soup(words: str) -> BeautifulSoup:
    return BeautifulSoup(words, "lxml")


def details(rows: str) -> BeautifulSoup:
    programme = '<div class="tr flex"><p class="title td">Funding Program</p><p class="td">URBACT</p></div>'
    return soup(f'<div id="calldata"><div class="subtable">{programme}{rows}</div></div>')


def field(label: str, value: str) -> str:
    return f'<div class="tr flex"><p class="title td">{label}</p><div class="td">{value}</div></div>'


# what is read


def test_every_call_has_its_programme_title_deadline_with_hour_and_address(server: WebServer) -> None:
    calls = by_ref(read(server))
    assert sorted(calls) == [str(sample.number) for sample in SAMPLE]
    for sample in SAMPLE:
        call = calls[str(sample.number)]
        assert call.title == sample.title
        assert call.programme_code == call.call_title == sample.programme
        assert call.url == f"https://www.euro-access.eu{sample.path}"
        if sample.closes_in is not None:
            closes = TODAY + timedelta(days=sample.closes_in)
            assert call.deadlines == (Deadline(closes, time.fromisoformat(sample.hour)),)


def test_the_facts_of_a_calls_page_are_kept_and_its_words_are_not(server: WebServer) -> None:
    call = by_ref(read(server))["9101"]
    assert call.opens_on == TODAY - timedelta(days=20)
    assert call.budget.per_project_max == Decimal(4_500_000)
    assert call.texts[0].keywords == ("Mobility & Transport", "Energy Efficiency, Renewable Energy")
    assert call.texts[0].body == ""
    countries = [fact.value for fact in call.facts if fact.name is FactName.COUNTRIES]
    assert countries == ["EU Member States", "Netherlands (Nederland), Belgium (Belgique/België), Ireland"]
    applicants = [fact.value for fact in call.facts if fact.name is FactName.APPLICANTS]
    assert applicants == ["public_bodies", "companies", "research institution incl. university"]
    assert "Their own words" not in repr(call)


def test_the_repetition_of_a_table_in_a_comment_is_not_read(server: WebServer) -> None:
    assert b"COMMENT-REPEATS" in page(SAMPLE[0].path)
    assert "COMMENT-REPEATS" not in repr(read(server))


def test_a_call_number_is_the_identifier_by_which_the_portals_call_is_found(server: WebServer) -> None:
    calls = by_ref(read(server))
    assert (calls["9111"].identifier, calls["9111"].programme) == ("CERV-2026-CITIZENS-TOWN-NT", "cerv")
    assert (calls["9112"].identifier, calls["9112"].programme) == ("I3-2026-INV1", "i3")
    assert calls["9101"].identifier == "euroaccess-9101"
    link = next(fact.value for fact in calls["9112"].facts if fact.name is FactName.LINK)
    assert link.endswith("/topic-details/i3-2026-inv1")


def test_a_call_without_a_deadline_has_none(server: WebServer) -> None:
    call = by_ref(read(server))["9110"]
    assert (call.deadlines, call.deadline_kind) == ((), DeadlineKind.UNKNOWN)


def test_known_calls_are_listed_and_their_pages_are_not_asked_again(server: WebServer) -> None:
    first = read(server)
    server.seen.clear()
    known = [sample for sample in SAMPLE if sample.number != 9104]
    crawl = read(server, known="\n".join(str(sample.number) for sample in known))
    new = next(sample for sample in SAMPLE if sample.number == 9104)
    assert [path.split("?")[0] for path in server.paths()] == [stand_in.CALLS, new.path]
    assert {listed.source_ref for listed in crawl.listed} == {str(sample.number) for sample in known}
    assert by_ref(crawl.with_stored(by_ref(first))) == by_ref(first)


def test_a_moved_deadline_of_a_known_call_is_seen_without_its_page(server: WebServer) -> None:
    stored = by_ref(read(server))
    old, new = TODAY + timedelta(days=75), TODAY + timedelta(days=82)
    show(server, LIST.decode().replace(f"{old:%d.%m.%Y} 12:00", f"{new:%d.%m.%Y} 16:30"))
    crawl = read(server, known="\n".join(stored)).with_stored(stored)
    call = by_ref(crawl)["9101"]
    assert call.deadlines == (Deadline(new, time(16, 30)),)
    assert call.facts == stored["9101"].facts
    assert call.identifier == stored["9101"].identifier


def test_the_list_is_asked_with_the_empty_form_unless_the_operator_gave_a_query(server: WebServer) -> None:
    read(server)
    assert server.paths()[0] == f"{stand_in.CALLS}?keyword=&submit=&sent=search"
    assert list_url("http://a/calls?eu_nuts[]=1198") == "http://a/calls?eu_nuts[]=1198"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Horizon Europe: Cluster 3 - Civil security for society", "horizon-europe"),
        ("EU4Health programme 2021-2027", "eu4health"),
        ("Citizens, Equality, Rights and Values programme", "cerv"),
        ("Connecting Europe Facility for Transport", "cef"),
        ("Pilot Projects and Preparatory Actions (PPPAs)", "pppa"),
        ("Interregional Innovation Investments", "i3"),
        ("Interreg North-West Europe", "interreg-nwe"),
        ("Interreg Danube Region Programme", "interreg-other"),
        ("Driving Urban Transitions Partnership (DUT)", "dut"),
        ("Instrument for Pre-accession Assistance", "other"),
    ],
)
def test_a_programme_gets_our_slug_and_never_an_invented_one(name: str, slug: str) -> None:
    assert programme_of(name) == slug
    assert find(slug) is not None


@pytest.mark.parametrize(
    ("words", "least", "most"),
    [
        ("max. € 750,000.00", None, 750_000),
        ("€ 200,000.00 - € 350,000.00", 200_000, 350_000),
        ("min. € 50,000.00", 50_000, None),
        ("depends on the strand", None, None),
    ],
)
def test_amounts_have_english_separators(words: str, least: int | None, most: int | None) -> None:
    budget = read_details(details(field("Estimated EU contribution per project", words))).budget
    assert (budget.per_project_min, budget.per_project_max) == (least, most)


def test_an_address_that_is_no_web_address_is_no_link() -> None:
    assert read_details(details(field("Link to the call", '<a href="javascript:void(0)">x</a>'))).facts == ()


# what goes wrong


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_list_fails_the_run_with_the_right_error(server: WebServer, name: str) -> None:
    reply, error = FAULTS[name]
    server.on(stand_in.CALLS, reply)
    with pytest.raises(error):
        read(server)


def test_junk_costs_no_more_memory_than_may_be_read(server: WebServer) -> None:
    server.on(stand_in.CALLS, Reply(200, JUNK, HTML))
    tracemalloc.start()
    try:
        with pytest.raises(FetchError):
            read(server)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000


def test_a_redirect_to_another_site_is_a_changed_layout(server: WebServer) -> None:
    with web_server() as elsewhere:
        elsewhere.on("/login", Reply(200, LIST, HTML))
        server.on(stand_in.CALLS, moved(f"{elsewhere.url}/login"))
        with pytest.raises(LayoutChangedError) as caught:
            read(server)
    assert caught.value.field == "address"


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ('id="calls-overview"', 'id="calls-list"', LayoutChangedError),
        ("12 Calls found", "Calls", LayoutChangedError),
        ("12 Calls found", "13 Calls found", ContractError),
        ("12 Calls found", "1,042 Calls found", ContractError),
    ],
)
def test_a_changed_page_is_no_smaller_list(
    server: WebServer, old: str, new: str, error: type[Exception]
) -> None:
    show(server, LIST.decode().replace(old, new))
    with pytest.raises(error):
        read(server)


def test_a_list_that_says_that_it_is_empty_is_read_well(server: WebServer) -> None:
    head, _, rest = LIST.decode().replace("12 Calls", "0 Calls").partition("<tbody>")
    show(server, f"{head}<tbody>{rest.partition('</tbody>')[2]}")
    assert read(server).calls == ()


def test_a_lost_column_of_deadlines_is_a_changed_layout(server: WebServer) -> None:
    url = "https://a.test"
    call = '<td class="title">P</td><td><a href="/en/calls/1/x">T</a></td>'
    row = f"<tr>{call}<td></td><td>01.02.2027 17:00</td></tr>"
    words = f'<h3>1 Calls found</h3><table id="calls-overview"><tbody>{row}</tbody></table>'
    with pytest.raises(LayoutChangedError):
        read_list(soup(words), source="euroaccess", url=url)


@pytest.mark.parametrize(
    ("old", "new", "field_name"),
    [
        ("/en/calls/9102/", "/en/news/9102/", "link"),
        (">Interreg Czechia-Poland<", "><", "programme"),
        (f"{TODAY + timedelta(days=40):%d.%m.%Y} 23:59", "soon", "deadline"),
    ],
)
def test_a_bad_row_is_a_problem_and_the_others_are_kept(
    server: WebServer, old: str, new: str, field_name: str
) -> None:
    assert old in LIST.decode()
    show(server, LIST.decode().replace(old, new))
    crawl = read(server)
    assert [problem.field for problem in crawl.problems] == [field_name]
    assert len(crawl.calls) == len(SAMPLE) - 1


@pytest.mark.parametrize(
    "reply", [Reply(404, b"", HTML), Reply(200, b"<html><h1>Call</h1></html>", HTML)], ids=["gone", "changed"]
)
def test_a_calls_page_that_cannot_be_read_costs_that_call_alone(server: WebServer, reply: Reply) -> None:
    server.on(SAMPLE[3].path, reply)
    crawl = read(server)
    assert len(crawl.calls) == len(SAMPLE) - 1
    (problem,) = crawl.problems
    assert problem.source_ref == str(SAMPLE[3].number)


def test_a_site_that_stops_answering_is_not_asked_for_every_call(server: WebServer) -> None:
    for sample in SAMPLE:
        server.on(sample.path, Reply(500, b"", HTML))
    with pytest.raises(FetchError):
        read(server)
    asked = {path for path in server.paths() if path.split("?")[0] != stand_in.CALLS}
    assert len(asked) == 3


def test_a_refusal_at_a_calls_page_fails_the_run(server: WebServer) -> None:
    server.on(SAMPLE[0].path, Reply(403, b"", HTML))
    with pytest.raises(BlockedError):
        read(server)


@pytest.mark.parametrize(
    "header", ["text/html; charset=iso-8859-1", "text/html; charset=klingon", "text/html"]
)
def test_a_wrongly_announced_charset_spoils_no_word(server: WebServer, header: str) -> None:
    server.on(SAMPLE[0].path, Reply(200, page(SAMPLE[0].path), {"Content-Type": header}))
    assert "Belgium (Belgique/België)" in repr(by_ref(read(server))["9101"])


def test_a_page_that_calls_itself_utf_8_and_is_not_is_read_by_its_header() -> None:
    content = '<meta charset="utf-8"><p>België</p>'.encode("latin-1")
    given = Page("https://a.test", 200, "text/html; charset=latin-1", content, content.decode("latin-1"))
    assert "België" in text_of(given)


# the real pages, where they are at hand

FOLDER = Path(os.environ.get("TRACKER_REAL_DATA", "")) / "cohesion" / "euroaccess"
real = pytest.mark.skipif(
    not (os.environ.get("TRACKER_REAL_DATA") and FOLDER.exists()),
    reason="TRACKER_REAL_DATA does not name a folder with EuroAccess's captured pages",
)


def captured(name: str) -> BeautifulSoup:
    return soup((FOLDER / f"{name}.html").read_text(encoding="utf-8"))


@real
def test_all_142_calls_of_the_real_list_are_read() -> None:
    rows = read_list(captured("SearchForFunding"), source="euroaccess", url="https://www.euro-access.eu")
    assert len(rows) == len({row.reference for row in rows}) == 142
    for row in rows:
        (deadline,) = check_row(row)
        assert deadline.time is not None
        assert deadline.date >= date(2025, 10, 3)
        assert row.programme
        assert row.title
        assert row.path.startswith(f"/en/calls/{row.reference}/")
    slugs = [programme_of(row.programme) for row in rows]
    assert slugs.count("horizon-europe") == 57 + 11 + 3  # clusters, New European Bauhaus, EIT
    assert slugs.count("eu4health") == 13
    assert slugs.count("i3") == 2
    assert slugs.count("other") == 3  # pre-accession assistance and the Western Balkans


@real
def test_the_facts_of_a_real_calls_page_are_read() -> None:
    found = read_details(captured("ErasmusCharterForHigherEducation"))
    assert found.number == "ERASMUS-EDU-2022-ECHE-CERT-FP"
    assert found.opens_on == date(2022, 2, 23)
    assert found.topics == ("Education & Training, Children & Youth, Media",)
    facts = [(fact.name, fact.value) for fact in found.facts]
    assert (FactName.COUNTRIES, "EU Member States, Overseas Countries and Territories (OCT)") in facts
    assert sum(name is FactName.COUNTRIES for name, _ in facts) == 2
    assert (FactName.APPLICANTS, "education and training institution") in facts
    assert (FactName.APPLICANTS, "research institution incl. university") in facts


@real
def test_the_real_list_and_page_give_a_call() -> None:
    listing = (FOLDER / "SearchForFunding.html").read_bytes()
    detail = (FOLDER / "ErasmusCharterForHigherEducation.html").read_bytes()

    def fetch(request: Request) -> Page:
        content = listing if "sent=search" in request.url else detail
        return Page(request.url, 200, "text/html", content, content.decode())

    refs = read_list(captured("SearchForFunding"), source="euroaccess", url="")
    known = "\n".join(row.reference for row in refs if row.reference != "135")
    crawl = run_crawl(SOURCE, fetch, site=Site(SOURCE.url, {"known": known}))
    assert (len(crawl.listed), crawl.problems) == (141, tuple[RowProblem, ...]())
    (call,) = crawl.calls
    assert call.programme == "erasmus-plus"
    assert call.deadlines == (Deadline(date(2026, 1, 27), time(17, 0)),)
    assert call.url.startswith("https://www.euro-access.eu/en/calls/135/")

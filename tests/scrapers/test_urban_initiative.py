"""The European Urban Initiative over real HTTP: the catalogue, the pages beside it, and their faults."""

from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup

from scrapers.contract import Crawl, run_crawl
from scrapers.http import Client
from scrapers.platforms.portico import Card, CardError, cards_in
from scrapers.platforms.urban_pages import Detail, detail_in
from scrapers.registry import site_for
from scrapers.sources.urban_initiative import CATALOGUE, SOURCE
from tests.scrapers.recording import TODAY
from tests.scrapers.web_server import Reply, WebServer, web_server
from tracker.core.call import CallData, Claim, Deadline, DeadlineKind, Fact, FactName
from tracker.core.errors import BlockedError, FetchError, LayoutChangedError, ScrapeError
from tracker.demo import urban_initiative as stand_in
from tracker.demo.faults import CHALLENGE_PAGE

HTML = {"Content-Type": "text/html; charset=utf-8"}
FIFTH = "european-urban-initiative-5th-eui-call-for-innovative-actions"
REVIEWERS = "european-urban-initiative-eui-peer-reviewers-call-for-city-experts"


def page(path: str) -> bytes:
    given = stand_in.answer("GET", path, "", b"", TODAY)
    assert given is not None
    return given[2]


LIST = page(stand_in.CATALOGUE)


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as running:
        for path in (
            *(stand_in.CATALOGUE, stand_in.CITY_TO_CITY),
            *(stand_in.PEER_REVIEWS, stand_in.INNOVATIVE_ACTIONS),
        ):
            running.on(path, Reply(200, page(path), HTML))
        yield running


def read(server: WebServer, *, today: date | None = TODAY, known: str = "") -> Crawl:
    options = {"known": known, **({"today": today.isoformat()} if today else {})}
    with Client(contact=None, delay=0, backoff=0, timeout=0.3, attempts=2, max_bytes=1_000_000) as client:
        site = site_for(SOURCE, {"urban-initiative": server.url + stand_in.CATALOGUE}, options=options)
        return run_crawl(SOURCE, client, site=site)


def by_ref(crawl: Crawl) -> dict[str, CallData]:
    return {call.source_ref: call for call in crawl.calls}


def show(server: WebServer, content: bytes) -> None:
    server.on(stand_in.CATALOGUE, Reply(200, content, HTML))


def card(body: str, attributes: str = "") -> str:
    return f'<article {attributes} class="node node--type-call-for-proposals">{body}</article>'


def catalogue(*cards: str) -> bytes:
    return f"<html><body><p>Open Upcoming Closed</p>{''.join(cards)}</body></html>".encode()


def one(body: str, attributes: str = "") -> Card | CardError:
    (found,) = cards_in(BeautifulSoup(card(body, attributes), "lxml"), base=CATALOGUE)
    return found


def good(body: str, attributes: str = "") -> Card:
    found = one(body, attributes)
    assert isinstance(found, Card), found
    return found


def test_the_whole_offer_is_read_from_one_host(server: WebServer) -> None:
    crawl = read(server)
    assert (crawl.problems, crawl.gaps) == ((), ())
    assert [(call.source_ref, call.programme) for call in crawl.calls] == [
        ("city-to-city-exchanges", "eui"),
        ("peer-reviews", "eui"),
        (FIFTH, "eui"),
        (REVIEWERS, "eui"),
        ("european-urban-initiative-4th-eui-call-for-innovative-actions", "eui"),
        ("netzerocities-pilot-cities-for-neighbourhoods-without-gas", "urban-other"),
        ("new-european-bauhaus-prizes-for-beautiful-and-inclusive-places", "urban-other"),
    ]
    assert server.paths() == [
        *(stand_in.CATALOGUE, stand_in.CITY_TO_CITY, stand_in.PEER_REVIEWS, stand_in.INNOVATIVE_ACTIONS),
    ]


def test_a_card_and_its_own_page_make_one_call(server: WebServer) -> None:
    call = by_ref(read(server))[FIFTH]
    assert (call.claim, call.opens_on) == (Claim.OPEN, date(2026, 11, 4))
    assert call.deadlines == (Deadline(date(2027, 2, 22), time(14)),)
    assert (call.budget.total, call.budget.per_project_max) == (Decimal(60_000_000), Decimal(2_000_000))
    assert (
        call.url == "https://www.urban-initiative.eu/calls-proposals/fifth-call-proposals-innovative-actions"
    )
    assert Fact(FactName.APPLICANTS, "public_bodies", "Urban authorities") in call.facts
    fund = "4 November 2026 - 22 February 2027 at 14.00 CET - EUR 60 million ERDF"
    assert Fact(FactName.FUND, "ERDF", fund) in call.facts


def test_calls_of_others_keep_their_owners_name(server: WebServer) -> None:
    calls = by_ref(read(server))
    pilot = calls["netzerocities-pilot-cities-for-neighbourhoods-without-gas"]
    assert Fact(FactName.OWNER, "NetZeroCities", "By NetZeroCities") in pilot.facts
    assert pilot.programme_code == "NetZeroCities"
    assert pilot.url == "https://netzerocities.eu/call-for-pilot-cities/"  # its target is a PDF
    assert pilot.deadlines == (Deadline(date(2027, 1, 8)),)  # the date stands in the next element
    assert pilot.budget.per_project_max == Decimal(1_500_000)


def test_standing_opportunities_roll_whatever_date_their_card_has(server: WebServer) -> None:
    calls = by_ref(read(server))
    for reference in ("city-to-city-exchanges", "peer-reviews"):
        call = calls[reference]
        assert (call.claim, call.deadlines) == (Claim.OPEN, ())
        assert call.deadline_kind is DeadlineKind.ROLLING
        assert any(fact.value == "EU Member States" for fact in call.facts)
    assert "continuously open" in calls["city-to-city-exchanges"].texts[0].conditions


def test_a_placeholder_far_ahead_is_no_deadline(server: WebServer) -> None:
    call = by_ref(read(server))[REVIEWERS]
    assert (call.deadlines, call.deadline_kind) == ((), DeadlineKind.ROLLING)
    nearer = by_ref(read(server, today=date(2027, 12, 1)))[REVIEWERS]
    assert nearer.deadlines == (Deadline(date(2028, 12, 30)),)
    assert by_ref(read(server, today=None))[REVIEWERS].deadline_kind is DeadlineKind.FIXED


def test_a_far_deadline_of_a_call_that_is_not_permanent_counts(server: WebServer) -> None:
    show(server, LIST.replace(b"EUI Peer Reviewers", b"EUI Long Call"))
    call = by_ref(read(server))["european-urban-initiative-eui-long-call-call-for-city-experts"]
    assert call.deadlines == (Deadline(date(2028, 12, 30)),)


@pytest.mark.parametrize("path", [stand_in.CITY_TO_CITY, stand_in.PEER_REVIEWS])
@pytest.mark.parametrize(
    "reply", [Reply(404), Reply(200, b"<html><body>The call is closed.</body></html>", HTML)]
)
def test_a_standing_page_without_its_words_is_a_gap_and_its_card_is_kept(
    server: WebServer, path: str, reply: Reply
) -> None:
    server.on(path, reply)
    crawl = read(server)
    reference = {stand_in.CITY_TO_CITY: "city-to-city-exchanges", stand_in.PEER_REVIEWS: "peer-reviews"}[path]
    assert [gap.part for gap in crawl.gaps] == [reference]
    assert by_ref(crawl)[reference].claim is Claim.OPEN
    assert len(crawl.calls) == 7


def test_a_standing_page_without_a_card_is_an_opportunity_all_the_same(server: WebServer) -> None:
    show(server, catalogue(card("<h3>Another call</h3><b>Closed</b>")))
    crawl = read(server)
    assert [call.source_ref for call in crawl.calls][:2] == ["city-to-city-exchanges", "peer-reviews"]
    assert crawl.gaps == ()


def test_a_call_whose_own_page_is_gone_is_kept_with_what_its_card_says(server: WebServer) -> None:
    server.on(stand_in.INNOVATIVE_ACTIONS, Reply(404))
    crawl = read(server)
    assert [gap.part for gap in crawl.gaps] == [FIFTH]
    assert by_ref(crawl)[FIFTH].deadlines == (Deadline(date(2027, 2, 22)),)


@pytest.mark.parametrize(
    ("path", "reference"),
    [(stand_in.INNOVATIVE_ACTIONS, FIFTH), (stand_in.CITY_TO_CITY, "city-to-city-exchanges")],
)
def test_what_is_stored_of_a_page_is_not_overwritten_by_its_card(
    server: WebServer, path: str, reference: str
) -> None:
    server.on(path, Reply(500))
    crawl = read(server, known=f"other\n{reference}")
    assert [gap.part for gap in crawl.gaps] == [reference]
    assert reference not in by_ref(crawl)
    assert len(crawl.calls) == 6


def test_a_call_that_its_own_page_calls_closed_is_closed(server: WebServer) -> None:
    closed = page(stand_in.INNOVATIVE_ACTIONS).replace(
        b"</main>", b"<p>The Call for Proposals is closed.</p></main>"
    )
    server.on(stand_in.INNOVATIVE_ACTIONS, Reply(200, closed, HTML))
    assert by_ref(read(server))[FIFTH].claim is Claim.CLOSED


def test_all_closed_is_read_fine_and_no_error(server: WebServer) -> None:
    show(server, LIST.replace(b">Open<", b">Closed<").replace(b">Upcoming<", b">Closed<"))
    cards = [call for call in read(server).calls if call.deadline_kind is not DeadlineKind.ROLLING]
    assert cards
    assert {call.claim for call in cards} == {Claim.CLOSED}


def test_further_pages_of_the_catalogue_are_read_once(server: WebServer) -> None:
    pager = '<li class="pager__item--next"><a href="/next">Next</a></li>'
    show(server, catalogue(card("<h3>One</h3><b>Closed</b>"), pager))
    server.on("/next", Reply(200, catalogue(card("<h3>Two</h3><b>Closed</b>"), pager), HTML))
    assert {"one", "two"} <= set(by_ref(read(server)))
    assert server.paths().count("/next") == 1


def test_two_cards_of_one_name_are_a_problem_and_one_call(server: WebServer) -> None:
    show(server, catalogue(*[card("<h3>One</h3><b>Closed</b>")] * 2))
    crawl = read(server)
    assert [problem.source_ref for problem in crawl.problems] == ["one (again)"]
    assert list(by_ref(crawl)).count("one") == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("<b>Open</b>", "title-node"),
        ("<h3>Open call for cities</h3><p>We open soon</p>", "status"),
        ("<h3>Call</h3><b>Open</b><p>Deadline date : 31/02/2027</p>", "deadline"),
    ],
)
def test_a_card_that_cannot_be_understood_says_where(body: str, field: str) -> None:
    error = one(body)
    assert isinstance(error, CardError)
    assert error.field == field


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Deadline date : 15/06/2026", date(2026, 6, 15)),
        ("Deadline date: 15/06/2026", date(2026, 6, 15)),
        ("Deadline date :</p><p>15/06/2026", date(2026, 6, 15)),
        ("Published 15/06/2026", None),
        ("Deadline date : to be announced", None),
    ],
)
def test_a_deadline_is_read_behind_its_label_alone(words: str, expected: date | None) -> None:
    assert good(f"<h3>Call</h3><b>Open</b><p>{words}</p>").deadline == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Funding support : 2,000,000 €", Decimal(2_000_000)),
        ("Funding support :</p><p>2,000,000 €", Decimal(2_000_000)),
        ("Funding support : up to 1.5 million €", Decimal(1_500_000)),
        ("Funding support : €2 million", Decimal(2_000_000)),
        ("Support : grant", None),
        ("Funding support : from 10,000 € to 50,000 €", None),
        ("Funding support : to be announced", None),
    ],
)
def test_support_is_an_amount_or_none(words: str, expected: Decimal | None) -> None:
    assert good(f"<h3>Call</h3><b>Open</b><p>{words}</p>").amount == expected


def test_links_lead_to_the_target_else_the_owner_else_the_catalogue() -> None:
    owner = '<a href="/urban-panorama/netzero">By NetZeroCities</a>'
    base = "<h3>Call</h3><b>Open</b>"
    assert good(base).url == CATALOGUE
    assert good(base + owner).url == "https://portico.urban-initiative.eu/urban-panorama/netzero"
    pdf = '<a href="https://files.example.eu/Call.PDF?x=1">Find out more</a>'
    assert good(base + owner + pdf).url == "https://portico.urban-initiative.eu/urban-panorama/netzero"
    script = '<a href="javascript:alert(1)">Find out more</a>'
    assert good(base + owner + script).url == "https://portico.urban-initiative.eu/urban-panorama/netzero"
    target = '<a href="https://example.eu/call">Find out more</a>'
    assert good(base + owner + target).url == "https://example.eu/call"


def test_a_card_is_named_by_the_publishers_number_where_it_has_one() -> None:
    body = "<h3>Call</h3><b>Open</b>"
    assert good(body, 'data-history-node-id="812"').reference == "812"
    assert good(body).reference == "call"


def test_only_pages_of_the_initiative_are_followed(server: WebServer) -> None:
    elsewhere = b"https://evil.example/calls-proposals/fifth-call-proposals-innovative-actions"
    own = f"https://www.urban-initiative.eu{stand_in.INNOVATIVE_ACTIONS}".encode()
    show(server, LIST.replace(own, elsewhere))
    assert by_ref(read(server))[FIFTH].deadlines == (Deadline(date(2027, 2, 22)),)
    assert stand_in.INNOVATIVE_ACTIONS not in server.paths()


LINE = "25 February 2026 - 15 June 2026 at 14.00 CEST - EUR 60 million ERDF"
READ = Detail(date(2026, 2, 25), Deadline(date(2026, 6, 15), time(14)), Decimal(60_000_000), line=LINE)


@pytest.mark.parametrize(
    ("text", "near", "expected"),
    [
        (LINE, None, READ),
        (LINE, date(2026, 6, 15), READ),
        (LINE, date(2026, 6, 1), READ),  # more time was given
        (f"{LINE}\n1 March 2028 - 1 June 2028 - EUR 5 million", date(2026, 6, 15), READ),
        (LINE, date(2027, 6, 15), Detail()),  # the line of an earlier call closes no later one
        (f"1 March 2025 - 1 June 2025 - EUR 5 million\n{LINE}", date(2026, 6, 15), READ),
        (f"1 March 2025 - 1 June 2025 - EUR 5 million\n{LINE}", None, READ),
        ("The Call for Proposals is closed.", None, Detail(is_closed=True)),
        ("The fourth Call for Proposals is closed.", None, Detail()),
        ("", None, Detail()),
    ],
)
def test_the_line_of_a_detail_page_is_that_of_its_card(
    text: str, near: date | None, expected: Detail
) -> None:
    assert detail_in(text, near=near) == expected


FAULTS = {
    "refused": (Reply(403), BlockedError),
    "challenge page": (Reply(200, CHALLENGE_PAGE, HTML), BlockedError),
    "half a page": (Reply(200, LIST[: len(LIST) // 2], HTML), LayoutChangedError),
    "cut transfer": (Reply(200, LIST[: len(LIST) // 2], HTML, cut=True), FetchError),
    "empty list": (Reply(200, catalogue(), HTML), LayoutChangedError),
    "empty answer": (Reply(200, b"", HTML), LayoutChangedError),
    "changed class names": (
        Reply(200, LIST.replace(b"node--type-call-for-proposals", b"card card--call"), HTML),
        LayoutChangedError,
    ),
    "no status words": (
        Reply(
            200,
            LIST.replace(b">Open<", b"><").replace(b">Closed<", b"><").replace(b">Upcoming<", b"><"),
            HTML,
        ),
        LayoutChangedError,
    ),
    "no titles": (
        Reply(200, LIST.replace(b"h3", b"h5").replace(b"title-node", b"name"), HTML),
        LayoutChangedError,
    ),
    "10 MB of junk": (Reply(200, b"<article>" * 1_200_000, HTML), FetchError),
    "junk": (Reply(200, b"\x00\xff\xfe<article" * 50_000, HTML), LayoutChangedError),
    "redirect elsewhere": (Reply(302, headers={"Location": "/moved"}), LayoutChangedError),
    "server error": (Reply(500), FetchError),
    "hanging server": (Reply(hang=5), FetchError),
}


@pytest.mark.parametrize(("reply", "error"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_the_catalogue_fails_the_reading(
    server: WebServer, reply: Reply, error: type[ScrapeError]
) -> None:
    server.on("/moved", Reply(200, b"<html><body>Open Upcoming Closed</body></html>", HTML))
    server.on(stand_in.CATALOGUE, reply)
    with pytest.raises(ScrapeError) as caught:
        read(server)
    assert type(caught.value) is error


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "no-such-charset"])
def test_a_wrong_charset_in_the_header_costs_no_letters(server: WebServer, charset: str) -> None:
    accented = LIST.decode().replace("5th EUI Call", "5th EUI Café Call").encode()
    wrong = {"Content-Type": f"text/html; charset={charset}"}
    server.on(stand_in.CATALOGUE, Reply(200, accented, wrong))
    assert any("Café" in call.title for call in read(server).calls)


def test_the_stand_in_leaves_alone_what_is_not_its_own() -> None:
    assert stand_in.answer("GET", "/other", "", b"", TODAY) is None
    assert stand_in.answer("POST", stand_in.CATALOGUE, "", b"", TODAY) is None


def test_an_endless_pager_is_no_listing(server: WebServer) -> None:
    for number in range(40):
        pager = f'<li class="pager__item--next"><a href="/page-{number + 1}">Next</a></li>'
        body = catalogue(card(f"<h3>Call {number}</h3><b>Closed</b>"), pager)
        server.on(stand_in.CATALOGUE if number == 0 else f"/page-{number}", Reply(200, body, HTML))
    with pytest.raises(LayoutChangedError, match="more than 30 pages"):
        read(server)


def test_bad_cards_are_problems_beside_the_good_ones(server: WebServer) -> None:
    show(server, LIST.replace(b"08/01/2027", b"38/01/2027"))
    crawl = read(server)
    assert [(problem.source_ref, problem.field) for problem in crawl.problems] == [
        ("netzerocities-pilot-cities-for-neighbourhoods-without-gas", "deadline"),
    ]
    assert len(crawl.calls) == 6

"""The Commission's culture site over real HTTP: pages, what is kept, and every fault."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import structlog

from scrapers.contract import Crawl, Page, Request, run_crawl
from scrapers.http import Client
from scrapers.registry import site_for
from scrapers.sources.culture import MOST_PAGES, SOURCE
from tests.scrapers.page_faults import HTML, faults_of, moved
from tests.scrapers.recording import TODAY
from tests.scrapers.web_server import Reply, WebServer, web_server
from tracker.core.call import CallData, Claim, Deadline, DeadlineKind
from tracker.core.errors import FetchError, LayoutChangedError
from tracker.demo import culture as stand_in


def page(number: int) -> bytes:
    given = stand_in.answer("GET", stand_in.CALLS, f"page={number}", b"", TODAY)
    assert given is not None
    return given[2]


PAGES = [Reply(200, page(number), HTML) for number in range(3)]
FAULTS = faults_of(page(0))


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as running:
        running.on(stand_in.CALLS, *PAGES)
        yield running


def read(server: WebServer, *, today: date | None = TODAY) -> Crawl:
    options = {"today": today.isoformat()} if today else {}
    with Client(contact=None, delay=0, backoff=0, timeout=0.3, attempts=2, max_bytes=2_000_000) as client:
        site = site_for(SOURCE, {"culture": server.url + stand_in.CALLS}, options=options)
        return run_crawl(SOURCE, client, site=site)


def by_ref(crawl: Crawl) -> dict[str, CallData]:
    return {call.source_ref: call for call in crawl.calls}


# what is read


def test_every_page_is_read_until_one_is_empty(server: WebServer) -> None:
    crawl = read(server)
    assert server.paths() == ["/calls", "/calls?page=1", "/calls?page=2"]
    assert len(crawl.calls) == 5
    assert not crawl.gaps


def test_reading_stops_where_the_last_page_repeats(server: WebServer) -> None:
    server.on(stand_in.CALLS, PAGES[0], PAGES[1])
    assert len(read(server).calls) == 5
    assert len(server.paths()) == 3


def test_calls_of_the_portal_are_left_out_and_counted(server: WebServer) -> None:
    with structlog.testing.capture_logs() as logs:
        crawl = read(server)
    assert not any("portal" in call.url for call in crawl.calls)
    assert logs[-1] == {"event": "culture.read", "log_level": "info", "cards": 6, "on_portal": 1}


def test_a_call_has_what_its_card_says(server: WebServer) -> None:
    calls = by_ref(read(server))
    capital = calls["calls/capital-of-culture-2033"]
    assert capital.deadlines == (Deadline(TODAY + timedelta(days=200), time(17, 0)),)
    assert capital.opens_on == TODAY - timedelta(days=30)
    assert capital.url == "https://culture.ec.europa.eu/calls/capital-of-culture-2033_en"
    assert capital.programme == "creative-europe"
    assert capital.tags == ("Call for applications",)
    assert calls["calls/prize-for-living-heritage"].deadlines[0].time == time(12, 0)
    assert calls["heritage.example/label-2027"].claim is Claim.FORTHCOMING
    assert calls["calls/night-of-the-libraries"].claim is Claim.CLOSED


def test_a_call_without_a_deadline_does_not_get_the_date_of_publication(server: WebServer) -> None:
    call = by_ref(read(server))["calls/residencies-on-the-move"]
    assert (call.deadlines, call.deadline_kind) == ((), DeadlineKind.UNKNOWN)


def test_a_card_without_dates_and_status_is_left_out_after_a_year(server: WebServer) -> None:
    in_time = TODAY + timedelta(days=360)
    assert "calls/residencies-on-the-move" in by_ref(read(server, today=in_time))
    server.on(stand_in.CALLS, *PAGES)
    later = by_ref(read(server, today=TODAY + timedelta(days=361)))
    assert "calls/residencies-on-the-move" not in later
    assert len(later) == 4


def test_another_programme_counts_where_the_card_states_it(server: WebServer) -> None:
    words = b"<dt>Programme</dt><dd>Erasmus+</dd><dt>Status</dt>"
    term = b'<dt class="ecl-description-list__term">Status</dt>'
    server.on(stand_in.CALLS, Reply(200, page(0).replace(term, words, 1), HTML), PAGES[2])
    assert by_ref(read(server))["calls/prize-for-living-heritage"].programme == "erasmus-plus"


def test_several_deadlines_are_cut_offs(server: WebServer) -> None:
    old = f"{TODAY + timedelta(days=48):%B %Y}, 12:00 noon CET".encode()
    assert old in page(0)
    both = page(0).replace(old, old + b"<br>1 December 2027")
    server.on(stand_in.CALLS, Reply(200, both, HTML), PAGES[2])
    call = by_ref(read(server))["calls/prize-for-living-heritage"]
    assert call.deadline_kind is DeadlineKind.CUT_OFFS
    assert [deadline.date for deadline in call.deadlines][1:] == [date(2027, 12, 1)]


# what goes wrong


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_first_page_fails_the_run_with_the_right_error(server: WebServer, name: str) -> None:
    reply, error = FAULTS[name]
    server.on(stand_in.CALLS, reply)
    with pytest.raises(error):
        read(server)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_a_later_page_is_a_gap(server: WebServer, name: str) -> None:
    server.on(stand_in.CALLS, PAGES[0], FAULTS[name][0])
    crawl = read(server)
    assert [gap.part for gap in crawl.gaps] == ["page 1"]
    assert len(crawl.calls) == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"ecl-content-item", b"card"),
        (b"ecl-content-block__title", b"card__headline"),
        (b'<h1 class="ecl-page-header__title">Calls</h1>', b""),
    ],
)
def test_changed_class_names_are_a_changed_layout(server: WebServer, old: bytes, new: bytes) -> None:
    assert old in page(0)
    server.on(stand_in.CALLS, Reply(200, page(0).replace(old, new), HTML))
    with pytest.raises(LayoutChangedError):
        read(server)


def test_a_redirect_to_another_site_is_a_changed_layout(server: WebServer) -> None:
    with web_server() as elsewhere:
        elsewhere.on(stand_in.CALLS, PAGES[0])
        server.on(stand_in.CALLS, moved(elsewhere.url + stand_in.CALLS))
        with pytest.raises(LayoutChangedError) as caught:
            read(server)
    assert caught.value.field == "address"


def test_a_listing_without_end_is_read_so_far_and_said_to_be_partial() -> None:
    asked: list[str] = []

    def fetch(request: Request) -> Page:
        asked.append(request.url)
        number = parse_qs(urlsplit(request.url).query).get("page", ["0"])[0]
        words = page(0).replace(b"/calls/", f"/calls/{number}-".encode())
        return Page(request.url, 200, "text/html", words, words.decode())

    crawl = run_crawl(SOURCE, fetch, site=site_for(SOURCE, {}))
    assert len(asked) == MOST_PAGES
    assert [gap.part for gap in crawl.gaps] == [f"page {MOST_PAGES}"]
    assert len(crawl.calls) == 3 * MOST_PAGES


def test_a_wrongly_announced_charset_spoils_no_word(server: WebServer) -> None:
    words = page(0).replace(b"Prize for living heritage", "Prijs voor cultuur in Curaçao".encode())
    server.on(stand_in.CALLS, Reply(200, words, {"Content-Type": "text/html; charset=iso-8859-1"}), PAGES[2])
    assert any("Curaçao" in call.title for call in read(server).calls)


def test_a_site_that_is_gone_is_no_empty_listing() -> None:
    def fetch(request: Request) -> Page:
        raise FetchError("no connection", url=request.url)

    with pytest.raises(FetchError):
        run_crawl(SOURCE, fetch, site=site_for(SOURCE, {}))

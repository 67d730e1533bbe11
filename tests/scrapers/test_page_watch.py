"""Watched pages over real HTTP: what may be a call in them, keys that stay, and every fault."""

import json
from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup

from scrapers.contract import Candidate, Crawl, Site, run_crawl
from scrapers.dates import Locale
from scrapers.http import Client
from scrapers.platforms.page_watch import LONGEST_TEXT, MOST_CANDIDATES, candidates_of, page_text
from scrapers.recorder import EXPECTED, Replay
from scrapers.recorder import crawl_as_json as as_json
from scrapers.registry import site_for
from scrapers.sources.page_watch import SOURCE
from tests.scrapers.page_faults import HTML, faults_of, moved
from tests.scrapers.recording import TODAY
from tests.scrapers.recording_pages import PAGES, WITH_PAGES
from tests.scrapers.web_server import Reply, WebServer, web_server
from tracker.core.call import Deadline
from tracker.core.errors import ConfigError, LayoutChangedError, ScrapeError
from tracker.demo import watched

PATHS = (watched.KANSEN, watched.JTF, watched.URBACT)


def page(path: str) -> bytes:
    given = watched.answer("GET", path, "", b"", TODAY)
    assert given is not None
    return given[2]


FAULTS = faults_of(page(watched.KANSEN))


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as running:
        for path in PATHS:
            running.on(path, Reply(200, page(path), HTML))
        yield running


def read(server: WebServer) -> Crawl:
    with Client(contact=None, delay=0, backoff=0, timeout=0.3, attempts=2, max_bytes=2_000_000) as client:
        return run_crawl(SOURCE, client, site=site_for(SOURCE, {"page-watch": server.url}, options=PAGES))


def found_in(words: str, *, locale: Locale = "nl", today: date | None = None) -> dict[str, Candidate]:
    soup = BeautifulSoup(f"<html><body><main>{words}</main></body></html>", "lxml")
    candidates = candidates_of(soup, page="p", locale=locale, today=today)
    return {candidate.title: candidate for candidate in candidates}


# what is found


def test_what_the_recorded_pages_give_was_approved() -> None:
    crawl = run_crawl(SOURCE, Replay(WITH_PAGES), site=site_for(SOURCE, {}, options=PAGES))
    assert as_json(crawl) == json.loads((WITH_PAGES / EXPECTED).read_text())


def test_pages_come_with_what_the_profile_says_of_them(server: WebServer) -> None:
    kansen, jtf, urbact = read(server).watched
    assert (kansen.name, kansen.programme, kansen.neighbour) == ("kansen-voor-west", "efro-west", False)
    assert (jtf.place, jtf.neighbour, jtf.language) == ("IJmond", True, "nl")
    assert (urbact.language, urbact.url) == ("en", "https://urbact.eu/get-involved")
    assert server.paths() == list(PATHS)


def test_the_text_is_the_pages_main_part_alone(server: WebServer) -> None:
    text = read(server).watched[0].text
    assert "Wij denken graag mee" in text
    assert "2020" not in text  # the menu and the foot


def test_an_opening_in_prose_has_its_window_amount_and_sentence(server: WebServer) -> None:
    candidates = {candidate.title: candidate for candidate in read(server).watched[0].candidates}
    opening = candidates["Nieuwe openstelling: warmte uit oppervlaktewater"]
    assert opening.opens_on == TODAY + timedelta(days=12)
    assert opening.deadline == Deadline(TODAY + timedelta(days=102), time(17, 0))
    assert opening.amounts == (Decimal(3_250_000),)
    assert opening.sentence.startswith("Gemeenten en bedrijven kunnen een aanvraag doen van")
    assert opening.sentence.endswith("17.00 uur.")


def test_each_row_of_a_listing_is_a_candidate_unless_it_has_ended(server: WebServer) -> None:
    candidates = {candidate.title: candidate for candidate in read(server).watched[0].candidates}
    assert len(candidates) == 3
    assert candidates["Circulair bouwen West-Regio"].amounts == (Decimal(2_400_000),)
    assert candidates["Slim vervoer in middelgrote steden"].deadline == Deadline(TODAY + timedelta(days=80))
    assert "Digitale werkplaatsen" not in candidates


def test_english_pages_are_read_in_english(server: WebServer) -> None:
    (candidate,) = read(server).watched[2].candidates
    assert candidate.amounts == (Decimal(550_000),)
    assert candidate.deadline == Deadline(TODAY + timedelta(days=110))


def test_headings_below_one_opening_belong_to_it() -> None:
    found = found_in(
        "<h2>Openstelling warmte</h2><p>Voor gemeenten.</p><h3>Wanneer?</h3><p>Van 1 maart 2027 tot en met"
        " 30 juni 2027.</p><h3>Budget</h3><p>€ 1.000.000,-</p><h2>Contact</h2><p>Bel 1 april 2027.</p>"
    )
    assert list(found) == ["Openstelling warmte"]
    assert found["Openstelling warmte"].amounts == (Decimal(1_000_000),)
    assert found["Openstelling warmte"].opens_on == date(2027, 3, 1)


def test_headings_below_a_listing_are_openings_of_their_own() -> None:
    found = found_in(
        "<h2>Alle openstellingen</h2><h3>Warmte</h3><p>Tot en met 30 juni 2027.</p>"
        "<h3>Water</h3><p>€ 5 mln</p>"
        "<h2>Nieuws</h2><p>Op 3 mei 2027 is er een feest.</p>"
    )
    assert list(found) == ["Warmte", "Water"]


def test_a_narrow_table_states_the_facts_of_one_opening() -> None:
    rows = "<tr><td>Opent</td><td>1 maart 2027</td></tr><tr><td>Budget</td><td>€ 750.000</td></tr>"
    found = found_in(f"<h2>Openstelling wonen</h2><table>{rows}</table>")
    assert list(found) == ["Openstelling wonen"]
    assert found["Openstelling wonen"].amounts == (Decimal(750_000),)


@pytest.mark.parametrize(
    "words",
    [
        "<h2>Openstelling</h2><p>Meer volgt later.</p>",
        "<h2>Nieuws</h2><p>Op 3 mei 2027 kwam de wethouder langs met € 500.</p>",
        "<p>De subsidie opent op 3 mei 2027.</p>",  # without any heading there is nothing to name it by
    ],
)
def test_words_without_a_date_or_amount_and_the_reverse_are_no_candidate(words: str) -> None:
    assert found_in(words) == {}


def test_a_key_stays_while_dates_and_amounts_change() -> None:
    words = "<h2>Openstelling: warmte</h2><p>Tot en met {}. Er is € {} over.</p>"
    first = found_in(words.format("1 mei 2027", "2 mln"))["Openstelling: warmte"]
    later = found_in(words.format("1 juni 2027", "900.000,-"))["Openstelling: warmte"]
    assert first.key == later.key
    assert first.deadline != later.deadline


def test_keys_differ_between_pages_and_between_passages() -> None:
    words = (
        "<main><h2>Openstelling</h2><p>Warmte, € 1 mln</p><h2>Openstelling</h2><p>Water, € 2 mln</p></main>"
    )
    soup = BeautifulSoup(words, "lxml")
    keys = [one.key for name in ("a", "b") for one in candidates_of(soup, page=name, locale="nl")]
    assert len(set(keys)) == 4


def test_an_end_before_today_is_left_out_and_one_today_is_not() -> None:
    words = "<h2>Openstelling</h2><p>Tot en met 1 mei 2027.</p>"
    assert found_in(words, today=date(2027, 5, 1))
    assert not found_in(words, today=date(2027, 5, 2))


def test_the_window_that_ends_last_counts_beside_an_old_one() -> None:
    words = (
        "<h2>Openstelling</h2><p>Van 1 mei 2026 tot en met 1 juni 2026.</p>"
        "<p>Van 1 mei 2027 tot en met 1 juni 2027.</p>"
    )
    assert found_in(words, today=TODAY)["Openstelling"].opens_on == date(2027, 5, 1)


def test_without_pages_nothing_is_watched() -> None:
    crawl = run_crawl(SOURCE, Replay(WITH_PAGES), site=Site(""))
    assert (crawl.watched, crawl.gaps) == ((), ())


# what goes wrong


@pytest.mark.parametrize("name", FAULTS)
def test_a_page_that_cannot_be_read_is_a_gap_and_the_others_are_read(server: WebServer, name: str) -> None:
    server.on(watched.KANSEN, FAULTS[name][0])
    crawl = read(server)
    assert [gap.part for gap in crawl.gaps] == ["kansen-voor-west"]
    assert [one.name for one in crawl.watched] == ["jtf-ijmond", "urbact"]


@pytest.mark.parametrize("name", FAULTS)
def test_where_no_page_can_be_read_the_first_error_is_raised(server: WebServer, name: str) -> None:
    reply, error = FAULTS[name]
    server.on(watched.KANSEN, reply)
    for path in PATHS[1:]:
        server.on(path, Reply(404, b"", HTML))
    with pytest.raises(error) as caught:
        read(server)
    assert watched.KANSEN in caught.value.url


def test_a_redirect_to_another_site_is_a_gap(server: WebServer) -> None:
    with web_server() as elsewhere:
        elsewhere.on(watched.KANSEN, Reply(200, page(watched.KANSEN), HTML))
        server.on(watched.KANSEN, moved(elsewhere.url + watched.KANSEN))
        assert [gap.part for gap in read(server).gaps] == ["kansen-voor-west"]


def test_a_page_that_a_script_draws_is_told_from_one_without_openings(server: WebServer) -> None:
    empty = (
        b"<!DOCTYPE html><html><body><main><div id='app'></div></main><script>draw()</script></body></html>"
    )
    server.on(watched.JTF, Reply(200, empty, HTML))
    server.on(watched.URBACT, Reply(200, empty.replace(b"<div", b"<p>No call now.</p><div"), HTML))
    crawl = read(server)
    assert [gap.part for gap in crawl.gaps] == ["jtf-ijmond"]
    assert [len(one.candidates) for one in crawl.watched] == [3, 0]


def test_changed_class_names_do_no_harm(server: WebServer) -> None:
    changed = page(watched.URBACT).replace(b"<main>", b'<div class="x9">').replace(b"</main>", b"</div>")
    server.on(watched.URBACT, Reply(200, changed, HTML))
    assert [one.title for one in read(server).watched[2].candidates] == ["Call for transfer networks"]


def test_a_wrongly_announced_charset_spoils_no_amount(server: WebServer) -> None:
    server.on(watched.JTF, Reply(200, page(watched.JTF), {"Content-Type": "text/html; charset=iso-8859-1"}))
    assert read(server).watched[1].candidates[0].amounts == (Decimal(4_100_000),)


def test_a_huge_page_gives_a_bounded_text_and_a_bounded_number_of_candidates() -> None:
    words = "".join(
        f"<h2>Openstelling {n}</h2><p>Tot en met 1 mei 2027. {'woord ' * 250}</p>" for n in range(150)
    )
    soup = BeautifulSoup(f"<main>{words}</main>", "lxml")
    assert len(page_text(soup)) == LONGEST_TEXT
    assert len(candidates_of(soup, page="p", locale="nl")) == MOST_CANDIDATES


@pytest.mark.parametrize(
    "pages", ["{", '{"a": 1}', '[{"name": "x"}]', '[{"name": "x", "url": "y", "language": "de"}]']
)
def test_a_list_of_pages_that_is_none_is_an_error_of_the_settings(pages: str) -> None:
    with pytest.raises(ConfigError):
        run_crawl(SOURCE, Replay(WITH_PAGES), site=Site("", {"pages": pages}))


def test_a_changed_layout_says_where(server: WebServer) -> None:
    empty = b"<!DOCTYPE html><html><body></body></html>"
    for path in PATHS:
        server.on(path, Reply(200, empty, HTML))
    with pytest.raises(LayoutChangedError) as caught:
        read(server)
    assert isinstance(caught.value, ScrapeError)
    assert "script" in str(caught.value)

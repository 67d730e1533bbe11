"""The cards of the Commission's sites: pure parsing, in the shapes that other programs met."""

from datetime import date, time

import pytest
from bs4 import BeautifulSoup

from scrapers.dates import Moment
from scrapers.platforms.ecl import (
    Card,
    check_first_page,
    claim_of,
    deadlines_of,
    opening_of,
    page_url,
    read_cards,
)
from tracker.core.call import Claim
from tracker.core.errors import LayoutChangedError

URL = "https://culture.ec.europa.eu/calls"


def card(*, labels: str = "", meta: str = "", link: str = "/calls/xyz_en", tag: str = "h3") -> str:
    return f"""<article class="ecl-content-item">
        <ul class="ecl-content-block__primary-meta-container">{meta}</ul>
        <{tag} class="ecl-content-block__title"><a href="{link}" data-ecl-title-link>A title</a></{tag}>
        <div class="ecl-content-block__description"><p>Some words.</p></div>
        <dl class="ecl-description-list">{labels}</dl></article>"""


def one(words: str) -> Card:
    (found,) = read_cards(BeautifulSoup(f"<main>{words}</main>", "lxml"), url=URL).cards
    return found


def label(name: str, value: str) -> str:
    return f'<dt class="ecl-description-list__term">{name}</dt><dd>{value}</dd>'


META = """<li class="ecl-content-block__primary-meta-item">Call for proposals</li>
<li class="ecl-content-block__primary-meta-item">
<time datetime="2026-09-15T12:00:00Z">15 September 2026</time></li>"""


@pytest.mark.parametrize("tag", ["h1", "h3", "div"])
def test_a_title_may_be_any_element(tag: str) -> None:
    found = one(card(tag=tag, meta=META))
    assert (found.title, found.kinds, found.description) == (
        "A title",
        ("Call for proposals",),
        "Some words.",
    )


def test_the_date_of_publication_is_never_a_deadline() -> None:
    found = one(card(meta=META))
    assert found.published == date(2026, 9, 15)
    assert deadlines_of(found) == ()
    assert opening_of(found) is None


def test_a_date_block_is_a_publication_too() -> None:
    block = """<div class="ecl-date-block"><span class="ecl-date-block__day">05</span>
        <abbr class="ecl-date-block__month">Oct</abbr><span class="ecl-date-block__year">2026</span></div>"""
    found = one(card().replace("<h3", f"{block}<h3", 1))
    assert found.published == date(2026, 10, 5)
    assert deadlines_of(found) == ()


@pytest.mark.parametrize("name", ["Deadline", "Deadline date", "Deadline date:", "DEADLINE DATE"])
def test_a_deadline_is_what_the_label_calls_so(name: str) -> None:
    labels = label("Publication date", "1 March 2026") + label(name, "15 September 2026, 17:00 (CEST)")
    (found,) = deadlines_of(one(card(labels=labels, meta=META)))
    assert (found.date, found.time) == (date(2026, 9, 15), time(17, 0))


def test_noon_in_an_attribute_is_no_hour() -> None:
    value = '<time datetime="2026-09-15T12:00:00Z">{}</time>'
    for shown in ("15 September 2026", "soon"):
        found = deadlines_of(one(card(labels=label("Deadline", value.format(shown)))))
        assert found == (Moment(date(2026, 9, 15)),)


def test_opening_and_status_have_labels_of_their_own() -> None:
    found = one(card(labels=label("Opening date", "01 October 2026") + label("Status", "Forthcoming")))
    assert (opening_of(found), claim_of(found)) == (date(2026, 10, 1), Claim.FORTHCOMING)
    assert claim_of(one(card(labels=label("Status", "Evaluation")))) is None


def test_a_deadline_that_cannot_be_read_is_a_problem_and_words_without_a_year_are_not() -> None:
    words = card(labels=label("Deadline", "2026 week 40")) + card(
        labels=label("Deadline", "To be announced"), link="/calls/b"
    )
    page = read_cards(BeautifulSoup(words, "lxml"), url=URL)
    assert [problem.source_ref for problem in page.problems] == ["calls/xyz"]
    assert [card.reference for card in page.cards] == ["calls/b"]


@pytest.mark.parametrize(
    ("link", "reference"),
    [
        ("/calls/xyz_en", "calls/xyz"),
        ("/calls/xyz_nl", "calls/xyz"),
        ("https://culture.ec.europa.eu/calls/xyz", "calls/xyz"),
        ("/calls?id=7", "calls?id=7"),
        ("https://other.example/xyz/", "other.example/xyz"),
    ],
)
def test_a_reference_has_no_language_and_names_another_site(link: str, reference: str) -> None:
    assert one(card(link=link)).reference == reference


def test_a_card_without_a_title_link_is_a_problem() -> None:
    words = card() + card().replace('href="/calls/xyz_en"', "")
    page = read_cards(BeautifulSoup(words, "lxml"), url=URL)
    assert (len(page.cards), len(page.problems)) == (1, 1)


def test_a_link_to_a_topic_of_the_portal_is_told() -> None:
    portal = "https://ec.europa.eu/info/funding-tenders/opportunities/portal/screen/opportunities"
    assert one(card(link=f"{portal}/topic-details/CREA-CULT-2026-COOP-1")).is_on_portal
    assert not one(card(link="https://ec.europa.eu/info/news/funding-tenders")).is_on_portal


def test_a_first_page_has_a_heading_and_a_card() -> None:
    for words in (f"<main>{card()}</main>", "<main><h1>Calls</h1></main>", "<main><h1> </h1></main>"):
        soup = BeautifulSoup(words, "lxml")
        with pytest.raises(LayoutChangedError):
            check_first_page(soup, read_cards(soup, url=URL), source="culture", url=URL)


def test_pages_are_counted_from_zero_and_keep_the_listings_own_query() -> None:
    assert page_url(URL, 0) == URL
    assert page_url(URL, 2) == f"{URL}?page=2"
    assert page_url(f"{URL}?f=a&page=9", 1) == f"{URL}?f=a&page=1"

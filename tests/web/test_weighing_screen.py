"""The weighing on a real screen: the advice stays out of the way, and the script keeps it up to date."""

from io import BytesIO

from playwright.sync_api import Browser
from pypdf import PdfReader

from tests.browser import browser
from tests.web.office import HEIGHT, Office, filled_house, office
from tracker.core.person import Role
from tracker.web.weighing import LONGEST_PASSAGE

__all__ = ["browser", "filled_house", "office"]


def test_the_advice_lies_over_no_answer_on_a_low_screen(browser: Browser, office: Office) -> None:
    with office.visitor(browser, Role.REVIEWER) as page:
        page.goto(f"/calls/{office.changed.id}/weighing")
        assert HEIGHT == 800
        position = "getComputedStyle(document.getElementById('advice')).position"
        assert page.evaluate(position) == "static"
        page.set_viewport_size({"width": 1280, "height": 1000})
        assert page.evaluate(position) == "sticky"


def test_the_advice_of_the_script_counts_sentences_too(browser: Browser, office: Office) -> None:
    with office.visitor(browser, Role.REVIEWER) as page:
        page.goto(f"/calls/{office.changed.id}/weighing")
        advice = page.locator("#advice")
        assert "Nog geen advies" in advice.inner_text()
        for place in range(8):
            page.locator(".criterion").nth(place).get_by_label("helemaal", exact=True).check()
        advice.get_by_text("nog nodig: 8 zinnen").wait_for()
        page.locator("#sentence-niche").fill("Daarom.")
        page.locator("#sentence-goals").focus()
        advice.get_by_text("nog nodig: 7 zinnen").wait_for()


def test_a_note_with_the_longest_passage_and_all_the_money_is_one_page(
    browser: Browser, office: Office
) -> None:
    passage = ("Steden maken huizen warm samen met bewoners en bedrijven. " * 9)[: LONGEST_PASSAGE - 1] + "#"
    money = (
        "€ 1,5 miljoen tot € 2,5 miljoen per project · € 120 miljoen, gedeeld met andere oproepen · vergoed"
    )
    fill = """([passage, money]) => {
        document.querySelector("section > p[lang]").textContent = passage;
        [...document.querySelectorAll("dt")].find(one => one.textContent === "Geld")
            .nextElementSibling.firstChild.textContent = money;
    }"""
    with office.visitor(browser, Role.READER) as page:
        page.goto(f"/calls/{office.call.id}/assessments/{office.assessment}/decision-note")
        page.evaluate(fill, [passage, money])
        (only,) = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    said = " ".join(only.extract_text().split())
    assert passage[-20:] in said
    assert "kader 2026-1" in said

"""The answer pages in a real browser, as a phone shows them: narrow, in the dark, by keyboard, to axe."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from db.engine import make_engine
from tests.browser import browser, check, page_at
from tests.web.town import Town, living_town
from tracker.core.call import CallText
from tracker.links import Links, Purpose

__all__ = ["browser"]

LONG = "Grensoverschrijdende samenwerkingsovereenkomst warmtenetwerkinfrastructuurfinancieringsregeling " * 2
PRESSED = "a, button, fieldset label, textarea"
FOCUSED = """() => {
    const one = document.activeElement, style = getComputedStyle(one);
    return [one.name || one.type || one.tagName, parseFloat(style.outlineWidth), style.outlineStyle];
}"""


@pytest.fixture
def town(sqlite_template: Path, tmp_path: Path) -> Iterator[Town]:
    shutil.copy(sqlite_template, tmp_path / "town.db")
    engine = make_engine(f"sqlite:///{tmp_path}/town.db")
    with living_town(engine, texts=(CallText("nl", LONG),)) as town:
        yield town
    engine.dispose()


def at(town: Town, path: str) -> str:
    return f"{str(town.client.base_url).rstrip('/')}{path}"


def paths(town: Town) -> list[str]:
    """Give every kind of page: each question, and links that are wrong."""
    wrong = town.path(
        Purpose.LATER, links=Links("https://kansen.example.org", "another key, long enough too")
    )
    return [*(town.path(purpose) for purpose in Purpose), wrong, "/a/x"]


@pytest.mark.parametrize("is_dark", [False, True])
def test_every_page_fits_a_phone_and_everybody(browser: Browser, town: Town, is_dark: bool) -> None:
    for path in paths(town):
        with page_at(browser, at(town, path), is_dark=is_dark) as page:
            check(page, pressed=PRESSED)
            button = page.query_selector("button")
            if button is not None:
                with page.expect_navigation():
                    button.click()
                assert page.query_selector("form") is None
                check(page, pressed=PRESSED)


def test_a_call_is_passed_on_by_keyboard_alone(browser: Browser, town: Town) -> None:
    with page_at(browser, at(town, town.path(Purpose.NOT_MY_DOMAIN))) as page:
        stops = []
        for _ in range(3):
            page.keyboard.press("Tab")
            name, width, style = page.evaluate(FOCUSED)
            assert width >= 2, name
            assert style == "solid", name
            stops.append(name)
            if name == "domain":
                page.keyboard.press("ArrowDown")
            if name == "note":
                page.keyboard.type("Iets voor de wijken?")
        assert stops == ["domain", "note", "submit"]
        page.keyboard.press("Enter")
        page.wait_for_selector("text=Dank je wel")
    (answer,) = town.kept()
    assert (answer.to_domain, answer.note) == ("sociaal", "Iets voor de wijken?")


def test_a_page_without_its_style_still_reads_in_order(browser: Browser, town: Town) -> None:
    with page_at(browser, at(town, town.path(Purpose.LATER)), styled=False) as page:
        said = page.inner_text("main")
    parts = (
        "Europese kansen",
        "Wil je deze oproep later weer zien?",
        LONG.strip(),
        "1 week",
        "8 weken",
        "Ja, later",
    )
    places = [said.index(part) for part in parts]
    assert places == sorted(places)

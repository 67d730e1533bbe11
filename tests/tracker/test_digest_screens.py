"""The golden mails in a real browser: on a phone and a desk, in light and dark, to fingers and to axe."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import PHONE, browser, check, page_at

__all__ = ["browser"]

GOLDEN = Path(__file__).parent / "golden"
BUTTONS = "a.button"
TOPS = """() => [...document.querySelectorAll("a.button")]
    .map(one => Math.round(one.getBoundingClientRect().top))"""


@pytest.mark.parametrize("is_dark", [False, True])
@pytest.mark.parametrize("width", [PHONE, 600])
def test_every_mail_fits_its_screen_and_everybody(browser: Browser, width: int, is_dark: bool) -> None:
    mails = sorted(GOLDEN.glob("*.html"))
    assert len(mails) == 8
    for mail in mails:
        with page_at(browser, mail.as_uri(), width=width, is_dark=is_dark) as page:
            check(page, pressed=BUTTONS, is_mail=True)


def test_the_answers_stand_beside_each_other_on_a_desk_and_in_pairs_on_a_phone(browser: Browser) -> None:
    rows = []
    for width in (600, PHONE):
        with page_at(browser, (GOLDEN / "nl-answers.html").as_uri(), width=width) as page:
            places = page.evaluate(TOPS)
            rows.append([places.count(top) for top in sorted(set(places))])
    assert rows == [[5], [1, 2, 2]]

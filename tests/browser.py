"""A real browser for tests of pages and mails, and what must hold for each of them on any screen.

Import the fixture `browser` into a test module; without chromium its tests are skipped, and say so.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

sync_api = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

from playwright.sync_api import Browser, Page  # noqa: E402 - only where it is installed

PHONE = 320
LEAST = 44
"""The least size, in pixels, of what a finger presses (WCAG 2.5.5)."""

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SMALL = """([selector, least]) => [...document.querySelectorAll(selector)]
    .map(one => [one.textContent.trim(), one.getBoundingClientRect()])
    .filter(([, box]) => box.height < least || box.width < least)
    .map(([text, box]) => `${text}: ${box.width} x ${box.height}`)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give chromium; for one module, because two cannot be driven at once."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("NOT TESTED IN A BROWSER: chromium is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def page_at(
    browser: Browser, address: str, *, width: int = PHONE, is_dark: bool = False, styled: bool = True
) -> Iterator[Page]:
    """Open a page on a screen so wide, in the light or the dark, with or without its style sheets."""
    context = browser.new_context(
        viewport={"width": width, "height": 640}, color_scheme="dark" if is_dark else "light"
    )
    if not styled:
        context.route("**/*.css", lambda route: route.abort())
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


def check(page: Page, *, pressed: str, is_mail: bool = False) -> None:
    """See that a page fits its screen, that fingers can press what is `pressed`, and that axe finds nothing.

    A mail stands within a mail program's page, which has the landmarks: only WCAG itself is asked of it.
    """
    assert page.viewport_size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert page.evaluate(SMALL, [pressed, LEAST]) == []
    found = axe.Axe().run(page, options={"runOnly": WCAG} if is_mail else None)
    assert found.violations_count == 0, found.generate_report()

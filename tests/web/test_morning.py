"""A coordinator's whole morning in a real browser: at a desk and on a phone, with JavaScript and without."""

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page

from tests.browser import browser
from tests.web.office import DESK, PHONE, Office, filled_house, office, press
from tracker.core.person import Role
from tracker.core.review import ReviewState
from tracker.desk import Desk
from tracker.review import Reviewing

__all__ = ["browser", "filled_house", "office"]

PRIORITY = "Circulaire stad en duurzaam voedsel"
NOTE = "Vrijdag bellen met de provincie."
PATIENCE = 60_000
"""Milliseconds that a verdict may take: it ranks all calls anew, while other tests run beside this one."""


def sign_in(page: Page, office: Office) -> None:
    """Come in at the address of the list, as a bookmark does."""
    house = office.house
    page.goto("/calls?strength=good")
    assert "/sign-in" in page.url
    page.fill("#email", house.people[Role.REVIEWER].email)
    page.fill("#password", house.passwords[Role.REVIEWER])
    press(page.locator("main button"))
    assert page.url == f"{office.address}/calls?strength=good"


def filter_list(page: Page) -> None:
    """Choose a priority beside the strength that was in the address."""
    before = int(page.inner_text(".total strong"))
    page.locator("summary", has_text="Prioriteit").click()
    page.get_by_label(PRIORITY).check()
    press(page.get_by_role("button", name="Toon"))
    assert "priority=circulair" in page.url
    assert "strength=good" in page.url
    assert 2 < int(page.inner_text(".total strong")) < before
    assert page.locator("tbody.call .theme").first.inner_text() == PRIORITY


def compare(page: Page) -> None:
    """Look at the most similar call, and come back."""
    title = page.inner_text("h1")
    similar = page.locator("ul.similar a").first
    other = similar.inner_text()
    press(similar)
    assert page.inner_text("h1") == other
    page.go_back()
    assert page.inner_text("h1") == title


def assign(page: Page) -> None:
    """Take a call on, for somebody and by a day."""
    form = page.locator("details:has(.review-form)")
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    page.select_option("#review-state", label="in voorbereiding")
    page.select_option("#review-assignee", label="Lotte Lezer")
    page.fill("#review-due", "2027-01-31")
    page.fill("#review-because", "Past in het programma van de wijk.")
    press(page.locator(".review-form").get_by_role("button", name="Bewaren"))
    said = page.inner_text("#review")
    for part in ("Bewaard.", "in voorbereiding", "Lotte Lezer", "31 januari 2027", "programma van de wijk"):
        assert part in said, part


def weigh(page: Page, *, has_script: bool) -> None:
    """Answer each criterion, see the advice change, and decide otherwise, with a reason."""
    press(page.get_by_role("link", name="Weeg deze oproep"))
    assert "Nog geen advies" in page.inner_text("#advice")
    for criterion in page.locator(".criterion").all():
        criterion.get_by_label("ja", exact=True).check()
        criterion.locator("textarea").fill("De wijk vraagt erom.")
    if not has_script:
        press(page.get_by_role("button", name="Laat het advies zien"))
    page.locator("#advice", has_text="Advies: doen").wait_for()
    page.locator("#decision").get_by_label("bespreken").check()
    page.fill("#because", "De raad wil er eerst over praten.")
    press(page.get_by_role("button", name="Afweging bewaren"))
    said = page.inner_text("#review")
    assert "Advies: doen · besluit: bespreken" in said
    press(page.get_by_role("link", name="Oplegnotitie"))
    assert "De raad wil er eerst over praten." in page.inner_text("main")
    press(page.get_by_role("link", name="Terug naar de oproep"))


def note(page: Page) -> None:
    page.fill("#note-text", NOTE)
    press(page.get_by_role("button", name="Notitie bewaren"))
    assert NOTE in page.locator(".note").inner_text()


def export(page: Page, title: str, address: str) -> None:
    """Take along exactly what the list shows, and find the call in it as it stands."""
    page.goto(address)
    total = int(page.inner_text(".total strong"))
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()
    content = Path(download.value.path()).read_bytes()
    head, *rows = openpyxl.load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    assert len(rows) == total
    (line,) = [dict(zip(head, row, strict=True)) for row in rows if title in row]
    assert "in voorbereiding" in line.values()
    assert "Lotte Lezer" in line.values()


def judge(page: Page) -> None:
    """Say that a call does not fit, and see what that did; then take it back."""
    page.locator("summary", has_text="Geef je oordeel").click()
    page.select_option("#verdict-priority", label=PRIORITY)
    page.fill("#verdict-because", "Dit doet de provincie al.")
    press(page.get_by_role("button", name="Past niet", exact=True), patience=PATIENCE)
    page.locator(".done", has_text="Je oordeel is bewaard.").wait_for(timeout=PATIENCE)
    moved = page.locator(".done strong").all_inner_texts()
    assert moved[0] == PRIORITY
    assert int(moved[1]) < int(moved[2])
    press(page.get_by_role("button", name="Oordeel terugnemen"), patience=PATIENCE)
    page.locator(".done", has_text="Het oordeel is teruggenomen.").wait_for(timeout=PATIENCE)
    assert page.locator(".done strong").all_inner_texts() == [moved[0], moved[2], moved[1]]


def undo(page: Page) -> None:
    """Take everything back; the trail keeps that it was so."""
    press(page.get_by_role("button", name="Notitie intrekken"))
    assert page.locator(".note").count() == 0
    press(page.get_by_role("button", name="Laatste verandering ongedaan maken"))
    said = page.inner_text("#review")
    assert "De laatste verandering is ongedaan gemaakt." in said
    assert "nieuw" in page.locator("#review .state").first.inner_text()
    page.locator("section[aria-labelledby=trail-title] details summary").click()
    trail = page.inner_text("section[aria-labelledby=trail-title]")
    assert trail.count("Bram Beoordelaar") >= 7
    assert "Past in het programma van de wijk." in trail


@pytest.mark.parametrize(
    ("place", "width", "has_script"),
    [(2, DESK, True), (3, PHONE, True), (4, DESK, False), (5, PHONE, False)],
    ids=["desk, script", "phone, script", "desk, no script", "phone, no script"],
)
def test_a_morning(browser: Browser, office: Office, place: int, width: int, has_script: bool) -> None:
    """Each morning works on a call of its own: assessments and the trail stay."""
    app = office.house.app
    with office.visitor(browser, None, width=width, has_script=has_script) as page:
        sign_in(page, office)
        filter_list(page)
        address, opened = page.url, page.locator("tbody.call th a").nth(place)
        title, path = opened.inner_text(), opened.get_attribute("href") or ""
        press(opened)
        assert page.inner_text("h1") == title
        compare(page)
        assign(page)
        weigh(page, has_script=has_script)
        note(page)
        export(page, title, address)
        page.goto(path)
        judge(page)
        undo(page)
    call = Desk(app).call(int(path.rpartition("/")[2]))
    assert call is not None
    reviewing = Reviewing(app.engine, app.municipality.slug, app.now)
    assert reviewing.review_of(call.id).state is ReviewState.NEW
    assert len(reviewing.assessments(call.id)) == 1

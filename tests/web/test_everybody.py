"""Every page for everybody: axe, narrow and enlarged screens, light, dark, two languages, the keyboard."""

from collections.abc import Callable, Mapping
from io import BytesIO

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from tests.browser import axe, browser
from tests.web.office import DESK, HEIGHT, LONG_REASON, PHONE, Office, filled_house, office, press
from tracker.core.person import Role
from tracker.core.review import ReviewState
from tracker.review import Reviewing

__all__ = ["browser", "filled_house", "office"]

Way = Callable[[Page, Office], object]
"""How a browser comes to a page."""

RULES = {"resultTypes": ["violations"]}
OF_COLOURS = {**RULES, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""The rules whose answer depends on light or dark: the others would see the same page twice."""
LOOKS = {
    "nl": ((DESK, False, RULES), (DESK, True, OF_COLOURS), (PHONE, False, RULES), (PHONE, True, OF_COLOURS)),
    "en": ((DESK, True, RULES), (PHONE, False, RULES)),
}
"""How wide, whether in the dark, and what is asked: the colours do not depend on the language."""
ENLARGED = 640
"""A window of 1280 pixels at 200 % is so wide; the text is made twice as large on top of that."""
FOCUSED = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
    const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
    const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
    const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return {
        name: `${one.tagName} ${one.id || one.name || one.textContent.trim().slice(0, 40)}`,
        isPage: one === document.body,
        outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
        isCovered: !hit || !(one.contains(hit) || hit.contains(one)),
    };
}"""
"""Tells of what has the focus: what it is, how wide its outline is, and whether something lies over it."""


def refuse_sign_in(page: Page, _office: Office) -> None:
    page.goto("/sign-in")
    page.fill("#email", "iemand@example.org")
    page.fill("#password", "dit is het niet")
    press(page.locator("main button"))


def subscribe(page: Page, _office: Office) -> None:
    page.goto("/subscribe?priority=klimaat")
    page.fill("#title", "Klimaat")
    press(page.locator("main button"))


def come_second(page: Page, office: Office) -> None:
    """Fill in the form of a call that somebody else changes at the same time."""
    app = office.house.app
    reviewing = Reviewing(app.engine, app.municipality.slug, app.now)
    page.goto(f"/calls/{office.changed.id}")
    seen = reviewing.review_of(office.changed.id).version
    reviewing.change(
        office.changed.id,
        office.house.people[Role.REVIEWER],
        seen=seen,
        state=(ReviewState.LOOKING, ReviewState.SHORTLISTED)[seen % 2],
    )
    page.locator("details:has(.review-form)").evaluate("one => one.open = true")
    press(page.locator(".review-form button"))


def keep_too_little(page: Page, office: Office) -> None:
    page.goto(f"/calls/{office.changed.id}/weighing")
    press(page.locator("button[value=keep]"))


def reject_without_reason(page: Page, office: Office) -> None:
    page.goto(f"/calls/{office.changed.id}")
    page.locator("details:has(.review-form)").evaluate("one => one.open = true")
    page.select_option("#review-state", "not_for_us")
    press(page.locator(".review-form button"))


def open_all(page: Page, office: Office) -> None:
    """Open everything of a call that is one click away."""
    page.goto(f"/calls/{office.call.id}?done=changed")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def open_filters(page: Page, _office: Office) -> None:
    page.goto("/calls?priority=klimaat&assignee=me&decide_within=90")
    page.locator(".drop summary").last.click()


def address(path: str) -> Way:
    """Give the way to a page that an address leads to; it may name what the office has."""

    def go(page: Page, office: Office) -> None:
        page.goto(
            path.format(
                call=office.call.id,
                changed=office.changed.id,
                assessment=office.assessment,
                run=office.failed_run,
                person=office.house.people[Role.READER].id,
            )
        )

    return go


PAGES: dict[str, Way] = {
    "list": address("/calls"),
    "list, of nothing": address("/calls?text=zeppelin"),
    "list, all": address("/calls?status=closed&status=vanished&sort=newest"),
    "list, a form": address("/calls?row={changed}&ask=reject&text=energiearmoede"),
    "list, done": address("/calls?done={call}&state=shortlisted"),
    "list, filters": open_filters,
    "call": address("/calls/{call}"),
    "call, changed": address("/calls/{changed}?done=judged&priority=klimaat&was=14&now=3&moved=9"),
    "call, all open": open_all,
    "call, refused": reject_without_reason,
    "conflict": come_second,
    "weighing": address("/calls/{call}/weighing"),
    "weighing, refused": keep_too_little,
    "decision note": address("/calls/{call}/assessments/{assessment}/decision-note"),
    "overview": address("/overview"),
    "sources": address("/sources"),
    "source": address("/sources/culture"),
    "run": address("/sources/culture/runs/{run}"),
    "candidates": address("/candidates?show=all"),
    "duplicates": address("/duplicates"),
    "people": address("/people"),
    "person": address("/people/{person}"),
    "deliveries": address("/deliveries"),
    "account": address("/account"),
    "subscribe": address("/subscribe"),
    "subscribed": subscribe,
    "not there": address("/calls/999999"),
}
OUTSIDE: dict[str, Way] = {
    "sign-in": address("/sign-in"),
    "sign-in, refused": refuse_sign_in,
}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", [*PAGES, *OUTSIDE])
def test_axe_finds_nothing_and_nothing_runs_out_of_the_screen(
    browser: Browser, office: Office, name: str, language: str
) -> None:
    role = None if name in OUTSIDE else Role.ADMINISTRATOR
    with office.visitor(browser, role, language=language) as page:
        page.context.add_init_script(axe.Axe().axe_script)
        (PAGES | OUTSIDE)[name](page, office)
        assert page.locator("html").get_attribute("lang") == ("nl" if name == "decision note" else language)
        for width, is_dark, rules in LOOKS[language]:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.emulate_media(color_scheme="dark" if is_dark else "light")
            assert violations(page, rules) == [], (width, is_dark)
            assert width_of(page) <= width
        page.set_viewport_size({"width": ENLARGED, "height": HEIGHT})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert width_of(page) <= ENLARGED


def violations(page: Page, options: Mapping[str, object]) -> list[str]:
    """Give each rule that axe finds broken, with the first places."""
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [f"{one['id']}: {[node['html'] for node in one['nodes'][:3]]}" for one in found]


def width_of(page: Page) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width


def tab(page: Page) -> dict[str, object]:
    page.keyboard.press("Tab")
    focused: dict[str, object] = page.evaluate(FOCUSED)
    return focused


@pytest.mark.parametrize("path", ["/calls", "/overview", "/sign-in"])
def test_the_first_tab_stop_leads_past_the_menu(browser: Browser, office: Office, path: str) -> None:
    with office.visitor(browser, None if path == "/sign-in" else Role.READER) as page:
        page.goto(path)
        assert tab(page)["name"] == "A Naar de inhoud"
        assert page.locator(".skip").bounding_box() == page.locator(".skip:focus").bounding_box()
        assert page.evaluate("document.querySelector('.skip').getBoundingClientRect().left") == 0
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("width", [DESK, PHONE])
@pytest.mark.parametrize(("name", "least"), [("list", 100), ("call", 30), ("weighing", 25)])
def test_every_tab_stop_is_seen_and_nothing_lies_over_it(
    browser: Browser, office: Office, name: str, least: int, width: int
) -> None:
    with office.visitor(browser, Role.REVIEWER, width=width) as page:
        PAGES[name](page, office)
        stops = []
        while not (stop := tab(page))["isPage"]:
            stops.append(stop)
        assert len(stops) >= least
        assert [stop for stop in stops if float(str(stop["outline"])) < 2 or stop["isCovered"]] == []


def row(page: Page, place: int) -> str:
    """Give the title of a row of the list."""
    return page.locator("tbody.call th a").nth(place).inner_text()


def focused_text(page: Page) -> str:
    text: str = page.evaluate("document.activeElement.innerText")
    return text


def test_keys_move_along_the_list_and_open_a_call(browser: Browser, office: Office) -> None:
    with office.visitor(browser, Role.REVIEWER) as page:
        page.goto("/calls")
        first, second = row(page, 0), row(page, 1)
        page.keyboard.press("j")
        assert focused_text(page) == first
        page.keyboard.press("j")
        assert focused_text(page) == second
        page.keyboard.press("k")
        assert focused_text(page) == first
        page.keyboard.press("?")
        assert page.locator("#keys").get_attribute("open") is not None
        page.keyboard.press("?")
        assert page.locator("#keys").get_attribute("open") is None
        page.keyboard.press("/")
        page.keyboard.type("jo")
        assert page.locator("#f-text").input_value() == "jo"
        page.keyboard.press("Tab")
        page.keyboard.press("Escape")
        page.locator("tbody.call th a").nth(1).focus()
        with page.expect_navigation():
            page.keyboard.press("o")
        assert page.locator("h1").inner_text() == second


def test_keys_decide_on_the_row_that_has_the_focus(browser: Browser, office: Office) -> None:
    with office.visitor(browser, Role.REVIEWER) as page:
        page.goto("/calls?state=new&priority=cultuur")
        title = row(page, 0)
        page.keyboard.press("j")
        with page.expect_navigation():
            page.keyboard.press("n")
        page.locator("#row-reason:focus").wait_for()
        page.goto("/calls?state=new&priority=cultuur")
        page.keyboard.press("j")
        with page.expect_navigation():
            page.keyboard.press("a")
        page.locator("#row-assignee:focus").wait_for()
        page.goto("/calls?state=new&priority=cultuur")
        page.keyboard.press("j")
        with page.expect_navigation():
            page.keyboard.press("s")
        assert title in page.locator(".done").inner_text()
        assert "op de shortlist" in page.locator(".done").inner_text()
        with page.expect_navigation():
            page.click(".done button")
        assert focused_text(page) == title


def test_keys_can_be_turned_off_and_stay_off(browser: Browser, office: Office) -> None:
    with office.visitor(browser, Role.REVIEWER) as page:
        page.goto("/calls")
        page.keyboard.press("?")
        page.click("#keys-off")
        assert page.locator("#keys-off").get_attribute("aria-pressed") == "true"
        page.reload()
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement === document.body")


def test_the_advice_follows_the_answers_while_they_are_given(browser: Browser, office: Office) -> None:
    app = office.house.app
    reviewing = Reviewing(app.engine, app.municipality.slug, app.now)
    with office.visitor(browser, Role.REVIEWER) as page:
        page.goto(f"/calls/{office.changed.id}/weighing")
        advice = page.locator("#advice")
        assert "(0/8)" in advice.inner_text()
        for place in range(8):
            page.locator(".criterion").nth(place).get_by_label("helemaal", exact=True).check()
        advice.get_by_text("100\u00a0% van de punten").wait_for()
        assert "Advies: doen" in advice.inner_text()
        page.locator("input[name=blocker]").first.check()
        advice.get_by_text("Advies: niet doen").wait_for()
        assert page.url.endswith("/weighing")
    assert reviewing.assessments(office.changed.id) == []


def test_a_decision_note_with_the_longest_reason_is_one_page(browser: Browser, office: Office) -> None:
    with office.visitor(browser, Role.READER) as page:
        PAGES["decision note"](page, office)
        paper = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    (only,) = paper.pages
    said = " ".join(only.extract_text().split())
    assert LONG_REASON[-60:] in said
    assert "Gewogen door Bram Beoordelaar" in said
    assert "Uitloggen" not in said

"""Takes the pictures of mails, answer pages and review page for the docs: `./run.sh pictures`, with chromium.

They are those of the demo on a fixed day, in Dutch and in English: a domain's mail, the adviser's overview,
and what the links in a mail open, at the width of a phone and of a desk, in light and in dark; and the pages
of the review page at a desk in light and in dark, and on a phone, after a morning's work on them.
"""

import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import FastAPI
from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from pydantic import SecretStr

from tests.web.serving import web_server
from tracker.accounts import Accounts
from tracker.app import AMSTERDAM, App
from tracker.cli.demo import demo_app
from tracker.config import SHIPPED_FRAMEWORK, load_settings
from tracker.core.person import Role
from tracker.core.review import Answered, ReviewState
from tracker.demo.portal import rows
from tracker.demo.server import PortalStandIn
from tracker.demo.web import WebStandIn
from tracker.desk import Desk
from tracker.mail import file_stem
from tracker.review import Reviewing
from tracker.web.answers import AnswerDesk, answer_router
from tracker.web.application import make_application
from tracker.web.pages import SESSION
from tracker.weighing import load_framework, weigh

FOLDER = Path(__file__).parent.parent / "docs" / "images"
MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
Look = tuple[int, str]
LOOKS: tuple[Look, ...] = ((320, "light"), (320, "dark"), (768, "light"), (768, "dark"))
ON_A_PHONE: tuple[Look, ...] = ((320, "light"), (320, "dark"))
AT_WORK: tuple[Look, ...] = ((1280, "light"), (1280, "dark"), (320, "light"))
HEIGHT = 1400
SHOWN = 900
"""Pixels of a page of the review page that a picture shows, about a screen."""
COLOURS = 128
"""A picture of text needs no more, and stays well under 200 kB."""
EDITION = "2026-W48"
LANGUAGES = ("nl", "en")
PUBLIC = "https://kansen.example.org"
CONTACT = """\
[[contact]]
name = "Domein Fysiek"
email = "{language}@example.org"
domains = ["fysiek"]
language = "{language}"
"""
OTHERS = """
[[contact]]
name = "Adviseur Europa"
email = "adviser-nl@example.org"
domains = "all"

[[contact]]
name = "Domein Sociaal"
email = "sociaal@example.org"
domains = ["sociaal"]
"""
ANSWERS = {"interesting": 0, "not-for-us": 1, "not-my-domain": 2, "later": 3}
"""The answers of a call, in the order of their buttons."""


@dataclass(frozen=True)
class Shot:
    """A page to open, under which name its pictures go, and what of it to show: all, or from a heading on.

    `looks` are the width and the colours of each picture; `session` signs in.
    """

    name: str
    address: str
    heading: str = ""
    press: bool = False
    looks: tuple[Look, ...] = LOOKS
    session: str = ""


def main() -> None:
    """Let the demo write its mails, open them and their links in chromium, and store what it shows."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("pictures: chromium was not found. Install it and try again.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright, mailed(Path(folder)) as shots:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for shot in shots:
            for width, scheme in shot.looks:
                target = FOLDER / f"{shot.name}-{width}-{scheme}.png"
                take(browser, shot, target, width=width, is_dark=scheme == "dark")
        browser.close()
    shutil.copy(FOLDER / "digest-nl-768-light.png", FOLDER / "digest-nl.png")


@contextmanager
def mailed(folder: Path) -> Iterator[list[Shot]]:
    """Do the main job of the demo on that Monday and serve its answer pages; gives what to picture."""
    contacts = folder / "contacts.toml"
    readers = (CONTACT.format(language=language) for language in LANGUAGES)
    contacts.write_text("\n".join((*readers, OTHERS)), encoding="utf-8")
    today = MONDAY.astimezone(AMSTERDAM).date()
    with PortalStandIn(rows(today)) as portal, WebStandIn(today) as web:
        app = demo_app(load_settings({}), folder=folder, addresses={"sedia": portal.url, **web.addresses})
        changed = {"contacts": contacts, "public_url": PUBLIC, "secret_key": SecretStr("k" * 40)}
        app = replace(app, at=MONDAY, settings=app.settings.model_copy(update=changed))
        app.prepare_database()
        with app.working():
            list(app.collect((), progress=lambda _source, _count: None))
            app.rank()
            app.compose()
            app.deliver()
    seen = replace(app, settings=app.settings.model_copy(update={"public_url": None}))
    with web_server(answer_pages(app)) as client, web_server(make_application(seen)) as pages:
        served = str(pages.base_url).rstrip("/")
        yield shots_of(folder, str(client.base_url).rstrip("/")) + work_on(seen, served)
    app.engine.dispose()


def answer_pages(app: App) -> FastAPI:
    """Give the answer pages of the demo, whose links are those of its public address."""
    links = app.links()
    if links is None:
        raise AssertionError("the pictures have an address and a key")
    web = FastAPI()
    desk = AnswerDesk(engine=app.engine, links=links, contacts=lambda: app.contacts, clock=app.now)
    web.include_router(answer_router(desk))
    return web


def work_on(app: App, served: str) -> list[Shot]:
    """Do a morning's work on the demo's calls; gives the pages of the review page that show it."""
    accounts = Accounts(app.engine, app.now)
    person, password = accounts.add("anna@example.org", "Anna Voorbeeld", Role.ADMINISTRATOR)
    reviewing = Reviewing(app.engine, app.municipality.slug, app.now)
    best, second = (one[0].id for one in Desk(app).merged(limit=2))
    for call_id, state in ((best, ReviewState.PREPARING), (second, ReviewState.LOOKING)):
        reviewing.change(call_id, person, seen=0, state=state, person_id=person.id)
    reviewing.add_note(best, person, "Vrijdag bellen met de provincie.")
    framework = load_framework(SHIPPED_FRAMEWORK)
    answers = {one.slug: Answered(2, "De wijk vraagt erom.") for one in framework.criteria}
    weighed = weigh(framework, call_id=best, person_id=person.id, at=app.now(), blockers={}, answers=answers)
    number = reviewing.assess(weighed).id
    session = accounts.sign_in(person.email, password).secret
    pages = {
        "calls": "/calls",
        "call": f"/calls/{best}",
        "weighing": f"/calls/{best}/weighing",
        "decision-note": f"/calls/{best}/assessments/{number}/decision-note",
        "overview": "/overview",
        "sources": "/sources",
        "source": "/sources/portal",
        "candidates": "/candidates",
        "duplicates": "/duplicates",
        "subscribe": "/subscribe?strength=good",
        "people": "/people",
        "deliveries": "/deliveries",
        "account": "/account",
    }
    return [
        Shot("review-sign-in", f"{served}/sign-in", looks=AT_WORK),
        *(
            Shot(f"review-{name}", served + path, looks=AT_WORK, session=session)
            for name, path in pages.items()
        ),
    ]


def shots_of(folder: Path, served: str) -> list[Shot]:
    """Give the mails in each language, the adviser's overview, and the pages behind a Dutch mail's links."""
    mails = {
        language: folder / f"{file_stem(f'{language}@example.org', EDITION)}.html" for language in LANGUAGES
    }
    adviser = folder / f"{file_stem('adviser-nl@example.org', EDITION)}.html"
    links = re.findall(rf'href="{PUBLIC}(/a/[\w.-]+)"', mails["nl"].read_text(encoding="utf-8"))
    answer = {name: served + links[place] for name, place in ANSWERS.items()}
    return [
        *(Shot(f"digest-{language}", mail.as_uri()) for language, mail in mails.items()),
        Shot("overview-nl", adviser.as_uri(), heading="h2:has(+ h3)"),
        Shot("answer-nl", answer["not-my-domain"]),
        Shot("answered-nl", answer["interesting"], press=True, looks=ON_A_PHONE),
        Shot("leave-nl", served + links[-1], looks=ON_A_PHONE),
        Shot("wrong-nl", f"{served}/a/wrong", looks=ON_A_PHONE),
    ]


def take(browser: Browser, shot: Shot, target: Path, *, width: int, is_dark: bool) -> None:
    """Store what a screen shows of a page as a small picture."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT}, color_scheme="dark" if is_dark else "light"
    )
    if shot.session:
        context.add_cookies([{"name": SESSION, "value": shot.session, "url": shot.address}])
    tab = context.new_page()
    tab.goto(shot.address, wait_until="networkidle")
    if shot.press:
        with tab.expect_navigation():
            tab.click("button")
    picture = Image.open(BytesIO(tab.screenshot(full_page=bool(shot.heading)))).convert("RGB")
    if shot.heading:
        top = tab.evaluate(f"document.querySelector('{shot.heading}').getBoundingClientRect().top + scrollY")
        picture = picture.crop((0, int(top) - 16, width, min(picture.height, int(top) + 620)))
    elif shot.session:
        picture = picture.crop((0, 0, width, SHOWN))
    elif not shot.name.startswith("digest"):
        picture = picture.crop((0, 0, width, 800))
    picture.quantize(COLOURS).save(target, optimize=True)
    context.close()


if __name__ == "__main__":
    main()

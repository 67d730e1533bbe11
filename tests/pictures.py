"""Takes the pictures of the mails for the docs: `./run.sh pictures`; needs chromium, sends nothing.

The mails are those of the demo on a fixed day for one domain, in Dutch and in English, at the width of a
phone and of a desk, in light and in dark.
"""

import shutil
import sys
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tracker.app import AMSTERDAM
from tracker.cli.demo import demo_app
from tracker.config import load_settings
from tracker.demo.portal import rows
from tracker.demo.server import PortalStandIn
from tracker.demo.web import WebStandIn
from tracker.mail import file_stem

FOLDER = Path(__file__).parent.parent / "docs" / "images"
MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
WIDTHS = (320, 768)
HEIGHT = 1400
COLOURS = 128
"""A picture of text needs no more, and stays well under 200 kB."""
EDITION = "2026-W48"
LANGUAGES = ("nl", "en")
CONTACT = """\
[[contact]]
name = "Domein Fysiek"
email = "{language}@example.org"
domains = ["fysiek"]
language = "{language}"
"""


def main() -> None:
    """Write the mails of the demo, open them in chromium and store what it shows."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("pictures: chromium was not found. Install it and try again.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        pages = write_mails(Path(folder))
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for language, page in pages.items():
            for width in WIDTHS:
                for scheme in ("light", "dark"):
                    name = f"digest-{language}-{width}-{scheme}.png"
                    take(browser, page, FOLDER / name, width=width, is_dark=scheme == "dark")
        browser.close()
    shutil.copy(FOLDER / "digest-nl-768-light.png", FOLDER / "digest-nl.png")


def write_mails(folder: Path) -> dict[str, Path]:
    """Do the main job of the demo for one domain in each language; gives the pages by language."""
    contacts = folder / "contacts.toml"
    contacts.write_text("\n".join(CONTACT.format(language=language) for language in LANGUAGES))
    today = MONDAY.astimezone(AMSTERDAM).date()
    with PortalStandIn(rows(today)) as portal, WebStandIn(today) as web:
        app = demo_app(load_settings({}), folder=folder, addresses={"sedia": portal.url, **web.addresses})
        app = replace(app, at=MONDAY, settings=app.settings.model_copy(update={"contacts": contacts}))
        app.prepare_database()
        with app.working():
            list(app.collect((), progress=lambda _source, _count: None))
            app.rank()
            app.compose()
            app.deliver()
        app.engine.dispose()
    stems = {language: file_stem(f"{language}@example.org", EDITION) for language in LANGUAGES}
    return {language: folder / f"{stem}.html" for language, stem in stems.items()}


def take(browser: Browser, page: Path, target: Path, *, width: int, is_dark: bool) -> None:
    """Store the top of a page as a small picture."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT}, color_scheme="dark" if is_dark else "light"
    )
    tab = context.new_page()
    tab.goto(page.as_uri())
    picture = Image.open(BytesIO(tab.screenshot()))
    picture.convert("RGB").quantize(COLOURS).save(target, optimize=True)
    context.close()


if __name__ == "__main__":
    main()

"""The demo: the main job, offline, through the real client and scrapers, against stand-ins."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter

from pydantic import SecretStr

from tracker import demo as stand_ins
from tracker.app import AMSTERDAM, App, wall_clock
from tracker.cli.job import print_handed, print_ranked, print_runs, reading_progress
from tracker.cli.speak import Voice, out
from tracker.config import Settings
from tracker.demo.portal import rows
from tracker.demo.server import PortalStandIn
from tracker.demo.web import WebStandIn

CONTACTS = Path(stand_ins.__file__).parent / "contacts.toml"


def run_demo(settings: Settings, *, folder: Path, voice: Voice) -> App:
    """Collect, rank, compose and write in `folder`, from nothing, and say where to look."""
    say, started = voice, perf_counter()
    out().print(
        say(
            "Dit is de demo: opgenomen oproepen, verschoven datums, voorbeeldcontacten, geen mail.",
            "This is the demo: recorded calls with shifted dates, example contacts, no mail is sent.",
        ),
        style="bold",
    )
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("demo.db*"):
        left.unlink()
    today = wall_clock().astimezone(AMSTERDAM).date()
    with PortalStandIn(rows(today)) as portal, WebStandIn(today) as web:
        app = demo_app(settings, folder=folder, addresses={"sedia": portal.url, **web.addresses})
        app.prepare_database()
        with app.working(), reading_progress(say) as progress:
            collected = list(app.collect((), progress=progress))
            ranked = app.rank()
            app.compose()
            handed = app.deliver()
    print_runs(say, collected)
    print_ranked(say, ranked)
    print_handed(app, handed, voice=say)
    _say_where(say, app, folder=folder, seconds=perf_counter() - started)
    return app


def demo_app(settings: Settings, *, folder: Path, addresses: Mapping[str, str]) -> App:
    """Wire the product for the demo: its own database, contacts and stand-ins; the rest as it is set."""
    changed = {
        "database_url": f"sqlite:///{(folder / 'demo.db').absolute()}",
        "contacts": CONTACTS,
        "out": folder,
        "source_urls": dict(addresses),
        "sources_on": ("euroaccess",),
        "interreg_app_id": "demo",
        "interreg_key": SecretStr("demo"),
        "request_delay": 0.0,
    }
    return App(settings=settings.model_copy(update=changed), demo=True)


def _say_where(say: Voice, app: App, *, folder: Path, seconds: float) -> None:
    console = out()
    settings = app.settings
    variables = {
        "TRACKER_DATABASE_URL": settings.database_url,
        "TRACKER_CONTACTS": str(settings.contacts),
        "TRACKER_SOURCES_ON": ",".join(settings.sources_on),
    }
    line = " ".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())
    console.print(say(f"Klaar in {seconds:.1f} s. Verder kijken:", f"Done in {seconds:.1f} s. Look further:"))
    console.print(
        say(f"  de mails, in een browser:  {folder}/*.html", f"  the mails, in a browser:  {folder}/*.html")
    )
    console.print(
        say("  de opdrachten, na deze ene regel:", "  the commands, after this one line in your shell:")
    )
    console.print(f"  export {line}", soft_wrap=True, markup=False)
    for command in ("matches", "sources", "watch list", "calls list --status open,forthcoming"):
        console.print(f"  .venv/bin/tracker {command}", soft_wrap=True)

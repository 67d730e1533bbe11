"""The whole product on a database of its own, and what can be read out of that database afterwards."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tracker import demo
from tracker.app import App
from tracker.config import load_settings
from tracker.digest.handover import Handover
from tracker.ingest import Collected

CONTACTS = Path(demo.__file__).parent / "contacts.toml"

PORTAL = ("portal", "portal-cascade")
"""The sources that the stand-in answers for; no proof asks any other, so none leaves this machine."""

CONTENT = {
    "calls": """
        SELECT s.source, s.source_ref, c.* FROM calls c JOIN sightings s ON s.call_id = c.id""",
    "texts": """
        SELECT s.source, s.source_ref, t.* FROM texts t JOIN sightings s ON s.call_id = t.call_id""",
    "deadlines": """
        SELECT s.source, s.source_ref, d.* FROM deadlines d JOIN sightings s ON s.call_id = d.call_id""",
    "changes": """
        SELECT s.source, s.source_ref, c.* FROM changes c JOIN sightings s ON s.call_id = c.call_id""",
    "sightings": "SELECT * FROM sightings",
}
"""What is stored of calls, each row led by the sighting that it belongs to."""

RESULTS = {
    "matches": """
        SELECT s.source, s.source_ref, m.* FROM matches m JOIN sightings s ON s.call_id = m.call_id""",
    "projections": """
        SELECT s.source, s.source_ref, p.* FROM projections p JOIN sightings s ON s.call_id = p.call_id""",
    "lines": """
        SELECT s.source, s.source_ref, d.contact, d.edition, d.channel, l.* FROM lines l
        JOIN sightings s ON s.call_id = l.call_id JOIN deliveries d ON d.id = l.delivery_id""",
    "deliveries": "SELECT contact, edition, channel, state, subject, error FROM deliveries",
}
"""What was made of the calls."""

NUMBERS_OF_OURS = {"id", "call_id", "run_id", "delivery_id"}
"""Columns that depend on the order in which sources happened to answer."""


@dataclass(frozen=True)
class Product:
    """A folder with a database and an outbox, and the address of the stand-in that is read."""

    folder: Path
    url: str

    @property
    def file(self) -> Path:
        """The database."""
        return self.folder / "tracker.db"

    @property
    def out(self) -> Path:
        """Where digests are written."""
        return self.folder / "out"

    def environment(self) -> dict[str, str]:
        """Give the settings as variables of the environment, for a process of its own."""
        return {
            "TRACKER_DATABASE_URL": f"sqlite:///{self.file}",
            "TRACKER_CONTACTS": str(CONTACTS),
            "TRACKER_OUT": str(self.out),
            "TRACKER_SOURCE_URLS": json.dumps({"sedia": self.url}),
            "TRACKER_REQUEST_DELAY": "0",
            "TRACKER_REQUEST_TIMEOUT": "0.5",
            "TRACKER_REQUEST_ATTEMPTS": "2",
            "TRACKER_REQUEST_BACKOFF": "0.01",
            "TRACKER_LANGUAGE": "en",
        }

    @contextmanager
    def app(self, at: datetime) -> Iterator[App]:
        """Give the product at a moment, and close its database afterwards."""
        settings = load_settings(
            {
                "database_url": f"sqlite:///{self.file}",
                "contacts": CONTACTS,
                "out": self.out,
                "source_urls": {"sedia": self.url},
                "request_delay": 0,
                "request_timeout": 30,
                "request_backoff": 0.01,
            }
        )
        app = App(settings=settings, at=at)
        app.prepare_database()
        try:
            yield app
        finally:
            app.engine.dispose()

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Ask the database directly, beside the product."""
        with closing(sqlite3.connect(self.file)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]

    def content(self, source: str | None = None) -> dict[str, list[tuple[Any, ...]]]:
        """Give all that is stored of the calls (of one source), comparable between databases."""
        return {name: _comparable(self.rows(query), source) for name, query in CONTENT.items()}

    def results(self) -> dict[str, list[tuple[Any, ...]]]:
        """Give all that was made of the calls, comparable between databases."""
        return {name: _comparable(self.rows(query), None) for name, query in RESULTS.items()}


def collect(app: App) -> list[Collected]:
    """Read the portal under the lock, as the command does."""
    with app.working():
        return list(app.collect(PORTAL, progress=lambda _source, _count: None))


def main_job(app: App) -> tuple[list[Collected], list[Handover]]:
    """Do what `tracker run` does, for the portal."""
    with app.working():
        collected = list(app.collect(PORTAL, progress=lambda _source, _count: None))
        app.rank()
        app.compose()
        return collected, app.deliver()


def _comparable(rows: list[dict[str, Any]], source: str | None) -> list[tuple[Any, ...]]:
    kept = [row for row in rows if source is None or row["source"] == source]
    tuples = [tuple(pair for pair in row.items() if pair[0] not in NUMBERS_OF_OURS) for row in kept]
    return sorted(tuples, key=repr)

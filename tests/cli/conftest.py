import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.command_line import CommandLine
from tests.environment import clean_environment
from tracker import demo
from tracker.app import App
from tracker.config import load_settings
from tracker.demo.portal import rows
from tracker.demo.server import PortalStandIn

__all__ = ["clean_environment"]

CONTACTS = Path(demo.__file__).parent / "contacts.toml"


@pytest.fixture(scope="session")
def filled_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database in which the demo's calls were read and ranked just now, to be copied."""
    file = tmp_path_factory.mktemp("filled") / "filled.db"
    with PortalStandIn(rows(datetime.now(UTC).date())) as portal:
        settings = load_settings(
            {
                "database_url": f"sqlite:///{file}",
                "source_urls": {"sedia": portal.url},
                "request_delay": 0,
            }
        )
        app = App(settings=settings)
        app.prepare_database()
        assert all(
            one.error is None
            for one in app.collect(("portal", "portal-cascade"), progress=lambda _source, _count: None)
        )
        app.rank()
        app.engine.dispose()
    return file


@pytest.fixture
def portal() -> Iterator[PortalStandIn]:
    """Give the stand-in of the portal with the demo's calls of today."""
    with PortalStandIn(rows(datetime.now(UTC).date())) as stand_in:
        yield stand_in


@pytest.fixture
def empty_home(
    clean_environment: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, portal: PortalStandIn
) -> Path:
    """Give a folder with settings for the stand-in and the demo's contacts, and no database yet."""
    monkeypatch.setenv("TRACKER_DATABASE_URL", f"sqlite:///{tmp_path}/tracker.db")
    monkeypatch.setenv("TRACKER_SOURCE_URLS", f'{{"sedia": "{portal.url}"}}')
    monkeypatch.setenv("TRACKER_REQUEST_DELAY", "0")
    monkeypatch.setenv("TRACKER_REQUEST_BACKOFF", "0")
    monkeypatch.setenv("TRACKER_CONTACTS", str(CONTACTS))
    monkeypatch.setenv("TRACKER_LANGUAGE", "en")
    return tmp_path


@pytest.fixture
def home(empty_home: Path, filled_database: Path) -> Path:
    """Give the same folder with a database in which the demo's calls were read and ranked."""
    shutil.copy(filled_database, empty_home / "tracker.db")
    return empty_home


@pytest.fixture
def tracker(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Give the command line in this process."""
    return CommandLine(monkeypatch, capsys)

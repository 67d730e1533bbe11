"""Opens the database (SQLite or PostgreSQL), scopes transactions, holds locks that die with their process."""

import fcntl
import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool, StaticPool

from db.errors import clear_errors
from tracker.core.errors import StorageBusyError, StorageError, dutch_reason

__all__ = ["Engine", "Session", "database_file", "hold_lock", "make_engine", "scrub", "session_scope"]

BUSY_SECONDS = 10
"""How long SQLite waits for another writer; `?timeout=` in the address sets it otherwise."""

POLL_SECONDS = 0.05
"""How often a lock that somebody else holds is tried again while there is patience."""


def make_engine(url: str) -> Engine:
    """Make the engine for a database address; it connects at first use.

    `sqlite:///folder/file.db` makes its folder when it is first used, `sqlite://` is in memory and for one
    thread at a time, `postgresql://` uses psycopg 3.

    Raises:
        StorageError: the address cannot be used, and what to write instead.
    """
    address = _parse(url)
    backend = address.get_backend_name()
    if backend == "sqlite":
        return _sqlite_engine(address)
    if backend == "postgresql":
        return create_engine(address.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    raise StorageError(
        f"{backend} is not supported; use an address that starts with sqlite:/// or postgresql://",
        nl=f"{backend} kan niet; gebruik een adres dat begint met sqlite:/// of postgresql://",
    )


def _parse(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError) as error:  # the text may hold a password: it is not repeated
        raise StorageError(
            "the database address cannot be read; write sqlite:///folder/file.db "
            "or postgresql://user:password@host/name",
            nl="het adres van de database is niet te lezen; schrijf sqlite:///map/bestand.db "
            "of postgresql://gebruiker:wachtwoord@server/naam",
        ) from error


def _sqlite_engine(address: URL) -> Engine:
    if _in_memory(address):
        engine = create_engine(address, poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        file = Path(str(address.database))
        if str(file).startswith("file:"):
            raise StorageError(
                "write the database address as sqlite:///folder/file.db, without file:",
                nl="schrijf het adres van de database als sqlite:///map/bestand.db, zonder file:",
            )
        waits = {} if "timeout" in address.query else {"timeout": BUSY_SECONDS}
        engine = create_engine(address, connect_args=waits)
        event.listen(engine, "do_connect", lambda *_: _make_folder(file.parent))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _in_memory(address: URL) -> bool:
    return address.database in (None, "", ":memory:")


def database_file(engine: Engine) -> Path | None:
    """Give SQLite's file; None for PostgreSQL and a database in memory."""
    is_file = engine.dialect.name == "sqlite" and not _in_memory(engine.url)
    return Path(str(engine.url.database)) if is_file else None


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(
            f"the database folder {folder} cannot be made ({reason}); make it or choose another address",
            nl=f"de map {folder} voor de database kan niet worden gemaakt ({dutch_reason(error)}); "
            "maak hem zelf of kies een ander adres",
        ) from error


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own object
    """Let us, not the driver, begin transactions (it would leave DDL and reads outside of them)."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA journal_mode=WAL")


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at the start: SQLite refuses, without waiting, to give it to a reader later on."""
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


@contextmanager
def session_scope(engine: Engine, *, read_only: bool = False) -> Iterator[Session]:
    """Give a session whose work is committed at the end, or undone when an error leaves the block.

    `read_only` is the caller's promise not to write: on SQLite it then waits for no writer.

    Raises:
        StorageBusyError: another process kept the database locked for longer than we wait.
        StorageError: the disk is full, the database read-only or out of reach.
    """
    chosen = engine.execution_options(read_only=True) if read_only else engine
    with clear_errors(), Session(chosen) as session, session.begin():
        yield session


def scrub(engine: Engine) -> None:
    """Let SQLite's files forget what was erased: freed pages and the log hold it. PostgreSQL does by itself.

    Raises:
        StorageError: another process is using the database, or there is no room for a copy of it.
    """
    if engine.dialect.name != "sqlite":
        return
    raw = engine.raw_connection()
    try:
        with clear_errors():
            for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                raw.cursor().execute(statement)
    finally:
        raw.close()


def find_damage(engine: Engine) -> str:
    """Say the first thing that is wrong inside SQLite's file, or nothing; PostgreSQL watches over its own.

    Raises:
        StorageError: the file cannot be read at all.
    """
    if engine.dialect.name != "sqlite":
        return ""
    with clear_errors(), engine.connect() as connection:
        said = str(connection.scalar(text("PRAGMA quick_check(1)")))
    return "" if said == "ok" else said


@contextmanager
def hold_lock(engine: Engine, name: str, *, patience: float = 0.0) -> Iterator[None]:
    """Hold the lock `name` of this database for the block; it frees itself when its process dies.

    `patience` is how many seconds to wait for another holder.

    Raises:
        StorageBusyError: somebody else holds it.
    """
    with _lock_attempts(engine, name) as attempt:
        waited_until = time.monotonic() + patience
        while not attempt():
            if time.monotonic() >= waited_until:
                raise StorageBusyError(
                    f"another {name} is running on this database; wait until it has finished",
                    nl=f"op deze database loopt al een andere opdracht ({name}); wacht tot die klaar is",
                )
            time.sleep(POLL_SECONDS)
        yield


def _lock_attempts(engine: Engine, name: str) -> AbstractContextManager[Callable[[], bool]]:
    """Give a context whose value tries once to take the lock; leaving the context frees it."""
    if engine.dialect.name == "postgresql":
        return _advisory_lock(engine, name)
    file = database_file(engine)
    if file is None:
        return _thread_lock(engine, name)
    _make_folder(file.parent)
    return _file_lock(Path(f"{file}.{name}.lock"))


@contextmanager
def _file_lock(file: Path) -> Iterator[Callable[[], bool]]:
    """The file stays behind: removing it would let two processes lock two files of one name."""
    try:
        opened = file.open("a")
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(
            f"the lock file {file} cannot be made ({reason}); give this user the right to write there",
            nl=f"het slotbestand {file} kan niet worden gemaakt ({dutch_reason(error)}); "
            "geef deze gebruiker het recht om daar te schrijven",
        ) from error
    with opened:

        def attempt() -> bool:
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        yield attempt


@contextmanager
def _advisory_lock(engine: Engine, name: str) -> Iterator[Callable[[], bool]]:
    """Use a connection of its own, closed at the end: PostgreSQL frees the lock with it."""
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    own = create_engine(engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with clear_errors():
        connection = own.connect()
    with connection:

        def attempt() -> bool:
            with clear_errors():
                taken = connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key})
            return bool(taken)

        yield attempt


_thread_locks: WeakKeyDictionary[Engine, dict[str, threading.Lock]] = WeakKeyDictionary()
"""The locks of databases in memory, which only this process can see."""


@contextmanager
def _thread_lock(engine: Engine, name: str) -> Iterator[Callable[[], bool]]:
    lock = _thread_locks.setdefault(engine, {}).setdefault(name, threading.Lock())
    held = False

    def attempt() -> bool:
        nonlocal held
        held = lock.acquire(blocking=False)
        return held

    try:
        yield attempt
    finally:
        if held:
            lock.release()

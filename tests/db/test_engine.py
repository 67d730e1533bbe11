"""Addresses, transactions and what goes wrong with them."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from db import calls
from db.engine import Engine, Session, hold_lock, make_engine, session_scope
from tests.databases import address
from tests.db.processes import other_process
from tests.db.samples import FULL, LATER, NOW, data, keep
from tracker.core.errors import StorageBusyError, StorageError

EXCLUSIVE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("ready", flush=True)
sys.stdin.read()
"""

SERIALIZING = """
import sys
from sqlalchemy import create_engine, text
with create_engine(sys.argv[1].replace("postgresql://", "postgresql+psycopg://")).begin() as connection:
    connection.execute(text("LOCK TABLE calls"))
    print("ready", flush=True)
    sys.stdin.read()
"""


def sqlite_file(engine: Engine) -> Path:
    return Path(str(engine.url.database))


on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)


def insert_full(session: Session, *, after: str = "") -> None:
    if after:
        session.execute(text(after))
    calls.insert(session, FULL, at=NOW, run_id=None)


def insert_and_fail(session: Session) -> None:
    insert_full(session)
    raise KeyError("a bug")


def fill_the_disk(session: Session) -> None:
    session.execute(text("PRAGMA max_page_count = 1"))  # SQLite never goes below what the file has
    for number in range(300):
        calls.insert(session, data(str(number), action_type="x" * 5000), at=NOW, run_id=None)


def read_behind_a_lock(session: Session) -> None:
    session.execute(text("SET LOCAL lock_timeout = '100ms'"))
    calls.all_calls(session)


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg", "postgresql+psycopg2"])
def test_a_postgresql_address_uses_psycopg_3(scheme: str) -> None:
    assert make_engine(f"{scheme}://host/name").dialect.driver == "psycopg"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (
            "mysql://host/name",
            "mysql is not supported; use an address that starts with sqlite:/// or postgres",
        ),
        ("oracle+cx://host/name", "oracle is not supported"),
        ("tracker.db", "write sqlite:///folder/file.db"),
        ("", "write sqlite:///folder/file.db"),
        ("postgresql://user:secret@host:port/name", "write sqlite:///folder/file.db"),
        ("sqlite:///file:tracker.db?uri=true", "without file:"),
    ],
)
def test_an_address_that_cannot_be_used_says_what_to_write(url: str, says: str) -> None:
    with pytest.raises(StorageError, match=says) as caught:
        make_engine(url)
    assert "secret" not in str(caught.value)


def test_the_folder_of_a_sqlite_file_is_made(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/new/folder/tracker.db")
    with session_scope(engine) as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
        assert session.scalar(text("PRAGMA busy_timeout")) == 10_000
    engine.dispose()


def test_a_folder_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    engine = make_engine(f"sqlite:///{tmp_path}/file/folder/tracker.db")
    refused = r"the database folder .*file/folder cannot be made \(Not a directory\)"
    with pytest.raises(StorageError, match=refused), session_scope(engine) as session:
        session.execute(text("SELECT 1"))
    with pytest.raises(StorageError, match=refused), hold_lock(engine, "run"):
        pass


def test_a_file_that_is_no_database_is_named_so(tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_text("Dear reader, " * 100)
    engine = make_engine(f"sqlite:///{file}")
    with pytest.raises(StorageError, match="the file is not a database"), session_scope(engine) as session:
        session.execute(text("SELECT 1"))
    engine.dispose()


def test_work_is_undone_when_an_error_leaves_the_block(engine: Engine) -> None:
    with pytest.raises(KeyError), session_scope(engine) as session:
        insert_and_fail(session)
    with session_scope(engine) as session:
        assert calls.all_calls(session) == []


def test_foreign_keys_hold(engine: Engine) -> None:
    with pytest.raises(IntegrityError), session_scope(engine) as session:
        calls.record_status(session, 99, old=None, new="open", at=NOW, run_id=None)


@on_sqlite
def test_a_database_locked_by_another_process_is_busy(engine: Engine) -> None:
    impatient = make_engine(f"sqlite:///{sqlite_file(engine)}?timeout=0.1")
    with other_process(EXCLUSIVE, str(sqlite_file(engine))):
        with (
            pytest.raises(StorageBusyError, match="another process is using the database"),
            session_scope(impatient) as session,
        ):
            insert_full(session)
        with session_scope(impatient, read_only=True) as session:
            assert calls.all_calls(session) == []  # a reader waits for no writer
    with session_scope(impatient) as session:
        insert_full(session)
    impatient.dispose()


@on_postgresql
def test_a_table_locked_by_another_process_is_busy(engine: Engine) -> None:
    with (
        other_process(SERIALIZING, address(engine).replace("+psycopg", "")),
        pytest.raises(StorageBusyError, match="another process is using the database"),
        session_scope(engine) as session,
    ):
        read_behind_a_lock(session)


@on_sqlite
def test_two_writers_wait_for_each_other(engine: Engine) -> None:
    """A transaction that reads before it writes would be refused at once if it began as a reader."""
    other = make_engine(address(engine))
    (call_id,) = keep(engine, data("1"))
    with session_scope(engine) as session:
        calls.sightings(session, "portal")
        impatient = make_engine(f"sqlite:///{sqlite_file(engine)}?timeout=0.1")
        with pytest.raises(StorageBusyError), session_scope(impatient) as second:
            calls.get(second, call_id)
        calls.mark_seen(session, "portal", ["1"], LATER)
    with session_scope(other) as session:
        call = calls.get(session, call_id)
    assert call is not None
    assert call.last_seen == LATER
    other.dispose()
    impatient.dispose()


@on_sqlite
def test_a_full_disk_says_so(engine: Engine) -> None:
    with (
        pytest.raises(StorageError, match="the disk is full; free some space"),
        session_scope(engine) as session,
    ):
        fill_the_disk(session)


@on_sqlite
def test_a_read_only_database_says_so(engine: Engine) -> None:
    with pytest.raises(StorageError, match="read-only"), session_scope(engine) as session:
        insert_full(session, after="PRAGMA query_only = ON")


@on_postgresql
def test_a_read_only_server_says_so(engine: Engine) -> None:
    with pytest.raises(StorageError, match="read-only"), session_scope(engine) as session:
        insert_full(session, after="SET TRANSACTION READ ONLY")


def test_a_server_that_does_not_answer_says_so_without_the_password() -> None:
    engine = make_engine("postgresql://user:secret@127.0.0.1:1/name")
    with (
        pytest.raises(
            StorageError, match=r"the database server cannot be used \(.*; see whether it runs"
        ) as caught,
        session_scope(engine) as session,
    ):
        session.execute(text("SELECT 1"))
    assert "secret" not in str(caught.value)
    assert not isinstance(caught.value, StorageBusyError)


@on_postgresql
def test_a_database_that_does_not_exist_says_so(engine: Engine) -> None:
    lost = make_engine(address(engine).replace(str(engine.url.database), "nowhere"))
    with pytest.raises(StorageError, match='"nowhere" does not exist'), session_scope(lost) as session:
        session.execute(text("SELECT 1"))


def test_memory_lasts_as_long_as_its_engine() -> None:
    engine = make_engine("sqlite://")
    with session_scope(engine) as session:
        session.execute(text("CREATE TABLE kept (id INTEGER)"))
    with session_scope(engine) as session:
        assert session.scalar(text("SELECT count(*) FROM kept")) == 0
    engine.dispose()

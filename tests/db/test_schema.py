"""Schema versions: what `check` says, what a rehearsal is, and two upgrades at once."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from db import calls, schema
from db.engine import Engine, make_engine, session_scope
from tests.databases import address
from tests.db.processes import ROOT
from tests.db.samples import FULL, NOW, keep
from tracker.core.errors import SchemaOutOfDateError, StorageError

UPGRADE = "import sys; from db import engine, schema; schema.upgrade(engine.make_engine(sys.argv[1]))"


def set_revision(engine: Engine, revision: str) -> None:
    with session_scope(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def test_a_file_in_a_folder_that_is_closed_to_us_is_left_to_the_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(_self: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    engine = make_engine(f"sqlite:///{tmp_path}")  # a folder: SQLite cannot open it either
    monkeypatch.setattr(Path, "exists", closed)
    with pytest.raises(StorageError):
        schema.check(engine)
    engine.dispose()


def test_an_empty_database_asks_for_an_upgrade(blank: Engine) -> None:
    assert schema.is_empty(blank)
    assert schema.current_revision(blank) is None
    with pytest.raises(
        SchemaOutOfDateError, match=r"(no tables|there is no database .*) yet; .* `tracker database upgrade`"
    ):
        schema.check(blank)
    schema.upgrade(blank)
    assert not schema.is_empty(blank)
    assert schema.current_revision(blank) == "0004"
    schema.check(blank)


def test_an_older_database_asks_for_an_upgrade(blank: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    schema.upgrade(blank)
    monkeypatch.setattr(schema, "NEWEST", "9999")
    with pytest.raises(SchemaOutOfDateError, match="older version; run `tracker database upgrade`"):
        schema.check(blank)


def test_the_newest_schema_is_the_last_migration() -> None:
    assert schema._scripts().get_current_head() == schema.NEWEST


def test_asking_a_database_of_this_version_imports_no_alembic(blank: Engine) -> None:
    schema.upgrade(blank)
    asked = (
        "import sys; from db import engine, schema; schema.check(engine.make_engine(sys.argv[1]));"
        "sys.exit('alembic' in sys.modules)"
    )
    url = blank.url.render_as_string(hide_password=False)
    subprocess.run([sys.executable, "-c", asked, url], cwd=ROOT, check=True)


def test_a_newer_database_is_left_alone(blank: Engine) -> None:
    schema.upgrade(blank)
    set_revision(blank, "9999")
    with pytest.raises(SchemaOutOfDateError, match="made by a newer version"):
        schema.check(blank)
    with pytest.raises(SchemaOutOfDateError, match="made by a newer version"):
        schema.upgrade(blank)
    with pytest.raises(SchemaOutOfDateError, match="made by a newer version"):
        schema.downgrade(blank, "base")
    assert schema.current_revision(blank) == "9999"


def test_an_upgrade_of_the_newest_changes_nothing(engine: Engine) -> None:
    (call_id,) = keep(engine, FULL)
    schema.upgrade(engine)
    with session_scope(engine) as session:
        call = calls.get(session, call_id)
    assert call is not None
    assert call.data == FULL


def test_a_rehearsal_is_marked_at_birth_only(blank: Engine) -> None:
    assert not schema.is_rehearsal(blank)
    schema.upgrade(blank)
    schema.upgrade(blank, rehearsal=True)
    assert not schema.is_rehearsal(blank)
    schema.downgrade(blank, "base")
    schema.upgrade(blank, rehearsal=True)
    assert schema.is_rehearsal(blank)
    schema.upgrade(blank)
    assert schema.is_rehearsal(blank)


def test_a_downgrade_to_nowhere_names_the_choices(blank: Engine) -> None:
    with pytest.raises(StorageError, match="there is no schema 0042; choose one of base, 0001"):
        schema.downgrade(blank, "0042")


def test_memory_is_upgraded_too() -> None:
    engine = make_engine("sqlite://")
    schema.upgrade(engine)
    schema.check(engine)
    keep(engine, replace(FULL, source_ref="1"))
    with session_scope(engine) as session:
        assert [call.first_seen for call in calls.all_calls(session)] == [NOW]
    engine.dispose()


def test_two_processes_upgrade_at_once(blank: Engine) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", UPGRADE, address(blank)], cwd=ROOT, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    assert [process.communicate(timeout=60)[1] for process in processes] == ["", ""]
    assert [process.returncode for process in processes] == [0, 0]
    schema.check(blank)

"""The ranker's state beside the database: weighed once, renewed alone, never trusted when it is not whole."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from db import calls
from db.engine import Engine, make_engine, session_scope
from db.standings import standings
from matching.index import Index
from tests.databases import sqlite_template  # noqa: F401 (a fixture)
from tests.matching.calls import CALLS, CLOSED, FOOD, HEAT, NOW, OTHER_PROGRAMME
from tracker.core.call import Call, Status
from tracker.profile_file import load_profile, shipped_profile_path
from tracker.ranking import match_text, rank_all, state_path

HAARLEM = load_profile(shipped_profile_path())


@pytest.fixture
def stored(tmp_path: Path, sqlite_template: Path) -> Engine:  # noqa: F811
    file = tmp_path / "tracker.db"
    file.write_bytes(sqlite_template.read_bytes())
    engine = make_engine(f"sqlite:///{file}")
    with session_scope(engine) as session:
        for call in CALLS:
            assert calls.insert(session, call.data, at=NOW, run_id=None) == call.id
    return engine


def asked(engine: Engine, text: str = "district heating, sustainable food") -> list[tuple[int, float]]:
    found = match_text(engine, HAARLEM, text, now=NOW, limit=10)
    return [(match.call_id, match.score) for _, match in found.found]


def state_of(engine: Engine) -> Path:
    path = state_path(engine)
    assert path is not None
    return path


def test_standings_are_those_of_the_calls(stored: Engine) -> None:
    with session_scope(stored, read_only=True) as session:
        found = standings(session, NOW)
        whole = {call.id: call for call in calls.all_calls(session)}
    assert {call_id: one.status for call_id, one in found.items()} == {
        call_id: call.status_at(NOW) for call_id, call in whole.items()
    }
    assert found[CLOSED.id].status is Status.CLOSED
    assert found[HEAT.id].key == HEAT.data.content_hash()


def test_the_first_question_weighs_and_the_second_only_reads(
    stored: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = asked(stored)
    assert {call_id for call_id, _ in first} >= {HEAT.id, FOOD.id}
    assert {call_id for call_id, _ in first}.isdisjoint({CLOSED.id, OTHER_PROGRAMME.id})
    monkeypatch.setattr("matching.features.fit", None)
    assert asked(stored) == first


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 something else"])
def test_a_missing_or_damaged_state_is_made_anew(stored: Engine, content: bytes | None) -> None:
    before = asked(stored)
    path = state_of(stored)
    whole = path.read_bytes()
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    assert asked(stored) == before
    assert path.read_bytes() == whole


def test_only_a_changed_call_is_weighed_again(stored: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    before = dict(asked(stored))
    told = replace(
        FOOD.data, texts=(replace(FOOD.data.texts[0], title="Sustainable food, sustainable food"),)
    )
    with session_scope(stored) as session:
        calls.update(session, FOOD.id, told, changes=[], at=NOW, run_id=None)
    weighed: list[int] = []
    updated = Index.updated

    def watching(self: Index, keys: dict[int, str], changed: list[Call]) -> Index:
        weighed.extend(call.id for call in changed)
        return updated(self, keys, changed)

    monkeypatch.setattr(Index, "updated", watching)
    after = dict(asked(stored))
    assert weighed == [FOOD.id]
    assert after[FOOD.id] > before[FOOD.id]
    assert after[HEAT.id] == before[HEAT.id]


def test_a_folder_that_cannot_be_written_costs_time_alone(
    stored: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: Index, _path: Path) -> None:
        raise OSError("read-only")

    monkeypatch.setattr(Index, "save", refuse)
    assert asked(stored)
    assert not state_of(stored).exists()


def test_the_main_job_and_a_question_share_one_state(stored: Engine) -> None:
    rank_all(stored, HAARLEM, now=NOW)
    kept = state_of(stored).read_bytes()
    asked(stored)
    assert state_of(stored).read_bytes() == kept


def test_a_database_in_memory_has_no_state_and_a_server_has_it_in_the_users_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert state_path(make_engine("sqlite://")) is None
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    server = state_path(make_engine("postgresql://tracker:secret@db.example/calls"))
    other = state_path(make_engine("postgresql://tracker:secret@db.example/others"))
    assert server is not None
    assert server.parent == Path("/data/kansen")
    assert server != other


def test_a_question_never_waits_for_scikit_learn_or_scipy(stored: Engine) -> None:
    asked(stored)
    program = f"""
import datetime, sys
from db.engine import make_engine
from tracker.profile_file import load_profile, shipped_profile_path
from tracker.ranking import match_text
engine = make_engine({stored.url.render_as_string()!r})
now = datetime.datetime.fromisoformat({NOW.isoformat()!r})
found = match_text(engine, load_profile(shipped_profile_path()), "warmtenet", now=now, limit=5)
print(len(found.found), sorted(name for name in sys.modules if name.split(".")[0] in ("sklearn", "scipy")))
"""
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.split(" ", 1)[1].strip() == "[]"
    assert int(answer.stdout.split(" ", 1)[0]) >= 1

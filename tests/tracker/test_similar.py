"""Similar calls of the store: kept in memory, and never out of date."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import process_time

import pytest

from db import calls
from db.activity import generation
from db.engine import Engine, make_engine, session_scope
from tests.databases import sqlite_template  # noqa: F401 (a fixture)
from tests.matching.calls import CALLS, CLOSED, HEAT, NOW, OTHER_PROGRAMME, PROCUREMENT, make_call
from tracker import similar
from tracker.core.call import Change
from tracker.similar import SimilarCalls


@pytest.fixture
def stored(tmp_path: Path, sqlite_template: Path) -> Iterator[Engine]:  # noqa: F811
    file = tmp_path / "tracker.db"
    file.write_bytes(sqlite_template.read_bytes())
    engine = make_engine(f"sqlite:///{file}")
    with session_scope(engine) as session:
        for call in CALLS:
            assert calls.insert(session, call.data, at=NOW, run_id=None) == call.id
    yield engine
    engine.dispose()


def near(known: SimilarCalls, limit: int = 5) -> list[int]:
    return [one.call.id for one in known.to(HEAT, limit=limit, now=NOW)]


def test_past_calls_and_those_of_other_programmes_are_found_with_the_words_of_both(stored: Engine) -> None:
    found = SimilarCalls(stored).to(HEAT, limit=2, now=NOW)
    assert {one.call.id for one in found} == {CLOSED.id, OTHER_PROGRAMME.id}
    assert found[0].likeness >= found[1].likeness
    assert all("district heating" in one.shared for one in found)


def test_the_index_is_opened_once(stored: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    known = SimilarCalls(stored)
    first = near(known)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("opened again")

    monkeypatch.setattr(similar, "open_index", never)
    assert near(known) == first


def test_a_new_call_and_a_changed_one_are_known_at_the_next_question(stored: Engine) -> None:
    known = SimilarCalls(stored)
    near(known)
    with session_scope(stored) as session:
        twin = calls.insert(
            session, make_call(8, HEAT.data.title, HEAT.data.texts[0].body).data, at=NOW, run_id=None
        )
    assert near(known)[0] == twin
    with session_scope(stored) as session:
        said = replace(make_call(8, "Butterflies in spring").data)
        change = Change(call_id=twin, at=NOW, field="texts", old=HEAT.data.texts, new=said.texts)
        calls.update(session, twin, said, changes=[change], at=NOW, run_id=None)
    assert twin not in near(known, limit=20)


def test_a_call_that_became_another_is_gone(stored: Engine) -> None:
    known = SimilarCalls(stored)
    assert CLOSED.id in near(known)
    with session_scope(stored) as session:
        calls.join(session, PROCUREMENT.id, CLOSED.id)
    assert CLOSED.id not in near(known, limit=20)


def test_the_mark_of_an_empty_store_is_a_mark_too(tmp_path: Path, sqlite_template: Path) -> None:  # noqa: F811
    file = tmp_path / "empty.db"
    file.write_bytes(sqlite_template.read_bytes())
    engine = make_engine(f"sqlite:///{file}")
    with session_scope(engine, read_only=True) as session:
        assert generation(session) == (0, 0, 0)
    assert SimilarCalls(engine).to(HEAT, limit=5, now=NOW) == ()
    engine.dispose()


def test_a_second_question_takes_under_fifty_milliseconds(stored: Engine) -> None:
    known = SimilarCalls(stored)
    near(known)
    started = process_time()
    near(known)
    assert process_time() - started < 0.05

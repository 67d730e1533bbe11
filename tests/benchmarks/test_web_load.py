"""The load benchmark's own parts: its calls are always the same ones, and its table counts what it saw."""

import asyncio
import datetime as dt
from pathlib import Path

from benchmarks.many_calls import BODY_CHARACTERS, make_database, vary
from benchmarks.web_load import Asked, _work_all, add_people, serving, table
from db.engine import session_scope
from db.standings import standings
from tests.db.samples import FULL, data
from tests.environment import clean_environment

__all__ = ["clean_environment"]

TODAY = dt.date(2026, 11, 24)


def test_the_calls_are_many_different_and_always_the_same() -> None:
    made = list(vary([FULL, data()], 50, today=TODAY))
    assert made == list(vary([FULL, data()], 50, today=TODAY))
    assert len({(one.source_ref, one.identifier, one.url, one.title) for one in made}) == 50
    assert all(len(text.body) > BODY_CHARACTERS - 100 for one in made for text in one.texts)
    assert {len(one.deadlines) for one in made} == {0, len(FULL.deadlines)}


def test_the_table_tells_each_kind_and_counts_what_went_wrong() -> None:
    asked = [Asked("list", 0.1, 200), Asked("list", 0.3, 200), Asked("call", 0.2, 500), Asked("call", 0.4, 0)]
    lines = table(asked)
    assert [line.split(" | ")[:2] for line in lines[2:]] == [["| list", "2"], ["| call", "2"], ["| all", "4"]]
    assert [line.split(" | ")[2] for line in lines[2:]] == ["200", "300", "250"]
    assert [line.rstrip(" |").rsplit(" | ", 1)[1] for line in lines[2:]] == ["0", "2", "2"]


def test_people_sign_in_and_read_on_a_real_server(clean_environment: None, tmp_path: Path) -> None:
    app = make_database(tmp_path, 150)
    with session_scope(app.engine, read_only=True) as session:
        assert len(standings(session, app.now())) == 150
    passwords = add_people(app, 2)
    with serving(app.settings.database_url) as base:
        first, asked = asyncio.run(_work_all(base, passwords, 9))
    assert [one.status for one in first] == [200, 200, 200]
    assert asked
    assert {one.status for one in asked} == {200}

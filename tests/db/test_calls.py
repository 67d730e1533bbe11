"""Calls, their sightings and their history, on both databases."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, StatementError

from db import calls, runs
from db.engine import Engine, session_scope
from tests.db.samples import CALLS, FULL, LATER, NOW, data, keep
from tracker.core.call import Budget, Call, CallData, CallText, Change, Deadline


class UndoError(Exception):
    """Leaves a transaction without keeping anything."""


@contextmanager
def counted_statements(engine: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


# each example is undone, so the database is as fresh for the next one
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=CALLS, later=CALLS)
def test_any_call_is_read_as_it_was_written(engine: Engine, said: CallData, later: CallData) -> None:
    with suppress(UndoError), session_scope(engine) as session:
        call_id = calls.insert(session, said, at=NOW, run_id=None)
        call = calls.get(session, call_id)
        assert call == Call(id=call_id, data=said, first_seen=NOW, last_seen=NOW)
        assert call.data.content_hash() == said.content_hash()
        same_sighting = replace(later, source=said.source, source_ref=said.source_ref)
        every_field = [
            Change(
                call_id=call_id,
                at=LATER,
                field=each.name,
                old=getattr(said, each.name),
                new=getattr(later, each.name),
            )
            for each in fields(CallData)
        ]
        calls.update(session, call_id, same_sighting, changes=every_field, at=LATER, run_id=None)
        assert calls.get(session, call_id) == Call(
            id=call_id, data=same_sighting, first_seen=NOW, last_seen=LATER
        )
        assert calls.changes(session, call_id) == every_field
        raise UndoError


def test_amounts_are_kept_to_the_cent(engine: Engine) -> None:
    amount = Decimal("123456789012345678.91")  # more digits than a binary fraction holds
    (call_id,) = keep(engine, data(budget=Budget(total=amount)))
    with session_scope(engine) as session:
        call = calls.get(session, call_id)
    assert call is not None
    assert call.data.budget.total == amount


def test_moments_come_back_aware_whatever_zone_they_came_in(engine: Engine) -> None:
    amsterdam = NOW.astimezone(dt.timezone(dt.timedelta(hours=1)))
    with session_scope(engine) as session:
        call_id = calls.insert(session, FULL, at=amsterdam, run_id=None)
    with session_scope(engine) as session:
        call = calls.get(session, call_id)
    assert call is not None
    assert call.first_seen == NOW
    assert call.first_seen.tzinfo is dt.UTC


def test_a_moment_without_a_zone_is_refused(engine: Engine) -> None:
    with (
        pytest.raises(StatementError, match="a moment without a time zone cannot be stored"),
        session_scope(engine) as session,
    ):
        calls.insert(session, FULL, at=NOW.replace(tzinfo=None), run_id=None)


def test_a_reference_of_a_source_is_kept_once(engine: Engine) -> None:
    keep(engine, data("1"))
    with pytest.raises(IntegrityError):
        keep(engine, data("1"))
    with session_scope(engine) as session:
        assert len(calls.all_calls(session)) == 1  # the second call went with its sighting


def test_sightings_of_a_source_by_its_references(engine: Engine) -> None:
    keep(engine, FULL, data("1"), data("1", source="subsidies"))
    with session_scope(engine) as session:
        found = calls.sightings(session, "portal")
        assert set(found) == {"4711", "1"}
        assert found["4711"].call.data == FULL
        assert found["4711"].languages == {"en", "nl"}
        assert found["4711"].absent_days == ()
        assert set(calls.sightings(session, "subsidies")) == {"1"}
        assert calls.sightings(session, "nobody") == {}


def test_many_sightings_take_few_statements(engine: Engine) -> None:
    keep(engine, *(data(str(number)) for number in range(300)))
    with session_scope(engine) as session, counted_statements(engine) as statements:
        assert len(calls.sightings(session, "portal")) == 300
    assert len(statements) <= 6


def test_an_update_changes_what_is_said_and_keeps_the_history(engine: Engine) -> None:
    (call_id,) = keep(engine, FULL)
    moved = replace(
        FULL,
        deadlines=(Deadline(dt.date(2027, 3, 1)),),
        texts=(CallText("en", "Urban water, second version"),),
        budget=Budget(),
    )
    noted = [
        Change(
            call_id=call_id, at=LATER, field=name, old=getattr(FULL, name), new=getattr(moved, name), run_id=1
        )
        for name in ("deadlines", "texts", "budget")
    ]
    with session_scope(engine) as session:
        run_id = runs.start(session, "portal", at=LATER)
        calls.update(session, call_id, moved, changes=noted, at=LATER, run_id=run_id)
        call = calls.get(session, call_id)
        assert call == Call(id=call_id, data=moved, first_seen=NOW, last_seen=LATER)
        assert calls.changes(session, call_id) == noted
        assert calls.sightings(session, "portal")["4711"].languages == {"en"}
        assert calls.references(session, "portal") == ["4711"]
        assert calls.references(session, "mirror") == []


def test_absence_is_noted_and_forgotten_when_seen(engine: Engine) -> None:
    first, second = keep(engine, data("1"), data("2"))
    days = (dt.date(2026, 11, 21), dt.date(2026, 11, 22))
    with session_scope(engine) as session:
        calls.mark_absent(session, "portal", "1", days)
        calls.mark_absent(session, "portal", "2", days)
    with session_scope(engine) as session:
        assert calls.sightings(session, "portal")["1"].absent_days == days
        calls.mark_seen(session, "portal", ["1"], LATER)
        found = calls.sightings(session, "portal")
        assert (found["1"].absent_days, found["2"].absent_days) == ((), days)
        assert found["1"].call.last_seen == LATER
        assert found["2"].call.last_seen == NOW
    assert first != second


def test_more_references_than_a_statement_carries_are_marked(engine: Engine) -> None:
    keep(engine, data("0"), data("2500"))
    with session_scope(engine) as session:
        calls.mark_seen(session, "portal", (str(number) for number in range(2501)), LATER)
        assert {stored.call.last_seen for stored in calls.sightings(session, "portal").values()} == {LATER}


def test_vanishing_and_coming_back_are_changes(engine: Engine) -> None:
    (call_id,) = keep(engine, FULL)
    with session_scope(engine) as session:
        calls.set_vanished(session, call_id, NOW, at=NOW, run_id=None)
        call = calls.get(session, call_id)
        assert call is not None
        assert call.vanished_at == NOW
        calls.set_vanished(session, call_id, None, at=LATER, run_id=None)
        call = calls.get(session, call_id)
        assert call is not None
        assert call.vanished_at is None
        assert calls.changes(session, call_id) == [
            Change(call_id=call_id, at=NOW, field="vanished", old=None, new=NOW),
            Change(call_id=call_id, at=LATER, field="vanished", old=NOW, new=None),
        ]


def test_a_status_is_recorded_as_a_change(engine: Engine) -> None:
    (call_id,) = keep(engine, FULL)
    with session_scope(engine) as session:
        calls.record_status(session, call_id, old=None, new="open", at=NOW, run_id=None)
        calls.record_status(session, call_id, old="open", new="closed", at=LATER, run_id=None)
        assert [(change.old, change.new) for change in calls.changes(session, call_id)] == [
            (None, "open"),
            ("open", "closed"),
        ]


def test_all_calls_or_those_of_some_programmes(engine: Engine) -> None:
    keep(engine, data("1", programme="life"), data("2", programme="erasmus"), data("3", programme="life"))
    with session_scope(engine) as session:
        assert [call.data.source_ref for call in calls.all_calls(session)] == ["1", "2", "3"]
        assert [call.data.source_ref for call in calls.all_calls(session, {"life"})] == ["1", "3"]
        assert calls.all_calls(session, []) == []


@pytest.mark.parametrize(
    ("ref", "found"),
    [
        ("cities-2027-water-01", ["4711"]),
        (" CITIES-2027-WATER-01 ", ["4711"]),
        ("4711", ["4711"]),
        ("2", ["4711"]),  # our own id of it
        ("1", ["1"]),
        ("CASCADE", ["1", "3"]),  # two calls share this identifier
        ("99999999999999999999", []),  # longer than any id
        ("9" * 5000, []),  # longer than Python reads
        ("%", []),
        ("", []),
    ],
)
def test_find_by_what_a_person_writes(engine: Engine, ref: str, found: list[str]) -> None:
    keep(engine, data("1", identifier="Cascade"), FULL, data("3", identifier="CASCADE"))
    with session_scope(engine) as session:
        assert [call.data.source_ref for call in calls.find(session, ref)] == found


def test_a_call_seen_by_two_sources_speaks_as_the_first(engine: Engine) -> None:
    (call_id,) = keep(engine, FULL)
    with session_scope(engine) as session:
        mirrored = replace(FULL, source="mirror", source_ref="9", deadlines=())
        calls.attach(session, call_id, mirrored, leads=False, at=NOW)
    with session_scope(engine) as session:
        assert [stored.source for stored in calls.sightings_of(session, call_id)] == ["portal", "mirror"]
        mirror = calls.sightings(session, "mirror")["9"]
        assert mirror.call.data == FULL
        assert (mirror.data, mirror.leads) == (mirrored, False)


def test_nothing_is_found_of_an_unknown_call(engine: Engine) -> None:
    with session_scope(engine) as session:
        assert calls.get(session, 7) is None
        assert calls.changes(session, 7) == []
        assert calls.sightings_of(session, 7) == []

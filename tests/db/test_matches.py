"""Matches and projections, on both databases."""

import datetime as dt
from dataclasses import replace

import pytest

from db import matches
from db.engine import Engine, session_scope
from tests.db.samples import data, keep
from tracker.core.call import Status
from tracker.core.match import CityRole, Match, Projection, Reason, ReasonKind
from tracker.core.profile import Strength

REASON = Reason(ReasonKind.TERM, "wateroverlast", "flooding", "title", "… flooding in cities …", 0.25, "en")


def match(call_id: int, priority: str, rank: int, *, blocked: str = "") -> Match:
    return Match(
        call_id=call_id,
        priority=priority,
        score=1 / (rank + 1),
        strength=Strength.GOOD,
        rank=rank,
        reasons=(REASON, Reason(ReasonKind.LIFT, "partnerstad")),
        role=CityRole.PARTNER,
        role_sentence="Cities take part as partners.",
        blocked=blocked,
    )


def projection(call_id: int, status: Status, deadline: dt.date | None) -> Projection:
    return Projection(
        call_id=call_id,
        status=status,
        next_deadline=deadline,
        decide_by=dt.date(2026, 12, 1),
        strength=Strength.STRONG,
        priority="water",
    )


def test_matches_come_back_ranked_with_their_calls(engine: Engine) -> None:
    first, second, third = keep(engine, data("1"), data("2"), data("3"))
    ranked = [
        match(second, "energie", 1),
        match(third, "water", 1),
        match(first, "water", 2),
        match(second, "water", 0, blocked="Only for islands"),
    ]
    with session_scope(engine) as session:
        matches.replace(session, "haarlem", reversed(ranked))
        found = matches.ranked(session, "haarlem")
        assert [found_match for _, found_match in found] == ranked[:3]
        assert [call.id for call, _ in found] == [second, third, first]
        assert [each for _, each in matches.ranked(session, "haarlem", priority="water")] == ranked[1:3]
        assert [each for _, each in matches.ranked(session, "haarlem", limit=1)] == ranked[:1]
        assert [each for _, each in matches.ranked(session, "haarlem", blocked=True)] == ranked[3:]
        assert matches.ranked(session, "leiden") == []


def test_replacing_leaves_other_profiles_alone(engine: Engine) -> None:
    (call_id,) = keep(engine, data("1"))
    with session_scope(engine) as session:
        matches.replace(session, "haarlem", [match(call_id, "water", 1), match(call_id, "energie", 1)])
        matches.replace(session, "leiden", [match(call_id, "water", 1)])
        matches.replace(session, "haarlem", [match(call_id, "water", 3)])
        assert matches.of_call(session, "haarlem", call_id) == [match(call_id, "water", 3)]
        assert matches.of_call(session, "leiden", call_id) == [match(call_id, "water", 1)]
        matches.replace(session, "leiden", [])
        assert matches.of_call(session, "leiden", call_id) == []


def test_matches_of_one_call_the_best_first(engine: Engine) -> None:
    first, second = keep(engine, data("1"), data("2"))
    with session_scope(engine) as session:
        matches.replace(
            session, "haarlem", [match(first, "a", 5), match(first, "b", 2), match(second, "a", 1)]
        )
        assert [each.priority for each in matches.of_call(session, "haarlem", first)] == ["b", "a"]
        more = replace(match(first, "c", 0), strength=Strength.POSSIBLE, score=9.0)
        matches.replace(session, "haarlem", [more], priority="c")
        assert [each.priority for each in matches.of_call(session, "haarlem", first)] == ["b", "a", "c"]
        by_call = matches.of_calls(session, "haarlem", [first])
        assert [each.priority for each in by_call[first]] == ["b", "a", "c"]


def test_projections_are_replaced(engine: Engine) -> None:
    first, second = keep(engine, data("1"), data("2"))
    kept = projection(second, Status.CLOSED, None)
    with session_scope(engine) as session:
        matches.replace_projections(session, "haarlem", [projection(first, Status.OPEN, None)])
        matches.replace_projections(session, "leiden", [projection(first, Status.OPEN, None)])
        matches.replace_projections(session, "haarlem", [kept])
        assert matches.projections(session, "haarlem") == {second: kept}
        assert set(matches.projections(session, "leiden")) == {first}


@pytest.mark.parametrize(
    ("asked", "refs"),
    [
        ({}, ["2", "4", "1", "3", "5"]),
        ({"statuses": [Status.OPEN]}, ["2", "1", "3"]),
        ({"statuses": [Status.OPEN, Status.CLOSED], "programmes": ["life"]}, ["4", "1"]),
        ({"statuses": []}, []),
        ({"source": "subsidies"}, ["3", "5"]),
        ({"limit": 2}, ["2", "4"]),
        ({"limit": 2, "offset": 3}, ["3", "5"]),
        ({"offset": 4}, ["5"]),
    ],
)
def test_lists_are_filtered_sorted_and_paged(
    engine: Engine, asked: dict[str, object], refs: list[str]
) -> None:
    ids = keep(
        engine,
        data("1", programme="life"),
        data("2"),
        data("3", source="subsidies"),
        data("4", programme="life"),
        data("5", source="subsidies", programme="life"),
    )
    with session_scope(engine) as session:
        matches.replace_projections(
            session,
            "haarlem",
            [
                projection(ids[0], Status.OPEN, dt.date(2027, 3, 1)),
                projection(ids[1], Status.OPEN, dt.date(2026, 12, 1)),
                projection(ids[2], Status.OPEN, None),
                projection(ids[3], Status.CLOSED, dt.date(2027, 1, 1)),
            ],
        )
        matches.replace_projections(session, "leiden", [projection(ids[4], Status.OPEN, None)])
        listed = matches.list_calls(session, "haarlem", **asked)  # type: ignore[arg-type]
        projected = matches.projections(session, "haarlem")
    assert [call.data.source_ref for call, _ in listed] == refs
    assert [shown for _, shown in listed] == [projected.get(call.id) for call, _ in listed]

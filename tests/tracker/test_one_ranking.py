"""One rule ranks: what is stored, what a verdict moves, why a call is not in the top, and the baseline."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from db import calls, matches
from db.engine import Engine, Session, session_scope
from matching.why_not import Cause
from tests.matching.calls import CALLS, NOW, make_call
from tests.matching.test_feedback import POOLS
from tracker.core.call import Call, Fact, FactName
from tracker.core.errors import UsageError
from tracker.core.feedback import Verdict
from tracker.core.match import Match
from tracker.feedback import baseline, give, take_back, verdicts
from tracker.profile_file import load_profile, shipped_profile_path
from tracker.ranking import match_text, rank_all, ranking_alone, why_not

HAARLEM = load_profile(shipped_profile_path())
WORDS = "Heat pumps, district heating and heating and cooling plans for municipalities in {}."


def at_place(number: int, place: str) -> Call:
    """Give a call about heat whose money is for one place."""
    call = make_call(number, f"District heating and heat pumps in {place}", WORDS.format(place))
    fact = Fact(FactName.PLACE, place, f"Only for {place}.")
    return replace(call, data=replace(call.data, facts=(fact,)))


NEIGHBOUR, ELSEWHERE, OWN = at_place(301, "IJmond"), at_place(302, "Rotterdam"), at_place(303, "Haarlem")


@pytest.fixture
def stored(engine: Engine) -> Engine:
    with session_scope(engine) as session:
        for call in (NEIGHBOUR, ELSEWHERE, OWN, *CALLS, *POOLS):
            calls.insert(session, call.data, at=NOW, run_id=None)
    rank_all(engine, HAARLEM, now=NOW)
    return engine


def kept(engine: Engine, priority: str | None = None, *, blocked: bool = False) -> list[tuple[Call, Match]]:
    with session_scope(engine, read_only=True) as session:
        return matches.ranked(session, HAARLEM.slug, priority=priority, blocked=blocked)


def identifiers(found: list[tuple[Call, Match]]) -> set[str]:
    return {call.data.identifier for call, _ in found}


def one(engine: Engine, call: Call) -> Call:
    with session_scope(engine, read_only=True) as session:
        (found,) = calls.find(session, call.data.identifier)
    return found


def test_the_store_sets_apart_what_is_for_others(stored: Engine) -> None:
    assert identifiers(kept(stored, "klimaat", blocked=True)) == {"TEST-301", "TEST-302"}
    assert "TEST-303" in identifiers(kept(stored, "klimaat"))


def test_the_rank_that_why_not_tells_is_the_stored_one(stored: Engine) -> None:
    for call, match in kept(stored):
        told = why_not(stored, HAARLEM, call, match.priority, now=NOW)
        assert (told.rank, told.of) == (match.rank, len(kept(stored, match.priority)))


@pytest.mark.parametrize("call", [NEIGHBOUR, ELSEWHERE])
def test_why_not_tells_that_the_money_is_for_others(stored: Engine, call: Call) -> None:
    told = why_not(stored, HAARLEM, one(stored, call), "klimaat", now=NOW)
    assert told.rank is None
    assert told.causes[0] is Cause.BLOCKED
    assert told.sentence == call.data.facts[0].sentence
    assert Cause.BLOCKED in why_not(stored, HAARLEM, one(stored, call), "inkoop", now=NOW).causes


@pytest.mark.parametrize("wanted", [True, False])
def test_the_places_that_a_verdict_tells_are_the_stored_ones(stored: Engine, wanted: bool) -> None:
    before = {call.id: match.rank for call, match in kept(stored, "klimaat")}
    judged = one(stored, POOLS[2])
    verdict = Verdict(call_id=judged.id, priority="klimaat", wanted=wanted, at=NOW)
    effect = give(stored, HAARLEM, verdict, now=NOW)
    after = {call.id: match.rank for call, match in kept(stored, "klimaat")}
    assert (effect.before, effect.after) == (before[judged.id], after[judged.id])
    assert effect.moved == sum(before.get(call_id) != rank for call_id, rank in after.items()) > 0
    undone = take_back(stored, HAARLEM, judged, "klimaat", now=NOW)
    assert (undone.before, undone.after) == (after[judged.id], before[judged.id])


def test_the_baseline_is_the_stored_ranking_before_any_verdict_and_stays_it(stored: Engine) -> None:
    before = {(match.priority, match.call_id): match for _, match in kept(stored)}
    before |= {(match.priority, match.call_id): match for _, match in kept(stored, blocked=True)}
    verdict = Verdict(call_id=one(stored, POOLS[2]).id, priority="klimaat", wanted=True, at=NOW)
    for _ in range(2):
        frozen = baseline(stored, HAARLEM, now=NOW)
        assert {(match.priority, match.call_id): match for match in frozen} == before
        give(stored, HAARLEM, verdict, now=NOW)


def test_a_free_text_finds_no_money_for_others_either(stored: Engine) -> None:
    found = match_text(stored, HAARLEM, "district heating and heat pumps", now=NOW, limit=20).found
    assert "TEST-303" in identifiers(list(found))
    assert identifiers(list(found)).isdisjoint({"TEST-301", "TEST-302"})
    assert [match.rank for _, match in found] == list(range(1, len(found) + 1))
    few = match_text(stored, HAARLEM, "district heating and heat pumps", now=NOW, limit=2).found
    assert few == found[:2]


def test_two_that_rank_at_once_store_what_one_would(stored: Engine) -> None:
    judged = one(stored, POOLS[2])
    said = Verdict(call_id=judged.id, priority="klimaat", wanted=True, at=NOW)
    with ThreadPoolExecutor(4) as pool:
        rankings = [pool.submit(rank_all, stored, HAARLEM, now=NOW) for _ in range(3)]
        judging = pool.submit(give, stored, HAARLEM, said, now=NOW)
        assert all(future.result().matches for future in rankings)
        assert judging.result().verdict == said
    at_once = kept(stored)
    rank_all(stored, HAARLEM, now=NOW)
    assert kept(stored) == at_once


def test_who_ranks_waits_for_who_ranks(stored: Engine) -> None:
    with ThreadPoolExecutor(1) as pool:
        with ranking_alone(stored):
            other = pool.submit(rank_all, stored, HAARLEM, now=NOW)
            with pytest.raises(TimeoutError):
                other.result(0.5)
        assert other.result().matches


def test_a_verdict_is_kept_with_its_line_in_the_trail_or_not_at_all(stored: Engine) -> None:
    judged = one(stored, POOLS[2])
    said = Verdict(call_id=judged.id, priority="klimaat", wanted=True, at=NOW)

    def refuse(_session: Session) -> None:
        raise UsageError("there is no such call any more")

    with pytest.raises(UsageError, match="no such call"):
        give(stored, HAARLEM, said, now=NOW, tell=refuse)
    assert verdicts(stored, HAARLEM) == []
    give(stored, HAARLEM, said, now=NOW)
    with pytest.raises(UsageError, match="no such call"):
        take_back(stored, HAARLEM, judged, "klimaat", now=NOW, tell=refuse)
    assert len(verdicts(stored, HAARLEM)) == 1

"""A reviewer's verdict from the door to the ranking, and back."""

import datetime as dt

import pytest

from db import calls, feedback, matches
from db.engine import Engine, session_scope
from tests.matching.calls import CALLS, HEAT, NOW
from tests.matching.test_feedback import POOLS
from tracker.core.errors import UsageError
from tracker.core.feedback import Verdict
from tracker.core.match import Match
from tracker.feedback import baseline, give, take_back, verdicts
from tracker.profile_file import load_profile, shipped_profile_path
from tracker.ranking import rank_all

HAARLEM = load_profile(shipped_profile_path())
LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def stored(engine: Engine) -> Engine:
    with session_scope(engine) as session:
        for call in (*CALLS, *POOLS):
            calls.insert(session, call.data, at=NOW, run_id=None)
    rank_all(engine, HAARLEM, now=NOW)
    return engine


def kept(engine: Engine) -> list[Match]:
    with session_scope(engine, read_only=True) as session:
        return [match for _, match in matches.ranked(session, HAARLEM.slug)]


def verdict(engine: Engine, ref: str, *, wanted: bool, because: str = "") -> Verdict:
    with session_scope(engine, read_only=True) as session:
        (call,) = calls.find(session, ref)
    return Verdict(call_id=call.id, priority="klimaat", wanted=wanted, at=NOW, because=because)


def test_a_verdict_changes_the_stored_ranking_and_taking_it_back_restores_it(stored: Engine) -> None:
    before = kept(stored)
    given = verdict(stored, "TEST-204", wanted=True, because="Past bij de wijk.")
    effect = give(stored, HAARLEM, given, now=NOW)
    assert kept(stored) != before
    assert effect.because_of
    assert effect.before is not None
    assert effect.after is not None
    assert effect.after <= effect.before
    assert tuple(match for match in baseline(stored, HAARLEM, now=NOW) if match.rank) == tuple(
        sorted(before, key=lambda one: [p.slug for p in HAARLEM.priorities].index(one.priority))
    )
    ((call, held),) = verdicts(stored, HAARLEM)
    assert (call.data.identifier, held.because, held.wanted) == ("TEST-204", "Past bij de wijk.", True)
    undone = take_back(stored, HAARLEM, call, "klimaat", now=LATER)
    assert (undone.before, undone.after) == (effect.after, effect.before)
    assert kept(stored) == before
    assert verdicts(stored, HAARLEM) == []


def test_the_last_word_holds_and_undoing_it_brings_the_one_before_back(stored: Engine) -> None:
    yes, no = (verdict(stored, "TEST-204", wanted=wanted) for wanted in (True, False))
    with session_scope(stored) as session:
        feedback.add(session, HAARLEM.slug, yes)
        feedback.add(session, HAARLEM.slug, no)
        assert [one.wanted for one in feedback.active(session, HAARLEM.slug)] == [False]
        assert feedback.active(session, "another city") == []
        undone = feedback.undo(session, HAARLEM.slug, priority="klimaat", call_id=yes.call_id, at=LATER)
        assert undone is not None
        assert not undone.wanted
        assert [one.wanted for one in feedback.active(session, HAARLEM.slug)] == [True]


def test_what_cannot_be_done_is_told(stored: Engine) -> None:
    with pytest.raises(UsageError, match="no verdict on TEST-1 under klimaat"):
        take_back(stored, HAARLEM, HEAT, "klimaat", now=NOW)
    with pytest.raises(UsageError, match="There are: inkoop, klimaat"):
        take_back(stored, HAARLEM, HEAT, "parken", now=NOW)


def test_after_a_verdict_the_stored_ranking_is_the_one_that_ranking_everything_gives(stored: Engine) -> None:
    give(stored, HAARLEM, verdict(stored, "TEST-204", wanted=True), now=NOW)
    after = kept(stored)
    assert {match.priority for match in after} > {"klimaat"}
    rank_all(stored, HAARLEM, now=NOW)
    assert kept(stored) == after

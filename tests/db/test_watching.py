"""What is kept of watched pages, of candidates found on them, and of pairs that a person kept apart."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from db import watching
from db.engine import Engine, session_scope
from db.watching import CandidateState, KeptCandidate
from tests.db.samples import LATER, NOW, data, keep
from tracker.core.call import Deadline

FOUND = KeptCandidate(
    key="a1b2c3d4e5f60718",
    page="kansen-voor-west",
    url="https://regio.example.org/openstellingen",
    programme="efro-west",
    place="West-Regio",
    neighbour=False,
    language="nl",
    title="Warmte uit oppervlaktewater",
    sentence="De openstelling sluit op 1 maart 2027 om 17.00 uur.",
    text="Gemeenten kunnen een aanvraag doen.\nDe openstelling sluit op 1 maart 2027 om 17.00 uur.",
    opens_on=dt.date(2027, 1, 4),
    deadline=Deadline(dt.date(2027, 3, 1), dt.time(17)),
    amounts=(Decimal("3250000"), Decimal("0.50")),
    first_seen=NOW,
    last_seen=NOW,
)


def kept(engine: Engine, state: CandidateState | None = None) -> list[KeptCandidate]:
    with session_scope(engine) as session:
        return watching.candidates(session, state=state)


def test_a_page_keeps_its_text_and_when_that_last_changed(engine: Engine) -> None:
    readings = [("one", NOW, True), ("one", LATER, False), ("two — €", LATER, True)]
    with session_scope(engine) as session:
        assert watching.page(session, "urbact") is None
    for text, at, changed in readings:
        with session_scope(engine) as session:
            assert watching.keep_page(session, "urbact", url="https://u.example", text=text, at=at) is changed
    with session_scope(engine) as session:
        page = watching.page(session, "urbact")
    assert page is not None
    assert (page.text, page.read_at, page.changed_at) == ("two — €", LATER, LATER)


def test_reading_the_same_text_moves_only_the_moment_of_reading(engine: Engine) -> None:
    for at in (NOW, LATER):
        with session_scope(engine) as session:
            watching.keep_page(session, "urbact", url="https://u.example", text="same", at=at)
    with session_scope(engine) as session:
        page = watching.page(session, "urbact")
    assert page is not None
    assert (page.read_at, page.changed_at) == (LATER, NOW)


def test_a_candidate_comes_back_whole(engine: Engine) -> None:
    bare = replace(FOUND, key="bare", opens_on=None, deadline=None, amounts=(), neighbour=True)
    day_only = replace(FOUND, key="day", deadline=Deadline(dt.date(2027, 3, 1)))
    with session_scope(engine) as session:
        assert watching.keep_candidates(session, [FOUND, bare, day_only]) == 3
    assert {one.key: one for one in kept(engine)} == {one.key: one for one in (FOUND, bare, day_only)}


@pytest.mark.parametrize("state", list(CandidateState))
def test_what_a_person_decided_stays_decided_when_the_passage_changes(
    engine: Engine, state: CandidateState
) -> None:
    with session_scope(engine) as session:
        watching.keep_candidates(session, [FOUND])
        watching.decide_candidate(session, FOUND.key, state)
    moved = replace(FOUND, deadline=Deadline(dt.date(2027, 6, 1)), first_seen=LATER, last_seen=LATER)
    with session_scope(engine) as session:
        assert watching.keep_candidates(session, [moved]) == 0
    assert kept(engine) == [replace(moved, first_seen=NOW, state=state)]
    assert kept(engine, state) == kept(engine)
    assert kept(engine, next(other for other in CandidateState if other is not state)) == []


def test_the_newest_candidate_comes_first(engine: Engine) -> None:
    newer = replace(FOUND, key="newer", first_seen=LATER, last_seen=LATER)
    with session_scope(engine) as session:
        watching.keep_candidates(session, [FOUND])
        watching.keep_candidates(session, [newer])
    assert [one.key for one in kept(engine)] == ["newer", FOUND.key]


def test_pairs_are_kept_once_whatever_their_order(engine: Engine) -> None:
    one, other = keep(engine, data("1"), data("2"))
    for pair in ((other, one), (one, other)):
        with session_scope(engine) as session:
            watching.keep_apart(session, *pair, at=NOW)
    with session_scope(engine) as session:
        assert watching.apart(session) == frozenset({(one, other)})

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.explain import telling, whole
from matching.merging import numbered
from matching.query import priority_concepts
from matching.ranker import Ranker
from tests.matching.calls import (
    CALLS,
    CLOSED,
    FOOD,
    HEAT,
    NOW,
    OTHER_PROGRAMME,
    PHYSICS,
    PROCUREMENT,
    TOWNS,
    make_call,
)
from tracker.core.call import Call, CallText
from tracker.core.match import Match, ReasonKind
from tracker.core.profile import Municipality, Strength
from tracker.profile_file import load_profile, shipped_profile_path

HAARLEM = load_profile(shipped_profile_path())


def ranked(calls: list[Call], slug: str, city: Municipality = HAARLEM) -> list[Match]:
    return [match for match in Ranker.fit(calls).rank(city, NOW) if match.priority == slug and match.rank]


@pytest.mark.parametrize(
    ("slug", "call"), [("klimaat", HEAT), ("circulair", FOOD), ("inkoop", PROCUREMENT), ("sociaal", TOWNS)]
)
def test_each_priority_has_its_own_call_on_top(slug: str, call: Call) -> None:
    matches = ranked(CALLS, slug)
    assert [match.rank for match in matches] == list(range(1, len(matches) + 1))
    assert matches[0].call_id == call.id
    assert matches[0].strength.rank >= Strength.GOOD.rank


def one(call_id: int, score: float, strength: Strength, rank: int = 1) -> Match:
    return Match(call_id=call_id, priority="klimaat", score=score, strength=strength, rank=rank)


def test_the_strongest_word_stands_first_then_the_score_and_what_is_shut_last() -> None:
    found = numbered(
        [
            one(1, 9.0, Strength.NONE, rank=0),
            one(2, 8.0, Strength.POSSIBLE),
            one(3, 5.0, Strength.STRONG),
            one(4, 6.0, Strength.GOOD),
            one(5, 7.0, Strength.STRONG),
            one(6, 6.0, Strength.GOOD),
        ]
    )
    assert [(match.call_id, match.rank) for match in found] == [
        (5, 1),
        (3, 2),
        (4, 3),
        (6, 4),
        (2, 5),
        (1, 0),
    ]


def test_what_no_call_says_in_any_wording_is_told_apart() -> None:
    ranker = Ranker.fit(CALLS)
    assert ranker.unsaid("warmtenet en kernfusie in de wijk", "nl") == ("kernfusie",)
    assert ranker.unsaid("district heating and unicorns", "en") == ("unicorns",)
    assert ranker.unsaid("", "nl") == ()


def test_closed_calls_and_other_programmes_are_not_ranked() -> None:
    seen = {match.call_id for match in Ranker.fit(CALLS).rank(HAARLEM, NOW)}
    assert seen.isdisjoint({CLOSED.id, OTHER_PROGRAMME.id})


def test_physics_is_good_for_no_priority() -> None:
    matches = [match for match in Ranker.fit(CALLS).rank(HAARLEM, NOW) if match.call_id == PHYSICS.id]
    assert all(match.strength.rank < Strength.GOOD.rank for match in matches)


def test_reasons_are_the_calls_own_words_and_their_shares_add_up() -> None:
    for match in Ranker.fit(CALLS).rank(HAARLEM, NOW):
        terms = [reason for reason in match.reasons if reason.kind is ReasonKind.TERM]
        call = next(call for call in CALLS if call.id == match.call_id)
        words = f"{call.data.title} {call.data.texts[0].body}"
        assert 1 <= len(telling(terms)) <= 4
        assert sum(reason.share for reason in terms) == pytest.approx(1.0)
        assert len({reason.term for reason in terms}) == len(terms)
        for reason in terms:
            assert reason.phrase in words
            assert reason.phrase in reason.snippet


def test_a_reason_is_told_in_the_citys_own_words() -> None:
    top = ranked(CALLS, "klimaat")[0]
    told = {reason.term: reason.phrase for reason in top.reasons if reason.kind is ReasonKind.TERM}
    assert told["warmteplan van de gemeente"] == "Local heating and cooling plans"


def test_a_dutch_copy_is_read_beside_the_english_text() -> None:
    dutch = CallText("nl", "Een warmtenet voor de wijk", "Gemeenten bouwen samen een warmtenet.")
    call = make_call(1, "Something untold", "", dutch=dutch)
    match = ranked([call, FOOD], "klimaat")[0]
    reason = match.reasons[0]
    assert (match.call_id, reason.term, reason.phrase, reason.language) == (1, "warmtenet", "warmtenet", "nl")


def test_a_lone_word_never_makes_a_call_good() -> None:
    call = make_call(1, "Hydrogen", "Hydrogen. " * 50)
    assert ranked([call, *CALLS[1:]], "klimaat")[0].strength.rank < Strength.GOOD.rank


def test_what_the_title_says_counts_more_than_the_same_words_below_it() -> None:
    titled = make_call(1, "Circular construction for cities", "Cities and municipalities take part.")
    below = make_call(2, "Something else for cities", "Cities take part in circular construction.")
    first, second = ranked([below, titled], "circulair")
    assert (first.call_id, second.call_id) == (1, 2)
    assert sum(one.share for one in first.reasons if one.kind is ReasonKind.TERM) == pytest.approx(1.0)


def test_a_call_that_speaks_of_no_city_is_never_good() -> None:
    study = "Circular construction and the reuse of materials are modelled by scholars at length. " * 20
    (match,) = ranked([make_call(1, "Circular construction and reuse of materials", study)], "circulair")
    assert match.strength is Strength.POSSIBLE


def test_a_priority_weighs_most_what_it_says_of_itself() -> None:
    priority = HAARLEM.chosen("sociaal")
    weights = {concept.term: concept.weight for concept in priority_concepts(priority)}
    assert weights["armoede"] > weights["veilig tegen geweld"]


def test_the_parts_of_an_idea_are_not_told_as_its_translation() -> None:
    told = dict(Ranker.fit(CALLS).told_in_english("warmtenet"))
    assert told["warmtenet"]
    assert all(" " in wording for wording in told["warmtenet"])


def test_a_longer_word_that_holds_an_excluded_one_sinks_nothing() -> None:
    title = f"{HEAT.data.title}: a Built4People Partnership"  # the priority excludes "shipping"
    matches = ranked([make_call(8, title, HEAT.data.texts[0].body)], "klimaat")
    assert not any(reason.kind is ReasonKind.SINK for reason in matches[0].reasons)


def test_an_excluded_word_in_the_title_sinks_a_call() -> None:
    aircraft = make_call(8, "Local heating and cooling plans for aircraft", HEAT.data.texts[0].body)
    matches = {match.call_id: match for match in ranked([*CALLS, aircraft], "klimaat")}
    assert matches[8].score < matches[1].score / 2
    assert any(reason.kind is ReasonKind.SINK and reason.term == "aircraft" for reason in matches[8].reasons)


def test_a_blocked_call_is_shown_apart_with_its_sentence() -> None:
    sentence = "Participation is limited to SMEs established in the Union."
    blocked = make_call(
        8, "Local heating and cooling plans for firms", f"{HEAT.data.texts[0].body} {sentence}"
    )
    matches = [
        match for match in Ranker.fit([*CALLS, blocked]).rank(HAARLEM, NOW) if match.priority == "klimaat"
    ]
    found = next(match for match in matches if match.call_id == 8)
    assert (found.rank, found.blocked, found.strength) == (0, sentence, Strength.NONE)
    assert found.reasons[-1].kind is ReasonKind.BLOCKER
    assert sorted(match.rank for match in matches if match.rank) == list(range(1, len(matches)))


def test_the_same_calls_in_another_order_give_the_same_answer() -> None:
    assert Ranker.fit(CALLS).rank(HAARLEM, NOW) == Ranker.fit(CALLS[::-1]).rank(HAARLEM, NOW)


def test_equal_calls_are_ordered_by_their_id() -> None:
    twins = [replace(HEAT, id=number) for number in (9, 4, 7)]
    assert [match.call_id for match in ranked(twins, "klimaat")] == [4, 7, 9]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    others=st.lists(st.sampled_from(["Heat networks", "Membranes", "Food waste in towns", "Public buyers"])),
    gone=st.sampled_from([PHYSICS, TOWNS, PROCUREMENT]),
)
def test_scores_stay_put_when_other_calls_come_and_go(others: list[str], gone: Call) -> None:
    came = [make_call(100 + number, title, f"{title}. " * 9) for number, title in enumerate(others)]
    kept = [call for call in CALLS if call.id != gone.id]

    def told(calls: list[Call]) -> set[tuple[str, int, float, Strength]]:
        ids = {call.id for call in kept}
        matches = Ranker.fit(calls).rank(HAARLEM, NOW)
        return {(one.priority, one.call_id, one.score, one.strength) for one in matches if one.call_id in ids}

    assert told(CALLS) == told([*kept, *came])


def test_a_free_text_finds_its_call_in_dutch_and_in_english() -> None:
    ranker = Ranker.fit(CALLS)
    for text in ("wijken met een warmtenet", "district heating in neighbourhoods"):
        matches = ranker.match_text(text, now=NOW, limit=3)
        assert matches[0].call_id in {HEAT.id, OTHER_PROGRAMME.id}
        assert matches[0].priority == ""
        assert len(matches) <= 3


def test_a_free_text_without_a_word_finds_nothing() -> None:
    ranker = Ranker.fit(CALLS)
    assert ranker.match_text("", now=NOW, limit=5) == ()
    assert ranker.match_text("de het een 123", now=NOW, limit=5) == ()


def test_no_calls_give_no_matches() -> None:
    assert Ranker.fit([]).rank(HAARLEM, NOW) == ()
    assert Ranker.fit([]).match_text("warmtenet", now=NOW, limit=5) == ()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(title=st.text(max_size=60), body=st.text(max_size=400), dutch=st.text(max_size=100))
def test_odd_texts_are_ranked_without_a_fall(title: str, body: str, dutch: str) -> None:
    odd = make_call(50, title, body, dutch=CallText("nl", dutch, body))
    for match in Ranker.fit([HEAT, odd]).rank(HAARLEM, NOW):
        shares = [reason.share for reason in match.reasons if reason.kind is ReasonKind.TERM]
        assert match.score >= 0
        assert not shares or sum(shares) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "text",
    [
        CallText("en", "", ""),
        CallText("nl", "Warmtenetten in de stad", "Alleen in het Nederlands."),
        CallText("en", "Heat", "district heating " * 40_000),
        CallText("el", "Πόλεις και κλίμα", "Τηλεθέρμανση στις πόλεις — “θερμό” 🌍"),
    ],
)
def test_empty_dutch_huge_and_foreign_texts_are_ranked(text: CallText) -> None:
    call = replace(HEAT, id=60, data=replace(HEAT.data, texts=(text,)))
    matches = ranked([HEAT, call], "klimaat")
    assert matches[0].call_id in {HEAT.id, 60}


def test_readers_hear_of_every_idea_of_the_shipped_priorities_in_dutch() -> None:
    haarlem = load_profile(shipped_profile_path())
    english = {
        keyword
        for one in haarlem.priorities
        for keyword in one.en.keywords
        if keyword not in {*one.nl.keywords, *(dutch for dutch, _ in one.pairs)}
    }
    assert english
    for priority in haarlem.priorities:
        assert not {concept.term for concept in priority_concepts(priority)} & english


@pytest.mark.parametrize(
    ("phrase", "language", "shown"),
    [
        ("disadvantaged children's", "en", "disadvantaged children"),
        ("disadvantaged children’s", "en", "disadvantaged children"),
        ("local authorities'", "en", "local authorities"),
        ("community-", "en", "community"),
        ("nature based –", "en", "nature based"),
        ("oude foto's", "nl", "oude foto's"),
        ("buurt-", "nl", "buurt"),
        ("children's rights", "en", "children's rights"),
    ],
)
def test_a_quote_has_no_leftovers_at_its_end(phrase: str, language: str, shown: str) -> None:
    assert whole(phrase, language) == shown

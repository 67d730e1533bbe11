from dataclasses import replace

import pytest

from matching.explain import split_call
from matching.feedback import learn
from matching.index import Index
from matching.query import priority_concepts
from matching.ranker import LEARNED, Ranker, widest
from matching.why_not import Cause, why_not
from tests.matching.calls import CALLS, CLOSED, FOOD, HEAT, NOW, OTHER_PROGRAMME, PHYSICS, make_call
from tracker.core.call import Call
from tracker.core.feedback import Verdict
from tracker.core.match import Match, ReasonKind
from tracker.core.profile import Strength
from tracker.profile_file import load_profile, shipped_profile_path

HAARLEM = load_profile(shipped_profile_path())
KLIMAAT = next(one for one in HAARLEM.priorities if one.slug == "klimaat")
POOLS = [
    make_call(
        200 + number,
        f"Heat pumps for {place}",
        f"Heat pumps warm {place}. Training and knowledge for {place} in every region, with data and skills.",
    )
    for number, place in enumerate(["schools", "schools", "hospitals", "hospitals", "museums"])
]


def verdict(call_id: int, wanted: bool, family: str = "") -> Verdict:
    return Verdict(call_id=call_id, priority="klimaat", wanted=wanted, at=NOW, family=family)


def ranking(*verdicts: Verdict) -> dict[int, Match]:
    found = Ranker.fit([*CALLS, *POOLS]).rank_one(KLIMAAT, HAARLEM, NOW, verdicts=verdicts)
    return {match.call_id: match for match in found}


def test_a_yes_raises_the_call_and_its_likes_and_says_by_which_words() -> None:
    before, after = ranking(), ranking(verdict(202, True))
    assert after[202].score > before[202].score
    assert after[203].score - before[203].score > after[204].score - before[204].score
    told = [reason for reason in after[203].reasons if reason.term == LEARNED]
    assert [reason.kind for reason in told] == [ReasonKind.LIFT]
    assert told[0].phrase


def test_a_no_lowers_the_likes_and_never_what_the_priority_itself_asks() -> None:
    before, after = ranking(), ranking(verdict(202, False))
    assert after[203].score < before[203].score
    assert after[HEAT.id].score >= before[HEAT.id].score * 0.9
    (told,) = [reason for reason in after[203].reasons if reason.term == LEARNED]
    assert told.kind is ReasonKind.SINK
    assert "Heat pumps" not in told.phrase.split(", ")


def test_siblings_count_once() -> None:
    once = ranking(verdict(202, True, "PARENT"), verdict(200, True, "OTHER"))
    twice = ranking(verdict(202, True, "PARENT"), verdict(203, True, "PARENT"), verdict(200, True, "OTHER"))
    assert twice[204].score == pytest.approx(once[204].score, rel=0.02)


def test_no_verdict_is_the_baseline_and_another_priority_learns_nothing() -> None:
    assert ranking(replace(verdict(202, True), priority="inkoop")) == ranking()
    assert ranking(verdict(9999, True)) == ranking()


def test_no_word_of_everyday_speech_is_learned_nor_begins_or_ends_a_phrase() -> None:
    text = "Training against poverty during transition, within regions and against waste. Data against crime."
    calls = [make_call(500, "Against poverty", text), *CALLS]
    words = {500: split_call(calls[0].data)}
    learned = learn(Index.fit(calls), [verdict(500, True)], words, asked=priority_concepts(KLIMAAT))
    said = [phrase.words.lower().split() for concept in learned for phrase in concept.phrases]
    assert ["poverty"] in said
    assert not {"against", "during", "within"} & {word for one in said for word in (one[0], one[-1])}


def test_verdicts_in_another_order_teach_the_same() -> None:
    given = [verdict(202, True), verdict(200, False), verdict(204, True)]
    assert ranking(*given) == ranking(*given[::-1])


def test_shares_still_add_up_with_verdicts() -> None:
    for match in ranking(verdict(202, True), verdict(200, False)).values():
        shares = [reason.share for reason in match.reasons if reason.kind is ReasonKind.TERM]
        assert sum(shares) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("call", "cause"),
    [
        (HEAT, Cause.IN_TOP),
        (CLOSED, Cause.CLOSED),
        (OTHER_PROGRAMME, Cause.PROGRAMME),
        (PHYSICS, Cause.SAYS_NOTHING),
        (replace(HEAT, vanished_at=NOW), Cause.NOT_LISTED),
    ],
)
def test_why_a_call_is_not_in_the_top(call: Call, cause: Cause) -> None:
    calls = [call if one.id == call.id else one for one in CALLS]
    found = Ranker.fit(calls).rank_one(KLIMAAT, HAARLEM, NOW)
    answer = why_not(call, "klimaat", found, municipality=HAARLEM, now=NOW)
    assert answer.causes[0] is cause


def test_what_the_top_says_and_a_call_does_not_is_told() -> None:
    tops = [replace(HEAT, id=300 + number) for number in range(10)]
    weak = make_call(400, "Insulation of boats", "Insulation only.")
    found = Ranker.fit([*tops, weak]).rank_one(KLIMAAT, HAARLEM, NOW)
    answer = why_not(weak, "klimaat", found, municipality=HAARLEM, now=NOW)
    assert answer.causes[0] is Cause.WEAKER
    assert (answer.rank, answer.of) == (11, 11)
    assert answer.score < answer.tenth
    assert "warmteplan van de gemeente" in answer.missing


def test_a_call_with_more_points_below_a_stronger_word_is_told_so() -> None:
    sure = [
        Match(call_id=300 + number, priority="klimaat", score=5.0, strength=Strength.GOOD, rank=number)
        for number in range(1, 11)
    ]
    own = Match(call_id=HEAT.id, priority="klimaat", score=6.0, strength=Strength.POSSIBLE, rank=11)
    answer = why_not(HEAT, "klimaat", [*sure, own], municipality=HAARLEM, now=NOW)
    assert answer.causes[0] is Cause.LESS_SURE
    assert Cause.WEAKER not in answer.causes
    assert (answer.strength, answer.tenth_strength) == (Strength.POSSIBLE, Strength.GOOD)


def test_a_blocked_call_is_told_with_its_sentence() -> None:
    sentence = "Participation is limited to SMEs established in the Union."
    call = make_call(8, "District heating", f"{FOOD.data.texts[0].body} {sentence}")
    found = Ranker.fit([call]).rank_one(KLIMAAT, HAARLEM, NOW)
    answer = why_not(call, "klimaat", found, municipality=HAARLEM, now=NOW)
    assert answer.causes[0] is Cause.BLOCKED
    assert (answer.sentence, answer.rank) == (sentence, None)


def test_a_phrase_that_a_longer_one_says_too_is_left_out() -> None:
    said = ["Leegstaande en onderbenutte", "Leegstaande en onderbenutte ruimten", "onderbenutte ruimten"]
    assert widest(said) == ["Leegstaande en onderbenutte ruimten"]
    assert widest(["heat", "heating", "District Heating"]) == ["heat", "District Heating"]
    assert widest([]) == []

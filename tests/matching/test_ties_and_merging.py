from dataclasses import replace

import pytest

from matching.merging import merge, second_priority
from matching.ranker import TIE_FACTOR, Ranker
from matching.ties import tie_reasons
from tests.matching.calls import CALLS, HEAT, NOW, TOWNS, make_call
from tracker.core.call import CallText
from tracker.core.match import Match, ReasonKind
from tracker.core.profile import Strength
from tracker.profile_file import load_profile, shipped_profile_path

HAARLEM = load_profile(shipped_profile_path())


def test_a_call_about_twin_towns_names_the_towns_that_could_join() -> None:
    (reason,) = tie_reasons(TOWNS.data, HAARLEM.ties)
    assert (reason.kind, reason.term) == (ReasonKind.LIFT, "tie:twin_town")
    assert reason.phrase == "Osnabrück, Angers"
    assert reason.snippet == TOWNS.data.title


@pytest.mark.parametrize(
    ("sentence", "term"),
    [
        ("Networks such as Eurocities may help.", "tie:network"),
        ("See the Urban Agenda for the EU.", "tie:partnership"),
        ("Pilots in the Amsterdam Metropolitan Area count.", "tie:region"),
        ("Partners from Angers are welcome.", "tie:twin_town"),
    ],
)
def test_a_named_tie_is_told_with_its_sentence(sentence: str, term: str) -> None:
    (reason,) = tie_reasons(make_call(1, "A call", f"First this. {sentence}").data, HAARLEM.ties)
    assert (reason.term, reason.snippet) == (term, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Haarlem, 3 november 2026. Gedeputeerde Staten van Noord-Holland.",
        "A mutual recognition agreement (MRA) is signed.",
        "Harlemmermeer and eurocitiesque ideas.",
        "One twinned town is enough.",
    ],
)
def test_the_citys_own_name_and_other_meanings_never_count(sentence: str) -> None:
    assert tie_reasons(make_call(1, "A call", sentence).data, HAARLEM.ties) == ()


def test_a_short_name_counts_in_dutch() -> None:
    call = make_call(1, "A call", dutch=CallText("nl", "Oproep", "Gemeenten in de MRA doen mee."))
    assert [reason.term for reason in tie_reasons(call.data, HAARLEM.ties)] == ["tie:region"]


def test_a_tie_raises_a_call_by_its_factor_and_says_so() -> None:
    text = HEAT.data.texts[0]
    named = replace(
        HEAT, id=90, data=replace(HEAT.data, texts=(replace(text, body=text.body + " EUROCITIES."),))
    )
    ranking = {one.call_id: one for one in Ranker.fit([HEAT, named]).rank(HAARLEM, NOW)}
    assert any(reason.term == "tie:network" for reason in ranking[90].reasons)
    assert ranking[90].score == pytest.approx(ranking[1].score * TIE_FACTOR, rel=0.03)


def match(call_id: int, priority: str, rank: int, score: float) -> Match:
    return Match(call_id=call_id, priority=priority, score=score, strength=Strength.GOOD, rank=rank)


LOUD = [match(number, "loud", number, 100.0 - number) for number in range(1, 21)]
SOFT = [match(100 + number, "soft", number, 3.0 - number / 10) for number in range(1, 4)]


def test_no_priority_is_crowded_out() -> None:
    merged = merge([*LOUD, *SOFT], 6)
    assert sorted(one.priority for one in merged) == ["loud"] * 3 + ["soft"] * 3
    assert len(merge([*LOUD, *SOFT])) == len(LOUD) + len(SOFT)


def test_a_call_is_given_once_under_its_best_priority_and_tells_the_second() -> None:
    both = match(1, "soft", 9, 0.1)
    merged = merge([*LOUD, *SOFT, both])
    assert [one.priority for one in merged if one.call_id == 1] == ["loud"]
    assert second_priority([*LOUD, *SOFT, both], 1) == "soft"
    assert second_priority([*LOUD, *SOFT], 1) == ""


def test_a_blocked_call_is_not_merged() -> None:
    assert merge([replace(match(1, "loud", 0, 9.0), blocked="Only companies.")]) == ()


def test_the_order_of_what_is_given_does_not_matter() -> None:
    ranking = Ranker.fit(CALLS).rank(HAARLEM, NOW)
    assert merge(ranking) == merge(ranking[::-1])

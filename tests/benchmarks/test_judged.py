"""Our own grades are kept whole, and measured as they should be."""

import json
from collections import Counter

import pytest

from benchmarks import judged
from benchmarks.judged import Judgement, agreement, grades_of, meaning, quality, read_judgements, read_other
from tests import real_data
from tests.real_data import real_calls
from tracker.profile_file import load_profile, shipped_profile_path

HAARLEM = load_profile(shipped_profile_path())
OTHER = judged.other_city()


def judge(*grades: int) -> list[Judgement]:
    return [Judgement("p", str(number), grade, grade, grade, grade) for number, grade in enumerate(grades)]


def test_every_priority_has_enough_graded_pairs_and_none_twice() -> None:
    judgements = read_judgements()
    assert len(judgements) >= 200
    assert len({(one.priority, one.identifier) for one in judgements}) == len(judgements)
    counted = Counter(one.priority for one in judgements)
    assert set(counted) == {priority.slug for priority in HAARLEM.priorities}
    assert min(counted.values()) >= 30
    assert {one.grade for one in judgements} == {0, 1, 2, 3}


def test_a_settled_grade_is_one_of_the_two_or_between_them() -> None:
    for one in read_judgements():
        assert min(one.pass1, one.pass2) <= one.grade <= max(one.pass1, one.pass2)


def test_every_graded_call_is_one_of_the_real_ones() -> None:
    real = {call.data.identifier for call in real_calls()}
    assert {one.identifier for one in read_judgements()} <= real
    assert {identifier for grades in read_other().values() for identifier in grades} <= real


def test_the_other_city_has_five_priorities_with_enough_graded_pairs() -> None:
    grades = read_other()
    assert set(grades) == {priority.slug for priority in OTHER.priorities}
    assert not set(grades) & {priority.slug for priority in HAARLEM.priorities}
    assert min(map(len, grades.values())) >= 30
    assert {grade for graded in grades.values() for grade in graded.values()} == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("passes", "exact", "within_one", "kappa"),
    [
        ([(0, 0), (3, 3), (1, 1), (2, 2)], 1.0, 1.0, 1.0),
        ([(0, 3), (3, 0)], 0.0, 0.0, -1.0),
        ([(0, 0), (0, 1), (3, 3), (3, 2)], 0.5, 1.0, 0.857),  # 1 - (2 / 4) / (56 / 16)
        ([(1, 1), (1, 1)], 1.0, 1.0, 1.0),
    ],
)
def test_agreement_by_hand(
    passes: list[tuple[int, int]], exact: float, within_one: float, kappa: float
) -> None:
    found = agreement(passes)
    assert (found.exact, found.within_one, found.kappa) == (exact, within_one, kappa)


def test_quality_by_hand() -> None:
    grades = {"a": 3, "b": 2, "c": 1, "d": 0}
    found = quality("p", "ours", ["b", "x", "a", "c", "d", "y"], grades=grades)
    assert (found.precision5, found.precision10, found.unjudged) == (0.4, 0.2, 2)
    # (3 + 7/2 + 1/log2(5)) / (7 + 3/log2(3) + 1/2) = 6.931 / 9.393
    assert found.ndcg10 == 0.738


def test_a_ranking_as_good_as_can_be_has_ndcg_one_and_nothing_graded_has_none() -> None:
    assert quality("p", "ours", ["a", "b"], grades={"a": 3, "b": 1}).ndcg10 == 1.0
    assert quality("p", "ours", ["a"], grades={"a": 0}).ndcg10 == 0.0


def test_the_meaning_of_a_word_is_told_of_judged_calls_alone() -> None:
    grades = grades_of(judge(3, 1, 0))
    found = meaning("strong", [("p", "0"), ("p", "1"), ("p", "2"), ("p", "unknown")], grades=grades)
    assert (found.calls, found.judged, found.wanted, found.marginal) == (4, 3, 0.333, 0.667)
    assert meaning("good", [("q", "0")], grades=grades).wanted is None


def test_the_command_says_why_it_cannot_measure(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_REAL_DATA", "")
    real_data.real_records.cache_clear()
    judged.main([])
    assert capsys.readouterr().out.startswith("Skipped: TRACKER_REAL_DATA")
    judged.main(["--json"])
    assert "TRACKER_REAL_DATA" in json.loads(capsys.readouterr().out)["skipped"]


def test_the_figures_cover_every_priority_system_and_word(capsys: pytest.CaptureFixture[str]) -> None:
    real_calls()  # skips here when the real data is absent
    judged.main(["--json", "--peer", "tfidf"])
    report = json.loads(capsys.readouterr().out)
    assert [one["judge"] for one in report["opinions"]] == ["first", "second", "other city"]
    for opinion, city in zip(report["opinions"], (HAARLEM, HAARLEM, OTHER), strict=True):
        cells = {(row["priority"], row["system"]) for row in opinion["quality"]}
        assert len(cells) == len(opinion["quality"]) == (len(city.priorities) + 1) * 2
        assert all(row["unjudged"] >= 0 and 0 <= row["ndcg10"] <= 1 for row in opinion["quality"])
        assert [row["name"] for row in opinion["strengths"]] == ["strong", "good", "possible", "none"]

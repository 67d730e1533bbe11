"""Speed, verdicts and parts are measured as their tables say."""

import pytest

from benchmarks import ablation, feedback, speed
from benchmarks.feedback import Taught
from benchmarks.ranking import Document, Pack
from tests import real_data

DOCUMENTS = tuple(
    Document(f"D{number}", f"{theme} in towns, part {number}", f"{theme} for neighbourhoods. {theme} again.")
    for number, theme in enumerate(["Heat networks", "Heat pumps", "Museums", "Crafts", "Membranes", "Ions"])
)
PACK = Pack("small", DOCUMENTS, {"heat.sen": "heat", "arts.sen": "museums"}, {"heat": {"D0": 2, "D1": 1}})


def test_a_document_that_stands_in_two_packs_is_measured_once() -> None:
    ground = speed.prepare([PACK, PACK])
    assert len(ground.calls) == len(ground.texts) == len(DOCUMENTS)
    assert [call.id for call in ground.calls] == list(range(1, len(DOCUMENTS) + 1))


@pytest.mark.parametrize("system", list(speed.SYSTEMS))
def test_every_system_answers_with_its_best(system: str) -> None:
    ground = speed.prepare([PACK])
    answer = speed.SYSTEMS[system](ground)("heat.sen", "heat")
    assert {int(str(one)) for one in answer[:2]} in ({1, 2}, {0, 1})  # our ids start at 1, places at 0


def test_ratios_are_ours_divided_by_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "REPEATS", 1)
    times = {"ours": speed.Times(2.0, 1.0, 3.0, 1.0), "bm25s": speed.Times(4.0, 0.5, 1.5, 0.25)}
    monkeypatch.setattr(speed, "SYSTEMS", {name: name for name in times})
    monkeypatch.setattr(speed, "_times", lambda indexer, _ground: times[indexer])
    ours, theirs = speed.measure([PACK])
    assert (ours.ours_index_ratio, ours.ours_english_ratio, ours.ours_dutch_ratio) == (1.0, 1.0, 1.0)
    assert (theirs.ours_index_ratio, theirs.ours_english_ratio, theirs.ours_dutch_ratio) == (0.5, 2.0, 2.0)
    assert "| bm25s | 6 | 4.000 | 0.500 | 1.500 | 25% | 0.50 | 2.00 | 2.00 |" in speed.table([PACK])


def test_only_a_system_that_is_told_the_words_answers_in_dutch() -> None:
    pack = Pack("two", DOCUMENTS, {"heat.sen": "heat pumps", "heat.snl": "warmtepompen"}, {})
    answered = {
        name: speed._times(speed.SYSTEMS[name], speed.prepare([pack])).answered
        for name in ("ours", "bm25s", "bm25s_told", "tfidf")
    }
    assert answered == {"ours": 1.0, "bm25s": 0.0, "bm25s_told": 1.0, "tfidf": 0.0}


def test_a_verdict_is_measured_on_other_families(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_REAL_DATA", "")
    real_data.real_records.cache_clear()
    ground = feedback.prepare(PACK)
    assert ground.families[1] != ground.families[2]
    found = feedback.trial(ground, "heat.sen", yes=1, no=0, seed=0)
    assert found is not None
    assert found[1] >= found[0] > 0
    assert feedback.trial(ground, "heat.sen", yes=2, no=0, seed=0) is None


def test_the_gain_of_verdicts_is_told_with_its_interval() -> None:
    taught = Taught("small", 3, 0, ((0.2, 0.4), (0.4, 0.6)))
    assert feedback.table([taught, Taught("empty", 1, 0, ())])[2:] == [
        "| small | 3 | 0 | 2 | 0.300 | 0.500 | +0.200 to +0.200 |"
    ]


def test_what_a_part_gives_is_what_is_lost_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ablation, "prepare", lambda packs: ablation.Ground(packs, has_judged=False))
    lines = ablation.table([PACK], [Taught("small", 3, 0, ((0.2, 0.4), (0.4, 0.6)))])
    assert lines[0] == "| part | small sen | gives (95 %) |"
    assert lines[2] == "| all parts | 1.000 / 1.000 | - |"
    assert len(lines) == 3 + len(ablation.PARTS)
    assert lines[-1] == "| without three verdicts | 0.300, with 0.500 | +0.200 (+0.200 to +0.200) |"

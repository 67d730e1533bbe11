"""Similar calls: the likest first, past ones too, in either language, and at once."""

import numpy as np

from matching.features import feature_hash
from matching.index import Index
from matching.neighbours import LEAST, Neighbour, Neighbours, shared_words
from tests.matching.calls import CALLS, CLOSED, FOOD, HEAT, PHYSICS, make_call
from tests.real_data import real_calls
from tracker.core.call import CallText

NEIGHBOURS = Neighbours.of(Index.fit(CALLS))


def nearest(call_id: int, *, among: Neighbours = NEIGHBOURS, limit: int = 5) -> list[int]:
    return [one.call_id for one in among.nearest(call_id, limit=limit)]


def test_a_past_call_on_the_same_theme_is_the_nearest() -> None:
    assert nearest(HEAT.id)[0] == CLOSED.id
    assert nearest(CLOSED.id)[0] in {HEAT.id, 7}


def test_a_call_is_no_neighbour_of_itself_nor_of_what_shares_nothing() -> None:
    assert HEAT.id not in nearest(HEAT.id)
    assert PHYSICS.id not in nearest(FOOD.id)


def test_the_likeness_is_the_cosine_of_the_weights() -> None:
    known = NEIGHBOURS.index.languages["en"]
    dense = known.matrix().toarray().astype(float)
    rows = {call_id: dense[place] for place, call_id in enumerate(known.call_ids.tolist())}
    for found in NEIGHBOURS.nearest(HEAT.id, limit=10):
        one, other = rows[HEAT.id], rows[found.call_id]
        cosine = one @ other / np.linalg.norm(one) / np.linalg.norm(other)
        assert abs(found.likeness - cosine) < 1e-6


def test_likeness_is_the_same_from_both_sides_and_falls() -> None:
    found = NEIGHBOURS.nearest(HEAT.id, limit=10)
    assert [one.likeness for one in found] == sorted((one.likeness for one in found), reverse=True)
    assert all(LEAST <= one.likeness <= 1 for one in found)
    back = {one.call_id: one.likeness for one in NEIGHBOURS.nearest(found[0].call_id, limit=10)}
    assert abs(back[HEAT.id] - found[0].likeness) < 1e-6


def test_a_copy_of_a_call_is_entirely_like_it() -> None:
    copy = make_call(8, HEAT.data.title, HEAT.data.texts[0].body)
    found = Neighbours.of(Index.fit([*CALLS, copy])).nearest(HEAT.id, limit=1)
    assert found[0].call_id == 8
    assert abs(found[0].likeness - 1) < 1e-6


def test_words_of_everyday_speech_and_those_of_any_call_are_not_named_as_shared() -> None:
    dutch = [
        make_call(number, title, dutch=CallText("nl", "Samen oplossingen", "Samen werken aan warmtenetten."))
        for number, title in ((11, "Quarks"), (12, "Butterflies"))
    ]
    (found,) = Neighbours.of(Index.fit([*CALLS, *dutch])).nearest(11, limit=1)
    (words,) = shared_words(dutch[0].data, [found])
    assert "warmtenetten" in " ".join(words)
    assert not {"samen", "oplossingen", "samen oplossingen"} & {word.lower() for word in words}


def test_calls_are_compared_in_dutch_where_both_have_only_that_in_common() -> None:
    dutch = [
        make_call(
            number, title, dutch=CallText("nl", "Warmtenetten in de wijk", "Gemeenten en warmtenetten.")
        )
        for number, title in ((11, "Quarks"), (12, "Butterflies"))
    ]
    (found,) = Neighbours.of(Index.fit([*CALLS, *dutch])).nearest(11, limit=1)
    assert (found.call_id, found.language) == (12, "nl")


def test_the_shared_words_stand_in_the_call_and_do_not_repeat_each_other() -> None:
    (found,) = NEIGHBOURS.nearest(HEAT.id, limit=1)
    (words,) = shared_words(HEAT.data, [found])
    assert words
    said = f"{HEAT.data.title}\n{HEAT.data.texts[0].body}"
    assert all(word in said for word in words)
    assert "district heating" in words
    assert "heating" not in words


def test_words_that_the_call_says_no_more_are_not_told() -> None:
    gone = Neighbour(call_id=2, likeness=0.5, language="en", shared=(feature_hash("zeppelin"),))
    assert shared_words(HEAT.data, [gone]) == ((),)


def test_a_call_that_the_index_does_not_know_has_none() -> None:
    assert NEIGHBOURS.nearest(999, limit=5) == ()
    assert Neighbours.of(Index.fit([])).nearest(1, limit=5) == ()


def test_a_call_without_words_has_none() -> None:
    among = Neighbours.of(Index.fit([*CALLS, make_call(9, "")]))
    assert among.nearest(9, limit=5) == ()
    assert 9 not in nearest(HEAT.id, among=among, limit=20)


def test_real_topics_find_their_kin() -> None:
    calls = {call.data.identifier: call for call in real_calls()}
    among = Neighbours.of(Index.fit(list(calls.values())))
    asked = calls["LIFE-2026-CET-ENERPOV"]
    found = among.nearest(asked.id, limit=6)
    words = shared_words(asked.data, found)
    by_id = {call.id: call.data.identifier for call in calls.values()}
    assert "LIFE-2026-CET-ENERCOM" in [by_id[one.call_id] for one in found[:3]]
    assert all(words)

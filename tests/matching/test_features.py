import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.features import Features, feature_counts, feature_hash, fit
from matching.statistic import rarity
from matching.text import features
from tests.matching.calls import CALLS
from tracker.core.call import CallText


def fitted() -> Features:
    return fit([(call.id, call.data.texts[0]) for call in CALLS], "en")


def scores(index: Features, *wanted: str) -> dict[int, float]:
    found = dict.fromkeys(index.call_ids.tolist(), 0.0)
    for said in filter(None, map(index.postings, wanted)):
        for row, weight in zip(*(one.tolist() for one in said), strict=True):
            found[int(index.call_ids[row])] += weight
    return found


def test_a_word_scores_the_calls_that_say_it_and_no_other() -> None:
    found = scores(fitted(), "quark")
    assert [call_id for call_id, score in found.items() if score > 0] == [3]


def test_a_call_with_two_texts_in_one_language_says_the_words_of_both() -> None:
    found = fit(
        [(1, CallText("en", "heat", "")), (1, CallText("de", "food", "")), (2, CallText("en", "", ""))], "en"
    )
    assert found.call_ids.tolist() == [1, 2]
    assert scores(found, "heat")[1] > 0
    assert scores(found, "food")[1] > 0


def test_a_word_that_no_call_says_scores_nothing() -> None:
    assert set(scores(fitted(), "unicorn").values()) == {0.0}
    assert set(scores(fit([(1, CallText("en", "", ""))], "en"), "unicorn").values()) == {0.0}


def test_a_word_in_the_title_weighs_more_than_one_in_the_text() -> None:
    index = fit([(1, CallText("en", "heat", "plan")), (2, CallText("en", "plan", "heat"))], "en")
    found = scores(index, "heat")
    assert found[1] > found[2] > 0


def test_the_shared_destination_weighs_least() -> None:
    index = fit([(1, CallText("en", "a plan", "heat")), (2, CallText("en", "a plan", "", (), "heat"))], "en")
    found = scores(index, "heat")
    assert found[1] > 3 * found[2] > 0


def test_saying_a_word_again_adds_less_and_less() -> None:
    texts = [(count, CallText("en", "plan", "heat . " * count)) for count in (1, 2, 3)]
    found = scores(fit(texts, "en"), "heat")
    assert found[3] - found[2] < found[2] - found[1]


def test_a_common_word_is_worth_less_than_a_rare_one() -> None:
    assert rarity("innov", "en") < rarity("homeless", "en")


def test_a_call_is_weighed_alone_as_it_is_weighed_among_others() -> None:
    texts = [(call.id, call.data.texts[0]) for call in CALLS]
    whole = fit(texts, "en")
    grown = fit(texts[3:], "en").joined(fit(texts[:3], "en"))
    shrunk = fit([*texts, (99, CallText("en", "Quite other words", ""))], "en").keeping(range(1, 10))
    for other in (grown, shrunk):
        assert np.array_equal(other.call_ids, whole.call_ids)
        assert np.array_equal(other.hashes, whole.hashes)
        assert (other.matrix() != whole.matrix()).nnz == 0


@given(st.text(alphabet="abet .,’'-\nthe", max_size=120), st.sampled_from(["en", "nl"]))
def test_the_matrix_counts_the_very_phrases_that_are_told(text: str, language: str) -> None:
    told = features(text, language)
    counted = feature_counts(text, language)
    assert counted == {feature_hash(feature): told.count(feature) for feature in told}


SPACED = [
    "TRL4",
    "[[a\nnote]]",
    "[1]",
    "State of the Art",
]
REFERENCES = ["COM(2020) 12", "(EU) 2021/12", "Scope :", "TRL 4-5"]
SEPARATE = [" ", "\n", "\u00a0", "", ".", "-", "’"]


@given(
    st.lists(
        st.sampled_from(
            [*SPACED, *REFERENCES, *SEPARATE, "Expected Outcomes:", "heat", "plans", "of", "A-1-b"]
        ),
        max_size=25,
    ),
    st.sampled_from(["en", "nl"]),
)
def test_what_is_no_word_and_holds_a_space_is_read_the_same_way_by_both(
    said: list[str], language: str
) -> None:
    text = "".join(said)
    told = features(text, language)
    counted = feature_counts(text, language)
    assert counted == {feature_hash(feature): told.count(feature) for feature in told}


@pytest.mark.parametrize("nothing", SPACED)
def test_what_is_no_word_counts_for_nothing_and_phrases_run_over_it(nothing: str) -> None:
    assert features(f"heat {nothing} plans", "en") == ["heat", "heat plan", "plan"]


@pytest.mark.parametrize("reference", REFERENCES)
def test_a_reference_or_heading_counts_for_nothing_and_ends_a_phrase(reference: str) -> None:
    assert features(f"heat {reference} plans", "en") == ["heat", "plan"]


@pytest.mark.parametrize("glue", ["", "null", " ", "\n"])
@pytest.mark.parametrize("after", ["", "[1] Heat pumps.", " Heat pumps.", "Heat pumps."])
def test_a_notice_takes_no_sentence_beside_it_along(glue: str, after: str) -> None:
    notice = "Activities are expected to achieve TRL 6-8 by the end of the project – see General Annex B."
    text = f"Cities plan streets.{glue}{notice}{after}"
    said = set(features("Cities plan streets. " + after, "en"))
    assert set(features(text, "en")) == said


@pytest.mark.parametrize("feature", ["heat", "heat plan", "plan heat", "heat plan plan"])
def test_word_order_makes_another_phrase(feature: str) -> None:
    others = {"heat", "heat plan", "plan heat", "heat plan plan"} - {feature}
    assert feature_hash(feature) not in {feature_hash(other) for other in others}

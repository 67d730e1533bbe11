from pathlib import Path

import numpy as np
import pytest

from matching import features
from matching.features import FEATURE_VERSION, Features, fit, load, usual_rarity
from tests.matching.calls import CALLS
from tracker.core.call import CallText
from tracker.core.errors import FeatureVersionError, NotFittedError


def fitted() -> Features:
    return fit([(call.id, call.data.texts[0]) for call in CALLS], "en")


def scores(index: Features, *wanted: str) -> dict[int, float]:
    values = index.transform([(word, 0, 1.0) for word in wanted], 1)
    return dict(zip(index.call_ids, values[:, 0].tolist(), strict=True))


def test_a_word_scores_the_calls_that_say_it_and_no_other() -> None:
    found = scores(fitted(), "quark")
    assert [call_id for call_id, score in found.items() if score > 0] == [3]


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
    assert usual_rarity("innov", "en") < usual_rarity("homeless", "en")


def test_what_was_saved_comes_back_the_same(tmp_path: Path) -> None:
    index = fitted()
    index.save(tmp_path / "en.npz")
    again = load(tmp_path / "en.npz")
    assert (again.language, again.call_ids, again.vocabulary) == (
        index.language,
        index.call_ids,
        index.vocabulary,
    )
    assert scores(again, "heat cool", "food") == scores(index, "heat cool", "food")
    assert np.array_equal(again.rarity, index.rarity)


def test_an_index_without_words_can_be_saved_too(tmp_path: Path) -> None:
    fit([(1, CallText("en", "", ""))], "en").save(tmp_path / "en.npz")
    assert load(tmp_path / "en.npz").vocabulary == {}


def test_a_missing_file_was_never_fitted(tmp_path: Path) -> None:
    with pytest.raises(NotFittedError, match="fit the ranker first"):
        load(tmp_path / "en.npz")


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut off"])
def test_a_damaged_file_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "en.npz").write_bytes(content)
    with pytest.raises(FeatureVersionError, match="damaged"):
        load(tmp_path / "en.npz")


def test_a_file_cut_short_is_told(tmp_path: Path) -> None:
    path = tmp_path / "en.npz"
    fitted().save(path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(FeatureVersionError, match="damaged"):
        load(path)


def test_a_file_of_another_version_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fitted().save(tmp_path / "en.npz")
    monkeypatch.setattr(features, "FEATURE_VERSION", FEATURE_VERSION + 1)
    with pytest.raises(FeatureVersionError, match=f"version {FEATURE_VERSION}"):
        load(tmp_path / "en.npz")

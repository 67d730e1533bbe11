from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matching import index as index_module
from matching.index import Index
from matching.query import text_concepts
from matching.scoring import score
from tests.matching.calls import CALLS, FOOD, HEAT, make_call
from tracker.core.call import Call
from tracker.core.errors import FeatureVersionError, NotFittedError

KEYS = {call.id: call.data.content_hash() for call in CALLS}
CONCEPTS = text_concepts("district heating and sustainable food, stedenband", None)


def totals(index: Index) -> dict[int, float]:
    return score(index, CONCEPTS).totals()


def saved(folder: Path) -> Path:
    path = folder / "deep" / "ranker.npz"
    Index.fit(CALLS, KEYS).save(path)
    return path


def test_what_was_saved_comes_back_the_same(tmp_path: Path) -> None:
    again = Index.load(saved(tmp_path))
    assert again.keys == KEYS
    assert totals(again) == totals(Index.fit(CALLS, KEYS))
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["ranker.npz"]


def test_no_calls_can_be_saved_too(tmp_path: Path) -> None:
    Index.fit([], {}).save(tmp_path / "ranker.npz")
    assert totals(Index.load(tmp_path / "ranker.npz")) == {}


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFittedError, match="never weighed"):
        Index.load(tmp_path / "ranker.npz")


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut off", bytes(4096)])
def test_a_damaged_file_is_never_trusted(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ranker.npz").write_bytes(content)
    with pytest.raises(FeatureVersionError, match="damaged"):
        Index.load(tmp_path / "ranker.npz")


@pytest.mark.parametrize("place", [0, 40, 400, -300, -1])
def test_one_changed_byte_is_found(tmp_path: Path, place: int) -> None:
    path = saved(tmp_path)
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(FeatureVersionError, match="damaged"):
        Index.load(path)


def test_a_file_of_another_version_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path)
    monkeypatch.setattr(index_module, "FEATURE_VERSION", 999)
    with pytest.raises(FeatureVersionError, match="made by version"):
        Index.load(path)


def test_a_save_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path)
    before = path.read_bytes()

    def full(_handle: int) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="full"):
        Index.fit([HEAT], KEYS).save(path)
    assert path.read_bytes() == before
    assert len(list(path.parent.iterdir())) == 1


def test_only_new_and_changed_calls_are_weighed() -> None:
    index = Index.fit(CALLS, KEYS)
    changed = replace(HEAT, data=replace(HEAT.data, texts=FOOD.data.texts))
    new = make_call(50, "Sustainable food for towns")
    keys = {call_id: key for call_id, key in KEYS.items() if call_id != 3}
    keys |= {changed.id: "another", new.id: "new"}
    assert index.outdated(keys) == (changed.id, new.id)
    updated = index.updated(keys, [changed, new])
    assert updated.outdated(keys) == ()
    fresh: list[Call] = [changed, *(call for call in CALLS if call.id not in {1, 3}), new]
    whole = Index.fit(fresh, keys)
    assert updated.keys == whole.keys
    for language, known in whole.languages.items():
        other = updated.languages[language]
        assert np.array_equal(known.hashes, other.hashes)
        assert (known.matrix() != other.matrix()).nnz == 0

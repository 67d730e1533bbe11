"""Weighs what calls say: a sparse document-term matrix with BM25 weights, one for each language.

BM25F (Robertson, Zaragoza: "The Probabilistic Relevance Framework", 2009, section 3.6): the counts of the
fields of a call are weighted and normalised by length before they saturate together. Ranking is one sparse
product.
"""

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from matching.text import features, known_language
from tracker.core.call import CallText
from tracker.core.errors import FeatureVersionError, NotFittedError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from scipy.sparse import csr_matrix

    Vector = npt.NDArray[np.float64]

FEATURE_VERSION = 1
"""Raise it when a change here or in `matching.text` makes stored weights incomparable."""

FIELD_WEIGHTS = {"title": 3.0, "keywords": 1.5, "body": 1.0, "destination": 0.1}
"""How much a word counts by where it stands; siblings share their destination, so it says little of one."""

COUNTED_FIELDS = ("title", "keywords", "body")
"""The fields that tell how common a word is: a destination would count its words once for every sibling."""

USUAL_LENGTHS = {"title": 8.0, "keywords": 6.0, "body": 400.0, "destination": 400.0}
"""Words that count in a usual field, measured once on portal topics of 2026. A constant, so that the score of
a call does not move when other calls come and go."""

K1 = 2.0
B = {"title": 0.3, "keywords": 0.3, "body": 0.5, "destination": 0.7}

PRIOR_CALLS = 600
"""How many calls the shipped word counts (`common.json`) stand for beside those that are fitted."""
RARE_SHARE = 0.004
"""The share of calls taken for a word that the shipped counts do not list."""


@dataclass(frozen=True, slots=True)
class Features:
    """The weighted words of the calls in one language; row i belongs to `call_ids[i]`."""

    language: str
    call_ids: tuple[int, ...]
    vocabulary: dict[str, int]
    weights: "csr_matrix"
    rarity: "Vector"  # the weight of each word for being rare

    def transform(self, wanted: Sequence[tuple[str, int, float]], columns: int) -> "Vector":
        """Score every call on groups of words: (feature, group, weight) -> array of calls x groups."""
        import numpy as np
        from scipy.sparse import csr_matrix

        known = [item for item in wanted if item[0] in self.vocabulary]
        rows = [self.vocabulary[feature] for feature, _, _ in known]
        query = csr_matrix(
            ([weight for _, _, weight in known], (rows, [group for _, group, _ in known])),
            shape=(self.weights.shape[1], columns),
            dtype=np.float64,
        )
        return np.asarray((self.weights @ query).toarray(), dtype=np.float64)

    def save(self, path: Path) -> None:
        """Write everything to one file (numpy's npz, no pickles)."""
        import numpy as np

        words = json.dumps(
            {"version": FEATURE_VERSION, "language": self.language, "vocabulary": list(self.vocabulary)}
        )
        with path.open("wb") as stream:
            np.savez_compressed(
                stream,
                meta=np.frombuffer(words.encode(), dtype=np.uint8),
                call_ids=np.asarray(self.call_ids, dtype=np.int64),
                data=self.weights.data,
                indices=self.weights.indices,
                indptr=self.weights.indptr,
                rarity=self.rarity,
            )


def fit(texts: Sequence[tuple[int, CallText]], language: str) -> Features:
    """Weigh the texts (call id, words) of one language."""
    import numpy as np
    from scipy.sparse import csr_matrix, diags
    from sklearn.feature_extraction.text import CountVectorizer

    language = known_language(language)
    ids = tuple(call_id for call_id, _ in texts)
    fields = {
        name: [features(field_text(text, name), language) for _, text in texts] for name in FIELD_WEIGHTS
    }
    counter = CountVectorizer(analyzer=_as_they_are)
    try:
        counter.fit([words for column in fields.values() for words in column])
    except ValueError:  # scikit-learn's way to say that no text holds a word
        return Features(language, ids, {}, csr_matrix((len(ids), 0)), np.zeros(0))
    total = csr_matrix((len(ids), len(counter.vocabulary_)))
    seen = csr_matrix(total.shape)
    for name, column in fields.items():
        counts = counter.transform(column).astype(np.float64)
        lengths = np.asarray([sum(" " not in word for word in words) for words in column])
        norm = 1.0 - B[name] + B[name] * lengths / USUAL_LENGTHS[name]
        total = total + diags(FIELD_WEIGHTS[name] / norm) @ counts
        seen = seen + counts if name in COUNTED_FIELDS else seen
    weights = csr_matrix(total)
    weights.data = weights.data * (K1 + 1.0) / (weights.data + K1)
    words = sorted(counter.vocabulary_, key=counter.vocabulary_.__getitem__)
    frequencies = np.asarray((seen > 0).sum(axis=0)).ravel()
    rarity = _rarity(words, frequencies, calls=len(ids), language=language)
    vocabulary = {word: place for place, word in enumerate(words)}
    return Features(language, ids, vocabulary, csr_matrix(weights @ diags(rarity)), rarity)


def load(path: Path) -> Features:
    """Read what `save` wrote.

    Raises:
        NotFittedError: there is no such file.
        FeatureVersionError: the file is damaged, or made by another version.
    """
    import numpy as np
    from scipy.sparse import csr_matrix

    if not path.exists():
        raise NotFittedError(f"{path} does not exist: fit the ranker first")
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        meta = json.loads(arrays["meta"].tobytes())
        if meta["version"] != FEATURE_VERSION:
            raise FeatureVersionError(
                f"{path} was made by version {meta['version']}, this is {FEATURE_VERSION}: "
                "fit the ranker again"
            )
        words = meta["vocabulary"]
        shape = (len(arrays["call_ids"]), len(words))
        weights = csr_matrix((arrays["data"], arrays["indices"], arrays["indptr"]), shape=shape)
        weights.check_format(full_check=True)
    except (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise FeatureVersionError(f"{path} is damaged ({error}): fit the ranker again") from error
    ids = tuple(int(call_id) for call_id in arrays["call_ids"])
    vocabulary = {word: place for place, word in enumerate(words)}
    return Features(meta["language"], ids, vocabulary, weights, arrays["rarity"])


def field_text(text: CallText, name: str) -> str:
    """Give one field of a call's words as running text."""
    value: str | tuple[str, ...] = getattr(text, name)
    return value if isinstance(value, str) else " . ".join(value)


def usual_rarity(feature: str, language: str) -> float:
    """Give the rarity of a word by the shipped counts alone: what the ideal call is measured with."""
    import numpy as np

    return float(_rarity([feature], np.zeros(1), calls=0, language=known_language(language))[0])


def _as_they_are(words: list[str]) -> list[str]:
    return words


def _rarity(words: Sequence[str], frequencies: "Vector", *, calls: int, language: str) -> "Vector":
    """Give BM25's inverse document frequency, over the fitted calls and the shipped counts together."""
    import numpy as np

    shares = _common_shares()[language]
    prior = np.asarray([shares.get(word, RARE_SHARE) for word in words]) * PRIOR_CALLS
    found = prior + frequencies
    total = calls + PRIOR_CALLS
    return np.asarray(np.log(1.0 + (total - found + 0.5) / (found + 0.5)))


@cache
def _common_shares() -> dict[str, dict[str, float]]:
    text = (files("matching") / "common.json").read_text(encoding="utf-8")
    shares: dict[str, dict[str, float]] = json.loads(text)
    return shares

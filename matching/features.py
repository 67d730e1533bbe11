"""Weighs what calls say: a sparse document-term matrix with BM25 weights, one for each language.

BM25F (Robertson, Zaragoza: "The Probabilistic Relevance Framework", 2009, section 3.6): the counts of the
fields of a call are weighted and normalised by length before they saturate together. Ranking is one sparse
product. Words and phrases are known by a number of 64 bits made from their stems, so that a call is weighed
alone, without a list of all words at hand. How rare a word is comes from `matching.statistic` alone, so the
score of a call never moves when other calls come and go.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from matching import statistic
from matching.text import BREAK, LONGEST_PHRASE, MOST_SMALL_WORDS, SMALL, known_language, stems_known, units
from tracker.core.call import CallText

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from scipy.sparse import csc_matrix, csr_matrix

    Vector = npt.NDArray[np.float64]
    Hashes = npt.NDArray[np.uint64]

FEATURE_VERSION = 2
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

_JOIN = 0x9E3779B97F4A7C15
"""An odd number that spreads the numbers of words over 64 bits when they make a phrase."""
_ALL_BITS = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Features:
    """The weighted words of the calls in one language.

    Row i belongs to `call_ids[i]`, column j to the word or phrase with the number `hashes[j]`; both rise.
    """

    language: str
    call_ids: "npt.NDArray[np.int64]"
    hashes: "Hashes"
    weights: "csc_matrix"

    def transform(self, wanted: Sequence[tuple[str, int, float]], columns: int) -> "Vector":
        """Score every call on groups of words: (feature, group, weight) -> array of calls x groups."""
        import numpy as np

        values = np.zeros((len(self.call_ids), columns))
        asked = np.asarray([feature_hash(feature) for feature, _, _ in wanted], dtype=np.uint64)
        indptr, rows, data = self.weights.indptr, self.weights.indices, self.weights.data
        for place, (_, group, weight) in zip(self.places(asked).tolist(), wanted, strict=True):
            if place >= 0:
                column = slice(indptr[place], indptr[place + 1])
                values[rows[column], group] += weight * data[column]
        return values

    def places(self, asked: "Hashes") -> "npt.NDArray[np.int64]":
        """Give the column of each number, or -1 where no call says it."""
        import numpy as np

        if not len(self.hashes):
            return np.full(len(asked), -1, dtype=np.int64)
        places = np.minimum(np.searchsorted(self.hashes, asked), len(self.hashes) - 1)
        return np.where(self.hashes[places] == asked, places, -1).astype(np.int64)

    def keeping(self, call_ids: Sequence[int]) -> "Features":
        """Give the same without all other calls."""
        import numpy as np

        rows = np.flatnonzero(np.isin(self.call_ids, np.asarray(call_ids, dtype=np.int64)))
        return _assemble(self.language, self.call_ids[rows], self.hashes, self.weights.tocsr()[rows].tocoo())

    def joined(self, other: "Features") -> "Features":
        """Give the calls of both; no call may be in both."""
        import numpy as np
        from scipy.sparse import coo_matrix

        ids = np.concatenate([self.call_ids, other.call_ids])
        hashes = np.union1d(self.hashes, other.hashes)
        parts = [part.weights.tocoo() for part in (self, other)]
        rows = np.concatenate([parts[0].row, parts[1].row + len(self.call_ids)])
        columns = np.concatenate(
            [
                np.searchsorted(hashes, part.hashes)[coo.col]
                for part, coo in zip((self, other), parts, strict=True)
            ]
        )
        data = np.concatenate([part.data for part in parts])
        order = np.argsort(ids, kind="stable")
        matrix = coo_matrix((data, (np.argsort(order)[rows], columns)), shape=(len(ids), len(hashes)))
        return _assemble(self.language, ids[order], hashes, matrix)


def fit(texts: Sequence[tuple[int, CallText]], language: str) -> Features:
    """Weigh the texts (call id, words) of one language."""
    import numpy as np
    from scipy.sparse import diags

    language = known_language(language)
    texts = sorted(texts, key=lambda pair: pair[0])
    fields = {name: _said([field_text(text, name) for _, text in texts], language) for name in FIELD_WEIGHTS}
    hashes, numbered = _number([found for _, found, _ in fields.values()])
    total = _counts(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), (len(texts), len(hashes)))
    for (name, (rows, _, lengths)), columns in zip(fields.items(), numbered, strict=True):
        norm = 1.0 - B[name] + B[name] * lengths / USUAL_LENGTHS[name]
        total = total + diags(FIELD_WEIGHTS[name] / norm) @ _counts(rows, columns, total.shape)
    total.data = total.data * (K1 + 1.0) / (total.data + K1)
    weights = (total @ diags(statistic.rarities(hashes, language))).astype(np.float32)
    ids = np.asarray([call_id for call_id, _ in texts], dtype=np.int64)
    return Features(language, ids, hashes, weights.tocsc())


def field_text(text: CallText, name: str) -> str:
    """Give one field of a call's words as running text."""
    value: str | tuple[str, ...] = getattr(text, name)
    return value if isinstance(value, str) else " . ".join(value)


@cache
def feature_hash(feature: str) -> int:
    """Give the number of 64 bits by which a stem, or stems with spaces between, is known."""
    number = 0
    for stem in feature.split(" "):
        own = int.from_bytes(blake2b(stem.encode(), digest_size=8).digest())
        number = (number * _JOIN + own) & _ALL_BITS
    return number


def feature_counts(text: str, language: str) -> Mapping[int, int]:
    """Give how often a text says each word and phrase, by their numbers."""
    import numpy as np

    _, found, _ = _said([text], known_language(language))
    hashes, counts = np.unique(found, return_counts=True)
    return dict(zip(hashes.tolist(), counts.tolist(), strict=True))


def _said(texts: Sequence[str], language: str) -> "tuple[npt.NDArray[np.int64], Hashes, Vector]":
    """Give all that texts say as (row, word or phrase), and how many words that count each has."""
    import numpy as np

    read = [units(text, language) for text in texts]
    numbers = np.concatenate(
        [np.asarray([*part, BREAK], dtype=np.int64) for part in read] or [np.zeros(0, np.int64)]
    )
    rows = np.repeat(np.arange(len(read)), [len(part) + 1 for part in read])
    is_word = numbers > SMALL
    places = np.flatnonzero(is_word)
    breaks = np.cumsum(numbers == BREAK)[places]
    words, rows = _word_hashes(language)[numbers[places]], rows[places]
    joins = (np.diff(places) <= MOST_SMALL_WORDS + 1) & (np.diff(breaks) == 0)
    lengths = np.bincount(rows, minlength=len(read)).astype(np.float64)
    found, found_rows = [words], [rows]
    phrase, runs = words, np.ones(len(words), dtype=bool)
    for size in range(2, LONGEST_PHRASE + 1):
        runs = runs[:-1] & joins[size - 2 :]
        phrase = phrase[:-1] * np.uint64(_JOIN) + words[size - 1 :]
        found.append(phrase[runs])
        found_rows.append(rows[: len(runs)][runs])
    return np.concatenate(found_rows), np.concatenate(found), lengths


_known_hashes: dict[str, "Hashes"] = {}
"""The numbers of the stems of each language met so far, by their number in `units`."""


def _word_hashes(language: str) -> "Hashes":
    """Give the number of 64 bits of each number in `units`; computed once for each stem."""
    import numpy as np

    known = _known_hashes.get(language, np.zeros(0, dtype=np.uint64))
    stems = stems_known(language)
    if len(known) < len(stems):
        new = np.asarray([feature_hash(stem) for stem in stems[len(known) :]], dtype=np.uint64)
        known = _known_hashes[language] = np.concatenate([known, new])
    return known


def _number(said: "Sequence[Hashes]") -> "tuple[Hashes, list[npt.NDArray[np.int64]]]":
    """Give all different numbers, rising, and for each list the places of its own in them."""
    import numpy as np

    hashes, places = np.unique(np.concatenate(said), return_inverse=True)
    ends = np.cumsum([len(part) for part in said])[:-1]
    return hashes, np.split(places, ends)


def _counts(
    rows: "npt.NDArray[np.int64]", columns: "npt.NDArray[np.int64]", shape: tuple[int, int]
) -> "csr_matrix":
    import numpy as np
    from scipy.sparse import csr_matrix

    return csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)


def _assemble(
    language: str, ids: "npt.NDArray[np.int64]", hashes: "Hashes", matrix: "csr_matrix"
) -> Features:
    """Leave out the columns that no call has any more: how a state came about cannot be seen in it."""
    import numpy as np

    weights = matrix.tocsc()
    weights.sort_indices()
    used = np.flatnonzero(np.diff(weights.indptr))
    return Features(language, ids, hashes[used], weights[:, used])

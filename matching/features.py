"""Weighs what calls say: a sparse document-term matrix with BM25 weights, one for each language.

BM25F (Robertson, Zaragoza: "The Probabilistic Relevance Framework", 2009, section 3.6): the counts of the
fields of a call are weighted and normalised by length before they saturate together. Ranking adds up the
columns of the words that are asked. Words and phrases are known by a number of 64 bits made from their
stems, so that a call is weighed alone, without a list of all words at hand. How rare a word is comes from
`matching.statistic` alone, so the score of a call never moves when other calls come and go.
"""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from matching import statistic
from matching.text import (
    BREAK,
    LONGEST_PHRASE,
    MOST_SMALL_WORDS,
    SMALL,
    known_language,
    pieces,
    stems_known,
    units_of_pieces,
)
from tracker.core.call import CallText

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from scipy.sparse import csc_matrix, csr_matrix

    Vector = npt.NDArray[np.float64]
    Hashes = npt.NDArray[np.uint64]
    Numbers = npt.NDArray[np.int32]

FEATURE_VERSION = 5
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
    Column j holds `data[indptr[j]:indptr[j + 1]]` in the rows `indices[…]`: a compressed sparse column matrix
    without scipy, which takes a fifth of a second to import and is not needed to answer a question.
    """

    language: str
    call_ids: "npt.NDArray[np.int64]"
    hashes: "Hashes"
    data: "npt.NDArray[np.float32]"
    indices: "Numbers"
    indptr: "Numbers"

    @classmethod
    def of(
        cls, language: str, call_ids: "npt.NDArray[np.int64]", hashes: "Hashes", weights: "csc_matrix"
    ) -> "Features":
        """Hold the weights of a matrix of calls x words."""
        return cls(language, call_ids, hashes, weights.data, weights.indices, weights.indptr)

    def matrix(self) -> "csc_matrix":
        """Make the weights a matrix of scipy."""
        from scipy.sparse import csc_matrix

        shape = (len(self.call_ids), len(self.hashes))
        return csc_matrix((self.data, self.indices, self.indptr), shape=shape)

    def postings(self, feature: str) -> "tuple[Numbers, npt.NDArray[np.float32]] | None":
        """Give the rows of the calls that say a word or phrase, and its weights there; None for none."""
        number = feature_hash(feature)
        place = self._place(number)
        if place is None:
            return None
        span = slice(self.indptr[place], self.indptr[place + 1])
        return self.indices[span], self.data[span]

    def row(self, row: int) -> "tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]":
        """Give the columns of the words and phrases that one call says, and their weights."""
        import numpy as np

        own = np.flatnonzero(self.indices == row)
        return np.searchsorted(self.indptr, own, side="right") - 1, self.data[own]

    def says(self, feature: str) -> bool:
        """Tell whether any call says a word or phrase."""
        return self._place(feature_hash(feature)) is not None

    def _place(self, number: int) -> int | None:
        """Give the column of a number."""
        import numpy as np

        place = int(self.hashes.searchsorted(np.uint64(number)))
        return place if place < len(self.hashes) and self.hashes[place] == number else None

    def places(self, asked: "Hashes") -> "npt.NDArray[np.int64]":
        """Give the column of each number, or -1 where no call says it."""
        import numpy as np

        if not len(self.hashes):
            return np.full(len(asked), -1, dtype=np.int64)
        places = np.minimum(self.hashes.searchsorted(asked), len(self.hashes) - 1)
        return np.where(self.hashes[places] == asked, places, -1)

    def keeping(self, call_ids: Sequence[int]) -> "Features":
        """Give the same without all other calls."""
        import numpy as np

        rows = np.flatnonzero(np.isin(self.call_ids, np.asarray(call_ids, dtype=np.int64)))
        return _assemble(self.language, self.call_ids[rows], self.hashes, self.matrix().tocsr()[rows].tocoo())

    def joined(self, other: "Features") -> "Features":
        """Give the calls of both; no call may be in both."""
        import numpy as np
        from scipy.sparse import coo_matrix

        if not len(self.call_ids) or not len(other.call_ids):
            return self if len(self.call_ids) else other
        ids = np.concatenate([self.call_ids, other.call_ids])
        hashes = np.sort(np.concatenate([self.hashes, other.hashes]), kind="stable")
        hashes = hashes[np.diff(hashes, prepend=~hashes[:1]) != 0]
        parts = [part.matrix().tocoo() for part in (self, other)]
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
    """Weigh the texts (call id, words) of one language.

    A call can have two: whatever is not Dutch is read as English. It says the words of both.
    """
    import numpy as np
    from scipy.sparse import coo_matrix

    language = known_language(language)
    texts = sorted(texts, key=lambda pair: pair[0])
    fields = [field_text(text, name) for _, text in texts for name in FIELD_WEIGHTS]
    places, found, lengths = _said(fields, language)
    hashes, columns = np.unique(found, return_inverse=True)
    numbers = np.asarray([call_id for call_id, _ in texts], dtype=np.int64)
    call_ids, rows = np.unique(numbers, return_inverse=True)
    told = _field_weights(lengths)[places], (rows[places // len(FIELD_WEIGHTS)], columns.astype(np.int32))
    weights = coo_matrix(told, shape=(len(call_ids), len(hashes))).tocsc()
    rarities = np.repeat(statistic.rarities(hashes, language), np.diff(weights.indptr))
    weights.data = (weights.data * (K1 + 1.0) / (weights.data + K1) * rarities).astype(np.float32)
    return Features.of(language, call_ids, hashes, weights)


def _field_weights(lengths: "Vector") -> "Vector":
    """Give how much a word counts in each field of each call, by the words that the field has."""
    import numpy as np

    by_field = lengths.reshape(-1, len(FIELD_WEIGHTS)).T
    found = [
        weight / (1.0 - B[name] + B[name] * words / USUAL_LENGTHS[name])
        for (name, weight), words in zip(FIELD_WEIGHTS.items(), by_field, strict=True)
    ]
    return np.asarray(found).T.ravel()


def field_text(text: CallText, name: str) -> str:
    """Give one field of a call's words as running text."""
    value: str | tuple[str, ...] = getattr(text, name)
    return value if isinstance(value, str) else " . ".join(value)


@lru_cache(500_000)
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


def _said(texts: Sequence[str], language: str) -> "tuple[Numbers, Hashes, Vector]":
    """Give all that texts say as (text, word or phrase), and how many words that count each text has."""
    import numpy as np

    units, rows = _units(texts, language)
    places = np.flatnonzero(units > SMALL)
    breaks = np.cumsum(units == BREAK)[places]
    words, rows = _word_hashes(language)[units[places]], rows[places]
    joins = (np.diff(places) <= MOST_SMALL_WORDS + 1) & (np.diff(breaks) == 0) & (np.diff(rows) == 0)
    lengths = np.bincount(rows, minlength=len(texts)).astype(np.float64)
    found, found_rows = [words], [rows]
    phrase, runs = words, np.ones(len(words), dtype=bool)
    for size in range(2, LONGEST_PHRASE + 1):
        runs = runs[:-1] & joins[size - 2 :]
        phrase = phrase[:-1] * np.uint64(_JOIN) + words[size - 1 :]
        found.append(phrase[runs])
        found_rows.append(rows[: len(runs)][runs])
    return np.concatenate(found_rows), np.concatenate(found), lengths


def _units(texts: Sequence[str], language: str) -> "tuple[Numbers, Numbers]":
    """Give all units of texts one after the other, and the text that each stands in."""
    import numpy as np

    told, ends = array("l"), array("l")
    for text in texts:
        told.extend(pieces(text, language))
        ends.append(len(told))
    units, counts = (np.array(part, dtype=np.int32) for part in units_of_pieces(language))
    chosen = np.asarray(told, dtype=np.int64)
    many = counts[chosen]
    shifts = (np.cumsum(counts) - counts)[chosen] - (np.cumsum(many) - many)
    rows = np.repeat(np.arange(len(texts), dtype=np.int32), np.diff(np.asarray(ends), prepend=0))
    places = np.repeat(shifts, many)
    places += np.arange(len(places))
    return units[places], np.repeat(rows, many)


_known_hashes: dict[str, "Hashes"] = {}
"""The numbers of the stems of each language met so far, by their number in `matching.text`."""


def _word_hashes(language: str) -> "Hashes":
    """Give the number of 64 bits of each stem by its number; computed once for each stem."""
    import numpy as np

    known = _known_hashes.get(language, np.zeros(0, dtype=np.uint64))
    stems = stems_known(language)
    if len(known) < len(stems):
        new = np.asarray([feature_hash(stem) for stem in stems[len(known) :]], dtype=np.uint64)
        known = _known_hashes[language] = np.concatenate([known, new])
    return known


def _assemble(
    language: str, ids: "npt.NDArray[np.int64]", hashes: "Hashes", matrix: "csr_matrix"
) -> Features:
    """Leave out the columns that no call has any more: how a state came about cannot be seen in it."""
    import numpy as np

    weights = matrix.tocsc()
    weights.sort_indices()
    used = np.flatnonzero(np.diff(weights.indptr))
    return Features.of(language, ids, hashes[used], weights[:, used])

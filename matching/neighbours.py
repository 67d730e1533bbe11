"""Finds the calls that say much the same as another call, past ones too: "this is what came before".

Two calls are as alike as the cosine of their weighted words (Salton, Wong, Yang: "A vector space model for
automatic indexing", 1975), in the language in which they are most alike. The weights are those of the
ranker's index; only its public parts are read here, and nothing in it is changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matching.everyday import is_everyday, is_generic
from matching.features import Features, feature_hash, field_text
from matching.index import Index
from matching.text import LONGEST_PHRASE, known_language, tokens
from tracker.core.call import CallData

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Numbers = npt.NDArray[np.float64]
    Places = npt.NDArray[np.int64]

LEAST = 0.05
"""Below this two calls share little more than what every call says: of the 629 portal topics of August 2026,
99 of 100 pairs that belong to different calls lie below it."""

_MOST_SHARED = 40
"""How many of the shared words and phrases are kept by weight: many of them are parts of one another."""
_FIELDS = ("title", "keywords", "body")

Wording = tuple[str, frozenset[str]]
"""How a call writes a word or phrase, and its stems."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A call that is like another: how much (0 to 1), in which language, and by which words.

    `shared` are the numbers (`feature_hash`) of the words and phrases that both say, the weightiest first.
    """

    call_id: int
    likeness: float
    language: str
    shared: tuple[int, ...]


@dataclass(frozen=True)
class Neighbours:
    """An index with the length of each row of weights, measured once so that each question is quick."""

    index: Index
    lengths: "dict[str, Numbers]"

    @classmethod
    def of(cls, index: Index) -> "Neighbours":
        """Measure the rows of an index."""
        return cls(index, {language: _lengths(known) for language, known in index.languages.items()})

    def nearest(self, call_id: int, *, limit: int) -> tuple[Neighbour, ...]:
        """Give the calls most like this one, the likest first; none where the index does not know it."""
        best: dict[int, Neighbour] = {}
        for language, known in self.index.languages.items():
            for found in _nearest(known, self.lengths[language], call_id, limit=limit):
                held = best.get(found.call_id)
                if held is None or found.likeness > held.likeness:
                    best[found.call_id] = found
        return tuple(sorted(best.values(), key=lambda one: (-one.likeness, one.call_id))[:limit])


def shared_words(
    data: CallData, neighbours: Sequence[Neighbour], *, most: int = 3
) -> tuple[tuple[str, ...], ...]:
    """Give, for each neighbour, the weightiest words that a call shares with it, as the call writes them."""
    said = {language: _wordings(data, language) for language in {one.language for one in neighbours}}
    return tuple(
        _chosen(said[one.language], one.shared, language=one.language, most=most) for one in neighbours
    )


def _chosen(
    said: Mapping[int, Wording], shared: Sequence[int], *, language: str, most: int
) -> tuple[str, ...]:
    """Choose words that name a theme and do not repeat each other: a part of a chosen phrase is left out."""
    chosen: list[str] = []
    taken: set[str] = set()
    for number in shared:
        wording, stems = said.get(number, ("", frozenset()))
        if wording and not stems & taken and _names_a_theme(wording, language):
            chosen.append(wording)
            taken |= stems
    return tuple(chosen[:most])


def _names_a_theme(wording: str, language: str) -> bool:
    """Tell whether a wording says more than everyday speech, or than what any call says."""
    return not all(is_everyday(word, language) or is_generic(word) for word in wording.split())


def _lengths(known: Features) -> "Numbers":
    import numpy as np

    squares = np.square(known.data, dtype=np.float64)
    lengths: Numbers = np.sqrt(np.bincount(known.indices, squares, minlength=len(known.call_ids)))
    return lengths


def _nearest(known: Features, lengths: "Numbers", call_id: int, *, limit: int) -> list[Neighbour]:
    """Give the nearest calls in one language, from the columns of the words that the call says."""
    import numpy as np

    row = int(np.searchsorted(known.call_ids, call_id))
    if row == len(known.call_ids) or known.call_ids[row] != call_id or not lengths[row]:
        return []
    columns, rows, products = _products(known, row)
    sums = np.bincount(rows, products, minlength=len(known.call_ids))
    likeness = np.divide(sums, lengths * lengths[row], out=np.zeros_like(sums), where=lengths > 0)
    likeness[row] = 0.0
    chosen = [int(other) for other in np.lexsort((known.call_ids, -likeness))[:limit]]
    return [
        Neighbour(
            call_id=int(known.call_ids[other]),
            likeness=float(likeness[other]),
            language=known.language,
            shared=_heaviest(known, columns[rows == other], products[rows == other]),
        )
        for other in chosen
        if likeness[other] >= LEAST
    ]


def _products(known: Features, row: int) -> "tuple[Places, Places, Numbers]":
    """Give, for each word that a row says, what it adds to each row: (column, row, weight by weight)."""
    import numpy as np

    said, weights = known.row(row)
    starts, counts = known.indptr[said], known.indptr[said + 1] - known.indptr[said]
    shifts = np.repeat(starts - np.cumsum(counts) + counts, counts)
    places = shifts + np.arange(len(shifts))
    products = np.repeat(weights, counts).astype(np.float64) * known.data[places]
    return np.repeat(said, counts), known.indices[places].astype(np.int64), products


def _heaviest(known: Features, columns: "Places", products: "Numbers") -> tuple[int, ...]:
    import numpy as np

    order = np.lexsort((columns, -products))[:_MOST_SHARED]
    return tuple(known.hashes[columns[order]].tolist())


def _wordings(data: CallData, language: str) -> dict[int, Wording]:
    """Give what a call says in one language by number: each wording as it stands there, with its stems."""
    found: dict[int, Wording] = {}
    for text in data.texts:
        if known_language(text.language) == language:
            for name in _FIELDS:
                for number, wording in _said(field_text(text, name), language):
                    found.setdefault(number, wording)
    return found


def _said(text: str, language: str) -> Sequence[tuple[int, Wording]]:
    split = tokens(text, language)
    found = []
    for start, first in enumerate(split):
        for end in range(start + 1, min(start + LONGEST_PHRASE, len(split)) + 1):
            run = split[start:end]
            if not all(token.joins for token in run[1:]):
                break
            stems = [token.stem for token in run]
            wording = " ".join(text[first.start : run[-1].end].split())
            found.append((feature_hash(" ".join(stems)), (wording, frozenset(stems))))
    return found

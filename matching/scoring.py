"""Gives what each concept that is looked for adds to the score of each call."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matching import statistic
from matching.features import K1
from matching.index import Index
from matching.query import Concept
from matching.text import phrase_features

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

IDEAL_CONCEPTS = 5
"""A call that says so many concepts of a priority to the full is taken for ideal: fit 1.0."""

IDEAL_OF_TEXT = (3, 5)
"""Of a free text: so many concepts at least, and one in so many of a long one (a council paper)."""


@dataclass(frozen=True, slots=True)
class Table:
    """What each concept (row) adds to each call (column), in the order of `call_ids`."""

    concepts: tuple[Concept, ...]
    call_ids: "npt.NDArray[np.int64]"
    values: "npt.NDArray[np.float64]"

    def totals(self) -> dict[int, float]:
        """Give the score of each call that says anything, by its id; the best first, equal ones by id."""
        sums, best = self._best()
        return dict(zip(self.call_ids[best].tolist(), sums[best].tolist(), strict=True))

    def order(self) -> tuple[int, ...]:
        """Give each call that says anything, in the same order."""
        return tuple(self.call_ids[self._best()[1]].tolist())

    def _best(self) -> "tuple[npt.NDArray[np.float64], npt.NDArray[np.intp]]":
        sums = self.values.sum(axis=0)
        found = (sums > 0).nonzero()[0]
        return sums, found[(-sums[found]).argsort(kind="stable")]

    def parts(self, call_id: int) -> tuple[tuple[Concept, float], ...]:
        """Give what each concept gave to one call, without those that gave nothing."""
        import numpy as np

        own = self.values[:, int(np.searchsorted(self.call_ids, call_id))].tolist()
        return tuple((concept, value) for concept, value in zip(self.concepts, own, strict=True) if value)


def score(index: Index, concepts: Sequence[Concept]) -> Table:
    """Score every call: for each concept the better of the call's languages, never above its cap."""
    import numpy as np

    best = np.zeros((len(concepts), len(index.call_ids)))
    for language, known in index.languages.items():
        wanted = _wanted(concepts, language)
        np.maximum(best, known.transform(wanted, best.shape, index.places[language]), out=best)
    for row, concept in zip(best, concepts, strict=True):
        np.minimum(row, _cap(concept), out=row)
        row *= concept.weight
    return Table(tuple(concepts), index.call_ids, best)


def ideal(concepts: Sequence[Concept], *, is_text: bool) -> float:
    """Give the score of an ideal call: the weightiest concepts said to the full."""
    asked = [concept for concept in concepts if not concept.is_extra]
    worths = sorted((concept.weight * _cap(concept) for concept in asked), reverse=True)
    least, one_in = IDEAL_OF_TEXT
    wanted = max(least, len(worths) // one_in) if is_text else IDEAL_CONCEPTS
    return sum(worths[:wanted]) or 1.0


def _wanted(concepts: Sequence[Concept], language: str) -> list[tuple[str, int, float]]:
    """Spell concepts out as (feature, column, weight) for one language's index."""
    found = []
    for column, concept in enumerate(concepts):
        spelled: dict[str, float] = {}
        for phrase in concept.phrases:
            if phrase.language == language:
                for feature in phrase_features(phrase.words, language):
                    spelled[feature] = max(spelled.get(feature, 0.0), phrase.weight)
        found += [(feature, column, weight) for feature, weight in spelled.items()]
    return found


def _cap(concept: Concept) -> float:
    """Give the most that one concept can add: its rarest wording, said without end."""
    worths = [
        phrase.weight * statistic.rarity(feature, phrase.language)
        for phrase in concept.phrases
        for feature in phrase_features(phrase.words, phrase.language)
    ]
    return (K1 + 1.0) * max(worths, default=0.0)

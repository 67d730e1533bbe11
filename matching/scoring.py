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
    """What each concept (column) adds to each call (row), in the order of `call_ids`."""

    concepts: tuple[Concept, ...]
    call_ids: "npt.NDArray[np.int64]"
    values: "npt.NDArray[np.float64]"

    def totals(self) -> dict[int, float]:
        """Give the score of each call that says anything, by its id; the best first, equal ones by id."""
        import numpy as np

        sums = self.values.sum(axis=1)
        order = np.lexsort((self.call_ids, -sums))
        best = order[: int((sums > 0).sum())]
        return dict(zip(self.call_ids[best].tolist(), sums[best].tolist(), strict=True))

    def parts(self, call_id: int) -> tuple[tuple[Concept, float], ...]:
        """Give what each concept gave to one call, without those that gave nothing."""
        import numpy as np

        row = self.values[int(np.searchsorted(self.call_ids, call_id))]
        return tuple(
            (concept, float(value)) for concept, value in zip(self.concepts, row, strict=True) if value
        )


def score(index: Index, concepts: Sequence[Concept]) -> Table:
    """Score every call: for each concept the better of the call's languages, never above its cap."""
    import numpy as np

    ids = np.asarray(sorted(index.keys), dtype=np.int64)
    best = np.zeros((len(ids), len(concepts)))
    for language, known in index.languages.items():
        if len(known.call_ids) and concepts:
            rows = np.searchsorted(ids, known.call_ids)
            np.maximum.at(best, rows, known.transform(_wanted(concepts, language), len(concepts)))
    weights = np.asarray([concept.weight for concept in concepts])
    caps = np.asarray([_cap(concept) for concept in concepts])
    return Table(tuple(concepts), ids, np.minimum(best, caps) * weights)


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

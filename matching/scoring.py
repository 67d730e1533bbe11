"""Gives what each concept that is looked for adds to the score of each call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from matching import statistic
from matching.features import K1
from matching.index import Index
from matching.query import Concept
from matching.text import LANGUAGES, phrase_features

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from matching.features import Numbers, Vector

IDEAL_CONCEPTS = 5
"""A call that says so many concepts of a priority to the full is taken for ideal: fit 1.0."""

IDEAL_OF_TEXT = (3, 5)
"""Of a free text: so many concepts at least, and one in so many of a long one (a council paper)."""


@dataclass(frozen=True, slots=True)
class Table:
    """What each concept that any call says adds to each call, in the order of `call_ids`."""

    call_ids: "npt.NDArray[np.int64]"
    rows: "tuple[tuple[Concept, Vector], ...]"

    def totals(self) -> dict[int, float]:
        """Give the score of each call that says anything, by its id; the best first, equal ones by id."""
        sums = self._sums()
        best = _best(sums)
        return dict(zip(self.call_ids[best].tolist(), sums[best].tolist(), strict=True))

    def order(self, limit: int | None = None) -> tuple[int, ...]:
        """Give the calls that say anything, or only the first of them, in the same order."""
        return tuple(self.call_ids[_best(self._sums(), limit)].tolist())

    def parts(self, call_id: int) -> tuple[tuple[Concept, float], ...]:
        """Give what each concept gave to one known call, without those that gave nothing."""
        place = int(self.call_ids.searchsorted(call_id))
        return tuple((concept, float(row[place])) for concept, row in self.rows if row[place])

    def _sums(self) -> "Vector":
        import numpy as np

        sums = np.zeros(len(self.call_ids))
        for _, row in self.rows:
            sums += row
        return sums


def _best(sums: "Vector", limit: int | None = None) -> "npt.NDArray[np.intp]":
    """Give the places of all that is above nothing, or of the first of it: highest first, then by place."""
    import numpy as np

    found = (sums > 0).nonzero()[0]
    told = sums[found]
    if limit is not None and limit < len(found):
        is_high = told >= np.partition(told, -limit)[-limit]
        found, told = found[is_high], told[is_high]
    return found[(-told).argsort(kind="stable")[:limit]]


def score(index: Index, concepts: Sequence[Concept]) -> Table:
    """Score every call on each concept."""
    rows = ((concept, _row(index, concept)) for concept in concepts)
    return Table(index.call_ids, tuple((concept, row) for concept, row in rows if row is not None))


def _row(index: Index, concept: Concept) -> "Vector | None":
    """Score every call on one concept: the better of its languages, in each never above the concept's cap.

    What says one wording alone cannot exceed the cap, which is a wording said without end.
    """
    import numpy as np

    best: Vector | None = None
    for language, known in index.languages.items():
        if not len(known.call_ids):
            continue
        spelled = _spelled(concept, language)
        found = [(said, weight) for feature, weight in spelled.items() if (said := known.postings(feature))]
        if not found:
            continue
        if len(found) == 1:
            (rows, values), weight = found[0]
            row = _spread(index, language, rows, values * weight)
        else:
            rows = np.concatenate([one for (one, _), _ in found])
            values = np.concatenate([one * weight for (_, one), weight in found])
            row = _spread(index, language, rows, values)
            np.minimum(row, _cap(spelled, language), out=row)
        best = row if best is None else np.maximum(best, row)
    return best if best is None or concept.weight == 1.0 else best * concept.weight


def _spread(index: Index, language: str, rows: "Numbers", values: "npt.NDArray[np.floating]") -> "Vector":
    """Add values up by call."""
    import numpy as np

    calls = len(index.call_ids)
    places = index.places[language]
    return cast("Vector", np.bincount(rows if len(places) == calls else places[rows], values, calls))


def ideal(concepts: Sequence[Concept], *, is_text: bool) -> float:
    """Give the score of an ideal call: the weightiest concepts said to the full."""
    asked = [concept for concept in concepts if not concept.is_extra]
    worths = sorted((concept.weight * _worth(concept) for concept in asked), reverse=True)
    least, one_in = IDEAL_OF_TEXT
    wanted = max(least, len(worths) // one_in) if is_text else IDEAL_CONCEPTS
    return sum(worths[:wanted]) or 1.0


def _worth(concept: Concept) -> float:
    """Give the most that a concept can add in any language."""
    return max(_cap(_spelled(concept, language), language) for language in LANGUAGES)


def _spelled(concept: Concept, language: str) -> dict[str, float]:
    """Give the words and phrases by which a concept is looked for in one language, with their weights."""
    spelled: dict[str, float] = {}
    for phrase in concept.phrases:
        if phrase.language == language:
            for feature in phrase_features(phrase.words, language):
                spelled[feature] = max(spelled.get(feature, 0.0), phrase.weight)
    return spelled


def _cap(spelled: Mapping[str, float], language: str) -> float:
    """Give the most that such wordings can add together: the rarest one, said without end."""
    worths = [weight * statistic.rarity(feature, language) for feature, weight in spelled.items()]
    return (K1 + 1.0) * max(worths, default=0.0)

"""How common words and phrases are in European calls: a frozen, versioned statistic that ships with the code.

`common.json` holds for each language in how many of so many calls a word or phrase stands. It is made by
`python -m benchmarks.common_words`, and renewed only by the rule in docs/matching.md.
"""

import json
import math
from collections.abc import Mapping
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from matching.text import known_language

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

RARE_CALLS = 2.5
"""The calls that a word or phrase is taken to stand in that the statistic does not list."""


@lru_cache(maxsize=100_000)
def rarity(feature: str, language: str) -> float:
    """Give the weight of a word or phrase for being rare: BM25's inverse document frequency."""
    return _weigh(counts(language).get(feature, RARE_CALLS))


def rarities(hashes: "npt.NDArray[np.uint64]", language: str) -> "npt.NDArray[np.float64]":
    """Give the same for features known by their numbers of 64 bits."""
    import numpy as np

    found = np.full(len(hashes), _weigh(RARE_CALLS))
    known, weights = _by_hash(known_language(language))
    if len(known) and len(hashes):
        places = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
        listed = known[places] == hashes
        found[listed] = weights[places[listed]]
    return found


def counts(language: str) -> Mapping[str, int]:
    """Give in how many calls each word and phrase that is not rare stands."""
    found: Mapping[str, int] = _stored()[known_language(language)]
    return found


@cache
def _stored() -> dict[str, Any]:
    stored: dict[str, Any] = json.loads((files("matching") / "common.json").read_text(encoding="utf-8"))
    return stored


@cache
def version() -> str:
    """Give a short digest of the statistic: weights made with another one cannot be compared."""
    return sha256((files("matching") / "common.json").read_bytes()).hexdigest()[:12]


@cache
def _by_hash(language: str) -> "tuple[npt.NDArray[np.uint64], npt.NDArray[np.float64]]":
    import numpy as np

    from matching.features import feature_hash

    listed = counts(language)
    hashes = np.asarray([feature_hash(feature) for feature in listed], dtype=np.uint64)
    weights = np.asarray([_weigh(found) for found in listed.values()], dtype=np.float64)
    order = np.argsort(hashes)
    return hashes[order], weights[order]


def _weigh(found: float) -> float:
    calls = _stored()["calls"]
    return math.log(1.0 + (calls - found + 0.5) / (found + 0.5))

"""Writes `matching/common.json`: in which share of calls a word or phrase stands.

    TRACKER_REAL_DATA=… python -m benchmarks.common_words

The shares keep scores steady: a word is common because many European calls use it, not because of the few
that happen to be open today. Only counts of stems are written, no text. There is no Dutch set of calls to
count yet. When to run it again is written in docs/matching.md.
"""

import json
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

import matching
from matching.features import COUNTED_FIELDS, field_text
from matching.text import features
from tests.real_data import real_calls

LEAST_CALLS = 7
"""A word or phrase in fewer calls is taken for rare."""


def main() -> None:
    """Count over the real calls and write the file beside the code that reads it."""
    texts = [call.data.texts[0] for call in real_calls()]
    counter = CountVectorizer(analyzer=lambda words: words, binary=True, min_df=LEAST_CALLS)
    said = [
        [word for name in COUNTED_FIELDS for word in features(field_text(text, name), "en")] for text in texts
    ]
    calls = np.asarray(counter.fit_transform(said).sum(axis=0)).ravel()
    counts = {word: int(calls[place]) for word, place in sorted(counter.vocabulary_.items())}
    target = Path(next(iter(matching.__path__))) / "common.json"
    stored = {"calls": len(texts), "en": counts, "nl": {}}
    target.write_text(json.dumps(stored, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(counts)} words and phrases of {len(texts)} calls")


if __name__ == "__main__":
    main()

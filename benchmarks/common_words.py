"""Writes `matching/common.json`: in which share of calls a common word or phrase stands.

    TRACKER_REAL_DATA=… python -m benchmarks.common_words

The shares keep scores steady: a word is common because many European calls use it, not because of the few
that happen to be open today. Only counts of stems are written, no text. There is no Dutch set of calls to
count yet.
"""

import json
from collections import Counter
from pathlib import Path

import matching
from matching.features import COUNTED_FIELDS, field_text
from matching.text import features
from tests.real_data import real_calls

LEAST_SHARE = 0.03
"""Below this a word is rare enough to be left to the calls themselves."""


def main() -> None:
    """Count over the real calls and write the file beside the code that reads it."""
    calls = real_calls()
    counts: Counter[str] = Counter()
    for call in calls:
        text = call.data.texts[0]
        counts.update({word for name in COUNTED_FIELDS for word in features(field_text(text, name), "en")})
    shares = {
        word: round(count / len(calls), 3)
        for word, count in sorted(counts.items())
        if count / len(calls) >= LEAST_SHARE
    }
    target = Path(next(iter(matching.__path__))) / "common.json"
    target.write_text(
        json.dumps({"en": shares, "nl": {}}, indent=0, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    print(f"{len(shares)} words and phrases of {len(calls)} calls")


if __name__ == "__main__":
    main()

"""Finds the sentence in which something stands, so that a mined fact can show where it was read."""

import re

_END = re.compile(
    r"""\n+                                      # a line is never joined with the next
      | (?<=[.!?;])                              # the end of a sentence, or of an item of a legal list,
        (?<!\bart\.)(?<!\bnr\.)(?<!\bmln\.)(?<!\bmld\.)(?<!\bno\.)(?<!\bmax\.)(?<!\bresp\.)(?<!\bbijv\.)
        (?<!\be\.g\.)(?<!\bi\.e\.)               # but not of an abbreviation
        \s+
    """,
    re.IGNORECASE | re.VERBOSE,
)


LONGEST = 2_000
"""Characters on either side in which the ends of a sentence are looked for: legal sentences are long."""


def sentence_at(text: str, start: int, end: int) -> str:
    """Give the sentence of `text` that holds the characters from `start` to `end`, stripped."""
    begin, stop = max(0, start - LONGEST), min(len(text), end + LONGEST)
    for found in _END.finditer(text, begin, stop):
        if found.end() <= start:
            begin = found.end()
        elif found.start() >= end:
            stop = found.start()
            break
    return text[begin:stop].strip()


def sentences(text: str) -> tuple[str, ...]:
    """Split clean text into its sentences."""
    return tuple(part.strip() for part in _END.split(text) if part.strip())

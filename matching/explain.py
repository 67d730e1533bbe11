"""Finds a call's own words for a concept back, for reasons that a colleague can check at a glance."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from matching.everyday import is_generic
from matching.features import FIELD_WEIGHTS, field_text
from matching.query import Concept
from matching.text import Token, phrase_features, phrase_stems, tokens
from tracker.core.call import CallData
from tracker.core.match import Reason, ReasonKind

MOST_REASONS = 4
TITLE_FACTOR = 1.5
"""How much more a concept counts that the title says in a phrase."""
LEAST_SHARE = 0.06
"""A third or fourth reason with a smaller part of the score is noise."""
_LEFTOVERS = {
    "en": re.compile(r"(?:['’]s?|[\s\-‐‑–—])+$"),
    "": re.compile(r"[\s\-‐‑–—]+$"),  # not the possessive: "foto's" is a Dutch plural
}
_SNIPPET_REACH = 90  # characters on either side of the phrase


@dataclass(frozen=True, slots=True)
class Words:
    """One field of a call in one language, split once."""

    where: str
    language: str
    text: str
    tokens: tuple[Token, ...]
    places: Mapping[str, list[int]]


def split_call(data: CallData) -> tuple[Words, ...]:
    """Split every field of a call, in the order in which a reader looks: title first."""
    found = []
    for name in FIELD_WEIGHTS:
        for text in data.texts:
            value = field_text(text, name)
            language = text.language if text.language == "nl" else "en"
            if value:
                found.append(_words(name, language, value))
    return tuple(found)


def _words(where: str, language: str, text: str) -> Words:
    split = tuple(tokens(text, language))
    places: dict[str, list[int]] = {}
    for place, token in enumerate(split):
        places.setdefault(token.stem, []).append(place)
    return Words(where, language, text, split, places)


def reasons_for(words: Sequence[Words], scored: Sequence[tuple[Concept, float]]) -> tuple[Reason, ...]:
    """Give the reasons, strongest first, from (concept, its part of the score); shares add up to 1.

    Two concepts that a call says with the same words are one reason.
    """
    found: dict[str, Reason] = {}
    raising = [pair for pair in scored if pair[1] > 0]
    total = sum(value for _, value in raising)
    for concept, value in sorted(raising, key=lambda pair: (-pair[1], pair[0].term)):
        reason = find_reason(words, concept)
        if reason is None:
            raise AssertionError(f"{concept.term!r} scored in a call that does not say it")
        key = reason.phrase.lower()
        held = found.get(key, reason)
        found[key] = replace(held, share=held.share + value / total)
    return tuple(sorted(found.values(), key=lambda reason: -reason.share))


def telling(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """Give the reasons that name a theme and weigh, at most four: what a fit is judged by."""
    named = [reason for reason in reasons if not is_generic(reason.phrase)][:MOST_REASONS]
    total = sum(reason.share for reason in named)
    return tuple(
        reason for place, reason in enumerate(named) if place < 2 or reason.share >= LEAST_SHARE * total
    )


def titled(
    words: Sequence[Words], parts: Sequence[tuple[Concept, float]]
) -> tuple[tuple[Concept, float], ...]:
    """Let what a call's title says in a phrase count more: it is what the call is about."""
    titles = [field for field in words if field.where == "title"]
    return tuple(
        (concept, value * TITLE_FACTOR if value > 0 and _in_title(titles, concept) else value)
        for concept, value in parts
    )


def _in_title(titles: Sequence[Words], concept: Concept) -> bool:
    return any(
        _find(title, phrase.words) is not None
        for title in titles
        for phrase in concept.phrases
        if phrase.language == title.language and " " in phrase_stems(phrase.words, phrase.language)
    )


def find_reason(words: Sequence[Words], concept: Concept) -> Reason | None:
    """Give the first place (title before keywords before text) where a call says a concept, or None."""
    for field in words:
        places = [
            place
            for phrase in concept.phrases
            if phrase.language == field.language
            for place in [_find(field, phrase.words)]
            if place is not None
        ]
        if places:
            start, end = max(places, key=lambda place: (place[1] - place[0], -place[0]))
            phrase_text = whole(field.text[start:end], field.language)
            snippet = _snippet(field.text, start, end)
            return Reason(
                ReasonKind.TERM, concept.term, phrase_text, field.where, snippet, 0.0, field.language
            )
    return None


def whole(phrase: str, language: str) -> str:
    """Give a call's words on one line, without what a cut left at their end, such as a possessive's `'s`."""
    leftovers = _LEFTOVERS.get(language, _LEFTOVERS[""])
    return leftovers.sub("", " ".join(phrase.split()))


def _find(field: Words, phrase: str) -> tuple[int, int] | None:
    """Give where the phrase (or else a part of three words of a longer one) stands in the field."""
    for feature in (phrase_stems(phrase, field.language), *phrase_features(phrase, field.language)):
        wanted = feature.split(" ")
        size = len(wanted)
        for start in field.places.get(wanted[0], ()):
            run = field.tokens[start : start + size]
            if [item.stem for item in run] == wanted and all(item.joins for item in run[1:]):
                return run[0].start, run[-1].end
    return None


def _snippet(text: str, start: int, end: int) -> str:
    """Give the passage around a phrase, cut at spaces, with marks where it was cut."""
    first = max(0, start - _SNIPPET_REACH)
    last = min(len(text), end + _SNIPPET_REACH)
    if first:
        space = text.find(" ", first, start)
        first = space + 1 if space >= 0 else start
    if last < len(text):
        space = text.rfind(" ", end, last)
        last = space if space >= 0 else end
    middle = " ".join(text[first:last].split())
    return f"{'… ' if first else ''}{middle}{' …' if last < len(text) else ''}"

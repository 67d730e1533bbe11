"""Finds a call's own words for a concept back, for reasons that a colleague can check at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass

from matching.features import FIELD_WEIGHTS, field_text
from matching.query import Concept
from matching.text import Token, phrase_features, phrase_stems, tokens
from tracker.core.call import CallData
from tracker.core.match import Reason, ReasonKind

MOST_REASONS = 4
LEAST_SHARE = 0.06
"""A third or fourth reason with a smaller part of the score is noise."""
_SNIPPET_REACH = 90  # characters on either side of the phrase

GENERIC = frozenset(
    [
        "innovation",
        "innovative",
        "city",
        "cities",
        "urban",
        "sector",
        "sectors",
        "development",
        "research",
        "social",
        "local",
        "digital",
        "sustainable",
        "green",
        "climate",
        "energy",
        "community",
        "communities",
        "region",
        "regional",
        "public",
        "policy",
        "network",
        "strategy",
        "solution",
        "solutions",
        "technology",
        "service",
        "services",
        "system",
        "systems",
        "innovatie",
        "stad",
        "steden",
        "gemeente",
    ]
)
"""Words that name no theme when they stand alone; never told as a reason."""


@dataclass(frozen=True, slots=True)
class Words:
    """One field of a call in one language, split once."""

    where: str
    language: str
    text: str
    tokens: tuple[Token, ...]


def split_call(data: CallData) -> tuple[Words, ...]:
    """Split every field of a call, in the order in which a reader looks: title first."""
    found = []
    for name in FIELD_WEIGHTS:
        for text in data.texts:
            value = field_text(text, name)
            language = text.language if text.language == "nl" else "en"
            if value:
                found.append(Words(name, language, value, tuple(tokens(value, language))))
    return tuple(found)


def reasons_for(words: Sequence[Words], scored: Sequence[tuple[Concept, float]]) -> tuple[Reason, ...]:
    """Give up to four reasons, strongest first, from (concept, its part of the score); shares add up to 1."""
    found: list[tuple[Reason, float]] = []
    told: set[str] = set()
    for concept, value in sorted(scored, key=lambda pair: (-pair[1], pair[0].term)):
        reason = find_reason(words, concept)
        if reason is None or not told.isdisjoint({reason.phrase.lower(), reason.term.lower()}):
            continue
        told |= {reason.phrase.lower(), reason.term.lower()}
        found.append((reason, value))
        if len(found) == MOST_REASONS:
            break
    total = sum(value for _, value in found)
    found = [pair for place, pair in enumerate(found) if place < 2 or pair[1] >= LEAST_SHARE * total]
    total = sum(value for _, value in found)
    return tuple(
        Reason(
            kind=ReasonKind.TERM,
            term=reason.term,
            phrase=reason.phrase,
            where=reason.where,
            snippet=reason.snippet,
            share=value / total,
            language=reason.language,
        )
        for reason, value in found
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
            phrase_text = " ".join(field.text[start:end].split())
            if phrase_text.lower() not in GENERIC:
                return Reason(
                    ReasonKind.TERM,
                    concept.term,
                    phrase_text,
                    field.where,
                    _snippet(field.text, start, end),
                    0.0,
                    field.language,
                )
    return None


def _find(field: Words, phrase: str) -> tuple[int, int] | None:
    """Give where the phrase (or else a part of three words of a longer one) stands in the field."""
    for feature in (phrase_stems(phrase, field.language), *phrase_features(phrase, field.language)):
        wanted = feature.split(" ")
        size = len(wanted)
        for start, token in enumerate(field.tokens):
            if token.stem != wanted[0]:
                continue
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

"""What is looked for: the concepts of a priority or a free text, told in the words of the one who asked."""

import itertools
import math
from collections import Counter
from dataclasses import dataclass, replace

from matching import glossary
from matching.text import LANGUAGES, Token, phrase_stems, stop_words, tokens
from tracker.core.profile import Priority

KEYWORD_WEIGHT = 0.7
"""A keyword beside a reviewed pair: it is broader, and has no wording in the other language."""
SINGLE_WORD_WEIGHT = 0.6
"""A lone word says less than a phrase: "migrants" beside "integration of migrants"."""
NEIGHBOURS_WEIGHT = 0.6
"""Two words of a free text that stand beside each other in a call as well."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One wording of a concept in one language."""

    language: str
    words: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Concept:
    """One idea that is looked for: `term` is how a person hears of it, `phrases` how calls may say it.

    An extra one adds to the score of a call, and is not asked of an ideal one.
    """

    term: str
    phrases: tuple[Phrase, ...]
    weight: float = 1.0
    is_extra: bool = False


def priority_concepts(priority: Priority) -> tuple[Concept, ...]:
    """Give a priority's concepts: its pairs, then each keyword that no pair says already."""
    concepts = [
        Concept(dutch, (_phrase("nl", dutch), *(_phrase("en", words) for words in english)))
        for dutch, english in priority.pairs
    ]
    said = {phrase_stems(phrase.words, phrase.language) for concept in concepts for phrase in concept.phrases}
    for language, keywords in (("nl", priority.nl.keywords), ("en", priority.en.keywords)):
        for keyword in keywords:
            if phrase_stems(keyword, language) not in said:
                concepts.append(Concept(keyword, (_phrase(language, keyword),), KEYWORD_WEIGHT))
    return tuple(concepts)


def text_concepts(text: str, language: str | None) -> tuple[Concept, ...]:
    """Give the concepts of a free text: what the glossary knows of it, its other words, and its neighbours.

    Without a language, words are looked for in both indexes: a person may mix Dutch and English.
    """
    languages = (language,) if language == "en" else LANGUAGES
    words = _asked(text, language)
    known, taken = (
        ((), frozenset[int]()) if language == "en" else glossary.find([word.stem for word in words])
    )
    concepts = [_translated(dutch, english) for dutch, english in known]
    free = [word for place, word in enumerate(words) if place not in taken]
    counted = Counter(word.stem for word in free)
    for word in {word.stem: word for word in reversed(free)}.values():
        concepts.append(_spoken(text[word.start : word.end], languages, 1.0 + math.log(counted[word.stem])))
    for first, second in itertools.pairwise(words):
        if second.joins:
            said = text[first.start : second.end]
            concepts.append(replace(_spoken(said, languages, NEIGHBOURS_WEIGHT), is_extra=True))
    return tuple({concept.term.lower(): concept for concept in reversed(concepts)}.values())[::-1]


def _asked(text: str, language: str | None) -> list[Token]:
    """Give the words of a free text that count, without the small words of either language."""
    found = tokens(text, "en" if language == "en" else "nl")
    ignored = stop_words("en") | stop_words("nl")
    return [word for word in found if text[word.start : word.end].lower() not in ignored]


def _translated(dutch: str, english: tuple[str, ...]) -> Concept:
    return Concept(dutch, (Phrase("nl", dutch), *(_phrase("en", words) for words in english)))


def _spoken(words: str, languages: tuple[str, ...], weight: float) -> Concept:
    return Concept(words, tuple(Phrase(language, words) for language in languages), weight)


def _phrase(language: str, words: str) -> Phrase:
    return Phrase(language, words, SINGLE_WORD_WEIGHT if len(tokens(words, language)) == 1 else 1.0)

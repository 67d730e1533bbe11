"""What is looked for: the concepts of a priority or a free text, told in the words of the one who asked."""

import math
from collections import Counter
from dataclasses import dataclass

from matching import glossary
from matching.text import LANGUAGES, Token, guess_language, phrase_stems, stop_words, tokens
from matching.translate import Known, english, wordings
from tracker.core.profile import Priority

KEYWORD_WEIGHT = 0.7
"""A keyword beside a reviewed pair: it is broader, and has no wording in the other language."""
SINGLE_WORD_WEIGHT = 0.6
"""A lone word says less than a phrase: "migrants" beside "integration of migrants"."""
NEIGHBOURS_WEIGHT = 0.6
"""Two words of a free text that stand beside each other in a call as well."""


Parts = tuple[tuple[str, ...], ...]
"""A Dutch word in English: for each of its parts the wordings."""


def _nothing(_wording: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Phrase:
    """One wording of a concept in one language."""

    language: str
    words: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Concept:
    """One idea that is looked for: `term` is how a person hears of it, `phrases` how calls may say it.

    An extra one adds to the score of a call, and is not asked of an ideal one. A learned one comes from
    verdicts; with a negative weight it lowers.
    """

    term: str
    phrases: tuple[Phrase, ...]
    weight: float = 1.0
    is_extra: bool = False
    is_learned: bool = False


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


def text_concepts(text: str, language: str | None, known: Known = _nothing) -> tuple[Concept, ...]:
    """Give the concepts of a free text: what the glossary knows of it, its other words, and its neighbours.

    Without a language, words are looked for in both indexes: a person may mix Dutch and English. `known`
    tells what calls say in English; a word that they say is not taken for Dutch, unless the text is Dutch.
    """
    language = language or ("nl" if guess_language(text) == "nl" else None)
    words = _asked(text, language)
    entries, taken = (
        ((), frozenset[int]()) if language == "en" else glossary.find([one.stem for one in words])
    )
    told = [_told(text[one.start : one.end], language, known) for one in words]
    concepts = [_translated(dutch, english) for dutch, english in entries]
    counted = Counter(word.stem for word in words)
    seen: set[str] = set()
    for place, word in enumerate(words):
        if place not in taken and word.stem not in seen:
            seen.add(word.stem)
            weight = 1.0 + math.log(counted[word.stem])
            concepts.append(_spoken(text[word.start : word.end], language, weight, told[place]))
    for place in range(1, len(words)):
        if words[place].joins:
            said = text[words[place - 1].start : words[place].end]
            concepts.append(_neighbours(said, language, told[place - 1], told[place]))
    return tuple({concept.term.lower(): concept for concept in reversed(concepts)}.values())[::-1]


def _told(word: str, language: str | None, known: Known) -> Parts:
    """Give a word in English by its parts; an English word has none."""
    if language == "en" or (language is None and known(word)):
        return ()
    return english(word, known)


def _asked(text: str, language: str | None) -> list[Token]:
    """Give the words of a free text that count, without the small words of either language."""
    found = tokens(text, "en" if language == "en" else "nl")
    ignored = stop_words("en") | stop_words("nl")
    return [word for word in found if text[word.start : word.end].lower() not in ignored]


def _translated(dutch: str, english: tuple[str, ...]) -> Concept:
    return Concept(dutch, (Phrase("nl", dutch), *(_phrase("en", words) for words in english)))


def _spoken(words: str, language: str | None, weight: float, told: Parts) -> Concept:
    """Make a word a concept: as it stands, and in English by its parts and as the phrase that they make."""
    phrases = [Phrase(one, words) for one in _languages(language)]
    phrases += [Phrase("en", wording) for part in told for wording in part]
    if len(told) > 1:
        phrases += [Phrase("en", wording, NEIGHBOURS_WEIGHT) for wording in wordings(told)]
    return Concept(words, tuple(phrases), weight)


def _neighbours(said: str, language: str | None, first: Parts, second: Parts) -> Concept:
    phrases = [Phrase(one, said) for one in _languages(language)]
    if first and second:
        phrases += [Phrase("en", wording) for wording in wordings((*first[-1:], *second[:1]))]
    return Concept(said, tuple(phrases), NEIGHBOURS_WEIGHT, is_extra=True)


def _languages(language: str | None) -> tuple[str, ...]:
    return (language,) if language == "en" else LANGUAGES


def _phrase(language: str, words: str) -> Phrase:
    return Phrase(language, words, SINGLE_WORD_WEIGHT if len(tokens(words, language)) == 1 else 1.0)

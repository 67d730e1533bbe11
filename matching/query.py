"""What is looked for: the concepts of a priority or a free text, told in the words of the one who asked."""

import math
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from matching import glossary
from matching.everyday import is_everyday, is_generic, plain_language
from matching.text import LANGUAGES, Token, features, phrase_stems, stop_words, tokens
from matching.translate import Known, alternatives, english, is_common, wordings
from tracker.core.profile import Priority, PriorityText

KEYWORD_WEIGHT = 0.7
"""A keyword beside a reviewed pair: it is broader, and has no wording in the other language."""
SIDE_WEIGHT = 0.8
"""A pair that the priority's own description does not mention."""
SINGLE_WORD_WEIGHT = 0.6
"""A lone word says less than a phrase: "migrants" beside "integration of migrants"."""
OTHER_WORDING = 0.8
"""Another wording of an idea in the language of a free text, by the lists."""
PART_WEIGHT = 0.2
"""A single word of a phrase that the lists know as one idea."""
GENERIC_WEIGHT = 0.4
"""An idea that names no theme when it stands alone ("city")."""
_KEPT = 10_000
"""Ideas of English texts that are kept ready."""
NEIGHBOURS_WEIGHT = 0.8
"""Two words of a free text that stand beside each other in a call as well."""


Parts = tuple[tuple[str, ...], ...]
"""A Dutch word in English: for each of its parts the wordings."""


def _nothing(_wording: str) -> bool:
    return False


class Phrase(NamedTuple):
    """One wording of a concept in one language."""

    language: str
    words: str
    weight: float = 1.0


class Concept(NamedTuple):
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
    """Give a priority's concepts: its pairs, then each keyword that no pair says already.

    What the priority says of itself in its title, niche, description or keywords weighs more than the rest.
    Readers hear of each in Dutch, also of an English keyword where the glossary knows it.
    """
    own = {language: _own_features(priority.text(language), language) for language in LANGUAGES}
    concepts = []
    for dutch, told in priority.pairs:
        phrases = (_phrase("nl", dutch), *(_phrase("en", words) for words in told))
        is_core = any(phrase_stems(one.words, one.language) in own[one.language] for one in phrases)
        concepts.append(Concept(dutch, phrases, 1.0 if is_core else SIDE_WEIGHT))
    said = {phrase_stems(phrase.words, phrase.language) for concept in concepts for phrase in concept.phrases}
    for language, keywords in (("nl", priority.nl.keywords), ("en", priority.en.keywords)):
        for keyword in keywords:
            if phrase_stems(keyword, language) not in said:
                term = (glossary.dutch_of(keyword) if language == "en" else "") or keyword
                concepts.append(Concept(term, (_phrase(language, keyword),), KEYWORD_WEIGHT))
    return tuple(concepts)


def _own_features(text: PriorityText, language: str) -> frozenset[str]:
    """Give all words and phrases by which a priority describes itself."""
    own = " . ".join((text.title, text.niche, text.description, *text.keywords))
    return frozenset(features(own, language))


def text_concepts(text: str, language: str | None, known: Known = _nothing) -> tuple[Concept, ...]:
    """Give the concepts of a free text: what the lists know of it, its other words, and its neighbours.

    Without a language that is told or plain to see, words are looked for in both indexes: a person may mix
    Dutch and English. `known` tells what calls say in English; a word that they say is not taken for Dutch,
    unless the text is Dutch.
    """
    language = language or plain_language(text)
    words = _asked(text, language)
    spelled = [text[one.start : one.end] for one in words]
    ideas, taken = _ideas(text, words, spelled, language)
    told = {
        place: _told(word, language, known)
        for place, word in enumerate(spelled)
        if not is_everyday(word, language)
    }
    concepts = [
        *ideas,
        *_other_words(words, spelled, language, {place: told[place] for place in told if place not in taken}),
        *_all_neighbours(text, words, language, told),
    ]
    return tuple({concept.term.lower(): concept for concept in reversed(concepts)}.values())[::-1]


def _other_words(
    words: Sequence[Token], spelled: Sequence[str], language: str | None, told: Mapping[int, Parts]
) -> list[Concept]:
    """Give the words that no list knows as an idea, each once; one that is said more often weighs more."""
    places: dict[str, list[int]] = {}
    for place in told:
        places.setdefault(words[place].stem, []).append(place)
    return [
        _spoken(spelled[first], language, _heaviness(len(places[stem])), told[first])
        for stem, (first, *_) in places.items()
    ]


def _ideas(
    text: str, words: Sequence[Token], spelled: Sequence[str], language: str | None
) -> tuple[list[Concept], set[int]]:
    """Give the ideas that the lists know in a text, and the places of its words that they take."""
    concepts: list[Concept] = []
    taken = set[int]()
    if language != "en":
        entries, places = glossary.find(spelled, alone=_is_told_alone)
        concepts += [_translated(*entry) for entry in entries]
        taken |= places
    if language != "nl":
        for (first, last), wordings in alternatives(spelled):
            places = frozenset(range(first, last))
            if _is_idea(words[first:last], spelled[first:last], language) and not places & taken:
                taken |= places
                concepts.append(_idea(text[words[first].start : words[last - 1].end], language, wordings))
    return concepts, taken


def _is_told_alone(word: str) -> bool:
    """Tell whether the glossary may tell a Dutch word by itself.

    A word of everyday speech, or one that the common words have, is told only by an entry spelled so.
    """
    if glossary.words().plain(word.lower()):
        return not is_everyday(word, "nl") or word.lower() in glossary.words().spelled
    return not is_everyday(word, "nl") and not is_common(word)


def _is_idea(words: Sequence[Token], spelled: Sequence[str], language: str | None) -> bool:
    """Tell whether words stand together and name a theme."""
    is_one = all(word.joins for word in words[1:])
    return is_one and not all(is_everyday(word, language) for word in spelled)


@lru_cache(_KEPT)
def _idea(said: str, language: str | None, wordings: tuple[str, ...]) -> Concept:
    phrases = [Phrase(one, said) for one in _languages(language)]
    stem = phrase_stems(said, "en")
    phrases += [Phrase("en", words, OTHER_WORDING) for words in wordings if phrase_stems(words, "en") != stem]
    return Concept(said, (*phrases, *_parts_of(phrases)), _generality(said, wordings))


def _generality(said: str, wordings: Sequence[str]) -> float:
    """Give the weight of an idea: less for one that any call of a city is about."""
    return GENERIC_WEIGHT if is_generic(said) or all(map(is_generic, wordings)) else 1.0


def _parts_of(phrases: Sequence[Phrase]) -> list[Phrase]:
    """Give the single words of English phrases: a call that says one of them is near what is asked."""
    words = [
        word
        for phrase in phrases
        if phrase.language == "en" and " " in phrase.words
        for word in phrase.words.split()
        if phrase_stems(word, "en") and not is_everyday(word, "en") and not is_generic(word)
    ]
    return [Phrase("en", word, PART_WEIGHT) for word in dict.fromkeys(words)]


def _all_neighbours(
    text: str, words: Sequence[Token], language: str | None, told: Mapping[int, Parts]
) -> list[Concept]:
    """Give each two words that stand beside each other in a text."""
    return [
        _neighbours(text[words[place - 1].start : words[place].end], language, told[place - 1], told[place])
        for place in range(1, len(words))
        if words[place].joins and place in told and place - 1 in told
    ]


def _heaviness(count: int) -> float:
    """Give the weight of a word that a text says so often."""
    return 1.0 + math.log(count)


def _told(word: str, language: str | None, known: Known) -> Parts:
    """Give a word in English by its parts; an English word has none."""
    if language == "en" or (language is None and known(word)):
        return ()
    return english(word, known)


def _asked(text: str, language: str | None) -> list[Token]:
    """Give the words of a free text that count, without the small words of either language."""
    found = tokens(text, "en" if language == "en" else "nl")
    return [word for word in found if text[word.start : word.end].lower() not in _small_words()]


@cache
def _small_words() -> frozenset[str]:
    return stop_words("en") | stop_words("nl")


@cache
def _translated(dutch: str, english: tuple[str, ...]) -> Concept:
    phrases = [Phrase("nl", dutch), *(Phrase("en", words) for words in english)]
    return Concept(dutch, (*phrases, *_parts_of(phrases)), _generality(dutch, english))


def _spoken(words: str, language: str | None, weight: float, told: Parts) -> Concept:
    """Make a word a concept: as it stands, and in English by its parts and as the phrase that they make."""
    phrases = [Phrase(one, words) for one in _languages(language)]
    phrases += [Phrase("en", wording) for part in told for wording in part]
    if len(told) > 1:
        phrases += [Phrase("en", wording, NEIGHBOURS_WEIGHT) for wording in wordings(told)]
    told_words = [wording for part in told for wording in part]
    is_any = is_generic(words) or (bool(told_words) and all(map(is_generic, told_words)))
    return Concept(words, tuple(phrases), weight * (GENERIC_WEIGHT if is_any else 1.0))


def _neighbours(said: str, language: str | None, first: Parts, second: Parts) -> Concept:
    phrases = [Phrase(one, said) for one in _languages(language)]
    if first and second:
        phrases += [Phrase("en", wording) for wording in wordings((*first[-1:], *second[:1]))]
    return Concept(said, tuple(phrases), NEIGHBOURS_WEIGHT, is_extra=True)


def _languages(language: str | None) -> tuple[str, ...]:
    return (language,) if language == "en" else LANGUAGES


def _phrase(language: str, words: str) -> Phrase:
    return Phrase(language, words, SINGLE_WORD_WEIGHT if len(tokens(words, language)) == 1 else 1.0)
